"""What an auditor sends about an alert."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from portal.web.forms import PortalForm

LONGEST_NOTE = 1_000


class ReviewForm(PortalForm):
    """What somebody found who looked at an alert."""

    note = TextAreaField(
        _l("What you found"),
        validators=[DataRequired(_l("Please answer this.")), Length(max=LONGEST_NOTE)],
        render_kw={"rows": 3},
    )
