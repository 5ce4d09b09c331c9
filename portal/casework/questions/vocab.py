"""Which lines of an inquiry may be asked for again, and what became of a question."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from portal.inquiries.vocab import Sought


class Asked(StrEnum):
    """A line of an inquiry that a family may have left empty."""

    FATHER = "father"
    GRANDFATHER = "grandfather"
    FAMILY = "family"
    MOTHER = "mother"
    MOTHER_FAMILY = "mother_family"
    BIRTH_YEAR = "birth_year"
    BIRTH_PLACE = "birth_place"


class Outcome(StrEnum):
    """What became of a question: entered in the inquiry, or the family does not know."""

    ENTERED = "entered"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class Question:
    """One line that is still asked for."""

    id: UUID
    part: Asked
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """What is asked of one family, in whose language, and who may enter their answers."""

    inquiry_id: UUID
    reference: str
    language: str
    questions: tuple[Question, ...]
    may_answer: bool


@dataclass(frozen=True, slots=True)
class WaitingQuestions:
    """A file whose family is to be asked, and since when."""

    inquiry_id: UUID
    reference: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What a family said to one question; None where they do not know."""

    part: Asked
    said: str | int | None = field(repr=False)


def left_empty(sought: Sought, settled: frozenset[Asked]) -> tuple[Asked, ...]:
    """What is asked for: every empty line that the family has not been asked for before.

    It follows from the inquiry alone. No record has a part in it, so that no family can tell from a question
    whether there is one.
    """
    return tuple(part for part in Asked if getattr(sought, part.value) is None and part not in settled)
