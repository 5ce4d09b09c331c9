"""A cleaned PDF shows the same pages and says nothing else."""

from __future__ import annotations

import io
import shutil
import subprocess
import zlib
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

from portal.vault.papers import clean_pdf
from portal.vault.vocab import RefusalReason, Refused
from tests.support.factories import vault as samples

LOUD_WORDS = [
    b"/" + word
    for word in b"JavaScript JS OpenAction AA Annots EmbeddedFile Properties Info Names Author".split()
]
BARE_PICTURE = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "adobe", "adobe_transform"}
BAD_BOX = b"\0\0\0\x0cjP  \0\0\0\0\0\0\0\x03bad!"


def opened(content: bytes) -> Pdf:
    return pikepdf.open(io.BytesIO(content))


def everything_in(content: bytes) -> bytes:
    """All objects written out, streams unpacked: what a searching eye would find."""
    with opened(content) as paper:
        buffer = io.BytesIO()
        level = pikepdf.StreamDecodeLevel.generalized  # photographs stay coded, so that their notes are seen
        paper.save(buffer, qdf=True, compress_streams=False, stream_decode_level=level)
        return buffer.getvalue()


def photograph_in(content: bytes) -> bytes:
    with opened(content) as paper:
        return bytes(paper.pages[0].obj.Resources.XObject.Metadata.read_raw_bytes())


def with_photograph(coded: bytes, **parts: object) -> bytes:
    with pikepdf.new() as paper:
        paper.add_blank_page(page_size=(200, 100))
        stream = paper.make_stream(coded, Type=Name.XObject, Subtype=Name.Image, Width=64, Height=48, **parts)
        paper.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Metadata=stream))
        paper.pages[0].obj.Contents = paper.make_stream(b"q 200 0 0 100 0 0 cm /Metadata Do Q")
        buffer = io.BytesIO()
        paper.save(buffer)
        return buffer.getvalue()


@pytest.mark.asvs("5.2.2")
def test_nothing_that_speaks_or_acts_survives() -> None:
    original = samples.talking_pdf()
    assert all(secret in original for secret in (b"app.alert", b"Invented Author", b"Invented Camera"))
    found = everything_in(clean_pdf(original))
    assert [secret for secret in samples.SECRETS if secret in found] == []
    for word in (
        b"/JavaScript",
        b"/JS",
        b"/OpenAction",
        b"/AA",
        b"/Annots",
        b"/EmbeddedFile",
        b"/Properties",
        b"/Info",
    ):
        assert word not in found


def test_the_pages_stay_as_they_were() -> None:
    with opened(clean_pdf(samples.talking_pdf())) as paper:
        (page,) = paper.pages
        assert page.Contents.read_bytes() == b"q 200 0 0 100 0 0 cm /Metadata Do Q"
        assert [float(edge) for edge in page.MediaBox] == [0, 0, 200, 100]
    assert len(opened(clean_pdf(samples.pdf(3))).pages) == 3


def test_a_photograph_on_the_page_keeps_its_pixels_and_loses_its_notes() -> None:
    bare = photograph_in(clean_pdf(samples.talking_pdf()))
    before, after = (Image.open(io.BytesIO(content)) for content in (samples.jpeg(), bare))
    assert before.tobytes() == after.tobytes()
    assert set(after.info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "adobe",
        "adobe_transform",
    }


def test_progressive_and_packed_photographs_are_bared_too() -> None:
    coded = samples.saved(samples.picture(), "JPEG", exif=samples.camera_notes(), progressive=True)
    original = with_photograph(
        zlib.compress(coded + b"secret note"), Filter=Array([Name.FlateDecode, Name.DCTDecode])
    )
    bare = photograph_in(clean_pdf(original))
    assert b"Invented Camera" not in bare
    assert b"secret note" not in bare
    assert Image.open(io.BytesIO(bare)).tobytes() == Image.open(io.BytesIO(coded)).tobytes()


def test_a_jpeg2000_photograph_loses_its_notes() -> None:
    coded = samples.saved(samples.picture(), "JPEG2000")
    note = b"xml <x>Invented Camera</x>"
    bare = photograph_in(
        clean_pdf(with_photograph(coded + (len(note) + 4).to_bytes(4, "big") + note, Filter=Name.JPXDecode))
    )
    assert b"Invented Camera" not in bare
    assert Image.open(io.BytesIO(bare)).tobytes() == Image.open(io.BytesIO(coded)).tobytes()


def test_measures_that_pages_inherit_are_kept() -> None:
    with pikepdf.new() as paper:
        paper.add_blank_page(page_size=(200, 100))
        paper.Root.Pages.MediaBox = paper.pages[0].obj.MediaBox
        paper.Root.Pages.Rotate = 90
        del paper.pages[0].obj.MediaBox
        buffer = io.BytesIO()
        paper.save(buffer)
    with opened(clean_pdf(buffer.getvalue())) as clean:
        assert [float(edge) for edge in clean.pages[0].MediaBox] == [0, 0, 200, 100]
        assert clean.pages[0].obj.Rotate == 90


def test_what_a_form_shows_stays_on_the_page() -> None:
    with pikepdf.new() as paper:
        paper.add_blank_page(page_size=(200, 100))
        look = paper.make_stream(
            b"BT (written by hand) Tj ET", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 50, 10])
        )
        stamp = Dictionary(
            Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([0, 0, 50, 10]), F=4, AP=Dictionary(N=look)
        )
        paper.pages[0].obj.Annots = Array([paper.make_indirect(stamp)])
        buffer = io.BytesIO()
        paper.save(buffer)
    found = everything_in(clean_pdf(buffer.getvalue()))
    assert b"written by hand" in found
    assert b"/Annots" not in found


def test_the_same_original_gives_the_same_bytes() -> None:
    assert clean_pdf(samples.talking_pdf()) == clean_pdf(samples.talking_pdf())


@pytest.mark.asvs("14.2.8")
@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
def test_exiftool_finds_nothing_to_tell(tmp_path: Path) -> None:
    (tmp_path / "clean.pdf").write_bytes(clean_pdf(samples.talking_pdf()))
    run = subprocess.run(
        ["exiftool", "-a", "-G", "-s", "-PDF:all", "-XMP:all", "-EXIF:all", str(tmp_path / "clean.pdf")],
        capture_output=True,
        text=True,
        check=True,
    )
    tags = {line.split("]")[1].split(":")[0].strip() for line in run.stdout.splitlines()}
    assert tags == {"PDFVersion", "Linearized", "PageCount"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (samples.locked_pdf(), RefusalReason.ENCRYPTED),
        (samples.jpeg(), RefusalReason.WRONG_TYPE),
        (with_photograph(b"no jpeg at all", Filter=Name.DCTDecode), RefusalReason.UNREADABLE),
        (
            with_photograph(BAD_BOX, Filter=Name.JPXDecode),
            RefusalReason.UNREADABLE,
        ),
    ],
    ids=["locked", "a picture", "no jpeg inside", "no jpeg 2000 inside"],
)
def test_what_cannot_be_cleaned_is_refused(content: bytes, reason: RefusalReason) -> None:
    with pytest.raises(Refused) as caught:
        clean_pdf(content)
    assert caught.value.reason is reason
