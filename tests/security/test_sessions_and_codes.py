"""Signing in, what the cookie is worth, the way out on each page, and what the log says of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, timedelta

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Connection, create_engine, text

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.conftest import SetClock
from tests.support.actors import an_actor
from tests.support.desk import Desk
from tests.support.factories.accounts import Person, a_relative_account, a_staff_account, code_at

OF_ACCOUNTS = text("select id, login_index, roles::text, state from account order by id")
PRIVATE = {
    Role.RELATIVE: ("/family/", "/account/sessions"),
    Role.INTAKE: ("/casework/", "/account/sessions"),
    Role.AUDITOR: ("/oversight/log/",),
    Role.ADMINISTRATOR: ("/admin/",),
}


@pytest.fixture
def relative(place: Workplace, clock: SetClock) -> Person:
    person = a_relative_account(place)
    clock.advance(minutes=5)
    return person


@pytest.fixture
def owner(addresses: Addresses) -> Iterator[Connection]:
    engine = create_engine(addresses.owner, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _cookie(desk: Desk) -> str:
    kept = desk._client.get_cookie("portal")
    assert kept
    return kept.value


def _opens(app: Flask, cookie: str) -> bool:
    client = app.test_client()
    client.set_cookie("portal", cookie)
    return client.get("/account/sessions").status_code == 200


@pytest.mark.asvs("7.2.1")
@pytest.mark.asvs("9.1.1")
def test_a_cookie_with_one_letter_changed_opens_nothing(
    app: Flask, clock: SetClock, relative: Person
) -> None:
    cookie = _cookie(Desk(app, clock, relative))
    assert _opens(app, cookie)
    for at in range(0, len(cookie) - 1, 7):  # the very last letter carries bits that count for nothing
        other = "A" if cookie[at] != "A" else "B"
        assert not _opens(app, cookie[:at] + other + cookie[at + 1 :]), at


@pytest.mark.asvs("9.1.2")
@pytest.mark.asvs("9.1.3")
@pytest.mark.parametrize(
    ("key", "digest", "salt"),
    [
        (b"another key of the same length..", hashlib.sha1, "cookie-session"),
        (None, hashlib.sha256, "cookie-session"),
        (None, hashlib.md5, "cookie-session"),
        (None, hashlib.sha1, "another purpose"),
    ],
)
def test_a_cookie_signed_in_any_other_way_opens_nothing(
    app: Flask, clock: SetClock, relative: Person, key: bytes | None, digest: object, salt: str
) -> None:
    ours = SecureCookieSessionInterface().get_signing_serializer(app)
    assert ours
    content = ours.loads(_cookie(Desk(app, clock, relative)))
    assert _opens(app, str(ours.dumps(content)))
    forged = URLSafeTimedSerializer(
        key or app.secret_key or b"",
        salt=salt,
        serializer=ours.serializer,
        signer_kwargs={"key_derivation": "hmac", "digest_method": digest},
    )
    assert not _opens(app, str(forged.dumps(content)))


@pytest.mark.asvs("7.4.4")
@pytest.mark.parametrize("role", PRIVATE, ids=str)
def test_every_private_page_shows_the_way_out(
    app: Flask, place: Workplace, clock: SetClock, relative: Person, role: Role
) -> None:
    desk = Desk(app, clock, relative if role is Role.RELATIVE else a_staff_account(place, role))
    for url in PRIVATE[role]:
        desk.visit(url)
        assert 'action="/account/sign-out"' in desk.page, url
        assert role is not Role.RELATIVE or 'action="/account/leave"' in desk.page, url


@pytest.mark.asvs("6.2.10")
def test_a_password_never_grows_old(app: Flask, clock: SetClock, relative: Person) -> None:
    clock.advance(days=730)
    Desk(app, clock, relative).visit("/account/sessions")


@pytest.mark.asvs("6.5.4")
@pytest.mark.asvs("6.5.8")
def test_six_digits_of_our_own_clock_count_and_not_of_the_visitors(
    app: Flask, clock: SetClock, relative: Person
) -> None:
    client, theirs = app.test_client(), clock.moment + timedelta(minutes=10)
    app.config["WTF_CSRF_ENABLED"] = False
    told = {"Date": theirs.strftime("%a, %d %b %Y %H:%M:%S GMT")}
    code = code_at(relative.totp_secret, theirs)
    assert len(code) == 6
    client.post(
        "/account/sign-in", data={"login": relative.login, "password": relative.password}, headers=told
    )
    assert client.post("/account/second-step", data={"code": code}, headers=told).status_code == 422
    ours = code_at(relative.totp_secret, clock.moment)
    assert client.post("/account/second-step", data={"code": ours}, headers=told).status_code == 303


@pytest.mark.asvs("15.3.3")
def test_a_field_that_no_form_has_changes_nothing(
    app: Flask, clock: SetClock, relative: Person, owner: Connection
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    before = owner.execute(OF_ACCOUNTS).all()
    client = app.test_client()
    more = {"roles": "administrator", "role": "administrator", "state": "active", "is_relative": ""}
    client.post("/account/sign-in", data={"login": relative.login, "password": relative.password, **more})
    code = code_at(relative.totp_secret, clock.moment)
    assert client.post("/account/second-step", data={"code": code, **more}).location == "/family/"
    assert client.get("/admin/").status_code == 404
    assert owner.execute(OF_ACCOUNTS).all() == before


@pytest.mark.asvs("16.2.1")
@pytest.mark.asvs("16.2.2")
@pytest.mark.asvs("16.3.1")
def test_each_sign_in_is_entered_with_who_what_and_when(
    app: Flask, clock: SetClock, relative: Person, owner: Connection
) -> None:
    Desk(app, clock, relative)
    last = text("select at, event, actor_id, subject_id, roles from audit_entry order by seq desc limit 1")
    at, event, actor, subject, _roles = owner.execute(last).one()
    assert at == clock.moment
    assert at.astimezone(UTC).utcoffset() == timedelta(0)
    assert event == Event.ACCOUNTS_SIGN_IN_SUCCEEDED
    assert relative.account_id in {actor, subject}
    missing = text("select count(*) from audit_entry where at is null or event is null or roles is null")
    assert owner.scalar(missing) == 0


@pytest.mark.asvs("16.4.1")
def test_nothing_written_into_an_entry_begins_a_new_one(place: Workplace, owner: Connection) -> None:
    forged = "x\n2026-01-01 accounts:session:begun\r\x1b[2J"
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        audit.record(work, Event.RECORDS_RECORD_READ, detail={"word": forged})
    (detail,) = owner.execute(text("select detail from audit_entry")).scalars()
    assert not set("\n\r\x1b") & set(detail)
