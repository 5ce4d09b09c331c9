"""Bring a folder in: survey it, examine file by file, stage it in pieces that survive an interruption."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from uuid import UUID

from portal.kernel.actor import OPERATOR, Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import Invalid, worded
from portal.kernel.work import Work, Workplace
from portal.records.archive import queries, service
from portal.records.archive.examination import Known, Surveyed, examine, place_of
from portal.records.archive.layout import Layout
from portal.records.archive.manifest import read_manifest
from portal.records.archive.survey import MANIFEST_NAME, Found, overlook, walk
from portal.records.archive.taking import Taking
from portal.records.archive.vocab import Import, Outcome, Told
from portal.records.values import shown
from portal.records.vocab import Fate
from portal.vault.sandbox import Sandbox
from portal.vault.service import Vault

FILES_AT_ONCE = 200
_CHUNK = 1 << 20
Progress = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """An import that has been understood and can be carried out."""

    order: Import
    surveyed: Surveyed

    def saying(self, giver: str | None, mandate: str | None) -> Plan:
        """The same plan, with what is said about the archive itself."""
        return replace(self, order=replace(self.order, giver=giver, mandate=mandate))

    @property
    def entries(self) -> int:
        """How many things lie in the folder and will be gone through."""
        return self.surveyed.overview.files


def plan(
    root: Path,
    layout: str,
    manifest: Path | None = None,
    source: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> Plan:
    """Understand layout and list and walk the folder; a list of the usual name in it is taken by itself."""
    read = Layout.parse(layout)
    if not root.is_dir():
        raise Invalid(worded("%(folder)s is not a folder."), folder=str(root))
    usual = root / MANIFEST_NAME
    listed = manifest or (usual if usual.is_file() else None)
    entries = read_manifest(listed, columns) if listed else None
    folder = usual_source(root)
    return Plan(
        Import(
            source or folder,
            layout,
            folder,
            _hash_of(listed, columns or {}) if listed else None,
            columns or {},
        ),
        Surveyed(root, listed, read, entries, overlook(walk(root, listed), read, entries)),
    )


def usual_source(root: Path) -> str:
    """What an archive is called when nobody says whose it is: its folder."""
    return shown(root.resolve().name)


def dry_run(place: Workplace, sandbox: Sandbox, planned: Plan, progress: Progress) -> Outcome:
    """Say what an import would do; nothing is written."""
    told: list[Told] = []
    within: dict[str, str] = {}
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        for _, found in _numbered(planned):
            examined = examine(found, planned.surveyed, sandbox, _known(work, within))
            told.append(examined.told)
            if examined.fate is Fate.STORED:
                within[examined.sha256 or ""] = found.shown
            progress()
    return _outcome(planned, [*told, *_missing(planned)])


def stage_folder(
    place: Workplace, vault: Vault, planned: Plan, progress: Progress, actor: Actor = OPERATOR
) -> Outcome:
    """Stage all that is new; after an interruption a second run goes on where the first one ended."""
    with place.open(actor, DbRole.CASEWORK) as watch:
        service.be_alone(watch)  # held until the end: two imports at once would miss each other's files
        with place.open(actor, DbRole.CASEWORK) as work:
            batch_id = service.begin(work, vault, planned.order)
            done = queries.places(work, batch_id)
        with Taking(vault, planned.surveyed) as taking:
            for piece in _pieces(_numbered(planned)):
                with place.open(actor, DbRole.CASEWORK) as work:
                    left = [each for each in piece if place_of(each[1].path) not in done]
                    _told_of(len(piece) - len(left), progress)
                    for group in taking.in_groups(left, partial(queries.paths_of_contents, work)):
                        service.take_in(work, batch_id, group)
                        _told_of(len(group), progress)
        with place.open(actor, DbRole.CASEWORK) as work:
            service.miss(work, batch_id, [entry.path for entry in planned.surveyed.overview.missing])
            told = queries.fates(work, batch_id)
            kept = service.finish(work, batch_id, planned.surveyed.overview.numbers)
    return _outcome(planned, told, batch_id if kept else None)


def _pieces(found: Iterator[tuple[int, Found]]) -> Iterator[list[tuple[int, Found]]]:
    while piece := list(islice(found, FILES_AT_ONCE)):
        yield piece


def _numbered(planned: Plan) -> Iterator[tuple[int, Found]]:
    return enumerate(walk(planned.surveyed.root, planned.surveyed.listed), 1)


def _told_of(files: int, progress: Progress) -> None:
    for _ in range(files):
        progress()


def _known(work: Work, within: dict[str, str]) -> Known:
    return lambda sha256: within.get(sha256) or queries.paths_of_contents(work, [sha256]).get(sha256)


def _missing(planned: Plan) -> list[Told]:
    return [Told(shown(entry.path), Fate.MISSING) for entry in planned.surveyed.overview.missing]


def _outcome(planned: Plan, told: list[Told], batch_id: UUID | None = None) -> Outcome:
    return Outcome(batch_id, planned.surveyed.overview.numbers, tuple(told))


def _hash_of(path: Path, columns: Mapping[str, str]) -> str:
    """One hash for a list read one way: read otherwise it is another list, and no half import goes on with it."""
    digest = hashlib.sha256(json.dumps(dict(columns), sort_keys=True).encode() if columns else b"")
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
