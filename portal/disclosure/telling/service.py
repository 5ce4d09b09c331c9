"""Write down that a relative was told, open layers as they wish, and each single opening of a photograph."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.disclosure.packages import queries as package_queries
from portal.disclosure.packages.models import Disclosure
from portal.disclosure.protection import queries as protected
from portal.disclosure.protection import service as protection
from portal.disclosure.telling import policy, queries
from portal.disclosure.telling.models import ConversationHeld, PhotographOpening, Release
from portal.disclosure.telling.vocab import (
    OPENING_LASTS,
    Conversation,
    OwnDisclosure,
    TellingDesk,
    ToldPage,
)
from portal.disclosure.vocab import LAYERS, Package, PackageState
from portal.inquiries import queries as inquiry_queries
from portal.inquiries import service as inquiries
from portal.inquiries.vocab import InquiryState, Layer, OwnInquiry
from portal.kernel.errors import Conflict, Invalid, NotFound
from portal.kernel.ids import new_id
from portal.kernel.work import Work
from portal.vault.pictures import service as pictures
from portal.vault.pictures.vocab import Why, Wish
from portal.vault.service import Vault


def log_conversation(work: Work, package_id: UUID, seen_version: int, said: Conversation) -> None:
    """Write down a conversation; only one in which the relative was told lets anything be released."""
    row = _locked(work, package_id)
    work.require(policy.may_log, row.proposed_by, row.state)
    if row.version != seen_version:
        raise Conflict("this package has changed since it was read")
    if said.wished and not said.was_told:
        raise Invalid("layers can only be opened in a conversation in which the relative was told")
    held = ConversationHeld(
        id=new_id(),
        disclosure_id=row.id,
        held_by=work.actor_id,
        held_at=work.now,
        manner=said.manner,
        was_told=said.was_told,
        beside=said.beside,
        notes=said.notes,
    )
    work.session.add(held)
    detail = {"told": said.was_told, "manner": said.manner.value}
    audit.record(work, Event.DISCLOSURE_CONVERSATION_LOGGED, row.id, case_id=row.inquiry_id, detail=detail)
    inquiries.contacted(work, row.inquiry_id)
    if said.was_told:
        _told(work, row, held.id, said.wished)


def read_own(work: Work) -> OwnDisclosure:
    """The relative reads what was released to them; the reading is remembered."""
    found = queries.own(work)
    if found is None:
        raise NotFound("nothing to show")
    audit.record(work, Event.DISCLOSURE_LAYER_READ, found.id)
    return found


def open_told(work: Work) -> ToldPage:
    """The relative opens the page of what was spoken about; it exists only for somebody who was told.

    What no longer stands is shown no more: the page then says only what it says to everybody, and a person calls.
    """
    if not queries.was_told(work):
        raise NotFound("nothing to show")
    found = queries.own(work)
    if found is not None:
        audit.record(work, Event.DISCLOSURE_LAYER_READ, found.id)
    own = inquiry_queries.own_inquiry(work)
    name = "" if own is None else inquiry_queries.sought(work, own.id).full_name
    return ToldPage(name, found)


def ask_for(work: Work, layer: Layer) -> None:
    """Open the next layer because the relative asked for it; nobody else can do this for them."""
    found = _own(work)
    offered = tuple(each.layer for each in found.layers)
    released = frozenset(each.layer for each in found.layers if each.is_released)
    if found.is_held or not policy.may_ask_for(layer, offered, released):
        raise NotFound("no such layer to ask for")
    _release(work, found.id, layer)


def begin_opening(work: Work) -> UUID:
    """Begin one deliberate act of opening the photograph; it must have been released before."""
    found = _own_face(work)
    opening_id = new_id()
    work.session.add(
        PhotographOpening(id=opening_id, disclosure_id=found.id, account_id=work.actor_id, begun_at=work.now)
    )
    return opening_id


def understand(work: Work, opening_id: UUID) -> None:
    """First step: the relative has read what the picture shows and how it will look."""
    row = _opening(work, opening_id)
    row.understood_at = row.understood_at or work.now


def be_ready(work: Work, opening_id: UUID) -> None:
    """Second step: the relative has thought of where they are and who is beside them."""
    row = _opening(work, opening_id)
    if row.understood_at is None:
        raise Conflict("the first step comes first")
    row.ready_at = row.ready_at or work.now


def open_photograph(work: Work, vault: Vault, opening_id: UUID) -> bytes:
    """Third step: the picture, once; small, grey, marked with viewer and time. It closes for good after this."""
    row = _opening(work, opening_id)
    if row.ready_at is None or row.opened_at is not None:
        raise NotFound("not open")
    found = _own_face(work)
    picture = next(i.object_id for each in found.layers for i in each.items if i.object_id is not None)
    row.opened_at = work.now
    audit.record(work, Event.DISCLOSURE_PHOTOGRAPH_OPENED, found.id)
    own = _own_inquiry(work)
    return pictures.show_told(work, vault, Wish(picture, Why.TOLD, own.id), own.reference)


def open_conversations(work: Work, inquiry_id: UUID) -> TellingDesk:
    """The liaison's view of one file: the package as it is told, and the conversations so far; remembered."""
    package = package_queries.package_of(work, inquiry_id)
    if package is None:
        raise NotFound("no package yet")
    audit.record(work, Event.DISCLOSURE_PACKAGE_READ, package.id, case_id=inquiry_id)
    held = tuple(queries.conversations(work, package.id))
    inquiry = inquiries.open_inquiry(work, inquiry_id)
    may_end = policy.may_end(work.actor, package)
    return TellingDesk(
        inquiry=inquiry,
        package=package,
        held=held,
        people=accounts.display_names(work, {talk.held_by for talk in held}),
        may_log=policy.may_log(work.actor, package.proposed_by, package.state),
        is_held=protected.is_held(work, inquiry_id),
        may_begin_aftercare=may_end and inquiry.state is InquiryState.TOLD,
        may_close=may_end
        and inquiry.state is InquiryState.AFTERCARE
        and policy.was_asked_after(package.told_at, (talk.held_at for talk in held)),
    )


def begin_aftercare(work: Work, inquiry_id: UUID) -> None:
    """After the telling the same person asks how the relative is; to the family the page stays as it is."""
    _require_end(work, inquiry_id)
    inquiries.advance(work, inquiry_id, InquiryState.AFTERCARE)


def close_case(work: Work, inquiry_id: UUID) -> None:
    """End a case once somebody has asked how the relative is; whatever was released stays theirs."""
    package = _require_end(work, inquiry_id)
    talks = [talk.held_at for talk in queries.conversations(work, package.id)]
    if not policy.was_asked_after(package.told_at, talks):
        raise Conflict("nobody has asked yet how the relative is")
    inquiries.advance(work, inquiry_id, InquiryState.CLOSED)


def _require_end(work: Work, inquiry_id: UUID) -> Package:
    """The package of a case that may come to its end; never while a relative is held, or nothing stands."""
    package = package_queries.package_of(work, inquiry_id)
    if package is None:
        raise NotFound("no package yet")
    work.require(policy.may_end, package)
    protection.require_none(work, inquiry_id)
    return package


def _told(work: Work, row: Disclosure, conversation_id: UUID, wished: frozenset[Layer]) -> None:
    protection.require_none(work, row.inquiry_id)
    work.session.flush()  # the package points to its conversation
    if row.state is not PackageState.TOLD:
        row.state, row.told_at, row.conversation_id = PackageState.TOLD, work.now, conversation_id
        if inquiry_queries.state_of(work, row.inquiry_id) is InquiryState.OUTCOME_READY:
            inquiries.advance(work, row.inquiry_id, InquiryState.TOLD)  # one told anew was told before
    work.session.flush()  # a release is refused by the database unless the relative was told
    offered = tuple(map(Layer, row.layers))
    done = set(queries.released_layers(work, row.id))
    for layer in LAYERS:
        if layer in wished | {Layer.FACT} and policy.may_ask_for(layer, offered, frozenset(done)):
            _release(work, row.id, layer, row.inquiry_id)
            done.add(layer)


def _release(work: Work, package_id: UUID, layer: Layer, case_id: UUID | None = None) -> None:
    work.session.add(
        Release(disclosure_id=package_id, layer=layer, released_by=work.actor_id, released_at=work.now)
    )
    detail = {"layer": layer.value}
    audit.record(work, Event.DISCLOSURE_LAYER_RELEASED, package_id, case_id=case_id, detail=detail)


def _own_inquiry(work: Work) -> OwnInquiry:
    own = inquiry_queries.own_inquiry(work)
    if own is None:
        raise NotFound("no file of one's own")
    return own


def _locked(work: Work, package_id: UUID) -> Disclosure:
    row = work.session.scalar(select(Disclosure).where(Disclosure.id == package_id).with_for_update())
    if row is None:
        raise NotFound("no such package")
    return row


def _own(work: Work) -> OwnDisclosure:
    found = queries.own(work)
    if found is None:
        raise NotFound("nothing to show")
    return found


def _own_face(work: Work) -> OwnDisclosure:
    work.require(policy.may_open_photograph)
    found = _own(work)
    if not any(each.layer is Layer.FACE and each.is_released and each.items for each in found.layers):
        raise NotFound("no photograph was released")
    return found


def _opening(work: Work, opening_id: UUID) -> PhotographOpening:
    row = work.session.scalar(
        select(PhotographOpening)
        .where(PhotographOpening.id == opening_id, PhotographOpening.account_id == work.actor_id)
        .with_for_update()
    )
    if row is None or work.now - row.begun_at > OPENING_LASTS:
        raise NotFound("no such opening")
    return row
