"""`python -m bench.scan`: the demo, one walk signed out and one for each kind of person, and a verdict."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.scan.demo import House, NotUp, running
from bench.scan.doorkeeper import Door, opened
from bench.scan.exchange import over_http
from bench.scan.findings import Finding, NoReason, Verdict, Walk, full, read_accepted, summary
from bench.scan.tools import Tools, cut_short, sqlmap_findings, untried, wapiti_findings
from bench.scan.visitor import NotLetIn, Visitor, chosen
from bench.scan.walks import PLANS, USUAL, Plan

FOLDER = Path("var/scan")
FEWEST = 8  # kinds of addresses; whoever reaches less was kept out, and the silence means nothing
SAID_FIRST = """\
Scanning a demo of the scan's own, on this machine. Two things stand aside so that the scanners meet the pages and not
the limits: the demo holds no network back (PORTAL_POSTS_PER_MINUTE), and guesses at one login are spread over many."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Scan, write down, say it."""
    wished = _wished(arguments)
    _say(SAID_FIRST)
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        accepted = read_accepted()
        with running(FOLDER) as house:
            walks = tuple(_walk(house, PLANS[who], wished) for who in wished.who)
    except (NoReason, NotLetIn, NotUp, FileNotFoundError, subprocess.CalledProcessError) as stopped:
        _say(f"The scan stopped: {stopped}")
        return 2
    verdict = Verdict(walks, accepted)
    (FOLDER / "report.txt").write_text(full(verdict), encoding="utf-8")
    _say("\n" + "\n".join(summary(verdict)))
    _say(f"All of it: {FOLDER}/report.txt; what each tool wrote: {FOLDER}/<who>/")
    return verdict.exit_status


def _wished(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.scan", description=__doc__)
    parser.add_argument("--who", nargs="+", default=USUAL, choices=list(PLANS), help="whose walks")
    parser.add_argument("--each", type=int, default=3, help="addresses of one kind that are visited")
    parser.add_argument("--seconds", type=int, default=60, help="the longest time for one module of wapiti")
    parser.add_argument(
        "--tools", type=Path, default=FOLDER / "tools" / "bin", help="where the scanners stand"
    )
    return parser.parse_args(arguments)


def _walk(house: House, plan: Plan, wished: argparse.Namespace) -> Walk:
    begun = time.monotonic()
    _say(f"· {plan.who}")
    folder = FOLDER / plan.who
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    person = chosen(house.accounts, plan.role, plan.stage) if plan.role else None
    visitor = Visitor(over_http(house.port), person)
    door = Door(visitor, wished.each, plan.within, chosen(house.accounts, "relative", "name taken off").login)
    door.visitor.begin()
    refused = [path for path, typed in plan.typed if not door.fill_in(path, typed)]
    reached, targets = _scanned(Tools(wished.tools.absolute(), folder.absolute(), wished.seconds), door, plan)
    return Walk(
        plan.who,
        reached,
        sum(sum(counts.values()) for counts in door.answers.values()),
        targets,
        time.monotonic() - begun,
        (
            *wapiti_findings(folder / "wapiti-attack.json"),
            *sqlmap_findings(folder / "sqlmap.csv"),
            *_met(door),
        ),
        (*(f"{path} did not take our answer" for path in refused), *_undone(folder, door, reached, targets)),
    )


def _scanned(tools: Tools, door: Door, plan: Plan) -> tuple[tuple[str, ...], int]:
    """Let both loose at the door; says what the crawl reached, and how many forms and questions there were."""
    with opened(door) as port:
        tools.crawl(port, plan.begins)
        reached, targets = tuple(door.reached), door.targets()
        _say(f"  {len(reached)} kinds of addresses, {len(targets)} forms and questions")
        tools.attack(port, plan.begins[0])
        tools.inject(port, targets)
    if plan.role:
        _say(f"  signed in: {door.visitor.sign_ins}, showed the factor again: {door.visitor.proofs}")
    return reached, len(targets)


def _met(door: Door) -> list[Finding]:
    """What the door itself saw."""
    broken = [
        Finding("door", "the portal broke", asked.kind, said=str(status)) for asked, status in door.broken
    ]
    return [
        *broken,
        *(Finding("door", "the portal fetched what it was told to", path) for path in door.fetched),
    ]


def _undone(folder: Path, door: Door, reached: Sequence[str], targets: int) -> list[str]:
    wapiti = "".join(
        (folder / f"wapiti-{step}.log").read_text(errors="replace") for step in ("crawl", "attack")
    )
    lines = [*door.trouble, *(f"wapiti: {part}" for part in cut_short(wapiti))]
    lines += untried((folder / "sqlmap.log").read_text(errors="replace"), targets)
    if len(reached) < FEWEST or not targets:
        lines.append("hardly anything was reached")
    return lines


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
