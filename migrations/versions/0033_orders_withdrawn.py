"""An ordered import can be withdrawn, and says since when it is carried out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

BEFORE = "'done', 'failed', 'looked', 'looking', 'running', 'waiting'"
STATES = f"{BEFORE}, 'withdrawn'"

RIGHTS = """
grant update (began_at) on import_order to portal_worker;

create policy same_keeper_withdraws on import_order for update to portal_casework
    using (portal_holds('custodian') and ordered_by = portal_actor() and state in ('looking', 'looked', 'waiting'))
    with check (portal_holds('custodian') and ordered_by = portal_actor() and state = 'withdrawn');
"""

LOOKED = "state = 'looking' or state = 'failed' or look is not null"


def upgrade() -> None:
    op.add_column("import_order", sa.Column("began_at", sa.DateTime(timezone=True), nullable=True))
    _constrain(STATES, f"state = 'withdrawn' or {LOOKED}")
    op.execute(RIGHTS)


def downgrade() -> None:
    op.execute("drop policy same_keeper_withdraws on import_order")
    op.execute("alter table import_order no force row level security")
    op.execute("delete from import_order where state = 'withdrawn'")
    op.execute("alter table import_order force row level security")
    _constrain(BEFORE, LOOKED)
    op.drop_column("import_order", "began_at")


def _constrain(states: str, looked: str) -> None:
    op.drop_constraint(op.f("ck_import_order_order_state"), "import_order", type_="check")
    op.drop_constraint(op.f("ck_import_order_looked_at_first"), "import_order", type_="check")
    op.create_check_constraint(op.f("ck_import_order_order_state"), "import_order", f"state in ({states})")
    op.create_check_constraint(op.f("ck_import_order_looked_at_first"), "import_order", looked)
