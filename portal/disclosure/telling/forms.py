"""What a liaison writes after a conversation, and what a relative asks for."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from portal.disclosure.telling.vocab import Conversation
from portal.disclosure.vocab import Manner
from portal.inquiries.vocab import Layer
from portal.web.forms import LONGEST_LINE, LONGEST_TEXT, PortalForm, answered, choices

MANNERS = {
    Manner.IN_PERSON: _l("In person"),
    Manner.TELEPHONE: _l("By telephone"),
    Manner.VIDEO: _l("By video"),
}
# The fact opens with the telling itself; a face opens only by the relative's own hand.
WISHED = {
    Layer.DATE_PLACE: _l("The date and the place, as papers say it"),
    Layer.PAPERS: _l("What papers say"),
    Layer.PHOTOGRAPHS_EXIST: _l("Whether there is a photograph"),
    Layer.DESCRIPTION: _l("What a photograph shows, told in words"),
}


class ConversationForm(PortalForm):
    """A conversation as it was; what is opened by it is the relative's wish, and nothing is ticked beforehand."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    manner = RadioField(_l("How did you speak?"), choices=choices(MANNERS), validators=[answered()])
    told = RadioField(
        _l("Did you tell them in this conversation?"),
        choices=choices({"yes": _l("Yes, I told them"), "no": _l("No, not yet")}),
        validators=[answered()],
    )
    beside = StringField(_l("Who was beside them?"), validators=[Optional(), Length(max=LONGEST_LINE)])
    notes = TextAreaField(
        _l("What was said, and what was agreed"), validators=[answered(), Length(max=LONGEST_TEXT)]
    )
    wished = SelectMultipleField(
        _l("What they wish to know now, beside the fact"),
        choices=choices(WISHED),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def offer(self, layers: Iterable[Layer]) -> None:
        """Show only what the package holds."""
        held = frozenset(layers)
        self.wished.choices = choices({layer: word for layer, word in WISHED.items() if layer in held})

    def validate(self, extra_validators: object = None) -> bool:
        """Wishes belong to a conversation in which the relative was told."""
        if not super().validate(extra_validators):
            return False
        if self.wished.data and self.told.data != "yes":
            self.wished.errors = [
                _(
                    "These open only in a conversation in which you told them. Untick them, or say that you did."
                )
            ]
        return not self.errors

    def seen(self) -> int:
        """The version that was on the page."""
        return int(self.version.data)

    def answer(self) -> Conversation:
        """The conversation as it will be kept."""
        wished = frozenset(Layer(word) for word in self.wished.data or [] if word in WISHED)
        return Conversation(
            Manner(self.manner.data), self.told.data == "yes", self.beside.data or "", self.notes.data, wished
        )


class LayerForm(PortalForm):
    """The layer a relative asks for."""

    layer = RadioField(choices=choices({layer: layer.value for layer in Layer}), validators=[InputRequired()])

    def answer(self) -> Layer:
        """The layer."""
        return Layer(self.layer.data)
