"""The order of the pages: back as one likes, on only as far as was answered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.inquiries import wizard
from portal.inquiries.answers import Answers, Arrest, Asker, Draft, Name, Origin, Step
from portal.inquiries.vocab import GivenConsent, Layer, Purpose, Relation, Wish, default_wish
from tests.support.factories.inquiries import CONTACT

DRAFTS = st.builds(Draft, held=st.frozensets(st.sampled_from(wizard.ORDER[:-1])))
QUESTIONS = frozenset(wizard.ORDER[:-1])


def _held(*steps: Step) -> Draft:
    return Draft(held=frozenset(steps))


def test_every_page_has_its_place_and_its_neighbours() -> None:
    assert set(wizard.ORDER) == set(Step)
    assert [wizard.place_of(step) for step in wizard.ORDER] == list(range(1, 9))
    assert wizard.ORDER[0] is Step.SAFETY  # nobody is asked for a name before it is safe
    assert wizard.before(Step.SAFETY) is None
    assert wizard.before(Step.CHECK) is Step.WISHES


def test_the_first_page_that_waits_is_open_and_none_behind_it() -> None:
    draft = _held(Step.SAFETY, Step.NAME, Step.WISHES)
    assert wizard.first_open(draft) is Step.ORIGIN
    assert [step for step in wizard.ORDER if wizard.may_open(draft, step)] == [
        Step.SAFETY,
        Step.NAME,
        Step.ORIGIN,
    ]


def test_whoever_has_answered_everything_returns_to_where_all_is_shown() -> None:
    assert {wizard.after(Draft(held=QUESTIONS), step) for step in wizard.ORDER} == {Step.CHECK}


def test_whoever_went_back_goes_on_page_by_page() -> None:
    draft = _held(Step.SAFETY, Step.NAME, Step.ORIGIN)
    assert wizard.after(draft, Step.SAFETY) is Step.NAME
    assert wizard.after(draft, Step.ORIGIN) is Step.ARREST


@given(DRAFTS, st.sampled_from(wizard.ORDER))
def test_the_next_page_can_always_be_opened(draft: Draft, step: Step) -> None:
    assert wizard.may_open(draft, wizard.after(draft, step))
    assert wizard.may_open(draft, wizard.ORDER[0])


@given(DRAFTS)
def test_all_is_shown_only_when_all_was_answered(draft: Draft) -> None:
    assert wizard.may_open(draft, Step.CHECK) is (draft.held >= QUESTIONS)


@pytest.mark.parametrize("safe", [("yes",), ("seen",), ("unsure",), (), None])
@pytest.mark.parametrize("danger", [("no",), ("yes",), ("unsure",), (), None])
def test_only_a_clear_word_that_it_is_safe_spares_the_advice(
    safe: tuple[str, ...] | None, danger: tuple[str, ...] | None
) -> None:
    said = {"safe": safe, "danger": danger}
    page = {name: word for name, word in said.items() if word is not None}
    worrying = wizard.is_worrying(Draft({Step.SAFETY: page}))
    assert worrying is ((safe, danger) != (("yes",), ("no",)))


def test_what_is_filed_is_what_was_answered_and_nothing_of_the_safety_page() -> None:
    consents = (GivenConsent(Purpose.SEARCH, "I agree."),)
    wishes = dict.fromkeys(Layer, Wish.YES)
    answers = Answers(
        Name("Samer", None, None, "Hallaq"),
        Origin("Layla", None, 1984, None),
        Arrest(2013, None, None, "Homs", "215", "a scar"),
        Asker("Rima Test", Relation.CHILD),
        CONTACT,
        wishes,
    )
    filing = wizard.filing(answers, consents)
    assert (filing.sought.given, filing.sought.mother, filing.sought.arrested_year) == (
        "Samer",
        "Layla",
        2013,
    )
    assert (filing.sought.father, filing.sought.arrested_day) == (None, None)
    assert (filing.marks, filing.inquirer_name, filing.relation) == ("a scar", "Rima Test", Relation.CHILD)
    assert (filing.contact, filing.wishes, filing.consents) == (CONTACT, wishes, consents)


@pytest.mark.promise("P11")
def test_nothing_about_photographs_unless_it_was_asked_for() -> None:
    unasked = {layer for layer in Layer if default_wish(layer) is Wish.NO}
    assert unasked == {Layer.PHOTOGRAPHS_EXIST, Layer.DESCRIPTION, Layer.FACE}
    assert all(default_wish(layer) is Wish.LATER for layer in set(Layer) - unasked)
