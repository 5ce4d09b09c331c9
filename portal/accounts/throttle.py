"""How sign-in slows down: by itself, further and further, and never for good."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
FREE = 5
_FIRST_WAIT = timedelta(seconds=30)


def open_again(failures: int, last: datetime | None) -> datetime | None:
    """The moment the next attempt may be made, or None when it may be made at once."""
    if last is None or failures < FREE:
        return None
    doublings = min(failures - FREE, 10)
    return last + min(_FIRST_WAIT * (1 << doublings), WINDOW)


def network_of(address: str) -> str:
    """The part of an address that one household cannot change at will: a whole /64 of IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
