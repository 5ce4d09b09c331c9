"""A page of a long list, without counting what the reader may not see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items, the page's number (from 1) and whether more follow."""

    items: tuple[Item, ...]
    number: int
    has_more: bool

    @property
    def previous(self) -> int | None:
        """The number of the page before, if there is one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """The number of the page after, if there is one."""
        return self.number + 1 if self.has_more else None


def page_of(rows: Sequence[Item], number: int, size: int = PAGE_SIZE) -> Page[Item]:
    """Make a page of at most `size` rows out of a query that asked for `size + 1` of them."""
    return Page(tuple(rows[:size]), number, len(rows) > size)
