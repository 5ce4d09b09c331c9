"""Who may read an inquiry, and who may open the way to its family."""

from __future__ import annotations

from uuid import UUID

from portal.inquiries.vocab import InquiryState
from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission, Role

NEXT: dict[InquiryState, frozenset[InquiryState]] = {
    InquiryState.SUBMITTED: frozenset({InquiryState.TRIAGE}),
    InquiryState.TRIAGE: frozenset({InquiryState.VERIFYING}),
    InquiryState.VERIFYING: frozenset({InquiryState.ACTIVE}),
    InquiryState.ACTIVE: frozenset({InquiryState.OUTCOME_READY, InquiryState.CLOSED}),
    InquiryState.OUTCOME_READY: frozenset({InquiryState.TOLD, InquiryState.ACTIVE}),
    InquiryState.TOLD: frozenset({InquiryState.AFTERCARE}),
    InquiryState.AFTERCARE: frozenset({InquiryState.CLOSED}),
    InquiryState.CLOSED: frozenset({InquiryState.ACTIVE}),
}


def may_read(actor: Actor) -> bool:
    """Let the staff who work on inquiries read them; the database narrows a liaison to assigned ones."""
    return actor.holds(Permission.INQUIRIES_INQUIRY_READ)


def may_read_contact(actor: Actor) -> bool:
    """Let only those who speak with families see how to reach them."""
    return actor.holds(Permission.INQUIRIES_CONTACT_READ)


def may_review_openings(actor: Actor) -> bool:
    """Let an auditor read why cases were opened outside an assignment."""
    return actor.holds(Permission.OVERSIGHT_ALERT_CLOSE)


def may_review_opening(actor: Actor, opener: UUID) -> bool:
    """Nobody reviews their own reason."""
    return may_review_openings(actor) and actor.id != opener


def may_triage(actor: Actor) -> bool:
    """Let intake take an inquiry in."""
    return actor.holds(Permission.INQUIRIES_INQUIRY_TRIAGE)


def may_file(actor: Actor) -> bool:
    """Let anybody file who is not signed in; staff never file for themselves, a relative has one file."""
    return not actor.is_signed_in


def may_clear_drafts(actor: Actor) -> bool:
    """Let only the machine's own hand erase drafts that nobody has come back to."""
    return actor.has_role(Role.WORKER)


def may_own(actor: Actor) -> bool:
    """Let a relative read and steer their own inquiry."""
    return actor.holds(Permission.INQUIRIES_INQUIRY_OWN)


def may_follow(now: InquiryState, then: InquiryState) -> bool:
    """The order of an inquiry's life."""
    return then in NEXT[now]
