"""What a browser sends when a passkey is added."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from portal.accounts.forms import LONGEST_ANSWER
from portal.web.forms import PortalForm, answered

LONGEST_NAME = 60


class AddForm(PortalForm):
    """A name for a new passkey, and what the browser says for it."""

    name = StringField(
        _l("A name by which you will know it again"),
        validators=[answered(), Length(max=LONGEST_NAME)],
        render_kw={"maxlength": LONGEST_NAME, "data-passkey-needs": True},
    )
    passkey = HiddenField(validators=[Length(max=LONGEST_ANSWER)])

    def answer(self) -> str:
        """The name as it was typed."""
        return str(self.name.data)

    def did_not_fit(self) -> None:
        """Show the page again; the name is kept."""
        self.name.errors = [_l("No passkey was made. Please try once more.")]
