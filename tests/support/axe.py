"""axe-core on a page of a real browser: what a screen reader or a weak eye would stumble over."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route

SCRIPT = Path(__file__).with_name("axe.min.js")
_RUN = "() => axe.run(document, {resultTypes: ['violations']})"


def violations(page: Page) -> list[str]:
    """Each broken rule with the places where it is broken; an empty list means none."""
    page.evaluate(_script())  # by the debugger's own door: the page's policy lets no such script in
    found: dict[str, Any] = page.evaluate(_RUN)
    return [f"{each['id']}: {_places(each)}" for each in found["violations"]]


class Mirror:
    """The same page once more in a browser that runs scripts, since the examination is one; pictures stay away."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._source = ""
        page.route("**/*", self._answer)

    def of(self, page: Page) -> Page:
        """What stands on the page now, without asking the server for it again."""
        self._source = page.content()
        self._page.goto(page.url)
        return self._page

    def close(self) -> None:
        """Put it away."""
        self._page.context.close()

    def _answer(self, route: Route) -> None:
        if route.request.resource_type == "document":
            route.fulfill(body=self._source, content_type="text/html; charset=utf-8")
        elif route.request.resource_type == "image":
            route.abort()  # a picture that opens once must not be used up
        else:
            route.continue_()


def _places(violation: dict[str, Any]) -> str:
    return "; ".join(str(node["html"])[:160] for node in violation["nodes"][:3])


@cache
def _script() -> str:
    return SCRIPT.read_text(encoding="utf-8") + "; undefined"
