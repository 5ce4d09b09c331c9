"""Invented names in any number: the same names for the same seed, in Arabic and in Latin letters."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

_GIVEN = (
    "سامر Samer|خالد Khaled|مروان Marwan|جهاد Jihad|وائل Wael|لؤي Luay|باسل Basel|عمر Omar|ياسر Yaser|هاني Hani|"
    "فراس Firas|زياد Ziad|عادل Adel|رامي Rami|نبيل Nabil|حسام Husam|طارق Tareq|ماهر Maher|نادر Nader|غسان Ghassan|"
    "كمال Kamal|سليم Salim|أيمن Ayman|بشار Bashar|رياض Riyad|صالح Saleh|منير Munir|فؤاد Fuad|جمال Jamal|رنا Rana|"
    "هدى Huda|ليلى Layla|سلمى Salma|سعاد Suad|نجوى Najwa|مريم Maryam|خديجة Khadija|أمل Amal|ريم Reem|سناء Sanaa"
)
# Family names are put together from these, so that no family bears them.
_FIRST = (
    "زعت Zaat|رمان Rumman|قمر Qamar|ياس Yas|بيد Bayd|حور Hawr|"
    "سنب Sunb|غيم Ghaym|ندور Nadur|نجم Najm|صفص Safs|مطر Matar"
)
_MIDDLE = (
    "رول roul|دول doul|جيل jil|مور mour|سون soun|باز baz|كين kin|لوب loub|نار nar|فود foud|شام sham|ثور thour"
)
_LAST = "اني ani|اوي awi|ي i|ازي azi|وني ouni|اري ari"


@dataclass(frozen=True, slots=True)
class Spelled:
    """One name in both spellings."""

    arabic: str
    latin: str


def invented_names(number: int, seed: int = 1) -> list[Spelled]:
    """Given, father's, grandfather's and family name, `number` times; some people share a name, as in life."""
    chance = Random(seed)  # noqa: S311 - the same names each time; nothing secret
    given, family = _listed(_GIVEN), _families()
    return [_one(chance, given, family) for _ in range(number)]


def _one(chance: Random, given: list[Spelled], family: list[Spelled]) -> Spelled:
    parts = [*chance.sample(given, 3), chance.choice(family)]
    return Spelled(" ".join(part.arabic for part in parts), " ".join(part.latin for part in parts))


def _families() -> list[Spelled]:
    return [
        Spelled(
            f"ال{first.arabic}{middle.arabic}{last.arabic}", f"al-{first.latin}{middle.latin}{last.latin}"
        )
        for first in _listed(_FIRST)
        for middle in _listed(_MIDDLE)
        for last in _listed(_LAST)
    ]


def _listed(line: str) -> list[Spelled]:
    return [Spelled(*pair.split(" ")) for pair in line.split("|")]
