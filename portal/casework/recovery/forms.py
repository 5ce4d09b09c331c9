"""What a caseworker writes down of a conversation with somebody who cannot sign in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.accounts.recovery.vocab import Lost, Mark
from portal.casework.recovery.labels import LOST, MARKS
from portal.casework.recovery.vocab import Said
from portal.web.forms import LONGEST_TEXT, PortalForm, answered, choices


class ConversationForm(PortalForm):
    """What was lost, what was said, and what the second person has to know."""

    lost = RadioField(_l("What is lost"), choices=choices(LOST), validators=[answered()])
    marks = SelectMultipleField(
        _l("What they could say, without help"),
        choices=choices(MARKS),
        validators=[InputRequired(_l("Choose at least one."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    notes = TextAreaField(
        _l("The conversation, for the second person"),
        validators=[answered(), Length(min=10, max=LONGEST_TEXT)],
        render_kw={"rows": 5},
    )

    def answer(self) -> Said:
        """What came out of the conversation."""
        return Said(Lost(self.lost.data), frozenset(Mark(word) for word in self.marks.data), self.notes.data)

    def not_enough(self) -> None:
        """Say what is needed before anything can be asked for."""
        self.marks.errors = [
            _l(
                "This is not enough. We need the agreed word and two things more; where no word was agreed, three"
                " things. If they cannot say them, ask them to come to us in person."
            )
        ]
