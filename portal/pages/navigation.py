"""The side navigation of each audience: what this actor may open, and nothing else."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission
from portal.web.audience import ZONES, Audience


def navigation(actor: Actor, audience: Audience) -> list[tuple[str, str]]:
    """(label, endpoint) pairs for the layout of `audience`."""
    if not actor.roles & ZONES[audience].roles:
        return []
    return [(label, endpoint) for permission, label, endpoint in _items(audience) if actor.holds(permission)]


def _items(audience: Audience) -> list[tuple[Permission, str, str]]:
    if audience is Audience.ADMIN:
        return [(Permission.ACCOUNTS_ACCOUNT_LIST, _("Accounts"), "accounts_admin.home")]
    return []
