"""What is written down of one file: its fate, and what folder and list say, side by side when they disagree."""

from __future__ import annotations

import json
from uuid import UUID

from portal.kernel.ids import new_id
from portal.records.archive.examination import place_of
from portal.records.archive.models import ImportFile
from portal.records.archive.survey import Description, Statement
from portal.records.archive.taking import Taken


def row_of(batch_id: UUID, taken: Taken) -> ImportFile:
    """What became of a file, with what folder and list say of it; names are sealed by the table."""
    examined = taken.examined
    told, said = examined.told, examined.description
    return ImportFile(
        id=new_id(),
        batch_id=batch_id,
        position=taken.position,
        place=place_of(examined.found.path),
        path=told.path,
        fate=told.fate,
        is_counted=told.is_counted,
        reason=told.reason,
        original_path=told.original,
        kind=said.kind if said else None,
        number=said.number if said else None,
        branch=said.branch if said else None,
        dated=said.date if said else None,
        photographer=said.photographer if said else None,
        note=said.note or None if said else None,
        witnesses=_witnesses(said) if said else None,
        oddities=[oddity.value for oddity in told.oddities],
        sha256=examined.sha256,
        object_id=taken.placed.stored.id if taken.placed else None,
    )


def _witnesses(said: Description) -> str | None:
    """Both statements side by side, when folder and list do not say the same."""
    silent = Statement()
    if said.stated_by_folder == said.stated_by_manifest or silent in {
        said.stated_by_folder,
        said.stated_by_manifest,
    }:
        return None
    both = {"folder": said.stated_by_folder, "list": said.stated_by_manifest}
    return json.dumps({name: _spelled(one) for name, one in both.items()}, ensure_ascii=False)


def _spelled(said: Statement) -> dict[str, str | None]:
    return {
        "number": said.number,
        "branch": said.branch,
        "date": said.date.isoformat() if said.date else None,
        "photographer": said.photographer,
        "kind": said.kind.value if said.kind else None,
    }
