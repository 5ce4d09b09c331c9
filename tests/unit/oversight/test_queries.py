"""What a relative reads of the log: sittings, never single clicks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.audit.chain import Entry
from portal.audit.vocab import Event
from portal.kernel.permissions import Role
from portal.oversight import queries
from portal.oversight.labels import EVENTS, ROLES

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ENTRY = Entry(
    seq=1,
    at=MORNING,
    actor_id=None,
    roles="verifier",
    event="inquiries:inquiry:read",
    subject_id=None,
    case_id=None,
    detail="{}",
    previous="",
    hash="",
)


@pytest.mark.parametrize("minutes", [0, 59])
def test_what_one_role_does_without_a_pause_is_one_sitting(minutes: int) -> None:
    later = replace(ENTRY, at=MORNING + timedelta(minutes=minutes), event="inquiries:contact:read")
    (sitting,) = queries.sittings([ENTRY, later, later])
    assert (sitting.begun_at, sitting.ended_at) == (MORNING, later.at)
    assert sitting.events == ("inquiries:inquiry:read", "inquiries:contact:read")


@pytest.mark.parametrize(
    "change",
    [{"at": MORNING + timedelta(hours=1)}, {"roles": "liaison"}],
    ids=["an hour later", "another role"],
)
def test_a_pause_or_another_role_begins_another_sitting(change: dict[str, object]) -> None:
    assert len(queries.sittings([ENTRY, replace(ENTRY, **change)])) == 2


@given(
    st.lists(
        st.tuples(
            st.integers(0, 400), st.sampled_from(["verifier", "liaison"]), st.sampled_from(list(Event))
        ),
        max_size=20,
    )
)
def test_no_reading_is_ever_left_out(drawn: list[tuple[int, str, Event]]) -> None:
    entries = [
        replace(ENTRY, at=MORNING + timedelta(minutes=minute), roles=role, event=event.value)
        for minute, role, event in sorted(drawn, key=lambda each: each[0])
    ]
    found = queries.sittings(entries)
    for entry in entries:
        assert any(
            each.begun_at <= entry.at <= each.ended_at
            and each.roles == entry.roles
            and entry.event in each.events
            for each in found
        )


def test_an_auditor_has_words_for_every_event_and_role() -> None:
    assert set(EVENTS) == set(Event)
    assert set(ROLES) == set(Role)
