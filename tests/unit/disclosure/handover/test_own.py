"""A relative who was told reads that something left; to anybody else nothing is betrayed."""

from __future__ import annotations

import pyrage
import pytest

from portal.disclosure.handover import queries, service
from portal.disclosure.handover.vocab import Recipient, Wish
from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import NotAllowed
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.oversight import queries as oversight
from portal.records.truth import queries as records
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.factories import disclosure as told
from tests.support.factories.disclosure import Case

COURT = Recipient("The registrar", "A court far away", str(pyrage.x25519.Identity.generate().to_public()))


def ask(place: Workplace, vault: Vault, case: Case) -> None:
    """Something of the record of this case is asked for."""
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        items = frozenset(item.id for item in records.items(work, case.record_id)[:1])
        service.propose(work, Wish(case.record_id, items, COURT, "Letter 12"))


def hand_over(place: Workplace, vault: Vault, case: Case) -> None:
    """Something of the record of this case leaves."""
    ask(place, vault, case)
    approver = an_actor(Role.APPROVER)
    with place.open(approver, DbRole.CASEWORK) as work:
        (found,) = queries.handovers(work)
        service.sign(work, found.id, found.version)
    with place.open(approver, DbRole.CASEWORK) as work:
        service.pack(work, vault, found.id)


def seen(place: Workplace, relative: Actor) -> tuple[int, int]:
    """What the relative's page says, and what the database would say if the page asked whatever it may."""
    with place.open(relative, DbRole.FAMILY) as work:
        return len(oversight.who_looked(work).handed), len(queries.own_handed(work))


@pytest.mark.promise("P15")
def test_whoever_was_told_sees_that_it_left(place: Workplace, vault: Vault) -> None:
    case = told.a_told_relative(place, vault)
    ask(place, vault, case)
    assert seen(place, case.relative) == (0, 0), "what was only asked for has not left"


@pytest.mark.promise("P15")
def test_once_it_left_it_stands_there(place: Workplace, vault: Vault) -> None:
    case = told.a_told_relative(place, vault)
    hand_over(place, vault, case)
    assert seen(place, case.relative) == (1, 1)


@pytest.mark.promise("P3")
def test_before_the_conversation_nothing_is_betrayed(place: Workplace, vault: Vault) -> None:
    case = told.an_approved_package(place, vault)
    hand_over(place, vault, case)
    assert seen(place, case.relative) == (0, 0)


@pytest.mark.promise("P3")
def test_another_relative_who_was_told_sees_nothing_of_it(place: Workplace, vault: Vault) -> None:
    case, stranger = told.an_approved_package(place, vault), told.a_told_relative(place, vault)
    hand_over(place, vault, case)
    assert seen(place, stranger.relative) == (0, 0)


@pytest.mark.promise("P14")
def test_what_no_longer_stands_is_not_said(place: Workplace, vault: Vault) -> None:
    case = told.a_told_relative(place, vault)
    hand_over(place, vault, case)
    told.freeze(place, case)
    assert seen(place, case.relative) == (0, 0)


def test_staff_have_no_page_of_their_own(place: Workplace) -> None:
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work, pytest.raises(NotAllowed):
        queries.own_handed(work)
