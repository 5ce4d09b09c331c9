"""TLS as the server really speaks it, to clients that offer what is old or weak, and a certificate worth believing."""

from __future__ import annotations

import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from portal.cli import transport
from portal.cli.serve import listening
from portal.config import SettingsInvalid, load
from tests.support.certificates import Authority

HERE = "127.0.0.1"
# The real server with its real settings; only the pages are a stand-in.
SERVER = """
import sys
from pathlib import Path
from portal.cli.serve import Server, listening
from portal.config import Tls

class Plain(Server):
    def load(self):
        def app(environ, start_response):
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [environ["wsgi.url_scheme"].encode()]
        return app

port, certificate, key = sys.argv[1:]
Plain(listening("127.0.0.1", int(port), Tls(Path(certificate), Path(key)))).run()
"""


@dataclass(frozen=True)
class Server:
    """A portal that ends TLS itself, and the authority its browsers trust."""

    port: int
    authority: Authority

    def client(self) -> ssl.SSLContext:
        return self.authority.trust()

    def hello(self, client: ssl.SSLContext) -> tuple[str, str]:
        """The version and the suite that both ends agree upon."""
        with (
            socket.create_connection((HERE, self.port), timeout=10) as plain,
            client.wrap_socket(plain, server_hostname=HERE) as secure,
        ):
            cipher, version = secure.cipher(), str(secure.version())
            secure.sendall(b"GET / HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\n\r\n")
            assert b"https" in b"".join(iter(lambda: secure.recv(4096), b""))
            assert cipher
            return version, cipher[0]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    authority = Authority()
    tls = authority.certify(tmp_path_factory.mktemp("tls"), HERE)
    with socket.create_server((HERE, 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(port), str(tls.certificate), str(tls.key)])
    try:
        _wait_for(port)
        yield Server(port, authority)
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as tried:
            if tried.connect_ex((HERE, port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the server does not listen")


@pytest.mark.asvs("12.1.1")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_both_versions_that_are_safe_today_are_spoken(server: Server, version: ssl.TLSVersion) -> None:
    client = server.client()
    client.minimum_version = client.maximum_version = version
    assert server.hello(client)[0] == version.name.replace("_", ".")


@pytest.mark.asvs("12.1.1")
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_an_older_version_is_refused_by_the_server(server: Server, version: ssl.TLSVersion) -> None:
    client = server.client()
    client.set_ciphers("ALL:@SECLEVEL=0")  # so that it is not the client itself that refuses
    client.minimum_version = client.maximum_version = version
    with pytest.raises(ssl.SSLError) as refused:
        server.hello(client)
    assert refused.value.reason == "TLSV1_ALERT_PROTOCOL_VERSION"


@pytest.mark.asvs("12.1.2")
@pytest.mark.parametrize(
    "suite",
    ["AES128-GCM-SHA256", "AES256-SHA", "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA384"],
)
def test_a_suite_without_forward_secrecy_or_seal_is_refused(server: Server, suite: str) -> None:
    client = server.client()
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    client.set_ciphers(f"{suite}:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError) as refused:
        server.hello(client)
    assert refused.value.reason == "SSLV3_ALERT_HANDSHAKE_FAILURE"


@pytest.mark.asvs("12.1.2")
def test_whatever_a_client_prefers_the_suite_keeps_forward_secrecy(server: Server) -> None:
    client = server.client()
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    client.set_ciphers("AES128-GCM-SHA256:ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0")
    assert server.hello(client) == ("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384")


@pytest.mark.asvs("12.2.1")
def test_the_same_door_says_nothing_in_plain_words(server: Server) -> None:
    plain = HTTPConnection(HERE, server.port, timeout=10)
    with pytest.raises((HTTPException, OSError)):
        plain.request("GET", "/")
        plain.getresponse()


def _say(server: Server, words: bytes) -> bytes:
    with (
        socket.create_connection((HERE, server.port), timeout=10) as plain,
        server.client().wrap_socket(plain, server_hostname=HERE) as secure,
    ):
        secure.sendall(words)
        secure.settimeout(10)
        with suppress(OSError):
            return b"".join(iter(lambda: secure.recv(4096), b""))
    return b""


BEGIN = b"POST / HTTP/1.1\r\nHost: portal.example\r\n"


@pytest.mark.asvs("4.2.1")
@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
        b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG",
        b"Content-Length: 6\r\nContent-Length: 5\r\n\r\nabcdef",
        b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: identity, chunked, identity\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"Content-Length: +6\r\n\r\nabcdef",
        b"Content-Length: 6\r\n folded: header\r\n\r\nabcdef",
    ],
)
def test_a_request_that_could_end_in_two_places_is_refused_whole(server: Server, framing: bytes) -> None:
    answer = _say(server, BEGIN + framing + b"GET /smuggled HTTP/1.1\r\nHost: portal.example\r\n\r\n")
    assert re.match(rb"HTTP/1.1 (400|501) ", answer), answer
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.asvs("4.2.5")
@pytest.mark.parametrize(
    "long",
    [b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nCookie: " + b"x" * 100_000 + b"\r\n"],
)
def test_what_is_too_long_for_the_server_is_refused_and_the_next_is_served(
    server: Server, long: bytes
) -> None:
    assert re.match(rb"HTTP/1.1 4\d\d ", _say(server, long + b"Host: portal.example\r\n\r\n"))
    server.hello(server.client())


@pytest.mark.asvs("13.4.6")
def test_the_server_tells_no_version(server: Server) -> None:
    answer = _say(server, b"GET / HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\n\r\n")
    told = answer.partition(b"\r\n\r\n")[0].lower()
    assert not re.search(rb"^(?:server|x-powered-by|via):.*\d", told, re.MULTILINE)


@pytest.mark.asvs("12.2.1")
@pytest.mark.asvs("12.3.3")
@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.7", "portal.example", ""])  # noqa: S104 - refused
def test_without_a_certificate_nobody_can_be_served_over_a_network(address: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="PORTAL_TLS_CERTIFICATE"):
        transport.allow(address, None)
    transport.allow(address, Authority().certify(tmp_path, HERE))


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1"])
def test_a_proxy_on_this_machine_needs_no_second_certificate(address: str) -> None:
    transport.allow(address, None)
    assert "certfile" not in listening(address, 8000, None)


def test_a_certificate_without_its_key_stops_the_start() -> None:
    with pytest.raises(SettingsInvalid, match="belong together"):
        load({"PORTAL_TLS_CERTIFICATE": "certificate.pem"})


@pytest.mark.asvs("12.2.2")
def test_a_certificate_that_browsers_believe_is_believed(tmp_path: Path) -> None:
    authority = Authority()
    tls = authority.certify(tmp_path, "portal.example")
    assert transport.disbelief(tls, "portal.example", authority.trust()) is None


@pytest.mark.asvs("12.2.2")
@pytest.mark.parametrize(
    ("host", "days", "why"),
    [
        ("portal.example", (-30, -1), "certificate has expired"),
        ("portal.example", (1, 30), "certificate is not yet valid"),
        ("other.example", (-1, 30), "Hostname mismatch, certificate is not valid for 'portal.example'."),
    ],
)
def test_a_certificate_out_of_its_time_or_place_is_not(
    host: str, days: tuple[int, int], why: str, tmp_path: Path
) -> None:
    authority = Authority()
    tls = authority.certify(tmp_path, host, days)
    assert transport.disbelief(tls, "portal.example", authority.trust()) == why


@pytest.mark.asvs("12.2.2")
def test_an_authority_that_browsers_do_not_know_is_not_believed(tmp_path: Path) -> None:
    tls = Authority().certify(tmp_path, "portal.example")
    assert transport.disbelief(tls, "portal.example") == "unable to get local issuer certificate"
    tls.certificate.write_text("nothing")
    assert transport.disbelief(tls, "portal.example")
