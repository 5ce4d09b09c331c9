"""Invented papers: what a certificate, a report and a sign-off say, as the files an archive keeps them in."""

from __future__ import annotations

import io
import time
from datetime import date, timedelta

import pikepdf
from PIL import Image

from portal.cli.demo.drawing import draw_paper
from portal.cli.demo.invented import SamplePerson, Words, joined, unchanged

_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_STOPPED = Words("توقف القلب والتنفس", "heart and breathing stopped")
_DRAWN = time.struct_time((2020, 1, 1, 0, 0, 0, 2, 1, 0))  # fixed, so that the same seed gives the same bytes
_DOTS_PER_INCH = 150


def died_on(person: SamplePerson) -> date:
    """The day the papers give: two before the photographs."""
    return person.date - timedelta(days=2)


def certificate(person: SamplePerson, *, scripted: bool = False) -> bytes:
    """A death certificate as PDF; a scripted one holds a program that would run on opening."""
    if person.name is None:
        raise ValueError("a certificate needs a name")
    year = str(person.name.birth_year)
    page = draw_paper(
        Words("شهادة وفاة", "Death certificate"),
        [
            (Words("الاسم والنسبة", "Name"), person.name.full),
            (Words("اسم الأم ونسبتها", "Mother"), person.name.full_mother),
            (Words("سنة الولادة", "Year of birth"), Words(year.translate(_ARABIC_DIGITS), year)),
            (Words("تاريخ الوفاة", "Date of death"), _day(died_on(person))),
            (Words("سبب الوفاة", "Cause of death"), _STOPPED),
            *_numbered(person),
        ],
    )
    return _with_script(_pdf(page)) if scripted else _pdf(page)


def hospital_report(person: SamplePerson) -> bytes:
    """A hospital report as PDF; it gives only the given and the family name."""
    if person.name is None:
        raise ValueError("a hospital report needs a name")
    lines = [
        (Words("الاسم", "Name"), joined(person.name.given, person.name.family)),
        *_numbered(person),
        (Words("التاريخ", "Date"), _day(died_on(person))),
        (Words("النتيجة", "Finding"), _STOPPED),
    ]
    return _pdf(draw_paper(Words("تقرير طبي", "Hospital report"), lines))


def court_sign_off(person: SamplePerson) -> bytes:
    """A prosecutor's sign-off as a scan of two pages (TIFF); it gives no name, only the number."""
    title = Words("النيابة العامة العسكرية", "Military prosecutor")
    first = draw_paper(title, [*_numbered(person), (Words("التاريخ", "Date"), _day(person.date))])
    second = draw_paper(title, [(Words("القرار", "Decision"), Words("حفظ الأوراق", "papers to be filed"))])
    data = io.BytesIO()
    resolution = (_DOTS_PER_INCH, _DOTS_PER_INCH)
    first.save(data, "TIFF", compression="tiff_lzw", save_all=True, append_images=[second], dpi=resolution)
    return data.getvalue()


def _numbered(person: SamplePerson) -> list[tuple[Words, Words]]:
    return [
        (Words("الرقم", "Number"), unchanged(person.number)),
        (Words("الفرع", "Branch"), unchanged(person.branch)),
    ]


def _day(day: date) -> Words:
    return unchanged(f"{day:%d.%m.%Y}")


def _pdf(page: Image.Image) -> bytes:
    data = io.BytesIO()
    page.save(data, "PDF", resolution=_DOTS_PER_INCH, creationDate=_DRAWN, modDate=_DRAWN)
    return data.getvalue()


def _with_script(paper: bytes) -> bytes:
    data = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper)) as opened:
        program = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('invented')"))
        opened.Root.OpenAction = program
        opened.save(data, deterministic_id=True)
    return data.getvalue()
