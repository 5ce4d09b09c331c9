"""Names on their way to the memorial.

An editor knows neither inquiries nor the archive: the functions here tell no more than whose relatives may be
asked, and under the name those relatives wrote. A relative may not touch the public register: when they
answer, the database itself
takes off what no longer rests on their word.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

KEPT = ("publication", "publication_voice", "memorial_name", "match", "sought_person")

WORDS = """
create function portal_untold_relatives(wanted uuid) returns bigint
    language sql stable security definer set search_path = pg_catalog, public as $$
    select count(*) from match m join inquiry i on i.id = m.inquiry_id
    where m.record_id = wanted and m.state = 'confirmed' and i.withdrawn_at is null
        and not portal_is_told(m.inquiry_id)
$$;

create function portal_told_relatives(wanted uuid)
    returns table (inquiry_id uuid, account_id uuid, name text)
    language sql stable security definer set search_path = pg_catalog, public as $$
    select d.inquiry_id, d.account_id, concat_ws(' ', s.given, s.father, s.grandfather, s.family)
    from disclosure d join sought_person s on s.inquiry_id = d.inquiry_id
    where d.record_id = wanted and portal_disclosure_stands(d.id) and portal_holds('editor')
$$;

create function portal_eligible_names() returns table (record_id uuid, name text)
    language sql stable security definer set search_path = pg_catalog, public as $$
    select d.record_id, min(concat_ws(' ', s.given, s.father, s.grandfather, s.family))
    from disclosure d join sought_person s on s.inquiry_id = d.inquiry_id
    where portal_holds('editor') and portal_disclosure_stands(d.id)
        and portal_untold_relatives(d.record_id) = 0
        and not exists (select 1 from publication p where p.record_id = d.record_id and p.state <> 'hidden')
    group by d.record_id
$$;

create function portal_name_answered(wanted uuid) returns void
    language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    asked uuid;
begin
    select publication_id into asked from publication_voice where id = wanted and account_id = portal_actor();
    delete from memorial_name where id = (select name_id from publication where id = asked);
    update publication set
        hidden_at = case when state = 'published' then now() else hidden_at end,
        state = 'asked', name_id = null, name_ar = null, name_latin = null, fingerprint = null,
        proposed_by = null, proposed_at = null, signed_by = null, signed_at = null, due_at = null,
        version = version + 1
    where id = asked and state in ('proposed', 'signed', 'published');
end $$;
"""
SIGNATURES = {
    "portal_untold_relatives(uuid)": "portal_casework, portal_worker",
    "portal_told_relatives(uuid)": "portal_casework",
    "portal_eligible_names()": "portal_casework",
    "portal_name_answered(uuid)": "portal_family",
}

PROTECTION = """
grant select, insert, update on publication to portal_casework;
grant select (id, state, name_ar, name_latin) on publication to portal_family;
grant select, update on publication to portal_worker;
grant select, insert on publication_voice to portal_casework;
grant select, update (stance, name_ar, name_latin, asked_words, language, answered_at)
    on publication_voice to portal_family;
grant select on publication_voice to portal_worker;

create policy desk_reads on publication for select to portal_casework
    using (portal_holds('editor', 'approver'));
create policy editor_asks on publication for insert to portal_casework
    with check (portal_holds('editor') and asked_by = portal_actor() and state = 'asked');
create policy two_people_sign on publication for update to portal_casework
    using (portal_holds('editor', 'approver'))
    with check ((state = 'proposed' and portal_holds('editor') and proposed_by = portal_actor())
        or (state in ('signed', 'published') and signed_by = portal_actor() and proposed_by <> portal_actor()));
create policy own_reads on publication for select to portal_family
    using (id in (select publication_id from publication_voice));
create policy worker_publishes on publication to portal_worker
    using (portal_holds('worker')) with check (portal_holds('worker'));

create policy desk_reads on publication_voice for select to portal_casework
    using (portal_holds('editor', 'approver'));
create policy editor_asks on publication_voice for insert to portal_casework
    with check (portal_holds('editor') and stance = 'asked');
create policy own_reads on publication_voice for select to portal_family
    using (account_id = portal_actor() and portal_is_told(inquiry_id));
create policy own_answers on publication_voice for update to portal_family
    using (account_id = portal_actor() and portal_is_told(inquiry_id))
    with check (account_id = portal_actor() and portal_is_told(inquiry_id));
create policy worker_reads on publication_voice for select to portal_worker using (portal_holds('worker'));
"""


def upgrade() -> None:
    _publication()
    _voice()
    for table in ("publication", "publication_voice"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
    for table in KEPT:
        op.execute(f"create policy names_keeper on {table} to current_user using (true) with check (true)")
    op.execute(WORDS)
    for signature, roles in SIGNATURES.items():
        op.execute(f"revoke all on function {signature} from public")
        op.execute(f"grant execute on function {signature} to {roles}")
    op.execute(PROTECTION)


def downgrade() -> None:
    op.execute("drop policy own_reads on publication")
    for table in ("memorial_name", "match", "sought_person"):
        op.execute(f"drop policy names_keeper on {table}")
    op.drop_table("publication_voice")
    op.drop_table("publication")
    for signature in (
        "portal_name_answered(uuid)",
        "portal_eligible_names()",
        "portal_told_relatives(uuid)",
        "portal_untold_relatives(uuid)",
    ):
        op.execute(f"drop function {signature}")


def _publication() -> None:
    op.create_table(
        "publication",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=True),
        sa.Column("name_latin", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name_id", sa.Uuid(), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('asked', 'hidden', 'proposed', 'published', 'signed')",
            name=op.f("ck_publication_name_state"),
        ),
        sa.CheckConstraint(
            "proposed_by <> signed_by", name=op.f("ck_publication_two_people_proposed_by_signed_by")
        ),
        sa.CheckConstraint(
            "state not in ('signed', 'published') or (signed_by is not null and proposed_by is not null)",
            name=op.f("ck_publication_signed_by_two"),
        ),
        sa.CheckConstraint(
            "(state = 'published') = (name_id is not null)", name=op.f("ck_publication_stands_when_published")
        ),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_publication_record_id_record"),
        sa.PrimaryKeyConstraint("id", name="pk_publication"),
    )
    op.create_index(
        "uq_publication_open",
        "publication",
        ["record_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'hidden'"),
    )


def _voice() -> None:
    op.create_table(
        "publication_voice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("suggested", sa.LargeBinary(), nullable=False),
        sa.Column("stance", sa.String(length=40), nullable=False),
        sa.Column("name_ar", sa.LargeBinary(), nullable=True),
        sa.Column("name_latin", sa.LargeBinary(), nullable=True),
        sa.Column("asked_words", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "stance in ('agreed', 'asked', 'not_now', 'objected')", name=op.f("ck_publication_voice_stance")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name="fk_publication_voice_publication_id_publication"
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiry.id"], name="fk_publication_voice_inquiry_id_inquiry"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_publication_voice_account_id_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_publication_voice"),
        sa.UniqueConstraint(
            "publication_id", "account_id", name="uq_publication_voice_publication_id_account_id"
        ),
    )
    op.create_index("ix_publication_voice_inquiry_id", "publication_voice", ["inquiry_id"])
    op.create_index("ix_publication_voice_account_id", "publication_voice", ["account_id"])
