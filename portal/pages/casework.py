"""The caseworker's first page: what waits for this person, each kind in its own list."""

from __future__ import annotations

from collections.abc import Callable

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.kernel.permissions import Permission
from portal.kernel.work import Work
from portal.pages import archive_lists, worklists
from portal.pages.worklists import WaitingList
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.transaction import request_work

bp = blueprint("pages", Audience.CASEWORK)

# Who holds the permission sees the list; it is made with one query of the room it belongs to.
LISTS: tuple[tuple[Permission, Callable[[Work], WaitingList]], ...] = (
    (Permission.ACCOUNTS_RECOVERY_SIGN, worklists.stopped_recoveries),
    (Permission.DISCLOSURE_HOLD_LIFT, worklists.under_pressure),
    (Permission.INQUIRIES_INQUIRY_TRIAGE, worklists.new_inquiries),
    (Permission.CASEWORK_CASE_ASSIGN, worklists.places_to_fill),
    (Permission.VERIFICATION_DECISION_PROPOSE, worklists.to_verify),
    (Permission.VERIFICATION_DECISION_SIGN, worklists.decisions_to_sign),
    (Permission.ACCOUNTS_RECOVERY_SIGN, worklists.recoveries_to_sign),
    (Permission.ACCOUNTS_RECOVERY_ASK, worklists.recoveries_to_hand),
    (Permission.MATCHING_MATCH_PROPOSE, worklists.to_match),
    (Permission.MATCHING_MATCH_REVIEW, worklists.matches_to_review),
    (Permission.MATCHING_MATCH_REVIEW, worklists.matches_to_renew),
    (Permission.DISCLOSURE_PACKAGE_PREPARE, worklists.fallen_packages),
    (Permission.CASEWORK_QUESTION_ANSWER, worklists.to_ask),
    (Permission.DISCLOSURE_PACKAGE_PREPARE, worklists.to_prepare),
    (Permission.DISCLOSURE_PACKAGE_PREPARE, worklists.to_tell),
    (Permission.DISCLOSURE_PACKAGE_APPROVE, worklists.packages_to_approve),
    (Permission.DISCLOSURE_NAME_SIGN, worklists.names_to_sign),
    (Permission.VAULT_FINDING_SETTLE, archive_lists.damaged_objects),
    (Permission.RECORDS_BATCH_ACCEPT, archive_lists.batches_to_accept),
    (Permission.RECORDS_RECORD_CONFIRM, archive_lists.records_to_confirm),
    (Permission.RECORDS_RECORD_CONFIRM, archive_lists.record_changes),
    (Permission.VAULT_HOLD_SIGN, archive_lists.holds_to_sign),
    (Permission.DISCLOSURE_HANDOVER_SIGN, archive_lists.handovers_to_sign),
    (Permission.DISCLOSURE_HANDOVER_READ, archive_lists.receipts_to_note),
    (Permission.RECORDS_LIKENESS_JUDGE, archive_lists.pictures_to_compare),
)


@bp.get("/")
@needs(Permission.CASEWORK_WORKLIST_READ)
def worklist() -> ResponseReturnValue:
    """What waits for this person today."""
    with request_work() as work:
        lists = [make(work) for permission, make in LISTS if work.actor.holds(permission)]
    return render_template("pages/casework/worklist.html", lists=lists)
