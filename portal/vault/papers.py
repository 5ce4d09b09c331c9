"""A PDF written anew from what its pages show: no script, action, attachment, link, form or metadata."""

from __future__ import annotations

import io
import re

import pikepdf
from pikepdf import Array, Dictionary, Object, Pdf, Stream

from portal.vault.sniffing import opened_paper

_PAGE_KEYS = {"/Type", "/Parent", "/Contents", "/Resources", "/Rotate", "/UserUnit", "/Group"}
_PAGE_KEYS |= {"/MediaBox", "/CropBox"}
# Keys of streams (pictures, forms, fonts) that speak about the content, hide it or lead outside the file.
_TALKING_KEYS = {"/Metadata", "/PieceInfo", "/LastModified", "/OPI", "/AF", "/Measure", "/PtData", "/OC"}
_TALKING_KEYS |= {"/Alternates", "/Ref", "/StructParent", "/StructParents", "/F", "/FFilter", "/FDecodeParms"}
_JPEG_START, _JPEG_END = b"\xff\xd8", b"\xff\xd9"
_MARK, _END_OF_IMAGE, _START_OF_SCAN = 0xFF, 0xD9, 0xDA
# Application notes and comments.  14 stays: it says how the colours are coded.
_JPEG_NOTES = ({*range(0xE0, 0xF0)} - {0xEE}) | {0xFE}
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_SMALLEST_BOX = 8
_JP2_CONTENT = {b"jP  ", b"ftyp", b"jp2h", b"jp2c"}


def clean_pdf(original: bytes) -> bytes:
    """The same pages for the eye, and nothing else; the same original always gives the same bytes."""
    with opened_paper(original) as paper, pikepdf.new() as clean:
        paper.generate_appearance_streams()
        paper.flatten_annotations("all")  # what a form or a stamp shows becomes part of the page
        for page in paper.pages:
            _keep_only_content(page.obj)
            clean.pages.append(page)
        for item in clean.objects:
            _silence(clean, item)
        buffer = io.BytesIO()
        clean.remove_unreferenced_resources()
        clean.save(buffer, deterministic_id=True, min_version=paper.pdf_version)
    return buffer.getvalue()


def _keep_only_content(page: Object) -> None:
    for key in set(page.keys()) - _PAGE_KEYS:
        del page[key]


def _silence(pdf: Pdf, item: Object) -> None:
    """Take from one object what does not show on the page."""
    if not isinstance(item, Dictionary | Stream):
        return
    resources = item.get("/Resources")
    if isinstance(resources, Dictionary) and "/Properties" in resources:
        del resources["/Properties"]
    if isinstance(item, Stream):
        for key in _TALKING_KEYS & set(item.keys()):
            del item[key]
        _bare_picture(pdf, item)


def _bare_picture(pdf: Pdf, item: Stream) -> None:
    """Take the camera's notes out of a picture without touching its pixels."""
    filters = _listed(item.get("/Filter"))
    bare = {"/DCTDecode": _bare_jpeg, "/JPXDecode": _bare_jpeg2000}.get(str(filters[-1]) if filters else "")
    if bare is None:
        return
    settings = _listed(item.get("/DecodeParms"))
    packed = pdf.make_stream(
        item.read_raw_bytes(), Filter=Array(filters[:-1]), DecodeParms=Array(settings[:-1])
    )
    last = settings[-1:] if len(settings) == len(filters) else []
    item.write(bare(packed.read_bytes()), filter=Array(filters[-1:]), decode_parms=Array(last))


def _listed(value: Object | None) -> list[Object]:
    if value is None:
        return []
    return list(value) if isinstance(value, Array) else [value]


def _bare_jpeg(data: bytes) -> bytes:
    """A JPEG's coded pixels without notes, thumbnails or anything after its end."""
    if not data.startswith(_JPEG_START):
        raise ValueError("not a JPEG")
    kept, at = [_JPEG_START], 2
    while at + 4 <= len(data) and data[at + 1] != _END_OF_IMAGE:
        end = _segment_end(data, at)
        if data[at + 1] not in _JPEG_NOTES:
            kept.append(data[at:end])
        at = end
    return b"".join([*kept, _JPEG_END])


def _segment_end(data: bytes, at: int) -> int:
    if data[at] != _MARK:
        raise ValueError("not a JPEG segment")
    if data[at + 1] == _MARK:  # a filler in front of the real mark
        return at + 1
    end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    if data[at + 1] != _START_OF_SCAN:
        return end
    following = _AFTER_SCAN.search(data, end)
    return len(data) if following is None else following.end() - 2


def _bare_jpeg2000(data: bytes) -> bytes:
    """A JPEG 2000 picture without its boxes of notes; a bare code stream has no boxes."""
    if data[4:8] != b"jP  ":
        return data
    kept, at = [], 0
    while at < len(data):
        end = _box_end(data, at)
        if data[at + 4 : at + 8] in _JP2_CONTENT:
            kept.append(data[at:end])
        at = end
    return b"".join(kept)


def _box_end(data: bytes, at: int) -> int:
    size = int.from_bytes(data[at : at + 4], "big")
    if size == 0:
        return len(data)
    if size == 1:
        size = int.from_bytes(data[at + 8 : at + 16], "big")
    if size < _SMALLEST_BOX:
        raise ValueError("not a JPEG 2000 box")
    return at + size
