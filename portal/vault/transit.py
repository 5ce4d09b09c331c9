"""Key-encryption keys that never leave an OpenBao (or Vault) server: its transit engine wraps and unwraps.

The transit key is a derived one: each object's binding goes in as context, so that a wrapped key opens for its own
object only, and the server can wrap it anew without showing it to anybody.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import local
from typing import Any
from urllib.parse import urlsplit

import hvac
from hvac.exceptions import InvalidPath, InvalidRequest, VaultError
from requests.exceptions import RequestException

from portal.vault.keys import KeyEncryption, WrappedKey, read_secret
from portal.vault.vocab import Damage, VaultDamaged, VaultKeysUnfit

_SCHEME = "transit:"
_SECONDS = 10
_HERE = {"127.0.0.1", "::1", "localhost"}


class TransitKeys:
    """Wraps data keys on a key server; keys still under a former file of keys are opened with that file."""

    def __init__(
        self, url: str, token_file: Path, ca_file: Path | None = None, former: KeyEncryption | None = None
    ) -> None:
        """Reach `https://server:8200/mount/key`; nothing is asked of the server yet."""
        parts = urlsplit(url)
        mount, _, name = parts.path.strip("/").rpartition("/")
        if parts.scheme not in {"https", "http"} or not parts.hostname or not mount or not name:
            raise VaultKeysUnfit("the key server is named as https://server:8200/transit/key")
        if parts.scheme == "http" and parts.hostname not in _HERE:
            raise VaultKeysUnfit("a key server on another machine is only spoken to by https")
        self._address = f"{parts.scheme}://{parts.netloc}"
        self._mount, self._name = mount, name
        self._token_file, self._ca_file, self._former = token_file, ca_file, former
        self._clients = local()

    @property
    def current(self) -> str:
        """The version of the transit key that wraps from now on."""
        return self._id(self._key()["latest_version"])

    def create(self) -> None:
        """Make the transit key where there is none; never a new one over an existing one."""
        with self._ordered() as transit:
            transit.create_key(self._name, derived=True, key_type="aes256-gcm96", mount_point=self._mount)
        self._key()

    def wrap(self, data_key: bytes, aad: bytes) -> WrappedKey:
        """Let the server wrap with the newest version."""
        with self._ordered() as transit:
            answer = transit.encrypt_data(
                self._name, plaintext=_text(data_key), context=_text(aad), mount_point=self._mount
            )
        return self._wrapped(answer["data"]["ciphertext"])

    def unwrap(self, wrapped: WrappedKey, aad: bytes) -> bytes:
        """Let the server open with the version that wrapped it; a key for another object does not open."""
        if not self._is_ours(wrapped):
            return self._of_former().unwrap(wrapped, aad)
        try:
            with self._asked() as transit:
                answer = transit.decrypt_data(
                    self._name,
                    ciphertext=_ciphertext(wrapped),
                    context=_text(aad),
                    mount_point=self._mount,
                )
            return b64decode(answer["data"]["plaintext"])
        except (InvalidRequest, NotBase64) as error:
            self._key()  # a server that has lost the whole key says the same, and damages no object
            raise _damaged() from error

    def rotate(self) -> None:
        """Let the server make a new version; the former ones still open what they wrapped."""
        with self._ordered() as transit:
            transit.rotate_key(self._name, mount_point=self._mount)

    def rewrap(self, wrapped: Sequence[tuple[WrappedKey, bytes]]) -> list[WrappedKey | VaultDamaged]:
        """Let the server wrap each anew; the data keys do not come here for it, unless a file of keys held them."""
        ours = [(one, aad) for one, aad in wrapped if self._is_ours(one)]
        fresh = iter(self._rewrapped(ours))
        return [next(fresh) if self._is_ours(one) else self._taken_over(one, aad) for one, aad in wrapped]

    def retire(self) -> int:
        """Let former versions open nothing any more."""
        key = self._key()
        latest, least = int(key["latest_version"]), int(key["min_decryption_version"])
        with self._ordered() as transit:
            transit.update_key_configuration(
                self._name, min_decryption_version=latest, mount_point=self._mount
            )
        return latest - least

    def _rewrapped(self, ours: Sequence[tuple[WrappedKey, bytes]]) -> list[WrappedKey | VaultDamaged]:
        if not ours:
            return []
        batch = [{"ciphertext": _ciphertext(one), "context": _text(aad)} for one, aad in ours]
        try:
            with self._asked() as transit:
                answer = transit.rewrap_data(
                    self._name, ciphertext="", batch_input=batch, mount_point=self._mount
                )
        except InvalidRequest:  # said when none of the batch opens
            self._key()
            return [_damaged() for _ in ours]
        return [self._result(each) for each in answer["data"]["batch_results"]]

    def _result(self, answer: Mapping[str, Any]) -> WrappedKey | VaultDamaged:
        return _damaged() if answer.get("error") else self._wrapped(answer["ciphertext"])

    def _taken_over(self, wrapped: WrappedKey, aad: bytes) -> WrappedKey | VaultDamaged:
        try:
            return self.wrap(self._of_former().unwrap(wrapped, aad), aad)
        except VaultDamaged as error:
            return error

    def _of_former(self) -> KeyEncryption:
        if self._former is None:
            raise VaultKeysUnfit(
                "some keys are under a file of keys: set PORTAL_VAULT_KEY_FILE until rotated"
            )
        return self._former

    def _is_ours(self, wrapped: WrappedKey) -> bool:
        return wrapped.kek_id.startswith(_SCHEME)

    def _wrapped(self, ciphertext: str) -> WrappedKey:
        return WrappedKey(self._id(ciphertext.split(":")[1].removeprefix("v")), ciphertext.encode("ascii"))

    def _id(self, version: object) -> str:
        return f"{_SCHEME}{self._mount}/{self._name}:v{version}"

    def _key(self) -> Mapping[str, Any]:
        try:
            with self._asked() as transit:
                key: Mapping[str, Any] = transit.read_key(self._name, mount_point=self._mount)["data"]
        except InvalidPath as error:
            raise VaultKeysUnfit(f"the key server has no key {self._name}. Run: portal keys new") from error
        if not key["derived"]:
            raise VaultKeysUnfit(f"the key {self._name} is not a derived one: it would open for any object")
        return key

    @contextmanager
    def _asked(self) -> Iterator[Any]:
        """The server's transit engine; whatever keeps it from answering becomes one clear error."""
        try:
            yield self._client().secrets.transit
        except (InvalidRequest, InvalidPath):
            raise
        except VaultError as error:
            said = type(error).__name__
            raise VaultKeysUnfit(f"the key server refuses: {said}. Look at its token and its seal") from error
        except RequestException as error:
            raise VaultKeysUnfit(f"the key server at {self._address} does not answer") from error

    @contextmanager
    def _ordered(self) -> Iterator[Any]:
        """The same for what does not depend on a stored object: nothing but the set-up can be wrong."""
        try:
            with self._asked() as transit:
                yield transit
        except (InvalidRequest, InvalidPath) as error:
            raise VaultKeysUnfit(f"the key server does not take the key {self._name}") from error

    def _client(self) -> hvac.Client:
        if getattr(self._clients, "client", None) is None:  # a connection is not shared between threads
            verify: bool | str = str(self._ca_file) if self._ca_file else True
            self._clients.client = hvac.Client(url=self._address, verify=verify, timeout=_SECONDS)
        self._clients.client.token = read_secret(self._token_file)  # an agent may have renewed it
        return self._clients.client


def _damaged() -> VaultDamaged:
    return VaultDamaged("a wrapped key does not open: altered, or another's", Damage.KEY)


def _ciphertext(wrapped: WrappedKey) -> str:
    return wrapped.blob.decode("ascii", "replace")


def _text(data: bytes) -> str:
    return b64encode(data).decode("ascii")
