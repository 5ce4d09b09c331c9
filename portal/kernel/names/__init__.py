"""Personal names in Arabic and Latin letters: fold, part, compare and find them; no database, no screen."""

from portal.kernel.names.compare import Agreement, PartComparison, compare_part, similarity, spelled_alike
from portal.kernel.names.keys import query_keys, query_tiers, search_keys, skeleton
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
    "query_keys",
    "query_tiers",
    "romanise",
    "search_keys",
    "similarity",
    "skeleton",
    "spelled_alike",
]
