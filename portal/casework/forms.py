"""What intake sends to give a case its people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from portal.accounts.vocab import StaffMember
from portal.casework.vocab import TEAM_ROLES
from portal.kernel.permissions import Role
from portal.web.forms import PortalForm, answered, choices

Candidates = Mapping[Role, Sequence[StaffMember]]


class TeamForm(PortalForm):
    """One person for each place of the team."""

    verifier = SelectField(_l("Checks identity and kinship"), validators=[answered()])
    analyst = SelectField(_l("Compares with the archive"), validators=[answered()])
    liaison = SelectField(_l("Speaks with the family"), validators=[answered()])

    def offer(self, candidates: Candidates) -> None:
        """Fill the lists with the people who hold each role."""
        for role in TEAM_ROLES:
            people = {str(person.id): person.display_name for person in candidates[role]}
            self[role.value].choices = choices({"": _l("Choose a person"), **people})

    def answer(self) -> dict[Role, UUID]:
        """Who takes which place."""
        return {role: UUID(self[role.value].data) for role in TEAM_ROLES}
