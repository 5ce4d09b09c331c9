"""A recipe can be followed, kept and read back; nothing vague becomes one."""

from __future__ import annotations

import pytest

from portal.kernel.errors import Invalid
from portal.vault.vocab import Recipe


@pytest.mark.parametrize(
    "recipe",
    [Recipe(), Recipe(longest_side=400, greyscale=True, crop=(1, 2, 3, 4), watermark="Amana 12", quality=70)],
)
def test_a_recipe_comes_back_from_custody(recipe: Recipe) -> None:
    assert Recipe.from_canonical(recipe.canonical()) == recipe


def test_the_written_form_is_fixed() -> None:
    assert Recipe().canonical() == (
        '{"crop":null,"greyscale":false,"longest_side":1600,"quality":85,"watermark":null}'
    )


@pytest.mark.parametrize(
    "parts",
    [
        {"longest_side": 15},
        {"longest_side": 10_001},
        {"quality": 0},
        {"quality": 96},
        {"crop": (5, 0, 5, 9)},
        {"crop": (0, 9, 5, 9)},
        {"crop": (-1, 0, 5, 9)},
        {"watermark": ""},
        {"watermark": "أمانة"},
        {"watermark": "two\nlines"},
        {"watermark": "A" * 81},
    ],
)
def test_a_recipe_that_cannot_be_followed_is_refused(parts: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        Recipe(**parts)  # type: ignore[arg-type]  # each case breaks one rule
