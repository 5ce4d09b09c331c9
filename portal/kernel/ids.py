"""Identifiers: random ids that reveal no order, and file numbers a person can read out on the telephone."""

from __future__ import annotations

import secrets
from uuid import UUID, uuid4

# Crockford's base 32: no I, L, O, U, so that a number survives handwriting and a bad line.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
_LENGTH = 8


def new_id() -> UUID:
    """A random identifier; it tells nothing about when or in what order it was made."""
    return uuid4()


def new_file_number() -> str:
    """A file number such as `AM-7K4Q-2M9X`: seven random letters and one check letter."""
    body = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH - 1))
    return _spelled(body + _check_letter(body))


def read_file_number(typed: str) -> str | None:
    """The file number a person meant, or None when a letter is wrong or missing."""
    letters = "".join(c for c in typed.upper().removeprefix("AM") if c.isalnum()).translate(_READ_AS)
    if len(letters) != _LENGTH or any(c not in _LETTERS for c in letters):
        return None
    return _spelled(letters) if _check_letter(letters[:-1]) == letters[-1] else None


def _spelled(letters: str) -> str:
    return f"AM-{letters[:4]}-{letters[4:]}"


def _check_letter(body: str) -> str:
    # Odd weights 1, 3, 5 ... are invertible modulo 32: any single wrong letter is noticed.
    return _LETTERS[sum(_LETTERS.index(c) * (2 * i + 1) for i, c in enumerate(body)) % len(_LETTERS)]
