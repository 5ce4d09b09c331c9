"""Signing in, one's own sessions, and leaving quickly."""

from __future__ import annotations

from math import ceil
from uuid import UUID

from flask import abort, g, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import device_cookie, entrance, queries, service
from portal.accounts.forms import PaperForm, SecondStepForm, SignInForm
from portal.accounts.passkeys import browser
from portal.accounts.passkeys import service as passkeys
from portal.accounts.passkeys.vocab import Purpose
from portal.accounts.vocab import Pending, TookTooLong, TryLater
from portal.kernel.permissions import Permission
from portal.web import session
from portal.web.access import needs, public
from portal.web.audience import Audience, blueprint, home_of
from portal.web.forms import ButtonForm
from portal.web.transaction import request_work

bp = blueprint("accounts", Audience.ACCOUNT)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Take the first step; the answer to every login and password is the question for the code."""
    form = SignInForm()
    if request.method == "GET":
        return redirect(home_of(g.actor), 303) if g.actor.is_signed_in else _sign_in_page(form)
    if not form.validate():
        return _sign_in_page(form)
    try:
        with request_work() as work:
            pending = service.sign_in(work, *form.answer(), device_cookie.origin())
    except TryLater as refused:
        return _wait(refused)
    cookie["first_step"] = pending.sealed
    return redirect(url_for(".second_step"), 303)


@bp.route("/second-step", methods=["GET", "POST"])
@public
def second_step() -> ResponseReturnValue:
    """Ask for the digits, a passkey or a code from the paper; begin a new session when everything fits."""
    if "first_step" not in cookie:
        return redirect(url_for(".sign_in"), 303)
    form = PaperForm() if "paper" in request.args else SecondStepForm()
    if request.method == "GET" or not form.validate():
        return _second_step_page(form)
    try:
        with request_work() as work:
            origin = device_cookie.origin(remember=form.remember.data)
            first = Pending(cookie["first_step"])
            answer = browser.answered(form.passkey.data, Purpose.ENTER)
            begun = (
                passkeys.finish_sign_in(work, first, answer, origin)
                if answer
                else service.second_step(work, first, form.answer(), origin)
            )
    except TryLater as refused:
        return _wait(refused)
    except TookTooLong:
        del cookie["first_step"]
        cookie["late"] = True
        return redirect(url_for(".sign_in"), 303)
    if begun is None:
        form.did_not_fit(
            _(
                "That did not fit. Check the file number or e-mail, the password and the code. A code lasts for half"
                " a minute: take a fresh one, and see that the clock of your phone is right."
            )
        )
        return _second_step_page(form)
    return entrance.enter(begun)


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End this session, here and in the database."""
    _end_this_session()
    answer = make_response(redirect(url_for(".sign_in"), 303))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@bp.post("/leave")
@public
def leave() -> ResponseReturnValue:
    """Leave quickly: the session, what was typed, and what the browser kept are gone."""
    _end_this_session()
    answer = make_response(redirect(url_for(".left"), 303))
    answer.headers["Clear-Site-Data"] = '"cache"'
    device_cookie.take_away(answer)
    return answer


@bp.get("/left")
@public
def left() -> ResponseReturnValue:
    """A page that says nothing, for whoever looks over a shoulder."""
    return render_template("accounts/account/left.html")


@bp.get("/sessions")
@needs(Permission.ACCOUNTS_SESSION_OWN)
def sessions() -> ResponseReturnValue:
    """Where one is signed in."""
    with request_work() as work:
        open_ones = queries.own_sessions(work, session.current_token())
    return render_template("accounts/account/sessions.html", sessions=open_ones, home=home_of(g.actor))


@bp.post("/sessions/<uuid:session_id>/end")
@needs(Permission.ACCOUNTS_SESSION_OWN)
def end_session(session_id: UUID) -> ResponseReturnValue:
    """End one of one's own sessions."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.end_session(work, session_id)
    return redirect(url_for(".sessions"), 303)


@bp.post("/sessions/end-all")
@needs(Permission.ACCOUNTS_SESSION_OWN)
def end_all_sessions() -> ResponseReturnValue:
    """Sign out everywhere, here too."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.end_all_sessions(work)
    session.end()
    return redirect(url_for(".sign_in"), 303)


@bp.post("/sessions/forget-browsers")
@needs(Permission.ACCOUNTS_SESSION_OWN)
def forget_devices() -> ResponseReturnValue:
    """Remember no browser any more, this one neither."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.forget_devices(work)
    answer = make_response(redirect(url_for(".sessions"), 303))
    device_cookie.take_away(answer)
    return answer


@bp.record_once
def _let_leave_always_work(state: BlueprintSetupState) -> None:
    # Whoever presses it may be in danger; a page that has stood open too long must not answer with an error.
    # A stranger's page gains nothing by pressing it: the cookie does not travel with it.
    state.app.extensions["csrf"].exempt(leave)


def _sign_in_page(form: SignInForm) -> ResponseReturnValue:
    page = render_template("accounts/account/sign_in.html", form=form, late=cookie.pop("late", False))
    return page, 422 if form.errors else 200


def _second_step_page(form: SecondStepForm) -> ResponseReturnValue:
    options = browser.question_to_enter(Pending(cookie["first_step"]))
    on_paper = isinstance(form, PaperForm)
    page = render_template("accounts/account/second_step.html", form=form, options=options, on_paper=on_paper)
    return page, 422 if form.errors else 200


def _wait(refused: TryLater) -> ResponseReturnValue:
    seconds = ceil(refused.wait.total_seconds())
    page = render_template("accounts/account/wait.html", minutes=ceil(seconds / 60))
    return page, 429, {"Retry-After": str(seconds)}


def _end_this_session() -> None:
    entrance.close_session()
    session.end()
