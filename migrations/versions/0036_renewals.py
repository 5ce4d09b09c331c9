"""Matches renewed and reversed by two people, packages prepared anew, nothing handed over of what was withdrawn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

OLD_STATES = "('confirmed', 'excluded', 'panel', 'proposed', 'returned', 'reversed')"
NEW_STATES = "('confirmed', 'excluded', 'panel', 'proposed', 'renewed', 'returned', 'reversed')"
OLD_PACKAGES = "('approved', 'contacted', 'frozen', 'prepared', 'sealed', 'told')"
NEW_PACKAGES = "('approved', 'contacted', 'frozen', 'prepared', 'sealed', 'superseded', 'told')"

KNOWS = """
create or replace function portal_knows_reasons(wanted uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public as $$
    select portal_has_judged(wanted) or exists (select 1 from match where id = wanted
        and (proposed_by = portal_actor() or state in ({states})))
$$;
"""
OLD_KNOWN, NEW_KNOWN = "'confirmed', 'excluded', 'reversed'", "'confirmed', 'excluded', 'renewed', 'reversed'"

# What was confirmed ends in two ways only: a renewal of it holds on enough blind verdicts, or two people reversed it.
FUNCTIONS = """
create function portal_match_to_renew(inquiry uuid, record uuid) returns uuid
    language sql stable security definer set search_path = pg_catalog, public as $$
    select id from match where inquiry_id = inquiry and record_id = record and state = 'confirmed'
$$;
create function portal_match_moves() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if old.state not in ('confirmed', 'panel', 'proposed') and new.state <> old.state then
        raise exception 'this match has its answer';
    end if;
    if new.state = 'renewed' and (old.state <> 'confirmed' or not exists (
            select 1 from match n join match_reasoning w on w.match_id = n.id
            where n.renews = new.id and n.state in ('panel', 'proposed') and n.proposed_by <> portal_actor()
                and n.record_version > old.record_version
                and portal_has_judged(n.id) and portal_match_holds(n.id, w.level))) then
        raise exception 'a match is renewed by two people';
    end if;
    if new.state = 'reversed' and (old.state <> 'confirmed' or not exists (
            select 1 from match_reversal v where v.match_id = new.id and v.signed_by = portal_actor())) then
        raise exception 'a match is reversed by two people';
    end if;
    if old.state = 'confirmed' and (new.state not in ('confirmed', 'renewed', 'reversed')
            or (new.level, new.signed_by, new.signed_at)
                is distinct from (old.level, old.signed_by, old.signed_at)) then
        raise exception 'what was confirmed is renewed or reversed';
    end if;
    return new;
end $$;
create trigger match_moves before update on match for each row execute function portal_match_moves();

create function portal_nothing_of_a_withdrawn_record() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if new.state in ('asked', 'signed', 'packed')
            and exists (select 1 from record where id = new.record_id and state = 'withdrawn') then
        raise exception 'nothing of a withdrawn record leaves the house';
    end if;
    return new;
end $$;
create trigger handover_of_a_standing_record before insert or update on handover
    for each row execute function portal_nothing_of_a_withdrawn_record();

create function portal_package_gives_way() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if old.state = 'superseded' then
        raise exception 'a former package stays as it was';
    end if;
    if new.state = 'superseded' and not exists (
            select 1 from match where id = old.match_id and state in ('renewed', 'reversed')) then
        raise exception 'a package gives way only when its match does not stand';
    end if;
    return new;
end $$;
create trigger disclosure_gives_way before update on disclosure
    for each row execute function portal_package_gives_way();
"""
TRIGGERS = ("portal_match_moves()", "portal_nothing_of_a_withdrawn_record()", "portal_package_gives_way()")

WALLS = """
drop policy analyst_proposes on match;
create policy analyst_proposes on match for insert to portal_casework
    with check (portal_holds('analyst') and proposed_by = portal_actor() and state in ('proposed', 'excluded')
        and signed_by is null and level is null
        and case state when 'proposed' then renews is not distinct from portal_match_to_renew(inquiry_id, record_id)
            else renews is null end);
create policy desk_ends on match for update to portal_casework
    using (portal_holds('analyst', 'approver') and state = 'confirmed')
    with check (portal_holds('analyst', 'approver') and state in ('renewed', 'reversed'));

grant select, insert, update (signed_by, signed_at, version) on match_reversal to portal_casework;
create policy desk_reads on match_reversal for select to portal_casework
    using (portal_holds('analyst', 'approver') and match_id in (select id from match));
create policy desk_proposes on match_reversal for insert to portal_casework
    with check (portal_holds('analyst', 'approver') and proposed_by = portal_actor() and signed_by is null
        and match_id in (select id from match where state = 'confirmed'));
create policy second_person_signs on match_reversal for update to portal_casework
    using (portal_holds('analyst', 'approver') and signed_by is null)
    with check (signed_by = portal_actor() and proposed_by <> portal_actor());
create policy closed_by_conflict on match_reversal as restrictive to portal_casework
    using (match_id <> all (array(select portal_closed_matches())));
"""
BACK = """
drop policy desk_ends on match;
drop policy analyst_proposes on match;
create policy analyst_proposes on match for insert to portal_casework
    with check (portal_holds('analyst') and proposed_by = portal_actor() and state in ('proposed', 'excluded')
        and signed_by is null and level is null);
drop trigger match_moves on match;
drop trigger handover_of_a_standing_record on handover;
drop trigger disclosure_gives_way on disclosure;
"""

# The path of a package as the database knows it, with the one new way out of every state.
MOVES = """
do $$
declare body text;
begin
    select pg_get_functiondef('portal_disclosure_moves()'::regprocedure) into body;
    execute replace(body, {old}, {new});
end $$;
"""
OLD_WAY = "new.state <> ''frozen'' and (old.state"
NEW_WAY = "new.state not in (''frozen'', ''superseded'') and (old.state"


def upgrade() -> None:
    op.add_column("match", sa.Column("renews", sa.Uuid(), nullable=True))
    op.create_foreign_key("fk_match_renews_match", "match", "match", ["renews"], ["id"])
    op.create_index("ix_match_renews", "match", ["renews"])
    _words(NEW_STATES, NEW_PACKAGES)
    _one_open("state in ('proposed', 'panel')")
    _reversal()
    op.drop_constraint("uq_disclosure_inquiry_id", "disclosure")
    op.create_index(
        "uq_disclosure_inquiry_id",
        "disclosure",
        ["inquiry_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'superseded'"),
    )
    op.execute(KNOWS.format(states=NEW_KNOWN))
    op.execute(FUNCTIONS)
    for signature in (*TRIGGERS, "portal_match_to_renew(uuid, uuid)"):
        op.execute(f"revoke all on function {signature} from public")
    op.execute("grant execute on function portal_match_to_renew(uuid, uuid) to portal_casework")
    op.execute(MOVES.format(old=f"'{OLD_WAY}'", new=f"'{NEW_WAY}'"))
    op.execute(WALLS)


def downgrade() -> None:
    op.execute(BACK)
    op.execute(MOVES.format(old=f"'{NEW_WAY}'", new=f"'{OLD_WAY}'"))
    for signature in (*TRIGGERS, "portal_match_to_renew(uuid, uuid)"):
        op.execute(f"drop function {signature}")
    op.execute(KNOWS.format(states=OLD_KNOWN))
    op.drop_index("uq_disclosure_inquiry_id", "disclosure")
    op.create_unique_constraint("uq_disclosure_inquiry_id", "disclosure", ["inquiry_id"])
    op.drop_table("match_reversal")
    _one_open("state in ('proposed', 'panel', 'confirmed')")
    _words(OLD_STATES, OLD_PACKAGES)
    op.drop_column("match", "renews")


def _words(matches: str, packages: str) -> None:
    for table, name, words in (("match", "match_state", matches), ("disclosure", "package_state", packages)):
        op.drop_constraint(f"ck_{table}_{name}", table)
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, f"state in {words}")


def _one_open(states: str) -> None:
    op.drop_index("uq_match_standing", "match")
    op.create_index(
        "uq_match_standing",
        "match",
        ["inquiry_id", "record_id"],
        unique=True,
        postgresql_where=sa.text(states),
    )


def _reversal() -> None:
    op.create_table(
        "match_reversal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "proposed_by <> signed_by", name=op.f("ck_match_reversal_two_people_proposed_by_signed_by")
        ),
        sa.CheckConstraint(
            "(signed_by is null) = (signed_at is null)", name=op.f("ck_match_reversal_signed_at_a_moment")
        ),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name="fk_match_reversal_match_id_match"),
        sa.PrimaryKeyConstraint("id", name="pk_match_reversal"),
        sa.UniqueConstraint("match_id", name="uq_match_reversal_match_id"),
    )
    op.execute("alter table match_reversal enable row level security")
    op.execute("alter table match_reversal force row level security")
    op.execute("create policy keeper on match_reversal to current_user using (true) with check (true)")
