"""The outbox, the codes of messages, and the queue of background work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0005"
down_revision = "0004"

DEFER = """
create function portal_defer(task text, arguments jsonb, moment timestamptz) returns void
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if task !~ '^[a-z_]+:[a-z_]+$' then
        raise exception 'not a task of ours';
    end if;
    perform procrastinate_defer_jobs_v1(array[
        row('default', task, 0, null, null, arguments, moment)::procrastinate_job_to_defer_v1]);
end $$;
revoke all on function portal_defer(text, jsonb, timestamptz) from public;
grant execute on function portal_defer(text, jsonb, timestamptz)
    to portal_account, portal_admin, portal_casework, portal_family, portal_worker;
"""

QUEUE_TABLES = (
    "procrastinate_workers, procrastinate_jobs, procrastinate_periodic_defers, procrastinate_events"
)

PROTECTION = f"""
grant select, insert, update, delete on {QUEUE_TABLES} to portal_worker;
grant usage on all sequences in schema public to portal_worker;
alter table envelope enable row level security;
alter table envelope force row level security;
alter table message_check enable row level security;
alter table message_check force row level security;
grant select, insert on envelope to portal_casework;
grant insert on envelope to portal_family;
grant select, update on envelope to portal_worker;
grant select on message_check to portal_public;
grant select, insert on message_check to portal_worker;
create policy liaison_reads on envelope for select to portal_casework using (portal_holds('liaison', 'intake'));
create policy staff_queues on envelope for insert to portal_casework with check (portal_actor() is not null);
create policy relative_queues on envelope for insert to portal_family with check (portal_actor() is not null);
create policy worker_delivers on envelope to portal_worker
    using (portal_holds('worker')) with check (portal_holds('worker'));
create policy everybody_checks on message_check for select to portal_public using (true);
create policy worker_remembers on message_check to portal_worker
    using (portal_holds('worker')) with check (portal_holds('worker'));
"""


def upgrade() -> None:
    # The queue's own schema is the library's; the driver must not read its percent signs.
    op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    op.execute(sa.text(DEFER.replace(":[a-z_]", "\\:[a-z_]")))
    op.create_table(
        "envelope",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recipient_ref", sa.Uuid(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("sender_name", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("hour_from", sa.Integer(), nullable=False),
        sa.Column("hour_to", sa.Integer(), nullable=False),
        sa.Column("quiet_weekdays", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("quiet_dates", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('failed', 'queued', 'sent')", name=op.f("ck_envelope_envelope_state")),
        sa.PrimaryKeyConstraint("id", name="pk_envelope"),
    )
    op.create_index("ix_envelope_recipient_ref", "envelope", ["recipient_ref"])
    op.create_table(
        "message_check",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("code_hash", name="pk_message_check"),
    )
    op.execute(PROTECTION)


def downgrade() -> None:
    op.drop_table("message_check")
    op.drop_table("envelope")
    op.execute("drop function portal_defer(text, jsonb, timestamptz)")
    op.execute(f"drop table {QUEUE_TABLES} cascade")
    op.execute(
        "do $$ declare f record; begin"
        " for f in select oid::regprocedure as name from pg_proc where proname like 'procrastinate%' loop"
        " execute 'drop function ' || f.name || ' cascade'; end loop; end $$"
    )
    op.execute(
        "drop type procrastinate_job_to_defer_v1, procrastinate_job_status, procrastinate_job_event_type cascade"
    )
