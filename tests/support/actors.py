"""Actors for tests that need no account behind them."""

from __future__ import annotations

from uuid import uuid4

from portal.kernel.actor import Actor
from portal.kernel.permissions import Role


def an_actor(*roles: Role) -> Actor:
    """Somebody new who holds these roles."""
    return Actor(uuid4(), frozenset(roles))
