"""A session remembers when its factor was last shown, and takes a new token each time."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.execute("""
        alter table account_session add column proved_at timestamptz;
        update account_session set proved_at = created_at;
        alter table account_session alter column proved_at set not null;
        grant update (token_hash, proved_at) on account_session to portal_account;
    """)


def downgrade() -> None:
    op.execute("""
        revoke update (token_hash, proved_at) on account_session from portal_account;
        alter table account_session drop column proved_at;
    """)
