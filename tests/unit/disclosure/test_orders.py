"""Whatever people do, in whatever order: nothing is shown before a person told it, nothing that was stopped."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from portal.disclosure.packages import queries as package_queries
from portal.disclosure.packages import service as packages
from portal.disclosure.telling import queries
from portal.disclosure.telling import service as telling
from portal.disclosure.vocab import PackageState
from portal.inquiries.vocab import Layer
from portal.kernel.db import DbRole
from portal.kernel.errors import PortalError
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.notifications.vocab import Rhythm
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.factories import disclosure as made
from tests.support.factories.disclosure import ARRANGED, TOLD, Case

_WISHES = (
    frozenset(),
    frozenset({Layer.DATE_PLACE}),
    frozenset({Layer.PHOTOGRAPHS_EXIST, Layer.DESCRIPTION}),
)
_TABLES = ("disclosure", "disclosure_item", "release", "vault_object")


class _Story:
    """One case, what people try, and what a careful reader remembers of it."""

    def __init__(self, place: Workplace, vault: Vault, case: Case) -> None:
        self.place, self.vault, self.case = place, vault, case
        self.told = self.stopped = False
        self.asked: set[Layer] = set()

    def acts(self) -> dict[str, Callable[[], None]]:
        return {
            "prepare": self._prepare,
            "write": lambda: made.write(self.place, self.case, made.WORDS),
            "write less": lambda: made.write(self.place, self.case, made.WORDS[:1]),
            "choose a face": lambda: made.choose_face(self.place, self.vault, self.case),
            "seal": lambda: made.seal(self.place, self.case),
            "approve": lambda: made.approve(self.place, self.case),
            "approve oneself": lambda: made.approve(self.place, self.case, by=self.case.liaison.actor),
            "announce": self._announce,
            "arrange": lambda: made.log(self.place, self.case, ARRANGED),
            "tell": lambda: self._tell(_WISHES[0]),
            "tell a little": lambda: self._tell(_WISHES[1]),
            "tell in words": lambda: self._tell(_WISHES[2]),
            "freeze": self._freeze,
            **{f"ask for {layer}": lambda layer=layer: self._ask(layer) for layer in Layer},
            "open": self._open,
        }

    def check(self) -> None:
        """What the relative is shown now follows from what was done, by query and by the bare tables."""
        with self.place.open(self.case.relative, DbRole.FAMILY) as work:
            own = queries.own(work)
            assert (own is not None) is (self.told and not self.stopped)
            if own is None:
                for table in _TABLES:
                    assert work.session.scalar(text(f"select count(*) from {table}")) == 0
                return
            released = {each.layer for each in own.layers if each.is_released}
            assert released <= self.asked | {Layer.FACT}
            assert {item.layer for each in own.layers for item in each.items} <= released
            assert set(work.session.scalars(text("select layer from disclosure_item"))) <= released

    def _prepare(self) -> None:
        with self.place.open(self.case.liaison.actor, DbRole.CASEWORK) as work:
            packages.prepare(work, self.case.inquiry_id)

    def _announce(self) -> None:
        seen = made.package(self.place, self.case)
        with self.place.open(self.case.liaison.actor, DbRole.CASEWORK) as work:
            packages.announce(work, Rhythm(immediate=True), seen.id, seen.version)

    def _tell(self, wished: frozenset[Layer]) -> None:
        made.log(self.place, self.case, TOLD, wished)
        assert made.package(self.place, self.case).signed_by is not None
        self.told = True
        self.asked |= wished

    def _freeze(self) -> None:
        made.freeze(self.place, self.case)
        self.stopped = True

    def _ask(self, layer: Layer) -> None:
        with self.place.open(self.case.relative, DbRole.FAMILY) as work:
            telling.ask_for(work, layer)
        self.asked.add(layer)

    def _open(self) -> None:
        with self.place.open(self.case.relative, DbRole.FAMILY) as work:
            opening = telling.begin_opening(work)
            telling.understand(work, opening)
            telling.be_ready(work, opening)
            telling.open_photograph(work, self.vault, opening)
        assert Layer.FACE in self.asked


def _is_there(place: Workplace, case: Case) -> bool:
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        return package_queries.package_of(work, case.inquiry_id) is not None


@pytest.mark.asvs("2.3.1")
@pytest.mark.promise("P1")
@pytest.mark.promise("P2")
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_order_of_acts_shows_anything_before_the_telling(
    place: Workplace, vault: Vault, data: st.DataObject
) -> None:
    story = _Story(place, vault, made.a_confirmed_match(place, vault))
    acts = story.acts()
    likely = ["prepare", "write", "choose a face", "seal", "approve", "announce", "tell in words"]
    begun = data.draw(st.integers(0, len(likely)), label="how far it went well")
    rest = data.draw(st.lists(st.sampled_from(sorted(acts)), max_size=12), label="and then")
    for name in likely[:begun] + rest:
        if name != "prepare" and not _is_there(place, story.case):
            continue
        with suppress(PortalError):
            acts[name]()
        story.check()
    if _is_there(place, story.case) and story.stopped:
        assert made.package(place, story.case).state is PackageState.FROZEN
