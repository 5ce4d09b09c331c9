"""The events the log knows; `context:thing:done`, alphabetical, never renamed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Event(StrEnum):
    """What happened; the entry beside it says who, when and to what."""

    ACCOUNTS_ACCOUNT_CREATED = "accounts:account:created"
    ACCOUNTS_ACCOUNT_DEACTIVATED = "accounts:account:deactivated"
    ACCOUNTS_FACTOR_CHANGED = "accounts:factor:changed"
    ACCOUNTS_FACTOR_FAILED = "accounts:factor:failed"
    ACCOUNTS_FACTOR_SHOWN = "accounts:factor:shown"
    ACCOUNTS_FALLBACK_PROPOSED = "accounts:fallback:proposed"
    ACCOUNTS_FALLBACK_SIGNED = "accounts:fallback:signed"
    ACCOUNTS_INVITATION_ACCEPTED = "accounts:invitation:accepted"
    ACCOUNTS_INVITATION_PROPOSED = "accounts:invitation:proposed"
    ACCOUNTS_INVITATION_RENEWED = "accounts:invitation:renewed"
    ACCOUNTS_INVITATION_SIGNED = "accounts:invitation:signed"
    ACCOUNTS_LEAVE_ENDED = "accounts:leave:ended"
    ACCOUNTS_LEAVE_MARKED = "accounts:leave:marked"
    ACCOUNTS_PASSKEY_ADDED = "accounts:passkey:added"
    ACCOUNTS_PASSKEY_COPIED = "accounts:passkey:copied"
    ACCOUNTS_PASSKEY_REMOVED = "accounts:passkey:removed"
    ACCOUNTS_RECOVERY_CODES_MADE = "accounts:recovery-codes:made"
    ACCOUNTS_RECOVERY_CODE_USED = "accounts:recovery-code:used"
    ACCOUNTS_RECOVERY_ASKED = "accounts:recovery:asked"
    ACCOUNTS_RECOVERY_DECLINED = "accounts:recovery:declined"
    ACCOUNTS_RECOVERY_DONE = "accounts:recovery:done"
    ACCOUNTS_RECOVERY_EXPIRED = "accounts:recovery:expired"
    ACCOUNTS_RECOVERY_HANDED = "accounts:recovery:handed"
    ACCOUNTS_RECOVERY_SIGNED = "accounts:recovery:signed"
    ACCOUNTS_RECOVERY_STOPPED = "accounts:recovery:stopped"
    ACCOUNTS_RECOVERY_STOP_SEEN = "accounts:recovery:stop-seen"
    ACCOUNTS_ROLES_CHANGED = "accounts:roles:changed"
    ACCOUNTS_ROLES_PROPOSED = "accounts:roles:proposed"
    ACCOUNTS_ROLES_WITHDRAWN = "accounts:roles:withdrawn"
    ACCOUNTS_SESSION_ENDED = "accounts:session:ended"
    ACCOUNTS_SIGN_IN_FAILED = "accounts:sign-in:failed"
    ACCOUNTS_SIGN_IN_SUCCEEDED = "accounts:sign-in:succeeded"
    AUDIT_ACCESS_REFUSED = "audit:access:refused"
    AUDIT_ENTRIES_READ = "audit:entries:read"
    AUDIT_LOG_VERIFIED = "audit:log:verified"
    AUDIT_READING_STOPPED = "audit:reading:stopped"
    AUDIT_READING_WARNED = "audit:reading:warned"
    CASEWORK_CASE_ASSIGNED = "casework:case:assigned"
    CASEWORK_CASE_LEFT = "casework:case:left"
    CASEWORK_CONFLICT_DECLARED = "casework:conflict:declared"
    DISCLOSURE_CONVERSATION_LOGGED = "disclosure:conversation:logged"
    DISCLOSURE_HOLD_LIFTED = "disclosure:hold:lifted"
    DISCLOSURE_HOLD_PROPOSED = "disclosure:hold:proposed"
    DISCLOSURE_HOLD_RAISED = "disclosure:hold:raised"
    DISCLOSURE_HOLD_READ = "disclosure:hold:read"
    DISCLOSURE_ITEM_CHANGED = "disclosure:item:changed"
    DISCLOSURE_LAYER_READ = "disclosure:layer:read"
    DISCLOSURE_LAYER_RELEASED = "disclosure:layer:released"
    DISCLOSURE_NAME_AGREED = "disclosure:name:agreed"
    DISCLOSURE_NAME_ASKED = "disclosure:name:asked"
    DISCLOSURE_NAME_DECLINED = "disclosure:name:declined"
    DISCLOSURE_NAME_HIDDEN = "disclosure:name:hidden"
    DISCLOSURE_NAME_PROPOSED = "disclosure:name:proposed"
    DISCLOSURE_NAME_PUBLISHED = "disclosure:name:published"
    DISCLOSURE_NAME_SIGNED = "disclosure:name:signed"
    DISCLOSURE_PACKAGE_ANNOUNCED = "disclosure:package:announced"
    DISCLOSURE_PACKAGE_APPROVED = "disclosure:package:approved"
    DISCLOSURE_PACKAGE_FROZEN = "disclosure:package:frozen"
    DISCLOSURE_PACKAGE_PREPARED = "disclosure:package:prepared"
    DISCLOSURE_PACKAGE_READ = "disclosure:package:read"
    DISCLOSURE_PACKAGE_SEALED = "disclosure:package:sealed"
    DISCLOSURE_PACKAGE_UNSEALED = "disclosure:package:unsealed"
    DISCLOSURE_PHOTOGRAPH_OPENED = "disclosure:photograph:opened"
    INQUIRIES_CONSENT_WITHDRAWN = "inquiries:consent:withdrawn"
    INQUIRIES_CONTACT_READ = "inquiries:contact:read"
    INQUIRIES_INQUIRY_ADVANCED = "inquiries:inquiry:advanced"
    INQUIRIES_INQUIRY_FILED = "inquiries:inquiry:filed"
    INQUIRIES_INQUIRY_OPENED_OUTSIDE = "inquiries:inquiry:opened-outside"
    INQUIRIES_INQUIRY_PAUSED = "inquiries:inquiry:paused"
    INQUIRIES_INQUIRY_READ = "inquiries:inquiry:read"
    INQUIRIES_OPENING_REVIEWED = "inquiries:opening:reviewed"
    INQUIRIES_WISHES_CHANGED = "inquiries:wishes:changed"
    MATCHING_CANDIDATES_READ = "matching:candidates:read"
    MATCHING_MATCH_CONFIRMED = "matching:match:confirmed"
    MATCHING_MATCH_EXCLUDED = "matching:match:excluded"
    MATCHING_MATCH_PROPOSED = "matching:match:proposed"
    MATCHING_MATCH_RETURNED = "matching:match:returned"
    MATCHING_MATCH_REVIEWED = "matching:match:reviewed"
    NOTIFICATIONS_ENVELOPE_FAILED = "notifications:envelope:failed"
    NOTIFICATIONS_ENVELOPE_QUEUED = "notifications:envelope:queued"
    NOTIFICATIONS_ENVELOPE_SENT = "notifications:envelope:sent"
    OVERSIGHT_ALERT_RAISED = "oversight:alert:raised"
    OVERSIGHT_ALERT_CLOSEED = "oversight:alert:closeed"
    RECORDS_BATCH_ACCEPTED = "records:batch:accepted"
    RECORDS_BATCH_REJECTED = "records:batch:rejected"
    RECORDS_BATCH_STAGED = "records:batch:staged"
    RECORDS_ORIGINAL_OPENED = "records:original:opened"
    RECORDS_READING_AGREED = "records:reading:agreed"
    RECORDS_READING_DISPUTED = "records:reading:disputed"
    RECORDS_READING_SETTLED = "records:reading:settled"
    RECORDS_READING_WRITTEN = "records:reading:written"
    RECORDS_RECORD_CONFIRMED = "records:record:confirmed"
    RECORDS_RECORD_PROPOSED = "records:record:proposed"
    RECORDS_RECORD_READ = "records:record:read"
    VAULT_OBJECT_DAMAGED = "vault:object:damaged"
    VAULT_OBJECT_ERASED = "vault:object:erased"
    VAULT_OBJECT_READ = "vault:object:read"
    VAULT_OBJECT_STORED = "vault:object:stored"
    VERIFICATION_DECISION_PROPOSED = "verification:decision:proposed"
    VERIFICATION_DECISION_RETURNED = "verification:decision:returned"
    VERIFICATION_DECISION_SIGNED = "verification:decision:signed"


# Events that are a reading of the relative's own file, by the part of the case team that works alike
# on every file; only these are counted for the relative before the conversation (promise P15 within P3).
ORDINARY_READINGS = frozenset({Event.INQUIRIES_INQUIRY_READ, Event.INQUIRIES_CONTACT_READ})


class ReadingKind(StrEnum):
    """What staff open in the course of their work, counted for each person and hour."""

    CONTACT = "contact"
    INQUIRY = "inquiry"
    LOG = "log"
    ORIGINAL = "original"
    PACKAGE = "package"
    RECORD = "record"


class AlertCause(StrEnum):
    """Why a second person is asked to look at how somebody reads."""

    STOPPED = "stopped"
    WARNED = "warned"


@dataclass(frozen=True, slots=True)
class ReadingLimit:
    """From how many different things in an hour somebody is warned, and at how many they are stopped."""

    soft: int
    hard: int
