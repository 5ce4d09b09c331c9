"""What a browser sends to sign in, to set up an account, and to invite a colleague."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length, Regexp
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from portal.accounts import passwords
from portal.accounts.credentials import codes
from portal.accounts.labels import ROLES
from portal.accounts.vocab import STAFF, NewStaff, Refusal, may_combine, western_digits
from portal.kernel.ids import read_file_number
from portal.kernel.permissions import Role
from portal.web.forms import LONGEST_LINE, PortalForm, answered

LONGEST_ANSWER = 20_000  # of a browser for a passkey; the longest known keys and certificates fit
REFUSALS = {
    Refusal.COMMON: _l("Others would guess this password. Please choose words that do not belong together."),
    Refusal.IN_USE: _l("You use this password here for something else. Please choose another one."),
    Refusal.OWN_WORD: _l("This password holds your name or your login. Please choose other words."),
    Refusal.TOO_LONG: _l(
        "This password is too long. Please use at most %(most)s characters.", most=passwords.LONGEST
    ),
    Refusal.TOO_SHORT: _l(
        "This password is too short. Please use at least %(least)s characters.", least=passwords.SHORTEST
    ),
}


def file_number_or_email(form: object, field: Field) -> None:
    """Say at once when a file number holds a wrong letter; this says nothing about whose it is."""
    if "@" not in field.data and read_file_number(western_digits(field.data)) is None:
        raise ValidationError(
            _l(
                "This is not a file number. It looks like AM-XXXX-XXXX. "
                "Please compare each letter with your paper."
            )
        )


class SignInForm(PortalForm):
    """The first step."""

    login = StringField(
        _l("File number or work e-mail"),
        validators=[answered(), Length(max=LONGEST_LINE), file_number_or_email],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "dir": "ltr"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[
            InputRequired(_l("Please type your password.")),
            Length(max=passwords.LONGEST, message=REFUSALS[Refusal.TOO_LONG]),
        ],
        render_kw={"autocomplete": "current-password"},
    )

    def answer(self) -> tuple[str, str]:
        """Login and password as they were typed."""
        return self.login.data, self.password.data


class CodeForm(PortalForm):
    """The six digits of this moment."""

    code = StringField(
        _l("Six digits from your phone"),
        validators=[InputRequired(_l("Please type the six digits."))],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr"},
    )

    def validate_code(self, field: Field) -> None:
        """Six digits in any script, with or without a blank in the middle."""
        digits = "".join(western_digits(field.data).split())
        if len(digits) != 6 or not digits.isdecimal():
            raise ValidationError(
                _l("The code has six digits. The app on your phone shows a new one every half minute.")
            )

    def answer(self) -> str:
        """The digits as they were typed."""
        return str(self.code.data)

    def did_not_fit(self, words: object) -> None:
        """Show the page again; the digits are used up, so they are not kept."""
        self.code.errors = [words]
        self.code.data = ""


class FactorForm(CodeForm):
    """The six digits, or in their place what the browser says for a passkey."""

    passkey = HiddenField(validators=[Length(max=LONGEST_ANSWER)])

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for no digits beside a passkey."""
        if self.passkey.data:
            self.code.validators = ()
        return super().validate(extra_validators)

    def validate_code(self, field: Field) -> None:
        """Look at the digits only when they are what is shown."""
        if not self.passkey.data:
            super().validate_code(field)


class SecondStepForm(FactorForm):
    """The digits, a passkey or a code from the paper, and whether this browser may be remembered."""

    remember = BooleanField(_l("Remember this phone or computer. Only if nobody else uses it."))

    def validate_code(self, field: Field) -> None:
        """Whatever the page asked for, a recovery code will do as well as six digits."""
        if self.passkey.data or codes.read(field.data) is None:
            super().validate_code(field)


class PaperForm(SecondStepForm):
    """The same step on a keyboard that has letters."""

    code = StringField(
        _l("A code from your paper"),
        validators=[InputRequired(_l("Please type one of the codes."))],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "dir": "ltr",
        },
    )

    def validate_code(self, field: Field) -> None:
        """Say at once what a code looks like; this says nothing about whose it is."""
        try:
            super().validate_code(field)
        except ValidationError as error:
            raise ValidationError(
                _l("A code has four groups of four letters or digits. Please compare each with your paper.")
            ) from error


class PasswordForm(PortalForm):
    """A new password, typed twice: nobody can read it back."""

    password = PasswordField(
        _l("New password"),
        validators=[InputRequired(_l("Please choose a password."))],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("The same password again"),
        validators=[EqualTo("password", _l("The two are not the same. Please type both again."))],
        render_kw={"autocomplete": "new-password"},
    )

    def answer(self) -> str:
        """The password as it was typed."""
        return str(self.password.data)

    def refuse(self, reason: Refusal) -> None:
        """Say why this password cannot be chosen."""
        self.password.errors = [REFUSALS[reason]]


class ChangePasswordForm(PasswordForm):
    """The password in force, and the new one twice."""

    current = PasswordField(
        _l("Your password until now"),
        validators=[
            InputRequired(_l("Please type your password.")),
            Length(max=passwords.LONGEST, message=REFUSALS[Refusal.TOO_LONG]),
        ],
        render_kw={"autocomplete": "current-password"},
    )

    def answer_both(self) -> tuple[str, str]:
        """The password in force and the new one, as they were typed."""
        return str(self.current.data), str(self.password.data)

    def wrong(self) -> None:
        """Say that the password in force was another one."""
        self.current.errors = [_l("This is not your password until now.")]


class InviteForm(PortalForm):
    """A colleague to be invited."""

    login = StringField(
        _l("Work e-mail"),
        validators=[
            answered(),
            Length(max=LONGEST_LINE),
            Regexp(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", message=_l("This is not an e-mail address.")),
        ],
        render_kw={"autocomplete": "off", "spellcheck": "false", "dir": "ltr"},
    )
    display_name = StringField(
        _l("Name, as colleagues will see it beside a signature"),
        validators=[answered(), Length(max=LONGEST_LINE)],
    )
    roles = SelectMultipleField(
        _l("Roles"),
        choices=[SelectChoice(role.value, label) for role, label in ROLES.items()],
        validators=[InputRequired(_l("Choose at least one."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def validate_roles(self, field: Field) -> None:
        """Keep duties apart before anything is proposed."""
        if (
            field.data
            and set(field.data) <= {role.value for role in STAFF}
            and not may_combine(self._roles())
        ):
            raise ValidationError(
                _l(
                    "One person cannot hold these roles together. Intake, verifier, liaison and editor may "
                    "be combined; custodian and transcriber too. Each other role stands alone."
                )
            )

    def answer(self) -> NewStaff:
        """The colleague to propose."""
        return NewStaff(self.login.data, self.display_name.data, self._roles())

    def taken(self) -> None:
        """Say that this login has an account already; administrators may know."""
        self.login.errors = [_l("There is an account with this e-mail already.")]

    def _roles(self) -> frozenset[Role]:
        return frozenset(Role(word) for word in self.roles.data)


class SignForm(PortalForm):
    """A signature under the version that was read."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def answer(self) -> int:
        """The version that was on the page."""
        return int(self.version.data)
