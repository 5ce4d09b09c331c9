"""A copy shows what its recipe says, and carries nothing but pixels."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from portal.kernel.errors import Invalid
from portal.vault.renditions import draw_picture, page_pictures
from portal.vault.vocab import Recipe, Refused
from tests.support.factories import vault as samples

# What a JPEG cannot be without; everything else would be something said about it.
BARE = {"ExifTool", "System", "File", "Composite", "JFIF"}
RED, BLUE = (200, 30, 30), (30, 30, 200)


def shown(content: bytes) -> Image.Image:
    opened = Image.open(io.BytesIO(content))
    opened.load()
    return opened


def is_near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 60 for one, other in zip(pixel, colour, strict=True))


def groups_of_notes(content: bytes, folder: Path) -> set[str]:
    """The groups of metadata that exiftool finds, or Pillow where there is no exiftool."""
    if shutil.which("exiftool") is None:
        opened = shown(content)
        return {key for key in ("exif", "icc_profile", "comment", "xmp", "photoshop") if key in opened.info}
    (folder / "copy").write_bytes(content)
    run = subprocess.run(
        ["exiftool", "-json", "-a", "-G", str(folder / "copy")], capture_output=True, check=True
    )
    (found,) = json.loads(run.stdout)
    return {key.partition(":")[0] for key in found if ":" in key}


@pytest.mark.asvs("14.2.8")
def test_nothing_of_the_cameras_notes_reaches_the_copy(tmp_path: Path) -> None:
    original = samples.jpeg()
    copy = draw_picture(original, Recipe(watermark="Amana 12"))
    assert all(secret not in copy for secret in samples.SECRETS)
    assert groups_of_notes(copy, tmp_path) <= BARE
    assert shown(copy).getexif() == {}


def test_colour_profiles_stay_behind_too(tmp_path: Path) -> None:
    original = samples.saved(samples.picture(), "JPEG", icc_profile=b"invented profile" * 20)
    copy = draw_picture(original, Recipe())
    assert b"invented profile" not in copy
    assert groups_of_notes(copy, tmp_path) <= BARE


@pytest.mark.asvs("5.2.2")
@pytest.mark.asvs("14.2.8")
def test_bytes_behind_the_picture_stay_behind() -> None:
    assert b"<script>" not in draw_picture(samples.jpeg() + b"<script>alert(1)</script>", Recipe())


def test_the_copy_stands_upright() -> None:
    copy = shown(draw_picture(samples.jpeg(orientation=samples.ORIENTATION_ON_THE_SIDE), Recipe()))
    assert copy.size == (48, 64)
    assert is_near(copy.getpixel((24, 8)), RED)
    assert is_near(copy.getpixel((24, 56)), BLUE)


def test_the_longest_side_is_kept_and_nothing_is_enlarged() -> None:
    large = samples.saved(samples.picture(3000, 1500), "JPEG")
    assert shown(draw_picture(large, Recipe(longest_side=400))).size == (400, 200)
    assert shown(draw_picture(samples.png(), Recipe(longest_side=400))).size == (64, 48)


def test_grey_has_no_colour_left() -> None:
    assert shown(draw_picture(samples.jpeg(), Recipe(greyscale=True, watermark="Amana"))).mode == "L"


def test_a_crop_shows_that_part_only() -> None:
    copy = shown(draw_picture(samples.png(), Recipe(crop=(40, 0, 60, 30))))
    assert copy.size == (20, 30)
    assert is_near(copy.getpixel((10, 15)), BLUE)


def test_a_crop_counts_in_the_upright_picture() -> None:
    original = samples.jpeg(orientation=samples.ORIENTATION_ON_THE_SIDE)
    copy = shown(draw_picture(original, Recipe(crop=(0, 40, 48, 64))))
    assert copy.size == (48, 24)
    assert is_near(copy.getpixel((24, 12)), BLUE)


def test_a_crop_outside_the_picture_is_refused() -> None:
    with pytest.raises(Invalid, match="outside"):
        draw_picture(samples.png(), Recipe(crop=(0, 0, 65, 48)))


@pytest.mark.parametrize("size", [(800, 600), (60, 200), (16, 16)])
@pytest.mark.parametrize("paper", ["white", "black"])
def test_the_watermark_can_be_seen_on_light_and_dark(size: tuple[int, int], paper: str) -> None:
    original = samples.saved(Image.new("RGB", size, paper), "PNG")
    plain = shown(draw_picture(original, Recipe())).convert("L").getextrema()
    marked = shown(draw_picture(original, Recipe(watermark="Amana 2026-11-23"))).convert("L").getextrema()
    assert plain[1] - plain[0] < 10
    assert marked[1] - marked[0] > 60


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_can_be_drawn(mode: str) -> None:
    original = samples.saved(Image.new("L", (40, 30), 255).convert(mode), "PNG")
    assert shown(draw_picture(original, Recipe())).size == (40, 30)


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "CMYK", "I;16", "F"])
def test_every_kind_of_tiff_can_be_drawn(mode: str) -> None:
    original = samples.saved(Image.new("L", (40, 30), 255).convert(mode), "TIFF")
    assert shown(draw_picture(original, Recipe())).size == (40, 30)


def test_deep_grey_keeps_its_shades() -> None:
    deep = Image.new("I;16", (20, 20), 128 << 8)
    assert is_near(
        shown(draw_picture(samples.saved(deep, "PNG"), Recipe())).getpixel((5, 5)), (128, 128, 128)
    )


def test_what_was_transparent_becomes_white() -> None:
    original = samples.saved(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG")
    assert is_near(shown(draw_picture(original, Recipe())).getpixel((5, 5)), (255, 255, 255))


def test_each_page_of_a_tiff_becomes_a_picture(tmp_path: Path) -> None:
    pages = page_pictures(samples.tiff(3, software="Invented Camera"), Recipe(greyscale=True))
    assert [shown(page).size for page in pages] == [(64, 48)] * 3
    assert all(groups_of_notes(page, tmp_path) <= BARE for page in pages)


def test_the_same_recipe_gives_the_same_copy() -> None:
    recipe = Recipe(longest_side=32, greyscale=True, watermark="Amana")
    assert draw_picture(samples.jpeg(), recipe) == draw_picture(samples.jpeg(), recipe)


@pytest.mark.parametrize(
    "content",
    [b"", samples.pdf(), samples.jpeg()[:900], b"<html></html>"],
    ids=["empty", "paper", "cut", "web page"],
)
def test_what_is_no_whole_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        draw_picture(content, Recipe())


def test_rich_detail_at_the_highest_quality_can_be_drawn() -> None:
    grain = Image.frombytes("RGB", (700, 700), Random(7).randbytes(700 * 700 * 3))  # noqa: S311  # grain
    assert shown(draw_picture(samples.saved(grain, "PNG"), Recipe(quality=94))).size == (700, 700)
