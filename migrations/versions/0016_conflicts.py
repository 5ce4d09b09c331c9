"""Declared conflicts of interest: a case is closed to whoever is too close to it, whatever a process above does.

`portal_closed_cases()` is asked once for each statement, not once for each row. Every table that hangs on a case
carries a restrictive policy on it; a later table of that kind has to carry one too.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

CLOSED = """
create function portal_closed_cases() returns setof uuid
    language sql stable security definer set search_path = pg_catalog, public as $$
    select inquiry_id from conflict_of_interest where account_id = portal_actor()
$$;
create function portal_closed_matches() returns setof uuid
    language sql stable security definer set search_path = pg_catalog, public as $$
    select id from match where inquiry_id in (select portal_closed_cases())
$$;
create function portal_closed_disclosures() returns setof uuid
    language sql stable security definer set search_path = pg_catalog, public as $$
    select id from disclosure where inquiry_id in (select portal_closed_cases())
$$;
create function portal_closed_publications() returns setof uuid
    language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id from publication p join match m on m.record_id = p.record_id
    where m.state = 'confirmed' and m.inquiry_id in (select portal_closed_cases())
    union select publication_id from publication_voice where inquiry_id in (select portal_closed_cases())
$$;
create function portal_file_of_number(number text) returns uuid
    language sql stable security definer set search_path = pg_catalog, public as $$
    select id from inquiry where reference = number and portal_actor() is not null
$$;
"""
SIGNATURES = (
    "portal_file_of_number(text)",
    "portal_closed_publications()",
    "portal_closed_disclosures()",
    "portal_closed_matches()",
    "portal_closed_cases()",
)

# Declaring and assigning wait for each other on the file's row, so that neither can slip past the other.
GUARDS = """
create function portal_conflict_ends_places() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    perform 1 from inquiry where id = new.inquiry_id for no key update;
    update assignment set ended_at = new.declared_at
        where inquiry_id = new.inquiry_id and account_id = new.account_id and ended_at is null;
    return new;
end $$;
create trigger conflict_ends_places before insert on conflict_of_interest
    for each row execute function portal_conflict_ends_places();

create function portal_place_is_open() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    perform 1 from inquiry where id = new.inquiry_id for no key update;
    if exists (select 1 from conflict_of_interest
            where inquiry_id = new.inquiry_id and account_id = new.account_id) then
        raise exception 'this case is closed to that person';
    end if;
    return new;
end $$;
create trigger assignment_place_is_open before insert on assignment
    for each row execute function portal_place_is_open();
"""

PROTECTION = """
alter table conflict_of_interest enable row level security;
alter table conflict_of_interest force row level security;
grant select, insert on conflict_of_interest to portal_casework;
create policy keeper on conflict_of_interest to current_user using (true) with check (true);
create policy own_reads on conflict_of_interest for select to portal_casework
    using (account_id = portal_actor());
create policy intake_reads on conflict_of_interest for select to portal_casework
    using (portal_holds('intake') and inquiry_id in (select id from inquiry));
create policy own_declares on conflict_of_interest for insert to portal_casework
    with check (account_id = portal_actor());
"""

# Table: what it is found by, and the set that is closed.
WALLS = {
    "inquiry": ("id", "cases"),
    "sought_person": ("inquiry_id", "cases"),
    "inquirer": ("inquiry_id", "cases"),
    "safe_contact": ("inquiry_id", "cases"),
    "wish": ("inquiry_id", "cases"),
    "consent": ("inquiry_id", "cases"),
    "assignment": ("inquiry_id", "cases"),
    "decision": ("inquiry_id", "cases"),
    "match": ("inquiry_id", "cases"),
    "match_reasoning": ("match_id", "matches"),
    "match_review": ("match_id", "matches"),
    "disclosure": ("inquiry_id", "cases"),
    "disclosure_item": ("disclosure_id", "disclosures"),
    "conversation": ("disclosure_id", "disclosures"),
    "release": ("disclosure_id", "disclosures"),
    "envelope": ("recipient_ref", "cases"),
    "publication": ("id", "publications"),
    "publication_voice": ("inquiry_id", "cases"),
}
WALL = """
create policy closed_by_conflict on {table} as restrictive to portal_casework
    using ({column} <> all (array(select portal_closed_{closed}())))
"""

# The two doors by which an editor learns of relatives without reading their files.
DOORS = """
create or replace function portal_told_relatives(wanted uuid)
    returns table (inquiry_id uuid, account_id uuid, name text)
    language sql stable security definer set search_path = pg_catalog, public as $$
    select d.inquiry_id, d.account_id, concat_ws(' ', s.given, s.father, s.grandfather, s.family)
    from disclosure d join sought_person s on s.inquiry_id = d.inquiry_id
    where d.record_id = wanted and portal_disclosure_stands(d.id) and portal_holds('editor'){open}
$$;
create or replace function portal_eligible_names() returns table (record_id uuid, name text)
    language sql stable security definer set search_path = pg_catalog, public as $$
    select d.record_id, min(concat_ws(' ', s.given, s.father, s.grandfather, s.family))
    from disclosure d join sought_person s on s.inquiry_id = d.inquiry_id
    where portal_holds('editor') and portal_disclosure_stands(d.id)
        and portal_untold_relatives(d.record_id) = 0
        and not exists (select 1 from publication p where p.record_id = d.record_id and p.state <> 'hidden'){open}
    group by d.record_id
$$;
"""
OPEN = """
        and not exists (select 1 from match m where m.record_id = d.record_id and m.state = 'confirmed'
            and m.inquiry_id in (select portal_closed_cases()))"""


def upgrade() -> None:
    op.create_table(
        "conflict_of_interest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiry.id"], name="fk_conflict_of_interest_inquiry_id_inquiry"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_conflict_of_interest_account_id_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conflict_of_interest"),
        sa.UniqueConstraint("inquiry_id", "account_id", name="uq_conflict_of_interest_inquiry_id_account_id"),
    )
    op.create_index("ix_conflict_of_interest_account_id", "conflict_of_interest", ["account_id"])
    for statements in (CLOSED, GUARDS, PROTECTION, DOORS.format(open=OPEN)):
        op.execute(statements)
    for signature in SIGNATURES:
        op.execute(f"revoke all on function {signature} from public")
        op.execute(f"grant execute on function {signature} to portal_casework")
    for table, (column, closed) in WALLS.items():
        op.execute(WALL.format(table=table, column=column, closed=closed))


def downgrade() -> None:
    for table in WALLS:
        op.execute(f"drop policy closed_by_conflict on {table}")
    op.execute(DOORS.format(open=""))
    op.execute("drop trigger assignment_place_is_open on assignment")
    op.drop_table("conflict_of_interest")
    op.execute("drop function portal_place_is_open(); drop function portal_conflict_ends_places()")
    for signature in SIGNATURES:
        op.execute(f"drop function {signature}")
