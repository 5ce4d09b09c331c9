"""How often the unseen mark of an opened picture is read again after rough treatment, and how often out of nothing."""

from __future__ import annotations

import argparse
import io
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from bench.ground import Ground
from portal.vault import marks

KEY = bytes(range(32))
SIDES = ((480, 360), (480, 640), (960, 720))
SMALL = 40


def _cropped(picture: Image.Image, share: float) -> Image.Image:
    across, down = round(picture.width * share / 2), round(picture.height * share / 2)
    return picture.crop((across, down, picture.width - across, picture.height - down))


ROUGH: dict[str, Callable[[Image.Image], Image.Image]] = {
    "crop 5 %": lambda picture: _cropped(picture, 0.05),
    "crop 10 %": lambda picture: _cropped(picture, 0.10),
    "turned by 1 degree": lambda picture: picture.rotate(1, Image.Resampling.BICUBIC),
    "turned by 90 degrees": lambda picture: picture.transpose(Image.Transpose.ROTATE_90),
}


@dataclass(frozen=True, slots=True)
class Result:
    """How many were read at each treatment, what was read wrong, and what was read out of unmarked pictures."""

    pictures: int
    whole: int
    coarse: int
    half: int
    wrong: int
    unmarked: int
    out_of_nothing: int
    highest: float
    faintness: tuple[float, float]
    milliseconds: float
    rough: dict[str, int]

    def __str__(self) -> str:
        return (
            f"marks   {self.pictures} pictures: read {_share(self.whole, self.pictures)} as shown, "
            f"{_share(self.coarse, self.pictures)} after JPEG 50, "
            f"{_share(self.half, self.pictures)} after half size and JPEG 50; read wrong {self.wrong}; "
            f"read out of {self.unmarked} unmarked: {self.out_of_nothing} "
            f"(highest {self.highest:.1f}, believed from {marks.BELIEVED}); "
            f"PSNR middle {self.faintness[0]:.1f} dB, lowest {self.faintness[1]:.1f} dB; "
            f"marking {self.milliseconds:.0f} ms; beyond what the mark was made for: "
            + ", ".join(f"{name} {_share(count, self.pictures)}" for name, count in self.rough.items())
        )


def run(_: Ground | None = None, pictures: int = SMALL) -> Result:
    """Mark, treat and read invented pictures; each also stands unmarked through the same treatment."""
    random = Random(20)  # noqa: S311  # invented pictures, the same each time
    counted = {"whole": 0, "coarse": 0, "half": 0, "wrong": 0}
    rough = dict.fromkeys(ROUGH, 0)
    faint: list[float] = []
    nothing, highest, spent = 0, 0.0, 0.0
    for number in range(pictures):
        plain = invented(random.randrange(1 << 30), SIDES[number % len(SIDES)])
        wanted = random.randrange(1 << 32)
        begun = time.perf_counter()
        marked = marks.embed(plain, wanted, KEY)
        spent += time.perf_counter() - begun
        faint.append(psnr(plain, marked))
        for name, treated in treatments(marked).items():
            read = marks.read(treated, KEY)
            counted[name] += read == wanted
            counted["wrong"] += read not in {None, wanted}
        for name, treat in ROUGH.items():
            read = marks.read(_saved(treat(marked), 85), KEY)
            rough[name] += read == wanted
            counted["wrong"] += read not in {None, wanted}
        for treated in treatments(plain).values():
            nothing += marks.read(treated, KEY) is not None
            highest = max(highest, marks.confidence(treated, KEY))
    faint.sort()
    return Result(
        pictures=pictures,
        unmarked=3 * pictures,
        out_of_nothing=nothing,
        highest=highest,
        faintness=(faint[len(faint) // 2], faint[0]),
        milliseconds=1000 * spent / pictures,
        rough=rough,
        **counted,
    )


def treatments(picture: Image.Image) -> dict[str, Image.Image]:
    """As shown (quality 85), saved again coarsely, and halved before that."""
    shown = _saved(picture, 85)
    small = shown.resize((shown.width // 2, shown.height // 2), Image.Resampling.LANCZOS)
    return {"whole": shown, "coarse": _saved(shown, 50), "half": _saved(small, 50)}


def invented(seed: int, size: tuple[int, int]) -> Image.Image:
    """A grey picture with what photographs have: soft light, an oval, edges, cloth, grain; nobody is in it."""
    random = Random(seed)  # noqa: S311  # invented pictures, the same each time
    noise = np.random.default_rng(seed)
    width, height = size
    light = _clouds(noise, size, random.uniform(0.9, 2.2)) * random.uniform(15, 60) + random.uniform(60, 190)
    sheet = Image.fromarray(np.clip(light, 0, 255).astype(np.uint8), "L")
    draw = ImageDraw.Draw(sheet)
    for _ in range(random.randrange(2, 14)):
        x, y = random.randrange(width), random.randrange(height)
        w, h = random.randrange(10, width), random.randrange(10, height)
        shape = draw.ellipse if random.random() < 0.6 else draw.rectangle
        shape((x - w // 2, y - h // 2, x + w // 2, y + h // 2), fill=random.randrange(20, 236))
    sheet = sheet.filter(ImageFilter.GaussianBlur(random.uniform(0.4, 5)))
    fine = _clouds(noise, size, random.uniform(0.2, 1.0)) * random.uniform(0, 14)
    grain = noise.normal(0, random.uniform(0, 5), (height, width))
    pixels = np.asarray(sheet, dtype=np.float64) + fine + grain
    return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8), "L")


def psnr(one: Image.Image, other: Image.Image) -> float:
    """How faint the difference is, in decibels."""
    difference = np.asarray(one, dtype=np.float64) - np.asarray(other, dtype=np.float64)
    return 10 * math.log10(255**2 / max(float((difference**2).mean()), 1e-9))


def _clouds(noise: np.random.Generator, size: tuple[int, int], slope: float) -> NDArray[np.float64]:
    """Noise whose loudness falls with the frequency, as in most photographs."""
    width, height = size
    rows, columns = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    distance = np.hypot(rows, columns)
    distance[0, 0] = 1.0
    spectrum = np.fft.rfft2(noise.normal(size=(height, width))) / distance**slope
    spectrum[0, 0] = 0
    drawn = np.fft.irfft2(spectrum, s=(height, width))
    return np.asarray(drawn / drawn.std())


def _saved(picture: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer)


def _share(part: int, whole: int) -> str:
    return f"{part} ({100 * part / whole:.1f} %)"


def main() -> None:
    """Say how many pictures, and print the line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=1000)
    print(run(pictures=parser.parse_args().pictures))


if __name__ == "__main__":
    main()
