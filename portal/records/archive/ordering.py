"""An import ordered at the desk: a folder of the inbox, looked at first, then begun by the same person."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from portal.kernel.errors import Conflict, Invalid, NotFound, worded
from portal.kernel.ids import new_id
from portal.kernel.work import Work
from portal.records.archive import policy
from portal.records.archive.layout import Layout
from portal.records.archive.models import ImportOrder
from portal.records.archive.vocab import Look, Ordered, Pace, Why, Wish
from portal.records.values import is_plain_name
from portal.records.vocab import Oddity, OrderState

MOST_ORDERS = 50
_NOT_BEGUN = (OrderState.LOOKING, OrderState.LOOKED, OrderState.WAITING)


def folders(inbox: Path | None) -> list[str]:
    """The folders that lie in the inbox; one whose name deceives is brought in by command."""
    if inbox is None or not inbox.is_dir():
        return []
    found = (each for each in inbox.iterdir() if each.is_dir() and not each.is_symlink())
    return sorted(each.name for each in found if is_plain_name(each.name))


def within(inbox: Path | None, folder: str, file: str | None = None) -> Path:
    """The folder, or a file in it, where it truly lies: nothing outside the inbox is ever opened."""
    if inbox is None or folder not in folders(inbox):
        raise Invalid(worded("This folder does not lie in the inbox."))
    root = (inbox / folder).resolve()
    if file is None:
        return root
    listed = (root / file).resolve()
    if not listed.is_relative_to(root) or not listed.is_file():
        raise Invalid(worded("This list does not lie in the folder."))
    return listed


def order(work: Work, inbox: Path | None, wish: Wish) -> UUID:
    """Ask for a folder to be looked at; nothing is brought in until the same person begins it."""
    work.require(policy.may_stage)
    Layout.parse(wish.layout)
    within(inbox, wish.folder, wish.manifest)
    order_id = new_id()
    work.session.add(
        ImportOrder(
            id=order_id,
            source=wish.source,
            layout=wish.layout,
            folder=wish.folder,
            manifest=wish.manifest,
            columns=json.dumps(dict(wish.columns), ensure_ascii=False) if wish.columns else None,
            giver=wish.giver,
            mandate=wish.mandate,
            ordered_by=work.actor_id,
            ordered_at=work.now,
        )
    )
    return order_id


def begin(work: Work, order_id: UUID) -> None:
    """Let the import begin: only whoever ordered it, and only after having seen what would happen."""
    row = _found(work, order_id)
    work.require(policy.may_begin, row)
    if row.state is not OrderState.LOOKED:
        raise Conflict("this import has begun already, or is not looked at yet")
    row.state = OrderState.WAITING


def withdraw(work: Work, order_id: UUID) -> None:
    """Take an order back that is not carried out yet; nothing was brought in, and nothing will be."""
    row = _found(work, order_id)
    work.require(policy.may_withdraw, row)
    if row.state not in _NOT_BEGUN:
        raise Conflict("this import runs or has ended; a staged import can be sent back")
    row.state = OrderState.WITHDRAWN


def orders(work: Work) -> list[Ordered]:
    """The latest imports ordered at the desk."""
    work.require(policy.may_stage)
    rows = work.session.scalars(
        select(ImportOrder).order_by(ImportOrder.ordered_at.desc()).limit(MOST_ORDERS)
    )
    return [facts(work, row) for row in rows]


def ordered(work: Work, order_id: UUID) -> Ordered:
    """One import ordered at the desk: what was found, how far it is."""
    work.require(policy.may_stage)
    return facts(work, _found(work, order_id))


def facts(work: Work, row: ImportOrder) -> Ordered:
    """The order as it is handed on."""
    return Ordered(
        id=row.id,
        source=row.source,
        layout=row.layout,
        folder=row.folder,
        manifest=row.manifest,
        columns=json.loads(row.columns) if row.columns else {},
        giver=row.giver,
        mandate=row.mandate,
        state=row.state,
        look=_look(row.look),
        total=row.total,
        gone_through=row.gone_through,
        batch_id=row.batch_id,
        why=Why.read(row.why) if row.why else None,
        ordered_by=row.ordered_by,
        ordered_at=row.ordered_at,
        pace=_pace(work, row),
        may_withdraw=policy.may_withdraw(work.actor, row) and row.state in _NOT_BEGUN,
        may_begin=policy.may_begin(work.actor, row) and row.state is OrderState.LOOKED,
    )


def _pace(work: Work, row: ImportOrder) -> Pace | None:
    if row.state is not OrderState.RUNNING or row.began_at is None:
        return None
    return Pace.of(row.gone_through, row.total, work.now - row.began_at)


def _found(work: Work, order_id: UUID) -> ImportOrder:
    row = work.session.scalar(select(ImportOrder).where(ImportOrder.id == order_id))
    if row is None:
        raise NotFound("no such order")
    return row


def _look(written: str | None) -> Look | None:
    if written is None:
        return None
    told = json.loads(written)
    told["oddities"] = {Oddity(word): count for word, count in told["oddities"].items()}
    return Look(**told)
