"""Recovery codes: sixteen random letters that survive handwriting, and how a typed one is read."""

from __future__ import annotations

import secrets
from uuid import UUID

from portal.accounts.vocab import western_digits
from portal.kernel.crypto import keyed_hash

ON_A_SHEET = 10
GROUPS, GROUP = 4, 4

# 32 letters without I, L, O and U: five bits each, eighty in a code.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def new_code() -> str:
    """A code such as `7K4Q-2M9X-WR5T-08HB`."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def read(typed: str) -> str | None:
    """The letters of the code a person meant, or None when this cannot be one of ours."""
    plain = western_digits(typed).upper()
    letters = "".join(letter for letter in plain if letter.isalnum()).translate(_READ_AS)
    return letters if len(letters) == GROUPS * GROUP and set(letters) <= set(LETTERS) else None


def hash_of(account_id: UUID, typed: str) -> bytes:
    """What is kept of a code; it fits one account only, and nothing can be made from it without our key."""
    return keyed_hash(f"{account_id} {read(typed) or ''}", "recovery_code")
