"""The demo, begun anew in a folder of the scan's own, and the list of its accounts."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.scan.exchange import HOST

PATIENCE = 300


class NotUp(RuntimeError):
    """The demo did not begin to serve."""


@dataclass(frozen=True, slots=True)
class House:
    """A demo that serves."""

    port: int
    accounts: list[dict[str, str]]
    log: Path

    def unforeseen(self) -> list[str]:
        """What the portal wrote when something broke that nobody foresaw."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if "unforeseen" in line or line.startswith("Traceback")]


@contextmanager
def running(folder: Path) -> Iterator[House]:
    """A demo with fresh people on a free port; it ends with the scan and its data stay for who wants to look."""
    data, log = folder / "demo", folder / "demo.log"
    shutil.rmtree(data, ignore_errors=True)
    port = _free_port()
    with log.open("wb") as written:
        demo = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "portal.cli.main", "demo", "--port", str(port)],
            env={**os.environ, "PORTAL_DATA": str(data.absolute())},
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(demo, port, log)
        accounts = json.loads((data / "accounts.json").read_text(encoding="utf-8"))
        yield House(port, accounts, log)
    finally:
        demo.send_signal(signal.SIGINT)  # as a person ends it: the web process and the worker go first
        demo.wait(timeout=60)


def _wait(demo: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if demo.poll() is not None:
            raise NotUp(f"the demo ended by itself; see {log}")
        if _answers(port):
            return
        time.sleep(1)
    raise NotUp(f"the demo did not answer within {PATIENCE} seconds; see {log}")


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as found:
        return int(found.getsockname()[1])
