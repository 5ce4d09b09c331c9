"""The one place that asks numba to compile: on first use, kept on disk for the next process."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """The same function as machine code; it lets other threads run meanwhile."""
    return numba.njit(cache=True, nogil=True)(function)  # type: ignore[no-any-return]
