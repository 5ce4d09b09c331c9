"""Batches, the fate of each file, numbered people (records) and what is held of them (items)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.columns import Moment, Sealed, two_people, words
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id
from portal.records.vocab import BatchState, Fate, FileKind, OrderState, RecordState


class Archive(Base):
    """One archive among several: where it is from, who gave it, by what right it is held, how it is read."""

    __tablename__ = "archive"
    __table_args__ = (
        UniqueConstraint("source"),
        access(casework="select, insert, update(giver, mandate, custodian_id, layout, columns)"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    source: Mapped[str] = mapped_column(Text)
    giver: Mapped[str | None] = mapped_column(Sealed("archive.giver"))
    mandate: Mapped[str | None] = mapped_column(Sealed("archive.mandate"))
    custodian_id: Mapped[UUID | None]
    layout: Mapped[str] = mapped_column(Text)
    columns: Mapped[str | None] = mapped_column(Sealed("archive.columns"))
    opened_by: Mapped[UUID]
    opened_at: Mapped[datetime] = mapped_column(Moment)


class ImportBatch(Base):
    """One folder brought in at one time; it becomes available only when a second person accepts it."""

    __tablename__ = "import_batch"
    __table_args__ = (
        two_people("proposed_by", "signed_by"),
        CheckConstraint("(state = 'accepted') = (signed_by is not null)", name="accepted_is_signed"),
        CheckConstraint("(state = 'rejected') = (rejected_by is not null)", name="rejected_by_somebody"),
        CheckConstraint(
            "state = 'staging' or files = stored + duplicates + refused + ignored", name="counts_add_up"
        ),
        access(casework="select, insert, update, delete"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"), index=True)
    source: Mapped[str] = mapped_column(Text)
    layout: Mapped[str] = mapped_column(Text)
    folder: Mapped[str] = mapped_column(Text)
    manifest_sha256: Mapped[str | None] = mapped_column(Text)
    state: Mapped[BatchState] = mapped_column(words(BatchState), default=BatchState.STAGING)
    files: Mapped[int] = mapped_column(Integer, default=0)
    stored: Mapped[int] = mapped_column(Integer, default=0)
    duplicates: Mapped[int] = mapped_column(Integer, default=0)
    refused: Mapped[int] = mapped_column(Integer, default=0)
    ignored: Mapped[int] = mapped_column(Integer, default=0)
    missing: Mapped[int] = mapped_column(Integer, default=0)
    numbers: Mapped[int] = mapped_column(Integer, default=0)
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    signed_by: Mapped[UUID | None]
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    rejected_by: Mapped[UUID | None]
    rejected_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str | None] = mapped_column(Sealed("import_batch.reason"))
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this as it stands


class ImportOrder(Base):
    """An import ordered at the desk: looked at first, begun by the same person, carried out in the background."""

    __tablename__ = "import_order"
    __table_args__ = (
        CheckConstraint(
            "state = 'withdrawn' or state = 'looking' or state = 'failed' or look is not null",
            name="looked_at_first",
        ),
        access(
            casework="select, insert, update(state)",
            worker="select, update(state, look, total, gone_through, batch_id, why, began_at)",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    source: Mapped[str] = mapped_column(Text)
    layout: Mapped[str] = mapped_column(Text)
    folder: Mapped[str] = mapped_column(Sealed("import_order.folder"))
    manifest: Mapped[str | None] = mapped_column(Sealed("import_order.manifest"))
    columns: Mapped[str | None] = mapped_column(Sealed("import_order.columns"))
    giver: Mapped[str | None] = mapped_column(Sealed("import_order.giver"))
    mandate: Mapped[str | None] = mapped_column(Sealed("import_order.mandate"))
    state: Mapped[OrderState] = mapped_column(words(OrderState), default=OrderState.LOOKING)
    look: Mapped[str | None] = mapped_column(Sealed("import_order.look"))
    total: Mapped[int] = mapped_column(Integer, default=0)
    gone_through: Mapped[int] = mapped_column(Integer, default=0)
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("import_batch.id"))
    why: Mapped[str | None] = mapped_column(Sealed("import_order.why"))
    ordered_by: Mapped[UUID]
    ordered_at: Mapped[datetime] = mapped_column(Moment)
    began_at: Mapped[datetime | None] = mapped_column(Moment)


class ImportFile(Base):
    """What became of one file; names are sealed, `place` recognises the file when an import is resumed."""

    __tablename__ = "import_file"
    __table_args__ = (
        CheckConstraint("(fate = 'stored') = (object_id is not null)", name="stored_has_an_object"),
        UniqueConstraint("batch_id", "place"),
        Index("ix_import_file_sha256", "sha256"),
        access(casework="select, insert, delete"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("import_batch.id"))
    position: Mapped[int] = mapped_column(Integer)
    place: Mapped[bytes] = mapped_column(LargeBinary)
    path: Mapped[str] = mapped_column(Sealed("import_file.path"))
    fate: Mapped[Fate] = mapped_column(words(Fate))
    is_counted: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(Text)
    original_path: Mapped[str | None] = mapped_column(Sealed("import_file.original_path"))
    kind: Mapped[FileKind | None] = mapped_column(words(FileKind))
    number: Mapped[str | None] = mapped_column(Text)
    branch: Mapped[str | None] = mapped_column(Text)
    dated: Mapped[date | None] = mapped_column(Date)
    photographer: Mapped[str | None] = mapped_column(Sealed("import_file.photographer"))
    note: Mapped[str | None] = mapped_column(Sealed("import_file.note"))
    witnesses: Mapped[str | None] = mapped_column(Sealed("import_file.witnesses"))
    oddities: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    sha256: Mapped[str | None] = mapped_column(Text)
    object_id: Mapped[UUID | None] = mapped_column(ForeignKey("vault_object.id"))


class Record(Base):
    """One numbered person of one branch; the same number under another branch is somebody else until shown.

    `version` counts changes of what the record says, and nothing else: whoever signed saw one version.
    `set_aside` are the quotations that two people no longer hold true; they stay, and nothing is taken from them.
    """

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("branch", "number", postgresql_nulls_not_distinct=True),
        two_people("proposed_by", "signed_by"),
        CheckConstraint(
            "(state in ('confirmed', 'withdrawn')) = (signed_by is not null)", name="confirmed_is_signed"
        ),
        CheckConstraint("signed_by is null or proposed_by is not null", name="signed_was_proposed"),
        Index("ix_record_state", "state"),
        access(casework="select, insert, update, delete"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("import_batch.id"), index=True)
    branch: Mapped[str | None] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    photographed_on: Mapped[date | None] = mapped_column(Date)
    photographer: Mapped[str | None] = mapped_column(Sealed("record.photographer"))
    available: Mapped[bool] = mapped_column(default=False)
    state: Mapped[RecordState] = mapped_column(words(RecordState), default=RecordState.PRELIMINARY)
    version: Mapped[int] = mapped_column(Integer, default=1)
    set_aside: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default="{}")
    # Typed as always there, since only a proposed record is ever signed; the table's own check says so.
    proposed_by: Mapped[UUID] = mapped_column(nullable=True)
    proposed_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str | None] = mapped_column(Sealed("record.reason"))
    fingerprint: Mapped[str | None] = mapped_column(Text)
    signed_by: Mapped[UUID | None]
    signed_at: Mapped[datetime | None] = mapped_column(Moment)


class RecordItem(Base):
    """One photograph or paper; it has no record while nobody knows whose it is."""

    __tablename__ = "record_item"
    __table_args__ = (
        access(
            casework="select, insert, update(available, record_id), delete",
            worker="select(id, record_id, object_id, kind, available)",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    record_id: Mapped[UUID | None] = mapped_column(ForeignKey("record.id"), index=True)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("import_batch.id"), index=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("import_file.id"), unique=True)
    object_id: Mapped[UUID] = mapped_column(ForeignKey("vault_object.id"))
    kind: Mapped[FileKind] = mapped_column(words(FileKind))
    media_type: Mapped[str] = mapped_column(Text)
    pages: Mapped[int] = mapped_column(Integer)
    available: Mapped[bool] = mapped_column(default=False)
