"""What somebody has typed, page by page, and the shapes it takes; pure."""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from portal.accounts.vocab import western_digits
from portal.inquiries.vocab import Layer, Receipt, Relation, SafeContact, Wish

_WHOLE = re.compile(r"\d{1,9}")
_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
_PHONE = re.compile(r"\+?\d{6,15}")
_BETWEEN_DIGITS = re.compile(r"[\s()./-]")
_LEAP = 2000


class Step(StrEnum):
    """The pages of the wizard; their order is in `wizard.ORDER`."""

    ARREST = "arrest"
    CHECK = "check"
    CONTACT = "contact"
    NAME = "name"
    ORIGIN = "origin"
    SAFETY = "safety"
    WISHES = "wishes"
    YOU = "you"


Typed = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed so far and which pages hold; once filed, only the receipt is left of it."""

    pages: Mapping[Step, Typed] = field(default_factory=dict)
    held: frozenset[Step] = frozenset()
    receipt: Receipt | None = None

    def with_page(self, step: Step, typed: Typed, holds: bool) -> Draft:
        """Keep what was typed on one page, whether or not it can be used as it is."""
        held = self.held | {step} if holds else self.held - {step}
        return replace(self, pages={**self.pages, step: typed}, held=held)


@dataclass(frozen=True, slots=True)
class Name:
    """The name of the person searched for."""

    given: str | None
    father: str | None
    grandfather: str | None
    family: str | None


@dataclass(frozen=True, slots=True)
class Origin:
    """Mother and birth of the person searched for."""

    mother: str | None
    mother_family: str | None
    birth_year: int | None
    birth_place: str | None


@dataclass(frozen=True, slots=True)
class Arrest:
    """What is known of the arrest."""

    arrested_year: int | None
    arrested_month: int | None
    arrested_day: int | None
    arrest_place: str | None
    branch: str | None
    marks: str | None


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks."""

    full_name: str
    relation: Relation


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything that was asked, in the shapes it is used in."""

    name: Name
    origin: Origin
    arrest: Arrest
    asker: Asker
    contact: SafeContact
    wishes: Mapping[Layer, Wish]


def to_json(draft: Draft) -> str:
    """A draft as it is kept."""
    receipt = draft.receipt
    return json.dumps(
        {
            "pages": {
                step: {name: list(v) for name, v in page.items()} for step, page in draft.pages.items()
            },
            "held": sorted(draft.held),
            "receipt": None
            if receipt is None
            else {**asdict(receipt), "inquiry_id": str(receipt.inquiry_id)},
        }
    )


def from_json(text: str) -> Draft:
    """A draft as it was kept; a page that no longer exists is left out."""
    kept = json.loads(text)
    known = {step.value for step in Step}
    pages = {
        Step(step): {name: tuple(values) for name, values in page.items()}
        for step, page in kept["pages"].items()
        if step in known
    }
    receipt = kept["receipt"]
    return Draft(
        pages,
        frozenset(Step(step) for step in kept["held"] if step in known),
        None if receipt is None else Receipt(**{**receipt, "inquiry_id": UUID(receipt["inquiry_id"])}),
    )


def one_line(text: str | None) -> str | None:
    """A line without needless blanks; an empty one is not known."""
    return " ".join((text or "").split()) or None


def number_in(text: str | None) -> int | None:
    """The whole number in a field, in the digits of any script; None for an empty field."""
    plain = western_digits(text or "").strip()
    if not plain:
        return None
    if not _WHOLE.fullmatch(plain):
        raise ValueError("not a whole number")
    return int(plain)


def year_in(text: str | None) -> int | None:
    """A year for the sake of the day beside it: one that is itself wrong says nothing."""
    try:
        return number_in(text)
    except ValueError:
        return None


def month_in(text: str | None) -> int | None:
    """A month for the sake of the day beside it: one that is itself wrong says nothing."""
    month = year_in(text)
    return month if is_day_of(None, month, None) else None


def is_day_of(day: int | None, month: int | None, year: int | None) -> bool:
    """True when such a day may have been; what is not known is taken as possible."""
    if month is not None and not 1 <= month <= 12:
        return False
    if day is None:
        return True
    last = 31 if month is None else monthrange(year or _LEAP, month)[1]
    return 1 <= day <= last


def email_in(text: str | None) -> str | None:
    """The e-mail address in a field, if it is one."""
    plain = western_digits(text or "").strip()
    return plain if _EMAIL.fullmatch(plain) else None


def phone_in(text: str | None) -> str | None:
    """The telephone number in a field, in plain digits, if it is one."""
    plain = _BETWEEN_DIGITS.sub("", western_digits(text or ""))
    return plain if _PHONE.fullmatch(plain) else None
