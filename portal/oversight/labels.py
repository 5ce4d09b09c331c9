"""Roles and events: in an auditor's words, and in a relative's."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.accounts.labels import ROLES as STAFF_ROLES
from portal.audit.vocab import AlertCause, Event, ReadingKind
from portal.kernel.permissions import Role

ROLES = {
    **STAFF_ROLES,
    Role.OPERATOR: _l("Operator, by command"),
    Role.RELATIVE: _l("Relative"),
    Role.WORKER: _l("The portal itself"),
}
EVENTS = {
    Event.ACCOUNTS_ACCOUNT_CREATED: _l("An account was opened"),
    Event.ACCOUNTS_ACCOUNT_DEACTIVATED: _l("An account was deactivated"),
    Event.ACCOUNTS_FACTOR_CHANGED: _l("A password or a phone was changed by its owner"),
    Event.ACCOUNTS_FACTOR_FAILED: _l("A factor shown again did not fit"),
    Event.ACCOUNTS_FACTOR_SHOWN: _l("A factor was shown again"),
    Event.ACCOUNTS_FALLBACK_PROPOSED: _l(
        "It was proposed that somebody does without a passkey for some days"
    ),
    Event.ACCOUNTS_FALLBACK_SIGNED: _l("Somebody may do without a passkey for some days"),
    Event.ACCOUNTS_INVITATION_ACCEPTED: _l("An invitation was accepted"),
    Event.ACCOUNTS_INVITATION_PROPOSED: _l("A colleague was proposed"),
    Event.ACCOUNTS_INVITATION_RENEWED: _l("A new link was asked for"),
    Event.ACCOUNTS_INVITATION_SIGNED: _l("An invitation was signed by a second person"),
    Event.ACCOUNTS_LEAVE_ENDED: _l("A leave was ended"),
    Event.ACCOUNTS_LEAVE_MARKED: _l("A leave was entered"),
    Event.ACCOUNTS_PASSKEY_ADDED: _l("A passkey was added by its owner"),
    Event.ACCOUNTS_PASSKEY_COPIED: _l("A passkey counted backwards: there may be a copy of it"),
    Event.ACCOUNTS_PASSKEY_REMOVED: _l("A passkey was removed by its owner"),
    Event.ACCOUNTS_RECOVERY_CODES_MADE: _l("New recovery codes were made by their owner"),
    Event.ACCOUNTS_RECOVERY_CODE_USED: _l("Somebody signed in with a recovery code"),
    Event.ACCOUNTS_RECOVERY_ASKED: _l("A way back into an account was asked for"),
    Event.ACCOUNTS_RECOVERY_DECLINED: _l("A way back into an account was refused"),
    Event.ACCOUNTS_RECOVERY_DONE: _l("A lost password or phone was replaced"),
    Event.ACCOUNTS_RECOVERY_EXPIRED: _l("A way back into an account was not used in time"),
    Event.ACCOUNTS_RECOVERY_HANDED: _l("The link of a way back was handed over"),
    Event.ACCOUNTS_RECOVERY_SIGNED: _l("A way back was signed by a second person"),
    Event.ACCOUNTS_RECOVERY_STOPPED: _l("A way back was stopped by the owner of the account"),
    Event.ACCOUNTS_RECOVERY_STOP_SEEN: _l("The second person saw that a way back was stopped"),
    Event.ACCOUNTS_ROLES_CHANGED: _l("Roles were changed by a second signature"),
    Event.ACCOUNTS_ROLES_PROPOSED: _l("A change of roles was proposed"),
    Event.ACCOUNTS_ROLES_WITHDRAWN: _l("A proposed change of roles was withdrawn"),
    Event.ACCOUNTS_SESSION_ENDED: _l("A session was ended"),
    Event.ACCOUNTS_SIGN_IN_FAILED: _l("A sign-in failed"),
    Event.ACCOUNTS_SIGN_IN_SUCCEEDED: _l("Somebody signed in"),
    Event.AUDIT_ACCESS_REFUSED: _l("Access was refused"),
    Event.AUDIT_ENTRIES_READ: _l("This log was read"),
    Event.AUDIT_LOG_VERIFIED: _l("The whole log was checked"),
    Event.AUDIT_READING_STOPPED: _l("A reading was refused: too many within the hour"),
    Event.AUDIT_READING_WARNED: _l("Somebody was told how much they had opened within the hour"),
    Event.CASEWORK_CASE_ASSIGNED: _l("A person was put on a case"),
    Event.CASEWORK_CASE_LEFT: _l("A person left a case"),
    Event.CASEWORK_CONFLICT_DECLARED: _l("A person said that a case is too close to them"),
    Event.DISCLOSURE_CONVERSATION_LOGGED: _l("A conversation was written down"),
    Event.DISCLOSURE_HANDOVER_DECLINED: _l("A hand-over was declined by a second person"),
    Event.DISCLOSURE_HANDOVER_PACKED: _l("A hand-over was packed and taken out"),
    Event.DISCLOSURE_HANDOVER_PROPOSED: _l("A hand-over to a court or institution was asked for"),
    Event.DISCLOSURE_HANDOVER_RECEIVED: _l("The receipt of a hand-over was written down"),
    Event.DISCLOSURE_HANDOVER_SIGNED: _l("A hand-over was signed by a second person"),
    Event.DISCLOSURE_HOLD_LIFTED: _l("A hold was lifted by a second person"),
    Event.DISCLOSURE_HOLD_PROPOSED: _l("It was proposed to lift a hold"),
    Event.DISCLOSURE_HOLD_RAISED: _l("Somebody may be under pressure: a hold began"),
    Event.DISCLOSURE_HOLD_READ: _l("A hold was looked at"),
    Event.DISCLOSURE_ITEM_CHANGED: _l("The words of a package were changed"),
    Event.DISCLOSURE_LAYER_READ: _l("A relative read what was released"),
    Event.DISCLOSURE_LAYER_RELEASED: _l("A layer was released to a relative"),
    Event.DISCLOSURE_NAME_AGREED: _l("A relative agreed to a name"),
    Event.DISCLOSURE_NAME_ASKED: _l("Relatives were asked for a name"),
    Event.DISCLOSURE_NAME_DECLINED: _l("A relative declined a name"),
    Event.DISCLOSURE_NAME_HIDDEN: _l("A name was taken off the register"),
    Event.DISCLOSURE_NAME_PROPOSED: _l("A name was proposed for the register"),
    Event.DISCLOSURE_NAME_PUBLISHED: _l("A name came to stand on the register"),
    Event.DISCLOSURE_NAME_SIGNED: _l("A name was signed by a second person"),
    Event.DISCLOSURE_PACKAGE_ANNOUNCED: _l("A relative was asked to get in touch"),
    Event.DISCLOSURE_PACKAGE_APPROVED: _l("A package was approved"),
    Event.DISCLOSURE_PACKAGE_FROZEN: _l("A package was stopped"),
    Event.DISCLOSURE_PACKAGE_PREPARED: _l("A package was begun"),
    Event.DISCLOSURE_PACKAGE_READ: _l("A package was opened"),
    Event.DISCLOSURE_PACKAGE_SEALED: _l("A package was sealed"),
    Event.DISCLOSURE_PACKAGE_SUPERSEDED: _l("A package gave way to a new one"),
    Event.DISCLOSURE_PACKAGE_UNSEALED: _l("A seal became void"),
    Event.DISCLOSURE_PHOTOGRAPH_OPENED: _l("A relative opened a photograph"),
    Event.CASEWORK_QUESTIONS_ASKED: _l("The caseworker was given questions for the family"),
    Event.CASEWORK_QUESTIONS_SETTLED: _l("What a family said was entered in their file"),
    Event.INQUIRIES_ALIKE_READ: _l("Other files about perhaps the same person were looked for"),
    Event.INQUIRIES_CONSENT_WITHDRAWN: _l("A consent was withdrawn"),
    Event.INQUIRIES_CONTACT_READ: _l("Contact details were opened"),
    Event.INQUIRIES_INQUIRY_ADVANCED: _l("An inquiry moved on"),
    Event.INQUIRIES_INQUIRY_FILED: _l("An inquiry was filed"),
    Event.INQUIRIES_INQUIRY_OPENED_OUTSIDE: _l("An inquiry was opened outside an assignment, with a reason"),
    Event.INQUIRIES_INQUIRY_PAUSED: _l("An inquiry was paused"),
    Event.INQUIRIES_INQUIRY_READ: _l("An inquiry was opened"),
    Event.INQUIRIES_OPENING_REVIEWED: _l("An auditor read why an inquiry was opened outside an assignment"),
    Event.INQUIRIES_WISHES_CHANGED: _l("A relative changed what they wish to know"),
    Event.MATCHING_ARCHIVE_SEARCHED: _l("The archive was searched for a name"),
    Event.MATCHING_CANDIDATES_READ: _l("Candidates were looked at"),
    Event.MATCHING_MATCH_CONFIRMED: _l("A match was confirmed"),
    Event.MATCHING_MATCH_EXCLUDED: _l("A record was found to be another person"),
    Event.MATCHING_MATCH_PROPOSED: _l("A match was proposed"),
    Event.MATCHING_MATCH_RETURNED: _l("A match was sent back"),
    Event.MATCHING_MATCH_REVERSED: _l("A match was reversed"),
    Event.MATCHING_MATCH_REVIEWED: _l("A verdict on a match was given"),
    Event.MATCHING_RENEWAL_PROPOSED: _l("The renewal of a match was proposed"),
    Event.MATCHING_REVERSAL_PROPOSED: _l("The reversal of a match was proposed"),
    Event.NOTIFICATIONS_ENVELOPE_FAILED: _l("A message could not be sent"),
    Event.NOTIFICATIONS_ENVELOPE_QUEUED: _l("A message was made ready"),
    Event.NOTIFICATIONS_ENVELOPE_SENT: _l("A message was sent"),
    Event.OVERSIGHT_ALERT_RAISED: _l("Auditors were asked to look at how somebody reads"),
    Event.OVERSIGHT_ALERT_CLOSEED: _l("An auditor looked at how somebody reads"),
    Event.RECORDS_ARCHIVE_DESCRIBED: _l("What is said about an archive was changed"),
    Event.RECORDS_BATCH_ACCEPTED: _l("An import was accepted"),
    Event.RECORDS_BATCH_REJECTED: _l("An import was sent back"),
    Event.RECORDS_BATCH_STAGED: _l("An import came in"),
    Event.RECORDS_LIKENESS_JUDGED: _l("Somebody said whether two photographs are one picture"),
    Event.RECORDS_HISTORY_READ: _l("Former versions of a record were read"),
    Event.RECORDS_ORIGINAL_OPENED: _l("A paper or photograph was opened"),
    Event.RECORDS_READING_AGREED: _l("Two readings agreed"),
    Event.RECORDS_READING_DISPUTED: _l("Two readings differed"),
    Event.RECORDS_READING_SETTLED: _l("A third person settled a reading"),
    Event.RECORDS_READING_WRITTEN: _l("A paper was read"),
    Event.RECORDS_RECORD_CONFIRMED: _l("A record was confirmed"),
    Event.RECORDS_RECORD_PROPOSED: _l("A record was proposed as true"),
    Event.RECORDS_RECORD_CORRECTED: _l("A record was corrected"),
    Event.RECORDS_RECORD_READ: _l("A record was opened"),
    Event.RECORDS_RECORD_WITHDRAWN: _l("A record was withdrawn"),
    Event.RECORDS_REVISION_PROPOSED: _l("A change of a record was proposed"),
    Event.RECORDS_REVISION_RETURNED: _l("A proposed change of a record was given back"),
    Event.VAULT_CUSTODY_READ: _l("The custody of a stored object was read"),
    Event.VAULT_FINDING_SETTLED: _l("A finding about a stored object was settled"),
    Event.VAULT_HOLD_ASKED: _l("A legal hold was asked for"),
    Event.VAULT_HOLD_DECLINED: _l("A legal hold was declined by a second person"),
    Event.VAULT_HOLD_KEPT: _l("A legal hold was kept by a second person"),
    Event.VAULT_HOLD_LIFTED: _l("A legal hold was lifted by a second person"),
    Event.VAULT_HOLD_LIFTING: _l("Somebody asked to lift a legal hold"),
    Event.VAULT_HOLD_SIGNED: _l("A legal hold was signed by a second person"),
    Event.VAULT_KEYS_RETIRED: _l("Former keys of the vault were thrown away"),
    Event.VAULT_KEYS_REWRAPPED: _l("Keys of stored objects were wrapped anew"),
    Event.VAULT_KEYS_ROTATED: _l("The vault was given a new key"),
    Event.VAULT_LEDGER_FOLLOWED: _l("The ledger of erasures was followed"),
    Event.VAULT_OBJECTS_CHECKED: _l("Stored objects were checked by schedule"),
    Event.VAULT_OBJECTS_SWEPT: _l("Leftovers of interrupted imports were swept from the store"),
    Event.VAULT_OBJECT_DAMAGED: _l("A stored object was found damaged"),
    Event.VAULT_OBJECT_ERASED: _l("A stored object was erased"),
    Event.VAULT_OBJECT_READ: _l("A stored object was read"),
    Event.VAULT_OBJECT_STORED: _l("An object was stored"),
    Event.VAULT_PICTURE_OPENED: _l("A picture was opened on a screen"),
    Event.VAULT_PICTURE_TRACED: _l("It was asked which opening a leaked picture comes from"),
    Event.VERIFICATION_DECISION_PROPOSED: _l("A decision was proposed"),
    Event.VERIFICATION_DECISION_RETURNED: _l("A decision was sent back"),
    Event.VERIFICATION_DECISION_SIGNED: _l("A decision was signed"),
}


KINDS = {
    ReadingKind.CONTACT: _l("contact details"),
    ReadingKind.INQUIRY: _l("inquiries"),
    ReadingKind.LOG: _l("pages of the log"),
    ReadingKind.ORIGINAL: _l("photographs and papers"),
    ReadingKind.PACKAGE: _l("packages"),
    ReadingKind.RECORD: _l("records"),
}
CAUSES = {
    AlertCause.STOPPED: _l("Stopped: too many within an hour"),
    AlertCause.WARNED: _l("Three warnings within a day"),
}


def role_words(roles: str) -> str:
    """The first of somebody's roles, in plain words."""
    words = {
        "analyst": _("a person who compares your account with the archive"),
        "approver": _("a person who checks and signs decisions"),
        "intake": _("a person who receives requests"),
        "liaison": _("a person who speaks with families"),
        "relative": _("you"),
        "verifier": _("a person who checks identity and kinship"),
    }
    return str(words.get(roles.split(",", maxsplit=1)[0], _("a member of our staff")))


def acts_in_words(events: Iterable[str]) -> str:
    """What was opened or done in one go, in plain words; each kind once."""
    return str(_(", ")).join(dict.fromkeys(_act(event) for event in events))


def _act(event: str) -> str:
    words = {
        "inquiries:contact:read": _("opened how you can be reached"),
        "inquiries:inquiry:filed": _("sent the request"),
        "inquiries:inquiry:opened-outside": _("opened your request from outside your team, with a reason"),
        "inquiries:inquiry:read": _("opened your request"),
    }
    return str(words.get(event, _("worked on your file")))
