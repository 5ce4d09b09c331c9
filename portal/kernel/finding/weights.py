"""What the finder was given by hand: how often people mistype, and what order and left-over parts are worth."""

from __future__ import annotations

from typing import NamedTuple


class Noise(NamedTuple):
    """How likely a slip is at any one letter, whatever was meant."""

    dropped: float = 0.001
    instead: float = 0.0002
    added: float = 0.0008
    turned: float = 0.004
    article: float = 0.005  # an article that was put before


class Bounds(NamedTuple):
    """Which readings of a typed part are worth following, in logarithms over any word at all."""

    least: float = 2.0
    enough: float = 14.0  # more than this a part can never speak for a name
    spread: float = 9.0  # so much less likely than the best reading, and it is left
    slips: float = (
        6.0  # nobody mistypes more than this much in a part, and so much more in each of its letters
    )
    slips_each: float = 1.8


class Believed(NamedTuple):
    """How much the model is believed between which scripts; spellings in a name are not independent."""

    across: float = 0.9
    latin: float = 0.9
    arabic: float = 0.9


class Order(NamedTuple):
    """What the place of parts is worth, and what is lost with each part that finds no partner."""

    first: float = 2.0
    last: float = 1.0
    turned: float = 2.0
    joined: float = 1.0
    outer_asked: float = 4.0
    inner_asked: float = 1.0
    first_left: float = 5.0
    last_left: float = 4.0
    inner_left: float = 1.0


class Survey(NamedTuple):
    """How the likeliest names are chosen before they are looked at closely."""

    first: float = 2.0
    last: float = 2.0
    longer: float = 0.8
    looked_at: int = 500


NOISE, BOUNDS, BELIEVED, ORDER, SURVEY = Noise(), Bounds(), Believed(), Order(), Survey()
