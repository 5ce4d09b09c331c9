"""What is sent to correct a record or to withdraw it."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from portal.kernel.errors import Conflict, Invalid, PortalError
from portal.records.revision.service import NothingChanged, NothingHeld
from portal.records.revision.vocab import Withdrawal
from portal.records.vocab import WithdrawalGround
from portal.web.forms import LONGEST_TEXT, PortalForm, answered, choices

GROUNDS = {
    WithdrawalGround.NO_PERSON: _l("It does not speak of a person"),
    WithdrawalGround.MISFILED: _l("Its papers or photographs were filed under the wrong number"),
    WithdrawalGround.SOURCE_DOUBTED: _l("Its source is doubted"),
}
REFUSALS: dict[type[PortalError], object] = {
    NothingHeld: _l("Tick at least one quotation. If nothing in the record is true, withdraw it."),
    NothingChanged: _l("These are the quotations that are held true already. Change at least one."),
    Invalid: _l("One of the quotations does not belong to this record. Look at the page again."),
    Conflict: _l("A change of this record waits for its answer already, or the record has changed."),
}


def refusal_in_words(error: PortalError) -> object:
    """Why nothing was proposed, in words that say what to do."""
    return next(words for kind, words in REFUSALS.items() if isinstance(error, kind))


class CorrectForm(PortalForm):
    """Which quotations are held true from now on, and why."""

    held = SelectMultipleField(_l("What is held true"), coerce=UUID, validate_choice=False)
    reason = TextAreaField(_l("Why"), validators=[answered(), Length(min=10, max=LONGEST_TEXT)])

    def answer(self) -> tuple[frozenset[UUID], str]:
        """The quotations held true, and the reason."""
        return frozenset(self.held.data or ()), self.reason.data


class WithdrawForm(PortalForm):
    """Why a record must not stand."""

    ground = RadioField(_l("Why it is withdrawn"), choices=choices(GROUNDS), validators=[answered()])
    reason = TextAreaField(
        _l("Say what was found, in your own words"), validators=[answered(), Length(min=10, max=LONGEST_TEXT)]
    )

    def answer(self) -> Withdrawal:
        """The ground and the reason."""
        return Withdrawal(WithdrawalGround(self.ground.data), self.reason.data)


class AnswerForm(PortalForm):
    """A second person's answer under the version that was read."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def answer(self) -> int:
        """The version that was on the page."""
        return int(self.version.data)
