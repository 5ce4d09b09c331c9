"""The whole role matrix on one page: who holds which permission."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A person's place in the work; OPERATOR and WORKER are the machine's own hands."""

    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    APPROVER = "approver"
    AUDITOR = "auditor"
    CUSTODIAN = "custodian"
    DATA_PROTECTION = "data_protection"
    EDITOR = "editor"
    INTAKE = "intake"
    LIAISON = "liaison"
    OPERATOR = "operator"
    RELATIVE = "relative"
    TRANSCRIBER = "transcriber"
    VERIFIER = "verifier"
    WORKER = "worker"


class Permission(StrEnum):
    """`context:thing:act`; alphabetical, never renamed, since the audit log holds them."""

    ACCOUNTS_ACCOUNT_DEACTIVATE = "accounts:account:deactivate"
    ACCOUNTS_ACCOUNT_LIST = "accounts:account:list"
    ACCOUNTS_FALLBACK_PROPOSE = "accounts:fallback:propose"
    ACCOUNTS_FALLBACK_SIGN = "accounts:fallback:sign"
    ACCOUNTS_DURESS_OWN = "accounts:duress:own"
    ACCOUNTS_INVITATION_PROPOSE = "accounts:invitation:propose"
    ACCOUNTS_INVITATION_SIGN = "accounts:invitation:sign"
    ACCOUNTS_LEAVE_MARK = "accounts:leave:mark"
    ACCOUNTS_LEAVE_OWN = "accounts:leave:own"
    ACCOUNTS_RECOVERY_ASK = "accounts:recovery:ask"
    ACCOUNTS_RECOVERY_READ = "accounts:recovery:read"
    ACCOUNTS_RECOVERY_SIGN = "accounts:recovery:sign"
    ACCOUNTS_ROLES_PROPOSE = "accounts:roles:propose"
    ACCOUNTS_ROLES_SIGN = "accounts:roles:sign"
    ACCOUNTS_SESSION_OWN = "accounts:session:own"
    AUDIT_ENTRY_READ = "audit:entry:read"
    AUDIT_LOG_VERIFY = "audit:log:verify"
    CASEWORK_CASE_ASSIGN = "casework:case:assign"
    CASEWORK_CONFLICT_DECLARE = "casework:conflict:declare"
    CASEWORK_QUESTION_ANSWER = "casework:question:answer"
    CASEWORK_QUESTION_ASK = "casework:question:ask"
    CASEWORK_QUESTION_READ = "casework:question:read"
    CASEWORK_WORKLIST_READ = "casework:worklist:read"
    DISCLOSURE_CONVERSATION_LOG = "disclosure:conversation:log"
    DISCLOSURE_HANDOVER_PROPOSE = "disclosure:handover:propose"
    DISCLOSURE_HANDOVER_READ = "disclosure:handover:read"
    DISCLOSURE_HANDOVER_SIGN = "disclosure:handover:sign"
    DISCLOSURE_HOLD_LIFT = "disclosure:hold:lift"
    DISCLOSURE_HOLD_RAISE = "disclosure:hold:raise"
    DISCLOSURE_HOLD_SIGN = "disclosure:hold:sign"
    DISCLOSURE_NAME_ASK = "disclosure:name:ask"
    DISCLOSURE_NAME_OWN = "disclosure:name:own"
    DISCLOSURE_NAME_READ = "disclosure:name:read"
    DISCLOSURE_NAME_SIGN = "disclosure:name:sign"
    DISCLOSURE_OWN_READ = "disclosure:own:read"
    DISCLOSURE_PACKAGE_APPROVE = "disclosure:package:approve"
    DISCLOSURE_PACKAGE_PREPARE = "disclosure:package:prepare"
    DISCLOSURE_PACKAGE_READ = "disclosure:package:read"
    DISCLOSURE_PHOTOGRAPH_OPEN = "disclosure:photograph:open"
    INQUIRIES_CONTACT_READ = "inquiries:contact:read"
    INQUIRIES_INQUIRY_OWN = "inquiries:inquiry:own"
    INQUIRIES_INQUIRY_READ = "inquiries:inquiry:read"
    INQUIRIES_INQUIRY_TRIAGE = "inquiries:inquiry:triage"
    MATCHING_CANDIDATE_READ = "matching:candidate:read"
    MATCHING_MATCH_PROPOSE = "matching:match:propose"
    MATCHING_MATCH_REVIEW = "matching:match:review"
    NOTIFICATIONS_ENVELOPE_DELIVER = "notifications:envelope:deliver"
    OVERSIGHT_ALERT_CLOSE = "oversight:alert:close"
    OVERSIGHT_OWN_READ = "oversight:own:read"
    OVERSIGHT_RETENTION_READ = "oversight:retention:read"
    RECORDS_BATCH_ACCEPT = "records:batch:accept"
    RECORDS_BATCH_READ = "records:batch:read"
    RECORDS_BATCH_STAGE = "records:batch:stage"
    RECORDS_LIKENESS_JUDGE = "records:likeness:judge"
    RECORDS_READING_WRITE = "records:reading:write"
    RECORDS_RECORD_CONFIRM = "records:record:confirm"
    RECORDS_RECORD_PROPOSE = "records:record:propose"
    RECORDS_RECORD_READ = "records:record:read"
    VAULT_CUSTODY_READ = "vault:custody:read"
    VAULT_FINDING_SETTLE = "vault:finding:settle"
    VAULT_HOLD_ASK = "vault:hold:ask"
    VAULT_HOLD_SIGN = "vault:hold:sign"
    VAULT_KEYS_ROTATE = "vault:keys:rotate"
    VAULT_LEDGER_FOLLOW = "vault:ledger:follow"
    VAULT_OBJECT_CHECK = "vault:object:check"
    VAULT_PICTURE_TRACE = "vault:picture:trace"
    VERIFICATION_DECISION_PROPOSE = "verification:decision:propose"
    VERIFICATION_DECISION_READ = "verification:decision:read"
    VERIFICATION_DECISION_SIGN = "verification:decision:sign"


_P = Permission
_STAFF = {
    _P.ACCOUNTS_LEAVE_OWN,
    _P.ACCOUNTS_SESSION_OWN,
    _P.CASEWORK_CONFLICT_DECLARE,
    _P.CASEWORK_WORKLIST_READ,
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            _P.ACCOUNTS_ACCOUNT_DEACTIVATE,
            _P.ACCOUNTS_ACCOUNT_LIST,
            _P.ACCOUNTS_FALLBACK_PROPOSE,
            _P.ACCOUNTS_FALLBACK_SIGN,
            _P.ACCOUNTS_INVITATION_PROPOSE,
            _P.ACCOUNTS_INVITATION_SIGN,
            _P.ACCOUNTS_LEAVE_MARK,
            _P.ACCOUNTS_LEAVE_OWN,
            _P.ACCOUNTS_ROLES_PROPOSE,
            _P.ACCOUNTS_ROLES_SIGN,
            _P.ACCOUNTS_SESSION_OWN,
        }
    ),
    Role.ANALYST: frozenset(
        _STAFF
        | {
            _P.CASEWORK_QUESTION_ASK,
            _P.CASEWORK_QUESTION_READ,
            _P.INQUIRIES_INQUIRY_READ,
            _P.MATCHING_CANDIDATE_READ,
            _P.MATCHING_MATCH_PROPOSE,
            _P.MATCHING_MATCH_REVIEW,
            _P.RECORDS_LIKENESS_JUDGE,
            _P.RECORDS_RECORD_READ,
        }
    ),
    Role.APPROVER: frozenset(
        _STAFF
        | {
            _P.ACCOUNTS_RECOVERY_READ,
            _P.ACCOUNTS_RECOVERY_SIGN,
            _P.DISCLOSURE_HANDOVER_READ,
            _P.DISCLOSURE_HANDOVER_SIGN,
            _P.DISCLOSURE_HOLD_LIFT,
            _P.DISCLOSURE_HOLD_SIGN,
            _P.DISCLOSURE_NAME_READ,
            _P.DISCLOSURE_NAME_SIGN,
            _P.DISCLOSURE_PACKAGE_APPROVE,
            _P.DISCLOSURE_PACKAGE_READ,
            _P.INQUIRIES_INQUIRY_READ,
            _P.MATCHING_MATCH_REVIEW,
            _P.RECORDS_RECORD_CONFIRM,
            _P.RECORDS_RECORD_READ,
            _P.VAULT_HOLD_SIGN,
            _P.VERIFICATION_DECISION_READ,
            _P.VERIFICATION_DECISION_SIGN,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            _P.ACCOUNTS_LEAVE_OWN,
            _P.ACCOUNTS_SESSION_OWN,
            _P.AUDIT_ENTRY_READ,
            _P.AUDIT_LOG_VERIFY,
            _P.OVERSIGHT_ALERT_CLOSE,
        }
    ),
    Role.CUSTODIAN: frozenset(
        _STAFF
        | {
            _P.DISCLOSURE_HANDOVER_PROPOSE,
            _P.DISCLOSURE_HANDOVER_READ,
            _P.RECORDS_BATCH_ACCEPT,
            _P.RECORDS_BATCH_READ,
            _P.RECORDS_BATCH_STAGE,
            _P.RECORDS_RECORD_PROPOSE,
            _P.RECORDS_RECORD_READ,
            _P.VAULT_CUSTODY_READ,
            _P.VAULT_FINDING_SETTLE,
            _P.VAULT_HOLD_ASK,
            _P.VAULT_HOLD_SIGN,
        }
    ),
    Role.DATA_PROTECTION: frozenset(
        {_P.ACCOUNTS_LEAVE_OWN, _P.ACCOUNTS_SESSION_OWN, _P.OVERSIGHT_RETENTION_READ}
    ),
    Role.EDITOR: frozenset(_STAFF | {_P.DISCLOSURE_NAME_ASK, _P.DISCLOSURE_NAME_READ}),
    Role.INTAKE: frozenset(
        _STAFF
        | {
            _P.ACCOUNTS_RECOVERY_ASK,
            _P.ACCOUNTS_RECOVERY_READ,
            _P.CASEWORK_CASE_ASSIGN,
            _P.INQUIRIES_CONTACT_READ,
            _P.INQUIRIES_INQUIRY_READ,
            _P.INQUIRIES_INQUIRY_TRIAGE,
        }
    ),
    Role.LIAISON: frozenset(
        _STAFF
        | {
            _P.ACCOUNTS_RECOVERY_ASK,
            _P.ACCOUNTS_RECOVERY_READ,
            _P.CASEWORK_QUESTION_ANSWER,
            _P.CASEWORK_QUESTION_READ,
            _P.DISCLOSURE_CONVERSATION_LOG,
            _P.DISCLOSURE_HOLD_LIFT,
            _P.DISCLOSURE_PACKAGE_PREPARE,
            _P.DISCLOSURE_PACKAGE_READ,
            _P.INQUIRIES_CONTACT_READ,
            _P.INQUIRIES_INQUIRY_READ,
        }
    ),
    Role.OPERATOR: frozenset(
        {
            _P.AUDIT_LOG_VERIFY,
            _P.RECORDS_BATCH_READ,
            _P.RECORDS_BATCH_STAGE,
            _P.VAULT_CUSTODY_READ,
            _P.VAULT_KEYS_ROTATE,
            _P.VAULT_LEDGER_FOLLOW,
            _P.VAULT_OBJECT_CHECK,
            _P.VAULT_PICTURE_TRACE,
        }
    ),
    Role.RELATIVE: frozenset(
        {
            _P.ACCOUNTS_DURESS_OWN,
            _P.ACCOUNTS_SESSION_OWN,
            _P.DISCLOSURE_NAME_OWN,
            _P.DISCLOSURE_OWN_READ,
            _P.DISCLOSURE_PHOTOGRAPH_OPEN,
            _P.INQUIRIES_INQUIRY_OWN,
            _P.OVERSIGHT_OWN_READ,
        }
    ),
    Role.TRANSCRIBER: frozenset(_STAFF | {_P.RECORDS_READING_WRITE}),
    Role.VERIFIER: frozenset(
        _STAFF
        | {
            _P.ACCOUNTS_RECOVERY_READ,
            _P.ACCOUNTS_RECOVERY_SIGN,
            _P.INQUIRIES_CONTACT_READ,
            _P.INQUIRIES_INQUIRY_READ,
            _P.VERIFICATION_DECISION_PROPOSE,
            _P.VERIFICATION_DECISION_READ,
            _P.VERIFICATION_DECISION_SIGN,
        }
    ),
    Role.WORKER: frozenset(
        {
            _P.DISCLOSURE_HOLD_RAISE,
            _P.NOTIFICATIONS_ENVELOPE_DELIVER,
            _P.VAULT_KEYS_ROTATE,
            _P.VAULT_LEDGER_FOLLOW,
            _P.VAULT_OBJECT_CHECK,
        }
    ),
}
