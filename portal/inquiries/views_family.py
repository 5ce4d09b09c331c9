"""A relative asks, page by page and without an account; afterwards they read and steer their own file."""

from __future__ import annotations

from datetime import date

from flask import abort, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from portal.inquiries import drafting, labels, queries, service, wizard
from portal.inquiries.answers import Draft, Step
from portal.inquiries.forms import ConsentForm, StepForm, WishesForm
from portal.inquiries.vocab import Purpose
from portal.kernel.crypto import random_token
from portal.kernel.errors import NotFound
from portal.kernel.permissions import Permission
from portal.web import language
from portal.web.access import needs, public
from portal.web.audience import Audience, blueprint, home_of
from portal.web.forms import ButtonForm
from portal.web.transaction import request_work, workplace

bp = blueprint("inquiries", Audience.FAMILY, "/inquiry")

VISITORS = {"start", "step", "take_step", "advice", "later", "erase", "receipt", "setup", "again"}
DRAFT = "draft"  # in the cookie: the token under which the draft is found
SETUP = "setup"  # where the pages of the account look for their token


@bp.before_request
def _who_is_signed_in_has_a_file() -> ResponseReturnValue | None:
    wizard_asked = (request.endpoint or "").rpartition(".")[2] in VISITORS
    return redirect(home_of(g.actor), 303) if wizard_asked and g.actor.is_signed_in else None


@bp.get("/")
@public
def start() -> ResponseReturnValue:
    """What we ask, what we do with it, and that it is free."""
    draft = _draft()
    return render_template("inquiries/family/start.html", draft=draft, open_step=wizard.first_open(draft))


@bp.get("/<step>")
@public
def step(step: str) -> ResponseReturnValue:
    """One question."""
    wanted, draft = _step(step), _draft()
    if away := _away_from(draft, wanted):
        return away
    if wanted is Step.CHECK:
        return _check_page(draft, ConsentForm(formdata=None))
    return _page(wanted, drafting.kept_form(draft, wanted, _today()))


@bp.post("/<step>")
@public
def take_step(step: str) -> ResponseReturnValue:
    """Take the answers of one page; they are kept whatever the visitor does next."""
    wanted, draft = _step(step), _draft()
    going = request.form.get("go", "on")
    if draft.receipt:
        return redirect(url_for(".receipt"), 303)
    if wanted is Step.CHECK:
        return _leave(wanted, going) or _file(draft)
    form = drafting.sent_form(wanted, _today())
    right = form.validate()
    holds = right and (going == "on" or wanted in draft.held)
    draft = draft.with_page(wanted, drafting.typed_in(form, request.form), holds)
    _save(draft)
    if away := _leave(wanted, going):
        return away
    if not right:
        return _page(wanted, form, 422)
    if wanted is Step.SAFETY and wizard.is_worrying(draft):
        return redirect(url_for(".advice"), 303)
    return _to(wizard.after(draft, wanted))


@bp.get("/advice")
@public
def advice() -> ResponseReturnValue:
    """What is safer, for somebody who may be watched or in danger; and the way to go on all the same."""
    draft = _draft()
    if Step.SAFETY not in draft.held:
        return _to(Step.SAFETY)
    page = draft.pages[Step.SAFETY]
    following = wizard.after(draft, Step.SAFETY)
    return render_template(
        "inquiries/family/advice.html",
        may_be_seen=page["safe"] != ("yes",),
        in_danger=page["danger"] != ("no",),
        following=following,
    )


@bp.get("/later")
@public
def later() -> ResponseReturnValue:
    """Not now: what is kept, for how long, and how to come back."""
    draft = _draft()
    return render_template("inquiries/family/later.html", draft=draft, open_step=wizard.first_open(draft))


@bp.post("/erase")
@public
def erase() -> ResponseReturnValue:
    """Erase what was typed."""
    _only_a_button()
    if token := session.pop(DRAFT, None):
        with request_work() as work:
            service.drop_draft(work, token)
    return redirect(url_for(".start"), 303)


@bp.get("/receipt")
@public
def receipt() -> ResponseReturnValue:
    """The file number, and what happens next; the same however often it is opened."""
    draft = _draft()
    if draft.receipt is None:
        return redirect(url_for(".start"), 303)
    return render_template("inquiries/family/receipt.html", receipt=draft.receipt)


@bp.post("/setup")
@public
def setup() -> ResponseReturnValue:
    """Go on to choose a password."""
    _only_a_button()
    draft = _draft()
    if draft.receipt is None:
        return redirect(url_for(".start"), 303)
    session[SETUP] = draft.receipt.setup_token
    return redirect(url_for("opening_account.setup"), 303)


@bp.post("/again")
@public
def again() -> ResponseReturnValue:
    """Ask about somebody else: a new draft, a new file; the first one stays as it is."""
    _only_a_button()
    session.pop(DRAFT, None)
    return _to(Step.SAFETY)


@bp.get("/own")
@needs(Permission.INQUIRIES_INQUIRY_OWN)
def own() -> ResponseReturnValue:
    """What I told you."""
    with request_work() as work:
        file = queries.own_file(work)
    return render_template("inquiries/family/own.html", file=file, words=labels)


@bp.get("/own/wishes")
@needs(Permission.INQUIRIES_INQUIRY_OWN)
def wishes() -> ResponseReturnValue:
    """What I wish to know."""
    with request_work() as work:
        file = queries.own_file(work)
    form = WishesForm(formdata=None, data={layer.value: wish.value for layer, wish in file.wishes.items()})
    return render_template("inquiries/family/wishes.html", form=form)


@bp.post("/own/wishes")
@needs(Permission.INQUIRIES_INQUIRY_OWN)
def change_wishes() -> ResponseReturnValue:
    """Change what I wish to know."""
    form = WishesForm()
    if not form.validate():
        return render_template("inquiries/family/wishes.html", form=form), 422
    with request_work() as work:
        service.change_wishes(work, form.answer())
    return redirect(url_for(".own"), 303)


@bp.post("/own/pause")
@needs(Permission.INQUIRIES_INQUIRY_OWN)
def pause() -> ResponseReturnValue:
    """Pause: nobody contacts me, nothing goes on."""
    _only_a_button()
    with request_work() as work:
        service.pause(work)
    return redirect(url_for(".own"), 303)


@bp.post("/own/resume")
@needs(Permission.INQUIRIES_INQUIRY_OWN)
def resume() -> ResponseReturnValue:
    """Take it up again."""
    _only_a_button()
    with request_work() as work:
        service.resume(work)
    return redirect(url_for(".own"), 303)


@bp.post("/own/consents/<purpose>/withdraw")
@needs(Permission.INQUIRIES_INQUIRY_OWN)
def withdraw_consent(purpose: str) -> ResponseReturnValue:
    """Withdraw one consent, in one step."""
    if purpose not in set(Purpose):
        raise NotFound("no such purpose")
    _only_a_button()
    with request_work() as work:
        service.withdraw_consent(work, Purpose(purpose))
    return redirect(url_for(".own"), 303)


def _file(draft: Draft) -> ResponseReturnValue:
    wrong = drafting.first_wrong(draft, _today())
    if wrong:
        return _to(wrong)
    answers = drafting.answers_of(draft, _today(), language.code())
    form = ConsentForm()
    form.ask_for(answers.contact.channel)
    if not form.validate():
        return _check_page(draft, form, 422)
    with request_work() as work:
        service.file_draft(work, _token(), wizard.filing(answers, form.answer()))
    return redirect(url_for(".receipt"), 303)


def _page(wanted: Step, form: StepForm, status: int = 200) -> ResponseReturnValue:
    number, total = wizard.place_of(wanted), len(wizard.ORDER)
    page = render_template(
        "inquiries/family/step.html", step=wanted, form=form, number=number, total=total, year=_today().year
    )
    return page, status


def _check_page(draft: Draft, form: ConsentForm, status: int = 200) -> ResponseReturnValue:
    wrong = drafting.first_wrong(draft, _today())
    if wrong:
        return _to(wrong)
    filing = wizard.filing(drafting.answers_of(draft, _today(), language.code()), ())
    form.ask_for(filing.contact.channel)
    page = render_template(
        "inquiries/family/check.html", filing=filing, form=form, total=len(wizard.ORDER), words=labels
    )
    return page, status


def _leave(wanted: Step, going: str) -> ResponseReturnValue | None:
    if going == "later":
        return redirect(url_for(".later"), 303)
    if going != "back":
        return None
    former = wizard.before(wanted)
    return _to(former) if former else redirect(url_for(".start"), 303)


def _away_from(draft: Draft, wanted: Step) -> ResponseReturnValue | None:
    if draft.receipt:
        return redirect(url_for(".receipt"), 303)
    return None if wizard.may_open(draft, wanted) else _to(wizard.first_open(draft))


def _to(wanted: Step) -> ResponseReturnValue:
    return redirect(url_for(".step", step=wanted.value), 303)


def _step(word: str) -> Step:
    if word not in set(Step):
        raise NotFound("no such page")
    return Step(word)


def _today() -> date:
    return workplace().clock().date()


def _token() -> str:
    return str(session.get(DRAFT, ""))


def _draft() -> Draft:
    if DRAFT not in session:
        return Draft()
    with request_work() as work:
        return queries.load_draft(work, _token()) or Draft()


def _save(draft: Draft) -> None:
    session.setdefault(DRAFT, random_token())
    with request_work() as work:
        service.save_draft(work, _token(), draft)


def _only_a_button() -> None:
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
