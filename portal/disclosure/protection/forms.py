"""Why a hold may be lifted."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from portal.web.forms import PortalForm, answered

LONGEST_REASON = 1_000


class HoldVersionForm(PortalForm):
    """A button under the version that was read."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def seen(self) -> int:
        """The version that was on the page."""
        return int(self.version.data)


class LiftForm(HoldVersionForm):
    """How we know that the relative is safe again."""

    reason = TextAreaField(
        _l("How do you know that they are safe?"),
        validators=[answered(), Length(max=LONGEST_REASON)],
        render_kw={"rows": 4},
    )

    def answer(self) -> tuple[int, str]:
        """The version that was read, and the reason."""
        return self.seen(), self.reason.data
