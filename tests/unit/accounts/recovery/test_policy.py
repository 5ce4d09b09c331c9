"""Who may do what with a way back, and how much has to be said."""

from __future__ import annotations

from itertools import chain, combinations
from types import SimpleNamespace
from uuid import uuid4

import pytest

from portal.accounts.recovery import policy
from portal.accounts.recovery.vocab import Mark, RecoveryState
from portal.kernel.permissions import Role
from tests.support.actors import an_actor

ASKS, SIGNS = {Role.INTAKE, Role.LIAISON}, {Role.APPROVER, Role.VERIFIER}
STRANGER = SimpleNamespace(proposed_by=uuid4(), signed_by=uuid4())


@pytest.mark.parametrize("role", list(Role))
def test_each_role_does_its_own_part(role: Role) -> None:
    actor = an_actor(role)
    own = SimpleNamespace(proposed_by=actor.id, signed_by=actor.id)
    assert policy.may_ask(actor) == (role in ASKS)
    assert policy.may_read(actor) == (role in ASKS | SIGNS)
    assert policy.may_sign(actor, STRANGER) == (role in SIGNS)
    assert policy.may_hand(actor, STRANGER) == (role in ASKS)
    assert policy.may_decline(actor, STRANGER) == (role in SIGNS)
    assert policy.may_decline(actor, own) == (role in ASKS)
    assert policy.may_see_stop(actor, own) == (role in SIGNS)
    assert policy.may_stop_own(actor) == (role not in {Role.OPERATOR, Role.WORKER})
    assert policy.may_expire(actor) == (role in ASKS | {Role.WORKER})


@pytest.mark.promise("P6")
def test_nobody_signs_what_they_asked_for_nor_holds_the_link_of_what_they_signed() -> None:
    everything = an_actor(Role.INTAKE, Role.VERIFIER, Role.LIAISON)
    own = SimpleNamespace(proposed_by=everything.id, signed_by=everything.id)
    assert not policy.may_sign(everything, own)
    assert not policy.may_hand(everything, own)
    assert not policy.may_see_stop(everything, STRANGER)


@pytest.mark.asvs("6.4.4")
def test_what_was_said_is_enough_only_with_the_word_and_two_things() -> None:
    marks = list(Mark)
    for said in chain.from_iterable(combinations(marks, n) for n in range(len(marks) + 1)):
        facts = len(set(said) - {Mark.CODE_WORD})
        with_word = Mark.CODE_WORD in said
        assert policy.is_enough(said, has_code_word=True) == (with_word and facts >= 2)
        assert policy.is_enough(said, has_code_word=False) == (not with_word and facts >= 3)


def test_an_end_is_an_end() -> None:
    ends = {RecoveryState.DECLINED, RecoveryState.DONE, RecoveryState.EXPIRED, RecoveryState.STOPPED}
    for now in RecoveryState:
        after = {then for then in RecoveryState if policy.may_follow(now, then)}
        assert (after == set()) == (now in ends)
        assert RecoveryState.ASKED not in after
