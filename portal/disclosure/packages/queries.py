"""Reads of packages by staff."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.disclosure.packages import policy
from portal.disclosure.packages.models import Disclosure
from portal.disclosure.vocab import Item, Package, PackageState
from portal.kernel.work import Work


@dataclass(frozen=True, slots=True)
class ListedPackage:
    """A package in a list: which file, and where it stands."""

    id: UUID
    inquiry_id: UUID
    state: PackageState
    proposed_by: UUID


def package_of(work: Work, inquiry_id: UUID) -> Package | None:
    """The package of one file, if there is one that this person may see."""
    work.require(policy.may_read)
    row = work.session.scalar(
        select(Disclosure).where(Disclosure.inquiry_id == inquiry_id).options(selectinload(Disclosure.items))
    )
    return None if row is None else package_facts(work, row)


def waiting_for_me(work: Work) -> list[ListedPackage]:
    """Sealed packages this person could approve."""
    work.require(policy.may_read)
    return _listed(work, PackageState.SEALED, others=True)


def to_be_told(work: Work) -> list[ListedPackage]:
    """Approved packages of this liaison's cases that wait for a conversation."""
    work.require(policy.may_read)
    return _listed(work, PackageState.APPROVED) + _listed(work, PackageState.CONTACTED)


def package_facts(work: Work, row: Disclosure) -> Package:
    """The frozen facts of a row."""
    return Package(
        id=row.id,
        version=row.version,
        inquiry_id=row.inquiry_id,
        record_id=row.record_id,
        record_version=row.record_version,
        state=row.state,
        fingerprint=row.fingerprint,
        items=items_of(row),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
        contacted_at=row.contacted_at,
        told_at=row.told_at,
        may_prepare=policy.may_change(work.actor, row.proposed_by, row.state),
        may_approve=policy.may_approve(work.actor, row.proposed_by, row.state),
    )


def items_of(row: Disclosure) -> tuple[Item, ...]:
    """The items in the order of telling."""
    ordered = sorted(row.items, key=lambda item: (item.rank, item.position))
    return tuple(Item(i.layer, i.position, i.text, i.source, i.object_id) for i in ordered)


def _listed(work: Work, state: PackageState, others: bool = False) -> list[ListedPackage]:
    query = select(Disclosure.id, Disclosure.inquiry_id, Disclosure.state, Disclosure.proposed_by).where(
        Disclosure.state == state
    )
    if others:
        query = query.where(Disclosure.proposed_by != work.actor_id)
    rows = work.session.execute(query.order_by(Disclosure.proposed_at))
    return [ListedPackage(*row) for row in rows]
