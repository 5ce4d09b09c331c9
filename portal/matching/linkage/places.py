"""The governorates by whichever name they are given, so that Halab, Alep and حلب are one place."""

from __future__ import annotations

from portal.kernel.names import normalise
from portal.kernel.names.normalise import is_arabic

_GOVERNORATES = (
    "دمشق|مدينة دمشق|الشام|Damascus|Damas|Damaskus|Dimashq|Sham",
    "ريف دمشق|Rif Dimashq|Rural Damascus|Rif Damascus|Reef Dimashq|Damascus Countryside|Rif Damas",
    "حلب|Aleppo|Halab|Alep|Haleb",
    "حمص|Homs|Hims|Hums",
    "حماة|حماه|Hama|Hamah|Hamat",
    "إدلب|ادلب|Idlib|Edlib|Idleb",
    "اللاذقية|لاذقية|Lattakia|Latakia|Lattaquie|Latakie|Ladhiqiya",
    "طرطوس|Tartous|Tartus|Tartos",
    "درعا|Deraa|Daraa|Dara|Dar'a|Daraa",
    "السويداء|سويداء|Sweida|Suwayda|As-Suwayda|Soueida|Sueida|Suweida",
    "القنيطرة|قنيطرة|Quneitra|Qunaitra|Kuneitra|Quneitira",
    "دير الزور|ديرالزور|Deir ez-Zor|Deir Ezzor|Deir az-Zor|Deir Al Zor|Dayr az-Zawr",
    "الرقة|رقة|Raqqa|Ar-Raqqah|Raqqah|Rakka",
    "الحسكة|حسكة|Hasaka|Hasakah|Al-Hasakah|Hassake|Hasake",
)
_KNOWN = {normalise(name): number for number, line in enumerate(_GOVERNORATES, 1) for name in line.split("|")}


class Places:
    """Numbers for places; of one that is known in other letters only, nobody can say whether it is the same."""

    def __init__(self) -> None:
        self._numbers = dict(_KNOWN)

    def number(self, place: str) -> int | None:
        """The number of the place; None when nothing is said, or only in letters that cannot be compared."""
        folded = normalise(place)
        if not folded or (folded not in _KNOWN and not is_arabic(folded)):
            return None
        return self._numbers.setdefault(folded, len(self._numbers) + 1)
