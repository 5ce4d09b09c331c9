"""Records corrected and withdrawn the way two people do it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from uuid import UUID

from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.records.revision import queries, service
from portal.records.revision.vocab import Withdrawal
from portal.records.vocab import Part, WithdrawalGround
from tests.support.actors import an_actor

WHY = Withdrawal(WithdrawalGround.MISFILED, "the paper speaks of somebody else")


def correct(place: Workplace, record_id: UUID, without: AbstractSet[Part]) -> None:
    """Two people hold everything true that the papers say, but for these parts."""
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        held = [each.id for each in queries.quoted(work, record_id) if each.said.part not in without]
        revision_id = service.propose_correction(work, record_id, held, "the other paper is the better one")
    _sign(place, revision_id)


def withdraw(place: Workplace, record_id: UUID, why: Withdrawal = WHY) -> None:
    """Two people withdraw a record."""
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        revision_id = service.propose_withdrawal(work, record_id, why)
    _sign(place, revision_id)


def _sign(place: Workplace, revision_id: UUID) -> None:
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        service.sign(work, revision_id, service.open_revision(work, revision_id).version)
