"""Changes of roles, leaves, the end of an account and the way back.

The administrators' database role may not write to an account or a session. What it may do stands in the functions
below, each of which looks at the signatures and the roles itself; that two active administrators remain is held
by a trigger on the account, whoever changes it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

SEPARATION = (
    "roles_after in (array['relative'], array['administrator'], array['analyst'], array['approver'],"
    " array['auditor'], array['data_protection'])"
    " or (cardinality(roles_after) > 0 and (roles_after <@ array['editor', 'intake', 'liaison', 'verifier']"
    " or roles_after <@ array['custodian', 'transcriber']))"
)

GUARD = """
create function portal_two_administrators_remain() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if old.state = 'active' and 'administrator' = any(old.roles)
            and not (new.state = 'active' and 'administrator' = any(new.roles)) then
        perform pg_advisory_xact_lock(720103);
        if (select count(*) from account
                where state = 'active' and 'administrator' = any(roles) and id <> old.id) < 2 then
            raise exception 'two active administrators remain, always';
        end if;
    end if;
    return new;
end $$;
create trigger account_two_administrators before update of state, roles on account
    for each row execute function portal_two_administrators_remain();

create function portal_reopen_account() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update account set state = 'invited', password_hash = null, totp_secret = null, totp_last_step = null
        where id = new.account_id and state = 'deactivated';
    return new;
end $$;
create trigger invitation_reopens after update of signed_by on invitation
    for each row when (old.signed_by is null and new.signed_by is not null)
    execute function portal_reopen_account();
"""

ACTS = """
create function portal_end_sessions(target uuid, moment timestamptz) returns setof uuid
    language sql security definer set search_path = pg_catalog, public as $$
    update account_session set ended_at = moment where account_id = target and ended_at is null returning id
$$;

create function portal_void_invitations(target uuid, moment timestamptz) returns bigint
    language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    voided bigint;
begin
    if not portal_holds('administrator') or target = portal_actor() then
        raise exception 'only an administrator, and for somebody else';
    end if;
    update invitation set voided_at = moment, version = version + 1
        where account_id = target and kind <> 'own' and used_at is null and voided_at is null;
    get diagnostics voided = row_count;
    return voided;
end $$;

create function portal_deactivate(target uuid, moment timestamptz) returns setof uuid
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if not portal_holds('administrator') then
        raise exception 'only an administrator';
    end if;
    update account set state = 'deactivated'
        where id = target and state <> 'deactivated' and roles <> array['relative'];
    if not found then
        raise exception 'no such account in use';
    end if;
    update invitation set voided_at = moment, version = version + 1
        where used_at is null and voided_at is null
            and (account_id = target or (proposed_by = target and signed_by is null));
    update role_change set withdrawn_at = moment, version = version + 1
        where signed_by is null and withdrawn_at is null and target in (account_id, proposed_by);
    return query select portal_end_sessions(target, moment);
end $$;

create function portal_apply_role_change(change uuid, moment timestamptz) returns setof uuid
    language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    wanted role_change;
begin
    select * into wanted from role_change where id = change for update;
    if wanted.signed_by is null or wanted.signed_by is distinct from portal_actor()
            or not portal_holds('administrator')
            or wanted.signed_by = wanted.proposed_by or wanted.applied_at is not null
            or wanted.account_id in (wanted.proposed_by, wanted.signed_by) then
        raise exception 'a change of roles needs two other people, and happens once';
    end if;
    update account set roles = wanted.roles_after
        where id = wanted.account_id and state = 'active' and roles = wanted.roles_before;
    if not found then
        raise exception 'the roles are no longer those that were signed';
    end if;
    update role_change set applied_at = moment where id = change;
    return query select portal_end_sessions(wanted.account_id, moment);
end $$;
"""
SIGNATURES = {
    "portal_apply_role_change(uuid, timestamptz)": "portal_admin",
    "portal_deactivate(uuid, timestamptz)": "portal_admin",
    "portal_void_invitations(uuid, timestamptz)": "portal_admin",
    "portal_end_sessions(uuid, timestamptz)": None,
    "portal_reopen_account()": None,
    "portal_two_administrators_remain()": None,
}

PROTECTION = """
create policy keeper on account_session to current_user using (true) with check (true);
grant select (voided_at) on invitation to portal_admin;
alter policy bearer_uses on invitation
    using (token_hash = portal_presented() and used_at is null and voided_at is null)
    with check (used_at is not null and voided_at is null);
alter policy bearer_sets_up on account
    using (state = 'invited' and id in (select account_id from invitation
        where token_hash = portal_presented() and used_at is null and voided_at is null));
alter policy administrators_sign on invitation
    using (kind = 'staff' and portal_holds('administrator') and signed_by is null and used_at is null
        and voided_at is null and proposed_by <> portal_actor() and account_id <> portal_actor());

alter table role_change enable row level security;
alter table role_change force row level security;
grant select, insert, update (signed_by, signed_at, withdrawn_at, version) on role_change to portal_admin;
create policy keeper on role_change to current_user using (true) with check (true);
create policy administrators_list on role_change for select to portal_admin
    using (portal_holds('administrator'));
create policy administrators_propose on role_change for insert to portal_admin
    with check (portal_holds('administrator') and proposed_by = portal_actor() and account_id <> portal_actor()
        and signed_by is null and withdrawn_at is null and applied_at is null
        and account_id in (select id from account a where a.state = 'active' and a.roles = roles_before));
create policy administrators_decide on role_change for update to portal_admin
    using (portal_holds('administrator') and signed_by is null and withdrawn_at is null
        and account_id <> portal_actor())
    with check ((signed_by = portal_actor() and proposed_by <> portal_actor() and withdrawn_at is null)
        or (signed_by is null and withdrawn_at is not null));

alter table account_leave enable row level security;
alter table account_leave force row level security;
grant select, insert, update (ended_at) on account_leave to portal_account, portal_admin;
grant select (id, account_id, first_day, last_day, ended_at) on account_leave to portal_casework;
create policy keeper on account_leave to current_user using (true) with check (true);
create policy own_reads on account_leave for select to portal_account using (account_id = portal_actor());
create policy own_marks on account_leave for insert to portal_account
    with check (account_id = portal_actor() and marked_by = portal_actor() and ended_at is null
        and not portal_holds('relative'));
create policy own_ends on account_leave for update to portal_account
    using (account_id = portal_actor() and ended_at is null) with check (ended_at is not null);
create policy administrators_list on account_leave for select to portal_admin
    using (portal_holds('administrator'));
create policy administrators_mark on account_leave for insert to portal_admin
    with check (portal_holds('administrator') and marked_by = portal_actor() and ended_at is null
        and account_id in (select id from account));
create policy administrators_end on account_leave for update to portal_admin
    using (portal_holds('administrator') and ended_at is null) with check (ended_at is not null);
create policy colleagues_read on account_leave for select to portal_casework
    using (portal_actor() is not null);
"""
BACK = """
drop trigger invitation_reopens on invitation;
drop trigger account_two_administrators on account;
drop policy keeper on account_session;
alter policy bearer_uses on invitation
    using (token_hash = portal_presented() and used_at is null) with check (used_at is not null);
alter policy bearer_sets_up on account
    using (state = 'invited' and id in (
        select account_id from invitation where token_hash = portal_presented() and used_at is null));
alter policy administrators_sign on invitation
    using (kind = 'staff' and portal_holds('administrator') and signed_by is null and used_at is null
        and proposed_by <> portal_actor());
"""


def upgrade() -> None:
    op.add_column("invitation", sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_invitation_used_or_void"), "invitation", "used_at is null or voided_at is null"
    )
    _role_change()
    _account_leave()
    for statements in (GUARD, ACTS, PROTECTION):
        op.execute(statements)
    for signature, role in SIGNATURES.items():
        op.execute(f"revoke all on function {signature} from public")
        if role is not None:
            op.execute(f"grant execute on function {signature} to {role}")


def downgrade() -> None:
    op.execute(BACK)
    for signature in SIGNATURES:
        op.execute(f"drop function {signature}")
    op.drop_table("account_leave")
    op.drop_table("role_change")
    op.drop_column("invitation", "voided_at")


def _role_change() -> None:
    moments = ("signed_at", "withdrawn_at", "applied_at")
    checks = {
        "two_people_proposed_by_signed_by": "proposed_by <> signed_by",
        "never_ones_own": "account_id not in (proposed_by, signed_by)",
        "separation_of_duties": SEPARATION,
        "staff_only": "roles_after <> array['relative']",
        "changes_something": "roles_after <> roles_before",
        "signed_at_a_moment": "(signed_by is null) = (signed_at is null)",
        "signed_or_withdrawn": "signed_by is null or withdrawn_at is null",
        "applied_when_signed": "applied_at is null or signed_by is not null",
    }
    people = ("account_id", "proposed_by", "signed_by")
    op.create_table(
        "role_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("roles_before", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("roles_after", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in moments),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_role_change_{name}")) for name, rule in checks.items()),
        *(sa.ForeignKeyConstraint([p], ["account.id"], name=f"fk_role_change_{p}_account") for p in people),
        sa.PrimaryKeyConstraint("id", name="pk_role_change"),
    )
    op.create_index("ix_role_change_account_id", "role_change", ["account_id"])
    op.create_index(
        "uq_role_change_waiting",
        "role_change",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("signed_by is null and withdrawn_at is null"),
    )


def _account_leave() -> None:
    people = ("account_id", "marked_by")
    op.create_table(
        "account_leave",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("marked_by", sa.Uuid(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_account_leave_days_in_order")),
        *(sa.ForeignKeyConstraint([p], ["account.id"], name=f"fk_account_leave_{p}_account") for p in people),
        sa.PrimaryKeyConstraint("id", name="pk_account_leave"),
    )
    op.create_index("ix_account_leave_account_id", "account_leave", ["account_id"])
