"""The unprivileged account of the private PostgreSQL, and the folders that account can live in."""

from __future__ import annotations

import hashlib
import os
import pwd
import secrets
import stat
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

POINTER = "elsewhere.path"
SCRATCH = Path("/tmp")  # noqa: S108 - a name somebody took before us is refused
SOCKET = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 103  # Linux takes 107 bytes, other systems as few as this

log = structlog.get_logger()


class ClusterUnusable(RuntimeError):
    """The private PostgreSQL cannot run here; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server: ourselves, or, as PostgreSQL refuses root, another account."""

    name: str
    uid: int
    gid: int
    other: bool

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, without our environment, which may hold secrets."""
        return subprocess.run(  # noqa: S603 - our own commands, never a visitor's words
            [str(part) for part in command],
            user=self.uid if self.other else None,
            group=self.gid if self.other else None,
            extra_groups=[] if self.other else None,
            env={"LC_ALL": "C", "PATH": os.defpath},
            cwd="/",
            umask=0o077,
            check=False,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )

    def reaches(self, folder: Path) -> bool:
        """Let the system itself say whether this account may enter the folder."""
        return self.run("/bin/sh", "-c", 'cd "$1"', "sh", folder).returncode == 0


def ourselves() -> Account:
    """The account of this process."""
    uid = os.geteuid()
    try:
        return Account(pwd.getpwuid(uid).pw_name, uid, os.getegid(), other=False)
    except KeyError:  # a container may run us under a number without a name
        return Account(str(uid), uid, os.getegid(), other=False)


def account_for(named: str | None, data: Path) -> Account:
    """Ourselves; for root the account named, else the one that owns the data, else a powerless one."""
    us = ourselves()
    if us.uid != 0:
        if named not in {None, us.name}:
            raise ClusterUnusable(f"Only root can run the database as {named!r}; unset PORTAL_PG_ACCOUNT.")
        return us
    owner = data.stat().st_uid if data.exists() else 0
    entry = _entry(named) if named else _owner_or_powerless(owner)
    if entry.pw_uid == 0:
        raise ClusterUnusable("PostgreSQL refuses to run as root; set PORTAL_PG_ACCOUNT to another account.")
    if owner not in {0, entry.pw_uid}:
        raise ClusterUnusable(
            f"{data} belongs to another account than {entry.pw_name!r}: unset PORTAL_PG_ACCOUNT, or hand the "
            f"data over while the database is stopped (chown -R {entry.pw_name} {data})."
        )
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, other=True)


def pointed(wished: Path) -> Path | None:
    """Where the data stand, when they could not stand in the wished folder."""
    try:
        return Path((wished / POINTER).read_text().strip())
    except FileNotFoundError:
        return None


def settle(wished: Path, named: str | None, base: Path) -> tuple[Path, Account]:
    """The folder in which the data stand, or from now on will stand, and the account that keeps them."""
    moved = pointed(wished)
    folder = moved or wished
    if moved and (moved.parent != base or moved.is_symlink() or not moved.is_dir()):
        raise ClusterUnusable(
            f"The database of {wished} stood in {moved}, which is gone. Bring it back, or, to begin with an "
            f"empty database, remove {wished / POINTER}."
        )
    account = account_for(named, folder / "data")
    _tighten(folder, account)
    if not account.other or account.reaches(folder):
        return folder, account
    if moved or (folder / "data").exists():
        raise ClusterUnusable(
            f"The account {account.name!r}, which runs the database for root, cannot enter {folder}. Let it "
            "pass through the folders above (chmod o+x), or move the data to where it can."
        )
    return _elsewhere(wished, base, account), account


def socket_folder(folder: Path) -> Path:
    """Where the socket is: in the folder, or in a short place when its path would be too long."""
    inside = folder / "socket"
    if len(os.fsencode(inside / SOCKET)) <= SOCKET_PATH_LIMIT:
        return inside
    run = Path("/run")  # unlike /tmp, nobody but root can take a name there before us
    return (run if os.geteuid() == 0 and run.is_dir() else SCRATCH) / f"portal-{digest(folder)}"


def own(place: Path, account: Account) -> Path:
    """A folder that only this account may enter; one that somebody else put there is refused."""
    with suppress(FileExistsError):
        place.mkdir(mode=0o700)
    seen = place.lstat()
    if account.other and seen.st_uid == 0:
        os.chown(place, account.uid, account.gid, follow_symlinks=False)
        seen = place.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != account.uid or seen.st_mode & 0o077:
        raise ClusterUnusable(
            f"{place} must be a folder that only {account.name!r} may enter, and it is not. "
            "Somebody else made it: find out who, remove it, and start again."
        )
    return place


def write_private(path: Path, content: str, uid: int, gid: int) -> None:
    """Write a file only this owner may read, whole or not at all, and never through a link."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w") as file:
        if os.geteuid() == 0:
            os.fchown(file.fileno(), uid, gid)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def secret(folder: Path, name: str) -> str:
    """The password of this database role; only the folder's owner can read it."""
    path = folder / f"{name}.password"
    if not path.exists():
        raise ClusterUnusable(f"{path} is missing. Start the database first, or bring it back from a backup.")
    if path.stat().st_mode & 0o077:
        raise ClusterUnusable(f"{path} can be read by others. Run: chmod 600 {path}")
    return path.read_text().strip()


def new_secret(folder: Path, name: str) -> str:
    """The password of this database role, made if there is none yet."""
    path = folder / f"{name}.password"
    if not path.exists():
        owner = folder.stat()
        write_private(path, secrets.token_urlsafe(32), owner.st_uid, owner.st_gid)
    return secret(folder, name)


def open_base(base: Path) -> Path:
    """The place where root puts what the account must reach; made if missing, never opened further."""
    if not base.exists():
        base.mkdir(parents=True)
        base.chmod(0o755)
    seen = base.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != 0 or seen.st_mode & 0o022:
        raise ClusterUnusable(f"{base} must be a folder of root that nobody else can write to.")
    return base


def digest(path: Path) -> str:
    """A short name for a long path, the same for every process."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _entry(name: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        raise ClusterUnusable(
            f"There is no account {name!r} on this machine. Set PORTAL_PG_ACCOUNT to one that exists."
        ) from None


def _owner_or_powerless(owner: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(owner) if owner else pwd.getpwnam("postgres")
    except KeyError:
        return _entry("nobody")


def _tighten(folder: Path, account: Account) -> None:
    """Root's folder is passed through by the account and read by nobody; a user's folder is theirs alone."""
    seen = folder.stat()
    us = os.geteuid()
    if us == 0 and seen.st_uid == 0:
        os.chown(folder, -1, account.gid)
        folder.chmod(0o710)
    elif us == seen.st_uid:
        folder.chmod(0o700)
    elif us != 0:
        raise ClusterUnusable(f"{folder} belongs to another account; start the portal as that account.")


def _elsewhere(wished: Path, base: Path, account: Account) -> Path:
    folder = (
        base if base == SCRATCH else open_base(base)
    ) / f"portal-{digest(wished)}-{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    _tighten(folder, account)
    if not account.reaches(folder):
        raise ClusterUnusable(
            f"The account {account.name!r} can enter neither {wished} nor {base}. Let it pass through the "
            f"folders above one of them (chmod o+x), or set PORTAL_DATA to a place it can reach."
        )
    write_private(wished / POINTER, f"{folder}\n", 0, 0)
    log.warning("database_stands_elsewhere", wished=str(wished), folder=str(folder), account=account.name)
    return folder
