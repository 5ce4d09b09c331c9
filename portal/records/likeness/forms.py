"""What somebody answers about two photographs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.validators import Length

from portal.records.likeness.vocab import SameVerdict
from portal.web.forms import LONGEST_TEXT, PortalForm, answered, choices

VERDICTS = {
    SameVerdict.SAME: _l("They are the same picture"),
    SameVerdict.DIFFERENT: _l("They are two pictures"),
    SameVerdict.CANNOT_SAY: _l("I cannot say"),
}


class JudgeForm(PortalForm):
    """A verdict with its reason."""

    verdict = RadioField(_l("What do you find?"), choices=choices(VERDICTS), validators=[answered()])
    reason = TextAreaField(_l("What it rests on"), validators=[answered(), Length(max=LONGEST_TEXT)])

    def answer(self) -> tuple[SameVerdict, str]:
        """The verdict and the reason."""
        return SameVerdict(self.verdict.data), str(self.reason.data)
