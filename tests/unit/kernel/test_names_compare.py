import pytest

from portal.kernel.names import Agreement, compare_part, spelled_alike

AGREES, CONTRADICTS, NOT_KNOWN = Agreement.AGREES, Agreement.CONTRADICTS, Agreement.NOT_KNOWN


@pytest.mark.parametrize(
    ("one", "other", "mark"),
    [
        ("خالد", "حالد", AGREES),  # one dot
        ("زينب", "زبنب", AGREES),
        ("القنطوري", "القنظوري", AGREES),
        ("القنطوري", "القنطوسي", AGREES),  # one other letter in a long part
        ("الزرقوني", "الزرقون", AGREES),
        ("سالم", "حاتم", CONTRADICTS),
        ("خالد", "سمير", CONTRADICTS),
        ("محمد", "محمود", CONTRADICTS),  # one letter apart, but two names
        ("محمد", "Mahmoud", CONTRADICTS),
        ("Mohamed", "Mahmoud", CONTRADICTS),
        ("حسن", "حسين", CONTRADICTS),
        ("حسن", "Hussein", CONTRADICTS),
        ("سالم", "سليم", CONTRADICTS),
        ("عبد الرحمن", "عبد الرحيم", CONTRADICTS),
        ("أبو زهرون", "أبو قنطور", CONTRADICTS),
        ("Khaled", "Sameer", CONTRADICTS),
        ("خالد", "", NOT_KNOWN),
        (None, "خالد", NOT_KNOWN),
        (None, None, NOT_KNOWN),
        (" \u200f ", "خالد", NOT_KNOWN),
        ("؟؟", "خالد", NOT_KNOWN),
        ("مجهول", "خالد", NOT_KNOWN),
        ("غير معروف", "خالد", NOT_KNOWN),
        ("Unknown", "خالد", NOT_KNOWN),
    ],
)
def test_a_part_agrees_contradicts_or_is_not_known(
    one: str | None, other: str | None, mark: Agreement
) -> None:
    assert compare_part(one, other).agreement is mark


def test_a_near_misread_agrees_less_closely_than_the_same_spelling() -> None:
    assert compare_part("خالد", "حالد").closeness < compare_part("خالد", "خَالِد").closeness == 1.0


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("خالد الزرقوني", "خَالِد الزرقونى", True),
        ("عبد الرحمن", "عبدالرحمن", True),
        ("إسماعيل", "اسماعيل", True),
        ("١٢", "12", True),
        ("", None, True),
        ("خالد", "حالد", False),
        ("خالد", "Khaled", False),
        ("الزرقوني", "زرقوني", False),
        ("أ" * 300, "أ" * 300 + "ب", False),
    ],
)
def test_two_readers_typed_the_same_or_not(one: str, other: str | None, alike: bool) -> None:
    assert spelled_alike(one, other) is alike
