"""Why a row of the security standard has no test, in one honest sentence each."""

from __future__ import annotations

_DOCUMENT = "A document, which a person has to read: "
_NOT_BUILT = "Not built: "
_UNTESTED = "Not shown so far: "
_PLACE = "A matter of the machine it runs on: "

REASONS = {
    "1.3.3": _NOT_BUILT
    + "control characters and changes of direction are kept as typed, and escaped when shown.",
    "2.4.2": _NOT_BUILT + "no shortest time between two signatures is asked for.",
    "3.5.4": _NOT_BUILT + "each audience can have a process and a host name of its own; nothing demands it.",
    "3.7.4": _PLACE + "the owner of the domain asks for its place on the list.",
    "3.7.5": _NOT_BUILT + "no warning is shown to browsers that send no fetch headers.",
    "4.1.2": _PLACE + "the proxy in front redirects.",
    "5.2.4": "Nobody but the operator brings files in, from a folder.",
    "5.4.3": _NOT_BUILT + "files are drawn anew in a sandbox, not scanned.",
    "6.3.5": _NOT_BUILT
    + "a sign-in from an unknown browser is told on one's own page, failed attempts are not.",
    "6.4.5": "No factor expires.",
    "6.5.2": "The codes have 80 bits and stand as keyed hashes; the key is kept apart from the database.",
    "6.6.2": "No code is ever sent outside the page.",
    "7.4.5": _NOT_BUILT + "an administrator cannot end the sessions of others yet.",
    "8.1.2": _DOCUMENT + "docs/ARCHITECTURE.md says which role reads which columns; the grants are compared.",
    "8.2.4": _NOT_BUILT + "a change of network asks for nothing.",
    "8.3.3": _UNTESTED + "no test yet takes a right away between asking and doing.",
    "8.4.2": _NOT_BUILT + "staff need a password and a code, not yet a device that is known.",
    "9.2.3": "One cookie serves all audiences of one host; what it opens is asked of the database each time.",
    "11.4.4": "No key is made of a password.",
    "11.7.2": _UNTESTED + "no test yet watches the disk while pictures are shown.",
    "12.3.4": _PLACE + "there is no certificate authority of our own.",
    "13.1.4": _DOCUMENT + "no dates of change are set.",
    "13.2.5": _PLACE + "its firewall.",
    "13.3.4": _NOT_BUILT + "the age of a key is not checked.",
    "14.2.2": _PLACE + "every private answer says no-store; the proxy has to obey.",
    "15.3.5": "mypy --strict holds it, in `make check`.",
    "15.4.2": _UNTESTED + "no test yet takes a right away while a page is read.",
    "15.4.3": _UNTESTED + "no test yet provokes a deadlock.",
    "16.4.3": _PLACE + "where its logs go; the head of the chain can be kept elsewhere.",
}
