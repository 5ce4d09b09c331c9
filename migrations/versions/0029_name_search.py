"""Whoever looks through the archive for a name does so for a case and with a reason, and auditors read it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

PROTECTION = """
alter table name_search enable row level security;
alter table name_search force row level security;
grant insert on name_search to portal_casework;
grant select on name_search to portal_oversight;
create policy own_search on name_search for insert to portal_casework
    with check (portal_holds('analyst') and account_id = portal_actor() and inquiry_id in (select id from inquiry)
        and inquiry_id <> all (array(select portal_closed_cases())));
create policy auditors_read on name_search for select to portal_oversight using (portal_holds('auditor'));
"""


def upgrade() -> None:
    op.create_table(
        "name_search",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("searched_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("found >= 0", name=op.f("ck_name_search_counted")),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name="fk_name_search_inquiry_id_inquiry"),
        sa.PrimaryKeyConstraint("id", name="pk_name_search"),
    )
    op.create_index("ix_name_search_inquiry_id", "name_search", ["inquiry_id"])
    op.create_index("ix_name_search_searched_at", "name_search", ["searched_at"])
    op.execute(PROTECTION)


def downgrade() -> None:
    op.drop_table("name_search")
