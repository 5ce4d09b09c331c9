"""First words for each layer, in the relative's language; a liaison reads, changes and answers for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import force_locale, format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.disclosure.packages.queries import PackageDesk
from portal.disclosure.vocab import Item
from portal.inquiries.vocab import Layer
from portal.matching.vocab import EvidenceLevel
from portal.records.truth.vocab import RecordFacts, Statement
from portal.records.vocab import FileKind

# The months of our readers are the Levantine ones.
_LOCALES = {"ar": "ar_SY"}
_ISOLATED, _END = "\u2068", "\u2069"
SOURCES = {
    FileKind.CARD: _l("The number card"),
    FileKind.COURT_SIGN_OFF: _l("The paper of the military court"),
    FileKind.DEATH_CERTIFICATE: _l("The death certificate"),
    FileKind.HOSPITAL_REPORT: _l("The hospital paper"),
    FileKind.OTHER_PAPER: _l("A paper"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the first words are made of: the record's facts, the family's name for the person, how sure we are.

    The name stands isolated in the sentence, so that an English one that begins with it still reads from the left.
    """

    facts: RecordFacts
    name: str
    level: EvidenceLevel | None
    papers: int
    photographs: int


def words_for(desk: PackageDesk) -> Mapping[Layer, str]:
    """The suggestions for the package on a desk; none while there is no record to speak of."""
    if desk.facts is None:
        return {}
    papers = len({said.item_id for said in desk.statements})
    known = Known(desk.facts, f"{_ISOLATED}{desk.name}{_END}", desk.level, papers, len(desk.photographs))
    return first_words(known, desk.language)


def first_words(known: Known, language: str) -> Mapping[Layer, str]:
    """A suggestion for each layer that is written in words of our own; a layer without one stays empty."""
    with force_locale(_LOCALES.get(language, language)):
        return {
            Layer.FACT: "\n\n".join(_fact(known)),
            Layer.DATE_PLACE: "\n\n".join(_date_place(known)),
            Layer.PAPERS: _papers(known),
            Layer.PHOTOGRAPHS_EXIST: _photographs(known),
            Layer.DESCRIPTION: "",
        }


def quotations(statements: Sequence[Statement], language: str) -> dict[str, Item]:
    """Each thing a paper says, attributed; each can be told or left out on its own."""
    with force_locale(_LOCALES.get(language, language)):
        return {
            f"{said.item_id}.{said.part}": Item(
                Layer.PAPERS, place, said.value, str(SOURCES[said.source_kind]), part=said.part
            )
            for place, said in enumerate(statements, 1)
        }


def _fact(known: Known) -> list[str]:
    name = known.name
    return [
        _("The documents show that %(name)s died.", name=name),
        *_how_sure(known),
        _(
            "What we do not know: how %(name)s died, who answers for it, and where %(name)s lies.",
            name=name,
        ),
        _(
            "What comes next: the person who spoke with you stays there for you. Nothing has to be decided today,"
            " and you alone decide what else you want to know."
        ),
        _("This is not a death certificate and starts no deadline."),
    ]


def _how_sure(known: Known) -> list[str]:
    match known.level:
        case EvidenceLevel.E4:
            return [
                _("How sure we are: as sure as one can be. Fingerprints, teeth or a DNA test say the same.")
            ]
        case EvidenceLevel.E3:
            return [
                _(
                    "How sure we are: sure. A paper that we know to be genuine ties this record to the full name of"
                    " %(name)s, and a second source that does not depend on it says the same.",
                    name=known.name,
                )
            ]
        case EvidenceLevel.E2:
            return [
                _(
                    "How sure we are: what we have agrees, but a doubt remains. Three people of ours looked at it,"
                    " each alone, and came to the same answer."
                )
            ]
        case _:
            return []


def _date_place(known: Known) -> list[str]:
    facts, name = known.facts, known.name
    said = []
    if facts.died_on_stated:
        said.append(_("A paper gives this day: “%(day)s”.", day=facts.died_on_stated))
    else:
        said.append(_("The papers do not say on which day %(name)s died.", name=name))
    if facts.photographed_on:
        day = format_date(facts.photographed_on, "d MMMM y", rebase=False)
        said.append(_("%(name)s died on %(day)s or before.", name=name, day=day))
    if facts.place_stated:
        said.append(_("A paper gives this place: “%(place)s”.", place=facts.place_stated))
    if facts.branch:
        said.append(_("The record was kept at security branch %(branch)s.", branch=facts.branch))
    said.append(_("These papers were written by those who held %(name)s. They may be wrong.", name=name))
    return said


def _papers(known: Known) -> str:
    if not known.papers:
        return ""
    return str(_("There are papers about %(name)s. What follows are their words, not ours.", name=known.name))


def _photographs(known: Known) -> str:
    if not known.photographs:
        return ""
    return str(
        _(
            "There are photographs of %(name)s, taken after death. You do not have to see them, not now and not"
            " ever. If you wish, we first tell you in words what they show.",
            name=known.name,
        )
    )
