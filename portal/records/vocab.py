"""The words of the archive: what a file is, what became of it, what is odd about it; never renamed."""

from __future__ import annotations

from enum import StrEnum


class FileKind(StrEnum):
    """What a file of the archive shows; who may see it, and how, depends on this."""

    CARD = "card"
    COURT_SIGN_OFF = "court_sign_off"
    DEATH_CERTIFICATE = "death_certificate"
    HOSPITAL_REPORT = "hospital_report"
    OTHER_PAPER = "other_paper"
    PHOTOGRAPH = "photograph"


class Fate(StrEnum):
    """What became of one file, or of one listed file, in an import; each has exactly one."""

    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    MISSING = "missing"
    REFUSED = "refused"
    STORED = "stored"


class RefusalReason(StrEnum):
    """Why a file was not taken into the archive; the vault's examination uses the same words."""

    EMPTY = "empty"
    ENCRYPTED = "encrypted"
    TOO_HEAVY = "too_heavy"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SLOW = "too_slow"
    TRUNCATED = "truncated"
    UNREADABLE = "unreadable"
    WRONG_TYPE = "wrong_type"


class IgnoreReason(StrEnum):
    """Why something in the folder is no part of the archive."""

    MANIFEST = "manifest"
    SPECIAL = "special"
    SYMLINK = "symlink"
    SYSTEM_JUNK = "system_junk"


class BatchState(StrEnum):
    """How far an import has come: a second person accepts or rejects what the first has staged."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    STAGED = "staged"
    STAGING = "staging"


class OrderState(StrEnum):
    """How far an import that was ordered at the desk has come."""

    DONE = "done"
    FAILED = "failed"
    LOOKED = "looked"
    LOOKING = "looking"
    RUNNING = "running"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"


class Part(StrEnum):
    """What a paper may say, part by part; the three kinds of date are never one.

    The day a photograph was taken is no part: no paper says it.
    """

    GIVEN = "given"
    FATHER = "father"
    GRANDFATHER = "grandfather"
    FAMILY = "family"
    MOTHER = "mother"
    MOTHER_FAMILY = "mother_family"
    BIRTH_YEAR = "birth_year"
    NUMBER = "number"
    BRANCH = "branch"
    DIED_ON = "died_on"
    PLACE = "place"
    CAUSE = "cause"
    ISSUED_ON = "issued_on"


class RecordState(StrEnum):
    """How far the truth of a record has been settled."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    PRELIMINARY = "preliminary"
    TRANSCRIBED = "transcribed"
    WITHDRAWN = "withdrawn"


class RevisionKind(StrEnum):
    """What two people can do to a record beside confirming it."""

    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"


class RevisionState(StrEnum):
    """How far a proposed change of a record has come."""

    PROPOSED = "proposed"
    RETURNED = "returned"
    SIGNED = "signed"


class WithdrawalGround(StrEnum):
    """Why a record is withdrawn; a text beside it says more."""

    MISFILED = "misfiled"
    NO_PERSON = "no_person"
    SOURCE_DOUBTED = "source_doubted"


class Oddity(StrEnum):
    """Something about a file that a person should look at; it is noted and never repaired in silence."""

    ARABIC_INDIC_DIGITS = "arabic_indic_digits"
    BIDI_CONTROL_IN_NAME = "bidi_control_in_name"
    BRANCH_CONTRADICTS_MANIFEST = "branch_contradicts_manifest"
    DATE_CONTRADICTS_EXIF = "date_contradicts_exif"
    DATE_CONTRADICTS_MANIFEST = "date_contradicts_manifest"
    HIDDEN_NAME = "hidden_name"
    KIND_CONTRADICTS_MANIFEST = "kind_contradicts_manifest"
    LOCATION_IN_ORIGINAL = "location_in_original"
    NEAR_DUPLICATE = "near_duplicate"
    NO_NUMBER = "no_number"
    NOT_IN_MANIFEST = "not_in_manifest"
    NUMBER_CONTRADICTS_MANIFEST = "number_contradicts_manifest"
    PHOTOGRAPHER_CONTRADICTS_MANIFEST = "photographer_contradicts_manifest"
    PHOTOGRAPHER_SPELLED_DIFFERENTLY = "photographer_spelled_differently"
    SAME_NUMBER_OTHER_BRANCH = "same_number_other_branch"
    SCRIPT_IN_PDF = "script_in_pdf"
    UNREADABLE_NAME = "unreadable_name"


class RowFlaw(StrEnum):
    """What is wrong with one row of a manifest; a bad cell is left out, the rest of its row counts."""

    BAD_BRANCH = "bad_branch"
    BAD_DATE = "bad_date"
    BAD_KIND = "bad_kind"
    BAD_NUMBER = "bad_number"
    BAD_PHOTOGRAPHER = "bad_photographer"
    DUPLICATE_ROW = "duplicate_row"
    DUPLICATE_ROW_DIFFERS = "duplicate_row_differs"
    NO_PATH = "no_path"
    PATH_LEAVES_FOLDER = "path_leaves_folder"
    TOO_MANY_CELLS = "too_many_cells"
    UNREADABLE_ROW = "unreadable_row"


PAPERS = frozenset(FileKind) - {FileKind.PHOTOGRAPH}
