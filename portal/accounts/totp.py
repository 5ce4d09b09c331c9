"""The second factor: six digits that a phone makes from a shared secret and the time; each works once."""

from __future__ import annotations

from datetime import datetime

import pyotp
import segno

from portal.accounts.vocab import western_digits
from portal.kernel.crypto import constant_time_equal

STEP = 30

# Checked when there is no account, so that the work is the same; belongs to nobody.
NOBODY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def new_secret() -> str:
    """160 random bits, in letters a person can type."""
    return pyotp.random_base32()


def matching_step(secret: str, typed: str, now: datetime, last_step: int | None) -> int | None:
    """The time step the typed code belongs to, or None: wrong, of another half minute, or used before."""
    step = int(now.timestamp()) // STEP
    fits = constant_time_equal(pyotp.TOTP(secret, interval=STEP).generate_otp(step), _digits(typed))
    return step if fits and (last_step is None or step > last_step) else None


def uri(secret: str, login: str, issuer: str) -> str:
    """What the QR code says to an authenticator app."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=login, issuer_name=issuer)


def picture(text: str) -> str:
    """The QR code as inline SVG without any style, as the content policy asks."""
    code = segno.make(text, error="m", micro=False)
    return str(
        code.svg_inline(scale=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True)
    )


def groups(secret: str) -> list[str]:
    """The secret in groups of four, for typing it by hand."""
    return [secret[start : start + 4] for start in range(0, len(secret), 4)]


def _digits(typed: str) -> str:
    return "".join(letter for letter in western_digits(typed) if not letter.isspace())
