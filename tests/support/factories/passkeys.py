"""Passkeys made and shown the way people do it: asked by us, answered by a device."""

from __future__ import annotations

from uuid import UUID

from portal.accounts import service as accounts
from portal.accounts.passkeys import queries, service
from portal.accounts.passkeys.vocab import Answer, Party, Question
from portal.accounts.vocab import Origin, Pending, SignedIn
from portal.kernel.actor import ANONYMOUS, Actor
from portal.kernel.db import DbRole
from portal.kernel.work import Workplace
from tests.support.authenticator import ORIGIN, Authenticator
from tests.support.factories.accounts import Person

PARTY = Party("localhost", ORIGIN, "Amana")
HERE = Origin("203.0.113.7")


def a_question_to_add(place: Workplace, actor: Actor) -> Question:
    """What the browser of somebody signed in is asked."""
    with place.open(actor, DbRole.ACCOUNT) as work:
        return queries.to_add(work, PARTY)


def an_added_passkey(
    place: Workplace, actor: Actor, device: Authenticator, name: str = "My own phone"
) -> UUID:
    """A passkey that its owner has just made on this device."""
    question = a_question_to_add(place, actor)
    with place.open(actor, DbRole.ACCOUNT) as work:
        passkey = service.add(work, name, Answer(PARTY, device.create(question.options), question.asked))
    assert passkey is not None
    return passkey


def a_first_step(place: Workplace, person: Person, password: str | None = None) -> Pending:
    """Somebody who has typed login and password."""
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        return accounts.sign_in(work, person.login, password or person.password, HERE)


def a_question_to_enter(place: Workplace, first: Pending) -> Question:
    """What everybody is asked after the first step."""
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        return queries.to_enter(work, first, PARTY)


def finish(place: Workplace, first: Pending, answer: Answer) -> SignedIn | None:
    """The second step, taken with a passkey."""
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        return service.finish_sign_in(work, first, answer, HERE)


def signed_in_with(
    place: Workplace, person: Person, device: Authenticator, **changed: object
) -> SignedIn | None:
    """Password and passkey, one after the other; `changed` makes the device say something else."""
    first = a_first_step(place, person)
    question = a_question_to_enter(place, first)
    return finish(place, first, Answer(PARTY, device.get(question.options, **changed), question.asked))
