"""Names are found through an index beside the database; the database knows which index, and what waits for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

READERS = "portal_public, portal_family, portal_casework, portal_worker"
PROTECTION = f"""
alter table memorial_pending enable row level security;
alter table memorial_pending force row level security;
alter table memorial_index enable row level security;
alter table memorial_index force row level security;
grant select on memorial_pending, memorial_index to {READERS};
grant insert on memorial_pending to portal_casework, portal_worker;
grant delete on memorial_pending to portal_worker;
grant update (generation, names) on memorial_index to portal_worker;
create policy everybody_reads on memorial_pending for select to {READERS} using (true);
create policy staff_publishes on memorial_pending for insert to portal_casework
    with check (portal_holds('approver', 'editor'));
create policy worker_publishes on memorial_pending for insert to portal_worker with check (portal_holds('worker'));
create policy worker_takes_up on memorial_pending for delete to portal_worker using (portal_holds('worker'));
create policy everybody_reads on memorial_index for select to {READERS} using (true);
create policy worker_lays_anew on memorial_index for update to portal_worker
    using (portal_holds('worker')) with check (portal_holds('worker'));
"""


def upgrade() -> None:
    op.drop_index("ix_memorial_name_keys", "memorial_name")
    op.drop_column("memorial_name", "keys")
    op.create_table(
        "memorial_pending",
        sa.Column("name_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("name_id", name="pk_memorial_pending"),
        sa.ForeignKeyConstraint(
            ["name_id"],
            ["memorial_name.id"],
            name="fk_memorial_pending_name_id_memorial_name",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "memorial_index",
        sa.Column("only", sa.Boolean(), nullable=False),
        sa.Column("generation", sa.Uuid(), nullable=True),
        sa.Column("names", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("only", name="pk_memorial_index"),
        sa.CheckConstraint('"only"', name="ck_memorial_index_one_row"),
    )
    op.execute("insert into memorial_index values (true, null, 0)")
    op.execute("insert into memorial_pending select id from memorial_name")
    op.execute(PROTECTION)


def downgrade() -> None:
    op.drop_table("memorial_index")
    op.drop_table("memorial_pending")
    op.execute("alter table memorial_name add column keys text[] not null default '{}'")
    op.execute("alter table memorial_name alter column keys drop default")
    op.create_index("ix_memorial_name_keys", "memorial_name", ["keys"], postgresql_using="gin")
