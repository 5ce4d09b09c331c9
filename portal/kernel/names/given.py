"""Common given names: one usual Latin spelling of each, and which of them a part may be."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from portal.kernel.names.consonants import loose_consonants
from portal.kernel.names.distance import closeness
from portal.kernel.names.normalise import is_arabic, normalise

_SPELLED = """
محمد Mohammad | أحمد Ahmad | محمود Mahmoud | حامد Hamed | حميد Hamid | حمد Hamad | حماد Hammad
علي Ali | علاء Alaa | عمر Omar | عمرو Amr | عمار Ammar | عامر Amer | عماد Imad
عثمان Othman | عدنان Adnan | عصام Issam | عيسى Issa | حسن Hassan | حسين Hussein | حسان Hassan
حسام Hussam | حسني Hosni | خالد Khaled | خليل Khalil | خضر Khodr | إبراهيم Ibrahim | إسماعيل Ismail
إسحاق Ishaq | إدريس Idris | إياد Iyad | إيهاب Ihab | أسامة Osama | أسعد Asaad | أكرم Akram
أمجد Amjad | أمين Amin | أنس Anas | أنور Anwar | أيمن Ayman | أيوب Ayoub | أشرف Ashraf
أديب Adib | باسل Basel | باسم Bassem | بدر Badr | بسام Bassam | بشار Bashar | بشير Bashir
بلال Bilal | بكر Bakr | تيسير Taysir | توفيق Tawfiq | ثائر Thaer | جابر Jaber | جاسم Jassem
جعفر Jaafar | جلال Jalal | جمال Jamal | جميل Jamil | جهاد Jihad | جواد Jawad | حازم Hazem
حبيب Habib | حمزة Hamza | حيدر Haidar | داود Dawoud | ربيع Rabih | رائد Raed | راشد Rashed
رشيد Rashid | رضا Rida | رمضان Ramadan | رامي Rami | رياض Riyad | زاهر Zaher | زكريا Zakariya
زياد Ziad | زيد Zaid | زين Zain | سالم Salem | سليم Salim | سلمان Salman | سليمان Suleiman
سامر Samer | سامي Sami | سمير Samir | سعد Saad | سعيد Said | سعود Saud | سهيل Suhail
سيف Saif | شادي Shadi | شاكر Shaker | شريف Sharif | صالح Saleh | صلاح Salah | صابر Saber
صبحي Subhi | ضياء Diaa | طارق Tareq | طاهر Taher | طلال Talal | ظافر Zafer | عادل Adel
عارف Aref | عباس Abbas | عبد Abd | عزيز Aziz | غازي Ghazi | غسان Ghassan | غياث Ghiath
فادي Fadi | فارس Fares | فراس Firas | فاروق Farouq | فؤاد Fouad | فوزي Fawzi | فيصل Faisal
فهد Fahd | قاسم Qasem | قصي Qusai | كامل Kamel | كمال Kamal | كريم Karim | لؤي Louay
ليث Laith | ماجد Majed | مازن Mazen | مالك Malek | ماهر Maher | مجد Majd | محسن Mohsen
مروان Marwan | مصطفى Mustafa | معاذ Muath | منذر Munzer | منصور Mansour | منير Munir | مهند Muhannad
موسى Moussa | مؤيد Muayyad | ناصر Nasser | نادر Nader | نبيل Nabil | نزار Nizar | نصر Nasr
نور Nour | هادي Hadi | هاشم Hashem | هاني Hani | هشام Hisham | هيثم Haitham | وائل Wael
وسام Wissam | وسيم Wassim | وليد Walid | ياسر Yasser | ياسين Yassin | يامن Yamen | يحيى Yahya
يزن Yazan | يعقوب Yaqoub | يوسف Youssef | يونس Younes | آمنة Amna | أمينة Amina | إيمان Iman | أمل Amal
أسماء Asmaa | بثينة Buthaina | جميلة Jamila | حنان Hanan | خديجة Khadija | دعاء Duaa | رنا Rana
ريم Reem | رزان Razan | زينب Zainab | سارة Sara | سعاد Suad | سلمى Salma | سمر Samar
سميرة Samira | سناء Sanaa | عائشة Aisha | عبير Abir | فاطمة Fatima | كوثر Kawthar | ليلى Layla
مريم Maryam | منى Mona | نادية Nadia | نجوى Najwa | نسرين Nisrin | هالة Hala | هبة Hiba
هدى Huda | هند Hind | وفاء Wafaa | ياسمين Yasmin
"""
_ENTRIES = (entry.split() for line in _SPELLED.strip().splitlines() for entry in line.split("|"))

GIVEN: dict[str, str] = {normalise(arabic): latin for arabic, latin in _ENTRIES}

# A Latin spelling may stand for several names when none of them is clearly the nearest (Salim: سالم or سليم).
_NEAR = 0.9
_AS_NEAR = 0.04


def are_two_names(one: str, other: str) -> bool:
    """True when both are common names and not the same: محمد and محمود are one letter apart, not one man."""
    if one == other:
        return False
    first, second = _known_as(one), _known_as(other)
    return bool(first and second) and first.isdisjoint(second)


@lru_cache(maxsize=65536)
def _known_as(part: str) -> frozenset[str]:
    if is_arabic(part):
        return frozenset({part} & GIVEN.keys())
    near = {name: closeness(part, name) for name in _BY_CONSONANTS.get(loose_consonants(part), ())}
    best = max(near.values(), default=0.0)
    return frozenset(name for name, how in near.items() if how >= max(_NEAR, best - _AS_NEAR))


def _by_consonants() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name in GIVEN:
        found[loose_consonants(name)].append(name)
    return found


_BY_CONSONANTS = _by_consonants()
