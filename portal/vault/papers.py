"""A PDF written anew from what its pages show: no script, action, attachment, link, form or metadata."""

from __future__ import annotations

import io

import pikepdf
from pikepdf import Array, Dictionary, Object, Pdf, Stream

from portal.vault import jpegs
from portal.vault.sniffing import opened_paper

_PAGE_KEYS = {"/Type", "/Parent", "/Contents", "/Resources", "/Rotate", "/UserUnit", "/Group"}
_PAGE_KEYS |= {"/MediaBox", "/CropBox"}
# Keys of streams (pictures, forms, fonts) that speak about the content, hide it or lead outside the file.
_TALKING_KEYS = {"/Metadata", "/PieceInfo", "/LastModified", "/OPI", "/AF", "/Measure", "/PtData", "/OC"}
_TALKING_KEYS |= {"/Alternates", "/Ref", "/StructParent", "/StructParents", "/F", "/FFilter", "/FDecodeParms"}
# Application notes and comments.  14 stays: it says how the colours are coded.
_JPEG_NOTES = ({*range(0xE0, 0xF0)} - {0xEE}) | {0xFE}
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
    """A JPEG's coded pixels without notes, thumbnails or anything after its end; one that is cut is closed."""
    parts = (part for part in jpegs.segments(data) if part.marker not in _JPEG_NOTES)
    bare = b"".join([jpegs.START, *(data[part.start : part.end] for part in parts)])
    return bare if bare.endswith(jpegs.END) else bare + jpegs.END


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
