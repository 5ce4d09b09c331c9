"""Makes, starts and stops one private PostgreSQL server; who may do so when is decided in cluster.py."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from portal.kernel.cluster_account import (
    SOCKET,
    Account,
    ClusterUnusable,
    new_secret,
    own,
    socket_folder,
    write_private,
)
from portal.kernel.cluster_programs import Programs

OWNER = "portal_owner"
PORT = "5432"  # part of the socket's name; there is no TCP port
PATIENCE = 300.0  # seconds: after a crash PostgreSQL may have much to repair
ATTEMPTS = 20
HELD = "is still in use"  # said while the children of a killed server are leaving
LOG_LIMIT = 5_000_000
LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
BUILTIN_LOCALE_SINCE = 17
ONLY_PASSWORDS = (
    "# Nobody enters without a password, and nobody over the network.\nlocal all all scram-sha-256\n"
)
SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "shared_preload_libraries": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    # a statement, or the value it was refused for, may hold a name; the log must not
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


def listening(folder: Path) -> bool:
    """True if a server answers at the socket of this folder; a file left by a dead one does not answer."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(os.fspath(socket_folder(folder) / SOCKET))
        except OSError:
            return False
    return True


@dataclass(frozen=True, slots=True)
class Server:
    """The server of one folder; `programs` is asked only when there is something to run."""

    folder: Path
    account: Account
    programs: Callable[[Path, Account], Programs]
    fast: bool

    def bring_up(self) -> None:
        """Have a server that takes connections: the one that runs, or a new one."""
        if self._settled():
            return
        programs = self.programs(self._data, self.account)
        if not self._data.exists():
            self._create(programs)
        self._remove_leftovers()
        own(socket_folder(self.folder), self.account)
        self._prepare_log()
        self._start(programs)

    def shut_down(self) -> None:
        """Stop the server without waiting for its clients; what they have committed is kept."""
        pid = self._pid()
        if pid is None:
            return
        # as the account, so that a pid written by anybody else cannot make root stop something of root's
        self.account.run("/bin/sh", "-c", 'kill -INT "$1"', "sh", str(pid))
        if not _wait(lambda: self._pid() != pid):
            raise ClusterUnusable(
                f"The database in {self.folder} does not stop (process {pid}). {self._log_end()}"
            )
        if socket_folder(self.folder).parent != self.folder:
            with suppress(OSError):
                socket_folder(self.folder).rmdir()

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"

    def _lines(self) -> list[str]:
        """What the server says about itself in its own data folder."""
        try:
            return (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _pid(self) -> int | None:
        lines = self._lines()
        return int(lines[0]) if lines and lines[0].isdecimal() else None

    def _settled(self) -> bool:
        """True if a server is ready; one that is starting or stopping is waited for first."""
        _wait(lambda: not listening(self.folder) or self._ready())
        return listening(self.folder)

    def _ready(self) -> bool:
        lines = self._lines()
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _create(self, programs: Programs) -> None:
        """Make an empty cluster whole or not at all: it gets its name when everything is written."""
        draft = self.folder / "data.new"
        if draft.exists():
            shutil.rmtree(draft)
        own(draft, self.account)
        entrance = self.folder / "initdb.password"
        write_private(entrance, new_secret(self.folder, OWNER), self.account.uid, self.account.gid)
        try:
            done = self.account.run(
                programs.bin / "initdb", *_initdb_options(programs, draft, entrance, self.fast)
            )
        finally:
            entrance.unlink()
        if done.returncode:
            raise ClusterUnusable(
                f"No database could be made in {self.folder}. initdb says: {done.stderr.strip()}"
            )
        write_private(draft / "pg_hba.conf", ONLY_PASSWORDS, self.account.uid, self.account.gid)
        draft.rename(self._data)

    def _remove_leftovers(self) -> None:
        """Clear what a killed server left, which must not block the start.

        PostgreSQL judges by the process number alone, and after a restart of the machine another program may
        have it. A server of ours that lost its socket can serve nobody, so it is stopped.
        """
        try:
            command = Path(f"/proc/{self._pid()}/cmdline").read_bytes()
        except OSError:  # dead, or a system that does not tell: PostgreSQL's own judgement stands
            return
        if os.fsencode(self._data) in command.split(b"\0"):
            self.shut_down()
        else:
            (self._data / "postmaster.pid").unlink()
            (socket_folder(self.folder) / f"{SOCKET}.lock").unlink(missing_ok=True)

    def _prepare_log(self) -> None:
        if self._log.exists() and self._log.stat().st_size > LOG_LIMIT:
            self._log.replace(self._log.with_suffix(".log.1"))
        if not self._log.exists():
            write_private(self._log, "", self.account.uid, self.account.gid)

    def _start(self, programs: Programs) -> None:
        told = ""
        for _ in range(ATTEMPTS):
            begin = self._log.stat().st_size
            done = self.account.run(
                *(programs.bin / "pg_ctl", "start", "--silent", "--wait", "--timeout", str(int(PATIENCE))),
                *("--pgdata", self._data, "--log", self._log, "--options", self._options()),
            )
            if not done.returncode:
                return
            told = f"{done.stderr.strip()} {self._log_end(begin)}"
            if HELD not in told:
                break
            time.sleep(0.5)
        raise ClusterUnusable(f"The database in {self.folder} did not start. {told}")

    def _options(self) -> str:
        """Said at each start and not only written down, so that no edited file can open a port."""
        place = str(socket_folder(self.folder)).replace('"', '""')
        settings = SETTINGS | (FAST if self.fast else {}) | {"unix_socket_directories": f'"{place}"'}
        return " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())

    def _log_end(self, begin: int = 0) -> str:
        with self._log.open(errors="replace") as file:
            file.seek(begin)
            lines = file.read()[-4000:].splitlines()[-12:]
        return "\n".join([f"The last lines of {self._log}:", *lines])


def _initdb_options(programs: Programs, data: Path, entrance: Path, fast: bool) -> list[str | Path]:
    options: list[str | Path] = [
        *("--pgdata", data, "--username", OWNER, "--pwfile", entrance),
        *("--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--data-checksums"),
        *("--encoding=UTF8", f"--locale={LOCALE}", "--no-instructions"),
    ]
    if programs.major >= BUILTIN_LOCALE_SINCE:
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return options + (["--no-sync"] if fast else [])


def _wait(done: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
