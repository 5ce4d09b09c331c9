"""What one login opens: its owner's account and, for somebody who is forced, perhaps an empty one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from portal.accounts import passwords, proofs
from portal.accounts.models import Account
from portal.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Doors:
    """The account of a login, and the empty one beside it; whether either is there costs the same."""

    own: Account | None
    decoy: Account | None

    def opened_by(self, password: str, *, known: bool = False) -> Account | None:
        """Whose password this is. Always two are checked, in vain where there is none; the empty account goes first."""
        fitting = [
            door if passwords.fits(door.password_hash if door else None, password, known=known) else None
            for door in (self.decoy, self.own)
        ]
        return next((door for door in fitting if door and door.is_active), None)

    def claimed(self, account_id: UUID | None) -> Account | None:
        """The account that the first step opened; the login's own when it opened none."""
        return self.decoy if self.decoy and self.decoy.id == account_id else self.own


def behind(work: Work, index: bytes, *, lock: bool = False) -> Doors:
    """Both doors of a login, found in one read; `lock` keeps them for this work alone."""
    proofs.present(work, index)
    wanted = select(Account).where(or_(Account.login_index == index, Account.decoy_index == index))
    ordered = wanted.order_by(Account.id)
    found = work.session.scalars(ordered.with_for_update() if lock else ordered).all()
    by_own = {account.login_index == index: account for account in found}
    return Doors(by_own.get(True), by_own.get(False))
