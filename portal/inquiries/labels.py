"""The words of this room as people read them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.inquiries.vocab import Channel, InquiryState, Layer, Purpose, Relation, Wish

STATES = {
    InquiryState.SUBMITTED: _l("New"),
    InquiryState.TRIAGE: _l("Taken in"),
    InquiryState.VERIFYING: _l("Checking who asks"),
    InquiryState.ACTIVE: _l("Searching"),
    InquiryState.OUTCOME_READY: _l("Outcome ready"),
    InquiryState.TOLD: _l("Told"),
    InquiryState.AFTERCARE: _l("Aftercare"),
    InquiryState.CLOSED: _l("Closed"),
}
# The week as it is counted where most of our readers live; on Fridays nobody is written to.
WEEK = {
    5: _l("Saturday"),
    6: _l("Sunday"),
    0: _l("Monday"),
    1: _l("Tuesday"),
    2: _l("Wednesday"),
    3: _l("Thursday"),
}
SAFE = {
    "yes": _l("Yes, nobody else sees it"),
    "seen": _l("No, somebody may see it"),
    "unsure": _l("I am not sure"),
}
DANGER = {"no": _l("No"), "yes": _l("Yes"), "unsure": _l("I am not sure, or I do not wish to say")}
RELATIONS = {
    Relation.MOTHER: _l("Mother"),
    Relation.FATHER: _l("Father"),
    Relation.SPOUSE: _l("Wife or husband"),
    Relation.CHILD: _l("Daughter or son"),
    Relation.SIBLING: _l("Sister or brother"),
    Relation.OTHER: _l("Another relative, or somebody close"),
}
CHANNELS = {
    Channel.EMAIL: _l("Write to me by e-mail"),
    Channel.PHONE: _l("Call me by telephone"),
    Channel.NONE: _l("Do not contact me. I come back here myself, or I call."),
}
LAYERS = {
    Layer.FACT: _l("What happened, and how sure we are"),
    Layer.DATE_PLACE: _l("The date and the place, as papers say it"),
    Layer.PAPERS: _l("Copies of papers"),
    Layer.PHOTOGRAPHS_EXIST: _l("Whether there is a photograph"),
    Layer.DESCRIPTION: _l("What a photograph shows, told in words"),
    Layer.FACE: _l("A photograph of the face"),
}
PARTS = {
    "given": _l("Given name"),
    "father": _l("Father's name"),
    "grandfather": _l("Grandfather's name"),
    "family": _l("Family name"),
    "mother": _l("Mother's name"),
    "mother_family": _l("Mother's family name"),
    "birth_year": _l("Year of birth"),
}
WISHES = {Wish.YES: _l("Yes"), Wish.LATER: _l("Ask me then"), Wish.NO: _l("No")}
CONSENTS = {
    Purpose.SEARCH: _l(
        "I agree that you keep what I wrote here and use it to search for this person."
        " It is passed on to nobody. I can withdraw this at any time."
    ),
    Purpose.CONTACT: _l(
        "I agree that you contact me in the way I described, and in no other way."
        " I can withdraw this at any time."
    ),
}
