"""Settings: frozen, from the environment, no default secrets, and errors that say what to do."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import timedelta
from pathlib import Path

import pytest

from portal import config


@pytest.mark.asvs("13.2.3")
@pytest.mark.asvs("13.3.1")
def test_without_secrets_the_start_is_refused_with_what_to_do(tmp_path: Path) -> None:
    settings = config.load({"PORTAL_DATA": str(tmp_path)})
    with pytest.raises(config.SettingsInvalid, match="portal keys new"):
        settings.required_keys()


@pytest.mark.asvs("13.2.3")
def test_the_demo_makes_secrets_of_its_own(tmp_path: Path) -> None:
    demo = {"PORTAL_DEMO": "1"}
    one = config.load({**demo, "PORTAL_DATA": str(tmp_path / "one")}).required_keys()
    two = config.load({**demo, "PORTAL_DATA": str(tmp_path / "two")}).required_keys()
    assert one != two
    assert one == config.load({**demo, "PORTAL_DATA": str(tmp_path / "one")}).required_keys()


@pytest.mark.asvs("13.3.2")
def test_secrets_are_private_and_never_replaced(tmp_path: Path) -> None:
    folder = config.make_keys(tmp_path)
    before = (folder / "cookie.key").read_text()
    config.make_keys(tmp_path)
    assert (folder / "cookie.key").read_text() == before
    assert (folder / "cookie.key").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.asvs("13.3.2")
def test_a_secret_others_can_read_is_refused(tmp_path: Path) -> None:
    (config.make_keys(tmp_path) / "fields.key").chmod(0o644)
    with pytest.raises(config.SettingsInvalid, match="chmod 600"):
        config.load({"PORTAL_DATA": str(tmp_path)})


def test_settings_do_not_change(tmp_path: Path) -> None:
    settings = config.load({"PORTAL_DATA": str(tmp_path)})
    with pytest.raises(FrozenInstanceError):
        settings.demo = True  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_AUDIENCES", "public,nobody"),
        ("PORTAL_PUBLICATION_WAIT_DAYS", "-1"),
        ("PORTAL_PUBLICATION_WAIT_DAYS", "soon"),
        ("PORTAL_SMTP_PORT", "x"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(config.SettingsInvalid, match=name):
        config.load({"PORTAL_DATA": str(tmp_path), name: value})


@pytest.mark.asvs("13.2.3")
def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    with pytest.raises(config.SettingsInvalid, match="PORTAL_SECRET_KEY"):
        config.load({"PORTAL_DATA": str(tmp_path), "PORTAL_SECRET_KEY": "aa", "PORTAL_FIELD_KEY": "bb"})


def test_names_wait_a_month_and_only_the_demo_does_not(tmp_path: Path) -> None:
    assert config.load({"PORTAL_DATA": str(tmp_path)}).publication_wait == timedelta(days=30)
    assert config.load({"PORTAL_DATA": str(tmp_path), "PORTAL_DEMO": "1"}).publication_wait == timedelta(0)


def test_a_way_back_waits_three_days_and_only_the_demo_does_not(tmp_path: Path) -> None:
    here = {"PORTAL_DATA": str(tmp_path)}
    assert config.load(here).recovery_wait == timedelta(hours=72)
    assert config.load({**here, "PORTAL_DEMO": "1"}).recovery_wait == timedelta(0)
    assert config.load({**here, "PORTAL_RECOVERY_WAIT_HOURS": "5"}).recovery_wait == timedelta(hours=5)


@pytest.mark.asvs("12.3.1")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_DATABASE_URL", "postgresql+psycopg://web:x@database.example/portal"),
        ("PORTAL_DATABASE_URL", "postgresql+psycopg://web:x@database.example/portal?sslmode=require"),
        ("PORTAL_DATABASE_URL", "postgresql+psycopg://web:x@/portal?host=10.0.0.5"),
        ("PORTAL_DATABASE_OWNER_URL", "postgresql+psycopg://owner:x@10.0.0.5/portal"),
        ("PORTAL_SMTP_HOST", "mail.example"),
    ],
)
def test_another_machine_is_not_spoken_to_in_plain_words(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(config.SettingsInvalid, match=name):
        config.load({"PORTAL_DATA": str(tmp_path), name: value})


@pytest.mark.parametrize(
    "more",
    [
        {"PORTAL_DATABASE_URL": "postgresql+psycopg://web:x@database.example/portal?sslmode=verify-full"},
        {"PORTAL_DATABASE_URL": "postgresql+psycopg://web:x@/portal?host=/run/postgresql"},
        {"PORTAL_DATABASE_URL": "postgresql+psycopg://web:x@[::1]/portal"},
        {"PORTAL_SMTP_HOST": "mail.example", "PORTAL_SMTP_STARTTLS": "1"},
    ],
)
def test_what_proves_itself_or_stands_here_is_spoken_to(more: dict[str, str], tmp_path: Path) -> None:
    config.load({"PORTAL_DATA": str(tmp_path), **more})
