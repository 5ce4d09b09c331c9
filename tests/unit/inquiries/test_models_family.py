"""The family's side of the walls: the one word for each state, and who may write in a family's name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from itertools import product
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from portal.accounts import service as accounts
from portal.inquiries import queries
from portal.inquiries.models import Inquiry
from portal.inquiries.vocab import InquiryState, Receipt
from portal.kernel.actor import ANONYMOUS, Actor
from portal.kernel.columns import Sealed
from portal.kernel.database import Addresses
from portal.kernel.db import Base, DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.actors import an_actor
from tests.support.factories.inquiries import a_filed_inquiry

DESK = (Role.ANALYST, Role.APPROVER, Role.INTAKE, Role.VERIFIER)
# Of its own file a family has no right to: where it stands, and that somebody wishes to speak with it.
UNSEEN = {"is_decoy", "state", "contact_wished_at"}
pytestmark = pytest.mark.promise("P2")


@pytest.fixture
def receipt(place: Workplace) -> Receipt:
    """One of two inquiries; the other belongs to somebody else."""
    a_filed_inquiry(place)
    return a_filed_inquiry(place)


@pytest.fixture
def relative(place: Workplace, receipt: Receipt) -> Actor:
    with place.open(an_actor(Role.INTAKE), DbRole.CASEWORK) as work:
        return Actor(queries.relative_of(work, receipt.inquiry_id), frozenset({Role.RELATIVE}))


@pytest.mark.promise("P3")
@pytest.mark.parametrize("column", [column.key for column in Inquiry.__table__.columns])
def test_a_family_has_no_right_to_where_its_file_stands(
    place: Workplace, receipt: Receipt, relative: Actor, column: str
) -> None:
    statement = f"select count({column}) from inquiry"
    if column in UNSEEN:
        with _refused("permission denied"):
            _ask(place, relative, DbRole.FAMILY, statement)
    else:
        _ask(place, relative, DbRole.FAMILY, statement)


@pytest.mark.promise("P3")
@pytest.mark.parametrize("state", InquiryState)
def test_the_family_word_of_each_state(
    place: Workplace, addresses: Addresses, receipt: Receipt, relative: Actor, state: InquiryState
) -> None:
    owner = create_engine(addresses.owner)
    with owner.begin() as connection:  # only the words are looked at here, not the way to each state
        connection.execute(text("alter table inquiry disable trigger inquiry_ends"))
    owner.dispose()
    for paused, wished, withdrawn in product((False, True), repeat=3):
        _put(place, relative, DbRole.FAMILY, paused_at=paused, withdrawn_at=withdrawn)
        _put(place, an_actor(Role.INTAKE), DbRole.CASEWORK, contact_wished_at=wished)
        with place.open(an_actor(Role.INTAKE), DbRole.CASEWORK) as work:
            work.session.execute(text("update inquiry set state = :state"), {"state": state.value})
        word = _ask(place, relative, DbRole.FAMILY, "select family_status from inquiry")
        assert word == _expected(state, paused=paused or withdrawn, wished=wished), (
            paused,
            wished,
            withdrawn,
        )


@pytest.mark.promise("P12")
@pytest.mark.parametrize(
    "statement",
    [
        "update inquiry set paused_at = now()",
        "update wish set wish = 'no' where layer = 'fact'",
        "update consent set withdrawn_at = now() where purpose = 'contact'",
    ],
)
def test_a_relative_steers_their_own_file_alone(place: Workplace, relative: Actor, statement: str) -> None:
    assert _change(place, relative, DbRole.FAMILY, statement) == 1
    for stranger in (ANONYMOUS, an_actor(Role.RELATIVE), an_actor(Role.INTAKE)):
        assert _change(place, stranger, DbRole.FAMILY, statement) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "update inquiry set paused_at = now()",
        "update inquiry set reference = 'x'",
        "update wish set wish = 'yes'",
        "update consent set withdrawn_at = null",
        "update safe_contact set hour_to = 24",
        "delete from inquiry",
    ],
)
def test_the_desk_changes_nothing_that_belongs_to_the_family(
    place: Workplace, receipt: Receipt, statement: str
) -> None:
    for role in DESK:
        with _refused("permission denied"):
            _change(place, an_actor(role), DbRole.CASEWORK, statement)


def test_a_relative_adds_no_consent_to_their_own_file(
    place: Workplace, receipt: Receipt, relative: Actor
) -> None:
    given = (
        "insert into consent (id, inquiry_id, purpose, words, language, given_at)"
        f" values (gen_random_uuid(), '{receipt.inquiry_id}', 'search', 'x', 'en', now())"
    )
    with _refused("row-level security"):
        _change(place, relative, DbRole.FAMILY, given)


@pytest.mark.parametrize("state", InquiryState)
def test_a_visitor_sends_only_what_is_new(place: Workplace, state: InquiryState) -> None:
    is_new = state is InquiryState.SUBMITTED
    with (
        nullcontext() if is_new else _refused("row-level security"),
        place.open(ANONYMOUS, DbRole.FAMILY) as work,
    ):
        opening = accounts.open_relative_account(work, "AM-0000-0000", "Nour Test")
        work.session.execute(text(_filing(opening.account_id, state)))


def test_whoever_is_signed_in_files_nothing(place: Workplace, relative: Actor) -> None:
    for actor in (relative, an_actor(Role.INTAKE)):
        with _refused("row-level security"):
            _change(place, actor, DbRole.FAMILY, _filing(actor.id, InquiryState.SUBMITTED))


@pytest.mark.promise("P18")
@pytest.mark.parametrize("role", Role)
def test_the_data_protection_officer_counts_consents_without_their_cases(
    place: Workplace, receipt: Receipt, role: Role
) -> None:
    counted = _ask(place, an_actor(role), DbRole.OVERSIGHT, "select count(purpose) from consent")
    assert counted == (4 if role is Role.DATA_PROTECTION else 0)
    for column in ("inquiry_id", "words"):
        with _refused("permission denied"):
            _ask(place, an_actor(role), DbRole.OVERSIGHT, f"select {column} from consent")


@pytest.mark.asvs("14.2.4")
@pytest.mark.promise("P16")
@pytest.mark.parametrize(
    "column",
    [
        "sought_person.marks",
        "inquirer.full_name",
        "safe_contact.address",
        "safe_contact.must_not_know",
        "safe_contact.code_word",
        "safe_contact.sender_name",
        "inquiry_draft.answers",
    ],
)
def test_what_is_private_is_kept_sealed(column: str) -> None:
    table, name = column.split(".")
    assert isinstance(Base.metadata.tables[table].c[name].type, Sealed)


def _expected(state: InquiryState, *, paused: bool, wished: bool) -> str:
    if paused:
        return "paused"
    if state in {InquiryState.TOLD, InquiryState.AFTERCARE, InquiryState.CLOSED}:
        return "told"
    if wished:
        return "contact_us"
    if state in {InquiryState.SUBMITTED, InquiryState.TRIAGE}:
        return "received"
    return "checking" if state is InquiryState.VERIFYING else "searching"


def _filing(account_id: UUID | None, state: InquiryState) -> str:
    return (
        "insert into inquiry (id, reference, account_id, relation, state, language, filed_at) values"
        f" (gen_random_uuid(), 'x', '{account_id}', 'child', '{state.value}', 'ar', now())"
    )


def _put(place: Workplace, actor: Actor, role: DbRole, **columns: bool) -> None:
    sets = ", ".join(f"{name} = {'now()' if value else 'null'}" for name, value in columns.items())
    _change(place, actor, role, f"update inquiry set {sets}")


def _ask(place: Workplace, actor: Actor, role: DbRole, statement: str) -> object:
    with place.open(actor, role) as work:
        return work.session.scalar(text(statement))


def _change(place: Workplace, actor: Actor, role: DbRole, statement: str) -> int:
    with place.open(actor, role) as work:
        return int(work.session.execute(text(statement)).rowcount)  # type: ignore[attr-defined]  # a change has it


@contextmanager
def _refused(reason: str) -> Iterator[None]:
    with pytest.raises(DBAPIError, match=reason) as caught:
        yield
    assert isinstance(caught.value, ProgrammingError)
