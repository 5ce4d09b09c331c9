"""The whole story from end to end, each act by the person it belongs to, on a real database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from portal.audit import service as audit
from portal.casework import service as casework
from portal.disclosure.packages import queries as package_queries
from portal.disclosure.packages import service as packages
from portal.disclosure.publication import queries as name_queries
from portal.disclosure.publication import service as names
from portal.disclosure.publication.vocab import Consent, Spelling
from portal.disclosure.telling import queries as telling_queries
from portal.disclosure.telling import service as telling
from portal.disclosure.telling.vocab import Conversation
from portal.disclosure.vocab import Item, Manner
from portal.inquiries import queries as inquiries
from portal.inquiries.vocab import FamilyStatus, Layer
from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import NotAllowed
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.matching import service as matching
from portal.matching.vocab import EvidenceLevel, Ground, MatchProposal, Verdict
from portal.memorial import queries as memorial
from portal.notifications.vocab import Rhythm
from portal.oversight import queries as oversight
from portal.records.truth import queries as record_queries
from portal.records.truth import service as truth
from portal.vault.service import Vault
from portal.verification import queries as verification_queries
from portal.verification import service as verification
from portal.verification.vocab import Basis, DecisionKind, Finding, Proposal
from tests.support.actors import an_actor
from tests.support.factories.accounts import a_staff_account
from tests.support.factories.inquiries import SOUGHT, a_signed_up_relative
from tests.support.factories.records import a_paper, a_reading, available, read_by_two

GROUNDS = frozenset({Ground.AUTHENTICATED_PAPER_TIES_NUMBER, Ground.INDEPENDENT_LINE})
ALL_LAYERS = (
    Item(Layer.FACT, 0, "The documents show that Samer died."),
    Item(Layer.DATE_PLACE, 0, "The documents show a day in November 2019."),
    Item(Layer.PAPERS, 0, "heart failure", source="A death certificate"),
    Item(Layer.PHOTOGRAPHS_EXIST, 0, "There are photographs."),
    Item(Layer.DESCRIPTION, 0, "He wears a dark shirt."),
)


def _staff(place: Workplace, role: Role) -> Actor:
    return Actor(a_staff_account(place, role).account_id, frozenset({role}))


@pytest.mark.promise("P1")
@pytest.mark.promise("P5")
def test_from_an_archive_to_a_name(place: Workplace, vault: Vault, tmp_path: Path) -> None:
    desk, family = DbRole.CASEWORK, DbRole.FAMILY
    available(place, vault, tmp_path)
    item_id, record_id = a_paper(place)
    said = {name: getattr(SOUGHT, name) for name in ("given", "father", "grandfather", "family", "mother")}
    read_by_two(place, item_id, a_reading(**said, birth_year="1984", cause="توقف القلب"))
    with place.open(an_actor(Role.CUSTODIAN), desk) as work:
        truth.propose_truth(work, record_id, "papers agree")
    with place.open(an_actor(Role.APPROVER), desk) as work:
        truth.confirm_truth(work, record_id, record_queries.facts(work, record_id).version)

    relative = a_signed_up_relative(place)
    case = relative.inquiry_id
    people = {role: _staff(place, role) for role in (Role.VERIFIER, Role.ANALYST, Role.LIAISON, Role.INTAKE)}
    with place.open(people[Role.INTAKE], desk) as work:
        team = {role: people[role].id for role in (Role.VERIFIER, Role.ANALYST, Role.LIAISON)}
        casework.assign_team(work, case, team)  # type: ignore[arg-type]
    for kind in DecisionKind:
        with place.open(people[Role.VERIFIER], desk) as work:
            wish = Proposal(
                case, kind, Finding.ACCEPTED, frozenset({Basis.FAMILY_BOOKLET}), "seen and compared"
            )
            decision = verification.propose_decision(work, wish)
        with place.open(an_actor(Role.APPROVER), desk) as work:
            version = next(
                d for d in verification_queries.decisions_of(work, case) if d.id == decision
            ).version
            verification.sign_decision(work, decision, version)

    with place.open(people[Role.ANALYST], desk) as work:
        found = matching.candidates(work, case)
        assert found.candidates[0].record_id == record_id
        match = matching.propose_match(
            work, MatchProposal(case, record_id, EvidenceLevel.E3, GROUNDS, "number and name on one paper")
        )
    reviewer = an_actor(Role.ANALYST)
    with place.open(reviewer, desk) as work:
        file, _ = matching.open_match(work, match)
        assert file.reasoning is None
        matching.review_match(work, match, Verdict.SAME, "every part of the name agrees", file.version)

    with place.open(relative.actor, family) as work:
        own = inquiries.own_inquiry(work)
        assert own is not None
        assert own.status is FamilyStatus.SEARCHING
        assert telling_queries.own(work) is None

    liaison, approver = people[Role.LIAISON], an_actor(Role.APPROVER)
    with place.open(liaison, desk) as work:
        package = packages.prepare(work, case)
    for act in ("write", "seal"):
        with place.open(liaison, desk) as work:
            version = _package(work, case).version
            if act == "write":
                packages.write(work, package, version, ALL_LAYERS)
            else:
                packages.seal(work, package, version)
    with place.open(liaison, desk) as work, pytest.raises(NotAllowed):
        facts = _package(work, case)
        packages.approve(work, package, facts.version, facts.fingerprint or "")
    with place.open(approver, desk) as work:
        facts = _package(work, case)
        packages.approve(work, package, facts.version, facts.fingerprint or "")
    with place.open(liaison, desk) as work:
        packages.announce(work, Rhythm(immediate=True), package, _package(work, case).version)
    with place.open(relative.actor, family) as work:
        assert telling_queries.own(work) is None
        assert inquiries.own_inquiry(work).status is FamilyStatus.CONTACT_US  # type: ignore[union-attr]
    with place.open(liaison, desk) as work:
        talk = Conversation(
            Manner.TELEPHONE, True, "her sister", "she asked for the place", frozenset({Layer.FACT})
        )
        telling.log_conversation(work, package, _package(work, case).version, talk)
    with place.open(relative.actor, family) as work:
        own_layers = telling.read_own(work)
        assert [each.layer for each in own_layers.layers if each.is_released] == [Layer.FACT]
        assert [i.text for each in own_layers.layers for i in each.items] == [ALL_LAYERS[0].text]
        telling.ask_for(work, Layer.PAPERS)

    editor = _staff(place, Role.EDITOR)
    with place.open(editor, desk) as work:
        publication = names.ask(work, record_id)
    with place.open(relative.actor, family) as work:
        names.agree(work, Consent(Spelling("سامر نادر الحلاق", "Samer Nader al-Hallaq"), "I agree.", "en"))
    with place.open(editor, desk) as work:
        names.propose(work, publication, name_queries.name_file(work, publication).version)
    with place.open(approver, desk) as work:
        names.sign(work, publication, name_queries.name_file(work, publication).version, timedelta(0))
    with place.open(Actor(None), DbRole.PUBLIC) as work:
        assert [n.name_ar for n in memorial.search(work, "Samer Hallaq")] == ["سامر نادر الحلاق"]
        assert [n.name_latin for n in memorial.search(work, "سامر نادر الحلاق")] == ["Samer Nader al-Hallaq"]
    with place.open(relative.actor, family) as work:
        names.object_to(work)
    with place.open(Actor(None), DbRole.PUBLIC) as work:
        assert memorial.search(work, "Samer Hallaq") == []

    with place.open(an_actor(Role.AUDITOR), DbRole.OVERSIGHT) as work:
        assert audit.verify(work).intact
    with place.open(relative.actor, family) as work:
        report = oversight.who_looked(work)
        assert any(sitting.roles == "verifier" for sitting in report.sittings)
        assert work.session.scalar(text("select count(*) from audit_entry where event like 'matching:%'")) > 0


def _package(work, inquiry_id):  # type: ignore[no-untyped-def]
    package = package_queries.package_of(work, inquiry_id)
    assert package is not None
    return package
