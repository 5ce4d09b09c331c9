"""Records corrected and withdrawn by two people, with every former version kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

GROUNDS = "'misfiled', 'no_person', 'source_doubted'"
STATES = "'confirmed', 'corrected', 'preliminary', 'transcribed', 'withdrawn'"

# A reading settled later adds to what a record says; what was withdrawn stays withdrawn.
SAYS_MORE = """
create or replace function portal_record_says_more(item uuid) returns void
    language sql security definer set search_path = pg_catalog, public as $$
    update record set version = version + 1, proposed_by = null, proposed_at = null, reason = null,
        fingerprint = null, signed_by = null, signed_at = null,
        state = case when state in ('confirmed', 'corrected') then 'corrected' else 'transcribed' end
    where id = (select record_id from record_item where id = item){standing}
        and portal_holds('transcriber') and portal_has_read(item)
        and exists (select 1 from transcription where item_id = item and state in ('agreed', 'settled'))
$$;
"""

# What is held true changes only by a change that two people signed, of exactly the version they saw.
GUARDS = """
create function portal_record_keeps_its_word() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if old.state = 'withdrawn' and (new.state, new.version, new.set_aside, new.signed_by, new.proposed_by)
            is distinct from (old.state, old.version, old.set_aside, old.signed_by, old.proposed_by) then
        raise exception 'what was withdrawn stays withdrawn';
    end if;
    if (new.set_aside is distinct from old.set_aside
            or (new.state = 'withdrawn' and old.state <> 'withdrawn'))
            and not exists (select 1 from record_revision v
                where v.record_id = new.id and v.state = 'signed' and v.record_version = old.version
                    and new.version = old.version + 1 and v.set_aside = new.set_aside
                    and v.signed_by = new.signed_by and v.proposed_by = new.proposed_by
                    and (v.kind = 'withdrawal') = (new.state = 'withdrawn')) then
        raise exception 'a record is changed by two people';
    end if;
    return new;
end $$;
create trigger record_keeps_its_word before update on record
    for each row execute function portal_record_keeps_its_word();
"""

WALLS = """
grant select, insert, update (state, version, signed_by, signed_at, returned_by, returned_at)
    on record_revision to portal_casework;
grant select, insert on record_version to portal_casework;

create policy desk_reads on record_revision for select to portal_casework
    using (portal_holds('custodian', 'analyst', 'approver') and record_id in (select id from record));
create policy keeper_proposes on record_revision for insert to portal_casework
    with check (portal_holds('custodian') and proposed_by = portal_actor() and state = 'proposed'
        and exists (select 1 from record r where r.id = record_id and r.available
            and r.state <> 'withdrawn' and r.version = record_version)
        and not exists (select 1 from unnest(set_aside) wrong where wrong not in (
            select s.id from statement s join record_item i on i.id = s.item_id
            where i.record_id = record_revision.record_id)));
create policy second_person_answers on record_revision for update to portal_casework
    using (portal_holds('approver') and state = 'proposed')
    with check (proposed_by <> portal_actor()
        and ((state = 'signed' and signed_by = portal_actor())
            or (state = 'returned' and returned_by = portal_actor())));

create policy desk_reads on record_version for select to portal_casework
    using (portal_holds('custodian', 'analyst', 'approver') and record_id in (select id from record));
create policy second_person_keeps on record_version for insert to portal_casework
    with check (portal_holds('approver') and signed_by = portal_actor()
        and exists (select 1 from record r where r.id = record_id and r.version = record_version.version
            and r.state = record_version.state and r.signed_by = record_version.signed_by
            and r.proposed_by = record_version.proposed_by));
"""

# What two people have confirmed before there was a history is its first version; its reason stays at the record.
BACKFILL = """
alter table record no force row level security;
alter table record_item no force row level security;
alter table statement no force row level security;
alter table record_version no force row level security;
insert into record_version (record_id, version, state, photographed_on, held, ground, reason,
        proposed_by, proposed_at, signed_by, signed_at)
    select r.id, r.version, r.state, r.photographed_on,
        array(select s.id from statement s join record_item i on i.id = s.item_id
            where i.record_id = r.id order by s.id),
        null, null, r.proposed_by, r.proposed_at, r.signed_by, r.signed_at
    from record r where r.state = 'confirmed';
alter table record force row level security;
alter table record_item force row level security;
alter table statement force row level security;
alter table record_version force row level security;
"""


def upgrade() -> None:
    op.add_column(
        "record",
        sa.Column("set_aside", sa.ARRAY(sa.Uuid()), nullable=False, server_default=sa.text("'{}'")),
    )
    op.drop_constraint("ck_record_confirmed_is_signed", "record")
    op.create_check_constraint(
        op.f("ck_record_confirmed_is_signed"),
        "record",
        "(state in ('confirmed', 'withdrawn')) = (signed_by is not null)",
    )
    _revision()
    _version()
    for table in ("record_revision", "record_version"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy keeper on {table} to current_user using (true) with check (true)")
    op.execute(BACKFILL)
    op.execute(SAYS_MORE.format(standing=" and state <> 'withdrawn'"))
    op.execute(GUARDS)
    op.execute("revoke all on function portal_record_keeps_its_word() from public")
    op.execute(WALLS)


def downgrade() -> None:
    op.execute("drop trigger record_keeps_its_word on record")
    op.execute("drop function portal_record_keeps_its_word()")
    op.execute(SAYS_MORE.format(standing=""))
    op.drop_table("record_version")
    op.drop_table("record_revision")
    op.drop_constraint("ck_record_confirmed_is_signed", "record")
    op.create_check_constraint(
        op.f("ck_record_confirmed_is_signed"),
        "record",
        "(state = 'confirmed') = (signed_by is not null)",
    )
    op.drop_column("record", "set_aside")


def _revision() -> None:
    op.create_table(
        "record_revision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("record_version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("set_aside", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_by", sa.Uuid(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind in ('correction', 'withdrawal')", name=op.f("ck_record_revision_revision_kind")
        ),
        sa.CheckConstraint(
            "state in ('proposed', 'returned', 'signed')", name=op.f("ck_record_revision_revision_state")
        ),
        sa.CheckConstraint(f"ground in ({GROUNDS})", name=op.f("ck_record_revision_withdrawal_ground")),
        sa.CheckConstraint(
            "proposed_by <> signed_by", name=op.f("ck_record_revision_two_people_proposed_by_signed_by")
        ),
        sa.CheckConstraint(
            "proposed_by <> returned_by", name=op.f("ck_record_revision_two_people_proposed_by_returned_by")
        ),
        sa.CheckConstraint(
            "(state = 'signed') = (signed_by is not null)", name=op.f("ck_record_revision_signed_by_somebody")
        ),
        sa.CheckConstraint(
            "(state = 'returned') = (returned_by is not null)",
            name=op.f("ck_record_revision_returned_by_somebody"),
        ),
        sa.CheckConstraint(
            "(kind = 'withdrawal') = (ground is not null)",
            name=op.f("ck_record_revision_withdrawn_on_a_ground"),
        ),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_record_revision_record_id_record"),
        sa.PrimaryKeyConstraint("id", name="pk_record_revision"),
    )
    op.create_index("ix_record_revision_record_id", "record_revision", ["record_id"])
    op.create_index(
        "uq_record_revision_open",
        "record_revision",
        ["record_id"],
        unique=True,
        postgresql_where=sa.text("state = 'proposed'"),
    )


def _version() -> None:
    op.create_table(
        "record_version",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("photographed_on", sa.Date(), nullable=True),
        sa.Column("held", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"state in ({STATES})", name=op.f("ck_record_version_record_state")),
        sa.CheckConstraint(
            "state in ('confirmed', 'withdrawn')", name=op.f("ck_record_version_signed_state")
        ),
        sa.CheckConstraint(f"ground in ({GROUNDS})", name=op.f("ck_record_version_withdrawal_ground")),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (ground is not null)",
            name=op.f("ck_record_version_withdrawn_on_a_ground"),
        ),
        sa.CheckConstraint(
            "proposed_by <> signed_by", name=op.f("ck_record_version_two_people_proposed_by_signed_by")
        ),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_record_version_record_id_record"),
        sa.PrimaryKeyConstraint("record_id", "version", name="pk_record_version"),
    )
