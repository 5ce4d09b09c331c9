"""Open one picture of a package: the photograph a face is cut from, or the face before it is signed."""

from __future__ import annotations

from uuid import UUID

from portal.disclosure.packages import policy
from portal.disclosure.packages import queries as packages
from portal.disclosure.packages.service import photograph_of
from portal.disclosure.vocab import Package
from portal.inquiries import queries as inquiries
from portal.kernel.errors import NotFound
from portal.kernel.work import Work
from portal.vault.pictures import service as pictures
from portal.vault.pictures.vocab import Seat, Why, Wish
from portal.vault.service import Vault


def begin_photograph(
    work: Work, seat: Seat, inquiry_id: UUID, item_id: UUID, *, larger: bool = False
) -> UUID:
    """Ask for one photograph in order to choose a face; only whoever prepares the package; never a gallery."""
    package = _package(work, inquiry_id)
    work.require(policy.may_change, package.proposed_by, package.state)
    photograph = photograph_of(work, package.record_id, item_id)
    return pictures.begin(work, seat, Wish(photograph, Why.FACE_CROP, inquiry_id, larger))


def begin_face(work: Work, seat: Seat, inquiry_id: UUID) -> UUID:
    """Ask for the chosen face as the relative would see it; whoever signs has to look at what they sign."""
    package = _package(work, inquiry_id)
    face = next((item.object_id for item in package.items if item.object_id is not None), None)
    if face is None:
        raise NotFound("no face was chosen")
    return pictures.begin(work, seat, Wish(face, Why.FACE_READ, inquiry_id))


def show(work: Work, vault: Vault, inquiry_id: UUID, opening_id: UUID, session: str) -> bytes:
    """The picture that was asked for, once: small, grey, with file, viewer and time drawn into it."""
    work.require(policy.may_read)
    line = f"{inquiries.reference_of(work, inquiry_id)} {str(work.actor_id)[:8]}"
    return pictures.show(work, vault, opening_id, session, line)


def _package(work: Work, inquiry_id: UUID) -> Package:
    found = packages.package_of(work, inquiry_id)
    if found is None:
        raise NotFound("no such package")
    return found
