"""Migrations: up, down, up again with data; the head equals the models; an owner without special rights is enough."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from portal import schema
from portal.cli import walls
from portal.kernel.actor import OPERATOR
from portal.kernel.cluster import Cluster
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.work import Workplace
from portal.records.archive import archives
from portal.vault.service import Vault
from tests.support.factories.inquiries import a_signed_up_relative
from tests.support.factories.records import staged
from tests.support.factories.vault import picture, saved


def test_the_head_equals_the_models(addresses: Addresses) -> None:
    schema.check(addresses.owner)


@pytest.mark.asvs("13.2.2")
def test_every_wall_stands_as_its_table_declares(addresses: Addresses) -> None:
    assert walls.findings(addresses) == []


def test_a_missing_wall_is_found(addresses: Addresses) -> None:
    engine = create_engine(addresses.owner)
    with engine.begin() as connection:
        connection.execute(text("grant select on safe_contact to portal_public"))
        connection.execute(text("alter table wish no force row level security"))
    engine.dispose()
    found = walls.findings(addresses)
    assert "safe_contact: select for portal_public is granted but not declared." in found
    assert "wish: row-level security is not forced." in found


def test_down_and_up_again_with_data(place: Workplace, addresses: Addresses) -> None:
    a_signed_up_relative(place)
    schema.downgrade(addresses.owner, "0006")
    engine = create_engine(addresses.owner)
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from account")) == 1
        assert connection.scalar(text("select count(*) from audit_entry")) > 0
    engine.dispose()
    schema.upgrade(addresses.owner)
    a_signed_up_relative(place)
    schema.downgrade(addresses.owner, "base")
    schema.upgrade(addresses.owner)
    assert walls.findings(addresses) == []


def test_imports_of_before_find_their_archives(
    place: Workplace, vault: Vault, addresses: Addresses, tmp_path: Path
) -> None:
    for name, source in (("first", "Office"), ("second", "Office"), ("third", "Hospital")):
        folder = tmp_path / name / "photos"
        folder.mkdir(parents=True)
        (folder / f"{name}.jpg").write_bytes(saved(picture(), "JPEG", comment=name.encode()))
        staged(place, vault, folder.parent, f"photos/{{file}} | {name}/{{file}}", source=source)
    before = _batches_by_source(addresses)
    schema.downgrade(addresses.owner, "0031")
    schema.upgrade(addresses.owner)
    assert _batches_by_source(addresses) == before == {"Office": 2, "Hospital": 1}
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        known = {each.source: each for each in archives.known(work)}
    assert set(known) == {"Office", "Hospital"}
    assert known["Hospital"].layout == "photos/{file} | third/{file}"
    assert {each.custodian_id for each in known.values()} == {None}


def _batches_by_source(addresses: Addresses) -> dict[str, int]:
    engine = create_engine(addresses.owner)
    counted = "select a.source, count(*) from import_batch b join archive a on a.id = b.archive_id group by 1"
    with engine.connect() as connection:
        rows = connection.execute(text(counted)).all()
    engine.dispose()
    return {row[0]: row[1] for row in rows}


@pytest.mark.usefixtures("template")  # the roles of the audiences belong to the whole server
def test_an_owner_who_is_no_superuser_is_enough(cluster: Cluster) -> None:
    """A production database belongs to an ordinary role; policies must not rest on a superuser's exemption."""
    root = create_engine(cluster.owner_url("postgres"), isolation_level="AUTOCOMMIT")
    with root.connect() as connection:
        connection.execute(text("drop database if exists plain with (force)"))
        connection.execute(text("drop role if exists plain_owner"))
        connection.execute(text("create role plain_owner login createrole password 'invented'"))
        for role in walls.DbRole:
            connection.execute(text(f"grant {role.value} to plain_owner with admin option"))
        connection.execute(text("create database plain owner plain_owner"))
    owner = make_url(cluster.owner_url("plain")).set(username="plain_owner", password="invented")
    user, password = cluster.login("portal_test")
    addresses = Addresses(cluster.url("plain", user, password), owner.render_as_string(hide_password=False))
    schema.upgrade(addresses.owner)
    assert walls.findings(addresses) == []
    plain = create_engine(addresses.owner)
    with plain.connect() as connection:
        assert connection.scalar(text("select portal_vault_here()")), "an owner like this knows where it runs"
    plain.dispose()
    with root.connect() as connection:
        connection.execute(text("drop database plain with (force)"))
    root.dispose()


@pytest.mark.asvs("8.3.1")
@pytest.mark.asvs("16.5.3")
@pytest.mark.promise("P2")
@pytest.mark.promise("P4")
def test_with_no_role_or_no_actor_nothing_is_visible(place: Workplace, addresses: Addresses) -> None:
    a_signed_up_relative(place)
    engine = create_engine(addresses.application)
    open_to_all = {"memorial_index", "memorial_name", "memorial_pending", "message_check"}
    for table in schema.metadata.tables:
        with engine.connect() as connection, pytest.raises(Exception, match="permission denied"):
            connection.execute(text(f"select * from {table}"))
        for role, rights in walls.metadata.tables[table].info["access"].items():
            if "select" not in rights or table in open_to_all:
                continue
            columns = ", ".join(
                sorted(c for r, v, c in walls.declared(table) if r == role and v == "select" and c)
            )
            with engine.connect() as connection:
                connection.execute(text(f"set local role {role}"))
                rows = connection.execute(text(f"select {columns or '*'} from {table}")).all()
                assert rows == [], f"{role} sees {table} without an actor"
    engine.dispose()


@pytest.mark.asvs("13.2.2")
@pytest.mark.promise("P4")
def test_the_public_role_has_a_right_to_names_and_codes_only() -> None:
    reachable = {
        table.name: table.info["access"]["portal_public"]
        for table in schema.metadata.sorted_tables
        if "portal_public" in table.info["access"]
    }
    found_by = {"memorial_index": "select", "memorial_pending": "select"}
    assert reachable == {"memorial_name": "select", "message_check": "select"} | found_by
    assert set(schema.metadata.tables["memorial_index"].columns.keys()) == {"only", "generation", "names"}
    assert set(schema.metadata.tables["memorial_pending"].columns.keys()) == {"name_id"}
    assert set(schema.metadata.tables["memorial_name"].columns.keys()) == {
        "id",
        "name_ar",
        "name_latin",
        "letter",
        "sort_key",
    }
