"""The caseworker's page to ask a family for what is empty; the analyst's button to have them asked."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from portal.casework.questions import labels, queries, service
from portal.casework.questions.forms import AnswersForm
from portal.casework.questions.vocab import QuestionFile
from portal.kernel.errors import Conflict
from portal.kernel.permissions import Permission
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.forms import ButtonForm
from portal.web.transaction import request_work

bp = blueprint("questions", Audience.CASEWORK, "/questions")


@bp.post("/<uuid:inquiry_id>/ask")
@needs(Permission.CASEWORK_QUESTION_ASK)
def ask(inquiry_id: UUID) -> ResponseReturnValue:
    """Not enough information: have the family asked for what they left empty."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with suppress(Conflict), request_work() as work:  # asked already: the page says what is still open
        service.ask_family(work, inquiry_id)
    return redirect(url_for(".file", inquiry_id=inquiry_id), 303)


@bp.get("/<uuid:inquiry_id>")
@needs(Permission.CASEWORK_QUESTION_READ)
def file(inquiry_id: UUID) -> ResponseReturnValue:
    """What is asked of this family, and the words to ask it in."""
    return _page(inquiry_id, AnswersForm(formdata=None), 200)


@bp.post("/<uuid:inquiry_id>")
@needs(Permission.CASEWORK_QUESTION_ANSWER)
def enter(inquiry_id: UUID) -> ResponseReturnValue:
    """Enter what the family said."""
    form = AnswersForm()
    if not form.validate():
        return _page(inquiry_id, form, 422)
    with request_work() as work:
        service.enter_answers(work, inquiry_id, form.answers())
    return redirect(url_for(".file", inquiry_id=inquiry_id), 303)


def _page(inquiry_id: UUID, form: AnswersForm, status: int) -> ResponseReturnValue:
    with request_work() as work:
        found = queries.file(work, inquiry_id)
    page = render_template("casework/questions/file.html", file=found, form=form, said=words_for(found))
    return page, status


def words_for(found: QuestionFile) -> list[str]:
    """What is said to the family, sentence by sentence, in their language."""
    with force_locale(found.language):
        lines = [labels.OPENING, *(labels.QUESTIONS[each.part] for each in found.questions), labels.CLOSING]
        return [str(line) for line in lines]
