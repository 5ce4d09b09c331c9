"""Ask that an import or a record be kept whatever happens, and open what is known of one stored object."""

from __future__ import annotations

import json
from uuid import UUID

from portal.accounts import queries as accounts
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.work import Work
from portal.records.custody import queries
from portal.records.custody.vocab import Copy, CustodyFile, Entry, Subject
from portal.vault.custody import queries as vault_queries
from portal.vault.custody import service as custody
from portal.vault.custody.vocab import HistoryLine
from portal.vault.vocab import Occasion


def hold_batch(work: Work, batch_id: UUID, reason: str) -> UUID:
    """Ask for a hold on everything one import brought."""
    return _hold(work, queries.batch_subject(work, batch_id), reason)


def hold_record(work: Work, record_id: UUID, reason: str) -> UUID:
    """Ask for a hold on everything of one record."""
    return _hold(work, queries.record_subject(work, record_id), reason)


def open_custody(work: Work, object_id: UUID) -> CustodyFile:
    """Open the custody of one object: where it came from, who read it and why, its copies; this is remembered."""
    facts = vault_queries.object_facts(work, object_id)
    lines = vault_queries.history(work, object_id)
    names = accounts.display_names(work, {line.actor_id for line in lines})
    audit.record(work, Event.VAULT_CUSTODY_READ, object_id)
    return CustodyFile(
        id=object_id,
        path=queries.paths_of(work, [object_id]).get(object_id),
        source=queries.source_of(work, object_id),
        media_type=facts.media_type,
        size=facts.size,
        sha256=facts.sha256,
        stored_at=facts.stored_at,
        checked_at=facts.checked_at,
        is_erased=facts.is_erased,
        parent_id=facts.parent_id,
        recipe=facts.recipe,
        copies=tuple(
            Copy(each.id, each.purpose, each.recipe or "", each.stored_at, each.is_erased)
            for each in vault_queries.copies_of(work, object_id)
        ),
        history=tuple(_entry(line, names) for line in lines),
    )


def _hold(work: Work, subject: Subject, reason: str) -> UUID:
    objects = queries.objects_of(work, subject)
    return custody.ask_hold(work, subject.scope, subject.about, objects, reason)


def _entry(line: HistoryLine, names: dict[UUID, str]) -> Entry:
    said = json.loads(line.detail)
    occasion = said.get("occasion")
    return Entry(
        at=line.at,
        who=names.get(line.actor_id) if line.actor_id else None,
        roles=line.roles,
        event=line.event,
        reason=said.get("reason"),
        occasion=Occasion(occasion) if occasion else None,
    )
