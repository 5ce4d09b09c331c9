"""Runs migrations on the connection it is given by `portal db`; holds no address of its own."""

from __future__ import annotations

from alembic import context

from portal.schema import metadata


def _ours(name: str | None, kind: str, parents: object) -> bool:
    """Leave the tables of the job queue to the library that made them."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    include_name=_ours,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
