"""Whoever was told may read when something about their loved one left for an institution."""

from __future__ import annotations

from alembic import op

revision = "0038"
down_revision = "0037"

OWN = """
create function portal_own_handovers() returns table (at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public as $$
    select h.packed_at from handover h join disclosure d on d.record_id = h.record_id
    where d.account_id = portal_actor() and portal_disclosure_stands(d.id) and h.packed_at is not null
    order by h.packed_at
$$;
revoke all on function portal_own_handovers() from public;
grant execute on function portal_own_handovers() to portal_family;
"""


def upgrade() -> None:
    op.execute(OWN)


def downgrade() -> None:
    op.execute("drop function portal_own_handovers()")
