"""Inquiries, safe contacts, wishes, consents and drafts.

A visitor files in one transaction: an inquiry for the account opened in it, and what belongs to an inquiry filed
in it. Afterwards only the owner reads it, and of its state only the word made for families.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

FAMILY_STATUS = (
    "case when withdrawn_at is not null or paused_at is not null then 'paused'"
    " when state in ('told', 'aftercare', 'closed') then 'told'"
    " when contact_wished_at is not null then 'contact_us'"
    " when state in ('submitted', 'triage') then 'received'"
    " when state = 'verifying' then 'checking' else 'searching' end"
)
STATES = "('active', 'aftercare', 'closed', 'outcome_ready', 'submitted', 'told', 'triage', 'verifying')"
LAYERS = "('date_place', 'description', 'face', 'fact', 'papers', 'photographs_exist')"
BELONGING = ("sought_person", "inquirer", "safe_contact", "wish", "consent")
TABLES = ("inquiry", *BELONGING, "inquiry_draft")

WORDS = """
create function portal_is_fresh_account(wanted uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public as $$
    select exists (select 1 from account where id = wanted and roles = array['relative'] and state = 'invited')
        and not exists (select 1 from inquiry where account_id = wanted)
$$;
create function portal_is_fresh_inquiry(wanted uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public as $$
    select exists (select 1 from inquiry where id = wanted
        and xmin::text::bigint = txid_current() % 4294967296)
$$;
revoke all on function portal_is_fresh_account(uuid), portal_is_fresh_inquiry(uuid) from public;
grant execute on function portal_is_fresh_account(uuid), portal_is_fresh_inquiry(uuid) to portal_family;
"""

PROTECTION = """
grant select (id, reference, account_id, relation, filed_at, language, paused_at, withdrawn_at, family_status),
    insert, update (paused_at, withdrawn_at) on inquiry to portal_family;
grant select, update (state, contact_wished_at) on inquiry to portal_casework;
grant select, insert on sought_person, inquirer, safe_contact to portal_family;
grant select, insert, update (wish) on wish to portal_family;
grant select, insert, update (withdrawn_at) on consent to portal_family;
grant select on sought_person, inquirer, safe_contact, wish, consent to portal_casework;
grant select (purpose, given_at, withdrawn_at) on consent to portal_oversight;
grant select, insert, update, delete on inquiry_draft to portal_family;
grant select (touched_at), delete on inquiry_draft to portal_worker;

create policy keeper on inquiry to current_user using (true) with check (true);
create policy visitor_files on inquiry for insert to portal_family
    with check (portal_actor() is null and state = 'submitted' and portal_is_fresh_account(account_id));
create policy own_reads on inquiry for select to portal_family using (account_id = portal_actor());
create policy own_steers on inquiry for update to portal_family
    using (account_id = portal_actor()) with check (account_id = portal_actor());
create policy desk_reads on inquiry for select to portal_casework
    using (portal_holds('intake', 'verifier', 'analyst', 'approver'));
create policy desk_moves on inquiry for update to portal_casework
    using (portal_holds('intake', 'verifier', 'analyst', 'approver'))
    with check (portal_holds('intake', 'verifier', 'analyst', 'approver'));

create policy desk_reads on sought_person for select to portal_casework
    using (inquiry_id in (select id from inquiry));
create policy desk_reads on inquirer for select to portal_casework
    using (portal_holds('intake', 'verifier', 'liaison', 'approver') and inquiry_id in (select id from inquiry));
create policy desk_reads on wish for select to portal_casework using (inquiry_id in (select id from inquiry));
create policy desk_reads on consent for select to portal_casework using (inquiry_id in (select id from inquiry));
create policy desk_reads on safe_contact for select to portal_casework
    using (portal_holds('intake', 'verifier', 'liaison') and inquiry_id in (select id from inquiry));
create policy protection_counts on consent for select to portal_oversight using (portal_holds('data_protection'));

create policy bearer on inquiry_draft to portal_family
    using (token_hash = portal_presented()) with check (token_hash = portal_presented());
create policy worker_clears on inquiry_draft to portal_worker using (portal_holds('worker'));
"""

BELONGS = """
create policy visitor_files on {table} for insert to portal_family
    with check (portal_actor() is null and portal_is_fresh_inquiry(inquiry_id));
create policy own_reads on {table} for select to portal_family
    using (inquiry_id in (select id from inquiry));
"""

STEERS = """
create policy own_steers on {table} for update to portal_family
    using (inquiry_id in (select id from inquiry)) with check (inquiry_id in (select id from inquiry));
"""


def upgrade() -> None:
    _inquiry()
    _sought_person()
    _belongings()
    op.execute(WORDS)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
    op.execute(PROTECTION)
    for table in BELONGING:
        op.execute(BELONGS.format(table=table))
    for table in ("wish", "consent"):
        op.execute(STEERS.format(table=table))


def downgrade() -> None:
    op.drop_table("inquiry_draft")
    for table in BELONGING:
        op.drop_table(table)
    op.drop_table("inquiry")
    op.execute("drop function portal_is_fresh_inquiry(uuid)")
    op.execute("drop function portal_is_fresh_account(uuid)")


def _inquiry() -> None:
    op.create_table(
        "inquiry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_wished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("family_status", sa.Text(), sa.Computed(FAMILY_STATUS, persisted=True), nullable=False),
        sa.CheckConstraint(
            "relation in ('child', 'father', 'mother', 'other', 'sibling', 'spouse')",
            name=op.f("ck_inquiry_relation"),
        ),
        sa.CheckConstraint(f"state in {STATES}", name=op.f("ck_inquiry_inquiry_state")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_inquiry_account_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_inquiry"),
        sa.UniqueConstraint("reference", name="uq_inquiry_reference"),
        sa.UniqueConstraint("account_id", name="uq_inquiry_account_id"),
    )


def _sought_person() -> None:
    texts = ("given", "father", "grandfather", "family", "mother", "mother_family", "birth_place")
    years = ("birth_year", "arrested_year", "arrested_month", "arrested_day")
    op.create_table(
        "sought_person",
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in (*texts, "arrest_place", "branch")),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in years),
        sa.Column("marks", sa.LargeBinary(), nullable=True),
        _to_inquiry("sought_person"),
        sa.PrimaryKeyConstraint("inquiry_id", name="pk_sought_person"),
    )


def _belongings() -> None:
    op.create_table(
        "inquirer",
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("full_name", sa.LargeBinary(), nullable=False),
        _to_inquiry("inquirer"),
        sa.PrimaryKeyConstraint("inquiry_id", name="pk_inquirer"),
    )
    op.create_table(
        "safe_contact",
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("hour_from", sa.Integer(), nullable=False),
        sa.Column("hour_to", sa.Integer(), nullable=False),
        sa.Column("quiet_weekdays", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        *(
            sa.Column(name, sa.LargeBinary(), nullable=True)
            for name in ("must_not_know", "code_word", "sender_name")
        ),
        sa.CheckConstraint("channel in ('email', 'none', 'phone')", name=op.f("ck_safe_contact_channel")),
        sa.CheckConstraint(
            "0 <= hour_from and hour_from < hour_to and hour_to <= 24",
            name=op.f("ck_safe_contact_hours_of_one_day"),
        ),
        sa.CheckConstraint(
            "(channel = 'none') = (address is null)", name=op.f("ck_safe_contact_address_of_channel")
        ),
        _to_inquiry("safe_contact"),
        sa.PrimaryKeyConstraint("inquiry_id", name="pk_safe_contact"),
    )
    op.create_table(
        "wish",
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("layer", sa.String(length=40), nullable=False),
        sa.Column("wish", sa.String(length=40), nullable=False),
        sa.CheckConstraint(f"layer in {LAYERS}", name=op.f("ck_wish_layer")),
        sa.CheckConstraint("wish in ('later', 'no', 'yes')", name=op.f("ck_wish_wish")),
        _to_inquiry("wish"),
        sa.PrimaryKeyConstraint("inquiry_id", "layer", name="pk_wish"),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose in ('contact', 'search')", name=op.f("ck_consent_purpose")),
        _to_inquiry("consent"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_index("ix_consent_inquiry_id", "consent", ["inquiry_id"])
    op.create_table(
        "inquiry_draft",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_inquiry_draft"),
    )
    op.create_index("ix_inquiry_draft_touched_at", "inquiry_draft", ["touched_at"])


def _to_inquiry(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name=f"fk_{table}_inquiry_id_inquiry")
