"""Who may stage, accept and reject: every role, every state, as proposer or not."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from uuid import UUID, uuid4

import pytest

from portal.kernel.permissions import Role
from portal.records.archive import policy
from portal.records.vocab import BatchState, FileKind
from tests.support.actors import an_actor


@dataclass
class _Batch:
    proposed_by: UUID
    state: BatchState


@pytest.mark.promise("P6")
@pytest.mark.parametrize(("role", "state"), list(product(Role, BatchState)))
def test_acceptance_takes_a_custodian_who_is_not_the_stager(role: Role, state: BatchState) -> None:
    actor = an_actor(role)
    assert actor.id is not None
    waits = state is BatchState.STAGED
    assert policy.may_accept(actor, _Batch(uuid4(), state)) is (role is Role.CUSTODIAN and waits)
    assert not policy.may_accept(actor, _Batch(actor.id, state))


@pytest.mark.parametrize(("role", "state"), list(product(Role, BatchState)))
def test_only_what_nobody_has_accepted_is_sent_back(role: Role, state: BatchState) -> None:
    keeper = role in {Role.CUSTODIAN, Role.OPERATOR}
    pending = state in {BatchState.STAGED, BatchState.STAGING}
    assert policy.may_reject(an_actor(role), _Batch(uuid4(), state)) is (keeper and pending)
    assert policy.may_stage(an_actor(role)) is policy.may_read_batches(an_actor(role)) is keeper


@pytest.mark.parametrize(("role", "kind"), list(product(Role, FileKind)))
def test_a_transcriber_opens_papers_and_no_photograph(role: Role, kind: FileKind) -> None:
    whole = role in {Role.ANALYST, Role.APPROVER, Role.CUSTODIAN}
    paper = role is Role.TRANSCRIBER and kind is not FileKind.PHOTOGRAPH
    assert policy.may_open(an_actor(role), kind) is (whole or paper)
