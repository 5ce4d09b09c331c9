"""Ways back made the way the desk makes them."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from portal.accounts.recovery import service as recovery
from portal.accounts.recovery.vocab import Lost, Mark
from portal.casework.recovery import queries, service
from portal.casework.recovery.vocab import Said
from portal.kernel.actor import ANONYMOUS, Actor
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.factories.accounts import code_at
from tests.support.factories.casework import a_colleague
from tests.support.factories.inquiries import SignedUp, a_signed_up_relative

NOTES = "called from the number we knew, said the word at once"
WAIT = timedelta(hours=72)
ENOUGH = frozenset({Mark.CODE_WORD, Mark.ARREST, Mark.FILED})
NEW_PASSWORD = "nine slow rivers under the bridge"


class Desk(NamedTuple):
    """A relative who cannot sign in any more, and two people at the desk."""

    relative: SignedUp
    intake: Actor
    approver: Actor


def a_desk(place: Workplace, **changes: object) -> Desk:
    """A relative with an account, somebody who speaks with them, and somebody who signs."""
    return Desk(
        a_signed_up_relative(place, **changes),
        a_colleague(place, Role.INTAKE),
        a_colleague(place, Role.APPROVER),
    )


def asked(place: Workplace, desk: Desk, lost: Lost = Lost.BOTH, marks: frozenset[Mark] = ENOUGH) -> UUID:
    """A way back somebody asked for after a conversation."""
    with place.open(desk.intake, DbRole.CASEWORK) as work:
        return service.ask(work, desk.relative.inquiry_id, Said(lost, marks, NOTES))


def signed(place: Workplace, desk: Desk, lost: Lost = Lost.BOTH) -> UUID:
    """One that was signed by the second person."""
    recovery_id = asked(place, desk, lost)
    with place.open(desk.approver, DbRole.CASEWORK) as work:
        service.sign(work, recovery_id, 1, WAIT)
    return recovery_id


def handed(place: Workplace, desk: Desk, recovery_id: UUID) -> str:
    """The link of one whose time has passed."""
    with place.open(desk.intake, DbRole.CASEWORK) as work:
        version = next(
            each.version
            for each in queries.file(work, desk.relative.inquiry_id).recoveries
            if each.id == recovery_id
        )
        return service.hand(work, recovery_id, version)


def walked(place: Workplace, token: str, lost: Lost) -> str | None:
    """Follow a link to its end; gives the key of the new phone."""
    secret = None
    if lost.has_password:
        with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
            recovery.choose_password(work, token, NEW_PASSWORD)
    if lost.has_phone:
        with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
            recovery.begin_phone(work, token)
        with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
            secret = recovery.look_up(work, token).secret
        assert secret is not None
        with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
            recovery.confirm_phone(work, token, code_at(secret, place.clock()))
    return secret
