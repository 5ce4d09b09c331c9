"""TLS as `portal serve` speaks it, and whether a browser would believe its certificate."""

from __future__ import annotations

import ipaddress
import ssl

from portal.config import SettingsInvalid, Tls

# Forward secrecy and authenticated encryption only; TLS 1.3 has nothing else.
SUITES = "ECDHE+AESGCM:ECDHE+CHACHA20"
_ROUNDS = 8  # a handshake takes three


def context(tls: Tls) -> ssl.SSLContext:
    """TLS 1.2 and 1.3, with suites that keep yesterday's traffic closed when tomorrow the key is stolen."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers(SUITES)
    made.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    made.load_cert_chain(tls.certificate, tls.key)
    return made


def allow(address: str, tls: Tls | None) -> None:
    """Without TLS only this machine may connect: nothing goes over a network in plain words."""
    if tls is None and not _is_this_machine(address):
        raise SettingsInvalid(
            f"{address} can be reached over the network. Set PORTAL_TLS_CERTIFICATE and PORTAL_TLS_KEY, or listen on "
            "127.0.0.1 behind a proxy on this machine."
        )


def disbelief(tls: Tls, host: str, trust: ssl.SSLContext | None = None) -> str | None:
    """Why a browser that opens `host` would not believe the certificate; None when it would.

    The two ends shake hands in memory, so nothing is asked of the network.
    """
    browser_in, browser_out = ssl.MemoryBIO(), ssl.MemoryBIO()
    browser = (trust or ssl.create_default_context()).wrap_bio(browser_in, browser_out, server_hostname=host)
    try:
        ours = context(tls).wrap_bio(browser_out, browser_in, server_side=True)
        for _ in range(_ROUNDS):
            if all([_shaken(browser), _shaken(ours)]):
                return None
    except ssl.SSLError as error:
        return getattr(error, "verify_message", None) or error.reason or "unreadable"
    except OSError as error:
        return error.strerror or "unreadable"
    return "no agreement"


def _shaken(end: ssl.SSLObject) -> bool:
    try:
        end.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True


def _is_this_machine(address: str) -> bool:
    try:
        return address == "localhost" or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
