"""The private PostgreSQL that the portal starts for itself and stops when the last process leaves."""

from __future__ import annotations

import atexit
import fcntl
import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql
from sqlalchemy import URL

from portal.kernel.cluster_account import (
    POINTER,
    SCRATCH,
    Account,
    ClusterUnusable,
    new_secret,
    ourselves,
    pointed,
    secret,
    settle,
    socket_folder,
)
from portal.kernel.cluster_programs import Programs, Surroundings, choose
from portal.kernel.cluster_server import OWNER, PORT, Server, listening

__all__ = ["Cluster", "ClusterUnusable", "Surroundings"]


class Cluster:
    """One private server: reached by its socket and a password only, shared by every process of its folder.

    `with cluster:` and `ensure_running()` count as using it; `start()` and `stop()` do not.
    """

    def __init__(
        self,
        folder: Path,
        account: str | None = None,
        bin_dir: Path | None = None,
        fast: bool = False,
        around: Surroundings | None = None,
    ) -> None:
        self._wished = folder.absolute().resolve()
        self._named = account
        self._given = bin_dir
        self._fast = fast
        self._around = around or Surroundings()
        self._guard = threading.RLock()
        self._users: int | None = None
        self._depth = 0
        self._pid = 0
        self._kept_by = 0
        self._logins: dict[str, str] = {}

    @property
    def folder(self) -> Path:
        """Where the data really stand; another place than wished if the server's account could not enter."""
        return pointed(self._wished) or self._wished

    @property
    def sockets(self) -> Path:
        """The folder of the socket, which only the server's account and root may enter."""
        return socket_folder(self.folder)

    def __enter__(self) -> Self:
        with self._turn():
            self._join()
            try:
                self._server().bring_up()
            except BaseException:
                self._part()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def ensure_running(self) -> None:
        """Use the server until this process ends."""
        if self._kept_by == os.getpid():
            self.start()
            return
        self.__enter__()
        self._kept_by = os.getpid()
        atexit.register(self._leave)

    def start(self) -> None:
        """Start the server if it is not running."""
        with self._turn():
            self._server().bring_up()

    def stop(self) -> None:
        """Stop the server, whoever uses it."""
        with self._turn():
            self._stop()

    def running(self) -> bool:
        """True while the server takes connections."""
        with self._telling():
            return listening(self.folder)

    def url(self, database: str, user: str | None = None, password: str | None = None) -> str:
        """The address of a database, for its owner unless somebody else is named."""
        if user is None:
            user, password = OWNER, secret(self.folder, OWNER)
        query = {"host": str(self.sockets), "port": PORT}
        address = URL.create("postgresql+psycopg", user, password, database=database, query=query)
        return address.render_as_string(hide_password=False)

    def owner_url(self, database: str = "portal") -> str:
        """The address of a database for the one who may change its tables."""
        return self.url(database)

    def ensure_database(self, name: str) -> None:
        """Make the database unless it exists."""
        with self._turn(), self._connect() as connection:
            if not connection.execute("select from pg_database where datname = %s", [name]).rowcount:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))

    def login(self, name: str) -> tuple[str, str]:
        """A login role that by itself may do nothing, and its password, kept beside the data."""
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name) or name == OWNER:
            raise ValueError(f"{name!r} cannot be the name of a login role.")
        if name not in self._logins:
            with self._turn(), self._connect() as connection:
                password = new_secret(self.folder, name)
                self._admit(connection, name, password)
                self._logins[name] = password
        return name, self._logins[name]

    @staticmethod
    def _admit(connection: psycopg.Connection, name: str, password: str) -> None:
        """Write the role down with its verifier, so that no password ever stands in a statement."""
        known = connection.execute("select from pg_roles where rolname = %s", [name]).rowcount
        verifier = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
        connection.execute(
            sql.SQL(
                "{} role {} with login noinherit nosuperuser nocreatedb nocreaterole noreplication "
                "nobypassrls password {}"
            ).format(
                sql.SQL("alter" if known else "create"),
                sql.Identifier(name),
                sql.Literal(verifier.decode()),
            )
        )

    def _server(self) -> Server:
        base = SCRATCH if self._fast else self._around.elsewhere
        return Server(*settle(self._wished, self._named, base), self._programs, self._fast)

    def _programs(self, data: Path, account: Account) -> Programs:
        return choose(self._around, self._given, data, account)

    def _stop(self) -> None:
        if self.running():
            self._server().shut_down()

    def _connect(self) -> psycopg.Connection:
        password = secret(self.folder, OWNER)
        host = str(self.sockets)
        try:
            return psycopg.connect(
                host=host, port=PORT, user=OWNER, password=password, dbname="postgres", autocommit=True
            )
        except psycopg.OperationalError as error:
            raise ClusterUnusable(
                f"The database in {self.folder} does not let the portal in: {error}. If it is not running, "
                f"start it; if it refuses the password, bring its {OWNER}.password back from a backup."
            ) from error

    # Who uses the server

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One process at a time, and one thread of it, starts, stops or changes the server."""
        with self._guard, self._telling():
            self._wished.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = self._open_lock("turn.lock")
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield
            finally:
                fcntl.flock(descriptor, fcntl.LOCK_UN)  # a child forked meanwhile holds the file open too
                os.close(descriptor)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ClusterUnusable(
                f"The database cannot be kept in {self._wished}: {error}. See that {ourselves().name!r} "
                "may write there and that the disk has room, or set PORTAL_DATA to another folder."
            ) from error

    def _open_lock(self, name: str) -> int:
        path = self._wished / name
        owner = self._wished.stat()
        try:
            made = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            return os.open(path, os.O_RDWR | os.O_NOFOLLOW)
        if os.geteuid() == 0:  # root may visit the portal of an ordinary user, who must not be locked out
            os.fchown(made, owner.st_uid, owner.st_gid)
        return made

    def _join(self) -> None:
        if self._pid == os.getpid() and self._users is not None:
            self._depth += 1
            return
        self._users, self._depth, self._pid = self._open_lock("users.lock"), 1, os.getpid()
        fcntl.flock(self._users, fcntl.LOCK_SH)

    def _part(self) -> bool:
        """Stop using the server; True if nobody else does."""
        self._depth -= 1
        if self._depth or self._users is None:
            return False
        descriptor, self._users = self._users, None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            return True
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            os.close(descriptor)

    def _leave(self) -> None:
        if self._users is None or self._pid != os.getpid():  # a forked child has nothing to leave
            return
        with self._turn():
            if self._part():
                self._stop()
                self._discard()

    def _discard(self) -> None:
        """Throw away a throw-away server's data if they had to stand outside the folder wished."""
        moved = pointed(self._wished)
        if self._fast and moved:
            (self._wished / POINTER).unlink()
            shutil.rmtree(moved)
