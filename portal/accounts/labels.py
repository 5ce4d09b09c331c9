"""What the roles of the staff are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

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
