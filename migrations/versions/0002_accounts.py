"""Accounts, sessions, invitations and attempts to sign in.

Nobody is signed in while signing in. What a visitor may touch then is only what stands under the proof they
bring: the login they typed, or the token of their link or session. `portal_presented()` is that proof.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SEPARATION = (
    "roles in (array['relative'], array['administrator'], array['analyst'], array['approver'],"
    " array['auditor'], array['data_protection'])"
    " or (cardinality(roles) > 0 and (roles <@ array['editor', 'intake', 'liaison', 'verifier']"
    " or roles <@ array['custodian', 'transcriber']))"
)

PRESENTED = """
create function portal_presented() returns bytea language sql stable as
$$ select decode(nullif(current_setting('portal.presented', true), ''), 'hex') $$;
"""

WALLS = "\n".join(
    f"alter table {table} enable row level security; alter table {table} force row level security;"
    for table in ("account", "account_session", "invitation", "sign_in_attempt")
)

RIGHTS = """
grant select, update (password_hash, totp_secret, totp_last_step, state) on account to portal_account;
grant select, insert, update (last_seen_at, ended_at) on account_session to portal_account;
grant select, update (used_at) on invitation to portal_account;
grant select, insert, delete on sign_in_attempt to portal_account;

grant select (id, login, display_name, roles, state, created_at),
    insert (id, login_index, login, display_name, roles, state, language, created_at)
    on account to portal_admin;
grant select (id, account_id, kind, proposed_by, proposed_at, signed_by, signed_at, version, expires_at,
        used_at),
    insert (id, account_id, kind, token_hash, proposed_by, proposed_at, version, expires_at),
    update (token_hash, signed_by, signed_at, version, expires_at) on invitation to portal_admin;

grant select (id, display_name, roles, state) on account to portal_casework, portal_oversight;
"""

POLICIES = """
create policy keeper on account to current_user using (true) with check (true);
create policy keeper on invitation to current_user using (true) with check (true);

create policy bearer_reads on account for select to portal_account using (
    id = portal_actor() or login_index = portal_presented()
    or id in (select account_id from account_session where token_hash = portal_presented())
    or id in (select account_id from invitation where token_hash = portal_presented()));
create policy bearer_signs_in on account for update to portal_account
    using (state = 'active' and login_index = portal_presented()) with check (state = 'active');
create policy bearer_sets_up on account for update to portal_account
    using (state = 'invited' and id in (
        select account_id from invitation where token_hash = portal_presented() and used_at is null))
    with check (state in ('invited', 'active'));

create policy bearer_reads on account_session for select to portal_account
    using (account_id = portal_actor() or token_hash = portal_presented());
create policy bearer_begins on account_session for insert to portal_account
    with check (account_id in (select id from account where state = 'active'));
create policy bearer_ends on account_session for update to portal_account
    using (account_id = portal_actor() or token_hash = portal_presented());

create policy bearer_reads on invitation for select to portal_account using (token_hash = portal_presented());
create policy bearer_uses on invitation for update to portal_account
    using (token_hash = portal_presented() and used_at is null) with check (used_at is not null);

create policy bearer_counts on sign_in_attempt to portal_account
    using (login_index = portal_presented()) with check (login_index = portal_presented());

create policy colleagues_read on account for select to portal_casework, portal_oversight
    using (portal_actor() is not null and roles <> array['relative']);

create policy administrators_list on account for select to portal_admin
    using (portal_holds('administrator', 'operator') and roles <> array['relative']);
create policy administrators_add on account for insert to portal_admin
    with check (state = 'invited' and roles <> array['relative']
        and (portal_holds('administrator') or (portal_holds('operator') and roles = array['administrator'])));
create policy administrators_list on invitation for select to portal_admin
    using (portal_holds('administrator', 'operator') and kind <> 'own');
create policy administrators_propose on invitation for insert to portal_admin with check (
    (kind = 'staff' and portal_holds('administrator') and proposed_by = portal_actor())
    or (kind = 'first' and portal_holds('operator')));
create policy administrators_sign on invitation for update to portal_admin
    using (kind = 'staff' and portal_holds('administrator') and signed_by is null and used_at is null
        and proposed_by <> portal_actor())
    with check (signed_by = portal_actor());
"""

# The only door by which a logged-out visitor adds an account: it can make nothing but a relative's.
OPEN_RELATIVE = """
create function portal_open_relative_account(
    account uuid, index bytea, login bytea, name bytea, language text, token bytea,
    moment timestamptz, expires timestamptz
) returns void language sql security definer set search_path = pg_catalog, public as $$
    insert into account (id, login_index, login, display_name, roles, state, language, created_at)
    values (account, index, login, name, array['relative'], 'invited', language, moment);
    insert into invitation (id, account_id, kind, token_hash, proposed_at, version, expires_at)
    values (gen_random_uuid(), account, 'own', token, moment, 1, expires);
$$;
revoke all on function portal_open_relative_account(
    uuid, bytea, bytea, bytea, text, bytea, timestamptz, timestamptz) from public;
grant execute on function portal_open_relative_account(
    uuid, bytea, bytea, bytea, text, bytea, timestamptz, timestamptz) to portal_family;
"""


def upgrade() -> None:
    _account()
    _account_session()
    _invitation()
    _sign_in_attempt()
    for statements in (PRESENTED, WALLS, RIGHTS, POLICIES, OPEN_RELATIVE):
        op.execute(statements)


def downgrade() -> None:
    op.execute(
        "drop function portal_open_relative_account("
        "uuid, bytea, bytea, bytea, text, bytea, timestamptz, timestamptz)"
    )
    # The policies look at each other's tables; they go first, and the tables after them in any order.
    op.execute("drop policy bearer_reads on account; drop policy bearer_sets_up on account")
    for table in ("sign_in_attempt", "invitation", "account_session", "account"):
        op.drop_table(table)
    op.execute("drop function portal_presented()")


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login_index", sa.LargeBinary(), nullable=False),
        sa.Column("login", sa.LargeBinary(), nullable=False),
        sa.Column("display_name", sa.LargeBinary(), nullable=False),
        sa.Column("roles", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state in ('active', 'deactivated', 'invited')", name=op.f("ck_account_account_state")
        ),
        sa.CheckConstraint(SEPARATION, name=op.f("ck_account_separation_of_duties")),
        sa.CheckConstraint(
            "state <> 'active' or (password_hash is not null and totp_secret is not null)",
            name=op.f("ck_account_active_has_two_factors"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("login_index", name="uq_account_login_index"),
    )


def _account_session() -> None:
    op.create_table(
        "account_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_account_session_account_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_account_session"),
        sa.UniqueConstraint("token_hash", name="uq_account_session_token_hash"),
    )
    op.create_index("ix_account_session_account_id", "account_session", ["account_id"])


def _invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        *_invitation_rules(),
    )
    op.create_index("ix_invitation_account_id", "invitation", ["account_id"])


def _invitation_rules() -> list[sa.Constraint]:
    checks = {
        "invitation_kind": "kind in ('first', 'own', 'staff')",
        "link_expires": "(token_hash is null) = (expires_at is null)",
        "link_when_signed": "(token_hash is not null) = (kind <> 'staff' or signed_by is not null)",
        "only_staff_is_signed": "kind = 'staff' or signed_by is null",
        "signed_at_a_moment": "(signed_by is null) = (signed_at is null)",
        "staff_is_proposed": "(kind = 'staff') = (proposed_by is not null)",
        "two_people_proposed_by_signed_by": "proposed_by <> signed_by",
    }
    people = ("account_id", "proposed_by", "signed_by")
    return [
        *(sa.CheckConstraint(rule, name=op.f(f"ck_invitation_{name}")) for name, rule in checks.items()),
        *(sa.ForeignKeyConstraint([p], ["account.id"], name=f"fk_invitation_{p}_account") for p in people),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("token_hash", name="uq_invitation_token_hash"),
    ]


def _sign_in_attempt() -> None:
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login_index", sa.LargeBinary(), nullable=False),
        sa.Column("network", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_attempt"),
    )
    op.create_index(
        "ix_sign_in_attempt_login_index_network_at", "sign_in_attempt", ["login_index", "network", "at"]
    )
