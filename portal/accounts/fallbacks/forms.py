"""What an administrator sends to let somebody do without a passkey."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from portal.accounts.fallbacks.vocab import LONGEST, NewFallback
from portal.web.forms import PortalForm, answered, choices


class FallbackForm(PortalForm):
    """A colleague, and for how long."""

    account = SelectField(_l("Colleague"), validators=[answered()])
    days = IntegerField(
        _l("For how many days, from the second signature on"),
        default=1,
        validators=[
            InputRequired(_l("Please answer this.")),
            NumberRange(1, LONGEST.days, _l("One day at least, and seven at most.")),
        ],
        render_kw={"inputmode": "numeric", "dir": "ltr"},
    )

    def offer(self, colleagues: Mapping[UUID, str]) -> None:
        """Let these be chosen from."""
        self.account.choices = choices(colleagues)

    def answer(self) -> NewFallback:
        """What to propose."""
        return NewFallback(UUID(self.account.data), int(self.days.data))

    def waits(self) -> None:
        """Say that somebody was faster."""
        self.account.errors = [_l("For this person one waits already.")]
