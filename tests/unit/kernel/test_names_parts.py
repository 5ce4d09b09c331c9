import pytest

from portal.kernel.names import MAX_QUERY, normalise, parts, romanise


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("إِبْرَاهِيم", "ابراهيم"),
        ("محـــمد", "محمد"),
        ("\u202bخالد\u202c\u200f", "خالد"),
        ("خا\u200cلد", "خالد"),
        ("فاطمة", "فاطمه"),
        ("موسى", "موسي"),
        ("علی", "علي"),
        ("کریم", "كريم"),
        ("ڕێبوار", "ريبوار"),
        ("ۆسمان", "وسمان"),
        ("گوڵ", "كول"),
        ("مؤيد رائد ضياء", "مويد رايد ضيا"),
        ("رقم ١٢۳", "رقم 123"),
        ("ﻣﺤﻤﺪ", "محمد"),
        ("Khaled  al-Zarqouni, Jr.", "khaled al zarqouni jr"),
        ("Sa'id Ja’far", "said jafar"),
        ("İSMAİL", "ismail"),
        ("a\x00b\tc\nd", "ab c d"),
        ("", ""),
        ("،؛؟!", ""),
    ],
)
def test_typing_habits_are_folded(typed: str, folded: str) -> None:
    assert normalise(typed) == folded


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("خالد بن سمير الزرقوني", ("خالد", "سمير", "زرقوني")),
        ("Khaled ibn Samir al-Zarqouni", ("khaled", "samir", "zarqouni")),
        ("Khaled bin Samir az-Zarqouni", ("khaled", "samir", "zarqouni")),
        ("عبد الرحمن أبو زهرون", ("عبدرحمن", "ابوزهرون")),
        ("عبدالرحمن ابوزهرون", ("عبدرحمن", "ابوزهرون")),
        ("Abd al-Rahman Abou Zahroun", ("abdrahman", "abuzahroun")),
        ("Abdurrahman Abuzahroun", ("abdrahman", "abuzahroun")),
        ("صلاح الدين نصر الله", ("صلاحدين", "نصرله")),
        ("Salah ad-Din Nasr Allah", ("salahdin", "nasrlah")),
        ("Salaheddine Nasrallah", ("salahdin", "nasrlah")),
        ("أم النور", ("امنور",)),
        ("إلهام إلياس", ("الهام", "الياس")),
        ("عبد", ("عبد",)),
        ("بن", ("بن",)),
        ("al", ("al",)),
        ("Zarqouni, Khaled", ("zarqouni", "khaled")),
        ("Ха́лид", ("khalid",)),
        ("", ()),
        ("؟", ()),
    ],
)
def test_what_belongs_together_is_joined_and_small_words_are_dropped(
    name: str, expected: tuple[str, ...]
) -> None:
    assert parts(name) == expected


@pytest.mark.parametrize(
    ("arabic", "proposal"),
    [
        ("خالد سمير الزرقوني", "Khaled Samir al-Zarqouni"),
        ("عبد الرحمن أبو زهرون", "Abd al-Rahman Abu Zahroun"),
        ("عبدالله القنطوري", "Abdullah al-Qantouri"),
        ("صلاح الدين الطبشوري", "Salah al-Din al-Tabshouri"),
        ("فاطمة بنت نصرالله", "Fatima bint Nasrallah"),
        ("يحيى الحمداني", "Yahya al-Hamdani"),
        ("Şêxo 12", "Shexo 12"),
        ("", ""),
    ],
)
def test_a_readable_latin_spelling_is_proposed(arabic: str, proposal: str) -> None:
    assert romanise(arabic) == proposal


def test_nothing_after_the_longest_query_is_read() -> None:
    assert normalise("ا" * MAX_QUERY + "ب" * 1_000_000) == "ا" * MAX_QUERY
