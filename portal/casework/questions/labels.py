"""What a caseworker says to a family; the same words for every family, whatever the archive holds."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.casework.questions.vocab import Asked

OPENING = _l(
    "I am calling about your file. A few lines in it are empty, and we would like to complete them."
    " This is an ordinary question: it does not mean that there is anything new."
)
QUESTIONS = {
    Asked.FATHER: _l("What is the first name of the father of the person you are searching for?"),
    Asked.GRANDFATHER: _l("What is the first name of the grandfather, on the father’s side?"),
    Asked.FAMILY: _l("What is the family name of the person you are searching for?"),
    Asked.MOTHER: _l("What is the first name of the mother of the person you are searching for?"),
    Asked.MOTHER_FAMILY: _l("What was the mother’s family name before she married?"),
    Asked.BIRTH_YEAR: _l("In which year was the person you are searching for born? About is enough."),
    Asked.BIRTH_PLACE: _l("Where was the person you are searching for born?"),
}
CLOSING = _l("“I do not know” is an answer too. Nothing is lost by it, and your file goes on as before.")
