"""The whole story as its people live it, each step through the pages of one person's own browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import select

from portal.cli.demo.invented import InventedName, SamplePerson
from portal.cli.demo.papers import died_on
from portal.cli.demo.sample_archive import LAYOUT, SampleArchive
from portal.cli.main import main
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.records.archive.models import Record, RecordItem
from portal.records.vocab import FileKind
from tests.support.actors import an_actor
from tests.support.chromium import DESK, Visitor, World
from tests.support.desk import Clock
from tests.support.factories.accounts import PASSWORD, Person, a_staff_account, code_at

STAFF = (
    ("custodian", Role.CUSTODIAN),
    ("transcriber-one", Role.TRANSCRIBER),
    ("transcriber-two", Role.TRANSCRIBER),
    ("transcriber-three", Role.TRANSCRIBER),
    ("intake", Role.INTAKE),
    ("verifier", Role.VERIFIER),
    ("verifier-two", Role.VERIFIER),
    ("analyst", Role.ANALYST),
    ("analyst-two", Role.ANALYST),
    ("liaison", Role.LIAISON),
    ("approver", Role.APPROVER),
    ("editor", Role.EDITOR),
    ("auditor", Role.AUDITOR),
)
CAUSE = "توقف القلب والتنفس"
ADDRESS = "rima@mail.example"
CODE_WORD = "ياسمين"
SENDER = "Library"


@dataclass(frozen=True, slots=True)
class Shared:
    """What a story stands on: the database, the time, the archive on disk, the post, the background process."""

    place: Workplace
    clock: Clock
    archive: SampleArchive
    mail: Path
    work_off_the_queue: Callable[[], None]


@dataclass(slots=True)
class Story:
    """The people of one story, and each one's browser."""

    world: World
    shared: Shared
    people: dict[str, Person] = field(default_factory=dict)
    browsers: dict[str, Visitor] = field(default_factory=dict)
    inquiry: str = ""
    package: str = ""
    number: str = ""

    def hire(self) -> None:
        """Everybody on the staff was invited by two administrators and has set up an account."""
        for name, role in STAFF:
            self.people[name] = a_staff_account(self.shared.place, role, display_name=f"{name.title()} Test")

    def at(self, name: str) -> Visitor:
        """Somebody of the staff at their own browser, signed in."""
        if name not in self.browsers:
            self.browsers[name] = self._signed_in(Visitor(self.world, name, DESK), self.people[name])
        return self.browsers[name]

    @property
    def relative(self) -> Visitor:
        """The relative at their own telephone."""
        return self.browsers["relative"]

    @property
    def visitor(self) -> Visitor:
        """Somebody who only passes by."""
        if "visitor" not in self.browsers:
            self.browsers["visitor"] = Visitor(self.world, "visitor")
        return self.browsers["visitor"]

    @property
    def lost(self) -> SamplePerson:
        """The person whose sister asks: one paper tells the name, and nobody differs about it."""
        return [each for each in self.shared.archive.people if each.name][-1]

    @property
    def disputed(self) -> SamplePerson:
        """Another person, on whose paper two readers differ."""
        return [each for each in self.shared.archive.people if each.name][1]

    @property
    def name(self) -> InventedName:
        """The name of the person sought."""
        return named(self.lost)

    def close(self) -> None:
        """Everybody closes their browser."""
        for browser in self.browsers.values():
            browser.close()

    def sign_in_again(self, name: str) -> Visitor:
        """Somebody comes back on a later day."""
        return self._signed_in(self.browsers[name], self.people[name])

    def _signed_in(self, browser: Visitor, person: Person) -> Visitor:
        self.shared.clock.advance(seconds=31)  # a code is good once
        browser.open("/account/sign-in").fill(login=person.login, password=person.password)
        browser.press("/account/sign-in").fill(code=code_at(person.totp_secret, self.shared.clock.moment))
        return browser.press("")


def named(person: SamplePerson) -> InventedName:
    """The name that a paper tells."""
    assert person.name is not None
    return person.name


def portal(*words: str) -> dict[str, object]:
    """One command of the terminal, answered as JSON."""
    result = CliRunner().invoke(main, [*words, "--json"])
    assert result.exit_code == 0, result.output
    answer: dict[str, object] = json.loads(result.stdout)
    return answer


# 1: the archive


def bring_in_the_archive(story: Story) -> None:
    """The operator tries it dry, then stages it; a second person accepts it on the screen."""
    order = ("archive", "import", str(story.shared.archive.folder), "--layout", LAYOUT)
    tried = portal(*order, "--dry-run")
    assert portal("archive", "status") == {"batches": []}, "a dry run writes nothing"
    told = portal(*order)
    assert (told["stored"], told["files"]) == (tried["stored"], tried["files"])
    assert told["stored"] == story.shared.archive.expected.stored
    custodian = story.at("custodian")
    custodian.follow(f"/casework/archive/{told['batch']}").sees(str(told["stored"]))
    custodian.follow("files?with=refused").open(f"/casework/archive/{told['batch']}")
    assert custodian.offers("/reject")
    custodian.press("/accept").reads("Accepted")
    assert not custodian.offers("/accept")
    assert portal("archive", "verify") == {"checked": told["stored"], "damaged": []}


# 2: the papers


def read_the_papers(story: Story) -> None:
    """Two people read each paper alone; on one of them they differ, and a third decides."""
    clear, difficult = (certificate_of(story, person) for person in (story.lost, story.disputed))
    born = named(story.disputed).birth_year
    for reader, year in (("transcriber-one", born), ("transcriber-two", born - 9)):
        desk = story.at(reader)
        desk.follow("/casework/transcription/").follow("/casework/transcription/next")
        read(desk, clear, story.lost, named(story.lost).birth_year)
        desk.open("/casework/transcription/").sees_nothing_of(story.lost.number)
        read(desk, difficult, story.disputed, year)
        assert desk.open(f"/casework/transcription/{clear}", 404)
    third = story.at("transcriber-three").follow("/casework/transcription/")
    third.follow("/next-dispute").sees(str(born), str(born - 9))
    third.fill(birth_year=str(born)).press(f"/disputes/{difficult}")
    third.open(f"/casework/transcription/disputes/{difficult}", 404)


def read(desk: Visitor, item_id: str, person: SamplePerson, born: int) -> None:
    """One person types what stands on one paper."""
    name = named(person)
    desk.open(f"/casework/transcription/{item_id}")
    paper = desk.page.context.request.get(f"/casework/transcription/{item_id}/sheets/1")
    assert paper.headers["content-type"] == "application/pdf"
    desk.fill(given=name.given.arabic, father=name.father.arabic, grandfather=name.grandfather.arabic)
    desk.fill(family=name.family.arabic, mother=name.mother.arabic, mother_family=name.mother_family.arabic)
    desk.fill(birth_year=str(born), died_on=f"{died_on(person):%d.%m.%Y}", cause=CAUSE)
    desk.fill(number=person.number, branch=person.branch).press(f"/casework/transcription/{item_id}")


def certificate_of(story: Story, person: SamplePerson) -> str:
    """The death certificate of one numbered person; a reader is never told whose paper it is."""
    with story.shared.place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        found = work.session.scalar(
            select(RecordItem.id)
            .join(Record, Record.id == RecordItem.record_id)
            .where(Record.number == person.number, Record.branch == person.branch)
            .where(RecordItem.kind == FileKind.DEATH_CERTIFICATE)
        )
    assert found is not None
    return str(found)


def settle_the_record(story: Story) -> None:
    """A custodian proposes what the record says; an approver confirms it."""
    custodian = story.at("custodian").open("/casework/records/")
    label = f"{story.lost.branch} · {story.lost.number}"
    custodian.follow_name(label).sees(story.name.family.arabic, CAUSE)
    custodian.press("/propose", 422).fill(reason="the certificate, read twice alike").press("/propose")
    assert not custodian.offers("/confirm"), "nobody confirms what they proposed"
    approver = story.at("approver")
    approver.follow_name(f"{story.lost.branch}-{story.lost.number}").press("/confirm")
    approver.reads("Confirmed by two people")


# 3: a family asks


def ask_about_somebody(story: Story) -> None:
    """A sister writes page by page, takes her number away, and opens her own account."""
    sister = story.browsers["relative"] = Visitor(story.world, "relative")
    sister.open("/").follow("/family/inquiry/").follow("/family/inquiry/safety")
    sister.press("/safety", 422, go="on").tick(safe="yes", danger="no").press("/safety", go="on")
    sister.press("/name", 422, go="on")
    name = story.name
    sister.fill(given=name.given.arabic, father=name.father.arabic, family=name.family.arabic)
    sister.press("/name", go="on").fill(birth_year="84").press("/origin", 422, go="on").sees("84")
    sister.fill(mother=name.mother.arabic, mother_family=name.mother_family.arabic)
    sister.fill(birth_year=str(name.birth_year), birth_place="حمص").press("/origin", go="on")
    sister.fill(arrested_year=str(story.lost.date.year - 1), arrest_place="دمشق", branch=story.lost.branch)
    sister.fill(marks="ندبة فوق الحاجب الأيسر").press("/arrest", go="on")
    sister.fill(full_name=f"ريما {name.family.arabic}").tick(relation="sibling").press("/you", go="on")
    sister.tick(channel="email").fill(address=ADDRESS, code_word=CODE_WORD, sender_name=SENDER)
    sister.press("/contact", go="on")
    sister.tick(fact="yes", date_place="yes", face="later").press("/wishes", go="on")
    sister.sees(name.father.arabic, ADDRESS).press("/check", 422, go="on")
    sister.tick(search="y", contact="y").press("/check", go="on")
    story.number = sister.page.locator(".status-word bdi").inner_text()
    assert story.number.startswith("AM-")
    sister.open("/family/inquiry/check").sees(story.number)
    open_the_account(story)


def open_the_account(story: Story) -> None:
    """She chooses a password, types the key into her telephone's app, and signs in with both."""
    sister = story.relative
    sister.press("/inquiry/setup").sees(story.number)
    sister.fill(password="short", again="short").press("/setup-password", 422)
    sister.fill(password=PASSWORD, again=PASSWORD).press("/setup-password")
    secret = "".join(sister.page.locator(".key span").all_inner_texts()).replace(" ", "")
    sister.fill(code="000000").press("/setup-factor", 422)
    sister.fill(code=code_at(secret, story.shared.clock.moment)).press("/setup-factor")
    sister.sees(story.number).reads("Received")
    story.people["relative"] = Person(an_actor().id, story.number, PASSWORD, secret)  # type: ignore[arg-type]  # never asked for
    sister.leave_by("/account/sign-out")
    sister.open("/family/").is_at("/account/sign-in")
    story.sign_in_again("relative").is_at("/family/")


# 4: who is asking


def check_who_asks(story: Story) -> None:
    """Intake gives the file its people; a verifier answers both questions, a second one signs."""
    intake = story.at("intake").open("/casework/").follow_name(story.number)
    story.inquiry = intake.path.rpartition("/")[2]
    intake.sees(story.name.family.arabic).sees_nothing_of(ADDRESS)
    intake.press("/contact").sees(ADDRESS, CODE_WORD).follow(story.inquiry).follow("/assign")
    team = {place: str(story.people[place].account_id) for place in ("verifier", "analyst", "liaison")}
    intake.press("", 422).choose(**team).press("")
    story.relative.open("/family/").reads("We are checking who you are")
    first, second = story.at("verifier"), story.at("verifier-two")
    first.open("/casework/").follow_name(story.number).press("/decisions", 422)
    for kind in ("identity", "kinship"):
        first.tick(kind=kind, finding="accepted", basis=["family_booklet", "interview"])
        first.fill(reason="the booklet names both parents, and she knew the scar").press("/decisions")
    assert not first.offers("/sign"), "nobody signs what they proposed"
    second.open("/casework/").follow_name(story.number).press("/sign")
    story.relative.open("/family/").reads("We are checking who you are")
    second.press("/sign")
    story.relative.open("/family/").reads("We are searching")
