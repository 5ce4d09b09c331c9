"""The one message that every event sends; changing it is a decision, not a translation."""

from __future__ import annotations

SUBJECT = {"ar": "رسالة", "de": "Nachricht", "en": "Message"}

MESSAGE = {
    "ar": "توجد رسالة لك لدى المكتب الذي راسلته. لا يلزمك القيام بأي شيء اليوم. يمكنك الدخول كالمعتاد أو الاتصال"
    " بالرقم الذي أعطيناك إياه. لا نطلب المال أبداً.",
    "de": "Bei der Stelle, an die Sie geschrieben haben, liegt eine Nachricht für Sie. Sie müssen heute nichts tun."
    " Melden Sie sich wie gewohnt an oder rufen Sie die Nummer an, die wir Ihnen gegeben haben."
    " Wir verlangen niemals Geld.",
    "en": "There is a message for you at the office you wrote to. Nothing has to be done today."
    " Sign in as usual or call the number we gave you. We never ask for money.",
}

CODE = {
    "ar": "رمز التحقق من هذه الرسالة",
    "de": "Prüfcode dieser Nachricht",
    "en": "Code to check this message",
}
FIRST = "ar"


def subject(language: str) -> str:
    """The subject, which names nothing."""
    return SUBJECT.get(language, SUBJECT[FIRST])


def body(language: str, code: str) -> str:
    """The message and the code by which anybody can check that it is ours."""
    spoken = language if language in MESSAGE else FIRST
    return f"{MESSAGE[spoken]}\n\n{CODE[spoken]}: {code}\n"
