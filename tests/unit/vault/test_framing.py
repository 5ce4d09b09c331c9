"""An encrypted object opens whole and as itself, or not at all."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Iterator
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.vault.framing import SEGMENT, binding, decrypt_stream, encrypt_stream
from portal.vault.vocab import VaultDamaged

KEY = bytes(range(32))
AAD = binding(UUID(int=1), "original", "archive")
HEADER = 11
SEALED = SEGMENT + 16


def sealed(plain: bytes, key: bytes = KEY, aad: bytes = AAD) -> bytes:
    return b"".join(encrypt_stream([plain], key, aad))


def opened(stored: bytes, key: bytes = KEY, aad: bytes = AAD) -> bytes:
    return b"".join(decrypt_stream([stored], key, aad))


def plain_of(size: int) -> bytes:
    return (b"0123456789abcdef" * (size // 16 + 1))[:size]


def segments_of(stored: bytes) -> tuple[bytes, list[bytes]]:
    body = stored[HEADER:]
    return stored[:HEADER], [body[i : i + SEALED] for i in range(0, len(body), SEALED)]


around_borders = st.builds(
    lambda count, offset: max(0, count * SEGMENT + offset), st.integers(0, 3), st.integers(-20, 20)
)


@settings(max_examples=60, deadline=None)
@given(around_borders, st.integers(1, 3 * SEGMENT), st.integers(1, 3 * SEGMENT))
def test_any_size_comes_back_whatever_the_chunks(size: int, chunk_in: int, chunk_out: int) -> None:
    plain = plain_of(size)
    stored = b"".join(encrypt_stream((plain[i : i + chunk_in] for i in range(0, size, chunk_in)), KEY, AAD))
    pieces = (stored[i : i + chunk_out] for i in range(0, len(stored), chunk_out))
    assert b"".join(decrypt_stream(pieces, KEY, AAD)) == plain


def test_single_bytes_are_chunks_too() -> None:
    stored = b"".join(encrypt_stream((bytes([b]) for b in b"slowly"), KEY, AAD))
    assert b"".join(decrypt_stream((bytes([b]) for b in stored), KEY, AAD)) == b"slowly"


@settings(max_examples=60, deadline=None)
@given(around_borders, st.data())
def test_any_truncation_is_refused(size: int, data: st.DataObject) -> None:
    stored = sealed(plain_of(size))
    with pytest.raises(VaultDamaged):
        opened(stored[: data.draw(st.integers(0, len(stored) - 1))])


@pytest.mark.parametrize("size", [0, 1, SEGMENT, 2 * SEGMENT, 2 * SEGMENT + 5])
def test_a_cut_exactly_between_segments_is_refused(size: int) -> None:
    header, segments = segments_of(sealed(plain_of(size)))
    for kept in range(len(segments)):
        with pytest.raises(VaultDamaged):
            opened(header + b"".join(segments[:kept]))


@pytest.mark.asvs("11.3.2")
@pytest.mark.asvs("11.2.5")
@settings(max_examples=60, deadline=None)
@given(around_borders, st.data())
def test_any_changed_bit_is_refused(size: int, data: st.DataObject) -> None:
    stored = bytearray(sealed(plain_of(size)))
    bit = data.draw(st.one_of(st.integers(0, len(stored) * 8 - 1), st.integers(0, HEADER * 8 - 1)))
    stored[bit // 8] ^= 1 << bit % 8
    with pytest.raises(VaultDamaged):
        opened(bytes(stored))


@given(st.permutations(range(4)).filter(lambda order: list(order) != [0, 1, 2, 3]))
def test_any_other_order_of_segments_is_refused(order: list[int]) -> None:
    header, segments = segments_of(sealed(plain_of(3 * SEGMENT + 7)))
    with pytest.raises(VaultDamaged):
        opened(header + b"".join(segments[i] for i in order))


def test_a_segment_of_another_object_is_refused() -> None:
    header, segments = segments_of(sealed(plain_of(2 * SEGMENT)))
    _, others = segments_of(sealed(plain_of(2 * SEGMENT)))
    with pytest.raises(VaultDamaged):
        opened(header + segments[0] + others[1])


def test_a_repeated_or_added_segment_is_refused() -> None:
    header, (first, last) = segments_of(sealed(plain_of(2 * SEGMENT)))
    for forged in (first + first + last, first + last + last, first + last + b"\0"):
        with pytest.raises(VaultDamaged):
            opened(header + forged)


@pytest.mark.asvs("11.3.3")
@pytest.mark.parametrize(
    "aad",
    [
        binding(UUID(int=2), "original", "archive"),
        binding(UUID(int=1), "copy", "archive"),
        binding(UUID(int=1), "original", "inquiry"),
        binding(UUID(int=1), "originala", "rchive"),
    ],
)
def test_an_object_does_not_open_as_another(aad: bytes) -> None:
    with pytest.raises(VaultDamaged):
        opened(sealed(b"papers"), aad=aad)


def test_another_key_does_not_open() -> None:
    with pytest.raises(VaultDamaged):
        opened(sealed(b"papers"), key=bytes(32))


@pytest.mark.asvs("11.3.4")
def test_the_same_bytes_never_look_the_same_twice() -> None:
    assert sealed(b"papers") != sealed(b"papers")


@pytest.mark.asvs("11.3.1")
def test_nothing_of_the_content_shows() -> None:
    assert b"0123456789abcdef" not in sealed(plain_of(1000))


def test_memory_does_not_grow_with_the_object() -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(640):
            yield bytes(SEGMENT)

    tracemalloc.start()
    total = sum(len(piece) for piece in decrypt_stream(encrypt_stream(chunks(), KEY, AAD), KEY, AAD))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == 640 * SEGMENT
    assert peak < 2 * 1024 * 1024


def test_what_the_former_version_wrote_still_opens_and_neither_passes_for_the_other() -> None:
    key, prefix, content = os.urandom(32), os.urandom(7), b"x" * SEGMENT + b"the end"
    former = b"AMV\x01" + prefix
    segments = [content[:SEGMENT], content[SEGMENT:]]
    sealed = [
        AESGCM(key).encrypt(prefix + n.to_bytes(4, "big") + bytes([n == 1]), segment, former + AAD)
        for n, segment in enumerate(segments)
    ]
    assert b"".join(decrypt_stream([former, *sealed], key, AAD)) == content
    with pytest.raises(VaultDamaged):
        list(decrypt_stream([b"AMV\x02" + prefix, *sealed], key, AAD))
    written = b"".join(encrypt_stream([content], key, AAD))
    assert written.startswith(b"AMV\x02")
    with pytest.raises(VaultDamaged):
        list(decrypt_stream([former[:4] + written[4:]], key, AAD))


def test_each_segment_is_bound_to_its_number_and_to_being_the_last() -> None:
    """With the very nonce of another place it still does not open: place and end stand in the additional data."""
    key = os.urandom(32)
    written = b"".join(encrypt_stream([b"x" * (2 * SEGMENT)], key, AAD))
    header, first = written[:11], written[11 : 11 + SEGMENT + 16]
    nonce = header[-7:] + bytes(4) + b"\0"
    whole = header + AAD + nonce[7:]
    assert AESGCM(key).decrypt(nonce, first, whole) == b"x" * SEGMENT
    for place in (bytes(3) + b"\1\0", bytes(4) + b"\1", b""):
        with pytest.raises(InvalidTag):
            AESGCM(key).decrypt(nonce, first, header + AAD + place)
