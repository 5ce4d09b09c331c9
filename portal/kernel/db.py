"""Declarative base, naming convention and engine: what every room's tables share."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Engine, MetaData, create_engine
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class DbRole(StrEnum):
    """The database role of each audience; every transaction takes on exactly one."""

    ACCOUNT = "portal_account"
    ADMIN = "portal_admin"
    CASEWORK = "portal_casework"
    FAMILY = "portal_family"
    OVERSIGHT = "portal_oversight"
    PUBLIC = "portal_public"
    WORKER = "portal_worker"


class Base(DeclarativeBase):
    """Base of every table; each table declares in `info["access"]` which role may do what."""

    metadata = MetaData(naming_convention=NAMING)


def access(**rights: str) -> dict[str, dict[str, dict[str, str]]]:
    """Declare rights for `__table_args__`: `access(family="select", casework="select, insert")`."""
    declared = {DbRole[name.upper()].value: granted for name, granted in rights.items()}
    return {"info": {"access": declared}}


def make_engine(url: str, pool_size: int = 8) -> Engine:
    """An engine whose connections carry nothing over: each is rolled back and reset on return."""
    return create_engine(url, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True)
