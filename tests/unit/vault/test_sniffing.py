"""A file is what its content is, whole or not at all."""

from __future__ import annotations

import builtins
import importlib
import io
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from portal.vault import sniffing
from portal.vault.sniffing import sniff
from portal.vault.vocab import FileKind, RefusalReason, Refused
from tests.support.factories import vault as samples

R = RefusalReason


def refusal(content: bytes | Path) -> RefusalReason:
    with pytest.raises(Refused) as caught:
        sniff(content)
    return caught.value.reason


@pytest.mark.parametrize(
    ("content", "kind", "media_type"),
    [
        (samples.jpeg(), FileKind.JPEG, "image/jpeg"),
        (samples.png(), FileKind.PNG, "image/png"),
        (samples.tiff(), FileKind.TIFF, "image/tiff"),
        (samples.pdf(), FileKind.PDF, "application/pdf"),
    ],
    ids=["jpeg", "png", "tiff", "pdf"],
)
def test_each_allowed_kind_is_recognised(content: bytes, kind: FileKind, media_type: str) -> None:
    found = sniff(content)
    assert (found.kind, found.media_type, found.pages) == (kind, media_type, 1)
    assert (found.width, found.height) == ((None, None) if kind is FileKind.PDF else (64, 48))


@pytest.mark.asvs("5.2.2")
def test_the_name_of_a_file_counts_for_nothing(tmp_path: Path) -> None:
    page, picture = tmp_path / "picture.jpg", tmp_path / "page.html"
    page.write_text("<!DOCTYPE html><html><body>not a picture</body></html>")
    picture.write_bytes(samples.jpeg())
    assert refusal(page) is R.WRONG_TYPE
    assert sniff(picture).kind is FileKind.JPEG


@pytest.mark.asvs("1.3.4")
@pytest.mark.asvs("5.2.2")
@pytest.mark.asvs("5.2.3")
@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'></svg>",
        b"GIF89a" + bytes(50),
        b"MZ" + bytes(200),
        b"\x7fELF" + bytes(200),
        b"PK\x03\x04" + bytes(50),
        b"\x1f\x8b\x08" + bytes(50),
        b"7z\xbc\xaf\x27\x1c" + bytes(50),
        b"Rar!\x1a\x07\x01\x00" + bytes(50),
        bytes(257) + b"ustar\x0000" + bytes(248),
        b"\x00",
        b"only words",
    ],
)
def test_other_kinds_are_refused(content: bytes) -> None:
    assert refusal(content) is R.WRONG_TYPE


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    assert refusal(tmp_path / "empty.jpg") is R.EMPTY
    assert refusal(b"") is R.EMPTY


@given(st.integers(1, len(samples.jpeg()) - 1))
def test_no_truncated_jpeg_is_taken_in(kept: int) -> None:
    assert refusal(samples.jpeg()[:kept]) in {R.TRUNCATED, R.WRONG_TYPE}


# The last two bytes of the compressed one fill up a word and say nothing: without them it is whole.
WHOLE = {"png": samples.png(), "tiff": samples.tiff(), "lzw": samples.tiff(3, compression="tiff_lzw")[:-2]}


@pytest.mark.parametrize("kind", WHOLE)
@given(missing=st.integers(1, 9_999))
@example(missing=1)
@example(missing=2)
def test_no_truncated_png_or_tiff_is_taken_in(kind: str, missing: int) -> None:
    cut = WHOLE[kind][: max(1, len(WHOLE[kind]) - missing)]
    assert refusal(cut) in {R.TRUNCATED, R.UNREADABLE, R.WRONG_TYPE}


def test_a_half_picture_is_called_truncated() -> None:
    for whole in (samples.jpeg(), samples.png(), samples.tiff(), samples.pdf()):
        assert refusal(whole[: len(whole) * 2 // 3]) is R.TRUNCATED


@given(
    st.binary(max_size=400),
    st.sampled_from([b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"II*\0", b"%PDF-1.7\n"]),
)
def test_rubbish_behind_a_true_beginning_is_refused(rubbish: bytes, beginning: bytes) -> None:
    assert refusal(beginning + rubbish) in {R.TRUNCATED, R.UNREADABLE, R.WRONG_TYPE}


def test_bytes_after_the_end_of_a_picture_do_not_matter() -> None:
    assert sniff(samples.jpeg() + bytes(20_000)).kind is FileKind.JPEG


@pytest.mark.asvs("5.2.1")
def test_too_many_bytes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    with (tmp_path / "large.jpg").open("wb") as file:
        file.truncate(sniffing.MOST_BYTES + 1)
    assert refusal(tmp_path / "large.jpg") is R.TOO_LARGE


@pytest.mark.asvs("5.2.6")
def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    for side in (10_001, 20_000):
        assert refusal(samples.saved(Image.new("1", (side, side)), "PNG")) is R.TOO_MANY_PIXELS


@pytest.mark.asvs("5.2.6")
def test_too_many_pixels_on_a_later_page_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sniffing, "MOST_PIXELS", 1000)
    content = samples.saved(
        Image.new("1", (9, 9)), "TIFF", save_all=True, append_images=[Image.new("1", (40, 40))]
    )
    assert refusal(content) is R.TOO_MANY_PIXELS


def test_200_pages_are_enough() -> None:
    assert sniff(samples.pdf(200)).pages == 200
    assert refusal(samples.pdf(201)) is R.TOO_MANY_PAGES
    small = [Image.new("1", (8, 8))] * 200
    assert sniff(samples.saved(small[0], "TIFF", save_all=True, append_images=small[1:])).pages == 200
    assert refusal(samples.saved(small[0], "TIFF", save_all=True, append_images=small)) is R.TOO_MANY_PAGES


def test_a_pdf_that_wants_a_password_is_refused() -> None:
    assert refusal(samples.locked_pdf()) is R.ENCRYPTED


def test_a_pdf_without_pages_is_refused() -> None:
    assert refusal(samples.pdf(0)) is R.UNREADABLE


def test_the_cameras_date_is_read() -> None:
    assert sniff(samples.jpeg(taken="2016:01:09 10:11:12")).taken_on == date(2016, 1, 9)


@pytest.mark.parametrize("written", ["", "0000:00:00 00:00:00", "yesterday", "2016:13:45 00:00:00", "\0\0"])
def test_a_wrong_date_is_no_reason_to_refuse(written: str) -> None:
    assert sniff(samples.jpeg(taken=written)).taken_on is None


def test_damaged_notes_are_no_reason_to_refuse() -> None:
    content = samples.saved(samples.picture(), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff rubbish")
    assert sniff(content).taken_on is None


def test_width_and_height_are_those_of_the_upright_picture() -> None:
    found = sniff(samples.jpeg(orientation=samples.ORIENTATION_ON_THE_SIDE))
    assert (found.width, found.height) == (48, 64)


def test_a_camera_jpeg_with_a_second_picture_is_a_jpeg() -> None:
    content = samples.saved(samples.picture(), "MPO", save_all=True, append_images=[samples.picture()])
    with Image.open(io.BytesIO(content)) as opened:
        assert opened.format == "MPO"
    assert (sniff(content).kind, sniff(content).pages) == (FileKind.JPEG, 1)


def test_without_libmagic_the_error_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_magic(name: str, *rest: object) -> object:
        if name == "magic":
            raise ImportError("failed to find libmagic")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_magic)
    monkeypatch.delitem(sys.modules, "portal.vault.sniffing")
    with pytest.raises(ImportError, match="libmagic1"):
        importlib.import_module("portal.vault.sniffing")
