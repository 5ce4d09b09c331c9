"""Rotation wraps every key anew, opens no object, and goes on after any interruption."""

from __future__ import annotations

import os
import random
import signal
import time
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from uuid import UUID

import pytest

from portal.audit import vocab as audit
from portal.config import Settings
from portal.kernel.actor import OPERATOR, WORKER
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole, make_engine
from portal.kernel.errors import Conflict, NotAllowed
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.vault import rotation
from portal.vault.keys import FileKeys
from portal.vault.rotation import Standing
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.factories.kept import as_owner, erased, file_of, kept, opened, remembered, row_of


def begin(place: Workplace, vault: Vault) -> None:
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        rotation.begin(work, vault.keys)


def standing(place: Workplace, vault: Vault) -> Standing:
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        return rotation.standing(work, vault.keys)


def finish(place: Workplace, vault: Vault) -> rotation.Piece:
    return rotation.finish(place, vault.keys, WORKER, DbRole.WORKER, lambda done: None)


def test_every_key_is_wrapped_anew_and_opens(
    place: Workplace, vault: Vault, settings: Settings, addresses: Addresses
) -> None:
    objects = [kept(place, vault, bytes([n])) for n in range(5)]
    gone = kept(place, vault)
    erased(place, vault, gone)
    sealed = [file_of(settings, place, each).read_bytes() for each in objects]
    begin(place, vault)
    assert standing(place, vault).left == 5
    assert finish(place, vault).wrapped == 5
    assert standing(place, vault).left == 0
    assert [opened(place, vault, each) for each in objects] == [bytes([n]) for n in range(5)]
    assert [file_of(settings, place, each).read_bytes() for each in objects] == sealed
    assert row_of(place, gone).wrapped_key is None
    assert remembered(addresses, audit.Event.VAULT_KEYS_ROTATED) == 1
    assert remembered(addresses, audit.Event.VAULT_KEYS_REWRAPPED) == 1


def test_a_process_that_runs_meanwhile_takes_the_new_key_by_itself(
    place: Workplace, vault: Vault, settings: Settings
) -> None:
    elsewhere = Vault(vault.objects, FileKeys(settings.vault_key_file), vault.sandbox)
    before = kept(place, elsewhere)
    begin(place, vault)
    finish(place, vault)
    assert opened(place, elsewhere, before) == b"a file"
    assert row_of(place, kept(place, elsewhere)).kek_id == vault.keys.current


def test_former_keys_are_thrown_away_only_when_nothing_is_under_them(place: Workplace, vault: Vault) -> None:
    object_id = kept(place, vault)
    begin(place, vault)
    with pytest.raises(Conflict), place.open(OPERATOR, DbRole.CASEWORK) as work:
        rotation.retire(work, vault.keys)
    finish(place, vault)
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        assert rotation.retire(work, vault.keys) == 1
    assert opened(place, vault, object_id) == b"a file"


def test_a_key_that_does_not_open_stops_nothing_and_raises_the_alarm(
    place: Workplace, vault: Vault, addresses: Addresses
) -> None:
    objects = [kept(place, vault, bytes([n])) for n in range(3)]
    as_owner(addresses, "update vault_object set wrapped_key = '\\x00' where id = :id", id=objects[1])
    begin(place, vault)
    done = finish(place, vault)
    assert (done.wrapped, done.damaged) == (2, 1)
    assert remembered(addresses, audit.Event.VAULT_OBJECT_DAMAGED) == 1
    assert opened(place, vault, objects[2]) == bytes([2])


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.CUSTODIAN, Role.ANALYST])
def test_nobody_who_signs_in_rotates(place: Workplace, vault: Vault, role: Role) -> None:
    for act in (rotation.begin, rotation.standing, rotation.rewrap, rotation.retire):
        with pytest.raises(NotAllowed), place.open(an_actor(role), DbRole.CASEWORK) as work:
            act(work, vault.keys)


def _rotate_slowly(application: str, settings: Settings, begun: Event) -> None:
    """What a child does until it is killed: the very rotation, in pieces of four, over and over."""
    place = Workplace(make_engine(application, pool_size=1))
    keys = FileKeys(settings.vault_key_file)
    while True:
        last = None
        while True:
            with place.open(OPERATOR, DbRole.CASEWORK) as work:
                piece = rotation.rewrap(work, keys, last, most=4)
            begun.set()
            if piece.last is None:
                break
            last = piece.last
        with place.open(OPERATOR, DbRole.CASEWORK) as work:
            rotation.begin(work, keys)


def _killed_at_random(
    place: Workplace, vault: Vault, addresses: Addresses, settings: Settings, times: int
) -> None:
    contents: dict[UUID, bytes] = {}
    for _ in range(40):
        content = os.urandom(64)
        contents[kept(place, vault, content)] = content
    dice = random.Random(20260302)  # noqa: S311  # when to kill, not a secret
    place.engine.dispose()  # a child must not inherit an open connection
    keys_seen, fork = set(), get_context("fork")
    for _ in range(times):
        begun = fork.Event()
        child = fork.Process(target=_rotate_slowly, args=(addresses.application, settings, begun))
        child.start()
        assert begun.wait(60)
        time.sleep(dice.uniform(0, 0.2))
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        assert child.exitcode == -signal.SIGKILL
        keys_seen.add(FileKeys(settings.vault_key_file).current)
        for object_id, content in contents.items():
            assert opened(place, vault, object_id) == content
        place.engine.dispose()
    assert len(keys_seen) > times // 4, "the children were killed while they rotated"
    finish(place, vault)
    assert standing(place, vault) == Standing(vault.keys.current, 40, 0)
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        rotation.retire(work, vault.keys)
    assert all(opened(place, vault, object_id) == content for object_id, content in contents.items())


def test_a_rotation_killed_at_random_points_loses_nothing(
    place: Workplace, vault: Vault, addresses: Addresses, settings: Settings
) -> None:
    _killed_at_random(place, vault, addresses, settings, times=6)


@pytest.mark.sweep
def test_a_rotation_killed_at_fifty_random_points_loses_nothing(
    place: Workplace, vault: Vault, addresses: Addresses, settings: Settings
) -> None:
    _killed_at_random(place, vault, addresses, settings, times=50)
