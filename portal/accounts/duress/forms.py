"""What a browser sends about the second password."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from portal.accounts import passwords
from portal.accounts.forms import REFUSALS
from portal.accounts.vocab import Refusal
from portal.web.forms import PortalForm


class UsualPasswordForm(PortalForm):
    """The usual password, before anything is said or changed."""

    current = PasswordField(
        _l("Your usual password"),
        validators=[
            InputRequired(_l("Please type your password.")),
            Length(max=passwords.LONGEST, message=REFUSALS[Refusal.TOO_LONG]),
        ],
        render_kw={"autocomplete": "current-password"},
    )

    def usual(self) -> str:
        """The usual password as it was typed."""
        return str(self.current.data)

    def wrong(self) -> None:
        """Say that the usual password is another one."""
        self.current.errors = [_l("This is not your usual password.")]


class SecondPasswordForm(UsualPasswordForm):
    """The second password, typed twice."""

    password = PasswordField(
        _l("The second password"),
        validators=[InputRequired(_l("Please choose a password."))],
        render_kw={"autocomplete": "off"},
    )
    again = PasswordField(
        _l("The second password again"),
        validators=[EqualTo("password", _l("The two are not the same. Please type both again."))],
        render_kw={"autocomplete": "off"},
    )

    def answer(self) -> tuple[str, str]:
        """The usual password and the second one, as they were typed."""
        return self.usual(), str(self.password.data)

    def refuse(self, reason: Refusal) -> None:
        """Say why this password cannot be the second one."""
        self.password.errors = [REFUSALS[reason]]
