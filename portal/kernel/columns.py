"""Column types every room uses: moments in UTC, words of an enum, and text encrypted at rest."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Dialect, Enum, LargeBinary
from sqlalchemy.types import TypeDecorator

from portal.kernel import crypto


class Moment(TypeDecorator[datetime]):
    """A moment in time: always aware, always UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a time zone: nobody could say later when it was."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Hand out UTC whatever the connection's time zone is."""
        return None if value is None else value.astimezone(UTC)


class Sealed(TypeDecorator[str]):
    """Text encrypted with the field key; bound to `context`, so that a value cannot change its column."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Encrypt on the way in."""
        return None if value is None else crypto.encrypt_field(value, self.context)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Decrypt on the way out."""
        return None if value is None else crypto.decrypt_field(bytes(value), self.context)


def words(enum: type[StrEnum]) -> Enum:
    """A column holding one word of `enum`, as text with a CHECK; the word, not the Python name, is stored."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=_values,
        name=_snake(enum.__name__),
    )


def two_people(first: str, second: str) -> CheckConstraint:
    """The database's own word on separation of duties: the second person is never the first."""
    return CheckConstraint(f"{first} <> {second}", name=f"two_people_{first}_{second}")


def _values(enum: Any) -> list[str]:
    return [word.value for word in enum]


def _snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")
