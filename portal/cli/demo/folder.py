"""The demo's own folder: nobody else's data is touched, and two demos never share one."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.cli.output import fail

MARK = ".demo"
ACCOUNTS = "accounts.json"


@contextmanager
def own_folder(folder: Path) -> Iterator[Path]:
    """Hold the folder for this demo alone; what an interrupted beginning left in it is cleared away."""
    if _is_somebody_elses(folder):
        raise fail(f"{folder} holds something that is not the demo's. Name another folder with PORTAL_DATA.")
    # As root the database runs under another account, which must be able to pass through this folder.
    folder.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
    with (folder / MARK).open("a") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise fail(f"A demo is running in {folder} already.") from error
        if not (folder / ACCOUNTS).exists():
            _clear(folder)
        yield folder


def _is_somebody_elses(folder: Path) -> bool:
    if (folder / MARK).exists() or (folder / ACCOUNTS).exists():
        return False
    return folder.exists() and any(folder.iterdir())


def _clear(folder: Path) -> None:
    for each in folder.iterdir():
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        elif each.name != MARK:
            each.unlink()
