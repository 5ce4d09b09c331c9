"""A relative's lost password or phone: asked for by one person, signed by another, stopped by the relative.

No database role may write another password or phone into an account of somebody who is not there. That happens in
`portal_finish_recovery` alone, which reads both signatures, the time that has passed and the bearer's proof itself.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

STATES = "('asked', 'cooling', 'declined', 'done', 'expired', 'handed', 'stopped')"
RULES = {
    "lost": "lost in ('both', 'password', 'phone')",
    "recovery_state": f"state in {STATES}",
    "two_people_proposed_by_signed_by": "proposed_by <> signed_by",
    "two_people_signed_by_handed_by": "signed_by <> handed_by",
    "enough_said": "marks <@ array['arrest', 'code_word', 'contact', 'conversation', 'distinguishing', 'filed']"
    " and cardinality(marks) >= 3"
    " and ('arrest' = any(marks))::int + ('contact' = any(marks))::int + ('conversation' = any(marks))::int"
    " + ('distinguishing' = any(marks))::int + ('filed' = any(marks))::int >= 2",
    "never_ones_own": "account_id not in (proposed_by, signed_by, handed_by)",
    "signed_at_a_moment": "(signed_by is null) = (signed_at is null) and (signed_by is null) = (opens_at is null)",
    "opens_after_signing": "opens_at >= signed_at",
    "handed_at_a_moment": "(handed_by is null) = (handed_at is null) and (handed_by is null) = (token_hash is null)",
    "handed_when_open": "handed_at >= opens_at",
    "open_when_signed": "state in ('asked', 'declined', 'expired') or signed_by is not null",
    "unsigned_before": "state not in ('asked', 'declined') or signed_by is null",
    "done_when_handed": "state not in ('done', 'handed') or handed_by is not null",
    "unhanded_before": "state not in ('asked', 'cooling', 'declined') or handed_by is null",
    "ended_at_a_moment": "(state in ('declined', 'done', 'expired', 'stopped')) = (ended_at is not null)",
    "stopped_by_its_owner": "state <> 'stopped' or ended_by = account_id",
    "seen_when_stopped": "stop_seen_at is null or state = 'stopped'",
    "secrets_only_on_the_way": "state = 'handed' or (new_password_hash is null and new_totp_secret is null)",
}

# A recovery moves along its own way only, in time only, and what was signed is never written anew.
MOVES = """
create function portal_recovery_moves() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if (new.id, new.account_id, new.inquiry_id, new.lost, new.marks, new.notes, new.envelope_id,
            new.proposed_by, new.proposed_at) is distinct from
            (old.id, old.account_id, old.inquiry_id, old.lost, old.marks, old.notes, old.envelope_id,
            old.proposed_by, old.proposed_at) then
        raise exception 'what was asked for stays as it was';
    end if;
    if new.state <> old.state and (old.state || '>' || new.state) not in (
            'asked>cooling', 'asked>declined', 'asked>expired', 'cooling>handed', 'cooling>stopped',
            'cooling>expired', 'handed>done', 'handed>stopped', 'handed>expired') then
        raise exception 'a recovery does not go this way';
    end if;
    if (new.signed_by, new.signed_at, new.opens_at) is distinct from (old.signed_by, old.signed_at, old.opens_at)
            and (old.state || '>' || new.state) <> 'asked>cooling' then
        raise exception 'a signature stays as it was given';
    end if;
    if (new.handed_by, new.handed_at, new.token_hash) is distinct from
            (old.handed_by, old.handed_at, old.token_hash)
            and (old.state || '>' || new.state) <> 'cooling>handed' then
        raise exception 'a link is handed over once';
    end if;
    if new.state = old.state and (new.ended_by, new.ended_at) is distinct from (old.ended_by, old.ended_at) then
        raise exception 'an end stays as it was';
    end if;
    if (new.state = old.state or new.ended_at is not null) and new.lapses_at <> old.lapses_at then
        raise exception 'nobody makes a recovery last longer';
    end if;
    if (new.state = 'cooling' and old.state = 'asked' and new.signed_at >= old.lapses_at)
            or (new.state = 'handed' and old.state = 'cooling' and new.handed_at >= old.lapses_at)
            or (new.state = 'done' and new.ended_at >= old.lapses_at) then
        raise exception 'this came too late';
    end if;
    if new.state = 'expired' and new.ended_at < old.lapses_at then
        raise exception 'this has not lapsed yet';
    end if;
    if new.state <> 'handed' then
        new.new_password_hash := null;
        new.new_totp_secret := null;
    end if;
    return new;
end $$;
create trigger recovery_moves before update on recovery
    for each row execute function portal_recovery_moves();
"""

FINISH = """
create function portal_finish_recovery(moment timestamptz, step bigint) returns setof uuid
    language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    wanted recovery;
begin
    select * into wanted from recovery
        where token_hash = portal_presented() and state = 'handed' for update;
    if wanted.id is null or moment >= wanted.lapses_at or moment < wanted.opens_at
            or wanted.signed_by is null or wanted.signed_by = wanted.proposed_by then
        raise exception 'a way back needs two people, its time, and its link';
    end if;
    if (wanted.lost in ('both', 'password')) is distinct from (wanted.new_password_hash is not null)
            or (wanted.lost in ('both', 'phone')) is distinct from (wanted.new_totp_secret is not null)
            or (wanted.lost in ('both', 'phone')) is distinct from (step is not null) then
        raise exception 'exactly what was lost is set anew';
    end if;
    update account set state = 'active',
            password_hash = coalesce(wanted.new_password_hash, password_hash),
            totp_secret = coalesce(wanted.new_totp_secret, totp_secret),
            totp_last_step = coalesce(step, totp_last_step), totp_next = null, totp_next_at = null
        where id = wanted.account_id and roles = array['relative']
            and (state = 'active' or (state = 'invited' and wanted.lost = 'both'));
    if not found then
        raise exception 'this account has no such way back';
    end if;
    if wanted.lost in ('both', 'phone') then
        delete from recovery_code where account_id = wanted.account_id;
    end if;
    update invitation set voided_at = moment, version = version + 1
        where account_id = wanted.account_id and used_at is null and voided_at is null;
    update recovery set state = 'done', ended_at = moment, version = version + 1 where id = wanted.id;
    return query select portal_end_sessions(wanted.account_id, moment);
end $$;
revoke all on function portal_finish_recovery(timestamptz, bigint) from public;
revoke all on function portal_recovery_moves() from public;
grant execute on function portal_finish_recovery(timestamptz, bigint) to portal_account;
"""

RIGHTS = """
alter table recovery enable row level security;
alter table recovery force row level security;
grant select (id, account_id, inquiry_id, lost, state, opens_at, lapses_at, token_hash, new_password_hash,
        new_totp_secret, version),
    update (state, ended_by, ended_at, new_password_hash, new_totp_secret, version) on recovery to portal_account;
grant select (id, account_id, inquiry_id, lost, marks, notes, envelope_id, state, proposed_by, proposed_at,
        lapses_at, signed_by, signed_at, opens_at, handed_by, handed_at, ended_by, ended_at, stop_seen_at, version),
    insert (id, account_id, inquiry_id, lost, marks, notes, envelope_id, state, proposed_by, proposed_at,
        lapses_at, version),
    update (state, signed_by, signed_at, opens_at, handed_by, handed_at, token_hash, lapses_at, ended_by, ended_at,
        stop_seen_at, version) on recovery to portal_casework;
grant select (id, account_id, lost, state, opens_at) on recovery to portal_family;
grant select (id, inquiry_id, state, lapses_at, version), update (state, ended_at, version)
    on recovery to portal_worker;
"""

ASKS = "(portal_holds('intake') or (portal_holds('liaison') and portal_is_assigned(inquiry_id)))"
POLICIES = f"""
create policy keeper on recovery to current_user using (true) with check (true);
create policy keeper on recovery_code to current_user using (true) with check (true);

create policy own_or_bearer_reads on recovery for select to portal_account
    using (account_id = portal_actor() or token_hash = portal_presented());
create policy own_or_bearer_acts on recovery for update to portal_account
    using ((account_id = portal_actor() and state in ('cooling', 'handed'))
        or (token_hash = portal_presented() and state = 'handed'))
    with check ((account_id = portal_actor() and state = 'stopped' and ended_by = portal_actor())
        or (token_hash = portal_presented() and state = 'handed' and ended_by is null));
create policy own_reads on recovery for select to portal_family
    using (account_id = portal_actor() and state in ('cooling', 'handed'));

create policy desk_reads on recovery for select to portal_casework
    using (portal_holds('approver', 'intake', 'liaison', 'verifier') and inquiry_id in (select id from inquiry));
create policy desk_asks on recovery for insert to portal_casework
    with check (state = 'asked' and proposed_by = portal_actor() and {ASKS}
        and account_id = (select i.account_id from inquiry i where i.id = inquiry_id)
        and ('code_word' = any(marks)) =
            (select s.code_word is not null from safe_contact s where s.inquiry_id = recovery.inquiry_id));
create policy desk_acts on recovery for update to portal_casework
    using (portal_holds('approver', 'intake', 'liaison', 'verifier') and inquiry_id in (select id from inquiry))
    with check (case state
        when 'cooling' then portal_holds('approver', 'verifier') and signed_by = portal_actor()
            and proposed_by <> portal_actor()
        when 'declined' then ended_by = portal_actor()
            and (proposed_by = portal_actor() or portal_holds('approver', 'verifier'))
        when 'handed' then {ASKS} and handed_by = portal_actor() and signed_by <> portal_actor()
        when 'expired' then {ASKS} and ended_by is null
        when 'stopped' then signed_by = portal_actor() and stop_seen_at is not null
        else false end);
create policy closed_by_conflict on recovery as restrictive to portal_casework
    using (inquiry_id <> all (array(select portal_closed_cases())));

create policy worker_reads on recovery for select to portal_worker using (portal_holds('worker'));
create policy worker_expires on recovery for update to portal_worker
    using (portal_holds('worker') and state in ('asked', 'cooling', 'handed'))
    with check (portal_holds('worker') and state = 'expired');
"""

READS = """
alter policy bearer_reads on account using (
    id = portal_actor() or login_index = portal_presented()
    or id in (select account_id from account_session where token_hash = portal_presented())
    or id in (select account_id from invitation where token_hash = portal_presented()){more});
"""
BEARER = "\n    or id in (select account_id from recovery where token_hash = portal_presented() and state = 'handed')"


def upgrade() -> None:
    _recovery()
    for statements in (MOVES, FINISH, RIGHTS, POLICIES, READS.format(more=BEARER)):
        op.execute(statements)


def downgrade() -> None:
    op.execute(READS.format(more=""))
    op.execute("drop function portal_finish_recovery(timestamptz, bigint)")
    op.drop_table("recovery")
    op.execute("drop function portal_recovery_moves()")
    op.execute("drop policy keeper on recovery_code")


def _recovery() -> None:
    people = ("account_id", "proposed_by", "signed_by", "handed_by", "ended_by")
    op.create_table(
        "recovery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("lost", sa.String(40), nullable=False),
        sa.Column("marks", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("notes", sa.LargeBinary(), nullable=False),
        sa.Column("envelope_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_by", sa.Uuid(), nullable=True),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("new_password_hash", sa.Text(), nullable=True),
        sa.Column("new_totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_recovery_{name}")) for name, rule in RULES.items()),
        *(sa.ForeignKeyConstraint([p], ["account.id"], name=f"fk_recovery_{p}_account") for p in people),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name="fk_recovery_inquiry_id_inquiry"),
        sa.ForeignKeyConstraint(["envelope_id"], ["envelope.id"], name="fk_recovery_envelope_id_envelope"),
        sa.PrimaryKeyConstraint("id", name="pk_recovery"),
        sa.UniqueConstraint("token_hash", name="uq_recovery_token_hash"),
    )
    for column in ("account_id", "inquiry_id"):
        op.create_index(f"ix_recovery_{column}", "recovery", [column])
    op.create_index(
        "uq_recovery_under_way",
        "recovery",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("state in ('asked', 'cooling', 'handed')"),
    )
