"""What the tests of this room start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.kernel.work import Workplace
from portal.vault.service import Vault
from tests.support.factories.matching import Pair, a_pair


@pytest.fixture
def pair(place: Workplace, vault: Vault, tmp_path: Path) -> Pair:
    """A verified inquiry and the confirmed record of the very person it seeks."""
    return a_pair(place, vault, tmp_path)
