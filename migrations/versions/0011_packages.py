"""Packages, conversations, releases and openings.

A relative's rows appear only when the package is told and still stands: the match is confirmed and the record is
the very version that was read when the package was made.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

STATES = "('approved', 'contacted', 'frozen', 'prepared', 'sealed', 'told')"
LAYERS = "('date_place', 'description', 'face', 'fact', 'papers', 'photographs_exist')"
TABLES = ("disclosure", "disclosure_item", "conversation", "release", "photograph_opening")

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
    select exists (select 1 from disclosure where inquiry_id = wanted and portal_disclosure_stands(id))
$$;
"""

PROTECTION = """
grant select, insert, update on disclosure to portal_casework;
grant select (id, inquiry_id, account_id, record_id, record_version, state, layers, fingerprint, told_at)
    on disclosure to portal_family;
grant select, insert, update, delete on disclosure_item to portal_casework;
grant select on disclosure_item to portal_family;
grant select, insert on conversation to portal_casework;
grant select, insert on release to portal_casework, portal_family;
grant select, insert, update (understood_at, ready_at, opened_at) on photograph_opening to portal_family;

create policy keeper on disclosure to current_user using (true) with check (true);

create policy desk on disclosure to portal_casework
    using (portal_holds('approver') or (portal_holds('liaison') and portal_is_assigned(inquiry_id)))
    with check (portal_holds('approver') or (portal_holds('liaison') and portal_is_assigned(inquiry_id)));
create policy own_once_told on disclosure for select to portal_family
    using (account_id = portal_actor() and portal_disclosure_stands(id));

create policy desk on disclosure_item to portal_casework
    using (disclosure_id in (select id from disclosure))
    with check (portal_holds('liaison') and disclosure_id in (select id from disclosure));
create policy own_once_released on disclosure_item for select to portal_family
    using (exists (select 1 from release r where r.disclosure_id = disclosure_item.disclosure_id
        and r.layer = disclosure_item.layer));

create policy liaison_reads on conversation for select to portal_casework
    using (portal_holds('liaison') and disclosure_id in (select id from disclosure));
create policy liaison_logs on conversation for insert to portal_casework
    with check (portal_holds('liaison') and held_by = portal_actor()
        and disclosure_id in (select id from disclosure));

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
    op.execute(WORDS)
    op.execute(PROTECTION)


def downgrade() -> None:
    op.execute("drop policy own_face on vault_object")
    op.execute("drop policy own_once_told on disclosure")
    op.drop_constraint("fk_disclosure_conversation_id_conversation", "disclosure")
    for table in ("photograph_opening", "disclosure_item"):
        op.drop_table(table)
    op.execute("drop table release, conversation, disclosure cascade")
    op.execute("drop function portal_is_told(uuid)")
    op.execute("drop function portal_disclosure_stands(uuid)")


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
        sa.CheckConstraint(f"layer in {LAYERS}", name=op.f("ck_disclosure_item_layer")),
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
