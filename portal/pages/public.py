"""What everybody may see: the memorial, who we are, and whether a message is ours."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length

from portal.memorial import queries as memorial
from portal.notifications import queries as notifications
from portal.web.access import public
from portal.web.audience import Audience, blueprint
from portal.web.forms import PortalForm
from portal.web.transaction import request_work

bp = blueprint("pages", Audience.PUBLIC)
LONGEST_QUERY = 200


class CheckForm(PortalForm):
    """The code under a message or letter."""

    code = StringField(_l("The code under the message"), validators=[Length(max=40)])

    def answer(self) -> str:
        """The code as typed."""
        return self.code.data or ""


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    """The names, by letter."""
    letter = request.args.get("letter", "")[:1] or None
    with request_work() as work:
        page = memorial.names(work, letter, _page())
        letters = memorial.letters(work)
    return render_template("pages/public/home.html", page=page, letters=letters, letter=letter)


@bp.route("/search", methods=["GET", "POST"])
@public
def search() -> ResponseReturnValue:
    """Published names that sound like what was typed; our own form sends it so that no address holds a name."""
    typed = request.values.get("q", "").replace("\x00", "").strip()
    too_long = len(typed) > LONGEST_QUERY
    with request_work() as work:
        found = [] if too_long else memorial.search(work, typed)
    page = render_template(
        "pages/public/search.html", typed=typed[:LONGEST_QUERY], found=found, too_long=too_long
    )
    return page, 422 if too_long else 200


@bp.get("/about")
@public
def about() -> ResponseReturnValue:
    """Who we are, what we do, and what we never do."""
    return render_template("pages/public/about.html")


@bp.route("/check", methods=["GET", "POST"])
@public
def check() -> ResponseReturnValue:
    """Tell whether a message or letter is really ours."""
    form = CheckForm()
    if not form.is_submitted():
        return render_template("pages/public/check.html", form=form, answer=None)
    if not form.validate():
        return render_template("pages/public/check.html", form=form, answer=None), 422
    with request_work() as work:
        ours = notifications.is_ours(work, form.answer())
    return render_template("pages/public/check.html", form=form, answer=ours)


def _page() -> int:
    return min(max(request.args.get("page", 1, type=int), 1), 100_000)
