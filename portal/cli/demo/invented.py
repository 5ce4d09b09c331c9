"""Invented people: common given names, and family names that no family bears."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

_MEN = (
    "سامر Samer|خالد Khaled|مروان Marwan|جهاد Jihad|وائل Wael|لؤي Luay|باسل Basel|عمر Omar|"
    "ياسر Yaser|هاني Hani|فراس Firas|زياد Ziad|عادل Adel|رامي Rami|نبيل Nabil|حسام Husam"
)
_WOMEN = "خديجة Khadija|مريم Maryam|سلمى Salma|هدى Huda|ليلى Layla|سعاد Suad|رنا Rana|نجوى Najwa"
_FAMILIES = (
    "الغيمباني al-Ghaymbani|الندورسي an-Nadursi|النجموري an-Najmuri|الصفصفاوني as-Safsafawni|"
    "المطرجيلي al-Matarjili|الزعترولي az-Zaatarouli|الرمانتوري ar-Rummanturi|القمرداوني al-Qamardawni|"
    "الياسمندي al-Yasmandi|البيدروشي al-Baydarushi|الحورمازي al-Hawrmazi|السنبلوني as-Sunbulawni"
)


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in Arabic and in Latin letters."""

    arabic: str
    latin: str


@dataclass(frozen=True, slots=True)
class InventedName:
    """A civil name in its parts, with the mother's name and the year of birth."""

    given: Words
    father: Words
    grandfather: Words
    family: Words
    mother: Words
    mother_family: Words
    birth_year: int

    @property
    def full(self) -> Words:
        """Given, father's, grandfather's and family name, in this order."""
        return joined(self.given, self.father, self.grandfather, self.family)

    @property
    def full_mother(self) -> Words:
        """The mother's name and her own family name."""
        return joined(self.mother, self.mother_family)


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """One numbered person of the archive; a name only where a paper tells it."""

    number: str
    branch: str
    date: date
    photographer: str
    name: InventedName | None


def invent_name(chance: random.Random) -> InventedName:
    """Draw one name; father and grandfather differ from the given name, as do the two families."""
    given, father, grandfather = chance.sample(_pairs(_MEN), 3)
    family, mother_family = chance.sample(_pairs(_FAMILIES), 2)
    mother = chance.choice(_pairs(_WOMEN))
    return InventedName(given, father, grandfather, family, mother, mother_family, chance.randint(1955, 1998))


def unchanged(text: str) -> Words:
    """What is written alike in both, such as a number."""
    return Words(text, text)


def joined(*words: Words) -> Words:
    """Several words as one line."""
    return Words(" ".join(word.arabic for word in words), " ".join(word.latin for word in words))


def _pairs(listed: str) -> list[Words]:
    return [Words(*pair.split(" ")) for pair in listed.split("|")]
