"""Forty strings planted where secrets are taken in: none lies in dump, WAL, store, temporary files or logs."""

from __future__ import annotations

import base64
import logging
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from portal.config import Settings
from portal.kernel.cluster import Cluster
from portal.kernel.crypto import random_token
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.records.archive import service as archive
from portal.records.vocab import FileKind
from portal.vault.custody import queries as custody_queries
from portal.vault.custody import service as custody
from portal.vault.custody.vocab import HoldScope
from portal.vault.sandbox import Sandbox
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.factories import vault as samples
from tests.support.factories.accounts import a_staff_account
from tests.support.factories.inquiries import a_signed_up_relative
from tests.support.factories.kept import as_owner, file_of
from tests.support.factories.records import LAYOUT, a_paper, a_reading, accept, read, staged

CUSTODIAN = an_actor(Role.CUSTODIAN)


class Ground(NamedTuple):
    """What is worked on."""

    place: Workplace
    vault: Vault
    addresses: Addresses
    settings: Settings


@pytest.fixture
def ground(place: Workplace, vault: Vault, addresses: Addresses, settings: Settings) -> Ground:
    return Ground(place, vault, addresses, settings)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of our own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


class Planted:
    """Strings that occur nowhere else, each under the name of the place it was planted in."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}

    def __call__(self, where: str) -> str:
        """A new one; half of them speak Arabic."""
        arabic = "سرّ مزروع " if len(self.words) % 2 else "planted "
        self.words[where] = f"{arabic}{uuid4().hex[:16]}"
        return self.words[where]

    def ascii(self, where: str) -> str:
        """A new one for a place that takes Latin letters only."""
        self.words[where] = f"planted{uuid4().hex[:16]}"
        return self.words[where]


def forms(word: str) -> Iterator[bytes]:
    """How a string may lie in a file: as it is, wide, as hexadecimal digits, as escapes, in base64."""
    plain = word.encode()
    yield plain
    yield word.encode("utf-16-le")
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    yield word.encode("unicode_escape")
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + plain)
        yield whole[(shift * 8 + 5) // 6 : len(whole) - 4]


def traces(folders: dict[str, Path], planted: Planted) -> set[tuple[str, str]]:
    """(where it was found, where it was planted)."""
    wanted = [(name, form) for name, word in planted.words.items() for form in forms(word)]
    found = set()
    for place, folder in folders.items():
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                content = path.read_bytes()
                found |= {(place, name) for name, form in wanted if form in content}
    return found


def write_archive(root: Path, planted: Planted) -> None:
    """A folder as it comes: secrets in pictures, papers, names of files and the list."""
    rows = ["path,kind,number,branch,date,photographer,note"]
    for n in range(8):
        by = planted("photographer") if n == 7 else "ahmad"
        folder = root / "photos" / "2013-05-02" / by / f"901-{4000 + n}"
        folder.mkdir(parents=True)
        name = planted.ascii(f"file name {n}") if n < 4 else f"IMG{n}"
        comment = planted(f"picture {n}").encode()
        picture = samples.saved(
            samples.picture(64 + n, 48), "JPEG", exif=samples.camera_notes(), comment=comment
        )
        (folder / f"{name}.jpg").write_bytes(picture)
        note = planted(f"note {n}")
        path = (folder / f"{name}.jpg").relative_to(root)
        rows.append(f"{path},photograph,{4000 + n},901,2013-05-02,,{note}")
    papers = root / "papers" / "2013"
    papers.mkdir(parents=True)
    for n in range(4):
        paper = samples.pdf(n + 1) + b"% " + planted(f"paper {n}").encode() + b"\n%%EOF\n"
        (papers / f"death-certificate-{4000 + n}.pdf").write_bytes(paper)
        rows.append(
            f"papers/2013/death-certificate-{4000 + n}.pdf,death certificate,{4000 + n},901,2013-06-01,,"
        )
    (root / "manifest.csv").write_text("\n".join(rows), encoding="utf-8")


def do_the_work(ground: Ground, vault: Vault, folder: Path, planted: Planted) -> None:
    """Everything that takes such a string in, through the services."""
    place = ground.place
    write_archive(folder, planted)
    outcome = staged(place, vault, folder, LAYOUT)
    assert outcome.counts.stored == 12
    accept(place, outcome.batch_id)
    a_signed_up_relative(
        place,
        address=planted.ascii("address") + "@mail.example",
        must_not_know=planted("must not know"),
        code_word=planted("code word"),
        sender_name=planted("sender name"),
    )
    a_staff_account(place, Role.ANALYST, display_name=planted("display name"))
    paper, _ = a_paper(place, FileKind.DEATH_CERTIFICATE)
    reader = an_actor(Role.TRANSCRIBER)
    parts = {part: planted(part) for part in ("given", "father", "family", "mother", "place", "cause")}
    read(place, paper, a_reading(**parts), by=reader)
    read(place, paper, a_reading(**parts))
    with place.open(reader, DbRole.CASEWORK) as work:
        archive.open_original(work, vault, paper, "reading")
    hold_and_find(ground, planted)
    rejected = folder.parent / "second"
    (rejected / "photos" / "2013-05-02" / "nidal" / "901-9").mkdir(parents=True)
    (rejected / "photos" / "2013-05-02" / "nidal" / "901-9" / "a.jpg").write_bytes(samples.png())
    again = staged(place, vault, rejected, LAYOUT)
    with place.open(CUSTODIAN, DbRole.CASEWORK) as work:
        assert again.batch_id is not None
        archive.reject(work, vault, again.batch_id, 2, planted("reject reason"))


def hold_and_find(ground: Ground, planted: Planted) -> None:
    """A hold with its reasons, a finding with its note, and errors that quote what was typed."""
    place, vault, addresses, settings = ground
    (first,), *_ = as_owner(addresses, "select id from vault_object order by id limit 1")
    with place.open(CUSTODIAN, DbRole.CASEWORK) as work:
        hold_id = custody.ask_hold(work, HoldScope.RECORD, first, [first], planted("hold reason"))
    second = an_actor(Role.CUSTODIAN)
    with place.open(second, DbRole.CASEWORK) as work:
        custody.sign_hold(work, hold_id, 1)
    with place.open(second, DbRole.CASEWORK) as work:
        custody.ask_to_lift(work, hold_id, 2, planted("lift reason"))
    file_of(settings, place, first).unlink()
    custody.check_round(place, vault, timedelta(microseconds=1))
    with place.open(CUSTODIAN, DbRole.CASEWORK) as work:
        (found, *_) = custody_queries.open_findings(work)
        custody.settle(work, found.id, planted("finding note"))
    with pytest.raises(DBAPIError), place.open(second, DbRole.CASEWORK) as work:
        # A row that the table refuses is quoted in the server's log.
        custody.ask_hold(work, HoldScope.RECORD, first, [first, first], planted("refused reason"))
    with pytest.raises(DBAPIError), place.open(second, DbRole.CASEWORK) as work:
        work.session.execute(text("insert into vault_hold select * from vault_hold"))


def dump(addresses: Addresses, folder: Path) -> None:
    """Every table as a dump holds it, one file each."""
    folder.mkdir()
    url = make_url(addresses.owner).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        for (table,) in tables:
            copy = SQL("copy {} to stdout").format(Identifier(table))
            with (folder / table).open("wb") as out, connection.cursor() as cursor, cursor.copy(copy) as rows:
                for row in rows:
                    out.write(bytes(row))
        connection.execute("select pg_switch_wal()")
        connection.commit()
        connection.autocommit = True
        connection.execute("checkpoint")


@pytest.mark.promise("P16")
def test_forty_planted_strings_are_found_nowhere(
    ground: Ground,
    cluster: Cluster,
    tmp_path: Path,
    temporary: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    planted = Planted()
    with Sandbox() as own:
        vault = Vault(ground.vault.objects, ground.vault.keys, own)
        do_the_work(ground, vault, tmp_path / "in", planted)
    assert len(planted.words) >= 40
    logs = tmp_path / "logs"
    logs.mkdir()
    said = capfd.readouterr()
    (logs / "logged").write_text(caplog.text)
    (logs / "printed").write_text(said.out + said.err)
    dump(ground.addresses, tmp_path / "dump")
    folders = {
        "database and WAL": cluster.folder,
        "dump": tmp_path / "dump",
        "logs": logs,
        "store": Path(ground.settings.vault_url.removeprefix("file://")),
        "temporary": temporary,
    }
    assert traces(folders, planted) == set()
    (wal,) = cluster.folder.rglob("pg_wal")
    assert any(segment.is_file() for segment in wal.iterdir())
    assert len(list((tmp_path / "dump").iterdir())) > 20


def test_the_search_finds_what_is_there(
    place: Workplace, addresses: Addresses, cluster: Cluster, tmp_path: Path
) -> None:
    """The name of the person sought has to be compared, so it stands in the open: the same search finds it."""
    planted = Planted()
    a_signed_up_relative(place, given=planted.ascii("given"))
    dump(addresses, tmp_path / "dump")
    found = traces({"database and WAL": cluster.folder, "dump": tmp_path / "dump"}, planted)
    assert found == {("database and WAL", "given"), ("dump", "given")}
    folder = tmp_path / "forms"
    folder.mkdir()
    word = random_token()
    for number, form in enumerate(forms(word)):
        (folder / str(number)).write_bytes(b"?" * number + form + b"?")
        planted.words = {"word": word}
        assert traces({"forms": folder}, planted) == {("forms", "word")}
        (folder / str(number)).unlink()
