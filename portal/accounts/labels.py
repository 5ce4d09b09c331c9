"""What the roles of the staff are called, and what an account is told about its safety."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.accounts.credentials.vocab import NoticeKind
from portal.kernel.permissions import Role

ROLES = {
    Role.INTAKE: _l("Intake caseworker"),
    Role.VERIFIER: _l("Verifier"),
    Role.LIAISON: _l("Liaison"),
    Role.EDITOR: _l("Memorial editor"),
    Role.CUSTODIAN: _l("Custodian of the archive"),
    Role.TRANSCRIBER: _l("Transcriber"),
    Role.ANALYST: _l("Analyst"),
    Role.APPROVER: _l("Approver"),
    Role.AUDITOR: _l("Auditor"),
    Role.DATA_PROTECTION: _l("Data protection officer"),
    Role.ADMINISTRATOR: _l("Administrator"),
}
NOTICES = {
    NoticeKind.NEW_DEVICE: _l(
        "Somebody signed in on a phone or computer that we were not asked to remember."
    ),
    NoticeKind.PASSWORD_CHANGED: _l("The password was changed."),
    NoticeKind.PHONE_CHANGED: _l("Another phone was paired, and the old one opens nothing any more."),
    NoticeKind.RECOVERY_CODE_USED: _l("Somebody signed in with a code from your paper."),
    NoticeKind.RECOVERY_CODES_MADE: _l(
        "New codes for a paper were made, and the old ones open nothing any more."
    ),
}
