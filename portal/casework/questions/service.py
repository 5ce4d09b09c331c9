"""Have a family asked for what they left empty, and enter what they say."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.casework import queries as casework
from portal.casework.questions import policy
from portal.casework.questions.models import FamilyQuestion
from portal.casework.questions.vocab import Answer, Asked, Outcome, left_empty
from portal.inquiries import service as inquiries
from portal.kernel.errors import Conflict, NotFound
from portal.kernel.ids import new_id
from portal.kernel.permissions import Role
from portal.kernel.work import Work


def ask_family(work: Work, inquiry_id: UUID) -> tuple[Asked, ...]:
    """There is not enough information: have the family asked for every line that they left empty.

    Which lines these are follows from the inquiry alone, and the words from the line alone: a family cannot tell
    from a question whether any record is compared with what they said.
    """
    work.require(policy.may_ask)
    inquiry = inquiries.open_inquiry(work, inquiry_id)
    wanted = left_empty(inquiry.sought, _asked_before(work, inquiry_id))
    if not wanted:
        raise Conflict("nothing is left that this family has not been asked")
    for part in wanted:
        work.session.add(
            FamilyQuestion(
                id=new_id(), inquiry_id=inquiry_id, part=part, asked_by=work.actor_id, asked_at=work.now
            )
        )
    audit.record(
        work, Event.CASEWORK_QUESTIONS_ASKED, inquiry_id, case_id=inquiry_id, detail={"lines": len(wanted)}
    )
    return wanted


def enter_answers(work: Work, inquiry_id: UUID, answers: Sequence[Answer]) -> None:
    """Enter what the family said, where they had said nothing; "I do not know" is an answer too."""
    work.require(policy.may_answer)
    if casework.own_place(work, inquiry_id) is not Role.LIAISON:
        raise NotFound("no such file among one's own")
    for answer in answers:
        _settle(work, inquiry_id, answer)
    said = {answer.part.value: answer.said for answer in answers if answer.said is not None}
    if said:
        inquiries.complete(work, inquiry_id, said)
    audit.record(
        work, Event.CASEWORK_QUESTIONS_SETTLED, inquiry_id, case_id=inquiry_id, detail={"lines": len(answers)}
    )


def _asked_before(work: Work, inquiry_id: UUID) -> frozenset[Asked]:
    rows = work.session.scalars(select(FamilyQuestion.part).where(FamilyQuestion.inquiry_id == inquiry_id))
    return frozenset(rows)


def _settle(work: Work, inquiry_id: UUID, answer: Answer) -> None:
    outcome = Outcome.NOT_KNOWN if answer.said is None else Outcome.ENTERED
    settled = work.session.scalar(
        update(FamilyQuestion)
        .where(
            FamilyQuestion.inquiry_id == inquiry_id,
            FamilyQuestion.part == answer.part,
            FamilyQuestion.settled_at.is_(None),
        )
        .values(settled_by=work.actor_id, settled_at=work.now, outcome=outcome)
        .returning(FamilyQuestion.id)
    )
    if settled is None:
        raise Conflict("this question is no longer open")
