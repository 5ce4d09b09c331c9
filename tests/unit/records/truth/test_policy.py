"""Who may propose and confirm the truth of a record: every role, every state, as proposer or not."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from uuid import UUID, uuid4

import pytest

from portal.kernel.permissions import Role
from portal.records.truth import policy
from portal.records.vocab import RecordState
from tests.support.actors import an_actor


@dataclass
class _Record:
    proposed_by: UUID
    state: RecordState


@pytest.mark.promise("P6")
@pytest.mark.parametrize(("role", "state"), list(product(Role, RecordState)))
def test_truth_takes_a_custodian_and_then_an_approver(role: Role, state: RecordState) -> None:
    actor = an_actor(role)
    assert actor.id is not None
    unsettled = state in {RecordState.TRANSCRIBED, RecordState.CORRECTED}
    by_other, by_self = _Record(uuid4(), state), _Record(actor.id, state)
    assert policy.may_propose(actor, by_other) is (role is Role.CUSTODIAN and unsettled)
    assert policy.may_confirm(actor, by_other) is (role is Role.APPROVER and unsettled)
    assert not policy.may_confirm(actor, by_self)


@pytest.mark.parametrize("role", Role)
def test_records_are_read_by_who_keeps_compares_or_confirms(role: Role) -> None:
    assert policy.may_read(an_actor(role)) is (role in {Role.ANALYST, Role.APPROVER, Role.CUSTODIAN})
