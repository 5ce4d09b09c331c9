"""The second step of signing in, whatever factor is shown: the same checks, the same trail, the same refusal."""

from __future__ import annotations

from dataclasses import dataclass, replace

from portal.accounts import decoys, devices, proofs, sessions
from portal.accounts.credentials import service as credentials
from portal.accounts.credentials.vocab import NoticeKind
from portal.accounts.models import Account
from portal.accounts.throttle import Trail
from portal.accounts.vocab import Factor, Origin, Pending, SignedIn
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.work import Work


@dataclass(frozen=True, slots=True)
class SecondStep:
    """Somebody before the second step; `owner` is there only when the first one fitted."""

    work: Work
    origin: Origin
    trail: Trail
    account: Account | None
    owner: Account | None

    def refuse(self) -> None:
        """Remember that something did not fit; nobody is told what."""
        self.trail.fail()
        audit.record(self.work, Event.ACCOUNTS_SIGN_IN_FAILED, self.account.id if self.account else None)

    def enter(self, owner: Account, shown: Factor) -> SignedIn:
        """Begin a session for whoever has shown both factors, and remember the browser if that was asked for."""
        self.trail.succeed()
        begun = sessions.begin(self.work, owner, shown)
        if self.trail.is_known:
            return begun
        credentials.notice(self.work, owner.id, NoticeKind.NEW_DEVICE)
        typed = self.trail.login_index  # the empty account behind it has one of its own
        remembers = self.origin.remember
        return replace(begun, device=devices.remember(self.work, typed) if remembers else None)


def take_up(work: Work, first: Pending, origin: Origin) -> SecondStep:
    """Go on from a first step, unless too many second ones went wrong from here."""
    claim = proofs.claim_of(first, work.now)
    # For this work alone: a code sent twice at once is tried in turn.
    account = decoys.behind(work, claim.login_index, lock=True).claimed(claim.account_id)
    trail = Trail(work, claim.login_index, origin)
    trail.go_on()
    fitted = account is not None and account.id == claim.account_id and account.is_active
    return SecondStep(work, origin, trail, account, account if fitted else None)
