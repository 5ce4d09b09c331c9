"""The demo touches nothing but its own folder, and its story reaches every stage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest

from portal import config
from portal.cli.demo import case_tale, run
from portal.cli.demo.archive_tale import LEFT_OPEN, SHOWN, Size
from portal.cli.demo.cast import Cast
from portal.cli.demo.folder import ACCOUNTS, own_folder
from portal.cli.demo.sample_archive import make_sample_archive
from portal.cli.demo.story_time import BEGAN, BETWEEN_ACTS, StoryTime
from portal.cli.installation import Installation
from portal.inquiries import queries as inquiries
from portal.inquiries.vocab import InquiryState
from portal.kernel.actor import ANONYMOUS
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import Invalid
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.memorial import queries as memorial
from portal.records.archive import queries as archive
from portal.records.truth import queries as truth
from tests.support.actors import an_actor

SMALL = Size(people=10, named=8, pictures=2)
PRESENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_a_demo_knows_nothing_of_another_installation_on_the_machine() -> None:
    environ = {
        "HOME": "/home/somebody",
        "PORTAL_DATA": "/srv/demo",
        "PORTAL_DATABASE_URL": "postgresql://office@database/portal",
        "PORTAL_SECRET_KEY": "33" * 32,
        "PORTAL_SMTP_HOST": "mail.office.example",
    }
    assert run.apart(environ) == {
        "HOME": "/home/somebody",
        "PORTAL_DATA": "/srv/demo",
        "PORTAL_DEMO": "1",
    }


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("somebody's own")
    with pytest.raises(click.ClickException, match="PORTAL_DATA"), own_folder(tmp_path):
        pass
    assert [each.name for each in tmp_path.iterdir()] == ["letters.txt"]


def test_an_interrupted_beginning_is_cleared_away_and_a_finished_one_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with own_folder(folder):
        (folder / "half").mkdir()
        (folder / "half" / "told").touch()
    with own_folder(folder):
        assert not (folder / "half").exists()
        (folder / "whole").mkdir()
        (folder / ACCOUNTS).touch()
    with own_folder(folder):
        assert (folder / "whole").exists()


def test_two_demos_never_share_a_folder(tmp_path: Path) -> None:
    with own_folder(tmp_path), pytest.raises(click.ClickException, match="already"), own_folder(tmp_path):
        pass


def test_the_time_of_the_story_goes_on_and_ends_in_the_present() -> None:
    present = PRESENT
    told = StoryTime(lambda: present)
    first, second = told(), told()
    assert (first, second - first) == (present - BEGAN + BETWEEN_ACTS, BETWEEN_ACTS)
    for _ in range(2 * BEGAN // BETWEEN_ACTS):
        last = told()
    assert last == present
    assert told() - present == timedelta(0)


@pytest.mark.parametrize("order", [{"people": 9}, {"named": 3}, {"named": 13}, {"pictures": 1}])
def test_an_archive_too_small_for_its_oddities_is_refused(tmp_path: Path, order: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        make_sample_archive(tmp_path, **order)
    assert not any(tmp_path.iterdir())


def test_as_many_papers_tell_names_as_were_ordered(tmp_path: Path) -> None:
    sample = make_sample_archive(tmp_path, people=10, named=8, pictures=2)
    assert sum(person.name is not None for person in sample.people) == 8
    assert len(list(tmp_path.rglob("death-certificate-*.pdf"))) == 8


def test_the_demo_shows_every_stage_and_names_beside() -> None:
    families = SHOWN.named - LEFT_OPEN
    assert families >= len(case_tale.STAGES) + 3


@pytest.fixture
def told(settings: config.Settings, addresses: Addresses, place: Workplace) -> Cast:
    return run.populate(settings, Installation(settings, addresses, place), SMALL)


def test_every_role_has_its_people_and_every_family_an_account(told: Cast, place: Workplace) -> None:
    roles = {member.role for member in told.members}
    assert roles == {role.value for role in Role} - {"operator", "worker"}
    assert len({member.password for member in told.members}) == len(told.members)
    families = [member for member in told.members if member.role == "relative"]
    assert [member.stage for member in families] == [*case_tale.STAGES[:3], case_tale.STAGES[-1]]
    with place.open(an_actor(Role.INTAKE), DbRole.CASEWORK) as work:
        found = inquiries.waiting(work, *InquiryState)
    assert {each.reference for each in found} == {member.login for member in families}
    assert {each.state for each in found} == {
        InquiryState.SUBMITTED,
        InquiryState.VERIFYING,
        InquiryState.ACTIVE,
        InquiryState.TOLD,
    }
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        assert sorted(batch.state for batch in archive.batches(work)) == ["accepted", "staged"]
        unsettled = truth.unsettled(work).items
    assert [record.proposed_at is not None for record in unsettled] == [True, False]
    with place.open(ANONYMOUS, DbRole.PUBLIC) as work:
        assert memorial.names(work).items == (), "the only name was taken off again"
