"""Carries out what was ordered at the desk, in the background; what was interrupted goes on where it was."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update

from portal.accounts import queries as accounts
from portal.kernel.actor import WORKER, Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, Invalid, worded
from portal.kernel.permissions import Role
from portal.kernel.work import Work, Workplace
from portal.records.archive import importing, ordering
from portal.records.archive.models import ImportOrder
from portal.records.archive.survey import describe, set_in_context, walk
from portal.records.archive.vocab import Look, Ordered, Why
from portal.records.vocab import OrderState
from portal.vault.service import Vault

BETWEEN = timedelta(seconds=1)
_ALONE = text("select pg_try_advisory_xact_lock(720107)")
_OPEN = (OrderState.LOOKING, OrderState.RUNNING, OrderState.WAITING)


class _Withdrawn(Exception):
    """The order was taken back between being found and being begun."""


def carry_out(place: Workplace, vault: Vault, inbox: Path | None) -> int:
    """Do all that is ordered, one after the other; how many orders came to an end."""
    with place.open(WORKER, DbRole.WORKER) as watch:
        if not watch.session.scalar(_ALONE):  # another worker is at it
            return 0
        done = 0
        while (order := _next(place)) is not None:
            if not _carried_out(place, vault, inbox, order):
                return done
            done += 1
        return done


def _carried_out(place: Workplace, vault: Vault, inbox: Path | None, order: Ordered) -> bool:
    """Do one step of an order; False when an import from the command line is in its way."""
    try:
        planned = _planned(inbox, order)
        if order.state is OrderState.LOOKING:
            look = json.dumps(asdict(looked_at(planned)))
            _write(place, order.id, state=OrderState.LOOKED, look=look, total=planned.entries)
        else:
            _stage(place, vault, planned, order)
    except Conflict:
        return False
    except _Withdrawn:
        return True
    except Invalid as error:
        _write(place, order.id, state=OrderState.FAILED, why=Why(error.text, error.said).kept())
    return True


def looked_at(planned: importing.Plan) -> Look:
    """What folder and list say, before a single file is opened."""
    surveyed = planned.surveyed
    odd: Counter[str] = Counter()
    for found in walk(surveyed.root, surveyed.listed):
        if found.ignored is None:
            said = describe(found.path, surveyed.layout, surveyed.manifest)
            odd.update(word.value for word in set_in_context(said, surveyed.overview).oddities)
    overview, manifest = surveyed.overview, surveyed.manifest
    return Look(
        files=overview.files,
        ignored=overview.ignored,
        numbers=overview.numbers,
        missing=len(overview.missing),
        rows=len(manifest.entries) if manifest else 0,
        flaws=len(manifest.problems) if manifest else 0,
        unknown_columns=list(manifest.unknown_columns) if manifest else [],
        spellings=[list(group) for group in overview.spellings],
        oddities=dict(sorted(odd.items())),
    )


def _stage(place: Workplace, vault: Vault, planned: importing.Plan, order: Ordered) -> None:
    """Stage as the person who ordered it, so that this person can never be the second one."""
    by = _still_a_custodian(place, order.ordered_by)
    _begun(place, order.id, planned.entries)
    outcome = importing.stage_folder(place, vault, planned, _Meter(place, order.id).one_more, by)
    _write(
        place,
        order.id,
        state=OrderState.DONE,
        gone_through=planned.entries,
        batch_id=outcome.batch_id,
    )


def _begun(place: Workplace, order_id: UUID, total: int) -> None:
    with place.open(WORKER, DbRole.WORKER) as work:
        row = work.session.get(ImportOrder, order_id, with_for_update=True)
        if row is None or row.state not in {OrderState.WAITING, OrderState.RUNNING}:
            raise _Withdrawn
        row.state, row.total, row.began_at, row.gone_through = OrderState.RUNNING, total, work.now, 0


def _still_a_custodian(place: Workplace, account_id: UUID) -> Actor:
    """Whoever ordered it, if they may still order: roles end between an order and its turn."""
    by = Actor(account_id, frozenset({Role.CUSTODIAN}))
    with place.open(by, DbRole.CASEWORK) as work:
        if account_id not in {member.id for member in accounts.staff_with_role(work, Role.CUSTODIAN)}:
            raise Invalid(
                worded("Whoever ordered this is a custodian no more. Another custodian may order it anew.")
            )
    return by


class _Meter:
    """Tells the page how far an import is, about once a second and in transactions of its own."""

    def __init__(self, place: Workplace, order_id: UUID) -> None:
        self._place, self._order_id = place, order_id
        self._count, self._told = 0, time.monotonic()

    def one_more(self) -> None:
        """One more file was gone through."""
        self._count += 1
        if time.monotonic() - self._told >= BETWEEN.total_seconds():
            self._told = time.monotonic()
            _write(self._place, self._order_id, gone_through=self._count)


def _planned(inbox: Path | None, order: Ordered) -> importing.Plan:
    root = ordering.within(inbox, order.folder)
    listed = ordering.within(inbox, order.folder, order.manifest) if order.manifest else None
    told = {"giver": order.giver, "mandate": order.mandate}
    return importing.plan(root, order.layout, listed, order.source, order.columns).saying(**told)


def _next(place: Workplace) -> Ordered | None:
    with place.open(WORKER, DbRole.WORKER) as work:
        row = work.session.scalar(
            select(ImportOrder).where(ImportOrder.state.in_(_OPEN)).order_by(ImportOrder.ordered_at).limit(1)
        )
        return None if row is None else ordering.facts(work, row)


def _write(place: Workplace, order_id: UUID, **values: Any) -> None:
    with place.open(WORKER, DbRole.WORKER) as work:
        _changed(work, order_id, values)


def _changed(work: Work, order_id: UUID, values: dict[str, Any]) -> None:
    work.session.execute(
        update(ImportOrder).where(ImportOrder.id == order_id).values(**values),
        execution_options={"synchronize_session": False},
    )
