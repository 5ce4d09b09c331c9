"""Browsers that people asked us to remember: what strangers guess elsewhere never slows these down."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from portal.accounts import proofs
from portal.accounts.models import KnownDevice
from portal.kernel.crypto import random_token
from portal.kernel.work import Work

KEPT = timedelta(days=180)


def known(work: Work, login_index: bytes, token: str) -> bytes | None:
    """What stands for this device, if the owner of the login asked us to remember it; the same work for all."""
    return work.session.scalar(
        select(KnownDevice.token_hash).where(
            KnownDevice.login_index == login_index,
            KnownDevice.token_hash == proofs.of_token(token),
            KnownDevice.remembered_at > work.now - KEPT,
        )
    )


def remember(work: Work, login_index: bytes) -> str:
    """Remember this browser from now on; gives the token it is to carry."""
    token = random_token()
    work.session.add(
        KnownDevice(login_index=login_index, token_hash=proofs.of_token(token), remembered_at=work.now)
    )
    return token


def forget_all(work: Work, login_index: bytes) -> None:
    """Remember no browser of this login any more."""
    work.session.execute(delete(KnownDevice).where(KnownDevice.login_index == login_index))
