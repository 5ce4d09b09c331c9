"""Store, read, check and erase encrypted objects; every reading checks the hash and leaves a custody entry."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.errors import NotFound, Unavailable
from portal.kernel.ids import new_id
from portal.kernel.work import Work
from portal.vault import framing, home, ledger, policy
from portal.vault.keys import KeyEncryption, WrappedKey, new_data_key
from portal.vault.models import VaultObject
from portal.vault.sandbox import Sandbox
from portal.vault.store import ObjectStore, StoreUnfit
from portal.vault.vocab import Damage, Occasion, Recipe, VaultDamaged

_NOTE = text("select portal_vault_note(:object, :what, :occasion, :at)")
_HELD = text("select portal_vault_held(:object, cast(:parent as uuid))")


@dataclass(frozen=True, slots=True)
class Vault:
    """The three parts of a vault: where objects lie, who wraps their keys, who opens untrusted files."""

    objects: ObjectStore
    keys: KeyEncryption
    sandbox: Sandbox


@dataclass(frozen=True, slots=True)
class Deposit:
    """What is said of an object when it is stored; a copy names its parent and its recipe."""

    purpose: str
    owner: str
    media_type: str
    parent_id: UUID | None = None
    recipe: Recipe | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """An object that has been stored: its id, its size in bytes and its SHA-256 (hex)."""

    id: UUID
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Placed:
    """Encrypted bytes that lie in the store and wait to be kept."""

    stored: Stored
    deposit: Deposit
    name: str
    wrapped: WrappedKey


def store(work: Work, vault: Vault, deposit: Deposit, chunks: Iterable[bytes]) -> Stored:
    """Encrypt under a key of its own and remember the hash taken on arrival."""
    home.settle_in(work)
    (stored,) = keep(work, [place(vault, deposit, chunks)])
    return stored


def place(vault: Vault, deposit: Deposit, chunks: Iterable[bytes]) -> Placed:
    """Encrypt under a key of its own and lay the bytes down, without a word to the database; any thread may do it.

    What is not kept afterwards can be opened by nobody, and is swept away.
    """
    object_id, data_key = new_id(), new_data_key()
    aad = framing.binding(object_id, deposit.purpose, deposit.owner)
    counted = _Counted(chunks)
    name = vault.objects.put(framing.encrypt_stream(counted, data_key, aad)).name
    stored = Stored(object_id, counted.size, counted.sha256)
    return Placed(stored, deposit, name, vault.keys.wrap(data_key, aad))


def keep(work: Work, placed: Sequence[Placed]) -> list[Stored]:
    """Remember what was laid down, each with the hash taken on arrival."""
    home.settle_in(work)
    work.session.add_all(_row(work, each) for each in placed)
    for each in placed:
        detail = {"purpose": each.deposit.purpose}
        audit.record(work, Event.VAULT_OBJECT_STORED, each.stored.id, detail=detail)
    return [each.stored for each in placed]


def read(work: Work, vault: Vault, object_id: UUID, reason: str, case_id: UUID | None = None) -> bytes:
    """The whole object; when it is not what was stored it is refused and an alarm raised.

    `reason` is a word of ours.
    """
    found = _present(work, object_id)
    try:
        content = _checked(vault, found)
    except VaultDamaged as error:
        damage = error.damage
        error.note = lambda alone: note_damage(alone, object_id, damage, Occasion.READING)
        raise
    audit.record(work, Event.VAULT_OBJECT_READ, object_id, case_id=case_id, detail={"reason": reason})
    return content


def verify(work: Work, vault: Vault, object_id: UUID, occasion: Occasion = Occasion.COMMAND) -> bool:
    """Check the hash without handing the content out; when it was, and any damage, is remembered."""
    found = _present(work, object_id)
    damage = _damage(vault, found)
    found.checked_at = work.now
    if damage is not None:
        note_damage(work, object_id, damage, occasion)
    return damage is None


def note_damage(work: Work, object_id: UUID, damage: Damage, occasion: Occasion) -> None:
    """Raise the alarm: an entry of the log, and a finding that a custodian has to settle."""
    work.session.execute(
        _NOTE, {"object": object_id, "what": damage.value, "occasion": occasion.value, "at": work.now}
    )
    detail = {"damage": damage.value, "occasion": occasion.value}
    audit.record(work, Event.VAULT_OBJECT_DAMAGED, object_id, detail=detail)


def erase(work: Work, vault: Vault, object_id: UUID, reason: str) -> None:
    """Erase the key, and with it the content in every copy of the store; the ledger keeps a restore from undoing it.

    What is under a legal hold is not erased, by nobody.
    """
    found = _present(work, object_id)
    is_held = bool(work.session.scalar(_HELD, {"object": object_id, "parent": found.parent_id}))
    work.require(policy.may_erase, is_held)
    found.erase(work.now, is_held)
    name = found.store_name
    work.afterwards(lambda: _gone(vault, object_id, name))
    audit.record(work, Event.VAULT_OBJECT_ERASED, object_id, detail={"reason": reason})


def _row(work: Work, placed: Placed) -> VaultObject:
    stored, deposit = placed.stored, placed.deposit
    return VaultObject(
        id=stored.id,
        store_name=placed.name,
        purpose=deposit.purpose,
        owner=deposit.owner,
        media_type=deposit.media_type,
        size=stored.size,
        sha256=stored.sha256,
        kek_id=placed.wrapped.kek_id,
        wrapped_key=placed.wrapped.blob,
        parent_id=deposit.parent_id,
        recipe=deposit.recipe.canonical() if deposit.recipe else None,
        stored_at=work.now,
        checked_at=work.now,
    )


def _gone(vault: Vault, object_id: UUID, name: str) -> None:
    """Enter the ledger and delete the bytes at once; if the store does not answer, the worker does it later."""
    with suppress(StoreUnfit, Unavailable):
        ledger.enter(vault.objects, object_id, name)
        vault.objects.delete(name)


def _present(work: Work, object_id: UUID) -> VaultObject:
    home.require(work)
    found = work.session.get(VaultObject, object_id)
    if found is None or found.wrapped_key is None:
        raise NotFound("no such object")
    return found


def _checked(vault: Vault, found: VaultObject) -> bytes:
    content = b"".join(_opened(vault, found))
    if hashlib.sha256(content).hexdigest() != found.sha256:
        raise VaultDamaged("an object's hash is not the one taken on arrival")
    return content


def _damage(vault: Vault, found: VaultObject) -> Damage | None:
    digest = hashlib.sha256()
    try:
        for chunk in _opened(vault, found):
            digest.update(chunk)
    except VaultDamaged as error:
        return error.damage
    return None if digest.hexdigest() == found.sha256 else Damage.ALTERED


def _opened(vault: Vault, found: VaultObject) -> Iterator[bytes]:
    aad = framing.binding(found.id, found.purpose, found.owner)
    data_key = vault.keys.unwrap(WrappedKey(found.kek_id, found.wrapped_key or b""), aad)
    return framing.decrypt_stream(vault.objects.get(found.store_name), data_key, aad)


class _Counted:
    """Passes chunks on while taking their size and hash: one pass over the file, constant memory."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self._digest = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._digest.update(chunk)
            self.size += len(chunk)
            yield chunk
