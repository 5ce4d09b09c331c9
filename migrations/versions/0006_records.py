"""Imports, records, their items, readings of papers and what they say."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = ("import_batch", "import_file", "record", "record_item", "transcription", "reading", "statement")
BATCH_STATES = "'accepted', 'rejected', 'staged', 'staging'"
FATES = "'duplicate', 'ignored', 'missing', 'refused', 'stored'"
KINDS = "'card', 'court_sign_off', 'death_certificate', 'hospital_report', 'other_paper', 'photograph'"
RECORD_STATES = "'confirmed', 'corrected', 'preliminary', 'transcribed', 'withdrawn'"
READING_STATES = "'agreed', 'disputed', 'read_once', 'settled'"
PARTS = (
    "'given', 'father', 'grandfather', 'family', 'mother', 'mother_family', 'birth_year', 'number',"
    " 'branch', 'died_on', 'place', 'cause', 'issued_on'"
)

# What the owner's own functions below have to see; nobody signs in as the owner.
KEPT = ("record", "record_item", "transcription", "reading")

FUNCTIONS = """
create function portal_has_read(item uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public as $$
    select exists (select 1 from reading where item_id = item and reader_id = portal_actor())
$$;

create function portal_reading_beside(item uuid) returns bytea
    language sql stable security definer set search_path = pg_catalog, public as $$
    select content from reading
    where item_id = item and place = 1 and reader_id <> portal_actor()
        and portal_holds('transcriber') and portal_has_read(item)
$$;

create function portal_record_says_more(item uuid) returns void
    language sql security definer set search_path = pg_catalog, public as $$
    update record set version = version + 1, proposed_by = null, proposed_at = null, reason = null,
        fingerprint = null, signed_by = null, signed_at = null,
        state = case when state in ('confirmed', 'corrected') then 'corrected' else 'transcribed' end
    where id = (select record_id from record_item where id = item)
        and portal_holds('transcriber') and portal_has_read(item)
        and exists (select 1 from transcription where item_id = item and state in ('agreed', 'settled'))
$$;
"""
SIGNATURES = ("portal_has_read(uuid)", "portal_reading_beside(uuid)", "portal_record_says_more(uuid)")

GRANTS = """
grant select, insert, update, delete on import_batch, record to portal_casework;
grant select, insert, delete on import_file to portal_casework;
grant select, insert, delete, update (available, record_id) on record_item to portal_casework;
grant select, insert, update (state, version) on transcription to portal_casework;
grant select, insert on reading, statement to portal_casework;
"""

ARCHIVE = """
create policy keeper_reads on import_batch for select to portal_casework
    using (portal_holds('custodian', 'operator'));
create policy keeper_stages on import_batch for insert to portal_casework
    with check (portal_holds('custodian', 'operator') and proposed_by = portal_actor() and state = 'staging');
create policy second_person_decides on import_batch for update to portal_casework
    using (portal_holds('custodian', 'operator') and state in ('staging', 'staged'))
    with check (state in ('staging', 'staged')
        or (state = 'rejected' and rejected_by = portal_actor())
        or (state = 'accepted' and portal_holds('custodian') and signed_by = portal_actor()
            and proposed_by <> portal_actor()));
create policy keeper_clears on import_batch for delete to portal_casework
    using (portal_holds('custodian', 'operator') and state = 'staging');

create policy keeper_reads on import_file for select to portal_casework
    using (portal_holds('custodian', 'operator'));
create policy keeper_stages on import_file for insert to portal_casework
    with check (portal_holds('custodian', 'operator')
        and exists (select 1 from import_batch b where b.id = batch_id and b.state = 'staging'));
create policy keeper_clears on import_file for delete to portal_casework
    using (portal_holds('custodian', 'operator')
        and exists (select 1 from import_batch b where b.id = batch_id and b.state <> 'accepted'));

create policy keeper_reads on record for select to portal_casework
    using (portal_holds('custodian', 'operator'));
create policy desk_reads on record for select to portal_casework
    using (available and portal_holds('analyst', 'approver'));
create policy keeper_stages on record for insert to portal_casework
    with check (portal_holds('custodian', 'operator') and not available and state = 'preliminary');
create policy keeper_keeps on record for update to portal_casework
    using (portal_holds('custodian', 'operator'))
    with check (signed_by is null or signed_by <> portal_actor());
create policy second_person_confirms on record for update to portal_casework
    using (available and portal_holds('approver'))
    with check (signed_by = portal_actor() and proposed_by <> portal_actor());
create policy keeper_clears on record for delete to portal_casework
    using (portal_holds('custodian', 'operator') and not available);

create policy keeper_reads on record_item for select to portal_casework
    using (portal_holds('custodian', 'operator'));
create policy desk_reads on record_item for select to portal_casework
    using (available and portal_holds('analyst', 'approver'));
create policy transcriber_reads_papers on record_item for select to portal_casework
    using (available and kind <> 'photograph' and portal_holds('transcriber'));
create policy keeper_stages on record_item for insert to portal_casework
    with check (portal_holds('custodian', 'operator') and not available);
create policy keeper_keeps on record_item for update to portal_casework
    using (portal_holds('custodian', 'operator')) with check (portal_holds('custodian', 'operator'));
create policy keeper_clears on record_item for delete to portal_casework
    using (portal_holds('custodian', 'operator') and not available);
"""

# A custodian may also be a transcriber, so even the archive's keepers read a reading only once it is settled.
READINGS = """
create policy desk_reads on transcription for select to portal_casework
    using (portal_holds('custodian', 'operator', 'transcriber'));
create policy transcriber_begins on transcription for insert to portal_casework
    with check (portal_holds('transcriber') and state = 'read_once'
        and exists (select 1 from record_item i where i.id = item_id and i.available
            and i.kind <> 'photograph'));
create policy transcriber_goes_on on transcription for update to portal_casework
    using (portal_holds('transcriber') and portal_has_read(item_id) and state in ('read_once', 'disputed'))
    with check (portal_holds('transcriber'));

create policy own_reading on reading for select to portal_casework
    using (portal_holds('transcriber') and reader_id = portal_actor());
create policy third_person_decides on reading for select to portal_casework
    using (portal_holds('transcriber') and not portal_has_read(item_id)
        and exists (select 1 from transcription t where t.item_id = reading.item_id
            and t.state = 'disputed'));
create policy keeper_reads_settled on reading for select to portal_casework
    using (portal_holds('custodian')
        and exists (select 1 from transcription t where t.item_id = reading.item_id
            and t.state in ('agreed', 'settled')));
create policy transcriber_reads on reading for insert to portal_casework
    with check (portal_holds('transcriber') and reader_id = portal_actor()
        and exists (select 1 from transcription t where t.item_id = reading.item_id
            and ((place < 3 and t.state = 'read_once') or (place = 3 and t.state = 'disputed'))));

create policy keeper_reads on statement for select to portal_casework
    using (portal_holds('custodian', 'operator'));
create policy desk_reads on statement for select to portal_casework
    using (portal_holds('analyst', 'approver')
        and exists (select 1 from record_item i where i.id = item_id and i.available));
create policy reading_says on statement for insert to portal_casework
    with check (portal_holds('transcriber') and portal_has_read(item_id)
        and exists (select 1 from transcription t where t.item_id = statement.item_id
            and t.state in ('agreed', 'settled')));
"""


def upgrade() -> None:
    _import_batch()
    _import_file()
    _record()
    _record_item()
    _readings()
    _statement()
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
    for table in KEPT:
        op.execute(f"create policy owner_keeps on {table} to current_user using (true) with check (true)")
    for statements in (FUNCTIONS, GRANTS, ARCHIVE, READINGS):
        op.execute(statements)
    for signature in SIGNATURES:
        op.execute(f"revoke all on function {signature} from public")
        op.execute(f"grant execute on function {signature} to portal_casework")


def downgrade() -> None:
    # The policies look at each other's tables and functions; they go first.
    op.execute("drop policy desk_reads on statement; drop policy reading_says on statement")
    op.execute("drop policy third_person_decides on reading; drop policy keeper_reads_settled on reading")
    op.execute("drop policy transcriber_reads on reading; drop policy transcriber_begins on transcription")
    op.execute("drop policy transcriber_goes_on on transcription")
    for signature in SIGNATURES[::-1]:
        op.execute(f"drop function {signature}")
    for table in TABLES[::-1]:
        op.drop_table(table)


def _import_batch() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("manifest_sha256", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        *(
            sa.Column(count, sa.Integer(), nullable=False)
            for count in ("files", "stored", "duplicates", "refused", "ignored", "missing", "numbers")
        ),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejected_by", sa.Uuid(), nullable=True),
        sa.Column("rejected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"state in ({BATCH_STATES})", name=op.f("ck_import_batch_batch_state")),
        sa.CheckConstraint(
            "(state = 'accepted') = (signed_by is not null)", name=op.f("ck_import_batch_accepted_is_signed")
        ),
        sa.CheckConstraint(
            "(state = 'rejected') = (rejected_by is not null)",
            name=op.f("ck_import_batch_rejected_by_somebody"),
        ),
        sa.CheckConstraint(
            "state = 'staging' or files = stored + duplicates + refused + ignored",
            name=op.f("ck_import_batch_counts_add_up"),
        ),
        sa.CheckConstraint(
            "proposed_by <> signed_by", name=op.f("ck_import_batch_two_people_proposed_by_signed_by")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_import_batch"),
    )


def _import_file() -> None:
    op.create_table(
        "import_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("fate", sa.String(length=40), nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("original_path", sa.LargeBinary(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("branch", sa.Text(), nullable=True),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("photographer", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("witnesses", sa.LargeBinary(), nullable=True),
        sa.Column("oddities", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(f"fate in ({FATES})", name=op.f("ck_import_file_fate")),
        sa.CheckConstraint(f"kind in ({KINDS})", name=op.f("ck_import_file_file_kind")),
        sa.CheckConstraint(
            "(fate = 'stored') = (object_id is not null)", name=op.f("ck_import_file_stored_has_an_object")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name="fk_import_file_batch_id_import_batch"
        ),
        sa.ForeignKeyConstraint(
            ["object_id"], ["vault_object.id"], name="fk_import_file_object_id_vault_object"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_import_file"),
        sa.UniqueConstraint("batch_id", "place", name="uq_import_file_batch_id_place"),
    )
    op.create_index("ix_import_file_sha256", "import_file", ["sha256"])


def _record() -> None:
    op.create_table(
        "record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("photographed_on", sa.Date(), nullable=True),
        sa.Column("photographer", sa.LargeBinary(), nullable=True),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"state in ({RECORD_STATES})", name=op.f("ck_record_record_state")),
        sa.CheckConstraint(
            "proposed_by <> signed_by", name=op.f("ck_record_two_people_proposed_by_signed_by")
        ),
        sa.CheckConstraint(
            "(state = 'confirmed') = (signed_by is not null)", name=op.f("ck_record_confirmed_is_signed")
        ),
        sa.CheckConstraint(
            "signed_by is null or proposed_by is not null", name=op.f("ck_record_signed_was_proposed")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name="fk_record_batch_id_import_batch"),
        sa.PrimaryKeyConstraint("id", name="pk_record"),
        sa.UniqueConstraint(
            "branch", "number", name="uq_record_branch_number", postgresql_nulls_not_distinct=True
        ),
    )
    op.create_index("ix_record_batch_id", "record", ["batch_id"])
    op.create_index("ix_record_state", "record", ["state"])


def _record_item() -> None:
    op.create_table(
        "record_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.CheckConstraint(f"kind in ({KINDS})", name=op.f("ck_record_item_file_kind")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_record_item_record_id_record"),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name="fk_record_item_batch_id_import_batch"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["import_file.id"], name="fk_record_item_file_id_import_file"),
        sa.ForeignKeyConstraint(
            ["object_id"], ["vault_object.id"], name="fk_record_item_object_id_vault_object"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_record_item"),
        sa.UniqueConstraint("file_id", name="uq_record_item_file_id"),
    )
    op.create_index("ix_record_item_batch_id", "record_item", ["batch_id"])
    op.create_index("ix_record_item_record_id", "record_item", ["record_id"])


def _readings() -> None:
    op.create_table(
        "transcription",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"state in ({READING_STATES})", name=op.f("ck_transcription_reading_state")),
        sa.ForeignKeyConstraint(["item_id"], ["record_item.id"], name="fk_transcription_item_id_record_item"),
        sa.PrimaryKeyConstraint("item_id", name="pk_transcription"),
    )
    op.create_table(
        "reading",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("place between 1 and 3", name=op.f("ck_reading_first_second_or_third")),
        sa.ForeignKeyConstraint(["item_id"], ["record_item.id"], name="fk_reading_item_id_record_item"),
        sa.PrimaryKeyConstraint("id", name="pk_reading"),
        sa.UniqueConstraint("item_id", "place", name="uq_reading_item_id_place"),
        sa.UniqueConstraint("item_id", "reader_id", name="uq_reading_item_id_reader_id"),
    )


def _statement() -> None:
    op.create_table(
        "statement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"part in ({PARTS})", name=op.f("ck_statement_part")),
        sa.ForeignKeyConstraint(["item_id"], ["record_item.id"], name="fk_statement_item_id_record_item"),
        sa.PrimaryKeyConstraint("id", name="pk_statement"),
        sa.UniqueConstraint("item_id", "part", name="uq_statement_item_id_part"),
    )
