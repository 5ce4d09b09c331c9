"""What is sent to renew a match or to reverse it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from portal.web.forms import LONGEST_TEXT, PortalForm, answered


class ReverseForm(PortalForm):
    """Why a match must not stand."""

    why = TextAreaField(
        _l("Why this match must not stand"), validators=[answered(), Length(min=10, max=LONGEST_TEXT)]
    )

    def answer(self) -> str:
        """The reason."""
        return str(self.why.data)


class SignForm(PortalForm):
    """A second signature under the version that was read."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def answer(self) -> int:
        """The version that was on the page."""
        return int(self.version.data)
