"""Lists of the desk: in order, in pages, without what families have withdrawn."""

from __future__ import annotations

from typing import Protocol
from uuid import uuid4

import pytest

from portal.inquiries import queries
from portal.inquiries.vocab import InquiryState, Layer, Purpose, Wish
from portal.kernel.db import DbRole
from portal.kernel.errors import NotAllowed, NotFound
from portal.kernel.paging import PAGE_SIZE
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.actors import an_actor
from tests.support.factories.inquiries import a_filed_inquiry, advance


class Clock(Protocol):
    """The clock of a test."""

    def advance(self, **amount: float) -> None:
        """Move it."""


INTAKE = an_actor(Role.INTAKE)


def test_the_longest_waiting_stands_first(place: Workplace, clock: Clock) -> None:
    first = a_filed_inquiry(place)
    clock.advance(hours=1)
    second = a_filed_inquiry(place)
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        found = queries.waiting(work, InquiryState.SUBMITTED)
    assert [line.reference for line in found] == [first.reference, second.reference]


def test_a_list_shows_only_the_states_that_were_asked_for(place: Workplace) -> None:
    taken, _new = a_filed_inquiry(place), a_filed_inquiry(place)
    advance(place, taken.inquiry_id, InquiryState.TRIAGE)
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        assert [line.id for line in queries.waiting(work, InquiryState.TRIAGE)] == [taken.inquiry_id]
        assert queries.waiting(work) == []
        assert queries.state_of(work, taken.inquiry_id) is InquiryState.TRIAGE


def test_a_long_list_comes_in_pages(place: Workplace) -> None:
    for _each in range(PAGE_SIZE + 1):
        a_filed_inquiry(place)
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        one, two = (queries.waiting_page(work, list(InquiryState), number) for number in (1, 2))
    assert (len(one.items), one.next) == (PAGE_SIZE, 2)
    assert (len(two.items), two.next) == (1, None)
    assert not {line.id for line in one.items} & {line.id for line in two.items}


def test_only_the_desk_has_lists(place: Workplace) -> None:
    for role in (Role.EDITOR, Role.CUSTODIAN, Role.RELATIVE):
        with pytest.raises(NotAllowed), place.open(an_actor(role), DbRole.CASEWORK) as work:
            queries.waiting(work, InquiryState.SUBMITTED)


def test_what_was_left_open_has_its_careful_default(place: Workplace) -> None:
    inquiry_id = a_filed_inquiry(place, wishes={Layer.FACT: Wish.YES}).inquiry_id
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        wishes = queries.wishes_of(work, inquiry_id)
    assert wishes[Layer.FACT] is Wish.YES
    assert wishes[Layer.PAPERS] is Wish.LATER
    assert {wishes[layer] for layer in (Layer.PHOTOGRAPHS_EXIST, Layer.DESCRIPTION, Layer.FACE)} == {Wish.NO}


def test_consents_come_with_their_words(place: Workplace) -> None:
    inquiry_id = a_filed_inquiry(place).inquiry_id
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        found = queries.consents_of(work, inquiry_id)
    assert [(c.purpose, c.words, c.stands) for c in found] == [
        (Purpose.SEARCH, "I agree that you search.", True),
        (Purpose.CONTACT, "I agree that you contact me.", True),
    ]


def test_what_does_not_exist_is_not_found(place: Workplace) -> None:
    a_filed_inquiry(place)
    for query in (
        queries.sought,
        queries.state_of,
        queries.relative_of,
        queries.reference_of,
        queries.inquiry_file,
        queries.safe_contact,
    ):
        with pytest.raises(NotFound), place.open(INTAKE, DbRole.CASEWORK) as work:
            query(work, uuid4())
