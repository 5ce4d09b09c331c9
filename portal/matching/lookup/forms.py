"""What somebody who looks for a name has to say."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from portal.matching.lookup.vocab import Wanted
from portal.web.forms import LONGEST_LINE, LONGEST_TEXT, PortalForm, answered


class LookupForm(PortalForm):
    """A name and a reason."""

    name = StringField(
        _l("Name to look for"),
        [
            answered(),
            Length(min=2, max=LONGEST_LINE, message=_l("Please write between 2 and 200 characters.")),
        ],
    )
    reason = TextAreaField(
        _l("Why you look for this name"),
        [answered(), Length(min=10, max=LONGEST_TEXT, message=_l("Please say a little more: a sentence."))],
    )

    def answer(self, inquiry_id: UUID) -> Wanted:
        """What is looked for."""
        return Wanted(inquiry_id, self.name.data, self.reason.data)
