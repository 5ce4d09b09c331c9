"""What is sent about the truth of a record."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from portal.web.forms import LONGEST_TEXT, PortalForm, answered


class ProposeForm(PortalForm):
    """A first signature, with what it rests on."""

    reason = TextAreaField(_l("What this rests on"), validators=[answered(), Length(max=LONGEST_TEXT)])


class ConfirmForm(PortalForm):
    """A second signature under the version that was read."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def answer(self) -> int:
        """The version that was on the page."""
        return int(self.version.data)
