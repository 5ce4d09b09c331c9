"""Whatever is typed into a page: no page breaks, and everything comes back."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from portal.inquiries import drafting, wizard
from portal.inquiries.answers import Draft, Step, from_json, to_json
from portal.inquiries.vocab import Channel

TODAY = date(2026, 3, 2)
STEPS = wizard.ORDER[:-1]
# Werkzeug replaces what is no UTF-8, so that no half letter arrives; everything else may.
ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=40) | st.sampled_from(
    [
        "yes",
        "no",
        "later",
        "email",
        "phone",
        "none",
        "mother",
        "5",
        "24",
        "١٩٨٤",
        "2013",
        "a@b.example",
        "\x00",
    ]
)
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.asvs("2.2.1")
@pytest.mark.promise("P20")
@pytest.mark.parametrize("step", STEPS)
@QUIET
@given(st.data())
def test_any_text_is_kept_and_breaks_nothing(app: Flask, step: Step, data: st.DataObject) -> None:
    with app.test_request_context():
        names = [field.name for field in drafting.kept_form(Draft(), step, TODAY)]
        sent = data.draw(st.fixed_dictionaries({name: st.lists(ANY_TEXT, max_size=3) for name in names}))
        typed = drafting.typed_in(drafting.kept_form(Draft(), step, TODAY), MultiDict(sent))
        draft = from_json(to_json(Draft().with_page(step, typed, holds=True)))
        form = drafting.kept_form(draft, step, TODAY)
        if form.validate() and step is not Step.SAFETY:
            assert form.answer("en") if step is Step.CONTACT else form.answer()  # type: ignore[attr-defined]  # each page but the first has it
        for field in form:
            if field.type in {"StringField", "TextAreaField"} and sent[field.name]:
                assert field.data == sent[field.name][0].strip()
                assert str(field())


@pytest.mark.asvs("2.3.2")
def test_a_field_holds_no_more_than_is_kept(app: Flask) -> None:
    with app.test_request_context():
        form = drafting.kept_form(Draft(), Step.NAME, TODAY)
        typed = drafting.typed_in(
            form, MultiDict([("given", "a" * 10**6), ("unknown", "b")] + [("family", "c")] * 99)
        )
    assert set(typed) == {"given", "father", "grandfather", "family"}
    assert len(typed["given"][0]) == drafting.KEPT_LETTERS
    assert len(typed["family"]) == drafting.KEPT_VALUES


def test_the_first_page_that_does_not_hold_is_named(app: Flask) -> None:
    with app.test_request_context():
        draft = Draft().with_page(Step.SAFETY, {"safe": ("yes",), "danger": ("no",)}, holds=True)
        assert drafting.first_wrong(draft, TODAY) is Step.NAME
        nameless = draft.with_page(Step.NAME, {"given": ("",)}, holds=True)
        assert drafting.first_wrong(nameless, TODAY) is Step.NAME


def test_a_year_that_was_possible_when_typed_is_looked_at_again(app: Flask) -> None:
    draft = Draft().with_page(Step.ORIGIN, {"birth_year": ("2026",)}, holds=True)
    with app.test_request_context():
        assert drafting.kept_form(draft, Step.ORIGIN, TODAY).validate()
        assert not drafting.kept_form(draft, Step.ORIGIN, date(2025, 1, 1)).validate()


def test_an_address_left_from_another_choice_is_not_sent(app: Flask) -> None:
    typed = {"channel": ("none",), "address": ("rima@mail.example",), "hour_from": ("9",), "hour_to": ("17",)}
    with app.test_request_context():
        form = drafting.kept_form(Draft().with_page(Step.CONTACT, typed, holds=True), Step.CONTACT, TODAY)
        assert form.validate()
        contact = form.answer("ar")  # type: ignore[attr-defined]  # the page of the contact has it
    assert (contact.channel, contact.address) == (Channel.NONE, None)
