"""Who may read and check the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from portal.audit.vocab import Event, ReadingKind, ReadingLimit
from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission, Role

# Why these numbers: docs/decisions/0017-readings-are-counted.md.
LIMITS: Mapping[ReadingKind, ReadingLimit] = {
    ReadingKind.CONTACT: ReadingLimit(10, 30),
    ReadingKind.INQUIRY: ReadingLimit(40, 120),
    ReadingKind.LOG: ReadingLimit(60, 200),
    ReadingKind.ORIGINAL: ReadingLimit(60, 180),
    ReadingKind.PACKAGE: ReadingLimit(30, 90),
    ReadingKind.RECORD: ReadingLimit(60, 200),
}
# Every photograph and paper passes the vault, so that is where originals are counted.
READINGS: Mapping[Event, ReadingKind] = {
    Event.AUDIT_ENTRIES_READ: ReadingKind.LOG,
    Event.DISCLOSURE_PACKAGE_READ: ReadingKind.PACKAGE,
    Event.INQUIRIES_CONTACT_READ: ReadingKind.CONTACT,
    Event.INQUIRIES_INQUIRY_READ: ReadingKind.INQUIRY,
    Event.RECORDS_RECORD_READ: ReadingKind.RECORD,
    Event.VAULT_OBJECT_READ: ReadingKind.ORIGINAL,
}
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WARNINGS_A_DAY = 3
_NOT_COUNTED = frozenset({Role.OPERATOR, Role.RELATIVE, Role.WORKER})


def is_counted(actor: Actor) -> bool:
    """Count what staff open; a relative reads only their own, and the machine reads for nobody's eyes."""
    return actor.is_signed_in and not actor.roles & _NOT_COUNTED


def may_read(actor: Actor) -> bool:
    """Let an auditor read what happened; the log holds no content of any record."""
    return actor.holds(Permission.AUDIT_ENTRY_READ)


def may_verify(actor: Actor) -> bool:
    """Let an auditor or the operator recompute the log."""
    return actor.holds(Permission.AUDIT_LOG_VERIFY)
