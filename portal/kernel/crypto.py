"""Field encryption, blind indexes and fingerprints; the only kernel file that imports `cryptography`."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.kernel.errors import PortalError

_VERSION = b"\x01"
_KEY_ID = 4
_NONCE = 12
_TAG = 16
_HEAD = len(_VERSION) + _KEY_ID
_ROOT = 32


class FieldDamaged(PortalError):
    """A stored field is not what was written: altered, moved to another column, or its key is gone."""


class FieldKeysMissing(RuntimeError):
    """The process was started without its field keys; a fault of the set-up, never of a person."""


@dataclass(frozen=True, slots=True)
class FieldKeys:
    """The root keys of this process: `primary` encrypts, `former` ones still decrypt.

    Blind indexes and keyed hashes are looked up, so they stay with one root: while keys rotate,
    `index` names it, or nobody would be found any more.
    """

    primary: bytes = field(repr=False)
    former: tuple[bytes, ...] = field(default=(), repr=False)
    index: bytes | None = field(default=None, repr=False)
    _ciphers: dict[bytes, AESGCM] = field(init=False, repr=False, compare=False)
    _current: bytes = field(init=False, repr=False, compare=False)
    _index_key: bytes = field(init=False, repr=False, compare=False)
    _hash_key: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Derive a separate subkey for each use; refuse roots that are too short or unclear."""
        if self.former and self.index is None:
            raise ValueError("with former keys, say which root the blind indexes stay with")
        index = self.index or self.primary
        roots = (self.primary, *self.former)
        if any(len(root) < _ROOT for root in (*roots, index)):
            raise ValueError("a field key needs at least 32 bytes")
        ciphers = {_key_id(root): AESGCM(_derived(root, "field encryption")) for root in roots}
        object.__setattr__(self, "_ciphers", ciphers)
        object.__setattr__(self, "_current", _key_id(self.primary))
        object.__setattr__(self, "_index_key", _derived(index, "blind index"))
        object.__setattr__(self, "_hash_key", _derived(index, "keyed hash"))

    def encrypt(self, text: str, context: str) -> bytes:
        """Seal `text` for one column, the `context`; the same text never looks the same twice."""
        head = _VERSION + self._current
        nonce = os.urandom(_NONCE)
        return (
            head + nonce + self._ciphers[self._current].encrypt(nonce, text.encode(), _bound(head, context))
        )

    def decrypt(self, sealed: bytes, context: str) -> str:
        """Open what was sealed for this very column."""
        head, nonce, body = sealed[:_HEAD], sealed[_HEAD : _HEAD + _NONCE], sealed[_HEAD + _NONCE :]
        cipher = self._ciphers.get(head[1:])
        if head[:1] != _VERSION or cipher is None or len(body) < _TAG:
            raise FieldDamaged(f"{context}: not sealed with a known key")
        try:
            return cipher.decrypt(nonce, body, _bound(head, context)).decode()
        except InvalidTag as error:
            raise FieldDamaged(f"{context}: does not open") from error

    def is_current(self, sealed: bytes) -> bool:
        """True when a sealed field already stands under the primary key: rotation may skip it."""
        return sealed[:_HEAD] == _VERSION + self._current

    def blind_index(self, value: str, context: str) -> bytes:
        """What stands in the lookup column for `value`."""
        return _mac(self._index_key, value, context)

    def keyed_hash(self, value: str, context: str) -> bytes:
        """What is kept of a secret that must be recognised but never read."""
        return _mac(self._hash_key, value, context)


_ring: FieldKeys | None = None


def use_field_keys(keys: FieldKeys) -> None:
    """Give this process its field keys; once, at the start."""
    global _ring  # noqa: PLW0603  # column types have no other way to reach the keys
    _ring = keys


def field_keys() -> FieldKeys:
    """The field keys of this process."""
    if _ring is None:
        raise FieldKeysMissing("no field keys yet: call use_field_keys() when the process starts")
    return _ring


def encrypt_field(text: str, context: str) -> bytes:
    """Seal a text for one column, for example `inquiry_contact.value`."""
    return field_keys().encrypt(text, context)


def decrypt_field(sealed: bytes, context: str) -> str:
    """Open a text sealed for this column; anything else is `FieldDamaged`."""
    return field_keys().decrypt(sealed, context)


def blind_index(value: str, context: str) -> bytes:
    """32 bytes by which an encrypted value can be found again; normalise the value first."""
    return field_keys().blind_index(value, context)


def keyed_hash(value: str, context: str) -> bytes:
    """32 bytes to recognise a token or code by, useless to whoever only has the database."""
    return field_keys().keyed_hash(value, context)


def random_token() -> str:
    """A secret of 256 random bits that may stand in a URL."""
    return secrets.token_urlsafe(32)


def constant_time_equal(one: bytes | str, other: bytes | str) -> bool:
    """Compare two secrets without telling by the time taken how much agrees."""
    return hmac.compare_digest(_octets(one), _octets(other))


def fingerprint(canonical: Mapping[str, object] | str) -> str:
    """What a signature covers: one SHA-256 for one exact content, whatever the order of its parts."""
    text = canonical if isinstance(canonical, str) else canonical_json(canonical)
    return hashlib.sha256(text.encode()).hexdigest()


def canonical_json(content: Mapping[str, object]) -> str:
    """The one way to write `content` down: sorted, without spaces; ids and dates as text."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_plain
    )


def _plain(value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):  # a datetime is a date too
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _derived(root: bytes, use: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"portal kernel: {use}, 1".encode()).derive(root)


def _key_id(root: bytes) -> bytes:
    return _derived(root, "key id")[:_KEY_ID]


def _bound(head: bytes, context: str) -> bytes:
    return head + context.encode()


def _mac(key: bytes, value: str, context: str) -> bytes:
    # The length in front keeps "ab"+"c" and "a"+"bc" apart.
    name = context.encode()
    return hmac.digest(key, len(name).to_bytes(4, "big") + name + value.encode(), "sha256")


def _octets(value: bytes | str) -> bytes:
    return value.encode() if isinstance(value, str) else value
