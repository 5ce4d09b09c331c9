"""Who logs a conversation, and which layer may follow which."""

from __future__ import annotations

from itertools import combinations
from uuid import uuid4

import pytest

from portal.disclosure.telling import policy
from portal.disclosure.vocab import LAYERS, PackageState
from portal.inquiries.vocab import Layer
from portal.kernel.permissions import Role
from tests.support.actors import an_actor

WORDS = {Layer.FACT, Layer.PHOTOGRAPHS_EXIST, Layer.DESCRIPTION}


@pytest.mark.promise("P1")
@pytest.mark.promise("P6")
@pytest.mark.parametrize("state", list(PackageState))
@pytest.mark.parametrize("role", list(Role))
def test_only_the_preparer_logs_and_only_what_another_approved(role: Role, state: PackageState) -> None:
    actor = an_actor(role)
    tellable = state in {PackageState.APPROVED, PackageState.CONTACTED, PackageState.TOLD}
    assert policy.may_log(actor, actor.id, state) is (role is Role.LIAISON and tellable)  # type: ignore[arg-type]
    assert not policy.may_log(actor, uuid4(), state)


@pytest.mark.promise("P2")
@pytest.mark.parametrize("role", list(Role))
def test_only_a_relative_reads_and_opens_what_is_theirs(role: Role) -> None:
    assert policy.may_read_own(an_actor(role)) is (role is Role.RELATIVE)
    assert policy.may_open_photograph(an_actor(role)) is (role is Role.RELATIVE)


@pytest.mark.promise("P11")
@pytest.mark.promise("P12")
def test_every_order_of_asking() -> None:
    for count in range(len(LAYERS) + 1):
        for released in map(frozenset, combinations(LAYERS, count)):
            for layer in Layer:
                expected = layer not in released and (
                    layer is Layer.FACT
                    or (layer is Layer.FACE and released >= WORDS)
                    or (layer is not Layer.FACE and Layer.FACT in released)
                )
                assert policy.may_ask_for(layer, LAYERS, released) is expected
                assert not policy.may_ask_for(layer, (), released), "nothing is asked for that is not there"
