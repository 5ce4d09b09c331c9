"""From quotations to facts: nothing is put together from two papers, and contradictions are named."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from portal.records.truth.derivation import differing, heard, strangers
from portal.records.truth.vocab import Statement
from portal.records.vocab import FileKind, Part

CERTIFICATE, REPORT = uuid4(), uuid4()
NOBODY: frozenset[UUID] = frozenset()


def _certificate(part: Part, value: str) -> Statement:
    return Statement(part, value, FileKind.DEATH_CERTIFICATE, CERTIFICATE)


def _report(part: Part, value: str) -> Statement:
    return Statement(part, value, FileKind.HOSPITAL_REPORT, REPORT)


def test_the_certificate_is_heard_before_the_report() -> None:
    said = [_report(Part.GIVEN, "سالم"), _report(Part.PLACE, "601"), _certificate(Part.GIVEN, "سامر")]
    assert heard(said, NOBODY) == {Part.GIVEN: "سامر", Part.PLACE: "601"}
    assert differing(said) == (Part.GIVEN,)


def test_another_spelling_or_another_day_of_issue_is_no_contradiction() -> None:
    said = [_report(Part.GIVEN, "احمد"), _certificate(Part.GIVEN, "أحمد")]
    said += [_report(Part.ISSUED_ON, "01.02.2019"), _certificate(Part.ISSUED_ON, "03.02.2019")]
    assert differing(said) == ()


@pytest.mark.parametrize(("part", "value"), [(Part.NUMBER, "6307"), (Part.BRANCH, "215")])
def test_a_paper_that_names_somebody_else_is_not_heard(part: Part, value: str) -> None:
    said = [_certificate(Part.GIVEN, "سامر"), _certificate(part, value)]
    strange = strangers(said, "227", "6306")
    assert strange == {CERTIFICATE}
    assert heard(said, strange) == {}


def test_a_paper_with_the_same_number_in_other_digits_is_heard() -> None:
    said = [_certificate(Part.NUMBER, "٦٣٠٦"), _certificate(Part.BRANCH, "٢٢٧")]
    assert strangers(said, "227", "6306") == NOBODY
