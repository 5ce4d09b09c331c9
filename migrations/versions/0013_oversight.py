"""What a relative may read of the log: before the conversation only what is alike for every file."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("""
        create policy own_readings on audit_entry for select to portal_family
        using (case_id in (select id from inquiry where account_id = portal_actor())
            and (portal_is_told(case_id)
                or (event in ('inquiries:inquiry:read', 'inquiries:contact:read')
                    and string_to_array(roles, ',') <@ array['intake', 'verifier'])))
    """)


def downgrade() -> None:
    op.execute("drop policy own_readings on audit_entry")
