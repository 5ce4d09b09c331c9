"""What is still asked of families, narrowed to the files of the reader."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from portal.casework import queries as casework
from portal.casework.questions import policy
from portal.casework.questions.models import FamilyQuestion
from portal.casework.questions.vocab import Question, QuestionFile, WaitingQuestions
from portal.inquiries import queries as inquiries
from portal.kernel.permissions import Role
from portal.kernel.work import Work


def file(work: Work, inquiry_id: UUID) -> QuestionFile:
    """What one family is asked now."""
    work.require(policy.may_read)
    rows = work.session.scalars(
        select(FamilyQuestion)
        .where(FamilyQuestion.inquiry_id == inquiry_id, FamilyQuestion.settled_at.is_(None))
        .order_by(FamilyQuestion.asked_at, FamilyQuestion.part)
    )
    return QuestionFile(
        inquiry_id,
        inquiries.reference_of(work, inquiry_id),
        inquiries.language_of(work, inquiry_id),
        tuple(Question(row.id, row.part, row.asked_at) for row in rows),
        policy.may_answer(work.actor) and casework.own_place(work, inquiry_id) is Role.LIAISON,
    )


def waiting_for_me(work: Work) -> list[WaitingQuestions]:
    """The families this caseworker is to ask, the longest waiting first."""
    since = func.min(FamilyQuestion.asked_at)
    rows = work.session.execute(
        select(FamilyQuestion.inquiry_id, since)
        .where(FamilyQuestion.settled_at.is_(None), FamilyQuestion.inquiry_id.in_(casework.mine(work)))
        .group_by(FamilyQuestion.inquiry_id)
        .order_by(since)
    )
    return [WaitingQuestions(each, inquiries.reference_of(work, each), asked) for each, asked in rows]
