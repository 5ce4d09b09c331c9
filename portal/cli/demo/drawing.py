"""Drawn stand-ins for photographs and papers: grey shapes and plain lines of writing, never a person."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

from portal.cli.demo.invented import Words
from portal.config import shipped

PICTURE = (1024, 768)
PAGE = (1240, 1754)
_MARGIN = 110
_LINE = 78
_INVENTED = Words("صورة مختلقة", "invented picture")
_INVENTED_PAPER = Words("ورقة مختلقة لا تخص أحداً", "invented paper, it speaks of nobody")
_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def draw_picture(chance: random.Random, card: list[Words]) -> Image.Image:
    """Bands and corners of grey, the words "invented picture", and a card with what one would read on it."""
    picture = Image.new("L", PICTURE, chance.randint(90, 170))
    pen = ImageDraw.Draw(picture)
    for _ in range(9):
        _shape(pen, chance)
    pen.rectangle((0, PICTURE[1] - 70, *PICTURE), fill=240)
    _caption(pen, PICTURE, _INVENTED)
    if card:
        _card(pen, card)
    return picture.convert("RGB")


def draw_paper(title: Words, lines: list[tuple[Words, Words]]) -> Image.Image:
    """A page with a heading and a line for each label and its value, set from where the script begins."""
    page = Image.new("L", PAGE, 248)
    pen = ImageDraw.Draw(page)
    pen.rectangle((50, 50, PAGE[0] - 50, PAGE[1] - 50), outline=120, width=3)
    _write(pen, (PAGE[0] // 2, 130), title, 60, "ma")
    for row, (label, value) in enumerate(lines):
        _row(pen, 300 + row * _LINE, label, value)
    _caption(pen, (PAGE[0] - 80, PAGE[1] - 60), _INVENTED_PAPER)
    return page


@cache
def arabic_font() -> Path | None:
    """The portal's own typeface, if Pillow can join Arabic letters with it; else papers are in Latin."""
    if not features.check("raqm"):
        return None
    files = sorted(
        shipped("static").rglob("*azirmatn*.woff2"), key=lambda file: ("400" not in file.name, file.name)
    )
    return next(filter(_has_arabic, files), None)


def _has_arabic(file: Path) -> bool:
    try:
        face = ImageFont.truetype(str(file), 40)
    except OSError:  # a FreeType without Brotli cannot open web fonts
        return False
    # A face without the letter draws the same empty box for it as for a sign that does not exist.
    return bytes(face.getmask("ب")) != bytes(face.getmask("\U0010fffe"))


def _shape(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    """Straight edges only: nothing round, that could be taken for a face."""
    width, height = PICTURE
    left, top = chance.randint(-200, width), chance.randint(-200, height)
    right, bottom = left + chance.randint(150, 700), top + chance.randint(120, 500)
    lean = chance.randint(-200, 200)
    corners = [(left, top), (right, top + lean), (right + lean, bottom), (left + lean, bottom - lean)]
    pen.polygon(corners, fill=chance.randint(40, 215))


def _card(pen: ImageDraw.ImageDraw, lines: list[Words]) -> None:
    middle = PICTURE[0] // 2
    pen.rectangle((middle - 360, 220, middle + 360, 260 + len(lines) * 80), fill=240, outline=60, width=3)
    for row, words in enumerate(lines):
        _write(pen, (middle, 245 + row * 80), words, 46, "ma")


def _caption(pen: ImageDraw.ImageDraw, corner: tuple[int, int], words: Words) -> None:
    """What it is, at the foot, in both languages: nobody may take it for real, whatever they read."""
    right, bottom = corner
    pen.text((90, bottom - 50), words.latin, 20, ImageFont.load_default(30), "la")
    if arabic_font():
        _write(pen, (right - 30, bottom - 55), words, 30, "ra")


def _row(pen: ImageDraw.ImageDraw, top: int, label: Words, value: Words) -> None:
    if arabic_font() is None:
        _write(pen, (_MARGIN, top), Words("", f"{label.latin}: {value.latin}"), 38, "la")
        return
    start = PAGE[0] - _MARGIN
    _write(pen, (start, top), label, 38, "ra")
    _write(pen, (start - 360, top), value, 38, "ra")


def _write(pen: ImageDraw.ImageDraw, at: tuple[int, int], words: Words, size: int, anchor: str) -> None:
    arabic = arabic_font()
    if arabic and any("\u0600" <= letter <= "\u06ff" for letter in words.arabic):
        face = ImageFont.truetype(str(arabic), size)
        pen.text(at, words.arabic, 20, face, anchor, direction="rtl", language="ar")
    else:
        pen.text(at, words.latin, 20, ImageFont.load_default(size), anchor)
