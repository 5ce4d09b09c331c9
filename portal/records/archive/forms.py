"""What a custodian sends about a batch."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from portal.web.forms import LONGEST_TEXT, PortalForm, answered


class AcceptForm(PortalForm):
    """A signature under the version that was read."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def answer(self) -> int:
        """The version that was on the page."""
        return int(self.version.data)


class RejectForm(AcceptForm):
    """A batch sent back, with the reason."""

    reason = TextAreaField(_l("Why it is sent back"), validators=[answered(), Length(max=LONGEST_TEXT)])
