"""Compares the database's walls with what each table declares, and row-level security on all of them."""

from __future__ import annotations

import re

from sqlalchemy import Connection, create_engine, text

from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.schema import metadata

VERBS = ("select", "insert", "update", "delete")
_PART = re.compile(r"(select|insert|update|delete)\s*(?:\(([^)]*)\))?")
Rights = set[tuple[str, str, str | None]]

_TABLE_GRANTS = text(
    "select grantee, lower(privilege_type), null from information_schema.role_table_grants"
    " where table_schema = 'public' and table_name = :table and grantee = any(:roles)"
)
_COLUMN_GRANTS = text(
    "select a.grantee::regrole::text, lower(a.privilege_type), attname from pg_attribute"
    " cross join lateral aclexplode(attacl) a where attrelid = cast(:table as regclass) and attacl is not null"
)
_SECURITY = text(
    "select relrowsecurity and relforcerowsecurity from pg_class where oid = cast(:table as regclass)"
)
_LOGIN = text("select rolsuper or rolbypassrls or rolcreaterole from pg_roles where rolname = current_user")
_OWNED = text("select count(*) from pg_tables where schemaname = 'public' and tableowner = current_user")


def findings(addresses: Addresses) -> list[str]:
    """Every difference, each in one sentence; an empty list when all walls stand."""
    owner, login = create_engine(addresses.owner), create_engine(addresses.application)
    try:
        with owner.connect() as connection:
            found = [line for table in sorted(metadata.tables) for line in _of_table(connection, table)]
        with login.connect() as connection:
            return found + _of_login(connection)
    finally:
        owner.dispose()
        login.dispose()


def declared(table: str) -> Rights:
    """What a table says each role may do: (role, verb, column or None for all)."""
    rights: Rights = set()
    for role, words in metadata.tables[table].info.get("access", {}).items():
        for verb, columns in _PART.findall(words):
            names = [name.strip() for name in columns.split(",") if name.strip()]
            rights |= {(role, verb, name) for name in names} if names else {(role, verb, None)}
    return rights


def _of_table(connection: Connection, table: str) -> list[str]:
    found = []
    if not connection.execute(_SECURITY, {"table": table}).scalar():
        found.append(f"{table}: row-level security is not forced.")
    actual: Rights = set()
    roles = [role.value for role in DbRole]
    for row in connection.execute(_TABLE_GRANTS, {"table": table, "roles": roles}):
        actual.add((row[0], row[1], row[2]))
    for row in connection.execute(_COLUMN_GRANTS, {"table": table}):
        if row[0] in roles:
            actual.add((row[0], row[1], row[2]))
    wished = declared(table)
    found += [
        f"{table}: {_words(right)} is granted but not declared." for right in sorted(actual - wished, key=str)
    ]
    found += [
        f"{table}: {_words(right)} is declared but not granted." for right in sorted(wished - actual, key=str)
    ]
    return found


def _of_login(connection: Connection) -> list[str]:
    found = []
    if connection.execute(_LOGIN).scalar():
        found.append(
            "The application's login is a superuser, bypasses row-level security or can create roles."
        )
    if connection.execute(_OWNED).scalar():
        found.append(
            "The application's login owns tables; give it a login of its own (PORTAL_DATABASE_OWNER_URL)."
        )
    return found


def _words(right: tuple[str, str, str | None]) -> str:
    role, verb, column = right
    return f"{verb} for {role}" + (f" on {column}" if column else "")
