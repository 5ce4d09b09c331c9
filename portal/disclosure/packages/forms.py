"""What a liaison and an approver send about a package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from portal.disclosure.vocab import FaceCrop, Item
from portal.inquiries.vocab import Layer
from portal.web.forms import LONGEST_LINE, LONGEST_TEXT, PortalForm, answered, choices

# The layers that hold words of our own; beside them papers are quoted, and a face is a picture.
WRITTEN = {
    Layer.FACT: "fact",
    Layer.DATE_PLACE: "date_place",
    Layer.PAPERS: "papers",
    Layer.PHOTOGRAPHS_EXIST: "photographs_exist",
    Layer.DESCRIPTION: "description",
}


def _one_kind_of_line(text: str | None) -> str | None:
    # A browser ends lines in its own way; the seal must not depend on it.
    return None if text is None else text.replace("\r\n", "\n")


def _text(label: object) -> TextAreaField:
    return TextAreaField(
        label, validators=[Optional(), Length(max=LONGEST_TEXT)], filters=[_one_kind_of_line]
    )


def _hundredth(label: object) -> IntegerField:
    whole = _l("Please write a whole number from 0 to 100.")
    return IntegerField(label, validators=[InputRequired(whole), NumberRange(0, 100, whole)])


class VersionForm(PortalForm):
    """A button under the version that was read."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def seen(self) -> int:
        """The version that was on the page."""
        return int(self.version.data)


class ApproveForm(VersionForm):
    """A signature under the version and the fingerprint that were read."""

    fingerprint = StringField(widget=HiddenInput(), validators=[InputRequired(), Length(max=LONGEST_LINE)])

    def answer(self) -> str:
        """The fingerprint that was on the page."""
        return str(self.fingerprint.data)


class WriteForm(VersionForm):
    """The words of each layer; what is left empty is no part of the package."""

    fact = TextAreaField(
        _l("The fact, and how sure we are"),
        validators=[answered(), Length(max=LONGEST_TEXT)],
        filters=[_one_kind_of_line],
    )
    date_place = _text(_l("Date and place, as documented"))
    papers = _text(_l("Papers: a word of ours before their words"))
    quoted = SelectMultipleField(
        _l("Words of papers, each on its own"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    photographs_exist = _text(_l("That photographs exist"))
    description = _text(_l("A description in words"))

    def offer(self, quotations: Mapping[str, Item]) -> None:
        """Fill the list of what papers say; the page shows each beside its box."""
        self.quoted.choices = choices({key: item.source for key, item in quotations.items()})

    def show(self, words: Mapping[Layer, str], quoted: list[str], version: int) -> None:
        """Begin with these words and these boxes ticked."""
        for layer, name in WRITTEN.items():
            self[name].data = words[layer]
        self.quoted.data, self.version.data = quoted, version

    def answer(self, quotations: Mapping[str, Item]) -> list[Item]:
        """The items; a quotation is taken from what the papers say, never from what was sent."""
        written = [Item(layer, 0, self[name].data) for layer, name in WRITTEN.items() if self[name].data]
        chosen = [item for key, item in quotations.items() if key in (self.quoted.data or [])]
        return written + [replace(item, position=place) for place, item in enumerate(chosen, 1)]


class FaceForm(VersionForm):
    """Which part of a photograph is the face, in hundredths of its width and height."""

    left = _hundredth(_l("Left edge"))
    top = _hundredth(_l("Upper edge"))
    right = _hundredth(_l("Right edge"))
    bottom = _hundredth(_l("Lower edge"))

    def validate(self, extra_validators: object = None) -> bool:
        """A part must have a width and a height."""
        if not super().validate(extra_validators):
            return False
        if self.left.data >= self.right.data:
            self.right.errors = [_("The right edge must lie to the right of the left one.")]
        if self.top.data >= self.bottom.data:
            self.bottom.errors = [_("The lower edge must lie below the upper one.")]
        return not self.errors

    def answer(self, item_id: UUID) -> FaceCrop:
        """The part of this photograph."""
        return FaceCrop(item_id, self.left.data, self.top.data, self.right.data, self.bottom.data)
