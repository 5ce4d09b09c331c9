"""What the desk calls the parts of a recovery."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.accounts.recovery.vocab import Lost, Mark, RecoveryState

LOST = {
    Lost.PASSWORD: _l("The password"),
    Lost.PHONE: _l("The phone with the six digits"),
    Lost.BOTH: _l("Both"),
}
MARKS = {
    Mark.CODE_WORD: _l("Said the agreed word"),
    Mark.ARREST: _l("Named when and where the person was taken, as in the file"),
    Mark.DISTINGUISHING: _l("Named the distinguishing marks in the file"),
    Mark.CONTACT: _l("Named how and when we may reach them"),
    Mark.FILED: _l("Named when they wrote to us, and what they agreed to"),
    Mark.CONVERSATION: _l("Named what we spoke of in an earlier conversation"),
}
STATES = {
    RecoveryState.ASKED: _l("Waits for a second person"),
    RecoveryState.COOLING: _l("Signed; the relative can still stop it"),
    RecoveryState.HANDED: _l("The link has been handed over"),
    RecoveryState.DONE: _l("Done"),
    RecoveryState.DECLINED: _l("Refused or taken back"),
    RecoveryState.STOPPED: _l("Stopped by somebody who was signed in to this account"),
    RecoveryState.EXPIRED: _l("Not used in time"),
}
KINDS = {
    RecoveryState.ASKED: "waiting",
    RecoveryState.COOLING: "waiting",
    RecoveryState.HANDED: "waiting",
    RecoveryState.DONE: "done",
    RecoveryState.DECLINED: "closed",
    RecoveryState.STOPPED: "attention",
    RecoveryState.EXPIRED: "closed",
}
