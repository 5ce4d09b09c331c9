"""Take the signs of photographs that were accepted, find those that look alike, and keep what a person says."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.actor import WORKER
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, NotFound
from portal.kernel.ids import new_id
from portal.kernel.work import Work, Workplace
from portal.records.likeness import policy, queries
from portal.records.likeness.finding import alike
from portal.records.likeness.models import LikePair, PictureSigns
from portal.records.likeness.vocab import Compared, SameVerdict
from portal.vault import service as vaults
from portal.vault.service import Vault
from portal.vault.vocab import Refused, VaultDamaged

READING = "likeness"
AT_ONCE = 500


def compare(
    place: Workplace, vault: Vault, most: int = AT_ONCE, progress: Callable[[], None] = lambda: None
) -> Compared:
    """Take the signs of photographs whose turn it is, and remember which look alike; interrupted, it goes on later."""
    with place.open(WORKER, DbRole.WORKER) as work:
        work.require(policy.may_compare)
        waiting = queries.without_signs(work, most)
    for item_id, object_id in waiting:
        _take(place, vault, item_id, object_id)
        progress()
    with place.open(WORKER, DbRole.WORKER) as work:
        return Compared(len(waiting), _remember(work, {item_id for item_id, _ in waiting}))


def judge(work: Work, pair_id: UUID, verdict: SameVerdict, reason: str) -> None:
    """Say whether two photographs are the same picture; nothing is merged, the records stay apart."""
    work.require(policy.may_judge)
    pair = work.session.scalar(select(LikePair).where(LikePair.id == pair_id).with_for_update())
    if pair is None:
        raise _gone(work, pair_id)
    pair.verdict, pair.reason = verdict, reason
    pair.decided_by, pair.decided_at = work.actor_id, work.now
    audit.record(work, Event.RECORDS_LIKENESS_JUDGED, pair_id, detail={"verdict": verdict.value})


def _gone(work: Work, pair_id: UUID) -> NotFound | Conflict:
    """What is answered can be read, and answered no more."""
    if work.session.scalar(select(LikePair.id).where(LikePair.id == pair_id)) is None:
        return NotFound("no such pair")
    return Conflict("somebody has answered this already")


def _take(place: Workplace, vault: Vault, item_id: UUID, object_id: UUID) -> None:
    signs = None
    try:
        with place.open(WORKER, DbRole.WORKER) as work:
            signs = vault.sandbox.likeness(vaults.read(work, vault, object_id, READING))
    except (Refused, VaultDamaged):
        pass  # the damage is noted where it was found; a picture that cannot be drawn is like no other
    with place.open(WORKER, DbRole.WORKER) as work:
        row = PictureSigns(
            item_id=item_id, signs=None if signs is None else f"{signs:064x}", taken_at=work.now
        )
        work.session.add(row)


def _remember(work: Work, new: set[UUID]) -> int:
    signs = queries.all_signs(work) if new else {}
    fresh = {item_id: each for item_id, each in signs.items() if item_id in new}
    found = [
        {"id": new_id(), "first_item_id": one, "second_item_id": other, "found_at": work.now}
        for one, other in alike(fresh, signs)
    ]
    if not found:
        return 0
    kept = work.session.execute(insert(LikePair).on_conflict_do_nothing().returning(LikePair.id), found)
    return len(kept.all())
