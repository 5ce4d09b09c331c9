"""What an account is told about its own safety, and what is known of its recovery codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """What happened to an account that its owner should know of."""

    NEW_DEVICE = "new_device"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a word for what happened, no password
    PHONE_CHANGED = "phone_changed"
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_MADE = "recovery_codes_made"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that happened to one's own account."""

    kind: NoticeKind
    at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The codes on a person's paper, as far as anybody but that paper knows: how many are left."""

    left: int
    made_at: datetime
