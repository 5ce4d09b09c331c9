"""Assignments, and what follows for a liaison from being assigned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

ROLES = (
    "('administrator', 'analyst', 'approver', 'auditor', 'custodian', 'data_protection', 'editor', 'intake',"
    " 'liaison', 'operator', 'relative', 'transcriber', 'verifier', 'worker')"
)

PROTECTION = """
create function portal_is_assigned(inquiry uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public as $$
    select exists (select 1 from assignment
        where inquiry_id = inquiry and account_id = portal_actor() and ended_at is null)
$$;
revoke all on function portal_is_assigned(uuid) from public;
grant execute on function portal_is_assigned(uuid) to portal_casework;
alter table assignment enable row level security;
alter table assignment force row level security;
grant select, insert, update (ended_at) on assignment to portal_casework;
create policy keeper on assignment to current_user using (true) with check (true);
create policy desk_reads on assignment for select to portal_casework
    using (portal_holds('intake', 'verifier', 'analyst', 'liaison', 'approver'));
create policy intake_assigns on assignment for insert to portal_casework
    with check (portal_holds('intake') and assigned_by = portal_actor());
create policy intake_ends on assignment for update to portal_casework
    using (portal_holds('intake')) with check (portal_holds('intake'));

create policy liaison_reads on inquiry for select to portal_casework
    using (portal_holds('liaison') and portal_is_assigned(id));
create policy liaison_moves on inquiry for update to portal_casework
    using (portal_holds('liaison') and portal_is_assigned(id))
    with check (portal_holds('liaison') and portal_is_assigned(id));
"""


def upgrade() -> None:
    op.create_table(
        "assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("assigned_by", sa.Uuid(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"role in {ROLES}", name=op.f("ck_assignment_role")),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name="fk_assignment_inquiry_id_inquiry"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_assignment_account_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_assignment"),
    )
    op.create_index("ix_assignment_account_id", "assignment", ["account_id"])
    for name, column in (("uq_assignment_current", "role"), ("uq_assignment_person", "account_id")):
        op.create_index(
            name,
            "assignment",
            ["inquiry_id", column],
            unique=True,
            postgresql_where=sa.text("ended_at is null"),
        )
    op.execute(PROTECTION)


def downgrade() -> None:
    op.execute("drop policy liaison_moves on inquiry; drop policy liaison_reads on inquiry")
    op.drop_table("assignment")
    op.execute("drop function portal_is_assigned(uuid)")
