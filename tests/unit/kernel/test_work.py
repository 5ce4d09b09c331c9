"""Work: all or nothing, refusals remembered, nothing carried over to the next."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from portal.kernel.actor import ANONYMOUS
from portal.kernel.db import DbRole
from portal.kernel.dual_control import all_different, second_person
from portal.kernel.errors import Conflict, NotAllowed, SamePerson
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.actors import an_actor


def test_every_transaction_takes_on_its_role_and_actor(place: Workplace) -> None:
    actor = an_actor(Role.ANALYST)
    with place.open(actor, DbRole.CASEWORK) as work:
        row = work.session.execute(text("select current_user, portal_actor(), portal_holds('analyst')")).one()
    assert tuple(row) == ("portal_casework", actor.id, True)


def test_nothing_is_carried_over_to_the_next(place: Workplace) -> None:
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        work.session.execute(text("select 1"))
    with place.engine.connect() as connection:
        row = connection.execute(text("select current_user, portal_actor()")).one()
    assert tuple(row) == ("portal_test", None)
    with place.open(ANONYMOUS, DbRole.PUBLIC) as work:
        assert work.session.scalar(text("select portal_actor()")) is None


def test_what_waits_for_the_commit_happens_only_after_it(place: Workplace) -> None:
    done: list[str] = []
    with place.open(ANONYMOUS, DbRole.PUBLIC) as work:
        work.afterwards(lambda: done.append("after"))
        work.at_close(lambda: done.append("closing"))
        assert done == []
    assert done == ["closing", "after"]
    with pytest.raises(RuntimeError), place.open(ANONYMOUS, DbRole.PUBLIC) as work:
        work.afterwards(lambda: done.append("never"))
        raise RuntimeError
    assert done == ["closing", "after"]


def test_a_visitor_signs_nothing(place: Workplace) -> None:
    with pytest.raises(NotAllowed), place.open(ANONYMOUS, DbRole.PUBLIC) as work:
        work.actor_id  # noqa: B018


class Paper:
    """Something two people sign."""

    def __init__(self, proposed_by: UUID | None) -> None:
        self.proposed_by = proposed_by
        self.signed_by: UUID | None = None
        self.version = 1


@pytest.mark.promise("P6")
def test_the_second_signature_is_another_persons() -> None:
    first, second = uuid4(), uuid4()
    with pytest.raises(SamePerson):
        second_person(Paper(first), first, 1)
    with pytest.raises(Conflict):
        second_person(Paper(first), second, 2)
    with pytest.raises(Conflict):
        second_person(Paper(None), second, 1)
    with pytest.raises(NotAllowed):
        second_person(Paper(first), None, 1)
    paper = Paper(first)
    second_person(paper, second, 1)
    assert paper.signed_by == second
    with pytest.raises(Conflict):
        second_person(paper, uuid4(), 1)


@pytest.mark.promise("P6")
def test_nobody_stands_in_two_places_of_one_decision() -> None:
    one, two, three = uuid4(), uuid4(), uuid4()
    all_different(one, two, three, None)
    with pytest.raises(SamePerson):
        all_different(one, two, one)
