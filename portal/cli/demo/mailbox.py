"""A real SMTP server of the demo's own: what it receives lies in a folder, and nothing leaves the machine."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from portal.kernel.ids import new_id


class Mailbox:
    """Takes every message and keeps it as a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the server calls it so
        """Keep one message."""
        path = self._folder / f"{new_id()}.eml"
        await asyncio.to_thread(path.write_bytes, envelope.content)
        return "250 kept"


def open_mailbox(folder: Path) -> Controller:
    """Start the server on a free port of the loopback address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Mailbox(folder), hostname="127.0.0.1", port=port)
    controller.start()
    return controller
