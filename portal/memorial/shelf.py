"""Where the index of names lies, shared by all processes, and what each process keeps of it in hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from portal.kernel.finding.index import Index, build, load, save
from portal.kernel.ids import new_id

Spelled = tuple[UUID, str, str | None]


class Shelf:
    """A folder of generations; without one, each process holds what it needs by itself."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._laid: tuple[UUID, Index] | None = None
        self._beside: tuple[tuple[UUID, ...], Index] | None = None

    def laid(self, generation: UUID | None) -> Index | None:
        """The index of this generation; None when it is not here: then names are taken from the database."""
        laid = self._laid
        if laid is not None and laid[0] == generation:
            return laid[1]
        if generation is None or self._folder is None or not (self._folder / str(generation)).is_dir():
            return None
        self._laid = (generation, load(self._folder / str(generation)))
        return self._laid[1]

    def beside(self, names: list[Spelled]) -> Index:
        """The names that no index holds yet, laid out in this process; anew when they are others."""
        ids = tuple(name_id for name_id, *_ in names)
        held = self._beside
        if held is None or held[0] != ids:
            held = self._beside = (ids, index_of(names))
        return held[1]

    def lay(self, index: Index) -> UUID:
        """Lay a new generation down; the one that holds now stays until the next one, older ones go."""
        if self._folder is None:
            raise RuntimeError("no folder for the index of names: call use_folder() when the process starts")
        self._folder.mkdir(parents=True, exist_ok=True)
        generation = new_id()
        unfinished = self._folder / f"{generation}.new"
        save(index, unfinished)
        unfinished.rename(self._folder / str(generation))
        return generation

    def clear(self, *holding: UUID | None) -> None:
        """Throw away every generation but these; a process that still reads one keeps what it has in hand."""
        kept = {str(generation) for generation in holding}
        for old in self._folder.iterdir() if self._folder is not None else ():
            if old.name not in kept:
                shutil.rmtree(old, ignore_errors=True)


def index_of(names: Iterable[Spelled]) -> Index:
    """The index of these names, each under its Arabic and its Latin spelling."""
    return build(
        (name_id.bytes, spelling)
        for name_id, *spellings in names
        for spelling in spellings
        if spelling is not None
    )


_shelf = Shelf()


def use_folder(folder: Path) -> None:
    """Share the index of this folder; once, when the process starts."""
    global _shelf  # noqa: PLW0603  # a search has a piece of work and a text, and no other way to the folder
    _shelf = Shelf(folder)


def shelf() -> Shelf:
    """The shelf of this process."""
    return _shelf
