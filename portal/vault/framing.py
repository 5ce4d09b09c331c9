"""Streaming encryption of one object in AES-256-GCM segments, in constant memory.

Header: `AMV`, version, 7 random bytes.  Each segment of 64 KiB has the nonce prefix + counter + last flag, and is
bound to the header, to what the object is, to its own number and to whether it is the last; so nothing can be cut,
moved or exchanged unnoticed.  Version 1 had number and last flag in the nonce alone; it is still read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import chain
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.vault.vocab import VaultDamaged

SEGMENT = 64 * 1024
_MAGIC, _FORMER = b"AMV\x02", b"AMV\x01"
_PREFIX = 7
_HEADER = len(_MAGIC) + _PREFIX
_TAG = 16


def binding(object_id: UUID, purpose: str, owner: str) -> bytes:
    """What an object is, as additional data: under another id, purpose or owner it does not open."""
    parts = (object_id.bytes, purpose.encode(), owner.encode())
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def encrypt_stream(chunks: Iterable[bytes], key: bytes, aad: bytes) -> Iterator[bytes]:
    """Encrypt chunks of any size; `key` must be fresh, made for this one object."""
    header = _MAGIC + os.urandom(_PREFIX)
    cipher = AESGCM(key)
    yield header
    for nonce, segment in _numbered(_cut(chunks, SEGMENT), header):
        yield cipher.encrypt(nonce, segment, _bound(header, aad, nonce))


def decrypt_stream(chunks: Iterable[bytes], key: bytes, aad: bytes) -> Iterator[bytes]:
    """Decrypt chunks of any size, or stop with `VaultDamaged`.

    What came out before the end is genuine but may be cut short: believe it only when the stream has ended.
    """
    pieces = iter(chunks)
    header, rest = _taken(pieces, _HEADER)
    if len(header) != _HEADER or not header.startswith((_MAGIC, _FORMER)):
        raise VaultDamaged("not an object of this vault")
    cipher = AESGCM(key)
    for nonce, sealed in _numbered(_cut(chain((rest,), pieces), SEGMENT + _TAG), header):
        yield _opened(cipher, nonce, sealed, _bound(header, aad, nonce))


def _bound(header: bytes, aad: bytes, nonce: bytes) -> bytes:
    """The additional data of one segment: header, object, purpose, owner, its number and whether it is the last."""
    place = nonce[_PREFIX:] if header.startswith(_MAGIC) else b""
    return header + aad + place


def _opened(cipher: AESGCM, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
    if len(sealed) < _TAG:
        raise VaultDamaged("the object is cut short")
    try:
        return cipher.decrypt(nonce, sealed, aad)
    except InvalidTag as error:
        raise VaultDamaged("a segment does not open: altered, moved or cut") from error


def _numbered(segments: Iterator[bytes], header: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give each segment its nonce; one is held back, since only the end tells which is the last."""
    held, number = next(segments, b""), 0
    for segment in segments:
        yield _nonce(header, number, last=False), held
        held, number = segment, number + 1
    yield _nonce(header, number, last=True), held


def _nonce(header: bytes, number: int, *, last: bool) -> bytes:
    return header[-_PREFIX:] + number.to_bytes(4, "big") + bytes([last])


def _cut(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in pieces of `size`; only the last may be shorter."""
    kept = bytearray()
    for chunk in chunks:
        for start in range(0, len(chunk), size):  # a chunk may be a whole file: never copy it at once
            kept += chunk[start : start + size]
            if len(kept) >= size:
                yield bytes(kept[:size])
                del kept[:size]
    if kept:
        yield bytes(kept)


def _taken(chunks: Iterator[bytes], size: int) -> tuple[bytes, bytes]:
    """The first `size` bytes, and what was read beyond them."""
    kept = b""
    while len(kept) < size:
        chunk = next(chunks, None)
        if chunk is None:
            break
        kept += chunk
    return kept[:size], kept[size:]
