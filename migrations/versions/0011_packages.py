"""Packages, conversations, releases and openings.

A relative's rows appear only when the package is told and still stands: the match is confirmed and the record is
the very version that was read when the package was made. What is sealed cannot be changed, and nobody is told
without a conversation: the tables hold this by themselves.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

STATES = "('approved', 'contacted', 'frozen', 'prepared', 'sealed', 'told')"
LAYERS = "('date_place', 'description', 'face', 'fact', 'papers', 'photographs_exist')"
PARTS = (
    "('given', 'father', 'grandfather', 'family', 'mother', 'mother_family', 'birth_year', 'number',"
    " 'branch', 'died_on', 'place', 'cause', 'issued_on')"
)
TABLES = ("disclosure", "disclosure_item", "conversation", "release", "photograph_opening")

# What the owner's own functions below have to see; nobody signs in as the owner.
KEPT = ("disclosure", "conversation", "release")

WORDS = """
create function portal_disclosure_stands(wanted uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public as $$
    select exists (
        select 1 from disclosure d join match m on m.id = d.match_id join record r on r.id = d.record_id
        where d.id = wanted and d.state = 'told' and m.state = 'confirmed'
            and r.state = 'confirmed' and r.version = d.record_version)
$$;
create function portal_is_told(wanted uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public as $$
    select exists (select 1 from disclosure where inquiry_id = wanted and portal_disclosure_stands(id)
        and (account_id = portal_actor() or not portal_holds('relative')))
$$;
create function portal_was_told() returns boolean
    language sql stable security definer set search_path = pg_catalog, public as $$
    select exists (select 1 from disclosure where account_id = portal_actor() and told_at is not null)
$$;
"""
SIGNATURES = {
    "portal_disclosure_stands(uuid)": "portal_casework, portal_family, portal_worker",
    "portal_is_told(uuid)": "portal_casework, portal_family, portal_oversight, portal_worker",
    "portal_was_told()": "portal_family",
}

# The life of a package as the database itself holds it, whatever a process above may get wrong.
GUARDS = """
create function portal_disclosure_moves() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if (new.inquiry_id, new.account_id, new.match_id, new.record_id, new.record_version, new.proposed_by)
            is distinct from
            (old.inquiry_id, old.account_id, old.match_id, old.record_id, old.record_version, old.proposed_by) then
        raise exception 'a package stays with its file, its record and its preparer';
    end if;
    if new.state <> old.state and new.state <> 'frozen' and (old.state, new.state) not in (
            ('prepared', 'sealed'), ('sealed', 'prepared'), ('approved', 'prepared'), ('sealed', 'approved'),
            ('approved', 'contacted'), ('approved', 'told'), ('contacted', 'told')) then
        raise exception 'a package does not go from % to %', old.state, new.state;
    end if;
    if new.state = 'approved' and old.state = 'sealed'
            and not (portal_holds('approver') and new.signed_by = portal_actor()) then
        raise exception 'an approver signs in their own name';
    end if;
    if new.state not in ('prepared', 'sealed') and new.signed_by is distinct from old.signed_by
            and old.state <> 'sealed' then
        raise exception 'a signature is given once';
    end if;
    if old.state <> 'prepared' and new.state <> 'prepared'
            and (new.fingerprint, new.layers) is distinct from (old.fingerprint, old.layers) then
        raise exception 'what is sealed does not change';
    end if;
    if new.state = 'told' and not exists (select 1 from conversation c
            where c.id = new.conversation_id and c.disclosure_id = new.id and c.was_told) then
        raise exception 'nobody is told without a conversation';
    end if;
    return new;
end $$;
create trigger disclosure_moves before update on disclosure
    for each row execute function portal_disclosure_moves();

create function portal_item_is_open() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if exists (select 1 from disclosure where state <> 'prepared' and id in (
            case when tg_op <> 'INSERT' then old.disclosure_id end,
            case when tg_op <> 'DELETE' then new.disclosure_id end)) then
        raise exception 'what is sealed does not change';
    end if;
    return coalesce(new, old);
end $$;
create trigger disclosure_item_is_open before insert or update or delete on disclosure_item
    for each row execute function portal_item_is_open();

create function portal_face_comes_last() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if new.layer <> 'fact' and not exists (select 1 from release
            where disclosure_id = new.disclosure_id and layer = 'fact') then
        raise exception 'the fact comes first';
    end if;
    if new.layer = 'face' and exists (select 1 from disclosure d cross join unnest(d.layers) word
            where d.id = new.disclosure_id and word in ('photographs_exist', 'description')
                and not exists (select 1 from release r where r.disclosure_id = d.id and r.layer = word)) then
        raise exception 'words come before a face';
    end if;
    return new;
end $$;
create trigger release_in_order before insert on release
    for each row execute function portal_face_comes_last();

create function portal_opening_goes_on() returns trigger language plpgsql as $$
begin
    if (old.understood_at is not null and new.understood_at is distinct from old.understood_at)
            or (old.ready_at is not null and new.ready_at is distinct from old.ready_at)
            or (old.opened_at is not null and new.opened_at is distinct from old.opened_at) then
        raise exception 'each step is taken once';
    end if;
    return new;
end $$;
create trigger photograph_opening_goes_on before update on photograph_opening
    for each row execute function portal_opening_goes_on();
"""
GUARDING = (
    "portal_disclosure_moves()",
    "portal_item_is_open()",
    "portal_face_comes_last()",
    "portal_opening_goes_on()",
)

PROTECTION = """
grant select, insert, update on disclosure to portal_casework;
grant select (id, inquiry_id, account_id, state, layers, told_at) on disclosure to portal_family;
grant select, insert, update, delete on disclosure_item to portal_casework;
grant select on disclosure_item to portal_family;
grant select, insert on conversation to portal_casework;
grant select, insert on release to portal_casework, portal_family;
grant select, insert, update (understood_at, ready_at, opened_at) on photograph_opening to portal_family;

create policy desk_reads on disclosure for select to portal_casework
    using (portal_holds('approver') or (portal_holds('liaison') and portal_is_assigned(inquiry_id)));
create policy liaison_prepares on disclosure for insert to portal_casework
    with check (portal_holds('liaison') and portal_is_assigned(inquiry_id)
        and proposed_by = portal_actor() and state = 'prepared' and signed_by is null
        and exists (select 1 from match m join inquiry i on i.id = m.inquiry_id
            where m.id = disclosure.match_id and m.state = 'confirmed'
                and m.inquiry_id = disclosure.inquiry_id and m.record_id = disclosure.record_id
                and i.account_id = disclosure.account_id
                and portal_actor() not in (m.proposed_by, m.signed_by)));
create policy desk_acts on disclosure for update to portal_casework
    using (portal_holds('approver') or (portal_holds('liaison') and portal_is_assigned(inquiry_id)))
    with check (portal_holds('approver') or (portal_holds('liaison') and portal_is_assigned(inquiry_id)));
create policy own_once_told on disclosure for select to portal_family
    using (account_id = portal_actor() and portal_disclosure_stands(id));

create policy desk_reads on disclosure_item for select to portal_casework
    using (disclosure_id in (select id from disclosure));
create policy liaison_writes on disclosure_item for insert to portal_casework
    with check (portal_holds('liaison')
        and disclosure_id in (select id from disclosure where proposed_by = portal_actor()));
create policy liaison_clears on disclosure_item for delete to portal_casework
    using (portal_holds('liaison')
        and disclosure_id in (select id from disclosure where proposed_by = portal_actor()));
create policy own_once_released on disclosure_item for select to portal_family
    using (exists (select 1 from release r where r.disclosure_id = disclosure_item.disclosure_id
        and r.layer = disclosure_item.layer));

create policy liaison_reads on conversation for select to portal_casework
    using (portal_holds('liaison') and disclosure_id in (select id from disclosure));
create policy liaison_logs on conversation for insert to portal_casework
    with check (portal_holds('liaison') and held_by = portal_actor()
        and disclosure_id in (select id from disclosure
            where proposed_by = portal_actor() and state in ('approved', 'contacted', 'told')));

create policy desk_reads on release for select to portal_casework
    using (disclosure_id in (select id from disclosure));
create policy liaison_releases on release for insert to portal_casework
    with check (portal_holds('liaison') and released_by = portal_actor()
        and disclosure_id in (select id from disclosure where state = 'told' and layer = any(layers)));
create policy own_reads on release for select to portal_family
    using (disclosure_id in (select id from disclosure));
create policy own_asks on release for insert to portal_family
    with check (released_by = portal_actor()
        and disclosure_id in (select id from disclosure where layer = any(layers)));

create policy own_openings on photograph_opening to portal_family
    using (account_id = portal_actor())
    with check (account_id = portal_actor() and exists (select 1 from release r
        where r.disclosure_id = photograph_opening.disclosure_id and r.layer = 'face'));

create policy own_face on vault_object for select to portal_family
    using (id in (select object_id from disclosure_item));
"""


def upgrade() -> None:
    _disclosure()
    _items()
    _telling()
    op.create_foreign_key(
        "fk_disclosure_conversation_id_conversation",
        "disclosure",
        "conversation",
        ["conversation_id"],
        ["id"],
    )
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
    for table in KEPT:
        op.execute(f"create policy keeper on {table} to current_user using (true) with check (true)")
    op.execute(WORDS)
    op.execute(GUARDS)
    for signature, roles in SIGNATURES.items():
        op.execute(f"revoke all on function {signature} from public")
        op.execute(f"grant execute on function {signature} to {roles}")
    for signature in GUARDING:
        op.execute(f"revoke all on function {signature} from public")
    op.execute(PROTECTION)


def downgrade() -> None:
    op.execute("drop policy own_face on vault_object")
    op.execute("drop policy own_once_told on disclosure")
    op.drop_constraint("fk_disclosure_conversation_id_conversation", "disclosure")
    for table in ("photograph_opening", "disclosure_item"):
        op.drop_table(table)
    op.execute("drop table release, conversation, disclosure cascade")
    for signature in GUARDING:
        op.execute(f"drop function {signature}")
    for signature in ("portal_was_told()", "portal_is_told(uuid)", "portal_disclosure_stands(uuid)"):
        op.execute(f"drop function {signature}")


def _disclosure() -> None:
    op.create_table(
        "disclosure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("record_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("layers", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"state in {STATES}", name=op.f("ck_disclosure_package_state")),
        sa.CheckConstraint(
            "proposed_by <> signed_by", name=op.f("ck_disclosure_two_people_proposed_by_signed_by")
        ),
        sa.CheckConstraint(
            "state not in ('approved', 'contacted', 'told') or (signed_by is not null and fingerprint is not null)",
            name=op.f("ck_disclosure_approved_by_another"),
        ),
        sa.CheckConstraint(
            "state <> 'told' or conversation_id is not null", name=op.f("ck_disclosure_told_by_a_person")
        ),
        sa.CheckConstraint(
            "signed_by is null or state not in ('prepared', 'sealed')",
            name=op.f("ck_disclosure_unsealed_is_unsigned"),
        ),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name="fk_disclosure_inquiry_id_inquiry"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_disclosure_account_id_account"),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name="fk_disclosure_match_id_match"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_disclosure_record_id_record"),
        sa.PrimaryKeyConstraint("id", name="pk_disclosure"),
        sa.UniqueConstraint("inquiry_id", name="uq_disclosure_inquiry_id"),
    )
    op.create_index("ix_disclosure_account_id", "disclosure", ["account_id"])
    op.create_index("ix_disclosure_record_id", "disclosure", ["record_id"])


def _items() -> None:
    op.create_table(
        "disclosure_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disclosure_id", sa.Uuid(), nullable=False),
        sa.Column("layer", sa.String(length=40), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("source", sa.LargeBinary(), nullable=True),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("part", sa.String(length=40), nullable=True),
        sa.CheckConstraint(f"layer in {LAYERS}", name=op.f("ck_disclosure_item_layer")),
        sa.CheckConstraint(f"part in {PARTS}", name=op.f("ck_disclosure_item_part")),
        sa.CheckConstraint(
            "part is null or source is not null", name=op.f("ck_disclosure_item_quoted_with_source")
        ),
        sa.CheckConstraint(
            "(text is null) <> (object_id is null)", name=op.f("ck_disclosure_item_text_or_picture")
        ),
        sa.ForeignKeyConstraint(
            ["disclosure_id"], ["disclosure.id"], name="fk_disclosure_item_disclosure_id_disclosure"
        ),
        sa.ForeignKeyConstraint(
            ["object_id"], ["vault_object.id"], name="fk_disclosure_item_object_id_vault_object"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_disclosure_item"),
        sa.UniqueConstraint(
            "disclosure_id", "layer", "position", name="uq_disclosure_item_disclosure_id_layer_position"
        ),
    )
    op.create_index("ix_disclosure_item_object_id", "disclosure_item", ["object_id"])


def _telling() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disclosure_id", sa.Uuid(), nullable=False),
        sa.Column("held_by", sa.Uuid(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("manner", sa.String(length=40), nullable=False),
        sa.Column("was_told", sa.Boolean(), nullable=False),
        sa.Column("beside", sa.LargeBinary(), nullable=False),
        sa.Column("notes", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "manner in ('in_person', 'telephone', 'video')", name=op.f("ck_conversation_manner")
        ),
        sa.ForeignKeyConstraint(
            ["disclosure_id"], ["disclosure.id"], name="fk_conversation_disclosure_id_disclosure"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conversation"),
    )
    op.create_index("ix_conversation_disclosure_id", "conversation", ["disclosure_id"])
    op.create_table(
        "release",
        sa.Column("disclosure_id", sa.Uuid(), nullable=False),
        sa.Column("layer", sa.String(length=40), nullable=False),
        sa.Column("released_by", sa.Uuid(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"layer in {LAYERS}", name=op.f("ck_release_layer")),
        sa.ForeignKeyConstraint(
            ["disclosure_id"], ["disclosure.id"], name="fk_release_disclosure_id_disclosure"
        ),
        sa.PrimaryKeyConstraint("disclosure_id", "layer", name="pk_release"),
    )
    op.create_table(
        "photograph_opening",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disclosure_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("understood_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "ready_at is null or understood_at is not null",
            name=op.f("ck_photograph_opening_ready_after_understood"),
        ),
        sa.CheckConstraint(
            "opened_at is null or ready_at is not null", name=op.f("ck_photograph_opening_opened_after_ready")
        ),
        sa.ForeignKeyConstraint(
            ["disclosure_id"], ["disclosure.id"], name="fk_photograph_opening_disclosure_id_disclosure"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_photograph_opening"),
    )
    op.create_index("ix_photograph_opening_disclosure_id", "photograph_opening", ["disclosure_id"])
