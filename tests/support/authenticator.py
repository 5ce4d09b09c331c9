"""A passkey device made of software: it keeps private keys and answers as a browser would hand it over."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN = "http://localhost"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


@dataclass(slots=True)
class Credential:
    """One passkey on the device."""

    key: Key
    rp_id: str
    handle: str
    id: bytes = field(default_factory=lambda: os.urandom(32))
    count: int = 1


@dataclass(slots=True)
class Authenticator:
    """A device whose owner has just looked at it; `flags` say what it saw."""

    origin: str = ORIGIN
    kind: str = "ES256"
    flags: int = PRESENT | VERIFIED
    counts: bool = True
    held: list[Credential] = field(default_factory=list)

    def create(self, options: str, **changed: Any) -> str:
        """Make a passkey; `changed` overrides what a good device would say."""
        asked = json.loads(options)
        credential = Credential(
            _private_key(self.kind), changed.get("rp_id", asked["rp"]["id"]), asked["user"]["id"]
        )
        credential.count = 1 if self.counts else 0
        self.held.append(credential)
        attested = bytes(16) + len(credential.id).to_bytes(2, "big") + credential.id
        data = self._data(credential, ATTESTED) + attested + cbor2.dumps(_public(credential.key))
        made = {"fmt": "none", "attStmt": {}, "authData": data}
        client = self._client("webauthn.create", changed.get("challenge", asked["challenge"]))
        return _answer(credential, clientDataJSON=client, attestationObject=cbor2.dumps(made))

    def get(self, options: str, **changed: Any) -> str:
        """Sign with the newest passkey of this name; `changed` overrides what a good device would say."""
        asked = json.loads(options)
        credential = changed.get("credential", self.held[-1])
        if self.counts:
            credential.count = changed.get("count", credential.count + 1)
        client = self._client("webauthn.get", changed.get("challenge", asked["challenge"]))
        data = self._data(credential)
        signed = _signed(changed.get("key", credential.key), data + sha256(client).digest())
        return _answer(
            credential,
            clientDataJSON=client,
            authenticatorData=data,
            signature=signed,
            userHandle=urlsafe_b64decode(changed.get("handle", credential.handle) + "=="),
        )

    def _data(self, credential: Credential, more: int = 0) -> bytes:
        flags = (self.flags | more).to_bytes(1, "big")
        return sha256(credential.rp_id.encode()).digest() + flags + credential.count.to_bytes(4, "big")

    def _client(self, act: str, challenge: str) -> bytes:
        return json.dumps({"type": act, "challenge": challenge, "origin": self.origin}).encode()


def _private_key(kind: str) -> Key:
    match kind:
        case "EdDSA":
            return ed25519.Ed25519PrivateKey.generate()
        case "RS256":
            return rsa.generate_private_key(65537, 2048)
        case "ES384":
            return ec.generate_private_key(ec.SECP384R1())
        case _:
            return ec.generate_private_key(ec.SECP256R1())


def _public(key: Key) -> dict[int, object]:
    """The public half as COSE writes it."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return {1: 1, 3: -8, -1: 6, -2: key.public_key().public_bytes_raw()}
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.public_key().public_numbers()
        return {1: 3, 3: -257, -1: numbers.n.to_bytes(256, "big"), -2: numbers.e.to_bytes(3, "big")}
    point = key.public_key().public_numbers()
    size = key.key_size // 8
    return {
        1: 2,
        3: -7 if size == 32 else -35,
        -1: 1 if size == 32 else 2,
        -2: point.x.to_bytes(size, "big"),
        -3: point.y.to_bytes(size, "big"),
    }


def _signed(key: Key, data: bytes) -> bytes:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(data)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), SHA256())
    return key.sign(data, ec.ECDSA(SHA256()))


def _answer(credential: Credential, **response: bytes) -> str:
    said = {name: _letters(value) for name, value in response.items()}
    own = _letters(credential.id)
    return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": said})


def _letters(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode().rstrip("=")
