"""The folder is walked in a fixed order, links lead nowhere, and what is left out has a reason."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from portal.records.folder import FolderInvalid, Found, open_original, walk
from portal.records.vocab import IgnoreReason


def _write(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"invented")


def _by_path(root: Path, manifest: Path | None = None) -> dict[str, IgnoreReason | None]:
    return {found.path: found.ignored for found in walk(root, manifest)}


def test_the_order_is_the_same_each_time_and_by_name(tmp_path: Path) -> None:
    _write(tmp_path, "b/2.jpg", "a/z.jpg", "b/1.jpg", "a.jpg", "ب/١.jpg")
    assert [found.path for found in walk(tmp_path)] == ["a/z.jpg", "a.jpg", "b/1.jpg", "b/2.jpg", "ب/١.jpg"]


def test_junk_and_lists_are_left_out_with_the_reason_and_hidden_files_are_not(tmp_path: Path) -> None:
    _write(tmp_path, "Thumbs.db", "x/.DS_Store", "x/DESKTOP.INI", "x/._a.jpg", "__MACOSX/x/a.jpg")
    _write(tmp_path, "manifest.csv", "lists/second.csv", "x/manifest.csv", "x/.hidden.jpg", "x/a.jpg")
    reasons = _by_path(tmp_path, tmp_path / "lists" / ".." / "lists" / "second.csv")
    assert {path for path, reason in reasons.items() if reason is IgnoreReason.SYSTEM_JUNK} == {
        "Thumbs.db",
        "x/.DS_Store",
        "x/DESKTOP.INI",
        "x/._a.jpg",
        "__MACOSX/x/a.jpg",
    }
    assert {path for path, reason in reasons.items() if reason is IgnoreReason.MANIFEST} == {
        "manifest.csv",
        "lists/second.csv",
    }
    assert {path for path, reason in reasons.items() if reason is None} == {
        "x/manifest.csv",
        "x/.hidden.jpg",
        "x/a.jpg",
    }


def test_links_and_devices_are_named_but_never_followed_or_counted(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    _write(outside, "secret.jpg")
    _write(root, "a.jpg")
    (root / "link.jpg").symlink_to(outside / "secret.jpg")
    (root / "folder").symlink_to(outside, target_is_directory=True)
    (root / "round").symlink_to(root, target_is_directory=True)
    os.mkfifo(root / "pipe")
    found = {one.path: one for one in walk(root)}
    assert {path for path, one in found.items() if one.ignored is IgnoreReason.SYMLINK} == {
        "folder",
        "link.jpg",
        "round",
    }
    assert found["pipe"].ignored is IgnoreReason.SPECIAL
    assert [path for path, one in found.items() if one.is_regular] == ["a.jpg"]


def test_a_name_that_is_no_text_is_found_opened_and_shown_safely(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/\xd5\xe6\xd1.jpg"
    with open(raw, "wb") as file:  # noqa: PTH123  # a path of bytes
        file.write(b"invented")
    (found,) = walk(tmp_path)
    assert found.shown == "\\udcd5\\udce6\\udcd1.jpg"
    with open_original(tmp_path, found) as file:
        assert file.read() == b"invented"


def test_a_link_put_in_the_way_after_the_walk_is_refused(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    _write(outside, "a.jpg")
    _write(root, "x/a.jpg", "y/a.jpg")
    first, second = walk(root)
    (root / "x" / "a.jpg").unlink()
    (root / "x" / "a.jpg").symlink_to(outside / "a.jpg")
    (root / "y" / "a.jpg").unlink()
    (root / "y").rmdir()
    (root / "y").symlink_to(outside, target_is_directory=True)
    for found in (first, second):
        with pytest.raises(FolderInvalid, match="cannot be opened"):
            open_original(root, found)


def test_a_pipe_put_in_the_way_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jpg")
    with pytest.raises(FolderInvalid, match="no longer an ordinary file"):
        open_original(tmp_path, Found("a.jpg", "a.jpg", 8))


def test_a_folder_that_cannot_be_read_stops_the_walk(tmp_path: Path) -> None:
    with pytest.raises(FolderInvalid, match="The archive's folder cannot be read"):
        list(walk(tmp_path / "nowhere"))
