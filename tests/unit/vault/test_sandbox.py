"""The sandbox answers like the functions inside it, survives every file, and its child can reach nothing."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal.kernel.errors import Invalid
from portal.vault import sandbox as sandbox_module
from portal.vault.papers import clean_pdf
from portal.vault.renditions import draw_picture, page_pictures
from portal.vault.sandbox import Sandbox, SandboxBroken
from portal.vault.sniffing import sniff
from portal.vault.vocab import MOST_BYTES, Recipe, RefusalReason, Refused
from tests.support.factories import vault as samples

READY = "import sys, time; from portal.vault.sandbox import *; send(sys.stdout.buffer, Message({})); "


@dataclass(frozen=True)
class Watched:
    """A sandbox, and the process ids of the children it has started."""

    sandbox: Sandbox
    log: Path

    @property
    def children(self) -> list[int]:
        return [int(line) for line in self.log.read_text().split()]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    log = tmp_path / "children"
    python = f"exec {shlex.quote(sys.executable)} -I -m portal.vault.sandbox_child"
    with Sandbox(command=("/bin/sh", "-c", f"echo $$ >> {shlex.quote(str(log))}; {python}")) as sandbox:
        yield Watched(sandbox, log)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        yield opened


def refusal(sandbox: Sandbox, content: bytes | Path) -> RefusalReason:
    with pytest.raises(Refused) as caught:
        sandbox.sniff(content)
    return caught.value.reason


def acting(code: str, seconds: float = 20) -> Sandbox:
    """A sandbox whose child starts well and then misbehaves."""
    return Sandbox(seconds=seconds, command=(sys.executable, "-c", READY + code))


@pytest.mark.parametrize(
    "content",
    [samples.jpeg(), samples.png(), samples.tiff(2), samples.pdf(3)],
    ids=["jpeg", "png", "tiff", "pdf"],
)
def test_it_tells_the_same_as_the_sniffer(sandbox: Sandbox, content: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)
    assert sandbox.sniff(content) == sandbox.sniff(tmp_path / "file") == sniff(content)


def test_it_draws_the_same_pictures(sandbox: Sandbox) -> None:
    recipe = Recipe(longest_side=32, greyscale=True, crop=(0, 0, 60, 40), watermark="Amana 12")
    assert sandbox.draw(samples.jpeg(), recipe) == draw_picture(samples.jpeg(), recipe)
    assert list(sandbox.draw_pages(samples.tiff(3), recipe)) == page_pictures(samples.tiff(3), recipe)


def test_it_cleans_the_same_papers(sandbox: Sandbox) -> None:
    assert sandbox.clean_pdf(samples.talking_pdf()) == clean_pdf(samples.talking_pdf())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", RefusalReason.EMPTY),
        (b"<html><body>no</body></html>", RefusalReason.WRONG_TYPE),
        (samples.jpeg()[:-300], RefusalReason.TRUNCATED),
        (samples.locked_pdf(), RefusalReason.ENCRYPTED),
        (samples.pdf(201), RefusalReason.TOO_MANY_PAGES),
    ],
    ids=["empty", "web page", "cut", "locked", "too many pages"],
)
def test_refusals_come_through_with_their_reason(
    sandbox: Sandbox, content: bytes, reason: RefusalReason
) -> None:
    assert refusal(sandbox, content) is reason


@pytest.mark.asvs("5.2.1")
def test_a_file_that_is_too_large_is_never_read(sandbox: Sandbox, tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert refusal(sandbox, tmp_path / "large") is RefusalReason.TOO_LARGE


def test_a_recipe_that_does_not_fit_comes_back_as_such(sandbox: Sandbox) -> None:
    with pytest.raises(Invalid, match="outside"):
        sandbox.draw(samples.png(), Recipe(crop=(0, 0, 500, 500)))


def test_large_files_go_through_the_pipe(sandbox: Sandbox) -> None:
    assert sandbox.sniff(samples.jpeg() + bytes(30_000_000)).width == 64


def test_one_child_serves_many_files(watched: Watched) -> None:
    for _ in range(5):
        watched.sandbox.sniff(samples.png())
        refusal(watched.sandbox, b"rubbish")
    assert len(watched.children) == 1


def test_a_child_is_replaced_after_its_share_of_files(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox_module, "_FILES_PER_CHILD", 2)
    for _ in range(5):
        watched.sandbox.sniff(samples.png())
    assert len(watched.children) == 3


@pytest.mark.asvs("15.2.5")
def test_after_a_child_has_died_the_next_file_is_served(watched: Watched) -> None:
    watched.sandbox.sniff(samples.png())
    os.kill(watched.children[0], 9)
    assert refusal(watched.sandbox, samples.png()) is RefusalReason.UNREADABLE
    assert watched.sandbox.sniff(samples.png()).width == 64
    assert len(watched.children) == 2


@pytest.mark.asvs("15.2.5")
def test_the_child_has_no_keys_no_files_and_little_of_everything(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_FIELD_KEY", "secret")
    watched.sandbox.sniff(samples.png())
    inside = Path("/proc") / str(watched.children[0])
    limits = {
        line[:26].strip(): line[26:].split()[:2] for line in (inside / "limits").read_text().splitlines()
    }
    assert "PORTAL" not in (inside / "environ").read_text()
    assert sorted(path.name for path in (inside / "fd").iterdir()) == ["0", "1", "2"]
    assert (inside / "fd" / "2").readlink() == Path(os.devnull)
    assert limits["Max open files"] == ["3", "3"]  # the three it has: no file and no socket can be opened
    assert limits["Max processes"] == limits["Max file size"] == limits["Max core file size"] == ["0", "0"]
    assert limits["Max address space"] == [str(1536 * 1024 * 1024)] * 2
    assert int(limits["Max cpu time"][0]) < 120


def test_closing_ends_the_child(watched: Watched) -> None:
    watched.sandbox.sniff(samples.png())
    watched.sandbox.close()
    assert not (Path("/proc") / str(watched.children[0])).exists()


@pytest.mark.asvs("15.2.2")
def test_a_child_that_dawdles_is_ended() -> None:
    begun = time.monotonic()
    with acting("time.sleep(60)", seconds=2) as slow:
        assert refusal(slow, samples.png()) is RefusalReason.TOO_SLOW
    assert time.monotonic() - begun < 20


@pytest.mark.asvs("15.2.2")
def test_a_file_that_uses_up_its_time_or_memory_says_which() -> None:
    busy = "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass"
    with acting(busy) as slow:
        assert refusal(slow, samples.png()) is RefusalReason.TOO_SLOW
    greedy = "receive(sys.stdin.buffer); send(sys.stdout.buffer, Message({'refused': 'too_heavy'}))"
    with acting(greedy) as heavy:
        assert refusal(heavy, samples.png()) is RefusalReason.TOO_HEAVY


@pytest.mark.parametrize(
    "code",
    [
        "sys.exit(0)",
        "receive(sys.stdin.buffer); sys.stdout.buffer.write(b'\\xff' * 99)",
        "receive(sys.stdin.buffer); send(sys.stdout.buffer, Message({}))",
        "receive(sys.stdin.buffer); send(sys.stdout.buffer, Message({'refused': 'whim'}))",
        "receive(sys.stdin.buffer); send(sys.stdout.buffer, Message({'kind': 'exe'}))",
        "receive(sys.stdin.buffer); sys.stdout.buffer.write(b'\\0\\0\\0\\x0c{\"sizes\": 5}')",
        "receive(sys.stdin.buffer); sys.stdout.buffer.write(b'\\0\\0\\0\\x0e{\"sizes\":[-1]}')",
        "receive(sys.stdin.buffer); sys.stdout.buffer.write(b'\\0\\0\\0\\x16{\"sizes\":[99999999999]}')",
        "receive(sys.stdin.buffer); sys.stdout.buffer.write(b'\\0\\0\\0\\x02[]')",
        "receive(sys.stdin.buffer); sys.stdout.buffer.write(b'\\0\\0\\x80\\0' + b'[' * 32768)",
    ],
)
def test_a_child_that_talks_nonsense_is_not_believed(code: str) -> None:
    with acting(code) as strange:
        assert refusal(strange, samples.png()) is RefusalReason.UNREADABLE


def test_a_child_that_does_not_start_says_why() -> None:
    failing = "raise ImportError('libmagic is missing: install libmagic1')"
    with (
        Sandbox(command=(sys.executable, "-c", failing)) as broken,
        pytest.raises(SandboxBroken, match="libmagic1"),
    ):
        broken.sniff(samples.png())
