"""Stored objects of the vault."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

PROTECTION = """
alter table vault_object enable row level security;
alter table vault_object force row level security;
grant select, insert, update (kek_id, wrapped_key, erased_at) on vault_object to portal_casework;
grant select on vault_object to portal_family;
grant select, update (kek_id, wrapped_key, erased_at) on vault_object to portal_worker;
create policy casework_reads on vault_object for select to portal_casework
    using (portal_holds('analyst', 'approver', 'custodian', 'liaison', 'operator', 'transcriber'));
create policy casework_stores on vault_object for insert to portal_casework
    with check (portal_holds('custodian', 'liaison', 'operator'));
create policy custodian_erases on vault_object for update to portal_casework
    using (portal_holds('custodian', 'operator')) with check (portal_holds('custodian', 'operator'));
create policy worker_keeps on vault_object to portal_worker
    using (portal_holds('worker')) with check (portal_holds('worker'));
"""


def upgrade() -> None:
    op.create_table(
        "vault_object",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("kek_id", sa.Text(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("recipe", sa.Text(), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(wrapped_key is null) = (erased_at is not null)", name=op.f("ck_vault_object_key_or_erased")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["vault_object.id"], name="fk_vault_object_parent_id_vault_object"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_vault_object"),
        sa.UniqueConstraint("store_name", name="uq_vault_object_store_name"),
    )
    op.create_index("ix_vault_object_sha256", "vault_object", ["sha256"])
    op.execute(PROTECTION)


def downgrade() -> None:
    op.drop_table("vault_object")
