"""The package itself: a BagIt bag, signed, in one file that only the recipient's private key opens (age)."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from portal.disclosure.handover.vocab import NotAKey
from portal.kernel.crypto import keyed_hash

SIGNATURE = "signature-ed25519.txt"
# What is not yet closed lies in memory only, never on a disk.
_MEMORY = Path("/dev/shm")  # noqa: S108  # a private folder inside it, gone at the end


@dataclass(frozen=True, slots=True)
class Piece:
    """One original with the extract of its custody."""

    name: str
    content: bytes = field(repr=False)
    custody: str = field(repr=False)


def checked_key(public_key: str) -> str:
    """The recipient's public key, if it is one."""
    try:
        return str(pyrage.x25519.Recipient.from_str(public_key.strip()))
    except pyrage.RecipientError as error:
        raise NotAKey("a public key of age begins with age1") from error


def closed_package(identifier: str, pieces: Iterable[Piece], public_key: str) -> bytes:
    """Bag the pieces, sign the list of lists, and close it all to the recipient."""
    folder = _MEMORY if _MEMORY.is_dir() else None
    with TemporaryDirectory(dir=folder) as made:
        bag = Path(made) / "bag"
        _fill(bag, pieces)
        _make_bag(bag, identifier)
        (bag / SIGNATURE).write_text(_signature((bag / "tagmanifest-sha256.txt").read_bytes()))
        packed = _as_tar(bag, identifier)
    recipient = pyrage.x25519.Recipient.from_str(public_key)
    return bytes(pyrage.encrypt(packed, [recipient]))


def public_signing_key() -> str:
    """The key by which a recipient checks the signature; tell it to them by another way than the package."""
    return _signing_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def _fill(bag: Path, pieces: Iterable[Piece]) -> None:
    (bag / "objects").mkdir(parents=True)
    (bag / "custody").mkdir()
    for piece in pieces:
        (bag / "objects" / piece.name).write_bytes(piece.content)
        (bag / "custody" / f"{Path(piece.name).stem}.json").write_text(piece.custody)


def _make_bag(bag: Path, identifier: str) -> None:
    # The library changes the working folder of its whole process, so it gets a process of its own.
    command = (sys.executable, "-I", "-m", "bagit", "--quiet", "--sha256")
    subprocess.run([*command, "--external-identifier", identifier, str(bag)], check=True)  # noqa: S603  # our own interpreter, an id of ours


def _signature(signed: bytes) -> str:
    return f"{public_signing_key()}\n{_signing_key().sign(signed).hex()}\n"


def _signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keyed_hash("signature", "handover.package"))


def _as_tar(bag: Path, identifier: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as packed:
        packed.add(bag, arcname=identifier)
    return buffer.getvalue()
