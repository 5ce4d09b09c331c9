"""A second password for somebody who is forced, the empty account it opens, and the hold that follows in silence.

The empty account and its empty file are rows like any others, so every policy holds for them by itself: nothing of
the real file hangs on them. No desk ever sees the empty file. While a hold stands, the database itself lets nothing
be approved, announced, told, released or sent.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

DECOYS = """
create function portal_close_decoy(index bytea, moment timestamptz) returns void
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update account_session set ended_at = moment
        where ended_at is null and account_id in (select id from account where decoy_index = index);
    update account set state = 'deactivated', password_hash = null, totp_secret = null, totp_last_step = null,
        totp_next = null, totp_next_at = null, decoy_index = null where decoy_index = index;
end $$;

create function portal_keep_decoy(
    decoy uuid, index bytea, password text, file uuid, moment timestamptz
) returns void language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    own account;
    real inquiry;
begin
    select * into own from account
        where id = portal_actor() and state = 'active' and roles = array['relative'] for update;
    if own.id is null then
        raise exception 'only a relative, for themselves';
    end if;
    perform portal_close_decoy(own.login_index, moment);
    insert into account (id, login_index, decoy_index, login, display_name, roles, password_hash, totp_secret,
            totp_last_step, state, language, created_at)
        values (decoy, index, own.login_index, own.login, own.display_name, own.roles, password, own.totp_secret,
            own.totp_last_step, 'active', own.language, own.created_at);
    select * into real from inquiry where account_id = own.id;
    if real.id is null then
        return;
    end if;
    insert into inquiry (id, reference, account_id, relation, state, language, filed_at, is_decoy)
        values (file, real.reference, decoy, 'other', 'submitted', real.language, real.filed_at, true);
    insert into sought_person (inquiry_id) values (file);
    insert into inquirer (inquiry_id, full_name)
        select file, full_name from inquirer where inquiry_id = real.id;
    insert into safe_contact (inquiry_id, channel, hour_from, hour_to, quiet_weekdays, shared)
        values (file, 'none', 10, 18, array[]::integer[], false);
    insert into wish (inquiry_id, layer, wish) values
        (file, 'fact', 'later'), (file, 'date_place', 'later'), (file, 'papers', 'later'),
        (file, 'photographs_exist', 'no'), (file, 'description', 'no'), (file, 'face', 'no');
end $$;

create function portal_drop_decoy(moment timestamptz) returns void
    language sql security definer set search_path = pg_catalog, public as $$
    select portal_close_decoy(login_index, moment) from account where id = portal_actor()
$$;

-- Another phone is the phone of both. Whoever comes back by another way than the password in force begins anew,
-- so that the two passwords can never become one.
create function portal_decoy_follows() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if new.state <> 'active' or (new.password_hash is distinct from old.password_hash
            and portal_presented() is distinct from new.login_index) then
        perform portal_close_decoy(new.login_index, now());
    elsif new.totp_secret is distinct from old.totp_secret then
        update account set totp_secret = new.totp_secret, totp_last_step = new.totp_last_step
            where decoy_index = new.login_index;
    end if;
    return null;
end $$;
create trigger account_decoy_follows after update of password_hash, totp_secret, state on account
    for each row execute function portal_decoy_follows();
"""

HOLDS = """
create function portal_is_held(wanted uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public as $$
    select portal_actor() is not null and exists (
        select 1 from protective_hold h join inquiry i on i.id = h.inquiry_id
        where h.inquiry_id = wanted and h.signed_by is null
            and (i.account_id = portal_actor() or not portal_holds('relative')))
$$;

create function portal_raise_hold(entered uuid, wanted uuid, moment timestamptz)
    returns table (hold uuid, file uuid)
    language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    target uuid;
begin
    if not portal_holds('worker') then
        raise exception 'only the portal itself';
    end if;
    select i.id into target from account d join account r on r.login_index = d.decoy_index
        join inquiry i on i.account_id = r.id where d.id = entered and not i.is_decoy;
    if target is null then
        return;
    end if;
    return query insert into protective_hold as h (id, inquiry_id, raised_at, version)
        values (wanted, target, moment, 1)
        on conflict (inquiry_id) where signed_by is null do update
            set raised_at = moment, proposed_by = null, proposed_at = null, reason = null, version = h.version + 1
        returning h.id, h.inquiry_id;
end $$;

create function portal_hold_moves() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if (new.id, new.inquiry_id) is distinct from (old.id, old.inquiry_id) or old.signed_by is not null then
        raise exception 'a hold stays as it was';
    end if;
    if new.signed_by is not null and (new.proposed_by, new.proposed_at, new.reason, new.raised_at)
            is distinct from (old.proposed_by, old.proposed_at, old.reason, old.raised_at) then
        raise exception 'what is signed is what was proposed';
    end if;
    return new;
end $$;
create trigger protective_hold_moves before update on protective_hold
    for each row execute function portal_hold_moves();

create function portal_package_rests() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if exists (select 1 from protective_hold where inquiry_id = new.inquiry_id and signed_by is null) then
        raise exception 'nothing goes on while a hold stands';
    end if;
    return new;
end $$;
create trigger disclosure_rests before update of state on disclosure for each row
    when (new.state <> old.state and new.state in ('approved', 'contacted', 'told'))
    execute function portal_package_rests();

create function portal_release_rests() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if exists (select 1 from protective_hold h join disclosure d on d.inquiry_id = h.inquiry_id
            where d.id = new.disclosure_id and h.signed_by is null) then
        raise exception 'nothing goes on while a hold stands';
    end if;
    return new;
end $$;
create trigger release_rests before insert on release
    for each row execute function portal_release_rests();

create function portal_envelope_rests() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if exists (select 1 from protective_hold where inquiry_id = new.recipient_ref and signed_by is null) then
        raise exception 'nothing is sent while a hold stands';
    end if;
    return new;
end $$;
create trigger envelope_rests before update of state on envelope for each row
    when (new.state = 'sent' and old.state <> 'sent') execute function portal_envelope_rests();
"""
SIGNATURES = {
    "portal_close_decoy(bytea, timestamptz)": None,
    "portal_keep_decoy(uuid, bytea, text, uuid, timestamptz)": "portal_account",
    "portal_drop_decoy(timestamptz)": "portal_account",
    "portal_decoy_follows()": None,
    "portal_is_held(uuid)": "portal_casework, portal_family, portal_worker",
    "portal_raise_hold(uuid, uuid, timestamptz)": "portal_worker",
    "portal_hold_moves()": None,
    "portal_package_rests()": None,
    "portal_release_rests()": None,
    "portal_envelope_rests()": None,
}

# What the functions above write in the owner's name.
KEPT = ("sought_person", "inquirer", "safe_contact", "wish")

BEHIND = (
    "account_id in (select id from account where state = 'active'"
    " and portal_presented() in (login_index, decoy_index))"
)
PROTECTION = f"""
alter policy bearer_reads on account using (
    id = portal_actor() or login_index = portal_presented() or decoy_index = portal_presented()
    or id in (select account_id from account_session where token_hash = portal_presented())
    or id in (select account_id from invitation where token_hash = portal_presented())
    or id in (select account_id from recovery where token_hash = portal_presented() and state = 'handed'));
alter policy bearer_signs_in on account
    using (state = 'active' and portal_presented() in (login_index, decoy_index)) with check (state = 'active');

alter policy bearer_reads on recovery_code using (account_id = portal_actor() or {BEHIND});
alter policy bearer_uses on recovery_code using (used_at is null and {BEHIND});
alter policy bearer_reads on account_notice using (account_id = portal_actor() or {BEHIND});
alter policy bearer_is_told on account_notice
    with check (seen_at is null and (account_id = portal_actor() or {BEHIND}));

alter policy visitor_files on inquiry
    with check (portal_actor() is null and state = 'submitted' and not is_decoy
        and portal_is_fresh_account(account_id));
create policy no_decoys on inquiry as restrictive to portal_casework using (not is_decoy);
create or replace function portal_file_of_number(number text) returns uuid
    language sql stable security definer set search_path = pg_catalog, public as $$
    select id from inquiry where reference = number and not is_decoy and portal_actor() is not null
$$;

alter table protective_hold enable row level security;
alter table protective_hold force row level security;
grant select, update (proposed_by, proposed_at, reason, signed_by, signed_at, version)
    on protective_hold to portal_casework;
create policy keeper on protective_hold to current_user using (true) with check (true);
create policy desk_reads on protective_hold for select to portal_casework
    using (portal_holds('approver') or (portal_holds('liaison') and portal_is_assigned(inquiry_id)));
create policy desk_lifts on protective_hold for update to portal_casework
    using (signed_by is null
        and (portal_holds('approver') or (portal_holds('liaison') and portal_is_assigned(inquiry_id))))
    with check ((signed_by is null and proposed_by = portal_actor())
        or (signed_by = portal_actor() and proposed_by <> portal_actor() and portal_holds('approver')));
create policy closed_by_conflict on protective_hold as restrictive to portal_casework
    using (inquiry_id <> all (array(select portal_closed_cases())));
"""

PRESENTED = (
    "account_id in (select id from account where login_index = portal_presented() and state = 'active')"
)
BACK = f"""
alter policy bearer_reads on recovery_code using (account_id = portal_actor() or {PRESENTED});
alter policy bearer_uses on recovery_code using (used_at is null and {PRESENTED});
alter policy bearer_reads on account_notice using (account_id = portal_actor() or {PRESENTED});
alter policy bearer_is_told on account_notice
    with check (seen_at is null and (account_id = portal_actor() or {PRESENTED}));
drop trigger envelope_rests on envelope;
drop trigger release_rests on release;
drop trigger disclosure_rests on disclosure;
drop trigger account_decoy_follows on account;
drop policy no_decoys on inquiry;
alter policy visitor_files on inquiry
    with check (portal_actor() is null and state = 'submitted' and portal_is_fresh_account(account_id));
create or replace function portal_file_of_number(number text) returns uuid
    language sql stable security definer set search_path = pg_catalog, public as $$
    select id from inquiry where reference = number and portal_actor() is not null
$$;
alter policy bearer_reads on account using (
    id = portal_actor() or login_index = portal_presented()
    or id in (select account_id from account_session where token_hash = portal_presented())
    or id in (select account_id from invitation where token_hash = portal_presented())
    or id in (select account_id from recovery where token_hash = portal_presented() and state = 'handed'));
alter policy bearer_signs_in on account
    using (state = 'active' and login_index = portal_presented()) with check (state = 'active');
"""
# The empty files go; the empty accounts stay as accounts that nobody can open, since sessions name them.
EMPTIED = """
update account set state = 'deactivated', password_hash = null, totp_secret = null, totp_next = null,
    totp_next_at = null, decoy_index = null where decoy_index is not null;
delete from {table} where inquiry_id in (select id from inquiry where is_decoy);
"""


def upgrade() -> None:
    op.add_column("account", sa.Column("decoy_index", sa.LargeBinary(), nullable=True))
    op.create_unique_constraint("uq_account_decoy_index", "account", ["decoy_index"])
    op.create_foreign_key(
        "fk_account_decoy_index_account", "account", "account", ["decoy_index"], ["login_index"]
    )
    op.create_check_constraint(
        op.f("ck_account_decoy_of_a_relative"),
        "account",
        "decoy_index is null or (roles = array['relative'] and state = 'active' and decoy_index <> login_index)",
    )
    op.add_column("inquiry", sa.Column("is_decoy", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_constraint("uq_inquiry_reference", "inquiry")
    op.create_index(
        "uq_inquiry_reference",
        "inquiry",
        ["reference"],
        unique=True,
        postgresql_where=sa.text("not is_decoy"),
    )
    _protective_hold()
    for statements in (DECOYS, HOLDS, PROTECTION):
        op.execute(statements)
    for table in KEPT:
        op.execute(f"create policy keeper on {table} to current_user using (true) with check (true)")
    for signature, roles in SIGNATURES.items():
        op.execute(f"revoke all on function {signature} from public")
        if roles is not None:
            op.execute(f"grant execute on function {signature} to {roles}")


def downgrade() -> None:
    op.execute(BACK)
    for table in ("sought_person", "inquirer", "safe_contact", "wish"):
        op.execute(EMPTIED.format(table=table))
        op.execute(f"drop policy keeper on {table}")
    op.execute("delete from inquiry where is_decoy")
    op.drop_table("protective_hold")
    for signature in SIGNATURES:
        op.execute(f"drop function {signature}")
    op.drop_index("uq_inquiry_reference", "inquiry")
    op.drop_column("inquiry", "is_decoy")
    op.create_unique_constraint("uq_inquiry_reference", "inquiry", ["reference"])
    op.drop_column("account", "decoy_index")


def _protective_hold() -> None:
    checks = {
        "two_people_proposed_by_signed_by": "proposed_by <> signed_by",
        "proposed_with_reason": "(proposed_by is null) = (proposed_at is null)"
        " and (proposed_by is null) = (reason is null)",
        "signed_at_a_moment": "(signed_by is null) = (signed_at is null)",
        "lifted_by_two": "signed_by is null or proposed_by is not null",
    }
    op.create_table(
        "protective_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_protective_hold_{name}")) for name, rule in checks.items()),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name="fk_protective_hold_inquiry_id_inquiry"),
        sa.PrimaryKeyConstraint("id", name="pk_protective_hold"),
    )
    op.create_index(
        "uq_protective_hold_standing",
        "protective_hold",
        ["inquiry_id"],
        unique=True,
        postgresql_where=sa.text("signed_by is null"),
    )
