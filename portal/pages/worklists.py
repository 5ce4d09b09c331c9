"""What waits at the desk, list by list; each line says what it is and leads to where it is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from portal.accounts.recovery import queries as recoveries
from portal.accounts.recovery.vocab import WaitingRecovery
from portal.casework import queries as casework
from portal.casework.forms import TeamForm
from portal.casework.questions import queries as questions
from portal.casework.recovery import queries as recovery_desk
from portal.casework.vocab import WhyOpen
from portal.disclosure.packages import queries as packages
from portal.disclosure.protection import queries as protection
from portal.disclosure.publication import queries as publication
from portal.inquiries import queries as inquiries
from portal.inquiries.vocab import InquiryState
from portal.kernel.work import Work
from portal.matching import queries as matching
from portal.matching.renewal import queries as renewal
from portal.verification import queries as verification


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: what it is, since when, and where to do it."""

    label: str
    since: datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class WaitingList:
    """Things of one kind that wait for this person."""

    heading: str
    empty: str
    items: tuple[Waiting, ...]


def under_pressure(work: Work) -> WaitingList:
    """Relatives whom nobody may reach now."""
    found = protection.standing(work)
    return WaitingList(
        _("A relative may be under pressure: do not call or write"),
        _("No file is held."),
        tuple(
            Waiting(h.reference, h.raised_at, _at("protection_casework.hold", h.inquiry_id)) for h in found
        ),
    )


def new_inquiries(work: Work) -> WaitingList:
    """Inquiries nobody answers for yet."""
    found = inquiries.waiting(work, InquiryState.SUBMITTED, InquiryState.TRIAGE)
    return WaitingList(
        _("New requests"),
        _("Every request has its people."),
        tuple(Waiting(i.reference, i.filed_at, _at("inquiries_casework.read", i.id)) for i in found),
    )


def places_to_fill(work: Work) -> WaitingList:
    """Files in which somebody's place is empty, or its person gone, away or in another role."""
    places, why = TeamForm(None), _why_open()
    return WaitingList(
        _("Files that need another person"),
        _("Every place has its person."),
        tuple(
            Waiting(
                f"{place.reference}: {places[place.role.value].label.text} ({why[place.why]})",
                place.since,
                _at("casework_casework.assign", place.inquiry_id),
            )
            for place in casework.open_places(work)
        ),
    )


def _why_open() -> dict[WhyOpen, str]:
    return {
        WhyOpen.CHANGED_ROLE: _("has another role now"),
        WhyOpen.EMPTY: _("nobody"),
        WhyOpen.LEFT: _("has left"),
        WhyOpen.ON_LEAVE: _("is away"),
    }


def to_verify(work: Work) -> WaitingList:
    """Files in which it is not yet known who asks."""
    words = (_("Identity and kinship to check"), _("No file waits to be checked."))
    return _files(work, InquiryState.VERIFYING, words, "verification_casework.file")


def decisions_to_sign(work: Work) -> WaitingList:
    """Decisions that need a second person."""
    found = verification.waiting_for_me(work)
    return WaitingList(
        _("Decisions for your second signature"),
        _("No decision waits for you."),
        tuple(
            Waiting(
                _number(work, d.inquiry_id), d.proposed_at, _at("verification_casework.file", d.inquiry_id)
            )
            for d in found
        ),
    )


def to_match(work: Work) -> WaitingList:
    """Files to compare with the archive."""
    words = (_("Files to compare with the archive"), _("No file waits to be compared."))
    return _files(work, InquiryState.ACTIVE, words, "matching_casework.candidates")


def matches_to_review(work: Work) -> WaitingList:
    """Proposals that need a verdict written before the first is seen."""
    found = matching.waiting_for_me(work)
    return WaitingList(
        _("Comparisons for your own verdict"),
        _("No comparison waits for you."),
        tuple(
            Waiting(
                _number(work, m.inquiry_id), m.proposed_at, url_for("matching_casework.review", match_id=m.id)
            )
            for m in found
        ),
    )


def matches_to_renew(work: Work) -> WaitingList:
    """Confirmed matches whose record has changed since, and reversals that need a second person."""
    stale = {m.id: m for m in (*renewal.stale(work), *renewal.reversals_for_me(work))}
    return WaitingList(
        _("Matches to look at anew"),
        _("Every match stands on its record."),
        tuple(
            Waiting(
                _number(work, m.inquiry_id), m.signed_at, url_for("renewal_casework.match", match_id=m.id)
            )
            for m in stale.values()
        ),
    )


def fallen_packages(work: Work) -> WaitingList:
    """What was prepared or told and no longer stands: nothing of it is shown, and a person speaks with the relative."""
    return _packages(
        work,
        packages.fallen(work),
        (_("What was prepared or told and no longer stands"), _("Everything that was prepared stands.")),
        "disclosure_casework.package",
    )


def to_ask(work: Work) -> WaitingList:
    """Families to ask for what they left empty."""
    found = questions.waiting_for_me(work)
    return WaitingList(
        _("Families to ask for something"),
        _("No family is to be asked."),
        tuple(Waiting(q.reference, q.since, _at("questions_casework.file", q.inquiry_id)) for q in found),
    )


def to_prepare(work: Work) -> WaitingList:
    """Files whose outcome is ready to be prepared for the relative."""
    words = (_("Files to prepare"), _("No file waits to be prepared."))
    return _files(work, InquiryState.OUTCOME_READY, words, "disclosure_casework.package")


def to_tell(work: Work) -> WaitingList:
    """Relatives who wait for a conversation."""
    return _packages(
        work,
        packages.to_be_told(work),
        (_("Conversations to hold"), _("No conversation waits.")),
        "telling_casework.conversations",
    )


def packages_to_approve(work: Work) -> WaitingList:
    """Sealed packages that need a second person."""
    return _packages(
        work,
        packages.waiting_for_me(work),
        (_("Packages to approve"), _("No package waits for you.")),
        "disclosure_casework.package",
    )


def names_to_sign(work: Work) -> WaitingList:
    """Names that need a second person."""
    found = [file for file in publication.name_files(work) if file.may_sign]
    return WaitingList(
        _("Names for your second signature"),
        _("No name waits for you."),
        tuple(
            Waiting(
                file.spelling.name_ar if file.spelling else "",
                file.proposed_at,
                url_for("publication_casework.name", publication_id=file.id),
            )
            for file in found
        ),
    )


def stopped_recoveries(work: Work) -> WaitingList:
    """Ways back this person signed and somebody stopped: an alarm, until they say that they have seen it."""
    words = (_("Ways back that were stopped"), _("Nobody stopped a way back that you signed."))
    return _recoveries(work, recoveries.stopped_for_me(work), words)


def recoveries_to_sign(work: Work) -> WaitingList:
    """Ways back into an account that need a second person."""
    words = (_("Ways back for your second signature"), _("No way back waits for you."))
    return _recoveries(work, recoveries.waiting_for_me(work), words)


def recoveries_to_hand(work: Work) -> WaitingList:
    """Ways back whose time has passed: the relative waits for the link."""
    words = (_("Links to hand to a relative"), _("No relative waits for a link."))
    return _recoveries(work, recovery_desk.to_hand(work), words)


def _recoveries(work: Work, found: Iterable[WaitingRecovery], words: tuple[str, str]) -> WaitingList:
    items = (
        Waiting(_number(work, r.inquiry_id), r.since, _at("recovery_casework.file", r.inquiry_id))
        for r in found
    )
    return WaitingList(words[0], words[1], tuple(items))


def _files(work: Work, state: InquiryState, words: tuple[str, str], endpoint: str) -> WaitingList:
    found = inquiries.waiting(work, state)
    return WaitingList(*words, tuple(Waiting(i.reference, i.filed_at, _at(endpoint, i.id)) for i in found))


def _packages(
    work: Work, found: Iterable[packages.ListedPackage], words: tuple[str, str], endpoint: str
) -> WaitingList:
    items = (Waiting(_number(work, p.inquiry_id), None, _at(endpoint, p.inquiry_id)) for p in found)
    return WaitingList(words[0], words[1], tuple(items))


def _number(work: Work, inquiry_id: UUID) -> str:
    return inquiries.reference_of(work, inquiry_id)


def _at(endpoint: str, inquiry_id: UUID) -> str:
    return url_for(endpoint, inquiry_id=inquiry_id)
