"""Several archives side by side, and imports ordered at the desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

STATES = "'done', 'failed', 'looked', 'looking', 'running', 'waiting'"

# The owner is bound by row-level security as everybody is; for what already lies here it steps aside for a moment.
BACKFILL = """
alter table import_batch no force row level security;
insert into archive (id, source, layout, custodian_id, opened_by, opened_at)
    select gen_random_uuid(), source, (array_agg(layout order by proposed_at desc))[1], null,
        (array_agg(proposed_by order by proposed_at))[1], min(proposed_at)
    from import_batch group by source;
update import_batch b set archive_id = a.id from archive a where a.source = b.source;
alter table import_batch force row level security;
"""

WALLS = """
alter table archive enable row level security;
alter table archive force row level security;
alter table import_order enable row level security;
alter table import_order force row level security;

grant select, insert, update (giver, mandate, custodian_id, layout, columns) on archive to portal_casework;
grant select, insert, update (state) on import_order to portal_casework;
grant select, update (state, look, total, gone_through, batch_id, why) on import_order to portal_worker;

create policy keeper_reads on archive for select to portal_casework
    using (portal_holds('custodian', 'operator'));
create policy keeper_opens on archive for insert to portal_casework
    with check (portal_holds('custodian', 'operator') and opened_by = portal_actor());
create policy keeper_describes on archive for update to portal_casework
    using (portal_holds('custodian', 'operator')) with check (portal_holds('custodian', 'operator'));

create policy keeper_reads on import_order for select to portal_casework
    using (portal_holds('custodian', 'operator'));
create policy keeper_orders on import_order for insert to portal_casework
    with check (portal_holds('custodian') and ordered_by = portal_actor() and state = 'looking');
create policy same_keeper_begins on import_order for update to portal_casework
    using (portal_holds('custodian') and ordered_by = portal_actor() and state = 'looked')
    with check (portal_holds('custodian') and ordered_by = portal_actor() and state = 'waiting');
create policy worker_reads on import_order for select to portal_worker using (portal_holds('worker'));
create policy worker_carries_out on import_order for update to portal_worker
    using (portal_holds('worker') and state in ('looking', 'waiting', 'running'))
    with check (portal_holds('worker'));
"""


def upgrade() -> None:
    _archive()
    _import_order()
    op.add_column("import_batch", sa.Column("archive_id", sa.Uuid(), nullable=True))
    op.execute(BACKFILL)
    op.alter_column("import_batch", "archive_id", nullable=False)
    op.create_foreign_key(
        "fk_import_batch_archive_id_archive", "import_batch", "archive", ["archive_id"], ["id"]
    )
    op.create_index("ix_import_batch_archive_id", "import_batch", ["archive_id"])
    op.execute(WALLS)


def downgrade() -> None:
    op.drop_column("import_batch", "archive_id")
    op.drop_table("import_order")
    op.drop_table("archive")


def _archive() -> None:
    op.create_table(
        "archive",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("giver", sa.LargeBinary(), nullable=True),
        sa.Column("mandate", sa.LargeBinary(), nullable=True),
        sa.Column("custodian_id", sa.Uuid(), nullable=True),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("columns", sa.LargeBinary(), nullable=True),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_archive"),
        sa.UniqueConstraint("source", name="uq_archive_source"),
    )


def _import_order() -> None:
    op.create_table(
        "import_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("folder", sa.LargeBinary(), nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=True),
        sa.Column("columns", sa.LargeBinary(), nullable=True),
        sa.Column("giver", sa.LargeBinary(), nullable=True),
        sa.Column("mandate", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("look", sa.LargeBinary(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("gone_through", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.Column("ordered_by", sa.Uuid(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"state in ({STATES})", name=op.f("ck_import_order_order_state")),
        sa.CheckConstraint(
            "state = 'looking' or state = 'failed' or look is not null",
            name=op.f("ck_import_order_looked_at_first"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name="fk_import_order_batch_id_import_batch"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_import_order"),
    )
