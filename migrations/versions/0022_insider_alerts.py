"""Readings counted for each person and hour, and alerts about them that a second person looks at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

STAFF = "portal_account, portal_admin, portal_casework, portal_oversight"
SIGNATURES = {
    "portal_reading_tally(text[], uuid, timestamptz)": STAFF,
    "portal_reading_warnings(timestamptz)": STAFF,
    "portal_raise_alert(uuid, text, text, timestamptz, timestamptz)": STAFF,
    "portal_auditor_addresses()": "portal_worker",
}

# The lock is the person's own: their readings follow one another, nobody else waits.
COUNTING = """
create function portal_reading_tally(events text[], subject uuid, since timestamptz)
    returns table (others bigint, is_known boolean)
    language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
    perform pg_advisory_xact_lock(720103, hashtext(portal_actor()::text));
    return query select count(distinct coalesce(e.subject_id::text, e.seq::text)),
        coalesce(bool_or(e.subject_id = subject), false)
    from audit_entry e where e.actor_id = portal_actor() and e.event = any(events) and e.at > since;
end $$;

create function portal_reading_warnings(since timestamptz) returns table (at timestamptz, detail text)
    language sql stable security definer set search_path = pg_catalog, public as $$
    select e.at, e.detail from audit_entry e
    where e.actor_id = portal_actor() and e.event = 'audit:reading:warned' and e.at > since
$$;

create function portal_raise_alert(
    alert uuid, about text, why text, moment timestamptz, since timestamptz
) returns uuid language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    perform pg_advisory_xact_lock(720103, hashtext(portal_actor()::text));
    if exists (select 1 from insider_alert a where a.actor_id = portal_actor() and a.kind = about
            and a.cause = why and a.at > since) then
        return null;
    end if;
    insert into insider_alert (id, actor_id, kind, cause, at) values (alert, portal_actor(), about, why, moment);
    perform portal_defer('oversight:tell_of_alert', jsonb_build_object('alert_id', alert), moment);
    return alert;
end $$;

create function portal_auditor_addresses() returns table (id uuid, login bytea, language text)
    language sql stable security definer set search_path = pg_catalog, public as $$
    select a.id, a.login, a.language from account a
    where portal_holds('worker') and a.state = 'active' and a.roles = array['auditor']
$$;
"""

PROTECTION = """
alter table insider_alert enable row level security;
alter table insider_alert force row level security;
grant select, update (seen_by, seen_at, note) on insider_alert to portal_oversight;
grant select (id, actor_id) on insider_alert to portal_worker;
create policy keeper on insider_alert to current_user using (true) with check (true);
create policy auditors_read on insider_alert for select to portal_oversight using (portal_holds('auditor'));
create policy another_auditor_looks on insider_alert for update to portal_oversight
    using (portal_holds('auditor') and actor_id <> portal_actor() and seen_by is null)
    with check (seen_by = portal_actor() and actor_id <> portal_actor());
create policy worker_tells on insider_alert for select to portal_worker using (portal_holds('worker'));
"""

# Only the machine itself writes to colleagues without waiting for the calm rhythm; a family never reads from the
# hour of a message that something was found.
URGENCY = """
alter table envelope add column urgency varchar(40) not null default 'calm'
    constraint ck_envelope_urgency check (urgency in ('any_day', 'at_once', 'calm'));
alter table envelope alter column urgency drop default;
grant insert on envelope to portal_worker;
create policy never_at_once_to_families on envelope as restrictive for insert to portal_casework, portal_family
    with check (urgency <> 'at_once');
"""


def upgrade() -> None:
    op.create_index("ix_audit_entry_actor_id_event_at", "audit_entry", ["actor_id", "event", "at"])
    op.create_table(
        "insider_alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "kind in ('contact', 'inquiry', 'log', 'original', 'package', 'record')",
            name=op.f("ck_insider_alert_reading_kind"),
        ),
        sa.CheckConstraint("cause in ('stopped', 'warned')", name=op.f("ck_insider_alert_alert_cause")),
        sa.CheckConstraint("actor_id <> seen_by", name=op.f("ck_insider_alert_two_people_actor_id_seen_by")),
        sa.CheckConstraint(
            "(seen_by is null) = (seen_at is null) and (seen_by is null) = (note is null)",
            name=op.f("ck_insider_alert_seen_whole"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_insider_alert"),
    )
    op.create_index("ix_insider_alert_actor_id_kind_at", "insider_alert", ["actor_id", "kind", "at"])
    op.create_index("ix_insider_alert_at", "insider_alert", ["at"])
    for statements in (COUNTING, PROTECTION, URGENCY):
        op.execute(statements)
    for signature, readers in SIGNATURES.items():
        op.execute(f"revoke all on function {signature} from public")
        op.execute(f"grant execute on function {signature} to {readers}")


def downgrade() -> None:
    op.execute("drop policy never_at_once_to_families on envelope")
    op.execute("revoke insert on envelope from portal_worker")
    op.execute("alter table envelope drop column urgency")
    for signature in SIGNATURES:
        op.execute(f"drop function {signature}")
    op.drop_table("insider_alert")
    op.drop_index("ix_audit_entry_actor_id_event_at", "audit_entry")
