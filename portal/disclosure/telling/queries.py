"""What a relative finds in their pages once they were told, and what a liaison wrote down."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from portal.disclosure.packages.models import Disclosure, DisclosureItem
from portal.disclosure.telling import policy
from portal.disclosure.telling.models import ConversationHeld, PhotographOpening, Release
from portal.disclosure.telling.vocab import (
    OPENING_LASTS,
    LoggedConversation,
    Offered,
    OpeningStep,
    OwnDisclosure,
)
from portal.disclosure.vocab import Item, PackageState
from portal.inquiries.vocab import Layer
from portal.kernel.errors import NotFound
from portal.kernel.work import Work


def is_told(work: Work, inquiry_id: UUID) -> bool:
    """True when the relative of this file was told in a conversation and it still stands."""
    return bool(work.session.scalar(select(func.portal_is_told(inquiry_id))))


def own(work: Work) -> OwnDisclosure | None:
    """What the signed-in relative was told and asked for; nothing before a person told them.

    The database hands out only released items of a package that still stands on an unchanged record.
    """
    work.require(policy.may_read_own)
    row = work.session.execute(
        select(
            Disclosure.id,
            Disclosure.told_at,
            Disclosure.layers,
            func.portal_is_held(Disclosure.inquiry_id).label("is_held"),
        ).where(Disclosure.account_id == work.actor_id, Disclosure.state == PackageState.TOLD)
    ).one_or_none()
    if row is None or row.told_at is None:
        return None
    released = released_layers(work, row.id)
    items = own_items(work, row.id)
    offered = tuple(map(Layer, row.layers))
    layers = tuple(
        Offered(
            layer,
            layer in released,
            tuple(item for item in items if item.layer is layer),
            not row.is_held and policy.may_ask_for(layer, offered, released),
        )
        for layer in offered
    )
    return OwnDisclosure(row.id, row.told_at, layers, row.is_held)


def was_told(work: Work) -> bool:
    """True when a person has told the signed-in relative something, whether or not it still stands."""
    work.require(policy.may_read_own)
    return bool(work.session.scalar(select(func.portal_was_told())))


def own_items(work: Work, disclosure_id: UUID) -> list[Item]:
    """The released items of one package, in the order of telling."""
    rows = work.session.execute(
        select(
            DisclosureItem.layer,
            DisclosureItem.position,
            DisclosureItem.text,
            DisclosureItem.source,
            DisclosureItem.object_id,
            DisclosureItem.part,
        )
        .where(DisclosureItem.disclosure_id == disclosure_id)
        .order_by(DisclosureItem.rank, DisclosureItem.position)
    )
    return [Item(*row) for row in rows]


def released_layers(work: Work, disclosure_id: UUID) -> frozenset[Layer]:
    """The layers this relative has asked for so far."""
    return frozenset(
        work.session.scalars(select(Release.layer).where(Release.disclosure_id == disclosure_id))
    )


def opening(work: Work, opening_id: UUID) -> OpeningStep:
    """How far one's own opening is."""
    row = work.session.scalar(
        select(PhotographOpening).where(
            PhotographOpening.id == opening_id, PhotographOpening.account_id == work.actor_id
        )
    )
    if row is None:
        raise NotFound("no such opening")
    closed = row.opened_at is not None or work.now - row.begun_at > OPENING_LASTS
    return OpeningStep(row.id, row.understood_at is not None, row.ready_at is not None, closed)


def conversations(work: Work, disclosure_id: UUID) -> list[LoggedConversation]:
    """The conversations held on one package, oldest first."""
    rows = work.session.execute(
        select(
            ConversationHeld.id,
            ConversationHeld.held_by,
            ConversationHeld.held_at,
            ConversationHeld.manner,
            ConversationHeld.was_told,
            ConversationHeld.beside,
            ConversationHeld.notes,
        )
        .where(ConversationHeld.disclosure_id == disclosure_id)
        .order_by(ConversationHeld.held_at)
    )
    return [LoggedConversation(*row) for row in rows]
