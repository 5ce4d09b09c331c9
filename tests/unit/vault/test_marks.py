"""The number in the pixels: read again after rough treatment, never out of nothing, never with another key."""

from __future__ import annotations

import pytest
from PIL import Image

from bench.marks import invented, psnr, treatments
from portal.kernel.errors import Invalid
from portal.vault import marks

KEY, OTHER = b"a" * 32, b"b" * 32


@pytest.mark.promise("P11")
@pytest.mark.parametrize(
    ("seed", "size"), [(1, (480, 360)), (2, (360, 480)), (3, (960, 720)), (4, (480, 479))]
)
def test_a_mark_outlives_half_the_size_and_coarse_saving(seed: int, size: tuple[int, int]) -> None:
    plain = invented(seed, size)
    marked = marks.embed(plain, 0xC0FFEE00 + seed, KEY)
    for treated in treatments(marked).values():
        assert marks.read(treated, KEY) == 0xC0FFEE00 + seed
        assert marks.read(treated, OTHER) is None
    assert psnr(plain, marked) > 34
    assert marked.size == plain.size


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_read_out_of_an_unmarked_picture(seed: int) -> None:
    for treated in treatments(invented(100 + seed, (480, 360))).values():
        assert marks.read(treated, KEY) is None


def test_an_even_sheet_is_marked_too() -> None:
    for shade in (0, 128, 255):
        marked = marks.embed(Image.new("L", (480, 360), shade), 7, KEY)
        assert marks.read(marked, KEY) == 7


def test_any_four_of_the_eight_bytes_give_the_rest() -> None:
    word = marks._coded(0x01020304)
    for places in ((4, 5, 6, 7), (0, 2, 5, 7)):
        held = [word[place] for place in places]
        assert [marks._dot(row, held) for row in marks._completion(places)] == word


def test_a_number_has_four_bytes() -> None:
    with pytest.raises(Invalid):
        marks.embed(Image.new("L", (64, 64)), 1 << 32, KEY)


def test_colours_stay_colours() -> None:
    assert marks.embed(Image.new("RGB", (480, 360), (90, 120, 150)), 9, KEY).mode == "RGB"
