"""Openings of pictures: a number in the pixels leads to a person and a moment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

PROTECTION = """
alter table picture_opening enable row level security;
alter table picture_opening force row level security;
grant select, insert, update (opened_at) on picture_opening to portal_casework;
grant select, insert on picture_opening to portal_family;

create policy own_or_traced on picture_opening for select to portal_casework
    using (account_id = portal_actor() or portal_holds('operator'));
create policy own_begun on picture_opening for insert to portal_casework
    with check (account_id = portal_actor() and opened_at is null and why <> 'told'
        and portal_holds('approver', 'liaison'));
create policy own_opened on picture_opening for update to portal_casework
    using (account_id = portal_actor() and opened_at is null)
    with check (account_id = portal_actor() and opened_at is not null);
create policy own_reads on picture_opening for select to portal_family
    using (account_id = portal_actor());
create policy own_told on picture_opening for insert to portal_family
    with check (account_id = portal_actor() and opened_at is not null and why = 'told');
"""


def upgrade() -> None:
    op.create_table(
        "picture_opening",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("session", sa.LargeBinary(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number between 0 and 4294967295", name=op.f("ck_picture_opening_four_bytes")),
        sa.CheckConstraint("side in (480, 960)", name=op.f("ck_picture_opening_small_or_larger")),
        sa.CheckConstraint("opened_at >= begun_at", name=op.f("ck_picture_opening_opened_after_begun")),
        sa.CheckConstraint("why <> 'told' or side = 480", name=op.f("ck_picture_opening_told_is_small")),
        sa.CheckConstraint("why in ('face_crop', 'face_read', 'told')", name=op.f("ck_picture_opening_why")),
        sa.ForeignKeyConstraint(
            ["object_id"], ["vault_object.id"], name="fk_picture_opening_object_id_vault_object"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_picture_opening"),
        sa.UniqueConstraint("number", name="uq_picture_opening_number"),
    )
    op.create_index("ix_picture_opening_object_id", "picture_opening", ["object_id"])
    op.create_index("ix_picture_opening_account_id_begun_at", "picture_opening", ["account_id", "begun_at"])
    op.execute(PROTECTION)


def downgrade() -> None:
    op.drop_table("picture_opening")
