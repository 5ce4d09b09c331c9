"""An invisible mark in the pixels of a picture: a short number that survives coarse JPEG and half the size.

The number is four bytes; a Reed-Solomon code makes eight of them, of which any four are enough. Each byte chooses
one of 256 secret patterns, laid over low frequencies of the picture as if it were a fixed square, so that the mark
does not depend on its size. Reading compares what is there with all patterns and believes only what stands out far
above chance. The patterns come from a secret key: who has only this code can neither read, forge nor cancel a mark.
"""

from __future__ import annotations

import hashlib
import io
from functools import lru_cache
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from portal.kernel.errors import Invalid

Plane = NDArray[np.float64]

BYTES, CODED, CHOICES = 4, 8, 256
SQUARE = 256
LOWEST, HIGHEST = 9, 62
# How far above chance (in standard deviations) the eight chosen patterns together must stand: bench/marks.py.
BELIEVED = 8.5
_CLIPPED = 2.0
_STRENGTHS = (2.0, 2.6, 3.3, 4.2, 5.4, 7.0)
_MARGIN = 1.45
_FIELD = 0x11D


def embed(picture: Image.Image, number: int, key: bytes) -> Image.Image:
    """The picture with the number in it, as faint as it can be and still be read after rough treatment."""
    pattern = _pattern(number, key, picture.size)
    grey = np.asarray(picture.convert("L"), dtype=np.float64)
    for strength in _STRENGTHS:
        marked = _laid_over(picture, pattern * strength)
        if _stands(marked, number, key):
            break
    else:
        # What is all one shade keeps nothing at half size; the strongest mark still survives being sent on as it is.
        marked = _laid_over(picture, pattern * _STRENGTHS[-1])
    if marked.size != (grey.shape[1], grey.shape[0]):
        raise Invalid("a mark never changes the size of a picture")
    return marked


def read(picture: Image.Image, key: bytes) -> int | None:
    """The number in a picture, or nothing when none stands out far above chance."""
    found = _best(_scores(picture, key))
    return None if found is None or found[1] < BELIEVED else int.from_bytes(bytes(found[0]), "big")


def read_file(content: bytes, key: bytes) -> int | None:
    """The number in a picture file."""
    with Image.open(io.BytesIO(content)) as picture:
        return read(picture, key)


def confidence(picture: Image.Image, key: bytes) -> float:
    """How far above chance the best number stands; for measuring."""
    found = _best(_scores(picture, key))
    return 0.0 if found is None else found[1]


def _stands(marked: Image.Image, number: int, key: bytes) -> bool:
    """Treat the copy as badly as it may be treated, and read it: half the size, then JPEG of quality 50."""
    buffer = io.BytesIO()
    half = marked.convert("L").resize(
        (max(1, marked.width // 2), max(1, marked.height // 2)), Image.Resampling.BILINEAR
    )
    half.save(buffer, "JPEG", quality=50)
    with Image.open(buffer) as treated:
        scores = _scores(treated, key)
    found = _best(scores)
    wanted = number.to_bytes(BYTES, "big")
    return found is not None and bytes(found[0]) == wanted and found[1] >= BELIEVED * _MARGIN


def _laid_over(picture: Image.Image, pattern: Plane) -> Image.Image:
    pixels = np.asarray(picture, dtype=np.float64)
    added = pattern if pixels.ndim == 2 else pattern[:, :, None]
    return Image.fromarray(np.clip(np.rint(pixels + added), 0, 255).astype(np.uint8), picture.mode)


def _pattern(number: int, key: bytes, size: tuple[int, int]) -> Plane:
    """The sum of the eight chosen patterns at this size, one grey level strong."""
    spectrum = np.zeros((HIGHEST + 1, HIGHEST + 1))
    places, signs = _places(), _signs(key)
    chosen = np.concatenate([signs[i, value] for i, value in enumerate(_coded(number))])
    rows, columns = places[: len(chosen), 0], places[: len(chosen), 1]
    spectrum[rows, columns] = chosen
    waves = _waves()
    square = waves.T @ spectrum @ waves
    sheet = Image.fromarray(square.astype(np.float32), "F").resize(size, Image.Resampling.BICUBIC)
    drawn = np.asarray(sheet, dtype=np.float64)
    return np.asarray(drawn / drawn.std())


def _scores(picture: Image.Image, key: bytes) -> Plane:
    """For each of the eight bytes, how well each of its 256 patterns fits, in standard deviations."""
    sheet = picture.convert("L").resize((SQUARE, SQUARE), Image.Resampling.LANCZOS)
    waves, places, signs = _waves(), _places(), _signs(key)
    spectrum = waves @ np.asarray(sheet, dtype=np.float64) @ waves.T
    heard = _evened(spectrum[places[:, 0], places[:, 1]], places)
    parts = heard[: CODED * signs.shape[2]].reshape(CODED, signs.shape[2])
    sums = np.einsum("ijk,ik->ij", signs, parts)
    return np.asarray(sums / np.sqrt((parts**2).sum(axis=1, keepdims=True) + 1e-9))


def _evened(values: Plane, places: NDArray[np.int64]) -> Plane:
    """Each value beside the usual loudness of its frequency, the loudest cut off."""
    rings = _rings(places)
    loudness = np.sqrt(np.bincount(rings, np.minimum(np.abs(values), 1e6) ** 2) / np.bincount(rings))
    usual = np.array([np.median(np.abs(values[rings == ring])) for ring in range(rings.max() + 1)])
    scale = np.minimum(loudness, usual * 1.5)[rings] + 1e-3
    return np.clip(values / scale, -_CLIPPED, _CLIPPED)


def _rings(places: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray((np.hypot(places[:, 0], places[:, 1]) - LOWEST) // 4, dtype=np.int64)


def _best(scores: Plane) -> tuple[tuple[int, ...], float] | None:
    """The whole code word that stands out most; four of its bytes were among the two best of their place."""
    top = np.argsort(scores, axis=1)[:, -2:]
    best: tuple[tuple[int, ...], float] | None = None
    for places in combinations(range(CODED), BYTES):
        matrix = _completion(places)
        for choice in product((1, 0), repeat=BYTES):
            held = [int(top[place, pick]) for place, pick in zip(places, choice, strict=True)]
            word = [_dot(row, held) for row in matrix]
            total = float(sum(scores[i, value] for i, value in enumerate(word))) / CODED**0.5
            if best is None or total > best[1]:
                best = (tuple(word[:BYTES]), total)
    return best


def _coded(number: int) -> list[int]:
    if not 0 <= number < 1 << (8 * BYTES):
        raise Invalid("a mark is a number of four bytes")
    held = list(number.to_bytes(BYTES, "big"))
    return [_dot(row, held) for row in _completion(tuple(range(BYTES)))]


@lru_cache(maxsize=128)
def _completion(places: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """How all eight bytes follow from the four at these places: Lagrange's polynomial over the field of 256."""
    return tuple(tuple(_basis(places, own, at) for own in places) for at in range(CODED))


def _basis(places: tuple[int, ...], own: int, at: int) -> int:
    value = 1
    for other in places:
        if other != own:
            value = _times(value, _times(at ^ other, _inverse(own ^ other)))
    return value


def _dot(row: tuple[int, ...], held: list[int]) -> int:
    table = _table()
    value = 0
    for weight, each in zip(row, held, strict=True):
        value ^= table[weight][each]
    return value


@lru_cache(maxsize=1)
def _table() -> list[list[int]]:
    return [[_times(one, other) for other in range(CHOICES)] for one in range(CHOICES)]


def _times(one: int, other: int) -> int:
    value = 0
    while other:
        if other & 1:
            value ^= one
        one, other = one << 1, other >> 1
        if one & 0x100:
            one ^= _FIELD
    return value


def _inverse(value: int) -> int:
    found = 1
    for _ in range(254):
        found = _times(found, value)
    return found


@lru_cache(maxsize=1)
def _waves() -> Plane:
    """The cosines of the lowest frequencies over the square."""
    steps, frequencies = np.arange(SQUARE), np.arange(HIGHEST + 1)
    waves = np.cos(np.pi / SQUARE * (steps[None, :] + 0.5) * frequencies[:, None]) * np.sqrt(2 / SQUARE)
    waves[0] /= np.sqrt(2)
    return np.asarray(waves)


@lru_cache(maxsize=1)
def _places() -> NDArray[np.int64]:
    """The frequencies that carry the mark, mixed, so that each byte lies everywhere."""
    found = [
        (row, column)
        for row in range(HIGHEST + 1)
        for column in range(HIGHEST + 1)
        if LOWEST <= np.hypot(row, column) <= HIGHEST
    ]
    found.sort(key=lambda place: hashlib.sha256(f"{place[0]},{place[1]}".encode()).digest())
    return np.array(found[: len(found) // CODED * CODED], dtype=np.int64)


@lru_cache(maxsize=4)
def _signs(key: bytes) -> Plane:
    """The secret patterns of plus and minus: place by choice by frequency."""
    length = len(_places()) // CODED
    bits = hashlib.shake_256(b"invisible mark 1" + key).digest(CODED * CHOICES * length // 8 + 1)
    drawn = np.unpackbits(np.frombuffer(bits, dtype=np.uint8))[: CODED * CHOICES * length]
    return np.asarray(drawn.reshape(CODED, CHOICES, length) * 2.0 - 1.0)
