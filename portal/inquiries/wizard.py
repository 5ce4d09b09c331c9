"""The order of the pages, which of them may be opened, and what is filed in the end; pure."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from portal.inquiries.answers import Answers, Draft, Step
from portal.inquiries.vocab import Filing, GivenConsent, Sought

ORDER = (
    Step.SAFETY,
    Step.NAME,
    Step.ORIGIN,
    Step.ARREST,
    Step.YOU,
    Step.CONTACT,
    Step.WISHES,
    Step.CHECK,
)
_NOT_FILED_YET = UUID(int=0)


def place_of(step: Step) -> int:
    """The number of a page, counted from one."""
    return ORDER.index(step) + 1


def before(step: Step) -> Step | None:
    """The page before, if there is one."""
    return None if step is ORDER[0] else ORDER[ORDER.index(step) - 1]


def first_open(draft: Draft) -> Step:
    """The first page that waits for an answer."""
    return next((step for step in ORDER if step not in draft.held), Step.CHECK)


def may_open(draft: Draft, step: Step) -> bool:
    """Let people go back as they like, and on only to the first page that waits."""
    return ORDER.index(step) <= ORDER.index(first_open(draft))


def after(draft: Draft, step: Step) -> Step:
    """The next page; whoever came back to change one answer returns to where all are shown."""
    if first_open(draft) is Step.CHECK:
        return Step.CHECK
    following = ORDER[min(ORDER.index(step) + 1, len(ORDER) - 1)]
    return following if may_open(draft, following) else first_open(draft)


def is_worrying(draft: Draft) -> bool:
    """True when somebody may see the screen, or somebody may be in danger: advice comes before the questions."""
    page = draft.pages.get(Step.SAFETY, {})
    return page.get("safe") != ("yes",) or page.get("danger") != ("no",)


def filing(answers: Answers, consents: tuple[GivenConsent, ...]) -> Filing:
    """What is sent when everything was answered."""
    arrest = asdict(answers.arrest)
    marks = arrest.pop("marks")
    return Filing(
        sought=Sought(_NOT_FILED_YET, **asdict(answers.name), **asdict(answers.origin), **arrest),
        marks=marks,
        inquirer_name=answers.asker.full_name,
        relation=answers.asker.relation,
        contact=answers.contact,
        wishes=answers.wishes,
        consents=consents,
    )
