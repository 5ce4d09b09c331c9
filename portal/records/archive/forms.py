"""What a custodian sends about a batch."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from portal.records.archive.layout import Layout, LayoutInvalid
from portal.records.archive.vocab import KnownArchive, Wish
from portal.web.forms import LONGEST_LINE, LONGEST_TEXT, PortalForm, answered, choices


class AcceptForm(PortalForm):
    """A signature under the version that was read."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def answer(self) -> int:
        """The version that was on the page."""
        return int(self.version.data)


class RejectForm(AcceptForm):
    """A batch sent back, with the reason."""

    reason = TextAreaField(_l("Why it is sent back"), validators=[answered(), Length(max=LONGEST_TEXT)])


class OrderForm(PortalForm):
    """A folder of the inbox to be looked at; each heading of the list that is not found by itself is named."""

    folder = SelectField(_l("Folder"), validators=[answered()])
    source = StringField(_l("Whose archive it is"), validators=[answered(), Length(max=LONGEST_LINE)])
    giver = StringField(_l("Who gave it"), validators=[Length(max=LONGEST_LINE)])
    mandate = StringField(_l("Under which mandate it is held"), validators=[Length(max=LONGEST_LINE)])
    layout = StringField(_l("How the folders are to be read"), validators=[answered(), Length(max=500)])
    manifest = StringField(_l("The list in the folder"), validators=[Length(max=LONGEST_LINE)])
    path = StringField(_l("Heading of the file's path"), validators=[Length(max=LONGEST_LINE)])
    number = StringField(_l("Heading of the number"), validators=[Length(max=LONGEST_LINE)])
    branch = StringField(_l("Heading of the branch"), validators=[Length(max=LONGEST_LINE)])
    date = StringField(_l("Heading of the date"), validators=[Length(max=LONGEST_LINE)])
    photographer = StringField(_l("Heading of the photographer"), validators=[Length(max=LONGEST_LINE)])
    kind = StringField(_l("Heading of the kind of file"), validators=[Length(max=LONGEST_LINE)])
    note = StringField(_l("Heading of the note"), validators=[Length(max=LONGEST_LINE)])

    def validate_layout(self, field: StringField) -> None:
        """A layout that cannot be used says which part of it, and what to write instead."""
        try:
            Layout.parse(field.data or "")
        except LayoutInvalid as error:
            raise ValidationError(_(error.text, **error.said)) from error

    @classmethod
    def of_another_part(cls, known: KnownArchive) -> OrderForm:
        """The form for another part of an archive, filled with what is remembered of it."""
        said = {
            "source": known.source,
            "giver": known.giver,
            "mandate": known.mandate,
            "layout": known.layout,
        }
        return cls(formdata=None, data=said | dict(known.columns))

    def offer(self, folders: list[str]) -> None:
        """The folders that may be chosen."""
        self.folder.choices = choices({name: name for name in folders})

    @property
    def has_headings(self) -> bool:
        """Whether any heading is named."""
        return any(self[name].data for name in HEADINGS)

    def answer(self) -> Wish:
        """What is wished."""
        said = {name: self[name].data for name in HEADINGS if self[name].data}
        return Wish(
            self.source.data,
            self.layout.data,
            self.folder.data,
            self.manifest.data or None,
            said,
            self.giver.data or None,
            self.mandate.data or None,
        )


HEADINGS = ("path", "number", "branch", "date", "photographer", "kind", "note")
