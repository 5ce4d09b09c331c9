"""Coarse limits for each network; the finer throttle of sign-in lives with the accounts."""

from __future__ import annotations

import ipaddress

from flask import Flask, request
from flask_limiter import Limiter

from portal.config import Settings

# Generous enough for a village behind one address, tight enough for a machine that guesses.
READING = "600 per minute"


def install(app: Flask, settings: Settings) -> Limiter:
    """Put the limits before the views: so many pages of one kind, and so many forms of any kind, each minute."""
    return Limiter(
        network,
        app=app,
        default_limits=[READING],
        application_limits=[f"{settings.posts_per_minute} per minute"],
        application_limits_exempt_when=lambda: request.method != "POST",
        storage_uri="memory://",
    )


def network() -> str:
    """The neighbourhood a request comes from: one machine of a flood has a whole /24 or /64 to choose from."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "nowhere"
    width = 24 if address.version == 4 else 64
    return str(ipaddress.ip_network(f"{address}/{width}", strict=False))
