"""What waits at the desk of the archive, list by list."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from portal.disclosure.handover import queries as handovers
from portal.disclosure.handover.vocab import Handover
from portal.kernel.work import Work
from portal.pages.worklists import Waiting, WaitingList
from portal.records.archive import queries as archive
from portal.records.custody import queries as custody
from portal.records.likeness import queries as likeness
from portal.records.revision import queries as revision
from portal.records.truth import queries as truth
from portal.records.vocab import RevisionKind


def batches_to_accept(work: Work) -> WaitingList:
    """Imports that wait for a second custodian."""
    found = archive.waiting_for_me(work)
    return WaitingList(
        _("Imports to accept"),
        _("No import waits for you."),
        tuple(
            Waiting(b.source, b.proposed_at, url_for("archive_casework.batch", batch_id=b.id)) for b in found
        ),
    )


def records_to_confirm(work: Work) -> WaitingList:
    """Records that need a second person."""
    found = truth.waiting_for_me(work)
    return WaitingList(
        _("Records to confirm"),
        _("No record waits for you."),
        tuple(
            Waiting(f"{r.branch}-{r.number}", r.proposed_at, url_for("truth_casework.record", record_id=r.id))
            for r in found
        ),
    )


def record_changes(work: Work) -> WaitingList:
    """Corrections and withdrawals of records that need a second person."""
    kinds = {RevisionKind.CORRECTION: _("Correction"), RevisionKind.WITHDRAWAL: _("Withdrawal")}
    return WaitingList(
        _("Changes of records for your second signature"),
        _("No change of a record waits for you."),
        tuple(
            Waiting(
                f"{r.branch or '–'}-{r.number}: {kinds[r.kind]}",
                r.proposed_at,
                url_for("revision_casework.revision", revision_id=r.id),
            )
            for r in revision.waiting_for_me(work)
        ),
    )


def pictures_to_compare(work: Work) -> WaitingList:
    """Photographs that look alike and are filed apart."""
    return WaitingList(
        _("Photographs that look alike"),
        _("No pair waits for an answer."),
        tuple(
            Waiting(
                f"{pair.first.number or '–'} / {pair.second.number or '–'}",
                pair.found_at,
                url_for("likeness_casework.pair", pair_id=pair.id),
            )
            for pair in likeness.pairs(work).items
        ),
    )


def handovers_to_sign(work: Work) -> WaitingList:
    """Hand-overs this person could sign, or has signed and may take out."""
    return WaitingList(
        _("Hand-overs for you to sign or to take out"),
        _("No hand-over waits for you."),
        tuple(_handover(each) for each in handovers.waiting_for_me(work)),
    )


def receipts_to_note(work: Work) -> WaitingList:
    """Hand-overs that have left and of which nobody has written down that they arrived."""
    return WaitingList(
        _("Hand-overs whose receipt is awaited"),
        _("Every hand-over has arrived."),
        tuple(_handover(each) for each in handovers.handovers(work) if each.may_receive),
    )


def damaged_objects(work: Work) -> WaitingList:
    """Stored objects that were found not to be what they were; the alarm a custodian answers."""
    found = custody.damaged(work)
    return WaitingList(
        _("Damaged objects"),
        _("Nothing that is known to be damaged."),
        tuple(
            Waiting(
                each.path or _("A copy that was made here"),
                each.finding.found_at,
                url_for("custody_casework.finding", finding_id=each.finding.id),
            )
            for each in found
        ),
    )


def holds_to_sign(work: Work) -> WaitingList:
    """Legal holds that need a second person, to stand or to be lifted."""
    found = [each for each in custody.holds(work) if each.hold.may_sign or each.hold.may_lift]
    return WaitingList(
        _("Legal holds for your second signature"),
        _("No legal hold waits for you."),
        tuple(
            Waiting(
                each.name or _("Legal hold"),
                each.hold.lift_asked_at or each.hold.proposed_at,
                url_for("custody_casework.hold", hold_id=each.hold.id),
            )
            for each in found
        ),
    )


def _handover(found: Handover) -> Waiting:
    since = found.packed_at or found.signed_at or found.proposed_at
    return Waiting(
        found.recipient.institution, since, url_for("handover_casework.handover", handover_id=found.id)
    )
