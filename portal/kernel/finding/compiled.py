"""The one place that asks numba to compile: on first use, kept on disk for the next process where that may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """The same function as machine code; while it runs, other threads of the process run too."""
    try:
        return numba.njit(cache=True, nogil=True)(function)  # type: ignore[no-any-return]  # numba has no types
    except RuntimeError:
        # No folder that may be written to: each process then compiles for itself.
        return numba.njit(nogil=True)(function)  # type: ignore[no-any-return]  # numba has no types
