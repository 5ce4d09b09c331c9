"""Published names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

PROTECTION = """
alter table memorial_name enable row level security;
alter table memorial_name force row level security;
grant select on memorial_name to portal_public, portal_family;
grant select, insert, delete on memorial_name to portal_casework, portal_worker;
create policy everybody_reads on memorial_name for select
    to portal_public, portal_family, portal_casework, portal_worker using (true);
create policy staff_publishes on memorial_name for insert to portal_casework
    with check (portal_holds('approver', 'editor'));
create policy staff_hides on memorial_name for delete to portal_casework
    using (portal_holds('approver', 'editor'));
create policy worker_publishes on memorial_name for insert to portal_worker with check (portal_holds('worker'));
create policy worker_hides on memorial_name for delete to portal_worker using (portal_holds('worker'));
"""


def upgrade() -> None:
    op.create_table(
        "memorial_name",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_latin", sa.Text(), nullable=True),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("keys", sa.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_memorial_name"),
    )
    op.create_index("ix_memorial_name_keys", "memorial_name", ["keys"], postgresql_using="gin")
    op.create_index("ix_memorial_name_letter_sort_key", "memorial_name", ["letter", "sort_key"])
    op.execute(PROTECTION)


def downgrade() -> None:
    op.drop_table("memorial_name")
