"""Photographs that look alike: their signs, the pairs, and openings that belong to no case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

SIGNS = """
alter table picture_signs enable row level security;
alter table picture_signs force row level security;
alter table like_pair enable row level security;
alter table like_pair force row level security;

grant select, insert on picture_signs to portal_worker;
grant select, insert on like_pair to portal_worker;
grant select, update (verdict, reason, decided_by, decided_at) on like_pair to portal_casework;
grant select (id, record_id, object_id, kind, available) on record_item to portal_worker;

create policy worker_compares on picture_signs to portal_worker
    using (portal_holds('worker')) with check (portal_holds('worker'));
create policy worker_reads on like_pair for select to portal_worker using (portal_holds('worker'));
create policy worker_finds on like_pair for insert to portal_worker
    with check (portal_holds('worker') and verdict is null);
create policy desk_reads on like_pair for select to portal_casework
    using (portal_holds('analyst', 'approver', 'custodian'));
create policy analyst_judges on like_pair for update to portal_casework
    using (portal_holds('analyst') and verdict is null)
    with check (portal_holds('analyst') and verdict is not null and decided_by = portal_actor());
create policy worker_compares on record_item for select to portal_worker
    using (portal_holds('worker') and available and kind = 'photograph');

drop policy own_begun on picture_opening;
create policy own_begun on picture_opening for insert to portal_casework
    with check (account_id = portal_actor() and opened_at is null and why <> 'told'
        and ((why <> 'likeness' and portal_holds('approver', 'liaison'))
            or (why = 'likeness' and portal_holds('analyst'))));
"""

BEFORE = """
drop policy worker_compares on record_item;
revoke select (id, record_id, object_id, kind, available) on record_item from portal_worker;
alter table picture_opening no force row level security;
delete from picture_opening where why = 'likeness';
alter table picture_opening force row level security;
drop policy own_begun on picture_opening;
create policy own_begun on picture_opening for insert to portal_casework
    with check (account_id = portal_actor() and opened_at is null and why <> 'told'
        and portal_holds('approver', 'liaison'));
"""


def upgrade() -> None:
    op.create_table(
        "picture_signs",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("signs", sa.LargeBinary(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["record_item.id"],
            name="fk_picture_signs_item_id_record_item",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("item_id", name="pk_picture_signs"),
    )
    _like_pair()
    op.alter_column("picture_opening", "case_id", nullable=True)
    _whys("'face_crop', 'face_read', 'likeness', 'told'")
    op.create_check_constraint(
        op.f("ck_picture_opening_for_a_case_or_a_comparison"),
        "picture_opening",
        "(why = 'likeness') = (case_id is null)",
    )
    op.execute(SIGNS)


def downgrade() -> None:
    op.execute(BEFORE)
    op.drop_constraint(
        op.f("ck_picture_opening_for_a_case_or_a_comparison"), "picture_opening", type_="check"
    )
    _whys("'face_crop', 'face_read', 'told'")
    op.alter_column("picture_opening", "case_id", nullable=False)
    op.drop_table("like_pair")
    op.drop_table("picture_signs")


def _whys(words: str) -> None:
    op.drop_constraint(op.f("ck_picture_opening_why"), "picture_opening", type_="check")
    op.create_check_constraint(op.f("ck_picture_opening_why"), "picture_opening", f"why in ({words})")


def _like_pair() -> None:
    verdicts = "'same', 'different', 'cannot_say'"
    whole = " and ".join(
        f"(verdict is null) = ({column} is null)" for column in ("decided_by", "reason", "decided_at")
    )
    op.create_table(
        "like_pair",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first_item_id", sa.Uuid(), nullable=False),
        sa.Column("second_item_id", sa.Uuid(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("first_item_id < second_item_id", name=op.f("ck_like_pair_each_pair_once")),
        sa.CheckConstraint(whole, name=op.f("ck_like_pair_said_by_a_person")),
        sa.CheckConstraint(f"verdict in ({verdicts})", name=op.f("ck_like_pair_same_verdict")),
        *(
            sa.ForeignKeyConstraint(
                [column], ["record_item.id"], name=f"fk_like_pair_{column}_record_item", ondelete="CASCADE"
            )
            for column in ("first_item_id", "second_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_like_pair"),
        sa.UniqueConstraint(
            "first_item_id", "second_item_id", name="uq_like_pair_first_item_id_second_item_id"
        ),
    )
    op.create_index("ix_like_pair_second_item_id", "like_pair", ["second_item_id"])
