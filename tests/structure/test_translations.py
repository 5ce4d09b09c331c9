"""The catalogues hold exactly the texts that people can read, each translated with its placeholders."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
LANGUAGES = sorted(path.parts[-3] for path in ROOT.glob("portal/translations/*/LC_MESSAGES/messages.po"))


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    template = tmp_path_factory.mktemp("texts") / "messages.pot"
    subprocess.run([ROOT / "deploy/gather-texts", template], check=True)
    return _catalogue(template)


@pytest.fixture(params=LANGUAGES)
def translated(request: pytest.FixtureRequest) -> Catalog:
    return _catalogue(ROOT / f"portal/translations/{request.param}/LC_MESSAGES/messages.po", request.param)


def test_code_and_templates_hold_texts(gathered: Catalog) -> None:
    assert len(gathered) > 0


def test_a_catalogue_knows_the_texts_of_today_and_no_others(gathered: Catalog, translated: Catalog) -> None:
    wanted, known = _texts(gathered), _texts(translated)
    remedy = "run `make translations`, then translate"
    assert (wanted - known, known - wanted, list(translated.obsolete)) == (set(), set(), []), remedy


def test_every_text_is_translated(translated: Catalog) -> None:
    waiting = [
        message.id
        for message in translated
        if message.id and (message.fuzzy or not _complete(message.string))
    ]
    assert waiting == []


@pytest.mark.asvs("1.3.10")
def test_a_translation_keeps_its_placeholders_and_plurals(translated: Catalog) -> None:
    assert [(message.id, errors) for message, errors in translated.check()] == []


def _catalogue(path: Path, language: str | None = None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _texts(catalogue: Catalog) -> set[tuple[object, str | None]]:
    return {(message.id, message.context) for message in catalogue if message.id}


def _complete(string: str | list[str] | tuple[str, ...]) -> bool:
    return all([string] if isinstance(string, str) else string)
