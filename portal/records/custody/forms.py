"""What a custodian sends about a hold or a finding."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from portal.web.forms import LONGEST_TEXT, PortalForm, answered


class AskHoldForm(PortalForm):
    """A hold that is asked for, with the reason."""

    reason = TextAreaField(
        _l("Who asks that this be kept, and why"), validators=[answered(), Length(max=LONGEST_TEXT)]
    )

    def answer(self) -> str:
        """The reason."""
        return str(self.reason.data)


class VersionForm(PortalForm):
    """A signature under the version that was read."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def answer(self) -> int:
        """The version that was on the page."""
        return int(self.version.data)


class LiftForm(VersionForm):
    """A hold that somebody wishes to lift, with the reason."""

    reason = TextAreaField(
        _l("Why it need not be kept any longer"), validators=[answered(), Length(max=LONGEST_TEXT)]
    )


class SettleForm(PortalForm):
    """What became of a damaged object."""

    note = TextAreaField(_l("What became of it"), validators=[answered(), Length(max=LONGEST_TEXT)])

    def answer(self) -> str:
        """The note."""
        return str(self.note.data)
