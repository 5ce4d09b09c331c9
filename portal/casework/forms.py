"""What intake sends to give a case its people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, ValidationError

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

    def validate_analyst(self, field: Field) -> None:
        """Not the person who checks who asks."""
        _different(field, self.verifier)

    def validate_liaison(self, field: Field) -> None:
        """Neither the person who checks who asks nor the one who compares."""
        _different(field, self.verifier, self.analyst)

    def answer(self) -> dict[Role, UUID]:
        """Who takes which place."""
        return {role: UUID(self[role.value].data) for role in TEAM_ROLES}


def _different(field: Field, *others: Field) -> None:
    if field.data in {other.data for other in others}:
        raise ValidationError(_l("This person has another place in this case. Please choose somebody else."))
