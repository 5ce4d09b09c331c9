"""What was found, whether people have looked at it and found it harmless, and what the scan says in the end."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

ACCEPTED = Path(__file__).with_name("accepted.toml")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One weakness one tool believes in; `place` is method and path with ids left out."""

    tool: str
    what: str
    place: str
    parameter: str = ""
    said: str = ""

    def __str__(self) -> str:
        named = f" ({self.parameter})" if self.parameter else ""
        said = " ".join(self.said.split())
        return f"{self.tool}: {self.what}: {self.place}{named}" + (f": {said[:160]}" if said else "")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding that somebody looked at, and why it is none. `*` stands for anything."""

    tool: str
    what: str
    place: str
    reason: str
    parameter: str = "*"
    said: str = "*"

    def covers(self, finding: Finding) -> bool:
        """True when this reason is about that finding."""
        return all(
            fnmatchcase(getattr(finding, part), getattr(self, part))
            for part in ("tool", "what", "place", "parameter", "said")
        )


@dataclass(frozen=True, slots=True)
class Walk:
    """What became of one person's walk through the portal."""

    who: str
    kinds: tuple[str, ...]  # of addresses that were reached
    requests: int
    targets: int  # forms and addresses with questions, each of which sqlmap tried
    seconds: float
    findings: tuple[Finding, ...]
    incomplete: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """All walks together."""

    walks: tuple[Walk, ...]
    accepted: tuple[Accepted, ...]

    @property
    def left(self) -> list[Finding]:
        """The findings nobody has accepted, each once."""
        return sorted({one for walk in self.walks for one in walk.findings if not self._reason(one)})

    @property
    def known(self) -> list[tuple[Finding, Accepted]]:
        """The findings somebody has looked at, with the reason."""
        found = sorted({one for walk in self.walks for one in walk.findings})
        return [(one, reason) for one in found if (reason := self._reason(one))]

    @property
    def idle(self) -> list[Accepted]:
        """Reasons that were about nothing this time: time to take them out."""
        used = {reason for _finding, reason in self.known}
        return [reason for reason in self.accepted if reason not in used]

    @property
    def incomplete(self) -> list[str]:
        """What was not scanned to the end: silence about it is no good news."""
        return [f"{walk.who}: {line}" for walk in self.walks for line in walk.incomplete]

    @property
    def exit_status(self) -> int:
        """0 only if all was scanned and nothing was found; 1 for findings, 2 for a scan that is not whole."""
        if self.left:
            return 1
        return 2 if self.incomplete or not self.walks else 0

    def _reason(self, finding: Finding) -> Accepted | None:
        return next((reason for reason in self.accepted if reason.covers(finding)), None)


class NoReason(ValueError):
    """Somebody accepted a finding without saying why."""


def read_accepted(path: Path = ACCEPTED) -> tuple[Accepted, ...]:
    """The reviewed list; an entry without a sentence stops the scan."""
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("accepted", [])
    accepted = tuple(Accepted(**entry) for entry in entries)
    for entry in accepted:
        if len(entry.reason.split()) < 5:
            raise NoReason(f"{entry.what} at {entry.place} needs a sentence that says why it is no weakness")
    return accepted


def summary(verdict: Verdict) -> list[str]:
    """What the terminal says."""
    return [
        *_heading("Walked", [_walked(walk) for walk in verdict.walks]),
        *_heading("Found", [str(one) for one in verdict.left]),
        *_heading("Not scanned to the end", verdict.incomplete),
        *_heading("Looked at before and harmless", _counted(verdict.known)),
        *_heading("Accepted, but not found any more: take them out", [_entry(one) for one in verdict.idle]),
        _last_line(verdict),
    ]


def full(verdict: Verdict) -> str:
    """What is written down: the summary, the harmless ones one by one, and all that was reached."""
    known = [f"{finding}\n    {' '.join(reason.reason.split())}" for finding, reason in verdict.known]
    parts = [*summary(verdict), "", *_heading("Harmless, one by one", known)]
    for walk in verdict.walks:
        parts += _heading(f"Reached: {walk.who}", walk.kinds)
    return "\n".join(parts)


def _heading(title: str, lines: Sequence[str]) -> list[str]:
    return [title, *(f"  {line}" for line in lines), ""] if lines else []


def _walked(walk: Walk) -> str:
    return (
        f"{walk.who:12} {len(walk.kinds):4} kinds of addresses, {walk.targets:4} forms and questions,"
        f" {walk.requests:6} requests, {walk.seconds / 60:5.1f} minutes"
    )


def _counted(known: Iterable[tuple[Finding, Accepted]]) -> list[str]:
    times: dict[Accepted, int] = {}
    for _finding, reason in known:
        times[reason] = times.get(reason, 0) + 1
    return [f"{count:3} x {_entry(reason)}" for reason, count in times.items()]


def _entry(entry: Accepted) -> str:
    return f"{entry.tool}: {entry.what}: {entry.place}: {' '.join(entry.reason.split())}"


def _last_line(verdict: Verdict) -> str:
    match verdict.exit_status:
        case 0:
            return "Nothing was found."
        case 1:
            return f"{len(verdict.left)} findings have to be looked at."
        case _:
            return "Nothing was found, but the scan is not whole."
