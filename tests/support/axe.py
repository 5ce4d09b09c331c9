"""axe-core on a page of a real browser: what a screen reader or a weak eye would stumble over."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = Path(__file__).with_name("axe.min.js")
_RUN = "() => axe.run(document, {resultTypes: ['violations']})"


def violations(page: Page) -> list[str]:
    """Each broken rule with the places where it is broken; an empty list means none."""
    page.evaluate(_script())  # by the debugger's own door: the page's policy lets no such script in
    found: dict[str, Any] = page.evaluate(_RUN)
    return [f"{each['id']}: {_places(each)}" for each in found["violations"]]


def _places(violation: dict[str, Any]) -> str:
    return "; ".join(str(node["html"])[:160] for node in violation["nodes"][:3])


@cache
def _script() -> str:
    return SCRIPT.read_text(encoding="utf-8") + "; undefined"
