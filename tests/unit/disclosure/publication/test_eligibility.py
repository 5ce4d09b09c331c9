"""What stands against a name, answer by answer."""

from __future__ import annotations

import pytest

from portal.disclosure.publication.eligibility import hindrances
from portal.disclosure.publication.vocab import Hindrance, Spelling, Stance, Voice

ONE, OTHER = Spelling("سامر الحلاق", "Samer al-Hallaq"), Spelling("سامر الحلّاق", "Samer al-Hallaq")
YES, ELSE = Voice(Stance.AGREED, ONE, None), Voice(Stance.AGREED, OTHER, None)
LATIN = Voice(Stance.AGREED, Spelling(ONE.name_ar, "Samir Hallak"), None)
SILENT, LATER = Voice(Stance.ASKED, None, None), Voice(Stance.NOT_NOW, None, None)
NO = Voice(Stance.OBJECTED, None, None)


@pytest.mark.promise("P5")
@pytest.mark.parametrize(
    ("voices", "untold", "expected"),
    [
        ((YES,), 0, ()),
        ((YES, YES), 0, ()),
        ((YES, SILENT), 0, ()),
        ((YES, LATER), 0, ()),
        ((), 0, (Hindrance.NOBODY_AGREED,)),
        ((SILENT,), 0, (Hindrance.NOBODY_AGREED,)),
        ((LATER, SILENT), 0, (Hindrance.NOBODY_AGREED,)),
        ((YES,), 1, (Hindrance.SOMEBODY_NOT_TOLD,)),
        ((YES, YES, NO), 0, (Hindrance.SOMEBODY_OBJECTED,)),
        ((NO,), 0, (Hindrance.SOMEBODY_OBJECTED, Hindrance.NOBODY_AGREED)),
        ((YES, YES, ELSE), 0, (Hindrance.SPELLINGS_DIFFER,)),
        ((YES, LATIN), 0, (Hindrance.SPELLINGS_DIFFER,)),
        (
            (YES, ELSE, NO),
            2,
            (Hindrance.SOMEBODY_NOT_TOLD, Hindrance.SOMEBODY_OBJECTED, Hindrance.SPELLINGS_DIFFER),
        ),
    ],
)
def test_what_stands_against_a_name(
    voices: tuple[Voice, ...], untold: int, expected: tuple[Hindrance, ...]
) -> None:
    assert hindrances(voices, untold) == expected
