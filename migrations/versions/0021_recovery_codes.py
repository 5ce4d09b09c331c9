"""Recovery codes, each good for one sign-in, and notices to an account about its own safety.

While signing in nobody is signed in yet: a code is shown under the login that was typed, as the password is.
No role may take a notice away: whoever got in cannot hide that they did.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

KINDS = "('new_device', 'password_changed', 'phone_changed', 'recovery_code_used', 'recovery_codes_made')"
PRESENTED = (
    "account_id in (select id from account where login_index = portal_presented() and state = 'active')"
)

PROTECTION = f"""
alter table recovery_code enable row level security;
alter table recovery_code force row level security;
alter table account_notice enable row level security;
alter table account_notice force row level security;
grant select, insert, update (used_at), delete on recovery_code to portal_account;
grant select, insert, update (seen_at) on account_notice to portal_account;

create policy bearer_reads on recovery_code for select to portal_account
    using (account_id = portal_actor() or {PRESENTED});
create policy owner_makes on recovery_code for insert to portal_account
    with check (account_id = portal_actor() and used_at is null);
create policy owner_voids on recovery_code for delete to portal_account using (account_id = portal_actor());
create policy bearer_uses on recovery_code for update to portal_account
    using (used_at is null and {PRESENTED}) with check (used_at is not null);

create policy bearer_reads on account_notice for select to portal_account
    using (account_id = portal_actor() or {PRESENTED});
create policy bearer_is_told on account_notice for insert to portal_account
    with check (seen_at is null and (account_id = portal_actor() or {PRESENTED}));
create policy owner_sees on account_notice for update to portal_account
    using (account_id = portal_actor() and seen_at is null) with check (seen_at is not null);

grant insert on envelope to portal_account;
create policy staff_are_told on envelope for insert to portal_account
    with check (recipient_ref in (select id from account
        where (id = portal_actor() or login_index = portal_presented()) and roles <> array['relative']));
"""


def upgrade() -> None:
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("octet_length(code_hash) = 32", name=op.f("ck_recovery_code_only_a_hash")),
        sa.CheckConstraint("used_at >= made_at", name=op.f("ck_recovery_code_used_after_making")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_recovery_code_account_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_code"),
        sa.UniqueConstraint("account_id", "code_hash", name="uq_recovery_code_account_id_code_hash"),
    )
    op.create_table(
        "account_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"kind in {KINDS}", name=op.f("ck_account_notice_notice_kind")),
        sa.CheckConstraint("seen_at >= at", name=op.f("ck_account_notice_seen_after_it_happened")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_account_notice_account_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_account_notice"),
    )
    op.create_index("ix_account_notice_account_id_at", "account_notice", ["account_id", "at"])
    op.execute(PROTECTION)


def downgrade() -> None:
    op.execute("drop policy staff_are_told on envelope")
    op.execute("revoke insert on envelope from portal_account")
    op.drop_table("account_notice")
    op.drop_table("recovery_code")
