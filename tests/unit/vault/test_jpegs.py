"""Where a JPEG ends and what its parts are, without drawing it."""

from __future__ import annotations

import io
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from portal.vault import jpegs
from portal.vault.sniffing import sniff
from portal.vault.vocab import RefusalReason, Refused
from tests.support.factories import vault as samples


def drawn(*, progressive: bool = False, small: bytes = b"") -> bytes:
    """A photograph of noise, maybe with a smaller one among its notes."""
    chance = Random(3)  # noqa: S311 - the same picture each time; nothing secret
    noise = Image.frombytes("RGB", (96, 64), chance.randbytes(96 * 64 * 3))
    buffer = io.BytesIO()
    noise.save(buffer, "JPEG", quality=90, progressive=progressive, restart_marker_blocks=3, comment=small)
    return buffer.getvalue()


KINDS = [drawn(), drawn(progressive=True), drawn(small=drawn()), samples.jpeg()]


@pytest.mark.parametrize("data", KINDS)
def test_a_whole_picture_ends_at_its_last_byte(data: bytes) -> None:
    assert jpegs.end_of(data) == len(data)
    parts = list(jpegs.segments(data))
    assert b"".join([jpegs.START, *(data[part.start : part.end] for part in parts)]) == data


@pytest.mark.parametrize("data", KINDS)
def test_what_follows_is_not_the_picture(data: bytes) -> None:
    assert jpegs.end_of(data + b"PK\x03\x04" + drawn()) == len(data)


@given(st.sampled_from(KINDS), st.floats(0, 1, exclude_max=True))
def test_a_picture_that_is_cut_has_no_end(data: bytes, share: float) -> None:
    kept = max(2, int(len(data) * share))
    assert jpegs.end_of(data[:kept]) is None


@given(st.sampled_from(KINDS), st.integers(0, 10**6), st.binary(max_size=6))
def test_damage_never_breaks_the_walk(data: bytes, at: int, noise: bytes) -> None:
    at %= len(data)
    harmed = data[:at] + noise + data[at + len(noise) :]
    try:
        end = jpegs.end_of(harmed)
    except jpegs.NotJpeg:
        return
    assert end is None or harmed[:end].endswith(jpegs.END)


def test_a_photograph_without_pixels_is_none() -> None:
    data = drawn()
    scan = next(part for part in jpegs.segments(data) if part.marker == 0xDA)
    with pytest.raises(Refused) as refused:
        sniff(data[: scan.start] + jpegs.END)
    assert refused.value.reason in {RefusalReason.TRUNCATED, RefusalReason.UNREADABLE}


def test_a_photograph_whose_tables_are_missing_is_refused_on_arrival() -> None:
    data = drawn()
    tables = [part for part in jpegs.segments(data) if part.marker != 0xDB]
    without = b"".join([jpegs.START, *(data[part.start : part.end] for part in tables)])
    assert jpegs.end_of(without) == len(without)
    with pytest.raises(Refused) as refused:
        sniff(without)
    assert refused.value.reason is RefusalReason.UNREADABLE


def test_a_million_parts_are_refused_before_they_are_walked_through() -> None:
    with pytest.raises(jpegs.NotJpeg):
        jpegs.end_of(jpegs.START + b"\xff\xfe\x00\x02" * 1_000_000 + jpegs.END)
