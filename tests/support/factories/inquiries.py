"""Inquiries made the way relatives make them: filed by a visitor, then an account of one's own."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, NamedTuple
from uuid import UUID

from portal.inquiries import glass, queries, service
from portal.inquiries.vocab import (
    Channel,
    Filing,
    GivenConsent,
    InquiryState,
    Layer,
    Purpose,
    Receipt,
    Relation,
    SafeContact,
    Sought,
    default_wish,
)
from portal.kernel.actor import ANONYMOUS, Actor
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.actors import an_actor
from tests.support.factories.accounts import Person, set_up

SOUGHT = Sought(
    UUID(int=0),
    given="سامر",
    father="نادر",
    grandfather="يوسف",
    family="الحلاق",
    mother="ليلى",
    mother_family="قباني",
    birth_year=1984,
    birth_place="حمص",
    arrested_year=2013,
    arrested_month=5,
    arrested_day=None,
    arrest_place="دمشق",
    branch="215",
)
CONTACT = SafeContact(
    channel=Channel.EMAIL,
    address="rima@mail.example",
    hour_from=10,
    hour_to=18,
    quiet_weekdays=frozenset({6}),
    shared=True,
    must_not_know="my uncle",
    code_word="jasmine",
    sender_name="Library",
    language="en",
)
CONSENTS = (
    GivenConsent(Purpose.SEARCH, "I agree that you search."),
    GivenConsent(Purpose.CONTACT, "I agree that you contact me."),
)


class SignedUp(NamedTuple):
    """A relative who filed and opened their account."""

    inquiry_id: UUID
    actor: Actor
    person: Person


def a_filing(**changes: Any) -> Filing:
    """What a relative sends; a change names a field of the filing, of the person sought or of the contact."""
    filing = Filing(
        sought=replace(SOUGHT, **_those_of(Sought, changes)),
        marks="a scar above the left eyebrow",
        inquirer_name="Rima Test",
        relation=Relation.SIBLING,
        contact=replace(CONTACT, **_those_of(SafeContact, changes)),
        wishes={layer: default_wish(layer) for layer in Layer},
        consents=CONSENTS,
    )
    return replace(filing, **_those_of(Filing, changes))


def a_filed_inquiry(place: Workplace, **changes: Any) -> Receipt:
    """An inquiry that has just been filed."""
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        return service.file_inquiry(work, a_filing(**changes))


def a_signed_up_relative(place: Workplace, **changes: Any) -> SignedUp:
    """A relative with an inquiry and an account they can sign in to."""
    receipt = a_filed_inquiry(place, **changes)
    with place.open(an_actor(Role.INTAKE), DbRole.CASEWORK) as work:
        account_id = queries.relative_of(work, receipt.inquiry_id)
    person = set_up(place, account_id, receipt.reference, receipt.setup_token)
    return SignedUp(receipt.inquiry_id, Actor(account_id, frozenset({Role.RELATIVE})), person)


def with_a_reason(place: Workplace, actor: Actor, *inquiry_ids: UUID) -> None:
    """Let somebody without a place in these cases open them for an hour."""
    for inquiry_id in inquiry_ids:
        with place.open(actor, DbRole.CASEWORK) as work:
            glass.break_glass(work, inquiry_id, "asked to help with the comparison")


def advance(place: Workplace, inquiry_id: UUID, *states: InquiryState) -> None:
    """Move an inquiry on, step by step, as the desk's acts do."""
    for state in states:
        with place.open(an_actor(Role.INTAKE), DbRole.CASEWORK) as work:
            service.advance(work, inquiry_id, state)


def _those_of(shape: type, changes: dict[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(shape)}
    return {name: value for name, value in changes.items() if name in names}
