"""Custody of stored objects: schedule of checks, findings, legal holds, and erasures that no restore undoes.

An erased key never comes back, and a held object is not erased: both are said here once more, to whoever the
application asks as. Only the owner's own function, which follows the ledger of erasures after a restore, may
erase a key that an old copy of the database shows as held.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

STATES = "'asked', 'declined', 'lifted', 'lifting', 'standing'"
SCOPES = "'batch', 'record'"
DAMAGES = "'altered', 'gone', 'key'"
OCCASIONS = "'command', 'reading', 'schedule'"

OBJECTS = """
create policy keeper on vault_object to current_user using (true) with check (true);
alter table vault_object add column checked_at timestamptz, add column noted_at timestamptz;
update vault_object set checked_at = stored_at;
alter table vault_object
    alter column checked_at set not null,
    add constraint ck_vault_object_noted_when_erased check (noted_at is null or erased_at is not null),
    add constraint ck_vault_object_copy_has_recipe check ((parent_id is null) = (recipe is null)),
    add constraint ck_vault_object_no_parent_of_itself check (parent_id <> id);
create index ix_vault_object_checked_at on vault_object (checked_at) where wrapped_key is not null;
create index ix_vault_object_kek_id on vault_object (kek_id) where wrapped_key is not null;
create index ix_vault_object_parent_id on vault_object (parent_id);
grant update (checked_at, noted_at) on vault_object to portal_casework, portal_worker;
"""

PROTECTION = """
alter table vault_home enable row level security;
alter table vault_home force row level security;
alter table vault_hold enable row level security;
alter table vault_hold force row level security;
alter table vault_held_object enable row level security;
alter table vault_held_object force row level security;
alter table vault_finding enable row level security;
alter table vault_finding force row level security;
create policy keeper on vault_home to current_user using (true) with check (true);
create policy keeper on vault_hold to current_user using (true) with check (true);
create policy keeper on vault_held_object to current_user using (true) with check (true);
create policy keeper on vault_finding to current_user using (true) with check (true);

grant select, insert, update (state, version, signed_by, signed_at, declined_by, declined_at, lift_asked_by,
    lift_asked_at, lift_reason, lifted_by, lifted_at) on vault_hold to portal_casework;
grant select, insert on vault_held_object to portal_casework;
grant select, update (settled_by, settled_at, note) on vault_finding to portal_casework;

create policy keepers_read on vault_hold for select to portal_casework
    using (portal_holds('approver', 'custodian'));
create policy custodian_asks on vault_hold for insert to portal_casework
    with check (portal_holds('custodian') and proposed_by = portal_actor() and state = 'asked');
create policy keepers_sign on vault_hold for update to portal_casework
    using (portal_holds('approver', 'custodian'))
    with check (portal_holds('approver', 'custodian'));
create policy keepers_read on vault_held_object for select to portal_casework
    using (portal_holds('approver', 'custodian'));
create policy custodian_names on vault_held_object for insert to portal_casework
    with check (portal_holds('custodian') and exists (select 1 from vault_hold h
        where h.id = hold_id and h.state = 'asked' and h.proposed_by = portal_actor()));
create policy custodian_reads on vault_finding for select to portal_casework
    using (portal_holds('custodian', 'operator'));
create policy custodian_settles on vault_finding for update to portal_casework
    using (portal_holds('custodian') and settled_by is null)
    with check (portal_holds('custodian') and settled_by = portal_actor());
"""

# Asking for a hold and erasing wait for each other on the object's row, so that neither can slip past the other.
HOLDS = """
create function portal_vault_held(object uuid, parent uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public as $$
    select exists (select 1 from vault_held_object o join vault_hold h on h.id = o.hold_id
        where o.object_id in (object, parent) and h.state in ('asked', 'standing', 'lifting'))
$$;

create function portal_vault_object_is_there() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    perform 1 from vault_object where id = new.object_id and wrapped_key is not null for no key update;
    if not found then
        raise exception 'what is erased cannot be held';
    end if;
    return new;
end $$;
create trigger vault_held_object_is_there before insert on vault_held_object
    for each row execute function portal_vault_object_is_there();

create function portal_vault_key_is_kept() returns trigger language plpgsql as $$
begin
    if old.wrapped_key is null and new.wrapped_key is not null then
        raise exception 'an erased key never comes back';
    end if;
    if old.wrapped_key is not null and new.wrapped_key is null
        and current_user <> (select pg_get_userbyid(relowner) from pg_class where oid = tg_relid)
        and portal_vault_held(new.id, new.parent_id) then
        raise exception 'a held object is not erased';
    end if;
    return new;
end $$;
create trigger vault_object_key_is_kept before update of wrapped_key on vault_object
    for each row execute function portal_vault_key_is_kept();

create function portal_vault_hold_moves() returns trigger language plpgsql as $$
begin
    if (old.state, new.state) = ('asked', 'standing') and new.signed_by = portal_actor()
        or (old.state, new.state) = ('asked', 'declined') and new.declined_by = portal_actor()
        or (old.state, new.state) = ('standing', 'lifting') and new.lift_asked_by = portal_actor()
        or (old.state, new.state) = ('lifting', 'lifted') and new.lifted_by = portal_actor()
            and new.lift_asked_by = old.lift_asked_by
        or (old.state, new.state) = ('lifting', 'standing') and old.lift_asked_by <> portal_actor() then
        return new;
    end if;
    raise exception 'a hold is placed by two people and lifted by two people';
end $$;
create trigger vault_hold_moves before update on vault_hold
    for each row execute function portal_vault_hold_moves();
"""

FINDINGS = """
create function portal_vault_note(object uuid, what text, at_occasion text, moment timestamptz) returns void
    language sql security definer set search_path = pg_catalog, public as $$
    insert into vault_finding (id, object_id, damage, occasion, found_at)
    select gen_random_uuid(), object, what, at_occasion, moment where portal_actor() is not null
    on conflict (object_id) where settled_at is null do nothing
$$;
"""

# What the log says of one object, for those who keep it; of whose case it was, nothing.
HISTORY = """
create function portal_vault_history(object uuid)
    returns table (at timestamptz, actor_id uuid, roles text, event text, detail text)
    language sql stable security definer set search_path = pg_catalog, public as $$
    select e.at, case when e.roles = 'relative' then null else e.actor_id end, e.roles, e.event, e.detail
    from audit_entry e
    where e.subject_id = object and e.event like 'vault:%' and portal_holds('custodian') order by e.seq
$$;
"""

# Where a database runs: another server, another database of it, or a later line of its history after a recovery.
HOME = """
create function portal_vault_here() returns text
    language sql stable security definer set search_path = pg_catalog, public as $$
    select concat_ws('/', s.system_identifier, d.oid, c.timeline_id)
    from pg_control_system() s, pg_control_checkpoint() c, pg_database d where d.datname = current_database()
$$;
create function portal_vault_is_home() returns boolean
    language sql stable security definer set search_path = pg_catalog, public as $$
    select coalesce((select place = portal_vault_here() from vault_home), true)
$$;
create function portal_vault_settle_in() returns void
    language sql security definer set search_path = pg_catalog, public as $$
    insert into vault_home (here, place) select true, portal_vault_here() on conflict do nothing
$$;
create function portal_vault_move_in() returns void
    language sql security definer set search_path = pg_catalog, public as $$
    insert into vault_home (here, place) select true, portal_vault_here() where portal_holds('operator', 'worker')
    on conflict (here) do update set place = excluded.place
$$;
create function portal_vault_forget(object uuid, moment timestamptz) returns boolean
    language sql security definer set search_path = pg_catalog, public as $$
    with gone as (
        update vault_object set wrapped_key = null, erased_at = moment, noted_at = moment
        where id = object and wrapped_key is not null and portal_holds('operator', 'worker') returning 1
    )
    select exists (select 1 from gone)
$$;
"""
FOR_WHOM = {
    "portal_vault_held(uuid, uuid)": "portal_casework, portal_worker",
    "portal_vault_note(uuid, text, text, timestamptz)": "portal_casework, portal_family, portal_worker",
    "portal_vault_history(uuid)": "portal_casework",
    "portal_vault_here()": "",
    "portal_vault_is_home()": "portal_casework, portal_family, portal_worker",
    "portal_vault_settle_in()": "portal_casework",
    "portal_vault_move_in()": "portal_casework, portal_worker",
    "portal_vault_forget(uuid, timestamptz)": "portal_casework, portal_worker",
}
TRIGGERS = ("portal_vault_object_is_there()", "portal_vault_key_is_kept()", "portal_vault_hold_moves()")


def upgrade() -> None:
    op.execute(OBJECTS)
    op.create_table(
        "vault_home",
        sa.Column("here", sa.Boolean(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.CheckConstraint("here", name=op.f("ck_vault_home_only_one")),
        sa.PrimaryKeyConstraint("here", name="pk_vault_home"),
    )
    _hold()
    _held_object()
    _finding()
    for statements in (PROTECTION, HOLDS, FINDINGS, HISTORY, HOME):
        op.execute(statements)
    for signature in (*FOR_WHOM, *TRIGGERS):
        op.execute(f"revoke all on function {signature} from public")
    for signature, roles in FOR_WHOM.items():
        if roles:
            op.execute(f"grant execute on function {signature} to {roles}")


def downgrade() -> None:
    op.execute("""
        drop trigger vault_object_key_is_kept on vault_object;
        drop function portal_vault_key_is_kept();
    """)
    for table in ("vault_finding", "vault_held_object", "vault_hold", "vault_home"):
        op.drop_table(table)
    op.execute("drop function portal_vault_object_is_there(); drop function portal_vault_hold_moves()")
    for signature in FOR_WHOM:
        op.execute(f"drop function {signature}")
    op.execute("""
        drop index ix_vault_object_checked_at, ix_vault_object_kek_id, ix_vault_object_parent_id;
        alter table vault_object
            drop constraint ck_vault_object_noted_when_erased,
            drop constraint ck_vault_object_copy_has_recipe,
            drop constraint ck_vault_object_no_parent_of_itself,
            drop column checked_at, drop column noted_at;
        drop policy keeper on vault_object;
    """)


def _hold() -> None:
    op.create_table(
        "vault_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_by", sa.Uuid(), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lift_asked_by", sa.Uuid(), nullable=True),
        sa.Column("lift_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lift_reason", sa.LargeBinary(), nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"state in ({STATES})", name=op.f("ck_vault_hold_hold_state")),
        sa.CheckConstraint(f"scope in ({SCOPES})", name=op.f("ck_vault_hold_hold_scope")),
        sa.CheckConstraint(
            "proposed_by <> signed_by", name=op.f("ck_vault_hold_two_people_proposed_by_signed_by")
        ),
        sa.CheckConstraint(
            "proposed_by <> declined_by", name=op.f("ck_vault_hold_two_people_proposed_by_declined_by")
        ),
        sa.CheckConstraint(
            "lift_asked_by <> lifted_by", name=op.f("ck_vault_hold_two_people_lift_asked_by_lifted_by")
        ),
        sa.CheckConstraint(
            "(signed_by is not null) = (state in ('standing', 'lifting', 'lifted'))",
            name=op.f("ck_vault_hold_stands_when_signed"),
        ),
        sa.CheckConstraint(
            "(declined_by is not null) = (state = 'declined')",
            name=op.f("ck_vault_hold_declined_by_somebody"),
        ),
        sa.CheckConstraint(
            "(lift_asked_by is not null) = (state in ('lifting', 'lifted'))",
            name=op.f("ck_vault_hold_lifting_was_asked"),
        ),
        sa.CheckConstraint(
            "(lift_asked_by is null) = (lift_reason is null)", name=op.f("ck_vault_hold_lifting_has_reason")
        ),
        sa.CheckConstraint(
            "(lifted_by is not null) = (state = 'lifted')", name=op.f("ck_vault_hold_lifted_by_somebody")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_vault_hold"),
    )
    op.create_index("ix_vault_hold_about", "vault_hold", ["about"])


def _held_object() -> None:
    op.create_table(
        "vault_held_object",
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["vault_hold.id"], name="fk_vault_held_object_hold_id_vault_hold"
        ),
        sa.ForeignKeyConstraint(
            ["object_id"], ["vault_object.id"], name="fk_vault_held_object_object_id_vault_object"
        ),
        sa.PrimaryKeyConstraint("hold_id", "object_id", name="pk_vault_held_object"),
    )
    op.create_index("ix_vault_held_object_object_id", "vault_held_object", ["object_id"])


def _finding() -> None:
    op.create_table(
        "vault_finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("damage", sa.String(length=40), nullable=False),
        sa.Column("occasion", sa.String(length=40), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(f"damage in ({DAMAGES})", name=op.f("ck_vault_finding_damage")),
        sa.CheckConstraint(f"occasion in ({OCCASIONS})", name=op.f("ck_vault_finding_occasion")),
        sa.CheckConstraint(
            "(settled_by is null) = (settled_at is null) and (settled_by is null) = (note is null)",
            name=op.f("ck_vault_finding_settled_with_note"),
        ),
        sa.ForeignKeyConstraint(
            ["object_id"], ["vault_object.id"], name="fk_vault_finding_object_id_vault_object"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_vault_finding"),
    )
    op.create_index(
        "uq_vault_finding_open",
        "vault_finding",
        ["object_id"],
        unique=True,
        postgresql_where=sa.text("settled_at is null"),
    )
