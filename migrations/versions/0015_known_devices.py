"""A browser that its owner asked us to remember is slowed down by nobody else's guesses."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.execute("""
        create table known_device (
            id uuid primary key,
            login_index bytea not null,
            token_hash bytea not null,
            remembered_at timestamptz not null,
            constraint uq_known_device_login_index_token_hash unique (login_index, token_hash)
        );
        alter table known_device enable row level security;
        alter table known_device force row level security;
        grant select, insert, delete on known_device to portal_account;
        create policy bearer_remembers on known_device to portal_account
            using (login_index = portal_presented()) with check (login_index = portal_presented());
        alter table sign_in_attempt add column device bytea;
    """)


def downgrade() -> None:
    op.execute("""
        alter table sign_in_attempt drop column device;
        drop table known_device;
    """)
