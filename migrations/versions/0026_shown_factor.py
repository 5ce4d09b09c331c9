"""A session knows which factor was shown in it: what waits for a passkey opens for whoever has shown one."""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.execute("""
        alter table account_session add column shown varchar(40) not null default 'code'
            constraint ck_account_session_factor check (shown in ('code', 'paper', 'passkey'));
        alter table account_session alter column shown drop default;
        grant update (shown) on account_session to portal_account;
    """)


def downgrade() -> None:
    op.drop_column("account_session", "shown")
