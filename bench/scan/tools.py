"""The two scanners: how each is called, and what its own report says."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bench.scan.doorkeeper import LURE
from bench.scan.exchange import AGENT, HOST, TOKEN, Asked, kind_of
from bench.scan.findings import Finding

# All modules of wapiti but those that fetch lists from elsewhere, guess names by the thousand, or look for what the
# portal does not have: another product, LDAP, TLS of its own. What takes its time is left to sqlmap.
MODULES = (
    "backup", "cookieflags", "crlf", "csp", "csrf", "exec", "file", "htaccess", "http_headers", "methods",
    "permanentxss", "redirect", "shellshock", "sql", "ssrf", "upload", "xss", "xxe",
)  # fmt: skip
LINE = "=" * 54


@dataclass(frozen=True, slots=True)
class Tools:
    """Where the scanners stand, where they may write, and how long each of their parts may take."""

    programs: Path
    folder: Path
    seconds: int

    def crawl(self, port: int, begins: Sequence[str]) -> None:
        """Let wapiti follow links and send each form once, with what a form holds."""
        more = [part for path in begins for part in ("-s", f"http://{HOST}:{port}{path}")]
        more += ["-m", "", "--flush-session", "--max-scan-time", str(self.seconds)]
        self._wapiti(port, begins[0], "crawl", *more)

    def attack(self, port: int, begin: str) -> None:
        """Let wapiti try everything on what it has crawled."""
        modules = ["-m", ",".join(MODULES), "--skip-crawl", "--skip", TOKEN]
        self._wapiti(port, begin, "attack", *modules, "--max-attack-time", str(self.seconds))

    def inject(self, port: int, targets: Sequence[Asked]) -> None:
        """Let sqlmap try each parameter of each form."""
        asked = self.folder / "targets.txt"
        asked.write_text(as_log(port, targets), encoding="utf-8")
        modest = ["--level", "1", "--risk", "1", "--dbms", "PostgreSQL", "--time-sec", "3", "--threads", "4"]
        answers = ["--ignore-code", "*", "--ignore-redirects", "--drop-set-cookie", "--param-exclude", TOKEN]
        files: list[str | Path] = [
            "--results-file",
            self.folder / "sqlmap.csv",
            "--output-dir",
            self.folder / "sqlmap",
        ]
        calm = ["--batch", "--flush-session", "--disable-coloring", "--user-agent", AGENT, "--timeout", "60"]
        self._run("sqlmap", "-l", asked, *modest, *answers, *files, *calm)

    def _wapiti(self, port: int, begin: str, step: str, *more: str) -> None:
        door = f"http://{HOST}:{port}"
        kept: list[str | Path] = [
            "--store-session",
            self.folder / "wapiti",
            "--store-config",
            self.folder / "wapiti-config",
        ]
        report: list[str | Path] = ["-f", "json", "-o", self.folder / f"wapiti-{step}.json", "--no-bugreport"]
        calm = ["-S", "normal", "-A", AGENT, "-t", "30", "--tasks", "8", "--endpoint", f"{door}{LURE}"]
        calm += ["--dns-endpoint", "localhost"]  # nothing outside this machine is asked
        self._run(f"wapiti-{step}", "-u", f"{door}{begin}", "--scope", "domain", *kept, *report, *calm, *more)

    def _run(self, step: str, *arguments: str | Path) -> None:
        program = self.programs / step.partition("-")[0]
        with (self.folder / f"{step}.log").open("wb") as log:
            subprocess.run(  # noqa: S603 - a pinned tool, called with our own arguments
                [program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={"HOME": str(self.folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
                check=True,
            )


def as_log(port: int, targets: Sequence[Asked]) -> str:
    """Requests in the form of a proxy's log, as sqlmap reads them."""
    return "".join(f"{LINE}\n{_as_text(port, asked)}\n{LINE}\n\n" for asked in targets)


def _as_text(port: int, asked: Asked) -> str:
    lines = [f"{asked.method} {asked.target} HTTP/1.1", f"Host: {HOST}:{port}"]
    if asked.body:
        lines += [
            "Content-Type: application/x-www-form-urlencoded",
            "",
            asked.body.decode("utf-8", "replace"),
        ]
    return "\n".join(lines)


def wapiti_findings(report: Path) -> list[Finding]:
    """What wapiti's report holds, weaknesses and anomalies alike."""
    told = json.loads(report.read_text(encoding="utf-8"))
    return [
        Finding(
            "wapiti", what, f"{one['method']} {kind_of(one['path'])}", one["parameter"] or "", one["info"]
        )
        for part in ("vulnerabilities", "anomalies")
        for what, ones in told[part].items()
        for one in ones
    ]


def sqlmap_findings(results: Path) -> list[Finding]:
    """What sqlmap wrote down; it writes no file when it tried nothing, which `untried` notices."""
    if not results.exists():
        return []
    with results.open(encoding="utf-8", newline="") as lines:
        return [
            Finding(
                "sqlmap",
                "SQL injection",
                f"{row['Place']} {kind_of(urlsplit(row['Target URL']).path)}",
                row["Parameter"],
                f"{row['Technique(s)']} {row['Note(s)'] or ''}",
            )
            for row in csv.DictReader(lines)
        ]


def cut_short(log: str) -> list[str]:
    """What wapiti left undone because its time was over, or because a part of it failed."""
    modules = re.findall(r"Max attack time was reached for module (\w+)", log)
    crawl = ["the crawl"] if "Max scan time was reached" in log else []
    failed = re.findall(r"Error: Module (\w+) failed|Unable to use module (\w+)", log)
    return [*crawl, *modules, *(f"{first or second} (failed)" for first, second in failed)]


def untried(log: str, targets: int) -> list[str]:
    """What sqlmap was given and did not try to the end."""
    tried = len(
        re.findall(
            r"all tested parameters do not appear to be injectable|identified the following injection", log
        )
    )
    return [] if tried == targets else [f"sqlmap tried {tried} of {targets} forms and questions to the end"]
