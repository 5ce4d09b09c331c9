"""How far the reading of a paper has come, and what one reader has read, part by part."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from portal.records.vocab import FileKind, Part


class ReadingState(StrEnum):
    """Two people read each paper apart from each other; where they differ a third decides."""

    AGREED = "agreed"
    DISPUTED = "disputed"
    READ_ONCE = "read_once"
    SETTLED = "settled"


class Mark(StrEnum):
    """Why a part of a paper has no words: it is not there, or nobody can read it."""

    ABSENT = "absent"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one reader found in one place: words as they are written, or why there are none."""

    text: str | None = None
    mark: Mark | None = None


ABSENT = Answer(mark=Mark.ABSENT)
UNREADABLE = Answer(mark=Mark.UNREADABLE)


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole paper as one person read it; each part is answered."""

    answers: Mapping[Part, Answer]

    def __getitem__(self, part: Part) -> Answer:
        """The answer for one part; what was not answered was not there."""
        return self.answers.get(part, ABSENT)

    @property
    def quoted(self) -> dict[Part, str]:
        """The parts that have words."""
        return {part: self[part].text or "" for part in Part if self[part].text}

    def canonical(self) -> str:
        """The reading in its one written form, as it is kept."""
        kept = {part.value: _kept(self[part]) for part in Part}
        return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_canonical(cls, text: str) -> Reading:
        """Read back what was kept."""
        return cls({Part(part): _answer(kept) for part, kept in json.loads(text).items()})


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper on a transcriber's desk: nothing of what others read, list or suppose about it."""

    item_id: UUID
    kind: FileKind
    media_type: str
    pages: int


@dataclass(frozen=True, slots=True)
class Dispute:
    """A paper with two readings that differ; nobody learns here who wrote which."""

    paper: Paper
    one: Reading
    other: Reading
    differing: tuple[Part, ...]


def unreadable() -> Reading:
    """A paper of which nothing can be read."""
    return Reading(dict.fromkeys(Part, UNREADABLE))


def _kept(answer: Answer) -> dict[str, str]:
    return {"text": answer.text} if answer.text else {"mark": (answer.mark or Mark.ABSENT).value}


def _answer(kept: dict[str, str]) -> Answer:
    return Answer(text=kept["text"]) if "text" in kept else Answer(mark=Mark(kept["mark"]))
