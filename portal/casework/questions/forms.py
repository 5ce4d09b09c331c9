"""What a caseworker enters after having asked a family."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, StringField, ValidationError
from wtforms.validators import Length

from portal.casework.questions.labels import QUESTIONS
from portal.casework.questions.vocab import Answer, Asked
from portal.inquiries.answers import number_in, one_line
from portal.web.forms import LONGEST_LINE, PortalForm

EARLIEST_BIRTH, LATEST_BIRTH = 1880, 2030


def _line(part: Asked) -> StringField:
    return StringField(QUESTIONS[part], [Length(max=LONGEST_LINE)])


def _unknown() -> BooleanField:
    return BooleanField(_l("The family does not know"))


class AnswersForm(PortalForm):
    """One line for each question, and beside it: they do not know. What stays empty is asked another time."""

    father, father_unknown = _line(Asked.FATHER), _unknown()
    grandfather, grandfather_unknown = _line(Asked.GRANDFATHER), _unknown()
    family, family_unknown = _line(Asked.FAMILY), _unknown()
    mother, mother_unknown = _line(Asked.MOTHER), _unknown()
    mother_family, mother_family_unknown = _line(Asked.MOTHER_FAMILY), _unknown()
    birth_year, birth_year_unknown = _line(Asked.BIRTH_YEAR), _unknown()
    birth_place, birth_place_unknown = _line(Asked.BIRTH_PLACE), _unknown()

    def validate_birth_year(self, field: Field) -> None:
        """A year in the digits of any script."""
        try:
            year = number_in(field.data)
        except ValueError:
            raise ValidationError(_l("Please write the year in four digits.")) from None
        if year is not None and not EARLIEST_BIRTH <= year <= LATEST_BIRTH:
            raise ValidationError(_l("Please write the year in four digits."))

    def answers(self) -> list[Answer]:
        """What was entered; a line that stayed empty is asked another time."""
        found = [(part, self._said(part), self[f"{part.value}_unknown"].data) for part in Asked]
        return [Answer(part, said) for part, said, unknown in found if said is not None or unknown]

    def _said(self, part: Asked) -> str | int | None:
        typed = self[part.value].data
        return number_in(typed) if part is Asked.BIRTH_YEAR else one_line(typed)
