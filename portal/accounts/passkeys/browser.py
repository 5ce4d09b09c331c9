"""What travels between a browser and us: the question out, its challenge sealed in the cookie, the answer in."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request
from flask import session as cookie

from portal.accounts.passkeys import queries
from portal.accounts.passkeys.vocab import Answer, Party, Purpose, Question
from portal.accounts.vocab import Pending
from portal.config import Settings
from portal.web.audience import Audience
from portal.web.transaction import request_work
from portal.web.wiring import wired

_ASKED = "asked-"  # before the purpose: a question before a sensitive act leaves the one of its page alone


def party() -> Party | None:
    """Who asks: the host of this request, which is one of PORTAL_HOSTS or the request would not have come so far.

    None at an address that is a number: browsers know passkeys by names only.
    """
    host = urlsplit(request.host_url).hostname or ""
    if not host or _is_number(host):
        return None
    return Party(host, request.host_url.rstrip("/"), wired(Settings).organisation)


def put(question: Question, purpose: Purpose) -> str:
    """Let the cookie carry the challenge; gives what stands on the page."""
    cookie[_ASKED + purpose] = question.asked
    return question.options


def question_to_enter(first: Pending) -> str | None:
    """What stands on the page of the second step, for everybody alike; None where nobody can be asked."""
    asking = party()
    if asking is None:
        return None
    with request_work() as work:
        return put(queries.to_enter(work, first, asking), Purpose.ENTER)


def question_to_prove() -> str | None:
    """What stands on the page before a sensitive act; None where nobody can be asked."""
    asking = party()
    if asking is None:
        return None
    with request_work(Audience.ACCOUNT) as work:
        return put(queries.to_prove(work, asking), Purpose.PROVE)


def answered(text: str, purpose: Purpose) -> Answer | None:
    """What the browser answered; the challenge leaves the cookie. None without an answer."""
    asked = str(cookie.pop(_ASKED + purpose, ""))
    asking = party()
    return Answer(asking, text, asked) if text and asking else None


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
