"""What is sent about a hand-over."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from portal.disclosure.handover.bag import checked_key
from portal.disclosure.handover.vocab import NotAKey, Recipient, Wish
from portal.records.vocab import FileKind
from portal.web.forms import LONGEST_LINE, LONGEST_TEXT, PortalForm, answered, choices

KINDS = {
    FileKind.CARD: _l("Number card"),
    FileKind.COURT_SIGN_OFF: _l("Court sign-off"),
    FileKind.DEATH_CERTIFICATE: _l("Death certificate"),
    FileKind.HOSPITAL_REPORT: _l("Hospital report"),
    FileKind.OTHER_PAPER: _l("Other paper"),
    FileKind.PHOTOGRAPH: _l("Photograph"),
}
_LINE = (answered(), Length(max=LONGEST_LINE))


class AskForm(PortalForm):
    """Which items, to whom, and why."""

    items = SelectMultipleField(
        _l("What is handed over, each by itself"),
        validators=[answered()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    name = StringField(_l("Who receives it"), validators=_LINE)
    institution = StringField(_l("Court or institution"), validators=_LINE)
    public_key = StringField(_l("Their public key (age)"), validators=_LINE)
    reason = TextAreaField(_l("Why, and on which request"), validators=[answered(), Length(max=LONGEST_TEXT)])

    def offer(self, items: Mapping[UUID, str]) -> None:
        """Fill the list of what the record holds."""
        self.items.choices = choices({str(item): label for item, label in items.items()})

    def validate(self, extra_validators: object = None) -> bool:
        """A key must be one, or nobody could open the package."""
        if not super().validate(extra_validators):
            return False
        try:
            checked_key(str(self.public_key.data))
        except NotAKey:
            self.public_key.errors = [_("This is no public key. It is one line and begins with age1.")]
        return not self.errors

    def answer(self, record_id: UUID) -> Wish:
        """The wish."""
        recipient = Recipient(self.name.data, self.institution.data, self.public_key.data)
        return Wish(record_id, frozenset(map(UUID, self.items.data)), recipient, self.reason.data)


class VersionForm(PortalForm):
    """A button under the version that was read."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def seen(self) -> int:
        """The version that was on the page."""
        return int(self.version.data)


class ReceiptForm(VersionForm):
    """How the recipient confirmed it."""

    receipt = TextAreaField(
        _l("How, when and by whom its arrival was confirmed"),
        validators=[answered(), Length(max=LONGEST_TEXT)],
    )
