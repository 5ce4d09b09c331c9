"""What belongs to one relative is nobody else's: not in the tables, not over the web, not by a difference."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from flask import Flask, g
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, create_engine, func, select, text

from portal import schema
from portal.casework import service as casework
from portal.disclosure.publication import service as names
from portal.disclosure.telling import service as telling
from portal.inquiries import queries as inquiries
from portal.inquiries.vocab import Layer
from portal.kernel.actor import ANONYMOUS, Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.vault.service import Vault
from tests.conftest import SetClock
from tests.support.actors import an_actor
from tests.support.factories.disclosure import Case, a_liaison, a_sealed_package, a_told_relative
from tests.support.factories.inquiries import a_filed_inquiry
from tests.support.factories.verification import a_verified_inquiry

# Whose a row is, for every table that families may read; a new one has to be added here.
BY_FILE = "select {key}, i.account_id from {table} t join inquiry i on i.id = t.inquiry_id"
BY_PACKAGE = "select {key}, d.account_id from {table} t join disclosure d on d.id = t.disclosure_id"
BY_ACCOUNT = "select {key}, t.account_id from {table} t"
OWNERS = {
    "audit_entry": "select {key}, i.account_id from audit_entry t join inquiry i on i.id = t.case_id",
    "consent": BY_FILE,
    "disclosure": BY_ACCOUNT,
    "disclosure_item": BY_PACKAGE,
    "inquirer": BY_FILE,
    "inquiry": BY_ACCOUNT,
    "inquiry_draft": "select {key}, null from inquiry_draft t where false",
    "photograph_opening": BY_ACCOUNT,
    "picture_opening": BY_ACCOUNT,
    "publication": "select {key}, v.account_id from publication t"
    " join publication_voice v on v.publication_id = t.id",
    "publication_voice": BY_ACCOUNT,
    "recovery": BY_ACCOUNT,
    "release": BY_PACKAGE,
    "safe_contact": BY_FILE,
    "sought_person": BY_FILE,
    "vault_object": "select {key}, d.account_id from vault_object t"
    " join disclosure_item i on i.object_id = t.id join disclosure d on d.id = i.disclosure_id",
    "wish": BY_FILE,
}
PUBLIC = {"memorial_index", "memorial_name", "memorial_pending"}
READABLE = sorted(
    (
        table
        for table in schema.metadata.sorted_tables
        if "select" in table.info["access"].get(DbRole.FAMILY.value, "") and table.name not in PUBLIC
    ),
    key=lambda table: table.name,
)
OF_FAMILIES = sorted(
    {"conversation", "disclosure", "inquirer", "inquiry", "match_reasoning", "safe_contact", "wish"}
    | {"consent", "disclosure_item", "photograph_opening", "release", "sought_person", "decision"}
)
STEPS = (
    ("GET", "/photograph/{id}"),
    ("POST", "/photograph/{id}/understood"),
    ("POST", "/photograph/{id}/ready"),
    ("GET", "/photograph/{id}/picture"),
)
CONSENT = {"name_ar": "سامر نادر الحلاق", "name_latin": "Samer", "consent": "y"}
AFTER_TELLING: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("GET", "telling_family.told", {}),
    ("POST", "telling_family.ask", {"layer": "face"}),
    ("POST", "telling_family.begin", {}),
    ("GET", "publication_family.own", {}),
    ("POST", "publication_family.agree", CONSENT),
    ("POST", "publication_family.not_now", {}),
    ("POST", "publication_family.withdraw", {}),
)


class World(NamedTuple):
    """Relatives of one name who have come differently far, and the openings of those who were told."""

    filed: Actor
    searching: Actor
    sealed: Actor
    told: Actor
    told_too: Actor
    openings: dict[UUID | None, UUID]

    @property
    def relatives(self) -> tuple[Actor, ...]:
        """Everybody with a file."""
        return (self.filed, self.searching, self.sealed, self.told, self.told_too)

    @property
    def untold(self) -> tuple[Actor, ...]:
        """Those with whom nobody has spoken."""
        return (self.filed, self.searching, self.sealed)


@pytest.fixture
def world(place: Workplace, vault: Vault) -> World:
    """One filed, one whose search goes on, one with a sealed package, two told who began to open a picture."""
    filed = _relative(place, a_filed_inquiry(place).inquiry_id)
    search = a_verified_inquiry(place)
    with place.open(an_actor(Role.INTAKE), DbRole.CASEWORK) as work:
        casework.assign(work, search, a_liaison(place).actor.id, Role.LIAISON)  # type: ignore[arg-type]
    sealed = a_sealed_package(place, vault).relative
    told = [_told(place, vault) for _ in range(2)]
    openings = {case.relative.id: _opening(place, case) for case in told}
    return World(filed, _relative(place, search), sealed, told[0].relative, told[1].relative, openings)


@pytest.fixture
def owner(addresses: Addresses) -> Iterator[Connection]:
    """The database as only its owner sees it."""
    engine = create_engine(addresses.owner, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.promise("P2")
def test_every_table_a_family_may_read_says_whose_its_rows_are() -> None:
    assert {table.name for table in READABLE} == set(OWNERS)


@pytest.mark.asvs("8.4.1")
@pytest.mark.asvs("8.2.2")
@pytest.mark.promise("P2")
@pytest.mark.promise("P3")
def test_no_row_of_another_relative_is_ever_visible(
    place: Workplace, owner: Connection, world: World
) -> None:
    seen: set[str] = set()

    @examples(max_examples=150, deadline=None)
    @given(actor=st.sampled_from([*world.relatives, ANONYMOUS]), table=st.sampled_from(READABLE))
    def look(actor: Actor, table: Table) -> None:
        own = {key for key, account in _owners(owner, table) if account == actor.id}
        with place.open(actor, DbRole.FAMILY) as work:
            visible = {tuple(row) for row in work.session.execute(select(*table.primary_key))}
        assert visible <= own, f"{table.name}: rows that are not theirs"
        if visible:
            seen.add(table.name)

    look()
    assert "inquiry" in seen, "nothing was visible at all, so nothing was tried"


@pytest.mark.asvs("8.2.2")
@pytest.mark.promise("P2")
@pytest.mark.promise("P3")
def test_addresses_of_another_relative_do_not_exist(app: Flask, owner: Connection, world: World) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    base = _url(app, "telling_family.told")
    before = _state(owner)

    @examples(max_examples=60, deadline=None)
    @given(actor=st.sampled_from(world.relatives), step=st.sampled_from(STEPS), data=st.data())
    def walk(actor: Actor, step: tuple[str, str], data: st.DataObject) -> None:
        others = [opening for account, opening in world.openings.items() if account != actor.id]
        opening = data.draw(st.sampled_from(others) | st.uuids())
        method, path = step
        _act_as(app, actor)
        answer = app.test_client().open(base + path.format(id=opening), method=method)
        assert answer.status_code == 404

    walk()
    assert _state(owner) == before


@pytest.mark.asvs("8.2.3")
@pytest.mark.promise("P1")
@pytest.mark.promise("P3")
def test_before_the_conversation_its_pages_do_not_exist(app: Flask, owner: Connection, world: World) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    before = _state(owner)

    @examples(max_examples=60, deadline=None)
    @given(actor=st.sampled_from(world.untold), act=st.sampled_from(AFTER_TELLING))
    def walk(actor: Actor, act: tuple[str, str, dict[str, str]]) -> None:
        method, endpoint, form = act
        _act_as(app, actor)
        url = _url(app, endpoint)
        answer = app.test_client().open(url, method=method, data=form or None)
        assert answer.status_code == 404, f"{method} {url}"

    walk()
    assert _state(owner) == before


@pytest.mark.asvs("8.2.3")
@pytest.mark.promise("P1")
@pytest.mark.promise("P3")
@pytest.mark.parametrize("days", [0, 40])
def test_a_sealed_package_leaves_no_trace_on_any_page(
    app: Flask, place: Workplace, clock: SetClock, world: World, days: int
) -> None:
    clock.advance(days=days)
    pages = _pages(app)
    assert len(pages) > 4
    for url in pages:
        waiting, sealed = (_page(app, place, actor, url) for actor in (world.searching, world.sealed))
        assert waiting == sealed, url


@pytest.mark.promise("P2")
def test_who_has_no_task_with_families_sees_no_row_of_theirs(place: Workplace, world: World) -> None:
    assert world.openings
    roles = st.sampled_from([Role.TRANSCRIBER, Role.CUSTODIAN, Role.EDITOR])

    @examples(max_examples=100, deadline=None)
    @given(roles=st.sets(roles, min_size=1), name=st.sampled_from(OF_FAMILIES))
    def look(roles: set[Role], name: str) -> None:
        table = schema.metadata.tables[name]
        if "select" not in table.info["access"].get(DbRole.CASEWORK.value, ""):
            return
        with place.open(an_actor(*roles), DbRole.CASEWORK) as work:
            assert work.session.scalar(select(func.count()).select_from(table)) == 0, name

    look()


def _told(place: Workplace, vault: Vault) -> Case:
    case = a_told_relative(place, vault, face=True, wished=frozenset(Layer))
    with place.open(an_actor(Role.EDITOR), DbRole.CASEWORK) as work:
        names.ask(work, case.record_id)
    return case


def _opening(place: Workplace, case: Case) -> UUID:
    with place.open(case.relative, DbRole.FAMILY) as work:
        return telling.begin_opening(work)


def _relative(place: Workplace, inquiry_id: UUID) -> Actor:
    with place.open(an_actor(Role.INTAKE), DbRole.CASEWORK) as work:
        return Actor(inquiries.relative_of(work, inquiry_id), frozenset({Role.RELATIVE}))


def _owners(owner: Connection, table: Table) -> list[tuple[tuple[object, ...], UUID]]:
    key = ", ".join(f"t.{column.name}" for column in table.primary_key)
    rows = owner.execute(text(OWNERS[table.name].format(key=key, table=table.name)))
    return [(tuple(row[:-1]), row[-1]) for row in rows]


def _state(owner: Connection) -> dict[str, object]:
    """A digest of every table but the log, which remembers attempts."""
    digest = "select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {} t"
    tables = (table.name for table in schema.metadata.sorted_tables if table.name != "audit_entry")
    return {name: owner.scalar(text(digest.format(f'"{name}"'))) for name in tables}


def _act_as(app: Flask, actor: Actor) -> None:
    """Let every request of this app come from `actor`, in place of the cookie."""

    def become() -> None:
        g.actor, g.is_fresh = actor, True

    functions = app.before_request_funcs[None]
    functions[:] = [each for each in functions if each.__name__ != "become"]
    gate = next(at for at, each in enumerate(functions) if each.__name__ == "_gate")
    functions.insert(gate, become)


def _url(app: Flask, endpoint: str, **values: object) -> str:
    return app.url_map.bind("localhost").build(endpoint, values)


def _pages(app: Flask) -> list[str]:
    """Every address of the family's pages that can be read; ids are invented."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0].endswith("_family") and "GET" in (rule.methods or ()):
            values = {name: uuid4() if name.endswith("_id") else "check" for name in rule.arguments}
            found.append(_url(app, rule.endpoint, **values))
    return sorted(found)


def _page(app: Flask, place: Workplace, actor: Actor, url: str) -> tuple[int, str, str | None]:
    """An answer without what is different on every page: the file's number and the tokens."""
    _act_as(app, actor)
    answer = app.test_client().get(url)
    with place.open(actor, DbRole.FAMILY) as work:
        own = inquiries.own_inquiry(work)
    assert own is not None
    body = answer.get_data(as_text=True).replace(own.reference, "NUMBER")
    body = re.sub(r'(name="csrf_token"[^>]*value=")[^"]*', r"\1TOKEN", body)
    body = re.sub(r'nonce="[^"]*"', 'nonce=""', body)
    return answer.status_code, body, answer.headers.get("Location")
