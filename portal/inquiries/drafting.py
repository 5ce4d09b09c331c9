"""From what was typed to a form, and from all forms together to what is filed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from portal.inquiries import wizard
from portal.inquiries.answers import Answers, Draft, Step, Typed
from portal.inquiries.forms import (
    ArrestForm,
    AskerForm,
    ContactForm,
    NameForm,
    OriginForm,
    SafetyForm,
    StepForm,
    WishesForm,
)

FORMS: Mapping[Step, type[StepForm]] = {
    Step.SAFETY: SafetyForm,
    Step.NAME: NameForm,
    Step.ORIGIN: OriginForm,
    Step.ARREST: ArrestForm,
    Step.YOU: AskerForm,
    Step.CONTACT: ContactForm,
    Step.WISHES: WishesForm,
}
# What is kept of a page that does not hold yet: more than any field takes, less than would fill a disk.
KEPT_LETTERS, KEPT_VALUES = 20_000, 20
Kind = TypeVar("Kind", bound=StepForm)


def sent_form(step: Step, today: date) -> StepForm:
    """The form of a page with what the browser has just sent."""
    form = FORMS[step]()
    form.today = today
    return form


def kept_form(draft: Draft, step: Step, today: date) -> StepForm:
    """The form of a page with what was typed before; an untouched one shows its defaults."""
    return _read(draft, FORMS[step], step, today)


def typed_in(form: StepForm, sent: MultiDict[str, str]) -> Typed:
    """What was typed into the fields of this page, letter by letter."""
    names = [field.name for field in form if field.name != "csrf_token"]
    return {name: tuple(value[:KEPT_LETTERS] for value in sent.getlist(name)[:KEPT_VALUES]) for name in names}


def first_wrong(draft: Draft, today: date) -> Step | None:
    """The first page whose answers do not hold."""
    for step in wizard.ORDER[:-1]:
        if step not in draft.held or not kept_form(draft, step, today).validate():
            return step
    return None


def answers_of(draft: Draft, today: date, language: str) -> Answers:
    """Everything that was asked, of a draft in which nothing is wrong."""
    return Answers(
        name=_read(draft, NameForm, Step.NAME, today).answer(),
        origin=_read(draft, OriginForm, Step.ORIGIN, today).answer(),
        arrest=_read(draft, ArrestForm, Step.ARREST, today).answer(),
        asker=_read(draft, AskerForm, Step.YOU, today).answer(),
        contact=_read(draft, ContactForm, Step.CONTACT, today).answer(language),
        wishes=_read(draft, WishesForm, Step.WISHES, today).answer(),
    )


def _read(draft: Draft, kind: type[Kind], step: Step, today: date) -> Kind:
    kept = draft.pages.get(step)
    typed = None if kept is None else MultiDict([(name, v) for name, values in kept.items() for v in values])
    form = kind(formdata=typed, meta={"csrf": False})
    form.today = today
    return form
