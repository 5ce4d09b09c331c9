"""The navigation of each audience: what this actor may open, and nothing else."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission as P
from portal.web.audience import ZONES, Audience

Item = tuple[P, str, str]


def navigation(actor: Actor, audience: Audience) -> list[tuple[str, str]]:
    """(label, endpoint) pairs for the layout of `audience`."""
    if audience is Audience.PUBLIC:
        return [(_("Ask about somebody"), "inquiries_family.start")]
    if not actor.roles & ZONES[audience].roles:
        return []
    return [(label, endpoint) for permission, label, endpoint in _items(audience) if actor.holds(permission)]


def _items(audience: Audience) -> list[Item]:
    match audience:
        case Audience.ADMIN:
            return [(P.ACCOUNTS_ACCOUNT_LIST, _("Accounts"), "accounts_admin.home")]
        case Audience.CASEWORK:
            return _casework()
        case Audience.FAMILY:
            return [(P.INQUIRIES_INQUIRY_OWN, _("Home"), "pages_family.home")]
        case Audience.OVERSIGHT:
            return [
                (P.AUDIT_ENTRY_READ, _("What happened"), "oversight_oversight.log"),
                (P.OVERSIGHT_ALERT_CLOSE, _("To look at"), "oversight_oversight.alerts"),
                (P.OVERSIGHT_ALERT_CLOSE, _("Opened from outside"), "oversight_oversight.openings"),
                (P.OVERSIGHT_ALERT_CLOSE, _("Names looked for"), "oversight_oversight.searches"),
                (P.OVERSIGHT_RETENTION_READ, _("Consents"), "oversight_oversight.consents"),
            ]
        case _:
            return []


def _casework() -> list[Item]:
    return [
        (P.CASEWORK_WORKLIST_READ, _("Today"), "pages_casework.worklist"),
        (P.INQUIRIES_INQUIRY_READ, _("Requests"), "inquiries_casework.waiting"),
        (P.MATCHING_CANDIDATE_READ, _("Matching"), "matching_casework.desk"),
        (P.DISCLOSURE_NAME_ASK, _("Names"), "publication_casework.names"),
        (P.RECORDS_BATCH_READ, _("Archive"), "archive_casework.batches"),
        (P.VAULT_CUSTODY_READ, _("Custody"), "custody_casework.report"),
        (P.DISCLOSURE_HANDOVER_READ, _("Hand-overs"), "handover_casework.handovers"),
        (P.RECORDS_RECORD_READ, _("Records"), "truth_casework.records"),
        (P.RECORDS_LIKENESS_JUDGE, _("Photographs that look alike"), "likeness_casework.pairs"),
        (P.RECORDS_READING_WRITE, _("Papers to read"), "transcription_casework.queue"),
        (P.CASEWORK_CONFLICT_DECLARE, _("Too close to me"), "casework_casework.conflicts"),
    ]
