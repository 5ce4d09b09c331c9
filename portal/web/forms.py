"""The form every other form comes from: CSRF, trimming, refusal of null bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

LONGEST_LINE = 200
LONGEST_TEXT = 10_000


def trimmed(value: Any) -> Any:
    """Text without the blanks around it; anything else as it is."""
    return value.strip() if isinstance(value, str) else value


def no_null_bytes(form: object, field: Field) -> None:
    """Refuse text that holds a null byte: no keyboard makes one and no database keeps it."""
    if isinstance(field.data, str) and "\x00" in field.data:
        raise ValidationError(_l("This contains a character that cannot be kept. Please type it again."))


def answered() -> InputRequired:
    """Ask for an answer, in plain words."""
    return InputRequired(_l("Please answer this."))


def choices(words: Mapping[Any, Any]) -> list[SelectChoice]:
    """The choices of a list out of words and their labels."""
    return [SelectChoice(str(word), label) for word, label in words.items()]


class PortalForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form that keeps what was typed; subclasses end in `answer()`, the frozen shape a service takes."""

    def process(self, formdata: Any = None, obj: Any = None, data: Any = None, **kwargs: Any) -> None:
        """Trim every line; a password is taken as it was typed."""
        filters = {
            name: [trimmed] for name, field in self._fields.items() if not isinstance(field, PasswordField)
        }
        super().process(formdata, obj, data, extra_filters=filters, **kwargs)

    def validate(self, extra_validators: Any = None) -> bool:
        """Every field is also looked through for null bytes."""
        checks = {name: [no_null_bytes] for name in self._fields}
        for name, more in (extra_validators or {}).items():
            checks.setdefault(name, []).extend(more)
        return bool(super().validate(extra_validators=checks))


class ButtonForm(PortalForm):
    """A button only: nothing to fill in, only the token to check."""
