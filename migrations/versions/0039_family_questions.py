"""What a family left empty is asked for through their caseworker, and what they answer is entered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"

PARTS = ("birth_place", "birth_year", "family", "father", "grandfather", "mother", "mother_family")

WALLS = f"""
alter table family_question enable row level security;
alter table family_question force row level security;
grant select, insert, update (settled_by, settled_at, outcome) on family_question to portal_casework;
grant update ({", ".join(PARTS)}) on sought_person to portal_casework;

create policy desk_reads on family_question for select to portal_casework
    using (portal_holds('analyst', 'liaison') and inquiry_id in (select id from inquiry));
create policy analyst_asks on family_question for insert to portal_casework
    with check (portal_holds('analyst') and asked_by = portal_actor() and settled_at is null
        and inquiry_id in (select id from inquiry));
create policy liaison_settles on family_question for update to portal_casework
    using (portal_holds('liaison') and settled_at is null and inquiry_id in (select inquiry_id from assignment
        where account_id = portal_actor() and role = 'liaison' and ended_at is null))
    with check (portal_holds('liaison') and settled_by = portal_actor());
create policy closed_by_conflict on family_question as restrictive to portal_casework
    using (inquiry_id <> all (array(select portal_closed_cases())));
create policy liaison_enters on sought_person for update to portal_casework
    using (portal_holds('liaison') and inquiry_id in (select inquiry_id from assignment
        where account_id = portal_actor() and role = 'liaison' and ended_at is null))
    with check (portal_holds('liaison'));
"""

KEPT = " or ".join(f"(old.{part} is not null and new.{part} is distinct from old.{part})" for part in PARTS)
# What a family wrote themselves is theirs: an answer fills a place that was left empty, and no other.
ONLY_EMPTY = f"""
create function portal_only_empty_is_entered() returns trigger language plpgsql as $$
begin
    if current_user = 'portal_casework' and ({KEPT}) then
        raise exception 'what a family said is not changed';
    end if;
    return new;
end $$;
create trigger sought_person_only_empty before update on sought_person
    for each row execute function portal_only_empty_is_entered();
"""


def upgrade() -> None:
    listed = ", ".join(f"'{part}'" for part in PARTS)
    op.create_table(
        "family_question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(40), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_family_question"),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name="fk_family_question_inquiry_id_inquiry"),
        sa.CheckConstraint(f"part in ({listed})", name="ck_family_question_asked"),
        sa.CheckConstraint("outcome in ('entered', 'not_known')", name="ck_family_question_outcome"),
        sa.CheckConstraint(
            "(settled_by is null) = (settled_at is null) and (settled_by is null) = (outcome is null)",
            name="ck_family_question_settled_whole",
        ),
        sa.CheckConstraint("asked_by <> settled_by", name="ck_family_question_two_people"),
    )
    op.create_index(
        "uq_family_question_open",
        "family_question",
        ["inquiry_id", "part"],
        unique=True,
        postgresql_where=sa.text("settled_at is null"),
    )
    op.execute(WALLS)
    op.execute(ONLY_EMPTY)


def downgrade() -> None:
    op.execute("drop trigger sought_person_only_empty on sought_person")
    op.execute("drop function portal_only_empty_is_entered()")
    op.execute("drop policy liaison_enters on sought_person")
    op.execute(f"revoke update ({', '.join(PARTS)}) on sought_person from portal_casework")
    op.drop_table("family_question")
