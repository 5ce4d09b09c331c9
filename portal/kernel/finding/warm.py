"""The machine code of the search, made or fetched before somebody waits for an answer."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from portal.kernel.finding.finder import search
from portal.kernel.finding.index import build, load, save

_NAMES = ("سلمى الحداد", "Salma Haddad")


def make_ready() -> None:
    """Search once in each script, in an index at hand and in one on the disk: both are compiled for themselves.

    Takes about ten seconds after an installation or a change of the code, less than one afterwards.
    """
    with TemporaryDirectory() as folder:
        at_hand = build((bytes([number] * 16), name) for number, name in enumerate(_NAMES))
        save(at_hand, Path(folder) / "laid")
        for index in (at_hand, load(Path(folder) / "laid")):
            for typed in _NAMES:
                search(index, typed)
