"""Whoever only opens pages changes nothing, whatever pages they open."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from portal import schema
from portal.kernel.actor import Actor
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.functional.test_isolation import World, _act_as, owner, world
from tests.support.factories.accounts import a_relative_account, a_staff_account

__all__ = ["owner", "world"]

# What remembers the reading itself, and the last step to a picture, which is spent by looking at it.
REMEMBERS = {"audit_entry", "custody_event", "photograph_opening"}
STAFF = [role for role in Role if role not in {Role.OPERATOR, Role.RELATIVE, Role.WORKER}]


def _state(owner: Connection) -> dict[str, object]:
    digest = "select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {} t"
    tables = {table.name for table in schema.metadata.sorted_tables} - REMEMBERS
    return {name: owner.scalar(text(digest.format(f'"{name}"'))) for name in sorted(tables)}


def _a_row_of(owner: Connection, argument: str) -> object:
    """An id that is really there, when the argument's name says of which table."""
    table = schema.metadata.tables.get(argument.removesuffix("_id"))
    found = None if table is None else owner.scalar(text(f'select id from "{table.name}" limit 1'))
    return found or uuid4()


def _read_everything(app: Flask, owner: Connection, beside: str) -> int:
    client, adapter, seen = app.test_client(), app.url_map.bind("localhost"), 0
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.build_only and not rule.rule.startswith(beside):
            plain = {"code": "ar", "token": "x" * 43, "step": "safety"}
            values = {name: plain.get(name) or _a_row_of(owner, name) for name in rule.arguments}
            url = adapter.build(rule.endpoint, values)
            assert client.get(url).status_code < 500, url
            seen += client.head(url).status_code == 200
    return seen


@pytest.mark.asvs("3.5.3")
@pytest.mark.asvs("7.6.2")
def test_no_page_that_is_opened_changes_anything(
    app: Flask, place: Workplace, owner: Connection, world: World
) -> None:
    staff = [Actor(a_staff_account(place, role).account_id, frozenset({role})) for role in STAFF]
    at_home = Actor(a_relative_account(place).account_id, frozenset({Role.RELATIVE}))
    readers = [world.filed, world.told, at_home, *staff]
    before = _state(owner)
    for reader in readers:
        _act_as(app, reader)
        # Nobody has set up these two accounts yet, so there is nothing of theirs to be shown.
        assert _read_everything(app, owner, beside="/account" if reader in world.relatives else "-") > 5
    after = _state(owner)
    assert [name for name in before if before[name] != after[name]] == []
