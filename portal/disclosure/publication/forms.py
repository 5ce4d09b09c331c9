"""What an editor, a second person and a relative send about a name."""

from __future__ import annotations

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp
from wtforms.widgets import HiddenInput

from portal.disclosure.publication.vocab import Consent, Spelling
from portal.web.forms import LONGEST_LINE, PortalForm, answered

CONSENT_WORDS = _l(
    "I agree that this name, spelled exactly like this, stands in the public register of names."
    " Nothing else about the person is shown. I can withdraw this at any time, in one step."
)
_ARABIC = Regexp(
    r"^[\u0600-\u06FF\u0750-\u077F\u08A0-\u08FF\s]+$", message=_l("Please write this name in Arabic letters.")
)


class AgreeForm(PortalForm):
    """A relative's agreement to one exact spelling."""

    name_ar = StringField(
        _l("The name in Arabic letters"), validators=[answered(), Length(max=LONGEST_LINE), _ARABIC]
    )
    name_latin = StringField(
        _l("The name in Latin letters"), validators=[Optional(), Length(max=LONGEST_LINE)]
    )
    consent = BooleanField(
        CONSENT_WORDS,
        validators=[InputRequired(_l("Please tick this if you agree, or choose “not now” below."))],
    )

    def answer(self) -> Consent:
        """The spelling with the very words that were on the page."""
        spelling = Spelling(self.name_ar.data, self.name_latin.data or None)
        return Consent(spelling, str(CONSENT_WORDS), str(get_locale()))


class VersionForm(PortalForm):
    """A signature under the version that was read."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def answer(self) -> int:
        """The version that was on the page."""
        return int(self.version.data)
