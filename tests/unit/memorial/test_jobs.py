"""The task that keeps the index does one turn."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.memorial import jobs, service, shelf
from portal.memorial.shelf import Shelf
from tests.support.actors import an_actor


def test_the_task_lays_the_index_down(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "_shelf", Shelf(tmp_path / "names"))
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        service.publish(work, "سامر نادر الحلاق", None)
    jobs.keep_index(SimpleNamespace(additional_context={"place": place}), 0)
    assert len(list((tmp_path / "names").iterdir())) == 1
