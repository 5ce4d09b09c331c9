"""Which photographs are recognised as one picture however they were saved, how near two scenes come, and how fast."""

from __future__ import annotations

import argparse
import io
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from random import Random
from uuid import UUID

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from portal.records.likeness.finding import ALIKE, alike
from portal.vault.likeness import likeness_of
from portal.vault.vocab import SIGNS

_SIDES = (800, 600)
_ON_ITS_SIDE = 6
_ORIENTATION = 0x0112


@dataclass(frozen=True, slots=True)
class Result:
    """The share of saved-again pictures that are found, the nearest of all other pairs, and a whole round of pairs."""

    scenes: int
    found: dict[str, float]
    farthest: dict[str, int]
    nearest_others: int
    false_pairs: int
    photographs: int
    seconds: float

    def __str__(self) -> str:
        kinds = ", ".join(f"{k} {v:.3f} (at most {self.farthest[k]} signs)" for k, v in self.found.items())
        return (
            f"likeness of {self.scenes} scenes before one wall: found {kinds}; other scenes differ in "
            f"{self.nearest_others} signs and more, {self.false_pairs} false pairs; {self.photographs} photographs "
            f"against each other in {self.seconds:.1f} s"
        )


def run(scenes: int = 60, photographs: int = 33_000) -> Result:
    """Measure."""
    found: dict[str, list[int]] = defaultdict(list)
    signs = []
    for number in range(scenes):
        picture = _scene(number)
        signs.append(likeness_of(_saved(picture)))
        for kind, again in _again(picture):
            found[kind].append((signs[-1] ^ likeness_of(again)).bit_count())
    apart = [(one ^ other).bit_count() for one, other in combinations(signs, 2)]
    return Result(
        scenes,
        {kind: sum(each <= ALIKE for each in all_) / len(all_) for kind, all_ in found.items()},
        {kind: max(all_) for kind, all_ in found.items()},
        min(apart),
        sum(each <= ALIKE for each in apart),
        photographs,
        _all_pairs(photographs),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run this bench alone, at any size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=60)
    parser.add_argument("--photographs", type=int, default=33_000)
    wished = parser.parse_args(arguments)
    print(run(wished.scenes, wished.photographs))


def _all_pairs(photographs: int) -> float:
    chance = Random(4)  # noqa: S311 - the same signs each time; nothing secret
    new = {UUID(int=number): chance.getrandbits(SIGNS) for number in range(photographs)}
    began = time.perf_counter()
    assert not list(alike(new, {})), "chance alone makes nothing alike"
    return time.perf_counter() - began


def _scene(number: int) -> Image.Image:
    """Shapes before the same wall, with the grain of a camera."""
    picture = Image.linear_gradient("L").resize(_SIDES).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for seed, shapes, span in ((7, 12, 160), (1000 + number, 7, 190)):
        chance = Random(seed)  # noqa: S311 - the same picture each time; nothing secret
        for _ in range(shapes):
            x, y = chance.randrange(_SIDES[0] - 100), chance.randrange(_SIDES[1] - 100)
            box = [x, y, x + 50 + chance.randrange(span), y + 50 + chance.randrange(span)]
            draw.ellipse(box, fill=tuple(chance.randrange(255) for _ in range(3)))
    soft = picture.filter(ImageFilter.GaussianBlur(3))
    grain = Image.frombytes("RGB", _SIDES, Random(number).randbytes(_SIDES[0] * _SIDES[1] * 3))  # noqa: S311
    return Image.blend(soft, grain, 0.08)


def _again(picture: Image.Image) -> Iterator[tuple[str, bytes]]:
    width, height = picture.size
    yield "JPEG 50", _saved(picture, 50)
    yield "half size", _saved(picture.resize((width // 2, height // 2)))
    yield "brighter by a quarter", _saved(ImageEnhance.Brightness(picture).enhance(1.25))
    yield "grey", _saved(picture.convert("L"))
    for kind, part in (("cut by 1 % at each side", 100), ("cut by 2.5 % at each side", 40)):
        x, y = width // part, height // part
        yield kind, _saved(picture.crop((x, y, width - x, height - y)))
    yield "turned by the camera", _saved(picture.rotate(90, expand=True), turned=True)


def _saved(picture: Image.Image, quality: int = 85, *, turned: bool = False) -> bytes:
    notes, buffer = Image.Exif(), io.BytesIO()
    if turned:
        notes[_ORIENTATION] = _ON_ITS_SIDE
    picture.save(buffer, "JPEG", quality=quality, exif=notes)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
