"""What an analyst and a second reviewer send."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from portal.kernel.errors import Conflict, Invalid, PortalError
from portal.matching.vocab import (
    EvidenceLevel,
    Ground,
    MatchProposal,
    Obstacle,
    RecordNotConfirmed,
    Verdict,
    VisualOnly,
)
from portal.web.forms import LONGEST_TEXT, PortalForm, answered, choices

GROUNDS = {
    Ground.AUTHENTICATED_PAPER_TIES_NUMBER: _l(
        "An authenticated paper ties the number to the full civil identity"
    ),
    Ground.CIVIL_IDENTITY_ON_AUTHENTICATED_PAPER: _l(
        "The full civil identity stands on an authenticated paper"
    ),
    Ground.INDEPENDENT_LINE: _l("An independent line (a witness, a second source)"),
    Ground.DISTINGUISHING_MARK: _l("A distinguishing mark agrees"),
    Ground.UNVERIFIED_PAPER: _l("A paper that is not verified"),
    Ground.VISUAL_RECOGNITION: _l("Somebody recognised the person in a picture"),
    Ground.FINGERPRINT: _l("Fingerprints"),
    Ground.DENTAL: _l("Dental records"),
    Ground.DNA: _l("DNA"),
}
LEVELS = {
    EvidenceLevel.E1: _l("E1 weak: recognition, or one unverified paper. Never enough."),
    EvidenceLevel.E2: _l("E2 supported: needs a panel of three."),
    EvidenceLevel.E3: _l("E3 strong: an authenticated paper ties number and name, and an independent line."),
    EvidenceLevel.E4: _l("E4 scientific: fingerprints, dental records or DNA."),
}
VERDICTS = {
    Verdict.SAME: _l("The same person"),
    Verdict.DIFFERENT: _l("Different people"),
    Verdict.NOT_ENOUGH: _l("Not enough to say"),
}
OBSTACLES = {
    Obstacle.ANSWERED: _l("This record already has its answer for this file, or waits for verdicts."),
    Obstacle.NOT_SEARCHING: _l(
        "This person is not being searched for now: the file has its answer, or the family has paused or withdrawn."
    ),
    Obstacle.RECORD_CHANGED: _l(
        "The record has changed since this was proposed. It cannot be confirmed as it stands:"
        " give it back with “Not enough to say”, so that it is compared anew."
    ),
    Obstacle.RECORD_UNCONFIRMED: _l(
        "Two people must first confirm what this record says. Until then no match can rest on it."
    ),
}
REFUSALS: dict[type[PortalError], object] = {
    VisualOnly: _l(
        "Recognition alone, or one unverified paper, is never enough: such recognition is often wrong."
        " Choose what else speaks for it."
    ),
    RecordNotConfirmed: OBSTACLES[Obstacle.RECORD_UNCONFIRMED],
    Invalid: _l("What you chose does not carry this level. Choose a lower one, or add what else there is."),
    Conflict: _l("This has changed since you opened it. Look at it again, then decide anew."),
}


def refusal_in_words(error: PortalError) -> object:
    """Why nothing was done, in words that say what to do."""
    return next(words for kind, words in REFUSALS.items() if isinstance(error, kind))


def _reason(label: object) -> TextAreaField:
    return TextAreaField(label, validators=[answered(), Length(min=10, max=LONGEST_TEXT)])


class ProposeForm(PortalForm):
    """A proposal with its grounds, its level and its reason."""

    grounds = SelectMultipleField(
        _l("What speaks for it"),
        choices=choices(GROUNDS),
        validators=[InputRequired(_l("Choose at least one."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    level = RadioField(_l("How strong it is"), choices=choices(LEVELS), validators=[answered()])
    reason = _reason(_l("Your reason, in your own words"))

    def answer(self, inquiry_id: UUID, record_id: UUID) -> MatchProposal:
        """The proposal for this pair."""
        return MatchProposal(
            inquiry_id,
            record_id,
            EvidenceLevel(self.level.data),
            frozenset(Ground(word) for word in self.grounds.data),
            self.reason.data,
        )


class ExcludeForm(PortalForm):
    """Why this record is another person."""

    difference = _reason(_l("Why this is another person"))

    def answer(self) -> str:
        """The reason."""
        return str(self.difference.data)


class ReviewForm(PortalForm):
    """A second person's own verdict, written before any other is seen."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    verdict = RadioField(_l("What do you find?"), choices=choices(VERDICTS), validators=[answered()])
    reason = _reason(_l("Your reason, in your own words"))

    def answer(self) -> tuple[Verdict, str, int]:
        """Verdict, reason, and the version that was on the page."""
        return Verdict(self.verdict.data), self.reason.data, int(self.version.data)
