"""`portal bench`: how well the portal finds, on files of one's own, in a database that is thrown away."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import create_engine, text

from portal import config
from portal.cli.bench_matching import matching
from portal.cli.installation import Installation, open_installation
from portal.cli.output import as_json, progress, say
from portal.cli.tables import File, rows
from portal.kernel.actor import ANONYMOUS, WORKER
from portal.kernel.db import DbRole
from portal.memorial import queries, service
from portal.memorial.shelf import shelf

AT_ONCE = 5000


@click.group()
def group() -> None:
    """How well the portal finds, measured on your own files; nothing of them stays."""


group.add_command(matching)


@group.command()
@click.option("--corpus", type=File, required=True, help="CSV with id, name_ar, name_latin.")
@click.option("--queries", "asked", type=File, required=True, help="CSV with qid, query.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="JSON lines.")
@as_json
def names(corpus: Path, asked: Path, out: Path, as_json: bool) -> None:
    """Publish the names of CORPUS, ask for each of QUERIES as the public page does, and write what is found."""
    published, typed = rows(corpus, "id", "name_ar", "name_latin"), rows(asked, "qid", "query")
    with _throw_away() as opened:
        began = time.perf_counter()
        known = _publish(opened, published)
        stood = time.perf_counter()
        with opened.place.open(WORKER, DbRole.WORKER) as work:
            service.keep_index(work, shelf())
        indexed = time.perf_counter()
        _settle(opened)
        size = sum(path.stat().st_size for path in (opened.settings.data / "names").rglob("*.npy"))
        taken = sorted(_ask(opened, typed, known, out))
    told = {
        "names": len(published),
        "queries": len(typed),
        "publish_s": round(stood - began, 2),
        "index_s": round(indexed - stood, 2),
        "index_mb": round(size / 1e6, 3),
        "p50_ms": _at(0.50, taken),
        "p95_ms": _at(0.95, taken),
    }
    words = (
        f"{told['names']} names published in {told['publish_s']} s, index of {told['index_mb']} MB made in "
        f"{told['index_s']} s; {told['queries']} queries: p50 {told['p50_ms']} ms, p95 {told['p95_ms']} ms."
    )
    say(told, words, as_json)


@contextmanager
def _throw_away() -> Iterator[Installation]:
    """An installation of its own, with nothing in it, gone in the end."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("PORTAL_PG_")}
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        if os.geteuid() == 0:
            Path(folder).chmod(0o711)  # the database runs under another account, which must pass through
        with open_installation(config.load({**kept, "PORTAL_DATA": f"{folder}/data"})) as opened:
            yield opened


def _publish(opened: Installation, names: list[tuple[str, ...]]) -> dict[UUID, str]:
    known: dict[UUID, str] = {}
    with progress("Publishing", len(names)) as advance:
        for start in range(0, len(names), AT_ONCE):
            batch = names[start : start + AT_ONCE]
            spelled = [(arabic or latin, latin if arabic and latin else None) for _, arabic, latin in batch]
            with opened.place.open(WORKER, DbRole.WORKER) as work:
                ids = service.publish_all(work, spelled)
            known |= zip(ids, (row[0] for row in batch), strict=True)
            advance(len(batch))
    return known


def _settle(opened: Installation) -> None:
    """What the database does by itself within minutes: clear away deleted rows, and count what it holds."""
    engine = create_engine(opened.addresses.owner, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("vacuum analyze memorial_name, memorial_pending, memorial_index"))
    engine.dispose()


def _ask(
    opened: Installation, typed: list[tuple[str, ...]], known: dict[UUID, str], out: Path
) -> Iterator[float]:
    with progress("Asking", len(typed)) as advance, out.open("w", encoding="utf-8") as file:
        for qid, query in typed:
            began = time.perf_counter()
            with opened.place.open(ANONYMOUS, DbRole.PUBLIC) as work:
                found = queries.search(work, query)
            taken = round((time.perf_counter() - began) * 1000, 2)
            ids = [known[name.id] for name in found]
            file.write(json.dumps({"qid": qid, "ids": ids, "ms": taken}, ensure_ascii=False) + "\n")
            advance()
            yield taken


def _at(fraction: float, taken: list[float]) -> float:
    return taken[min(int(fraction * len(taken)), len(taken) - 1)] if taken else 0.0
