"""An invented archive with every oddity a real one has; it is written with the truth about it beside."""

from __future__ import annotations

import csv
import io
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from PIL import ExifTags, Image

from portal.cli.demo.drawing import draw_picture
from portal.cli.demo.invented import SamplePerson, Words, invent_name, unchanged
from portal.cli.demo.papers import certificate, court_sign_off, died_on, hospital_report
from portal.kernel.errors import Invalid
from portal.records.vocab import FileKind, IgnoreReason, Oddity, RefusalReason

LAYOUT = "photos/{date}/{photographer}/{branch}-{number}/{file}"
FEWEST = 10
_BRANCHES = ("901", "902", "903", "904")  # no branch has ever borne such a number
_PHOTOGRAPHERS = ("ahmad", "nidal", "samir")
_PICTURES, _FEWEST_PICTURES = 4, 2
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_COLUMNS = ("path", "kind", "number", "branch", "date", "photographer", "note")
_KIND_WORDS = {
    FileKind.COURT_SIGN_OFF: "court sign-off",
    FileKind.DEATH_CERTIFICATE: "death certificate",
    FileKind.HOSPITAL_REPORT: "hospital report",
    FileKind.PHOTOGRAPH: "photograph",
}
# Which of the people has which oddity, by place in the list.
_COPIED, _SHARED, _OTHER_DIGITS, _CLOCK_WRONG, _MISSPELT, _SCRIPTED = 0, 1, 2, 4, 5, 6
_NAMED = (0, 3, 6, 9)
_WITH_COURT = (0, 3)


@dataclass(slots=True)
class Expected:
    """What a careful import has to find; paths are relative to the folder."""

    files: int = 0
    numbers: int = 0
    duplicates: dict[str, str] = field(default_factory=dict)
    refused: dict[str, RefusalReason] = field(default_factory=dict)
    ignored: dict[str, IgnoreReason] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    oddities: dict[Oddity, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def stored(self) -> int:
        """Each file is stored, a duplicate, refused or ignored, and only one of these."""
        return self.files - len(self.duplicates) - len(self.refused) - len(self.ignored)


@dataclass(frozen=True, slots=True)
class SampleArchive:
    """Where the archive lies, how to read it, and the truth about it."""

    folder: Path
    manifest: Path
    layout: str
    people: tuple[SamplePerson, ...]
    expected: Expected


def make_sample_archive(
    folder: Path, seed: int = 1, people: int = 12, named: int = len(_NAMED), pictures: int = _PICTURES
) -> SampleArchive:
    """Write an invented archive into a new or empty folder; the same order gives the same bytes.

    `named` people have papers that tell their name; everybody has so many `pictures`.
    """
    if people < FEWEST or not len(_NAMED) <= named <= people or pictures < _FEWEST_PICTURES:
        raise Invalid(
            f"A sample archive needs at least {FEWEST} people, {len(_NAMED)} of them named, and "
            f"{_FEWEST_PICTURES} pictures of each to show every oddity."
        )
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Invalid("The folder for the sample archive is not empty; nothing was written.")
    invented = _invent_people(seed, people, _first_named(people, named))
    making = _Making(folder, seed, pictures)
    for place, person in enumerate(invented):
        making.photographs(place, person)
        making.papers(place, person)
    making.strays(invented[_COPIED], invented[_SHARED])
    making.junk(invented[_SHARED])
    making.write_manifest()
    making.expected.numbers = people + 1  # the shared number is two people until shown otherwise
    return SampleArchive(folder, folder / "manifest.csv", LAYOUT, invented, making.expected)


class _Making:
    """The archive while it is being written: files, rows of the list, and the truth."""

    def __init__(self, folder: Path, seed: int, pictures: int) -> None:
        self._folder = folder
        self._seed = seed
        self._pictures = pictures
        self._rows: list[tuple[str, ...]] = []
        self.expected = Expected()

    def photographs(self, place: int, person: SamplePerson) -> None:
        """The pictures of a person's number, filed by day, photographer and branch."""
        for count in range(1, self._pictures + 1):
            path = f"{_folder_of(place, person)}/IMG_{count:04}.jpg"
            self._picture(path, _card(person) if count == 1 else [], _exif(place, person, count))
            self._list(path, FileKind.PHOTOGRAPH, person, person.date)
            self._remember(path, *_photograph_oddities(place, count))

    def papers(self, place: int, person: SamplePerson) -> None:
        """The papers of those whose name is known."""
        if person.name is None:
            return
        year, died = person.date.year, died_on(person)
        path = f"papers/{year}/death-certificate-{person.number}.pdf"
        self._put(path, certificate(person, scripted=place == _SCRIPTED))
        self._list(path, FileKind.DEATH_CERTIFICATE, person, died)
        if place == _SCRIPTED:
            self._remember(path, Oddity.SCRIPT_IN_PDF)
        if place in _WITH_COURT:
            path = f"papers/{year}/court-{person.number}.tif"
            self._put(path, court_sign_off(person))
            self._list(path, FileKind.COURT_SIGN_OFF, person, person.date)
        if place == _COPIED:
            path = f"papers/{year}/hospital-report-{person.number}.pdf"
            self._put(path, hospital_report(person))
            self._list(path, FileKind.HOSPITAL_REPORT, person, died)

    def strays(self, copied: SamplePerson, shared: SamplePerson) -> None:
        """Pictures the list does not know: a copy, a smaller one, one of another branch, one of nobody."""
        original = f"{_folder_of(_COPIED, copied)}/IMG_0001.jpg"
        day = f"photos/{shared.date}/{shared.photographer}"
        copy = f"{day}/copy of {copied.branch}-{copied.number}/IMG_0001.jpg"
        self._put(copy, (self._folder / original).read_bytes())
        self.expected.duplicates[copy] = original
        smaller = f"{_folder_of(_COPIED, copied)}/IMG_0001 (small).jpg"
        with Image.open(self._folder / original) as picture:
            self._put(smaller, _jpeg(picture.resize((picture.width * 3 // 4, picture.height * 3 // 4)), None))
        self._remember(smaller, Oddity.NEAR_DUPLICATE, Oddity.NOT_IN_MANIFEST)
        other = f"{day}/{_other_branch(shared)}-{shared.number}/IMG_0001.jpg"
        self._picture(other, [unchanged(shared.number)], None)
        self._remember(other, Oddity.SAME_NUMBER_OTHER_BRANCH, Oddity.NOT_IN_MANIFEST)
        nobody = f"{day}/بلا رقم/صورة \u202egpj.jpg"  # it looks as if it ended in "jpg.jpg" turned round
        self._picture(nobody, [], None)
        self._remember(nobody, Oddity.BIDI_CONTROL_IN_NAME, Oddity.NO_NUMBER, Oddity.NOT_IN_MANIFEST)

    def junk(self, shared: SamplePerson) -> None:
        """Files that cannot be taken, files of the system, and a row without its file."""
        folder = _folder_of(_SHARED, shared)
        whole = (self._folder / f"{folder}/IMG_0002.jpg").read_bytes()
        for name, data, reason in (
            ("IMG_0099.jpg", whole[: len(whole) // 3], RefusalReason.TRUNCATED),
            ("IMG_0098.jpg", b"", RefusalReason.EMPTY),
            ("IMG_0097.jpg", b"<html><body>invented page</body></html>\n", RefusalReason.WRONG_TYPE),
        ):
            self._put(f"{folder}/{name}", data)
            self.expected.refused[f"{folder}/{name}"] = reason
        for path in (".DS_Store", f"photos/{shared.date}/Thumbs.db"):
            self._put(path, b"invented")
            self.expected.ignored[path] = IgnoreReason.SYSTEM_JUNK
        gone = SamplePerson("7777", shared.branch, date(2018, 1, 1), "samir", None)
        path = f"{_folder_of(-1, gone)}/IMG_0001.jpg"
        self._list(path, FileKind.PHOTOGRAPH, gone, gone.date, "listed, file not in the archive")
        self.expected.missing.append(path)

    def write_manifest(self) -> None:
        """The list, as spreadsheets save it: UTF-8 with a mark at the beginning."""
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows([_COLUMNS, *self._rows])
        self._put("manifest.csv", text.getvalue().encode("utf-8-sig"))
        self.expected.ignored["manifest.csv"] = IgnoreReason.MANIFEST

    def _picture(self, path: str, card: list[Words], exif: Image.Exif | None) -> None:
        self._put(path, _jpeg(draw_picture(_chance(self._seed, path), card), exif))

    def _put(self, path: str, data: bytes) -> None:
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        self.expected.files += 1

    def _list(self, path: str, kind: FileKind, person: SamplePerson, day: date, note: str = "") -> None:
        by = person.photographer if kind is FileKind.PHOTOGRAPH else ""
        self._rows.append((path, _KIND_WORDS[kind], person.number, person.branch, str(day), by, note))

    def _remember(self, path: str, *oddities: Oddity) -> None:
        for oddity in oddities:
            self.expected.oddities[oddity].append(path)


def _first_named(people: int, named: int) -> frozenset[int]:
    """The four whose papers are odd, then others in their order."""
    others = [place for place in range(people) if place not in _NAMED]
    return frozenset([*_NAMED, *others][:named])


def _invent_people(seed: int, count: int, named: frozenset[int]) -> tuple[SamplePerson, ...]:
    chance = _chance(seed, "people")
    numbers = chance.sample([number for number in range(1000, 10_000) if number != 7777], count)
    return tuple(_person(chance, place, str(number), place in named) for place, number in enumerate(numbers))


def _person(chance: random.Random, place: int, number: str, is_named: bool) -> SamplePerson:
    day = date(2015, 3, 1) + timedelta(days=chance.randrange(1600))
    if (
        place % 2
    ):  # among them the day that holds the copy: later than its original, so that it is found second
        day += timedelta(days=1700)
    # "ahmad" has to be there for "Ahmed" to be a different spelling of it.
    by = {_SHARED: "ahmad", _MISSPELT: "samir"}.get(place) or chance.choice(_PHOTOGRAPHERS)
    name = invent_name(chance) if is_named else None
    return SamplePerson(number, chance.choice(_BRANCHES), day, by, name)


def _chance(seed: int, purpose: str) -> random.Random:
    return random.Random(f"{seed} {purpose}")  # noqa: S311 - invented data has to be the same each time


def _folder_of(place: int, person: SamplePerson) -> str:
    day = str(person.date)
    if place == _OTHER_DIGITS:
        day = day.translate(_ARABIC_DIGITS)
    by = "Ahmed" if place == _MISSPELT else person.photographer
    return f"photos/{day}/{by}/{person.branch}-{person.number}"


def _other_branch(person: SamplePerson) -> str:
    return next(branch for branch in _BRANCHES if branch != person.branch)


def _photograph_oddities(place: int, count: int) -> tuple[Oddity, ...]:
    located = (Oddity.LOCATION_IN_ORIGINAL,) if count == 1 else ()
    return {
        _SHARED: (Oddity.SAME_NUMBER_OTHER_BRANCH, *located),
        _OTHER_DIGITS: (Oddity.ARABIC_INDIC_DIGITS,),
        _CLOCK_WRONG: (Oddity.DATE_CONTRADICTS_EXIF,),
        _MISSPELT: (Oddity.PHOTOGRAPHER_CONTRADICTS_MANIFEST, Oddity.PHOTOGRAPHER_SPELLED_DIFFERENTLY),
    }.get(place, ())


def _exif(place: int, person: SamplePerson, count: int) -> Image.Exif:
    day = person.date - timedelta(days=400) if place == _CLOCK_WRONG else person.date
    taken = f"{day:%Y:%m:%d} 09:{9 + count:02}:00"
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "INVENTED"
    exif[ExifTags.Base.Model] = "Drawn picture"
    exif[ExifTags.Base.DateTime] = taken
    exif[ExifTags.Base.Artist] = person.photographer
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    if place == _SHARED and count == 1:  # a point in the open ocean
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(
            {1: "N", 2: (10.0, 30.0, 0.0), 3: "W", 4: (40.0, 15.0, 0.0)}
        )
    return exif


def _card(person: SamplePerson) -> list[Words]:
    lines = [unchanged(person.number), unchanged(person.branch)]
    return [*lines, person.name.full] if person.name else lines


def _jpeg(picture: Image.Image, exif: Image.Exif | None) -> bytes:
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=85, exif=exif or Image.Exif())
    return data.getvalue()
