"""What a visitor brings instead of an identity: a login, or the token of a link or session."""

from __future__ import annotations

from sqlalchemy import text

from portal.accounts.vocab import folded
from portal.kernel.crypto import blind_index, keyed_hash
from portal.kernel.work import Work

_PRESENT = text("select set_config('portal.presented', :proof, true)")


def of_login(login: str) -> bytes:
    """By what an account is found without its login being readable in the database."""
    return blind_index(folded(login), "account.login")


def of_token(token: str) -> bytes:
    """What is kept of a token: enough to recognise it, nothing to make one from."""
    return keyed_hash(token, "accounts.token")


def present(work: Work, proof: bytes) -> bytes:
    """Lay a proof before the database, which shows a visitor only what stands under it."""
    work.session.execute(_PRESENT, {"proof": proof.hex()})
    return proof
