"""The six digits in place of a passkey: for seven days at most, proposed by one administrator, signed by another."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"

TABLE = """
create table factor_fallback (
    id uuid not null,
    account_id uuid not null,
    days integer not null,
    proposed_by uuid not null,
    proposed_at timestamptz not null,
    signed_by uuid,
    signed_at timestamptz,
    until timestamptz,
    version integer not null,
    constraint pk_factor_fallback primary key (id),
    constraint fk_factor_fallback_account_id_account foreign key (account_id) references account (id),
    constraint fk_factor_fallback_proposed_by_account foreign key (proposed_by) references account (id),
    constraint fk_factor_fallback_signed_by_account foreign key (signed_by) references account (id),
    constraint ck_factor_fallback_two_people_proposed_by_signed_by check (proposed_by <> signed_by),
    constraint ck_factor_fallback_never_ones_own check (account_id not in (proposed_by, signed_by)),
    constraint ck_factor_fallback_seven_days_at_most check (days between 1 and 7),
    constraint ck_factor_fallback_signed_at_a_moment
        check ((signed_by is null) = (signed_at is null) and (signed_by is null) = (until is null)),
    constraint ck_factor_fallback_as_long_as_signed check (until = signed_at + make_interval(hours => 24 * days))
);
create unique index uq_factor_fallback_waiting on factor_fallback (account_id) where signed_by is null;
create index ix_factor_fallback_account_id on factor_fallback (account_id);
"""

WALLS = """
alter table factor_fallback enable row level security;
alter table factor_fallback force row level security;
grant select (id, account_id, until) on factor_fallback to portal_account;
grant select, insert, update (signed_by, signed_at, until, version) on factor_fallback to portal_admin;
create policy administrators_list on factor_fallback for select to portal_admin
    using (portal_holds('administrator'));
create policy administrators_propose on factor_fallback for insert to portal_admin
    with check (portal_holds('administrator') and proposed_by = portal_actor() and account_id <> portal_actor()
        and signed_by is null and account_id in (select id from account where state = 'active'));
create policy administrators_sign on factor_fallback for update to portal_admin
    using (portal_holds('administrator') and signed_by is null and proposed_by <> portal_actor()
        and account_id <> portal_actor())
    with check (signed_by = portal_actor());
create policy own_or_bearer_reads on factor_fallback for select to portal_account
    using (account_id = portal_actor()
        or account_id in (select account_id from account_session where token_hash = portal_presented()));
"""

READS = """
alter policy own_or_bearer_reads on passkey using (account_id = portal_actor()
    or account_id in (select id from account where login_index = portal_presented()){more});
"""
SESSION = (
    "\n    or account_id in (select account_id from account_session where token_hash = portal_presented())"
)


def upgrade() -> None:
    for statements in (TABLE, WALLS, READS.format(more=SESSION)):
        op.execute(statements)


def downgrade() -> None:
    op.execute(READS.format(more=""))
    op.execute("drop table factor_fallback")
