"""What a seal covers, and what it may never cover: a paper's cause of death as our own words; pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from uuid import UUID

from portal.disclosure.vocab import Item
from portal.kernel.crypto import fingerprint

_TATWEEL = "ـ"


def seal_of(inquiry_id: UUID, record_id: UUID, record_version: int, items: Iterable[Item]) -> str:
    """SHA-256 (hex) over the file, the record as it was read, and every item in its order; one word changes it."""
    return fingerprint(
        {
            "inquiry": str(inquiry_id),
            "record": str(record_id),
            "record_version": record_version,
            "items": [
                [
                    item.layer.value,
                    item.position,
                    item.text,
                    item.source,
                    item.part.value if item.part else "",
                    str(item.object_id or ""),
                ]
                for item in items
            ],
        }
    )


def names_the_cause(items: Iterable[Item], causes: Iterable[str]) -> bool:
    """True when our own words repeat the cause of death that a paper gives; quotations may."""
    own = [folded(item.text) for item in items if item.text and not item.is_quotation]
    return any(cause and cause in text for cause in map(folded, causes) for text in own)


def folded(text: str) -> str:
    """Letters only as they are compared: no case, no joining lines, no vowel signs, single blanks."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not _is_mark(letter))
    return " ".join(bare.casefold().split())


def _is_mark(letter: str) -> bool:
    return unicodedata.combining(letter) != 0 or letter == _TATWEEL
