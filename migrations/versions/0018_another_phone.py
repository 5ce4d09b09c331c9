"""The key of a phone that is being paired in place of the old one, until its first code has come."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.execute("""
        alter table account
            add column totp_next bytea,
            add column totp_next_at timestamptz,
            add constraint ck_account_next_phone_since check ((totp_next is null) = (totp_next_at is null));
        grant update (totp_next, totp_next_at) on account to portal_account;
    """)


def downgrade() -> None:
    op.execute("""
        revoke update (totp_next, totp_next_at) on account from portal_account;
        alter table account drop column totp_next, drop column totp_next_at;
    """)
