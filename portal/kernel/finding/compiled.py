"""The one place that asks numba to compile: on first use, kept on disk for the next process where that may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """The same function as machine code; while it runs, other threads of the process run too."""
    try:
        return cast("Function", numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:
        # No folder that may be written to: each process then compiles for itself.
        return cast("Function", numba.njit(nogil=True)(function))
