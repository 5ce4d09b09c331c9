"""Several archives side by side: what is remembered of each, and the same picture in two of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from portal.kernel.actor import OPERATOR
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, NotAllowed
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.records.archive import archives, queries, service
from portal.records.archive.vocab import Import
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.factories.records import accept, sample, staged


@pytest.fixture
def two_archives(place: Workplace, vault: Vault, tmp_path: Path) -> list:
    """The same photograph given by two offices, among others that only one of them has."""
    first = sample(tmp_path)
    picture = next(path for path in sorted(first.rglob("IMG_0001.jpg")) if path.stat().st_size > 1000)
    second = tmp_path / "second"
    (second / "photos").mkdir(parents=True)
    shutil.copy(picture, second / "photos" / "a copy.jpg")
    (second / "photos" / "new.jpg").write_bytes(picture.read_bytes() + b"\n")
    return [
        staged(place, vault, first, source="First office"),
        staged(place, vault, second, source="Second office"),
    ]


def test_each_source_is_an_archive_of_its_own(place: Workplace, two_archives: list) -> None:
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        assert [each.source for each in archives.known(work)] == ["First office", "Second office"]


def test_the_same_picture_in_two_archives_is_told_and_nothing_follows(
    place: Workplace, two_archives: list
) -> None:
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        (same,) = archives.same_pictures(work)
    assert (same.source, same.other_source) == ("First office", "Second office")
    assert same.path.endswith("IMG_0001.jpg")
    assert same.other_path == "photos/a copy.jpg"
    assert same.other_batch_id == two_archives[1].batch_id


def test_an_import_that_another_counts_on_is_not_sent_back(
    place: Workplace, vault: Vault, two_archives: list
) -> None:
    first, second = (outcome.batch_id for outcome in two_archives)
    objects = len(list(vault.objects.names()))
    with place.open(OPERATOR, DbRole.CASEWORK) as work, pytest.raises(Conflict, match="counts on"):
        service.reject(work, vault, first, queries.batch(work, first).version, "why")
    assert len(list(vault.objects.names())) == objects
    for batch_id in (second, first):
        with place.open(OPERATOR, DbRole.CASEWORK) as work:
            service.reject(work, vault, batch_id, queries.batch(work, batch_id).version, "why")
    assert list(vault.objects.names()) == []


def test_what_is_said_of_an_archive_is_remembered_until_it_is_said_anew(place: Workplace) -> None:
    def say(**said: object) -> None:
        with place.open(OPERATOR, DbRole.CASEWORK) as work:
            archives.kept(work, Import("Office", said.pop("layout", "{number}/{file}"), "f", None, **said))

    say(columns={"number": "Serial"}, giver="A lawyer", mandate="Letter 7")
    say(layout="{branch}-{number}/{file}")
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        found = archives.remembered(work, "Office")
        assert archives.remembered(work, "office") is None, "another spelling is never the same in silence"
    assert found is not None
    assert (found.giver, found.mandate, found.layout) == ("A lawyer", "Letter 7", "{branch}-{number}/{file}")
    assert found.columns == {"number": "Serial"}
    say(giver="Somebody else")
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        known = archives.remembered(work, "Office")
        assert known is not None
        assert (known.giver, known.mandate) == ("Somebody else", "Letter 7")


def test_who_stages_is_the_custodian_of_a_new_archive(place: Workplace) -> None:
    custodian = an_actor(Role.CUSTODIAN)
    with place.open(custodian, DbRole.CASEWORK) as work:
        archives.kept(work, Import("Office", "{file}", "f", None))
        (found,) = archives.known(work)
    assert found.custodian_id == custodian.id


@pytest.mark.parametrize("role", [Role.TRANSCRIBER, Role.ANALYST, Role.INTAKE, Role.ADMINISTRATOR])
def test_others_neither_read_nor_describe_archives(place: Workplace, role: Role) -> None:
    for act in (
        archives.known,
        archives.same_pictures,
        lambda work: archives.kept(work, Import("Office", "{file}", "f", None)),
    ):
        with pytest.raises(NotAllowed), place.open(an_actor(role), DbRole.CASEWORK) as work:
            act(work)


def test_an_accepted_import_stays_in_its_archive(place: Workplace, two_archives: list) -> None:
    accept(place, two_archives[0].batch_id)
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        assert len(archives.same_pictures(work)) == 1
