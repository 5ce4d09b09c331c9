"""Who may prepare, change, sign and freeze: every role, every state."""

from __future__ import annotations

from uuid import uuid4

import pytest

from portal.disclosure.packages import policy
from portal.disclosure.vocab import PackageState
from portal.kernel.actor import ANONYMOUS
from portal.kernel.permissions import Role
from tests.support.actors import an_actor

OPEN = {PackageState.PREPARED, PackageState.SEALED, PackageState.APPROVED}


@pytest.mark.promise("P6")
@pytest.mark.parametrize("role", list(Role))
def test_only_the_liaison_of_the_case_prepares_and_nobody_who_made_the_match(role: Role) -> None:
    actor = an_actor(role)
    is_liaison = role is Role.LIAISON
    assert policy.may_prepare(actor, True, (uuid4(), uuid4())) is is_liaison
    assert not policy.may_prepare(actor, False, (uuid4(), uuid4()))
    assert not policy.may_prepare(actor, True, (actor.id, uuid4()))
    assert not policy.may_prepare(actor, True, (uuid4(), actor.id))


@pytest.mark.parametrize("state", list(PackageState))
@pytest.mark.parametrize("role", list(Role))
def test_only_its_preparer_changes_a_package_and_only_before_contact(role: Role, state: PackageState) -> None:
    actor = an_actor(role)
    expected = role is Role.LIAISON and state in OPEN
    assert policy.may_change(actor, actor.id, state) is expected  # type: ignore[arg-type]
    assert not policy.may_change(actor, uuid4(), state)


@pytest.mark.promise("P6")
@pytest.mark.parametrize("state", list(PackageState))
@pytest.mark.parametrize("role", list(Role))
def test_an_approver_signs_only_what_another_sealed(role: Role, state: PackageState) -> None:
    actor = an_actor(role)
    expected = role is Role.APPROVER and state is PackageState.SEALED
    assert policy.may_approve(actor, uuid4(), state) is expected
    assert not policy.may_approve(actor, actor.id, state)  # type: ignore[arg-type]


@pytest.mark.promise("P14")
@pytest.mark.parametrize("role", list(Role))
def test_those_who_read_packages_may_stop_them(role: Role) -> None:
    expected = role in {Role.APPROVER, Role.LIAISON}
    assert policy.may_freeze(an_actor(role)) is expected
    assert policy.may_read(an_actor(role)) is expected
    assert not policy.may_freeze(ANONYMOUS)
