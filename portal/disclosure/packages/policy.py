"""Who may prepare a package, and who may sign it."""

from __future__ import annotations

from uuid import UUID

from portal.disclosure.vocab import PackageState
from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission

OPEN = frozenset({PackageState.PREPARED, PackageState.SEALED, PackageState.APPROVED})


def may_prepare(actor: Actor, is_assigned: bool, matched_by: tuple[UUID | None, ...]) -> bool:
    """Let the liaison of this case prepare; whoever took part in the match never tells it."""
    return actor.holds(Permission.DISCLOSURE_PACKAGE_PREPARE) and is_assigned and actor.id not in matched_by


def may_change(actor: Actor, prepared_by: UUID, state: PackageState) -> bool:
    """Let only the liaison who prepared it change a package, and only until contact was made."""
    return actor.holds(Permission.DISCLOSURE_PACKAGE_PREPARE) and actor.id == prepared_by and state in OPEN


def may_approve(actor: Actor, prepared_by: UUID, state: PackageState) -> bool:
    """Let an approver sign what another sealed."""
    return (
        actor.holds(Permission.DISCLOSURE_PACKAGE_APPROVE)
        and actor.id != prepared_by
        and state is PackageState.SEALED
    )


def may_freeze(actor: Actor) -> bool:
    """Let any liaison or approver stop at once what may be wrong."""
    return actor.holds(Permission.DISCLOSURE_PACKAGE_READ)


def may_read(actor: Actor) -> bool:
    """Let liaisons and approvers read packages; the database narrows a liaison to assigned cases."""
    return may_freeze(actor)
