"""How the demo's families asked, and how far each has come: every case walks the same steps, up to its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from portal.accounts.vocab import Opening
from portal.casework import service as casework
from portal.cli.demo.archive_tale import FoundPerson
from portal.cli.demo.cast import Cast, Member
from portal.cli.demo.told_tale import Teller
from portal.inquiries import queries as inquiry_queries
from portal.inquiries import service as inquiries
from portal.inquiries.vocab import (
    Channel,
    Filing,
    GivenConsent,
    Layer,
    Purpose,
    Relation,
    SafeContact,
    Sought,
    default_wish,
)
from portal.kernel.actor import ANONYMOUS, Actor
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.matching import queries as matching_queries
from portal.matching import service as matching
from portal.matching.vocab import EvidenceLevel, Ground, MatchProposal, Verdict
from portal.vault.service import Vault
from portal.verification import queries as verification_queries
from portal.verification import service as verification
from portal.verification.vocab import Basis, DecisionKind, Finding, Proposal

GROUNDS = frozenset({Ground.AUTHENTICATED_PAPER_TIES_NUMBER, Ground.INDEPENDENT_LINE})
TEAM = {Role.VERIFIER: 0, Role.ANALYST: 0, Role.LIAISON: 0}
RELATIVES = (
    ("ريم", Relation.SIBLING), ("هدى", Relation.MOTHER), ("نزار", Relation.FATHER), ("سلمى", Relation.SPOUSE),
    ("فراس", Relation.CHILD),
)  # fmt: skip
WORDS = {
    "ar": ("أوافق على أن تبحثوا بما كتبتُه.", "أوافق على أن تتواصلوا معي كما كتبت."),
    "en": ("I agree that you search with what I wrote.", "I agree that you contact me as I wrote."),
}
STAGES = (
    "received",
    "identity waits for a second signature",
    "to be compared",
    "waits for a blind verdict",
    "to be prepared",
    "waits for approval",
    "asked to get in touch",
    "told, two layers opened",
    "asked for the register",
    "name waits for a second signature",
    "name stands",
    "name taken off again",
)
STANDING = STAGES.index("name stands")


@dataclass(frozen=True, slots=True)
class Case:
    """One family's file and the record that speaks of their person."""

    inquiry_id: UUID
    found: FoundPerson
    relative: Member


def tell(cast: Cast, vault: Vault, found: Sequence[FoundPerson], say: Callable[[str], None]) -> None:
    """Let one family after the other ask; there is one for each stage, and the rest have a name standing."""
    steps = _steps(cast, vault)
    for place, person in enumerate(found):
        stage = len(STAGES) - 1 if place == len(found) - 1 else min(place, STANDING)
        say(f"A family asks: {STAGES[stage]}")
        case = _file(cast, person, place, STAGES[stage])
        for step in steps[:stage]:
            step(case)


def _steps(cast: Cast, vault: Vault) -> list[Callable[[Case], None]]:
    teller = Teller(cast, vault)
    return [
        lambda case: _verify(cast, case, both=False),
        lambda case: _verify(cast, case, both=True),
        lambda case: _propose(cast, case),
        lambda case: _judge(cast, case),
        lambda case: teller.prepare(case.inquiry_id),
        lambda case: teller.approve_and_announce(case.inquiry_id),
        lambda case: teller.tell(case.inquiry_id),
        lambda case: teller.ask_for_name(case.found.record_id),
        lambda case: teller.agree(case.relative.actor, case.found),
        lambda case: teller.sign_name(timedelta(0)),
        lambda case: teller.take_off(case.relative.actor),
    ]


def _file(cast: Cast, person: FoundPerson, place: int, stage: str) -> Case:
    with cast.place.open(ANONYMOUS, DbRole.FAMILY) as work:
        receipt = inquiries.file_inquiry(work, _filing(person, place))
    with cast.place.open(cast.one(Role.INTAKE), DbRole.CASEWORK) as work:
        account_id = inquiry_queries.relative_of(work, receipt.inquiry_id)
        if place:
            team = {role: _id(cast.one(role, which)) for role, which in TEAM.items()}
            casework.assign_team(work, receipt.inquiry_id, team)
    opening = Opening(account_id, receipt.setup_token)
    member = cast.set_up(receipt.reference, _relative_name(person, place), opening, stage)
    return Case(receipt.inquiry_id, person, member)


def _filing(person: FoundPerson, place: int) -> Filing:
    name, language = person.name, "en" if place % 5 == 4 else "ar"
    search, contact = WORDS[language]
    sought = Sought(
        uuid4(),
        given=name.given.arabic,
        father=name.father.arabic,
        grandfather=None if place % 3 == 2 else name.grandfather.arabic,
        family=name.family.arabic,
        mother=name.mother.arabic,
        mother_family=name.mother_family.arabic,
        birth_year=name.birth_year,
        arrested_year=person.person.date.year - 1,
        arrest_place="دمشق",
        branch=person.person.branch,
    )
    return Filing(
        sought=sought,
        marks=None,
        inquirer_name=_relative_name(person, place),
        relation=RELATIVES[place % len(RELATIVES)][1],
        contact=_contact(place, language),
        wishes={layer: default_wish(layer) for layer in Layer},
        consents=(GivenConsent(Purpose.SEARCH, search), GivenConsent(Purpose.CONTACT, contact)),
    )


def _contact(place: int, language: str) -> SafeContact:
    address = f"family-{place}@mail.example"
    return SafeContact(Channel.EMAIL, address, 9, 20, frozenset(), True, None, "ياسمين", None, language)


def _relative_name(person: FoundPerson, place: int) -> str:
    return f"{RELATIVES[place % len(RELATIVES)][0]} {person.name.family.arabic}"


def _verify(cast: Cast, case: Case, both: bool) -> None:
    """First one question is answered and waits; then the other too, and both are signed."""
    kind = DecisionKind.KINSHIP if both else DecisionKind.IDENTITY
    proposal = Proposal(
        case.inquiry_id,
        kind,
        Finding.ACCEPTED,
        frozenset({Basis.FAMILY_BOOKLET}),
        "the family booklet was shown, and the answers fitted",
    )
    with cast.place.open(cast.one(Role.VERIFIER), DbRole.CASEWORK) as work:
        verification.propose_decision(work, proposal)
    while both:
        with cast.place.open(cast.one(Role.VERIFIER, 1), DbRole.CASEWORK) as work:
            waiting = [
                d for d in verification_queries.waiting_for_me(work) if d.inquiry_id == case.inquiry_id
            ]
            if not waiting:
                return
            verification.sign_decision(work, waiting[0].id, waiting[0].version)


def _propose(cast: Cast, case: Case) -> None:
    proposal = MatchProposal(
        case.inquiry_id,
        case.found.record_id,
        EvidenceLevel.E3,
        GROUNDS,
        "number and full name on one paper; a released man remembers him",
    )
    with cast.place.open(cast.one(Role.ANALYST), DbRole.CASEWORK) as work:
        matching.propose_match(work, proposal)


def _judge(cast: Cast, case: Case) -> None:
    with cast.place.open(cast.one(Role.ANALYST, 1), DbRole.CASEWORK) as work:
        waiting = matching_queries.waiting_for_me(work)
        match = next(each for each in waiting if each.inquiry_id == case.inquiry_id)
        matching.review_match(
            work, match.id, Verdict.SAME, "every part of the name agrees, and the year", match.version
        )


def _id(actor: Actor) -> UUID:
    if actor.id is None:
        raise ValueError("a visitor has no place in a team")
    return actor.id
