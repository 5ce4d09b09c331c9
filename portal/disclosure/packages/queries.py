"""Reads of packages by staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.accounts import queries as accounts
from portal.disclosure.packages import policy
from portal.disclosure.packages.models import Disclosure
from portal.disclosure.protection import queries as protection
from portal.disclosure.vocab import Item, Package, PackageState
from portal.inquiries import queries as inquiries
from portal.kernel.errors import NotFound
from portal.kernel.work import Work
from portal.matching import queries as matching
from portal.matching.vocab import EvidenceLevel
from portal.records.truth import queries as records
from portal.records.truth.derivation import strangers
from portal.records.truth.vocab import RecordFacts, Statement
from portal.records.vocab import FileKind, RecordState


@dataclass(frozen=True, slots=True)
class ListedPackage:
    """A package in a list: which file, and where it stands."""

    id: UUID
    inquiry_id: UUID
    state: PackageState
    proposed_by: UUID


@dataclass(frozen=True, slots=True)
class PackageDesk:
    """A package with what it is written from: the record's facts, its quotations, its closed photographs.

    `name` is the one the family wrote; `level` and `facts` are missing when no match stands any more.
    """

    inquiry_id: UUID
    reference: str
    language: str
    name: str
    level: EvidenceLevel | None
    package: Package | None
    facts: RecordFacts | None
    statements: tuple[Statement, ...]
    photographs: tuple[UUID, ...]
    people: Mapping[UUID, str]
    may_begin: bool
    is_held: bool

    @property
    def package_id(self) -> UUID:
        """The package, which must have been begun."""
        if self.package is None:
            raise NotFound("no package yet")
        return self.package.id

    @property
    def version(self) -> int:
        """The version that was read."""
        return 0 if self.package is None else self.package.version


def package_of(work: Work, inquiry_id: UUID) -> Package | None:
    """The package of one file, if there is one that this person may see."""
    work.require(policy.may_read)
    row = work.session.scalar(
        select(Disclosure)
        .where(Disclosure.inquiry_id == inquiry_id, Disclosure.state != PackageState.SUPERSEDED)
        .options(selectinload(Disclosure.items))
    )
    return None if row is None else package_facts(work, row)


def desk(work: Work, inquiry_id: UUID, is_assigned: bool) -> PackageDesk:
    """Everything on the desk of whoever writes or signs one package."""
    package = package_of(work, inquiry_id)
    match = matching.confirmed_match(work, inquiry_id)
    record_id = package.record_id if package else match.record_id if match else None
    if record_id is None:
        raise NotFound("no confirmed match for this file")
    person = inquiries.sought(work, inquiry_id)
    facts = _facts(work, record_id)
    items = records.items(work, record_id)
    return PackageDesk(
        inquiry_id=inquiry_id,
        reference=inquiries.reference_of(work, inquiry_id),
        language=inquiries.language_of(work, inquiry_id),
        name=person.full_name,
        level=match.level if match else None,
        package=package,
        facts=facts,
        statements=_heard(work, facts),
        photographs=tuple(item.id for item in items if item.kind is FileKind.PHOTOGRAPH),
        people=accounts.display_names(work, _signers(package)),
        may_begin=match is not None
        and (package is None or package.match_id != match.id)
        and policy.may_prepare(work.actor, is_assigned, (match.proposed_by, match.signed_by)),
        is_held=protection.is_held(work, inquiry_id),
    )


def waiting_for_me(work: Work) -> list[ListedPackage]:
    """Sealed packages this person could approve."""
    work.require(policy.may_read)
    return _listed(work, PackageState.SEALED, others=True)


def fallen(work: Work) -> list[ListedPackage]:
    """Packages that no longer stand: their match was renewed or reversed, or their record changed."""
    work.require(policy.may_read)
    rows = work.session.scalars(
        select(Disclosure)
        .where(Disclosure.state.not_in((PackageState.SUPERSEDED, PackageState.FROZEN)))
        .order_by(Disclosure.proposed_at)
    )
    return [
        ListedPackage(row.id, row.inquiry_id, row.state, row.proposed_by)
        for row in rows
        if not stands(work, row)
    ]


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
        match_id=row.match_id,
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
        stands=stands(work, row),
        may_prepare=policy.may_change(work.actor, row.proposed_by, row.state),
        may_approve=policy.may_approve(work.actor, row.proposed_by, row.state),
    )


def items_of(row: Disclosure) -> tuple[Item, ...]:
    """The items in the order of telling."""
    ordered = sorted(row.items, key=lambda item: (item.rank, item.position))
    return tuple(Item(i.layer, i.position, i.text, i.source, i.object_id, i.part) for i in ordered)


def stands(work: Work, row: Disclosure) -> bool:
    """True while the match is the same and the record is confirmed in the very version the package was made from."""
    match = matching.confirmed_match(work, row.inquiry_id)
    facts = _facts(work, row.record_id)
    return (
        match is not None
        and match.id == row.match_id
        and facts is not None
        and facts.version == row.record_version
        and facts.state is RecordState.CONFIRMED
    )


def _facts(work: Work, record_id: UUID) -> RecordFacts | None:
    """What the record says; a liaison sees it only as long as a match stands."""
    try:
        return records.facts(work, record_id)
    except NotFound:
        return None


def _heard(work: Work, facts: RecordFacts | None) -> tuple[Statement, ...]:
    """What the papers of this person say; a paper that names somebody else lies here but is not quoted."""
    if facts is None:
        return ()
    said = records.statements(work, facts.id)
    others = strangers(said, facts.branch, facts.number)
    return tuple(statement for statement in said if statement.item_id not in others)


def _signers(package: Package | None) -> set[UUID | None]:
    return {package.proposed_by, package.signed_by} if package else set()


def _listed(work: Work, state: PackageState, others: bool = False) -> list[ListedPackage]:
    query = select(Disclosure.id, Disclosure.inquiry_id, Disclosure.state, Disclosure.proposed_by).where(
        Disclosure.state == state
    )
    if others:
        query = query.where(Disclosure.proposed_by != work.actor_id)
    rows = work.session.execute(query.order_by(Disclosure.proposed_at))
    return [ListedPackage(*row) for row in rows]
