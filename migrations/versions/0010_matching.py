"""Matches, their reasons and verdicts; and what a liaison may read of a record that was confirmed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

LEVELS = "('E0', 'E1', 'E2', 'E3', 'E4')"
TABLES = ("match", "match_reasoning", "match_review")

CARRIED = (
    "level in ('E0', 'E1')"
    " or grounds && array['dental', 'dna', 'fingerprint']"
    " or (level in ('E2', 'E3') and grounds @> array['authenticated_paper_ties_number', 'independent_line'])"
    " or (level = 'E2' and grounds && array['authenticated_paper_ties_number',"
    " 'civil_identity_on_authenticated_paper'])"
    " or (level = 'E2' and 'distinguishing_mark' = any (grounds)"
    " and (grounds @> array['independent_line', 'unverified_paper']"
    " or grounds @> array['independent_line', 'visual_recognition']"
    " or grounds @> array['unverified_paper', 'visual_recognition']))"
)

# A verdict is blind: reasons open to whoever proposed or has judged, and to the desk once nothing is left to judge.
# A match stands only on enough blind verdicts, all of them the same, and on what two people confirmed of the record.
FUNCTIONS = """
create function portal_has_judged(wanted uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public as $$
    select exists (select 1 from match_review where match_id = wanted and reviewer_id = portal_actor())
$$;
create function portal_knows_reasons(wanted uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public as $$
    select portal_has_judged(wanted) or exists (select 1 from match where id = wanted
        and (proposed_by = portal_actor() or state in ('confirmed', 'excluded', 'reversed')))
$$;
create function portal_match_holds(wanted uuid, claimed text) returns boolean
    language sql stable security definer set search_path = pg_catalog, public as $$
    select exists (select 1 from match_reasoning
            where match_id = wanted and level = claimed and level in ('E2', 'E3', 'E4'))
        and exists (select 1 from match m join record r on r.id = m.record_id
            where m.id = wanted and r.version = m.record_version and r.state = 'confirmed')
        and not exists (select 1 from match_review where match_id = wanted and verdict <> 'same')
        and (select count(*) from match_review where match_id = wanted)
            >= case claimed when 'E2' then 2 else 1 end
$$;
"""
SIGNATURES = (
    "portal_match_holds(uuid, text)",
    "portal_knows_reasons(uuid)",
    "portal_has_judged(uuid)",
)

PROTECTION = """
grant select, insert, update (state, level, signed_by, signed_at, version) on match to portal_casework;
grant select, insert on match_reasoning, match_review to portal_casework;

create policy desk_reads on match for select to portal_casework using (portal_holds('analyst', 'approver'));
create policy liaison_reads on match for select to portal_casework
    using (state = 'confirmed' and portal_holds('liaison') and portal_is_assigned(inquiry_id));
create policy analyst_proposes on match for insert to portal_casework
    with check (portal_holds('analyst') and proposed_by = portal_actor() and state in ('proposed', 'excluded')
        and signed_by is null and level is null);
create policy desk_judges on match for update to portal_casework
    using (portal_holds('analyst', 'approver') and state in ('proposed', 'panel'))
    with check (proposed_by <> portal_actor() and portal_has_judged(id)
        and ((state in ('panel', 'returned') and signed_by is null and level is null)
            or (state = 'confirmed' and signed_by = portal_actor() and portal_match_holds(id, level))));

create policy judged_reads on match_reasoning for select to portal_casework
    using (portal_holds('analyst', 'approver') and portal_knows_reasons(match_id));
create policy proposer_writes on match_reasoning for insert to portal_casework
    with check (portal_holds('analyst') and exists (select 1 from match m where m.id = match_id
        and m.proposed_by = portal_actor()
        and ((m.state = 'excluded' and match_reasoning.level = 'E0')
            or (m.state = 'proposed' and match_reasoning.level not in ('E0', 'E1')))));

create policy own_verdict on match_review for select to portal_casework using (reviewer_id = portal_actor());
create policy judged_reads on match_review for select to portal_casework
    using (portal_holds('analyst', 'approver') and portal_knows_reasons(match_id));
create policy reviewer_writes on match_review for insert to portal_casework
    with check (portal_holds('analyst', 'approver') and reviewer_id = portal_actor()
        and exists (select 1 from match m where m.id = match_id
            and m.proposed_by <> portal_actor() and m.state in ('proposed', 'panel')));

create policy liaison_reads on record for select to portal_casework
    using (portal_holds('liaison') and id in (select record_id from match));
create policy liaison_reads on record_item for select to portal_casework
    using (portal_holds('liaison') and record_id in (select record_id from match));
create policy liaison_reads on statement for select to portal_casework
    using (portal_holds('liaison') and item_id in (select id from record_item));
"""


def upgrade() -> None:
    _match()
    _verdicts()
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy keeper on {table} to current_user using (true) with check (true)")
    op.execute(FUNCTIONS)
    for signature in SIGNATURES:
        op.execute(f"revoke all on function {signature} from public")
        op.execute(f"grant execute on function {signature} to portal_casework")
    op.execute(PROTECTION)


def downgrade() -> None:
    for table in ("statement", "record_item", "record"):
        op.execute(f"drop policy liaison_reads on {table}")
    for table in ("match_reasoning", "match_review"):
        op.execute(f"drop policy judged_reads on {table}")
    op.execute("drop policy desk_judges on match")
    for signature in SIGNATURES:
        op.execute(f"drop function {signature}")
    for table in TABLES[::-1]:
        op.drop_table(table)


def _match() -> None:
    op.create_table(
        "match",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("record_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('confirmed', 'excluded', 'panel', 'proposed', 'returned', 'reversed')",
            name=op.f("ck_match_match_state"),
        ),
        sa.CheckConstraint(f"level in {LEVELS}", name=op.f("ck_match_evidence_level")),
        sa.CheckConstraint(
            "proposed_by <> signed_by", name=op.f("ck_match_two_people_proposed_by_signed_by")
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' or (signed_by is not null and level in ('E2', 'E3', 'E4'))",
            name=op.f("ck_match_confirmed_on_evidence"),
        ),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name="fk_match_inquiry_id_inquiry"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_match_record_id_record"),
        sa.PrimaryKeyConstraint("id", name="pk_match"),
    )
    op.create_index("ix_match_inquiry_id", "match", ["inquiry_id"])
    op.create_index("ix_match_record_id", "match", ["record_id"])
    standing = sa.text("state in ('proposed', 'panel', 'confirmed')")
    op.create_index(
        "uq_match_standing", "match", ["inquiry_id", "record_id"], unique=True, postgresql_where=standing
    )
    op.create_index(
        "uq_match_confirmed",
        "match",
        ["inquiry_id"],
        unique=True,
        postgresql_where=sa.text("state = 'confirmed'"),
    )


def _verdicts() -> None:
    op.create_table(
        "match_reasoning",
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("grounds", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(f"level in {LEVELS}", name=op.f("ck_match_reasoning_evidence_level")),
        sa.CheckConstraint(CARRIED, name=op.f("ck_match_reasoning_grounds_carry_level")),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name="fk_match_reasoning_match_id_match"),
        sa.PrimaryKeyConstraint("match_id", name="pk_match_reasoning"),
    )
    op.create_table(
        "match_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict in ('different', 'not_enough', 'same')", name=op.f("ck_match_review_verdict")
        ),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name="fk_match_review_match_id_match"),
        sa.PrimaryKeyConstraint("id", name="pk_match_review"),
        sa.UniqueConstraint("match_id", "reviewer_id", name="uq_match_review_match_id_reviewer_id"),
    )
