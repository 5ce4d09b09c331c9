"""The seal: a fingerprint of exactly what a relative would be shown."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from portal.disclosure.vocab import Item
from portal.kernel.crypto import fingerprint


def seal_of(inquiry_id: UUID, record_id: UUID, record_version: int, items: Iterable[Item]) -> str:
    """SHA-256 (hex) over the file, the record as it was read, and every item in its order; one word changes it."""
    return fingerprint(
        {
            "inquiry": str(inquiry_id),
            "record": str(record_id),
            "record_version": record_version,
            "items": [
                [item.layer.value, item.position, item.text, item.source, str(item.object_id or "")]
                for item in items
            ],
        }
    )
