"""Whether this database still runs where its objects were stored, or is a copy restored somewhere else.

A copy may be older than an erasure. So nothing is handed out from it before the ledger was followed.
"""

from __future__ import annotations

from sqlalchemy import text

from portal.kernel.work import Work
from portal.vault.vocab import VaultElsewhere

_IS_HOME = text("select portal_vault_is_home()")
_SETTLE_IN = text("select portal_vault_settle_in()")
_MOVE_IN = text("select portal_vault_move_in()")


def is_home(work: Work) -> bool:
    """True when the database runs where it ran when the ledger was last followed."""
    return bool(work.session.scalar(_IS_HOME))


def require(work: Work) -> None:
    """Stop when this is a restored copy whose erasures were not followed yet."""
    if not is_home(work):
        raise VaultElsewhere("this database was restored. Run: portal vault reconcile")


def settle_in(work: Work) -> None:
    """Remember, with the first object, where the database runs."""
    work.session.execute(_SETTLE_IN)
    require(work)


def move_in(work: Work) -> None:
    """Take the present place as home; only after the ledger was followed."""
    work.session.execute(_MOVE_IN)
