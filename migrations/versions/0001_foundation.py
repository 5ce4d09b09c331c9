"""Roles of the audiences, the words policies use, and the append-only log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ROLES = (
    "portal_account",
    "portal_admin",
    "portal_casework",
    "portal_family",
    "portal_oversight",
    "portal_public",
    "portal_worker",
)

SIGNATURE = "portal_audit_append(timestamptz, text, uuid, uuid, text)"

WORDS = """
create function portal_actor() returns uuid language sql stable as
$$ select nullif(current_setting('portal.actor', true), '')::uuid $$;

create function portal_holds(variadic wished text[]) returns boolean language sql stable as
$$ select string_to_array(coalesce(current_setting('portal.roles', true), ''), ',') && wished $$;
"""

APPEND = """
create function portal_audit_append(
    moment timestamptz, event text, subject uuid, case_id uuid, detail text
) returns bigint language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    last record;
    actor text := coalesce(current_setting('portal.actor', true), '');
    roles text := coalesce(current_setting('portal.roles', true), '');
    content text;
begin
    perform pg_advisory_xact_lock(720101);
    select seq, hash into last from audit_entry order by seq desc limit 1;
    if last is null then
        select 0::bigint as seq, repeat('0', 64) as hash into last;
    end if;
    content := concat_ws('|', last.hash, last.seq + 1,
        to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        actor, roles, event, coalesce(subject::text, ''), coalesce(case_id::text, ''), detail);
    insert into audit_entry values (last.seq + 1, moment, nullif(actor, '')::uuid, roles, event, subject,
        case_id, detail, last.hash, encode(sha256(convert_to(content, 'UTF8')), 'hex'));
    return last.seq + 1;
end $$;

create function portal_audit_is_final() returns trigger language plpgsql as $$
begin
    raise exception 'the log can only grow';
end $$;

create trigger audit_entry_is_final before update or delete on audit_entry
    for each row execute function portal_audit_is_final();
create trigger audit_entry_stays before truncate on audit_entry
    for each statement execute function portal_audit_is_final();
"""

PROTECTION = """
alter table audit_entry enable row level security;
alter table audit_entry force row level security;
create policy keeper on audit_entry to current_user using (true) with check (true);
create policy oversight_reads on audit_entry for select to portal_oversight
    using (portal_holds('auditor', 'operator'));
grant select on audit_entry to portal_oversight, portal_family;
revoke all on function portal_audit_append(timestamptz, text, uuid, uuid, text) from public;
"""


def upgrade() -> None:
    """Roles belong to the whole server, so two databases may share them."""
    for role in ROLES:
        op.execute(
            f"do $$ begin create role {role} nologin;"
            " exception when duplicate_object or unique_violation then null; end $$"
        )
        op.execute(f"grant usage on schema public to {role}")
    op.execute(WORDS)
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_entry"),
    )
    op.create_index("ix_audit_entry_case_id", "audit_entry", ["case_id"])
    op.create_index("ix_audit_entry_subject_id", "audit_entry", ["subject_id"])
    op.execute(APPEND)
    op.execute(PROTECTION)
    for role in ROLES:
        if role != "portal_public":
            op.execute(f"grant execute on function {SIGNATURE} to {role}")


def downgrade() -> None:
    """The roles stay: another database of the same server may use them."""
    op.execute(f"drop function {SIGNATURE}")
    op.drop_table("audit_entry")
    op.execute("drop function portal_audit_is_final()")
    op.execute("drop function portal_holds(text[])")
    op.execute("drop function portal_actor()")
    for role in ROLES:
        op.execute(f"revoke usage on schema public from {role}")
