"""The page of parts: every part of the house on one page, for whoever builds; only where invented data lives."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from portal.web.access import public
from portal.web.audience import Audience, blueprint
from portal.web.forms import PortalForm, answered, choices
from portal.web.transaction import workplace

bp = blueprint("parts", Audience.PUBLIC, "/_parts")
_CHOICES = choices({"one": "One", "two": "Two", "three": "Three"})


class PartsForm(PortalForm):
    """A field of each kind, some of them wrong."""

    line = StringField("A line", description="A hint under the label.")
    missing = StringField("A line that is missing", validators=[answered()])
    text = TextAreaField("A longer text", validators=[answered()])
    secret = PasswordField("A password")
    choice = SelectField("A list", choices=_CHOICES)
    one = RadioField("One of these", choices=_CHOICES, validators=[answered()])
    several = SelectMultipleField(
        "Several of these",
        choices=_CHOICES,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    tick = BooleanField("A box to tick")


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """Every part, shown together."""
    form = PartsForm(MultiDict({"line": "typed", "choice": "two"}), meta={"csrf": False})
    form.validate()
    return render_template("_parts/index.html", form=form, now=workplace().clock())
