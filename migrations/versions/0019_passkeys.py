"""Passkeys, and the challenges that have been answered.

A passkey is read by its owner and by whoever has typed its owner's login; only its owner adds or removes one. When an
account closes, or somebody else than its owner replaces the phone, its passkeys open nothing any more.
"""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"

TABLES = """
create table passkey (
    id uuid not null,
    account_id uuid not null,
    credential_id bytea not null,
    public_key bytea not null,
    sign_count bigint not null,
    name bytea not null,
    created_at timestamptz not null,
    last_used_at timestamptz,
    removed_at timestamptz,
    constraint pk_passkey primary key (id),
    constraint uq_passkey_credential_id unique (credential_id),
    constraint fk_passkey_account_id_account foreign key (account_id) references account (id),
    constraint ck_passkey_counts_up check (sign_count >= 0),
    constraint ck_passkey_credential_has_an_id check (octet_length(credential_id) between 1 and 1023)
);
create index ix_passkey_account_id on passkey (account_id);
create table answered_challenge (
    challenge_hash bytea not null,
    answered_at timestamptz not null,
    constraint pk_answered_challenge primary key (challenge_hash)
);
"""

WALLS = """
alter table passkey enable row level security;
alter table passkey force row level security;
alter table answered_challenge enable row level security;
alter table answered_challenge force row level security;
create policy keeper on passkey to current_user using (true) with check (true);
create policy keeper on answered_challenge to current_user using (true) with check (true);

grant select, insert, update (sign_count, last_used_at, removed_at) on passkey to portal_account;
create policy own_or_bearer_reads on passkey for select to portal_account
    using (account_id = portal_actor()
        or account_id in (select id from account where login_index = portal_presented()));
create policy own_adds on passkey for insert to portal_account
    with check (account_id = portal_actor() and removed_at is null
        and account_id in (select id from account where state = 'active'));
create policy own_or_bearer_uses on passkey for update to portal_account
    using (removed_at is null and (account_id = portal_actor()
        or account_id in (select id from account where login_index = portal_presented() and state = 'active')))
    with check (account_id = portal_actor() or removed_at is null);
"""

GUARDS = """
create function portal_passkey_counts_up() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if new.sign_count < old.sign_count or (new.sign_count = old.sign_count and old.sign_count > 0) then
        raise exception 'a passkey never counts backwards';
    end if;
    return new;
end $$;
create trigger passkey_counts_up before update of sign_count on passkey
    for each row execute function portal_passkey_counts_up();

create function portal_end_passkeys() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update passkey set removed_at = statement_timestamp() where account_id = new.id and removed_at is null;
    return null;
end $$;
create trigger account_ends_passkeys after update of state, totp_secret on account
    for each row when ((old.state = 'active' and new.state <> 'active')
        or (old.totp_secret is distinct from new.totp_secret and portal_actor() is distinct from new.id))
    execute function portal_end_passkeys();

create function portal_spend_challenge(hash bytea, moment timestamptz) returns boolean
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    delete from answered_challenge where answered_at < moment - interval '1 hour';
    insert into answered_challenge values (hash, moment) on conflict do nothing;
    return found;
end $$;
revoke all on function portal_passkey_counts_up() from public;
revoke all on function portal_end_passkeys() from public;
revoke all on function portal_spend_challenge(bytea, timestamptz) from public;
grant execute on function portal_spend_challenge(bytea, timestamptz) to portal_account;
"""


def upgrade() -> None:
    for statements in (TABLES, WALLS, GUARDS):
        op.execute(statements)


def downgrade() -> None:
    op.execute("""
        drop trigger account_ends_passkeys on account;
        drop function portal_spend_challenge(bytea, timestamptz);
        drop table answered_challenge;
        drop table passkey;
        drop function portal_end_passkeys();
        drop function portal_passkey_counts_up();
    """)
