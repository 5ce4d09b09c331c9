"""Reading the log: in order for checking, by filter for auditors, by case for the family concerned."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.audit import policy
from portal.audit.chain import Entry
from portal.audit.models import AuditEntry
from portal.kernel.paging import PAGE_SIZE, Page, page_of
from portal.kernel.work import Work

_COLUMNS = (
    AuditEntry.seq,
    AuditEntry.at,
    AuditEntry.actor_id,
    AuditEntry.roles,
    AuditEntry.event,
    AuditEntry.subject_id,
    AuditEntry.case_id,
    AuditEntry.detail,
    AuditEntry.previous,
    AuditEntry.hash,
)


def in_order(work: Work) -> Generator[Entry]:
    """Every entry from the first on, streamed, for checking the chain."""
    query = select(*_COLUMNS).order_by(AuditEntry.seq).execution_options(yield_per=2000)
    with work.session.execute(query) as rows:
        for row in rows:
            yield _entry(row)


def newest(
    work: Work,
    page: int = 1,
    event: str | None = None,
    actor_id: UUID | None = None,
    case_id: UUID | None = None,
) -> Page[Entry]:
    """What happened, newest first, narrowed by event, actor or case."""
    work.require(policy.may_read)
    query = select(*_COLUMNS).order_by(AuditEntry.seq.desc())
    for column, wished in (
        (AuditEntry.event, event),
        (AuditEntry.actor_id, actor_id),
        (AuditEntry.case_id, case_id),
    ):
        if wished is not None:
            query = query.where(column == wished)
    rows = work.session.execute(query.limit(PAGE_SIZE + 1).offset((page - 1) * PAGE_SIZE)).all()
    return page_of([_entry(row) for row in rows], page)


def of_case(work: Work, case_id: UUID, since: datetime | None = None) -> list[Entry]:
    """The entries of one case in order; the database narrows them to what this actor may see."""
    query = select(*_COLUMNS).where(AuditEntry.case_id == case_id).order_by(AuditEntry.seq)
    if since is not None:
        query = query.where(AuditEntry.at >= since)
    return [_entry(row) for row in work.session.execute(query)]


def _entry(row: Any) -> Entry:
    return Entry(*row)
