"""The searches that were made, for those who look after the house."""

from __future__ import annotations

from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.kernel.paging import PAGE_SIZE, Page, page_of
from portal.kernel.work import Work
from portal.matching.lookup import policy
from portal.matching.lookup.models import NameSearch
from portal.matching.lookup.vocab import KeptSearch


def searches(work: Work, number: int) -> Page[KeptSearch]:
    """Who looked for which name, for which inquiry and why, newest first."""
    work.require(policy.may_oversee)
    query = select(NameSearch).order_by(NameSearch.searched_at.desc(), NameSearch.id)
    rows = work.session.scalars(query.limit(PAGE_SIZE + 1).offset((number - 1) * PAGE_SIZE)).all()
    people = accounts.display_names(work, {row.account_id for row in rows})
    kept = [
        KeptSearch(
            row.id,
            row.inquiry_id,
            row.account_id,
            people.get(row.account_id),
            row.name,
            row.reason,
            row.found,
            row.searched_at,
        )
        for row in rows
    ]
    return page_of(kept, number)
