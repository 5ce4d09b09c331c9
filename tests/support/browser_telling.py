"""The second half of the story: found, told by a person, remembered, and written in the log."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

from portal.cli.demo.invented import joined
from portal.notifications.words import CODE, MESSAGE
from tests.support.browser_story import ADDRESS, CAUSE, CODE_WORD, SENDER, Story
from tests.support.chromium import Visitor

REASON = "every part of the name stands on one genuine paper, and a released man remembers him"
VERDICT = "I held each part of both accounts beside the other, and the years"
DESCRIPTION = "He wears a dark shirt. His eyes are closed."
SECOND_THOUGHT = "He wears a dark shirt. His face is calm."
TALK = "we spoke for an hour; she asked for the day and then for silence"
STRONG = ["authenticated_paper_ties_number", "independent_line"]
TOO_WEAK = (
    "Recognition alone, or one unverified paper, is never enough: such recognition is often wrong."
    " Choose what else speaks for it."
)
WAIT = timedelta(days=8)


# 5: the match


def find_the_person(story: Story) -> None:
    """One analyst compares and proposes, another judges without knowing why."""
    first = story.at("analyst").open("/casework/matching/").follow(story.inquiry)
    first.follow_within(f"/matching/{story.inquiry}/").sees(story.name.family.arabic)
    first.tick(grounds="visual_recognition", level="E3").fill(reason=REASON)
    first.press("/propose", 422).reads(TOO_WEAK).sees(REASON)
    first.untick(grounds="visual_recognition").tick(grounds=STRONG, level="E3").press("/propose")
    first.follow_within("/matching/reviews/").sees(REASON)
    assert not first.offers(first.path), "nobody judges what they proposed"
    second = story.at("analyst-two").open("/casework/").follow_within("/matching/reviews/")
    second.sees_nothing_of(REASON, "E3").press(second.path, 422)
    second.tick(verdict="same").fill(reason=VERDICT).press(second.path)
    second.sees(REASON, VERDICT).reads("Confirmed by two people")
    story.relative.open("/family/").reads("We are searching")


# 6: the package, the message, the conversation


def prepare_and_seal(story: Story) -> None:
    """The liaison writes and seals; one changed word voids the seal; another person signs what was sealed again."""
    liaison = story.at("liaison").open("/casework/").follow_name(story.number).press("/begin")
    liaison.sees(story.name.given.arabic, CAUSE)
    story.package = str(liaison.form("/write").get_attribute("action")).split("/")[-2]
    liaison.page.locator('main [name="quoted"][value$=".cause"]').check()
    liaison.fill(fact=CAUSE).press("/write", 422)
    liaison.fill(fact=fact_of(story), description=DESCRIPTION).press("/write")
    choose_a_face(liaison)
    liaison.press("/seal")
    sealed = fingerprint_on(liaison)
    assert sealed
    liaison.fill(description=SECOND_THOUGHT).press("/write")
    assert fingerprint_on(liaison) is None, "a changed word voids the seal"
    approver = story.at("approver").open("/casework/")
    approver.sees_nothing_of(story.number)
    liaison.press("/seal")
    assert fingerprint_on(liaison) not in {None, sealed}
    assert not liaison.offers("/approve"), "nobody signs what they sealed"
    approver.open("/casework/").follow_name(story.number).sees(SECOND_THOUGHT, CAUSE)
    path = approver.path
    approver.follow("/face").open(path).press("/approve").reads("Approved by a second person.")


def choose_a_face(liaison: Visitor) -> None:
    """One photograph is opened, and a frame drawn around the face."""
    path = liaison.path
    photograph = liaison.page.locator('main a[href*="/photographs/"]').first.get_attribute("href")
    assert photograph
    taken = f"/photographs/{photograph.rpartition('/')[2]}"
    liaison.follow(photograph).fill(left="70", right="30").press(taken, 422)
    liaison.fill(left="30", right="70").press(taken).open(path)


def fact_of(story: Story) -> str:
    """The fact as the liaison says it."""
    say, name = story.world.say, story.name
    died = say("The documents show that %(name)s died.", name=f"{name.given.arabic} {name.family.arabic}")
    return f"{died}\n\n{say('This is not a death certificate and starts no deadline.')}"


def fingerprint_on(page: Visitor) -> str | None:
    """The fingerprint of what is sealed, if it is."""
    shown = page.page.locator("bdi.code.small")
    return shown.first.inner_text() if shown.count() else None


def ask_to_get_in_touch(story: Story) -> None:
    """The one message leaves, with the words of every message; the family's pages show nothing yet."""
    before = story.relative.open("/family/").text
    liaison = story.at("liaison").open("/casework/").follow(f"/casework/disclosure/{story.inquiry}")
    liaison.follow("/announce").press("/announce")
    assert post(story) == [], "nothing leaves before the worker takes it"
    story.shared.work_off_the_queue()
    (letter,) = post(story)
    words, _, last = letter.get_content().replace("\r\n", "\n").strip().partition("\n\n")
    label, _, code = last.partition(": ")
    language = story.world.language
    assert (words, label) == (MESSAGE[language], CODE[language])
    assert (letter["To"], letter["From"].addresses[0].display_name) == (ADDRESS, SENDER)
    story.visitor.open("/check").fill(code=code).press("/check").reads(
        "Yes. A message with this code came from us."
    )
    relative = story.relative.open("/family/").reads("Please contact us when you are ready")
    assert story.world.say("We are searching") in before
    shows_nothing(story, relative)


def shows_nothing(story: Story, relative: Visitor) -> None:
    """No page of the relative says, or leads to, anything of what is prepared."""
    for path in ("/family/", "/family/inquiry/own", "/family/who-looked/", "/account/sessions"):
        relative.open(path).sees_nothing_of(SECOND_THOUGHT, CAUSE, "/family/told", "/family/memorial")
    for path in ("/family/told", "/family/memorial/"):
        relative.open(path, 404)


def post(story: Story) -> list[EmailMessage]:
    """What the mail server holds for the relative; colleagues hear of their own accounts besides."""
    files = sorted(story.shared.mail.glob("*.eml"))
    letters = [message_from_bytes(each.read_bytes(), policy=policy.default) for each in files]
    return [letter for letter in letters if ADDRESS in letter["To"]]


def tell(story: Story) -> None:
    """The liaison speaks with her and writes it down; only now does her page know it."""
    liaison = story.at("liaison").open("/casework/").follow(f"/casework/telling/{story.inquiry}")
    liaison.press("/contact").sees(CODE_WORD)
    log = f"/casework/telling/{story.inquiry}/{story.package}"
    liaison.press(log, 422)
    liaison.tick(manner="telephone", told="no", wished="date_place").fill(notes=TALK, beside="her sister")
    liaison.press(log, 422).sees(TALK).tick(told="yes").press(log).reads("They were told.")
    relative = story.relative.open("/family/").reads("We have spoken with you").follow("/family/told")
    relative.sees(fact_of(story).split("\n")[0], story.lost.branch)
    relative.sees_nothing_of(SECOND_THOUGHT, CAUSE, "<img")


def go_on(story: Story) -> None:
    """She asks for one layer after the other, and opens one picture once, behind three steps."""
    relative = story.relative
    relative.press("/told/ask").sees(CAUSE)
    relative.reads("Such papers often hid the cause. We do not take it as the cause of death.")
    relative.press("/told/ask").press("/told/ask").sees(SECOND_THOUGHT).press("/told/ask")
    assert not relative.offers("/told/ask")
    relative.sees_nothing_of("<img").press("/told/photograph").sees_nothing_of("<img")
    step = relative.path
    assert relative.page.context.request.get(f"{step}/picture").status == 404, "not before its time"
    relative.press("/understood").sees_nothing_of("<img")
    with relative.page.expect_response(lambda answer: answer.url.endswith("/picture")) as picture:
        relative.press("/ready")
    assert (picture.value.status, picture.value.headers["content-type"]) == (200, "image/jpeg")
    relative.open(step).reads("The picture is closed").sees_nothing_of("<img")


# 7: the memorial


def let_the_name_stand(story: Story) -> None:
    """An editor asks, she agrees to a spelling, two people sign, and after the waiting time the name stands."""
    arabic, latin = spelling(story)
    editor = story.at("editor").follow("/casework/names/").press("/ask")
    relative = story.relative.open("/family/").follow("/family/memorial/")
    relative.fill(name_ar=arabic, name_latin=latin).press("/agree", 422)
    relative.tick(consent="y").press("/agree").sees(arabic, latin)
    editor.open(editor.path).press("/propose")
    assert not editor.offers("/sign"), "nobody signs what they proposed"
    story.at("approver").open("/casework/").follow_name(arabic).press("/sign")
    story.visitor.open("/").sees_nothing_of(arabic, latin)


def be_remembered(story: Story) -> None:
    """The waiting time passes; the name is found in both scripts, and nothing stands beside it."""
    arabic, latin = spelling(story)
    story.shared.clock.advance(days=WAIT.days)
    story.shared.work_off_the_queue()
    visitor = story.visitor.open("/").sees(arabic, latin).sees_nothing_of(story.lost.number, CAUSE)
    for typed in (arabic, latin):
        visitor.follow("/search").fill(q=typed).press("/search").sees(arabic, latin).open("/")


def withdraw(story: Story) -> None:
    """She thinks otherwise; the name is gone in the same step."""
    arabic, latin = spelling(story)
    story.sign_in_again("relative").follow("/family/memorial/").press("/withdraw")
    visitor = story.visitor.open("/").sees_nothing_of(arabic, latin)
    visitor.follow("/search").fill(q=arabic).press("/search").reads(
        "No name like this stands in the register. The register holds only names whose families wished it."
        " It says nothing about anybody else."
    )


def spelling(story: Story) -> tuple[str, str]:
    """The name exactly as she wishes it to stand."""
    wished = joined(story.name.given, story.name.family)
    return wished.arabic, wished.latin


# 8: the log


def look_back(story: Story) -> None:
    """An auditor checks the whole log; she sees who looked at her file."""
    auditor = story.at("auditor").open("/oversight/log/").press("/verify")
    auditor.sees_nothing_of(story.name.family.arabic, TALK, ADDRESS)
    assert auditor.page.locator(".state-banner.kind-done").count() == 1
    auditor.open(f"/oversight/log/?case={story.inquiry}")
    relative = story.relative.open("/family/").follow("/who-looked/")
    assert relative.page.locator("ol.timeline li").count() > 5
