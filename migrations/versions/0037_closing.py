"""A case ends with the liaison who told it, after aftercare, and only while what was told stands."""

from __future__ import annotations

from alembic import op

revision = "0037"
down_revision = "0036"

GUARD = """
create function portal_inquiry_ends() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if new.state <> old.state and new.state in ('aftercare', 'closed') then
        if not (portal_holds('liaison') and portal_is_assigned(new.id) and portal_is_told(new.id)) then
            raise exception 'a case ends with the liaison who told it, while what was told stands';
        end if;
        if (old.state, new.state) not in (('told', 'aftercare'), ('aftercare', 'closed')) then
            raise exception 'a case does not go from % to %', old.state, new.state;
        end if;
        if new.state = 'closed' and not exists (
                select 1 from conversation c join disclosure d on d.id = c.disclosure_id
                where d.inquiry_id = new.id and d.state = 'told' and c.held_at >= d.told_at + interval '48 hours') then
            raise exception 'somebody asks how the relative is before a case is closed';
        end if;
    end if;
    return new;
end $$;
create trigger inquiry_ends before update on inquiry
    for each row execute function portal_inquiry_ends();
"""


def upgrade() -> None:
    op.execute(GUARD)
    op.execute("revoke all on function portal_inquiry_ends() from public")


def downgrade() -> None:
    op.execute("drop trigger inquiry_ends on inquiry; drop function portal_inquiry_ends()")
