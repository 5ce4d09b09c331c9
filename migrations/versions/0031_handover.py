"""Hand-overs to courts and institutions: item by item, two people, taken out once, receipt written down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

STATES = "'asked', 'declined', 'packed', 'received', 'signed'"

PROTECTION = """
alter table handover enable row level security;
alter table handover force row level security;
alter table handover_item enable row level security;
alter table handover_item force row level security;
create policy keeper on handover to current_user using (true) with check (true);
create policy keeper on handover_item to current_user using (true) with check (true);
grant select, insert, update (state, version, signed_by, signed_at, declined_by, packed_at, sha256, received_by,
    received_at, receipt) on handover to portal_casework;
grant select, insert on handover_item to portal_casework;

create policy desk_reads on handover for select to portal_casework
    using (portal_holds('approver', 'custodian'));
create policy custodian_asks on handover for insert to portal_casework
    with check (portal_holds('custodian') and proposed_by = portal_actor() and state = 'asked');
create policy desk_acts on handover for update to portal_casework
    using (portal_holds('approver', 'custodian')) with check (portal_holds('approver', 'custodian'));
create policy desk_reads on handover_item for select to portal_casework
    using (portal_holds('approver', 'custodian'));
create policy custodian_chooses on handover_item for insert to portal_casework
    with check (portal_holds('custodian') and exists (select 1 from handover h join record_item i
        on i.record_id = h.record_id where h.id = handover_id and h.state = 'asked'
        and h.proposed_by = portal_actor() and i.object_id = handover_item.object_id));

create function portal_handover_moves() returns trigger language plpgsql as $$
begin
    if (old.state, new.state) = ('asked', 'signed') and new.signed_by = portal_actor()
            and portal_holds('approver')
        or (old.state, new.state) = ('asked', 'declined') and new.declined_by = portal_actor()
            and portal_holds('approver')
        or (old.state, new.state) = ('signed', 'packed') and old.signed_by = portal_actor()
            and new.signed_by = old.signed_by
        or (old.state, new.state) = ('packed', 'received') and new.received_by = portal_actor()
            and new.sha256 = old.sha256 and new.signed_by = old.signed_by then
        return new;
    end if;
    raise exception 'a hand-over is signed by another and taken out by whoever signed it';
end $$;
create trigger handover_moves before update on handover
    for each row execute function portal_handover_moves();

create function portal_handover_history(handed uuid, object uuid)
    returns table (at timestamptz, actor_id uuid, roles text, event text, detail text)
    language sql stable security definer set search_path = pg_catalog, public as $$
    select e.at, null::uuid, e.roles, e.event, e.detail from audit_entry e
    where e.subject_id = object and e.event like 'vault:object:%'
        and exists (select 1 from handover h join handover_item i on i.handover_id = h.id
            where h.id = handed and i.object_id = object and h.signed_by = portal_actor())
    order by e.seq
$$;
revoke all on function portal_handover_moves() from public;
revoke all on function portal_handover_history(uuid, uuid) from public;
grant execute on function portal_handover_history(uuid, uuid) to portal_casework;
"""


def upgrade() -> None:
    op.create_table(
        "handover",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("institution", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_by", sa.Uuid(), nullable=True),
        sa.Column("packed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("received_by", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(f"state in ({STATES})", name=op.f("ck_handover_handover_state")),
        sa.CheckConstraint(
            "proposed_by <> signed_by", name=op.f("ck_handover_two_people_proposed_by_signed_by")
        ),
        sa.CheckConstraint(
            "proposed_by <> declined_by", name=op.f("ck_handover_two_people_proposed_by_declined_by")
        ),
        sa.CheckConstraint(
            "(signed_by is not null) = (state in ('signed', 'packed', 'received'))",
            name=op.f("ck_handover_leaves_when_signed"),
        ),
        sa.CheckConstraint(
            "(declined_by is not null) = (state = 'declined')", name=op.f("ck_handover_declined_by_somebody")
        ),
        sa.CheckConstraint(
            "(sha256 is not null) = (state in ('packed', 'received')) and (sha256 is null) = (packed_at is null)",
            name=op.f("ck_handover_packed_has_hash"),
        ),
        sa.CheckConstraint(
            "(receipt is not null) = (state = 'received') and (receipt is null) = (received_by is null)",
            name=op.f("ck_handover_received_has_receipt"),
        ),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_handover_record_id_record"),
        sa.PrimaryKeyConstraint("id", name="pk_handover"),
    )
    op.create_index("ix_handover_record_id", "handover", ["record_id"])
    op.create_table(
        "handover_item",
        sa.Column("handover_id", sa.Uuid(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handover.id"], name="fk_handover_item_handover_id_handover"
        ),
        sa.ForeignKeyConstraint(
            ["object_id"], ["vault_object.id"], name="fk_handover_item_object_id_vault_object"
        ),
        sa.PrimaryKeyConstraint("handover_id", "object_id", name="pk_handover_item"),
    )
    op.create_index("ix_handover_item_object_id", "handover_item", ["object_id"])
    op.execute(PROTECTION)


def downgrade() -> None:
    op.drop_table("handover_item")
    op.drop_table("handover")
    op.execute("drop function portal_handover_moves(); drop function portal_handover_history(uuid, uuid)")
