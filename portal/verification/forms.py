"""What a verifier and the second person send."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from portal.verification.vocab import Basis, DecisionKind, Finding, Proposal
from portal.web.forms import LONGEST_TEXT, PortalForm, answered, choices

KINDS = {DecisionKind.IDENTITY: _l("Identity"), DecisionKind.KINSHIP: _l("Kinship")}
FINDINGS = {Finding.ACCEPTED: _l("Accepted"), Finding.REFUSED: _l("Not accepted")}
BASES = {
    Basis.IDENTITY_DOCUMENT: _l("Identity document"),
    Basis.FAMILY_BOOKLET: _l("Family booklet"),
    Basis.CIVIL_REGISTRY: _l("Civil registry extract"),
    Basis.INTERVIEW: _l("Interview with questions only a relative can answer"),
    Basis.WITNESS: _l("A witness known to us"),
    Basis.CALL_WITH_KNOWN_PERSON: _l("Call by a number we knew before"),
}


def _reason(label: object) -> TextAreaField:
    return TextAreaField(label, validators=[answered(), Length(min=10, max=LONGEST_TEXT)])


class ProposeForm(PortalForm):
    """One answer to one question, with what it rests on and why."""

    kind = RadioField(_l("Which question"), choices=choices(KINDS), validators=[answered()])
    finding = RadioField(_l("What you found"), choices=choices(FINDINGS), validators=[answered()])
    basis = SelectMultipleField(
        _l("What it rests on"),
        choices=choices(BASES),
        validators=[InputRequired(_l("Choose at least one."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    reason = _reason(_l("Your reason, in your own words"))

    def answer(self, inquiry_id: UUID) -> Proposal:
        """The proposal for this file."""
        return Proposal(
            inquiry_id,
            DecisionKind(self.kind.data),
            Finding(self.finding.data),
            frozenset(Basis(word) for word in self.basis.data),
            self.reason.data,
        )


class SignForm(PortalForm):
    """A signature under the version that was read."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def answer(self) -> int:
        """The version that was on the page."""
        return int(self.version.data)


class ReturnForm(SignForm):
    """A decision given back, with what is missing."""

    missing = _reason(_l("What is missing"))

    def beside(self, decision_id: UUID) -> Self:
        """The same form, told apart from those beside other decisions of the page."""
        self.missing.id = f"missing-{decision_id}"
        return self
