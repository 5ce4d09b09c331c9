"""What intake sends to give a case its people, and anybody to keep away from one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from portal.accounts.vocab import StaffMember, western_digits
from portal.casework.vocab import TEAM_ROLES
from portal.kernel.ids import read_file_number
from portal.kernel.permissions import Role
from portal.web.forms import LONGEST_LINE, PortalForm, answered, choices

LONGEST_REASON = 1_000

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


class ConflictForm(PortalForm):
    """A case that is too close to oneself."""

    number = StringField(
        _l("File number"),
        validators=[answered(), Length(max=LONGEST_LINE)],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "dir": "ltr",
        },
    )
    reason = TextAreaField(
        _l("Why this file is too close to you"),
        validators=[answered(), Length(max=LONGEST_REASON)],
        render_kw={"rows": 3},
    )

    def validate_number(self, field: Field) -> None:
        """Say at once when the number holds a wrong letter."""
        if read_file_number(western_digits(field.data)) is None:
            raise ValidationError(_l("This is not a file number. It looks like AM-XXXX-XXXX."))

    def answer(self) -> tuple[str, str]:
        """The number as we print it, and the reason."""
        return read_file_number(western_digits(self.number.data)) or "", self.reason.data

    def unknown(self) -> None:
        """Say that no file has this number."""
        self.number.errors = [_l("No file has this number. Please compare each letter.")]


class ReasonForm(PortalForm):
    """Why somebody has to open a case in which they have no place."""

    reason = TextAreaField(
        _l("Why you have to open it"),
        validators=[DataRequired(_l("Please answer this.")), Length(max=LONGEST_REASON)],
        render_kw={"rows": 3},
    )
