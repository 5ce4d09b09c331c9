"""Who walks through the portal, where each begins, and what is filled in rightly before the scanners come."""

from __future__ import annotations

from dataclasses import dataclass

Typed = tuple[tuple[str, dict[str, str]], ...]

_WIZARD = "/family/inquiry"
# A scanner fills in nonsense, which stops at the first question. So somebody invented answers them first.
_ANSWERS: Typed = (
    (f"{_WIZARD}/safety", {"safe": "yes", "danger": "no"}),
    (f"{_WIZARD}/name", {"given": "Samir", "father": "Walid", "grandfather": "", "family": "Testarouni"}),
    (
        f"{_WIZARD}/origin",
        {"mother": "Huda", "mother_family": "", "birth_year": "1990", "birth_place": "Example"},
    ),
    (
        f"{_WIZARD}/arrest",
        {
            "arrested_day": "4",
            "arrested_month": "5",
            "arrested_year": "2013",
            "arrest_place": "Example",
            "branch": "12",
            "marks": "A scar",
        },
    ),
    (f"{_WIZARD}/you", {"full_name": "Maha Testarouni", "relation": "sibling"}),
    (
        f"{_WIZARD}/contact",
        {
            "channel": "email",
            "address": "maha@mail.example",
            "hour_from": "9",
            "hour_to": "17",
            "quiet_weekdays": "6",
            "must_not_know": "Nobody",
            "code_word": "lantern",
            "sender_name": "Library",
        },
    ),
    (
        f"{_WIZARD}/wishes",
        {
            "fact": "yes",
            "date_place": "later",
            "papers": "later",
            "photographs_exist": "no",
            "description": "no",
            "face": "no",
        },
    ),
)
_SIGN_IN: Typed = (
    ("/account/sign-in", {"login": "somebody@office.example", "password": "a password that fits nobody"}),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """One walk: with which account (none: signed out), where, and after which answers."""

    who: str
    begins: tuple[str, ...]
    within: tuple[str, ...]
    role: str = ""
    stage: str = ""
    typed: Typed = ()


_OWN = ("/account/days-away", "/account/password", "/account/phone", "/account/prove", "/account/sessions")
_OUTSIDE = (
    "/",
    "/search",
    "/check",
    "/account/sign-in",
    "/account/second-step",
    f"{_WIZARD}/",
    f"{_WIZARD}/check",
)


def _staff(role: str, zone: str = "/casework/") -> Plan:
    return Plan(role, (zone, "/account/sessions"), (zone, *_OWN), role)


PLANS = {
    plan.who: plan
    for plan in (
        Plan("nobody", _OUTSIDE, ("/",), typed=(*_ANSWERS, *_SIGN_IN)),
        Plan("relative", ("/family/", "/account/sessions"), ("/family/", *_OWN), "relative", "asked for the"),
        _staff("intake"),
        _staff("verifier"),
        _staff("analyst"),
        _staff("liaison"),
        _staff("approver"),
        _staff("editor"),
        _staff("custodian"),
        _staff("transcriber"),
        _staff("administrator", "/admin/"),
        _staff("auditor", "/oversight/"),
    )
}
USUAL = ("nobody", "relative", "analyst")
