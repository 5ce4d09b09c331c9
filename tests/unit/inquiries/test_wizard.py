"""Which page comes when: back as one likes, on only as far as the answers hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.inquiries import wizard
from portal.inquiries.answers import Answers, Arrest, Asker, Draft, Name, Origin, Step
from portal.inquiries.vocab import Layer, Relation, Wish
from tests.support.factories.inquiries import CONSENTS, CONTACT

ALL = frozenset(wizard.ORDER[:-1])
DRAFTS = st.frozensets(st.sampled_from(wizard.ORDER[:-1])).map(lambda held: Draft({}, held))


def test_every_page_has_its_place() -> None:
    assert set(wizard.ORDER) == set(Step)
    assert [wizard.place_of(step) for step in wizard.ORDER] == list(range(1, 9))
    assert wizard.before(wizard.ORDER[0]) is None
    assert wizard.before(Step.CHECK) is Step.WISHES


@given(DRAFTS, st.sampled_from(Step))
def test_the_next_page_may_always_be_opened(draft: Draft, step: Step) -> None:
    assert wizard.may_open(draft, wizard.after(draft, step))


@given(DRAFTS)
def test_the_last_page_opens_when_all_others_hold(draft: Draft) -> None:
    assert wizard.may_open(draft, Step.CHECK) is (draft.held == ALL)
    assert wizard.may_open(draft, Step.SAFETY)


@given(st.sampled_from(Step))
def test_who_changes_one_answer_returns_to_the_last_page(step: Step) -> None:
    assert wizard.after(Draft({}, ALL), step) is Step.CHECK


@pytest.mark.parametrize(
    ("page", "worrying"),
    [
        ({"safe": ("yes",), "danger": ("no",)}, False),
        ({"safe": ("seen",), "danger": ("no",)}, True),
        ({"safe": ("yes",), "danger": ("unsure",)}, True),
        ({}, True),
    ],
)
def test_doubt_is_reason_for_advice(page: dict[str, tuple[str, ...]], worrying: bool) -> None:
    assert wizard.is_worrying(Draft({Step.SAFETY: page})) is worrying


def test_what_is_filed_holds_every_answer() -> None:
    answers = Answers(
        Name("a", "b", "c", "d"),
        Origin("e", "f", 1984, "g"),
        Arrest(2013, 5, 17, "h", "215", "a scar"),
        Asker("Rima Test", Relation.MOTHER),
        CONTACT,
        {Layer.FACT: Wish.YES},
    )
    filing = wizard.filing(answers, CONSENTS)
    person = filing.sought
    assert person.full_name == "a b c d"
    assert (person.mother, person.mother_family, person.birth_year, person.birth_place) == (
        "e",
        "f",
        1984,
        "g",
    )
    assert (person.arrested_year, person.arrested_month, person.arrested_day) == (2013, 5, 17)
    assert (person.arrest_place, person.branch, filing.marks) == ("h", "215", "a scar")
    assert (filing.inquirer_name, filing.relation) == ("Rima Test", Relation.MOTHER)
    assert (filing.contact, filing.wishes, filing.consents) == (CONTACT, answers.wishes, CONSENTS)
