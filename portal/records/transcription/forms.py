"""What a transcriber sends: every part of a paper, as it is written there."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from portal.records.transcription.vocab import ABSENT, UNREADABLE, Answer, Reading
from portal.records.vocab import Part
from portal.web.forms import LONGEST_LINE, PortalForm

PARTS = {
    Part.GIVEN: _l("Given name"),
    Part.FATHER: _l("Father's name"),
    Part.GRANDFATHER: _l("Grandfather's name"),
    Part.FAMILY: _l("Family name"),
    Part.MOTHER: _l("Mother's name"),
    Part.MOTHER_FAMILY: _l("Mother's family name"),
    Part.BIRTH_YEAR: _l("Year of birth"),
    Part.NUMBER: _l("Number"),
    Part.BRANCH: _l("Branch"),
    Part.DIED_ON: _l("Date of death, as stated"),
    Part.PLACE: _l("Place, as stated"),
    Part.CAUSE: _l("Cause, as stated"),
    Part.ISSUED_ON: _l("Day the paper was issued"),
}


class ReadingForm(PortalForm):
    """One line for each part, and beside it a mark that it cannot be read; an empty line was not there."""

    def validate(self, extra_validators: Any = None) -> bool:
        """A part is typed or marked, never both."""
        fits = super().validate(extra_validators)
        for part in Part:
            if self[part.value].data and self[_mark(part)].data:
                self[part.value].errors = [_l("Type what is written, or mark it as not readable: not both.")]
                fits = False
        return fits

    def lines(self) -> list[tuple[Part, Any, Any]]:
        """Each part with its line and its mark, in the order of a paper."""
        return [(part, self[part.value], self[_mark(part)]) for part in PARTS]

    def answer(self) -> Reading:
        """What was read."""
        return Reading({part: _answer(line.data, mark.data) for part, line, mark in self.lines()})


def prefilled(reading: Reading, but: tuple[Part, ...]) -> dict[str, object]:
    """What a form begins with: all that two people agree on; the rest is left to the third."""
    agreed = [part for part in Part if part not in but]
    lines: dict[str, object] = {part.value: reading[part].text for part in agreed}
    return lines | {_mark(part): reading[part] == UNREADABLE for part in agreed}


def _mark(part: Part) -> str:
    return f"{part.value}_unreadable"


def _answer(text: str | None, unreadable: bool) -> Answer:
    if text:
        return Answer(text)
    return UNREADABLE if unreadable else ABSENT


for _part, _label in PARTS.items():
    setattr(ReadingForm, _part.value, StringField(_label, validators=[Length(max=LONGEST_LINE)]))
    setattr(ReadingForm, _mark(_part), BooleanField(_l("Cannot be read")))
