"""Other files that may be about the same person: families file twice, and relatives file apart."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.inquiries import service
from portal.inquiries.models import Inquiry
from portal.inquiries.queries import people_sought
from portal.inquiries.vocab import AlikeFile, AlikeFiles, InquiryState, Sought
from portal.kernel.finding.finder import search
from portal.kernel.finding.index import build
from portal.kernel.names import Agreement, compare_part
from portal.kernel.work import Work

MOST_SHOWN = 20
MOST_YEARS_APART = 3
LEAST_PARTS = 2
NAME = ("given", "father", "grandfather", "family")
PARTS = (*NAME, "mother", "mother_family")


def alike(work: Work, inquiry_id: UUID) -> AlikeFiles:
    """The files whose person may be the one of this file; what they say is read only by opening them.

    A name that contradicts anywhere, or years of birth too far apart, make two people. This is an offer to look:
    nothing is merged, and each family keeps its own file, wishes and pace.
    """
    inquiry = service.open_inquiry(work, inquiry_id)
    others = {each.inquiry_id: each for each in people_sought(work) if each.inquiry_id != inquiry_id}
    index = build((each.inquiry_id.bytes, each.full_name) for each in others.values() if each.full_name)
    near = (others[UUID(bytes=answer.key)] for answer in search(index, inquiry.sought.full_name))
    found = _described(work, inquiry.sought, [each for each in near if may_be_one(inquiry.sought, each)])
    audit.record(
        work, Event.INQUIRIES_ALIKE_READ, inquiry_id, case_id=inquiry_id, detail={"files": len(found)}
    )
    return AlikeFiles(inquiry, found)


def may_be_one(one: Sought, other: Sought) -> bool:
    """Whether two families may seek one person: enough of the name agrees, and nothing contradicts."""
    marks = [compare_part(getattr(one, part), getattr(other, part)).agreement for part in PARTS]
    if Agreement.CONTRADICTS in marks or marks[: len(NAME)].count(Agreement.AGREES) < LEAST_PARTS:
        return False
    years = one.birth_year, other.birth_year
    return years[0] is None or years[1] is None or abs(years[0] - years[1]) <= MOST_YEARS_APART


def _described(work: Work, sought: Sought, found: Iterable[Sought]) -> tuple[AlikeFile, ...]:
    shown = list(found)[:MOST_SHOWN]
    rows = work.session.execute(
        select(Inquiry.id, Inquiry.reference, Inquiry.state).where(
            Inquiry.id.in_([each.inquiry_id for each in shown])
        )
    )
    lines: dict[UUID, tuple[str, InquiryState]] = {row.id: (row.reference, row.state) for row in rows}
    return tuple(
        AlikeFile(each.inquiry_id, *lines[each.inquiry_id], agreeing(sought, each)) for each in shown
    )


def agreeing(one: Sought, other: Sought) -> tuple[str, ...]:
    """The parts of both accounts that agree, in the order in which people say them."""
    names = [
        part
        for part in PARTS
        if compare_part(getattr(one, part), getattr(other, part)).agreement is Agreement.AGREES
    ]
    is_same_year = one.birth_year is not None and one.birth_year == other.birth_year
    return (*names, *(("birth_year",) if is_same_year else ()))
