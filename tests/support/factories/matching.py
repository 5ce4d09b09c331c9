"""Inquiries and records of one person, proposed and judged the way analysts do it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.matching import service
from portal.matching.vocab import EvidenceLevel, Ground, MatchProposal, Verdict
from portal.records.archive.models import Record, RecordItem
from portal.records.truth import queries as record_queries
from portal.records.truth import service as truth
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.factories.inquiries import SOUGHT
from tests.support.factories.records import a_reading, accept, read_by_two, staged
from tests.support.factories.vault import pdf
from tests.support.factories.verification import a_verified_inquiry

STRONG = frozenset({Ground.AUTHENTICATED_PAPER_TIES_NUMBER, Ground.INDEPENDENT_LINE})
SUPPORTED = frozenset({Ground.CIVIL_IDENTITY_ON_AUTHENTICATED_PAPER})
REASON = "number and full name stand on one authenticated paper"
BRANCH, NUMBER = "901", "4321"
SAID = {name: getattr(SOUGHT, name) for name in ("given", "father", "grandfather", "family", "mother")}


class Pair(NamedTuple):
    """An inquiry and a record."""

    inquiry_id: UUID
    record_id: UUID


def a_record(place: Workplace, vault: Vault, folder: Path, *, confirmed: bool = True, **said: str) -> UUID:
    """A record with one paper that two people have read; two others have confirmed what it says."""
    number = said.pop("number", NUMBER)
    paper = folder / number / "death certificate" / f"{BRANCH}-{number}" / "paper.pdf"
    paper.parent.mkdir(parents=True)
    paper.write_bytes(pdf(1 + int(number) % 7))
    accept(place, staged(place, vault, folder / number, "{kind}/{branch}-{number}/{file}").batch_id)
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        item_id, record_id = work.session.execute(
            select(RecordItem.id, Record.id)
            .join(Record, Record.id == RecordItem.record_id)
            .where(Record.number == number)
        ).one()
    read_by_two(place, item_id, a_reading(**(said or {**SAID, "birth_year": "1984"})))
    if confirmed:
        settle(place, record_id)
    return record_id


def settle(place: Workplace, record_id: UUID) -> None:
    """Two people confirm what a record says."""
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        truth.propose_truth(work, record_id, "the paper says so")
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        truth.confirm_truth(work, record_id, record_queries.facts(work, record_id).version)


def a_pair(place: Workplace, vault: Vault, folder: Path, *, confirmed: bool = True) -> Pair:
    """A verified inquiry and the record of the very person it seeks."""
    return Pair(a_verified_inquiry(place), a_record(place, vault, folder, confirmed=confirmed))


def a_proposal(
    pair: Pair, level: EvidenceLevel = EvidenceLevel.E3, grounds: frozenset[Ground] = STRONG
) -> MatchProposal:
    """What an analyst may propose."""
    return MatchProposal(*pair, level, grounds, REASON)


def propose(
    place: Workplace,
    pair: Pair,
    level: EvidenceLevel = EvidenceLevel.E3,
    grounds: frozenset[Ground] = STRONG,
    by: Actor | None = None,
) -> UUID:
    """An analyst proposes that both are one person."""
    with place.open(by or an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        return service.propose_match(work, a_proposal(pair, level, grounds))


def judge(place: Workplace, match_id: UUID, verdict: Verdict = Verdict.SAME, by: Actor | None = None) -> None:
    """Somebody opens the comparison and writes a verdict of their own."""
    reviewer = by or an_actor(Role.ANALYST)
    with place.open(reviewer, DbRole.CASEWORK) as work:
        version = service.open_match(work, match_id)[0].version
    with place.open(reviewer, DbRole.CASEWORK) as work:
        service.review_match(work, match_id, verdict, "I compared every part of the name", version)


def a_confirmed_match(place: Workplace, pair: Pair) -> UUID:
    """A match proposed by one analyst and found the same by another, blind."""
    match_id = propose(place, pair)
    judge(place, match_id)
    return match_id
