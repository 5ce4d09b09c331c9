"""Roles and readings in a relative's words."""

from __future__ import annotations

from flask_babel import gettext as _


def role_words(roles: str) -> str:
    """The first of somebody's roles, in plain words."""
    words = {
        "analyst": _("a person who compares your account with the archive"),
        "approver": _("a person who checks and signs decisions"),
        "intake": _("a person who receives requests"),
        "liaison": _("a person who speaks with families"),
        "relative": _("you"),
        "verifier": _("a person who checks identity and kinship"),
    }
    return str(words.get(roles.split(",", maxsplit=1)[0], _("a member of our staff")))


def event_words(event: str) -> str:
    """What was opened or done, in plain words."""
    words = {
        "inquiries:contact:read": _("opened how you can be reached"),
        "inquiries:inquiry:filed": _("sent the request"),
        "inquiries:inquiry:read": _("opened your request"),
    }
    return str(words.get(event, _("worked on your file")))
