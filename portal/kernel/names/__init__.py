"""Personal names in Arabic and Latin letters: fold, part, compare and spell them; no database, no screen."""

from portal.kernel.names.compare import Agreement, PartComparison, compare_part, spelled_alike
from portal.kernel.names.normalise import MAX_QUERY, normalise
from portal.kernel.names.parts import parts
from portal.kernel.names.romanise import romanise

__all__ = [
    "MAX_QUERY",
    "Agreement",
    "PartComparison",
    "compare_part",
    "normalise",
    "parts",
    "romanise",
    "spelled_alike",
]
