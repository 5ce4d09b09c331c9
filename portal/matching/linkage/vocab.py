"""What the linkage is given, and what it answers: pairs with a probability and the reasons for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum


class Role(IntEnum):
    """Whose name a part of a name is; each has its own frequencies."""

    GIVEN = 0
    FATHER = 1
    GRANDFATHER = 2
    FAMILY = 3
    MOTHER = 4
    MOTHER_FAMILY = 5


class Field(StrEnum):
    """What is compared."""

    BIRTH_YEAR = "birth_year"
    BRANCH = "branch"
    DAYS = "days"
    FAMILY = "family"
    FATHER = "father"
    GIVEN = "given"
    GRANDFATHER = "grandfather"
    MOTHER = "mother"
    MOTHER_FAMILY = "mother_family"
    NAMESAKES = "namesakes"
    PLACE = "place"
    SEX = "sex"
    YEARS = "years"


NAME_FIELDS: Mapping[Role, Field] = {
    Role.GIVEN: Field.GIVEN,
    Role.FATHER: Field.FATHER,
    Role.GRANDFATHER: Field.GRANDFATHER,
    Role.FAMILY: Field.FAMILY,
    Role.MOTHER: Field.MOTHER,
    Role.MOTHER_FAMILY: Field.MOTHER_FAMILY,
}


class Level(StrEnum):
    """How far two accounts of one field agree; `NOT_KNOWN` speaks neither for nor against.

    `SHARED` is said of the name as a whole: namesakes and siblings take away from what its parts say.
    """

    BEFORE_ARREST = "before_arrest"
    CONTRADICTS = "contradicts"
    NEAR = "near"
    NOT_KNOWN = "not_known"
    ONE_DIGIT = "one_digit"
    ONE_YEAR = "one_year"
    SAME = "same"
    SHARED = "shared"
    TWO_YEARS = "two_years"
    UNCLEAR = "unclear"
    WITHIN_MONTH = "within_month"
    WITHIN_QUARTER = "within_quarter"
    WITHIN_HALF_YEAR = "within_half_year"
    WITHIN_YEAR = "within_year"
    WITHIN_TWO_YEARS = "within_two_years"
    WITHIN_FOUR_YEARS = "within_four_years"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Account:
    """What a family tells of one person; empty or None is what they do not know.

    `arrested` is the first day on which the arrest may have been; `arrested_exactly` that it was this very day.
    """

    id: str
    given: str = ""
    father: str = ""
    grandfather: str = ""
    family: str = ""
    mother: str = ""
    mother_family: str = ""
    birth_year: int | None = None
    place: str = ""
    branch: str = ""
    sex: str = ""
    arrested: date | None = None
    arrested_exactly: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a record says of one person: the name in one line as it was read, or part by part."""

    id: str
    name: str = ""
    given: str = ""
    father: str = ""
    grandfather: str = ""
    family: str = ""
    mother: str = ""
    birth_year: int | None = None
    place: str = ""
    branch: str = ""
    sex: str = ""
    photographed: date | None = None
    died: date | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """How far one field agrees, and what that is worth: the logarithm of how much likelier it makes one person."""

    field: Field
    level: Level
    weight: float


@dataclass(frozen=True, slots=True)
class Linked:
    """One inquiry and one record: the weight of all that is known, and how probable it is that they are one."""

    inquiry: str
    record: str
    weight: float
    probability: float
    reasons: tuple[Reason, ...]
