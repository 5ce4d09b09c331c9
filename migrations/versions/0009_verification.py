"""Decisions on identity and kinship."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

PROTECTION = """
alter table decision enable row level security;
alter table decision force row level security;
grant select, insert, update (state, signed_by, signed_at, returned_by, return_reason, version)
    on decision to portal_casework;
create policy desk_reads on decision for select to portal_casework using (portal_holds('verifier', 'approver'));
create policy verifier_proposes on decision for insert to portal_casework
    with check (portal_holds('verifier') and proposed_by = portal_actor() and state = 'proposed');
create policy second_person_signs on decision for update to portal_casework
    using (portal_holds('verifier', 'approver'))
    with check (proposed_by <> portal_actor() and state in ('signed', 'returned')
        and coalesce(signed_by, returned_by) = portal_actor());
"""


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("finding", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_by", sa.Uuid(), nullable=True),
        sa.Column("return_reason", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind in ('identity', 'kinship')", name=op.f("ck_decision_decision_kind")),
        sa.CheckConstraint("finding in ('accepted', 'refused')", name=op.f("ck_decision_finding")),
        sa.CheckConstraint(
            "state in ('proposed', 'returned', 'signed')", name=op.f("ck_decision_decision_state")
        ),
        sa.CheckConstraint(
            "proposed_by <> signed_by", name=op.f("ck_decision_two_people_proposed_by_signed_by")
        ),
        sa.CheckConstraint(
            "proposed_by <> returned_by", name=op.f("ck_decision_two_people_proposed_by_returned_by")
        ),
        sa.CheckConstraint(
            "(state = 'signed') = (signed_by is not null) and (state = 'returned') = (returned_by is not null)",
            name=op.f("ck_decision_answered_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name="fk_decision_inquiry_id_inquiry"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
    )
    op.create_index("ix_decision_inquiry_id", "decision", ["inquiry_id"])
    op.create_index(
        "uq_decision_standing",
        "decision",
        ["inquiry_id", "kind"],
        unique=True,
        postgresql_where=sa.text("state = 'proposed' or (state = 'signed' and finding = 'accepted')"),
    )
    op.execute(PROTECTION)


def downgrade() -> None:
    op.drop_table("decision")
