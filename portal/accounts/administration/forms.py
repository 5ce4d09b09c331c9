"""What a browser sends to change, end or rest an account."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, SelectMultipleField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.accounts.administration.vocab import Days, NewRoles
from portal.accounts.labels import ROLES
from portal.accounts.vocab import STAFF, may_combine
from portal.kernel.permissions import Role
from portal.web.forms import PortalForm, answered

LONGEST_REASON = 1_000


class RolesForm(PortalForm):
    """Other roles for a colleague."""

    roles = SelectMultipleField(
        _l("Roles"),
        choices=[SelectChoice(role.value, label) for role, label in ROLES.items()],
        validators=[InputRequired(_l("Choose at least one."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    reason = TextAreaField(
        _l("Why the roles change"),
        validators=[answered(), Length(max=LONGEST_REASON)],
        render_kw={"rows": 3},
    )

    def validate_roles(self, field: Field) -> None:
        """Keep duties apart before anything is proposed."""
        words = set(field.data or ())
        if words and words <= {role.value for role in STAFF} and not may_combine(self._roles()):
            raise ValidationError(
                _l(
                    "One person cannot hold these roles together. Intake, verifier, liaison and editor may "
                    "be combined; custodian and transcriber too. Each other role stands alone."
                )
            )

    def answer(self, account_id: UUID) -> NewRoles:
        """What to propose."""
        return NewRoles(account_id, self._roles(), self.reason.data)

    def held_already(self) -> None:
        """Say that nothing would change."""
        self.roles.errors = [_l("These are the roles this person has already.")]

    def _roles(self) -> frozenset[Role]:
        return frozenset(Role(word) for word in self.roles.data)


class LeaveForm(PortalForm):
    """The days of a leave."""

    first = DateField(
        _l("First day away"), validators=[InputRequired(_l("Please give a day, as 2026-03-31."))]
    )
    last = DateField(_l("Last day away"), validators=[InputRequired(_l("Please give a day, as 2026-03-31."))])

    def validate_last(self, field: Field) -> None:
        """A leave ends after it has begun."""
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError(_l("The last day comes before the first. Please compare the two."))

    def answer(self) -> Days:
        """The days, the first and the last of them included."""
        return Days(self.first.data, self.last.data)

    def is_over(self) -> None:
        """Say that these days are over."""
        self.last.errors = [_l("These days are over already. Please look at the year and the month.")]
