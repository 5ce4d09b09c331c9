"""Coarse limits per address; the finer throttle of sign-in lives with the accounts."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

# Generous enough for a village behind one address, tight enough for a machine that guesses.
DEFAULT = ("600 per minute",)


def install(app: Flask) -> Limiter:
    """Put the limits before the views."""
    return Limiter(get_remote_address, app=app, default_limits=list(DEFAULT), storage_uri="memory://")
