"""What an inquiry and a record say of each other, part by part, and in which order candidates are shown; pure.

Weights are log-odds in the manner of Fellegi and Sunter: how much likelier an agreement (or a contradiction) is for
the same person than for two different ones. They are set by judgement, from how many people share each part: a
grandfather's or a mother's name is shared by few, a given name by many. They order candidates; no decision rests on
them, and no number is ever shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from portal.inquiries.vocab import Sought
from portal.kernel.names import Agreement, PartComparison, compare_part
from portal.matching.vocab import Compared, ComparedPart
from portal.records.truth.vocab import RecordFacts

SAME_YEAR, OTHER_YEAR = 1, 3


@dataclass(frozen=True, slots=True)
class Weight:
    """What an agreement adds and what a contradiction takes away."""

    agrees: float
    contradicts: float


WEIGHTS: dict[ComparedPart, Weight] = {
    ComparedPart.GIVEN: Weight(4.0, -5.0),
    ComparedPart.FATHER: Weight(4.5, -5.0),
    ComparedPart.GRANDFATHER: Weight(5.0, -4.0),
    ComparedPart.FAMILY: Weight(6.0, -5.0),
    ComparedPart.MOTHER: Weight(5.0, -3.0),
    ComparedPart.MOTHER_FAMILY: Weight(6.0, -3.0),
    ComparedPart.BIRTH_YEAR: Weight(3.0, -4.0),
    ComparedPart.PLACE: Weight(2.0, -0.5),
    ComparedPart.BRANCH: Weight(2.0, -1.0),
    ComparedPart.DATES: Weight(0.5, -12.0),
}
_NAMES = (
    (ComparedPart.GIVEN, "given"),
    (ComparedPart.FATHER, "father"),
    (ComparedPart.GRANDFATHER, "grandfather"),
    (ComparedPart.FAMILY, "family"),
    (ComparedPart.MOTHER, "mother"),
    (ComparedPart.MOTHER_FAMILY, "mother_family"),
)


def compared(sought: Sought, record: RecordFacts) -> tuple[Compared, ...]:
    """Every part of both accounts side by side; what one of them does not say is not known, never a contradiction."""
    names = (_name(part, getattr(sought, field), getattr(record, field)) for part, field in _NAMES)
    return (
        *names,
        _year(sought.birth_year, record.birth_year),
        _place(sought, record.place_stated),
        _branch(sought.branch, record.branch),
        _dates(sought, record.photographed_on),
    )


def ranked(sought: Sought, records: Iterable[RecordFacts]) -> list[tuple[RecordFacts, tuple[Compared, ...]]]:
    """The records worth a person's look, the likeliest first."""
    found = ((record, compared(sought, record)) for record in records)
    likely = (each for each in found if is_candidate(each[1]))
    return sorted(likely, key=lambda each: (-weight(each[1]), str(each[0].id)))


def weight(parts: tuple[Compared, ...]) -> float:
    """The sum by which candidates are ordered."""
    return sum(_worth(each) for each in parts)


def is_candidate(parts: tuple[Compared, ...]) -> bool:
    """Worth a person's look: some name agrees, and more speaks for it than against it."""
    names = {part for part, _ in _NAMES}
    named = any(each.part in names and each.agreement is Agreement.AGREES for each in parts)
    return named and weight(parts) > 0


def _worth(each: Compared) -> float:
    if each.agreement is Agreement.AGREES:
        return WEIGHTS[each.part].agrees * (each.closeness or 1.0)
    return WEIGHTS[each.part].contradicts if each.agreement is Agreement.CONTRADICTS else 0.0


def _name(part: ComparedPart, theirs: str | None, ours: str | None) -> Compared:
    found = compare_part(theirs, ours)
    return Compared(part, theirs, ours, found.agreement, found.closeness)


def _year(theirs: int | None, ours: int | None) -> Compared:
    apart = None if theirs is None or ours is None else abs(theirs - ours)
    agreement = _by(apart, lambda years: years <= SAME_YEAR, lambda years: years > OTHER_YEAR)
    return Compared(ComparedPart.BIRTH_YEAR, _text(theirs), _text(ours), agreement, 1.0, apart)


def _place(sought: Sought, ours: str | None) -> Compared:
    """A paper that names the place of birth agrees too; that it names another one says nothing."""
    arrest = _name(ComparedPart.PLACE, sought.arrest_place, ours)
    birth = _name(ComparedPart.PLACE, sought.birth_place, ours)
    return (
        birth if birth.agreement is Agreement.AGREES and arrest.agreement is not Agreement.AGREES else arrest
    )


def _branch(theirs: str | None, ours: str | None) -> Compared:
    """Branches go by number; one that is known by its name alone cannot be held against a number."""
    numbers = _digits(theirs or ""), _digits(ours or "")
    if not all(numbers):
        found = compare_part(theirs, ours) if not any(numbers) else PartComparison(Agreement.NOT_KNOWN, 0.0)
    else:
        same = numbers[0] == numbers[1]
        found = PartComparison(Agreement.AGREES if same else Agreement.CONTRADICTS, float(same))
    return Compared(ComparedPart.BRANCH, theirs, ours, found.agreement, found.closeness)


def _dates(sought: Sought, photographed: date | None) -> Compared:
    """A photograph taken before the arrest is of somebody else; one taken after it says little."""
    arrested = _spoken(sought.arrested_year, sought.arrested_month, sought.arrested_day)
    if sought.arrested_year is None or photographed is None:
        agreement = Agreement.NOT_KNOWN
    else:
        earliest = (sought.arrested_year, sought.arrested_month or 1, sought.arrested_day or 1)
        before = (photographed.year, photographed.month, photographed.day) < earliest
        agreement = Agreement.CONTRADICTS if before else Agreement.AGREES
    return Compared(ComparedPart.DATES, arrested, _text(photographed), agreement, 1.0)


def _by(value: int | None, agrees: Callable[[int], bool], contradicts: Callable[[int], bool]) -> Agreement:
    if value is None:
        return Agreement.NOT_KNOWN
    if agrees(value):
        return Agreement.AGREES
    return Agreement.CONTRADICTS if contradicts(value) else Agreement.NOT_KNOWN


def _digits(text: str) -> str:
    return "".join(str(int(c)) for c in text if c.isdecimal())


def _text(value: object | None) -> str | None:
    return None if value is None else str(value)


def _spoken(year: int | None, month: int | None, day: int | None) -> str | None:
    parts = [f"{part:02}" for part in (year, month, day) if part is not None]
    return "-".join(parts) or None
