"""Pictures drawn anew from their pixels by a recipe; nothing else of the original reaches the copy."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont, ImageOps

from portal.kernel.errors import Invalid
from portal.vault import marks
from portal.vault.sniffing import opened_picture, pages_of
from portal.vault.vocab import Box, Mark, Recipe

_DEEP_GREY = {"I", "I;16", "I;16B", "I;16L", "I;16N"}
_TO_EIGHT_BITS = [shade >> 8 for shade in range(65536)]
_MEASURING_SIZE = 100
_SMALLEST_LETTERS = 9
_LETTERS, _OUTLINE = (255, 255, 255, 200), (0, 0, 0, 140)


def draw_picture(original: bytes, recipe: Recipe, mark: Mark | None = None) -> bytes:
    """A JPEG of the first page, drawn by the recipe: upright, without metadata, never enlarged; marked if so asked."""
    with opened_picture(original) as picture:
        return _drawn(picture, recipe, mark)


def page_pictures(original: bytes, recipe: Recipe) -> list[bytes]:
    """A JPEG of each page of a TIFF (one for the other kinds of picture), drawn by the recipe."""
    with opened_picture(original) as picture:
        return [_drawn(page, recipe) for page in pages_of(picture)]


def _drawn(picture: Image.Image, recipe: Recipe, mark: Mark | None = None) -> bytes:
    side = (recipe.longest_side, recipe.longest_side)
    if recipe.crop is None:
        picture.draft(None, side)  # a large JPEG is decoded at a smaller scale: less memory, same result
    ImageOps.exif_transpose(picture, in_place=True)
    copy = _on_white(picture if recipe.crop is None else _cropped(picture, recipe.crop))
    copy.thumbnail(side, Image.Resampling.LANCZOS, reducing_gap=3.0)
    if recipe.watermark is not None:
        _sign(copy, recipe.watermark)
    shown = copy.convert("L") if recipe.greyscale else copy
    if mark is not None:
        shown = marks.embed(shown, mark.number, mark.key)
    return _as_jpeg(shown, recipe.quality)


def _cropped(picture: Image.Image, box: Box) -> Image.Image:
    if box[2] > picture.width or box[3] > picture.height:
        raise Invalid("the crop lies outside the picture")
    return picture.crop(box)


def _on_white(picture: Image.Image) -> Image.Image:
    """The pixels alone, on a new white sheet; what was transparent becomes white."""
    if picture.mode in _DEEP_GREY:
        picture = picture.convert("I").point(_TO_EIGHT_BITS, "L")
    sheet = Image.new("RGB", picture.size, "white")
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        sheet.paste(layer, mask=layer)
    else:
        sheet.paste(picture.convert("RGB"))
    return sheet


def _sign(copy: Image.Image, text: str) -> None:
    """Write the watermark along the lower edge: quiet, yet readable on light and on dark."""
    font = _fitting(text, copy.width * 0.92, copy.height / 20)
    ImageDraw.Draw(copy, "RGBA").text(
        (copy.width / 2, copy.height * 0.98),
        text,
        fill=_LETTERS,
        font=font,
        anchor="mb",
        stroke_width=max(1, round(font.size / 20)),
        stroke_fill=_OUTLINE,
    )


def _fitting(text: str, width: float, height: float) -> ImageFont.FreeTypeFont:
    measured = _face(_MEASURING_SIZE).getlength(text)
    return _face(max(_SMALLEST_LETTERS, min(_MEASURING_SIZE * width / measured, height)))


def _face(size: float) -> ImageFont.FreeTypeFont:
    face = ImageFont.load_default(size)
    if not isinstance(face, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType: a watermark cannot be drawn")  # noqa: TRY004  # set-up
    return face


def _as_jpeg(copy: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    # Plain coding: the optimised ones need the whole picture in one buffer and fail on rich detail.
    copy.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
