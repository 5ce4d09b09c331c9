"""A case outside one's assignment opens only with a reason; its family sees so at once, an auditor reads why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

# Who has a place in a case, receives it, approves, or gave or owes a second word to somebody else's proposal, is
# not asked for a reason. A proposal of one's own opens nothing: anybody could make one.
OPENING = """
create function portal_opens_without_reason(wanted uuid, moment timestamptz) returns boolean
    language sql stable security definer set search_path = pg_catalog, public as $$
    select portal_holds('approver')
        or exists (select 1 from assignment
            where inquiry_id = wanted and account_id = portal_actor() and ended_at is null)
        or (portal_holds('intake') and exists (select 1 from inquiry
            where id = wanted and state in ('submitted', 'triage')))
        or (portal_holds('verifier') and exists (select 1 from decision
            where inquiry_id = wanted and state = 'proposed' and proposed_by <> portal_actor()))
        or exists (select 1 from decision
            where inquiry_id = wanted and portal_actor() in (signed_by, returned_by))
        or (portal_holds('analyst') and exists (select 1 from match
            where inquiry_id = wanted and state in ('proposed', 'panel') and proposed_by <> portal_actor()))
        or exists (select 1 from match m join match_review r on r.match_id = m.id
            where m.inquiry_id = wanted and r.reviewer_id = portal_actor())
        or exists (select 1 from break_glass
            where inquiry_id = wanted and account_id = portal_actor()
            and opened_at <= moment and until > moment)
$$;
revoke all on function portal_opens_without_reason(uuid, timestamptz) from public;
grant execute on function portal_opens_without_reason(uuid, timestamptz) to portal_casework;
"""

PROTECTION = """
alter table break_glass enable row level security;
alter table break_glass force row level security;
grant select (id, inquiry_id, account_id, until), insert on break_glass to portal_casework;
grant select, update (reviewed_by, reviewed_at, review) on break_glass to portal_oversight;
create policy keeper on break_glass to current_user using (true) with check (true);
create policy own_reads on break_glass for select to portal_casework using (account_id = portal_actor());
create policy own_opens on break_glass for insert to portal_casework
    with check (account_id = portal_actor() and reviewed_by is null and inquiry_id in (select id from inquiry));
create policy closed_by_conflict on break_glass as restrictive to portal_casework
    using (inquiry_id <> all (array(select portal_closed_cases())));
create policy auditors_read on break_glass for select to portal_oversight using (portal_holds('auditor'));
create policy another_auditor_reviews on break_glass for update to portal_oversight
    using (portal_holds('auditor') and account_id <> portal_actor() and reviewed_by is null)
    with check (reviewed_by = portal_actor() and account_id <> portal_actor());
create policy own_outside_openings on audit_entry for select to portal_family
    using (event = 'inquiries:inquiry:opened-outside'
        and case_id in (select id from inquiry where account_id = portal_actor()));
"""


def upgrade() -> None:
    op.create_table(
        "break_glass",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "account_id <> reviewed_by", name=op.f("ck_break_glass_two_people_account_id_reviewed_by")
        ),
        sa.CheckConstraint("until = opened_at + interval '1 hour'", name=op.f("ck_break_glass_one_hour")),
        sa.CheckConstraint(
            "(reviewed_by is null) = (reviewed_at is null) and (reviewed_by is null) = (review is null)",
            name=op.f("ck_break_glass_reviewed_whole"),
        ),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name="fk_break_glass_inquiry_id_inquiry"),
        sa.PrimaryKeyConstraint("id", name="pk_break_glass"),
    )
    op.create_index(
        "ix_break_glass_inquiry_id_account_id_until", "break_glass", ["inquiry_id", "account_id", "until"]
    )
    op.create_index("ix_break_glass_opened_at", "break_glass", ["opened_at"])
    op.execute(OPENING)
    op.execute(PROTECTION)


def downgrade() -> None:
    op.execute("drop policy own_outside_openings on audit_entry")
    op.execute("drop function portal_opens_without_reason(uuid, timestamptz)")
    op.drop_table("break_glass")
