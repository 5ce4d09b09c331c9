"""What the desk reads of recoveries, narrowed to what the reader may do."""

from __future__ import annotations

from uuid import UUID

from portal.accounts import queries as accounts
from portal.accounts.recovery import policy as recovery_policy
from portal.accounts.recovery import queries as recoveries
from portal.accounts.recovery.vocab import OPEN, CaseRecovery, RecoveryState, WaitingRecovery
from portal.casework import queries as casework
from portal.casework.recovery import policy
from portal.casework.recovery.vocab import MayDo, RecoveryFile
from portal.inquiries import queries as inquiries
from portal.kernel.permissions import Role
from portal.kernel.work import Work


def file(work: Work, inquiry_id: UUID) -> RecoveryFile:
    """The recoveries of one file; the way to the family is not opened by looking at them."""
    found = tuple(recoveries.of_file(work, inquiry_id))
    asks = policy.may_ask(work.actor, casework.own_place(work, inquiry_id))
    is_under_way = any(each.state in OPEN and _in_time(work, each) for each in found)
    return RecoveryFile(
        inquiry_id,
        inquiries.reference_of(work, inquiry_id),
        found,
        {each.id: _may_do(work, each, asks=asks) for each in found},
        accounts.display_names(work, {person for each in found for person in each.people}),
        asks and not is_under_way,
    )


def to_hand(work: Work) -> list[WaitingRecovery]:
    """Links this person can hand over now: intake in every file, a liaison in their own."""
    found = recoveries.to_hand(work)
    if work.actor.has_role(Role.INTAKE):
        return found
    own = set(casework.mine(work))
    return [each for each in found if each.inquiry_id in own]


def _may_do(work: Work, row: CaseRecovery, *, asks: bool) -> MayDo:
    is_asked = row.state is RecoveryState.ASKED and _in_time(work, row)
    is_ready = row.state is RecoveryState.COOLING and row.opens_at is not None and row.opens_at <= work.now
    return MayDo(
        sign=is_asked and recovery_policy.may_sign(work.actor, row),
        decline=is_asked and recovery_policy.may_decline(work.actor, row),
        hand=is_ready and _in_time(work, row) and asks and recovery_policy.may_hand(work.actor, row),
        see_stop=row.state is RecoveryState.STOPPED
        and row.stop_seen_at is None
        and recovery_policy.may_see_stop(work.actor, row),
    )


def _in_time(work: Work, row: CaseRecovery) -> bool:
    return not recovery_policy.is_over(row.lapses_at, work.now)
