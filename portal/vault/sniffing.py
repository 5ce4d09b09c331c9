"""What a file really is, told by its content and by opening it whole; its name counts for nothing."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import pikepdf
from PIL import ExifTags, Image

from portal.kernel.errors import PortalError
from portal.vault import jpegs
from portal.vault.vocab import MOST_BYTES, FileKind, RefusalReason, Refused, Sniffed

try:
    import magic
except ImportError as error:
    raise ImportError(
        "libmagic is missing: install the system package libmagic1 (Debian, Ubuntu) or file-libs (Fedora)"
    ) from error

MOST_PIXELS = 100_000_000
MOST_PAGES = 200

_detector = magic.Magic(mime=True)
_BEGINNING = 64 * 1024
_ENDING = 8 * 1024
_KINDS = {kind.media_type: kind for kind in FileKind}
_PICTURES = ("JPEG", "PNG", "TIFF")
_FORMATS = {"JPEG": FileKind.JPEG, "MPO": FileKind.JPEG, "PNG": FileKind.PNG, "TIFF": FileKind.TIFF}
_ON_THE_SIDE = {5, 6, 7, 8}
_PROGRAMS = {"/AA", "/JS", "/JavaScript", "/Launch", "/OpenAction", "/XFA", "/EmbeddedFiles", "/RichMedia"}
_PROGRAMS |= {"/GoToE", "/GoToR", "/ImportData", "/SubmitForm"}
_FIRST_LINES = 4 * 1024
# What a whole file ends with.  A TIFF has no such mark; its decoder notices.
_END_MARKS = {FileKind.PNG: b"IEND\xaeB`\x82", FileKind.PDF: b"%%EOF"}


def sniff(source: Path | bytes) -> Sniffed:
    """Say what a file is, or refuse it with the reason; a cut is noticed.

    A photograph is followed from part to part to its end and its first lines are decoded; the rest of its pixels
    are decoded when a copy is drawn.  The other kinds are decoded whole.
    """
    data = source if isinstance(source, bytes) else _read(source)
    kind = kind_of(data)
    return _sniffed_paper(data) if kind is FileKind.PDF else _sniffed_picture(data)


def kind_of(data: bytes) -> FileKind:
    """The kind that the first bytes show; empty, too large and unknown files are refused here."""
    if not data:
        raise Refused(RefusalReason.EMPTY)
    if len(data) > MOST_BYTES:
        raise Refused(RefusalReason.TOO_LARGE)
    kind = _KINDS.get(_detector.from_buffer(data[:_BEGINNING]))
    if kind is None:
        raise Refused(RefusalReason.WRONG_TYPE)
    return kind


@contextmanager
def opened_picture(data: bytes) -> Iterator[Image.Image]:
    """A picture whose content agrees with its beginning and whose measures are bearable; pixels come later.

    Decoding belongs inside the block: whatever a hostile file makes a decoder raise becomes a refusal.
    """
    kind = kind_of(data)
    if kind is FileKind.PDF:
        raise Refused(RefusalReason.WRONG_TYPE)
    with _decoding(data, kind), Image.open(io.BytesIO(data), formats=_PICTURES) as picture:
        if _FORMATS.get(picture.format or "") is not kind:
            raise Refused(RefusalReason.WRONG_TYPE)
        require_bearable(picture)
        yield picture


@contextmanager
def opened_paper(data: bytes) -> Iterator[pikepdf.Pdf]:
    """A PDF that opens without a password and has a bearable number of pages."""
    if kind_of(data) is not FileKind.PDF:
        raise Refused(RefusalReason.WRONG_TYPE)
    with _decoding(data, FileKind.PDF), pikepdf.open(io.BytesIO(data)) as paper:
        if not paper.pages:
            raise Refused(RefusalReason.UNREADABLE)
        if len(paper.pages) > MOST_PAGES:
            raise Refused(RefusalReason.TOO_MANY_PAGES)
        yield paper


def pages_of(picture: Image.Image) -> Iterator[Image.Image]:
    """Each page of a TIFF in turn; the other kinds have one, and what hides behind it is left alone."""
    yield picture
    if picture.format != "TIFF":
        return
    for number in range(1, MOST_PAGES + 1):
        try:
            picture.seek(number)
        except EOFError:
            return
        if number == MOST_PAGES:
            raise Refused(RefusalReason.TOO_MANY_PAGES)
        require_bearable(picture)
        yield picture


def require_bearable(picture: Image.Image) -> None:
    """Refuse a page with more pixels than can be decoded safely, before decoding it."""
    if picture.width * picture.height > MOST_PIXELS:
        raise Refused(RefusalReason.TOO_MANY_PIXELS)


def _read(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise Refused(RefusalReason.TOO_LARGE)
    return path.read_bytes()


def _sniffed_picture(data: bytes) -> Sniffed:
    with opened_picture(data) as picture:
        kind, (width, height), taken_on = kind_of(data), _upright(picture), _taken_on(picture)
        located = _has_location(picture)
        if _is_cut(data, kind):
            raise Refused(RefusalReason.TRUNCATED)
        pages = _photograph(data) if kind is FileKind.JPEG else _decoded_pages(picture)
    return Sniffed(kind, width, height, pages, taken_on, has_location=located)


def _photograph(data: bytes) -> int:
    """One page, whose tables and first lines a decoder takes; at an eighth of its size, since nobody looks at it."""
    with Image.open(io.BytesIO(jpegs.first_lines(data, _FIRST_LINES)), formats=("JPEG",)) as beginning:
        beginning.draft(None, (1, 1))
        beginning.load()
    return 1


def _decoded_pages(picture: Image.Image) -> int:
    return sum(1 for page in pages_of(picture) if page.load() is not None)


def _sniffed_paper(data: bytes) -> Sniffed:
    if _is_cut(data, FileKind.PDF):
        raise Refused(RefusalReason.TRUNCATED)
    with opened_paper(data) as paper:
        return Sniffed(FileKind.PDF, None, None, len(paper.pages), None, has_script=_has_script(paper))


def _upright(picture: Image.Image) -> tuple[int, int]:
    """Width and height as a person sees them, once a camera's rotation is undone."""
    turned = picture.getexif().get(ExifTags.Base.Orientation) in _ON_THE_SIDE
    return (picture.height, picture.width) if turned else picture.size


def _taken_on(picture: Image.Image) -> date | None:
    """The camera's own date; a wrong or missing one is no reason to refuse a picture."""
    try:
        written = picture.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
        return datetime.strptime(str(written)[:10], "%Y:%m:%d").date()  # noqa: DTZ007  # a camera has no zone
    except Exception:  # noqa: BLE001  # damaged EXIF makes the reader raise anything
        return None


def _has_location(picture: Image.Image) -> bool:
    """True when the camera noted a place on the map; unreadable notes are no reason to refuse a picture."""
    try:
        return bool(picture.getexif().get_ifd(ExifTags.IFD.GPSInfo))
    except Exception:  # noqa: BLE001 - damaged EXIF makes the reader raise anything
        return False


def _has_script(paper: pikepdf.Pdf) -> bool:
    """True when a program, or an act that begins by itself, lies anywhere in a PDF."""
    return any(_is_program(item) for item in paper.objects)


def _is_program(item: pikepdf.Object) -> bool:
    if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        return False
    return bool(_PROGRAMS & set(item.keys())) or str(item.get("/S")) in _PROGRAMS


def _is_cut(data: bytes, kind: FileKind) -> bool:
    if kind is FileKind.JPEG:
        return jpegs.end_of(data) is None
    # A PDF that was added to has several such marks; pictures may carry anything after theirs.
    return _END_MARKS.get(kind, b"") not in (data[-_ENDING:] if kind is FileKind.PDF else data)


def _seems_cut(data: bytes, kind: FileKind) -> bool:
    """As `_is_cut`, of a file that a decoder has refused; one whose parts make no sense is damaged, not cut."""
    try:
        return _is_cut(data, kind)
    except jpegs.NotJpeg:
        return False


@contextmanager
def _decoding(data: bytes, kind: FileKind) -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # damaged metadata only warns; it is never copied anyway
        try:
            yield
        except PortalError:
            raise
        except Image.DecompressionBombError as error:
            raise Refused(RefusalReason.TOO_MANY_PIXELS) from error
        except pikepdf.PasswordError as error:
            raise Refused(RefusalReason.ENCRYPTED) from error
        except MemoryError as error:
            raise Refused(RefusalReason.TOO_HEAVY) from error
        except Exception as error:
            cut = "truncated" in str(error).lower() or _seems_cut(data, kind)
            raise Refused(RefusalReason.TRUNCATED if cut else RefusalReason.UNREADABLE) from error
