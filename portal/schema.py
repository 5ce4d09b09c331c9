"""Gathers every room's tables in one place, and brings a database to their shape."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from portal.accounts import models as accounts
from portal.accounts.administration import models as administration
from portal.accounts.credentials import models as credentials
from portal.accounts.fallbacks import models as fallbacks
from portal.accounts.passkeys import models as passkeys
from portal.accounts.recovery import models as recovery
from portal.audit import models as audit
from portal.casework import models as casework
from portal.casework.questions import models as questions
from portal.config import shipped
from portal.disclosure.handover import models as handover
from portal.disclosure.packages import models as packages
from portal.disclosure.protection import models as protection
from portal.disclosure.publication import models as publication
from portal.disclosure.telling import models as telling
from portal.inquiries import models as inquiries
from portal.kernel.db import Base
from portal.matching import models as matching
from portal.matching.lookup import models as lookup
from portal.matching.renewal import models as renewal
from portal.memorial import models as memorial
from portal.notifications import models as notifications
from portal.oversight import models as oversight
from portal.records.archive import models as archive
from portal.records.likeness import models as likeness
from portal.records.revision import models as revision
from portal.records.transcription import models as transcription
from portal.records.truth import models as truth
from portal.vault import models as vault
from portal.vault.custody import models as custody
from portal.vault.pictures import models as pictures
from portal.verification import models as verification

ROOMS = (
    accounts,
    administration,
    archive,
    audit,
    casework,
    credentials,
    fallbacks,
    custody,
    handover,
    inquiries,
    lookup,
    matching,
    likeness,
    memorial,
    notifications,
    oversight,
    packages,
    passkeys,
    pictures,
    protection,
    questions,
    publication,
    recovery,
    renewal,
    revision,
    telling,
    transcription,
    truth,
    vault,
    verification,
)
metadata = Base.metadata


def upgrade(owner_url: str, revision: str = "head") -> None:
    """Run the migrations up to `revision`."""
    _run(owner_url, lambda config: command.upgrade(config, revision))


def downgrade(owner_url: str, revision: str) -> None:
    """Run the migrations down to `revision`."""
    _run(owner_url, lambda config: command.downgrade(config, revision))


def check(owner_url: str) -> None:
    """Raise when the tables in the database are not those of the models."""
    _run(owner_url, command.check)


def _run(owner_url: str, act: Callable[[Config], None]) -> None:
    config = Config(stdout=StringIO())  # what it would print is no answer of ours
    config.set_main_option("script_location", str(shipped("migrations")))
    engine = create_engine(owner_url)
    try:
        with engine.connect() as connection:
            connection.execute(text("select pg_advisory_lock(720102)"))  # one process at a time
            connection.commit()
            config.attributes["connection"] = connection
            act(config)
            connection.commit()
    finally:
        engine.dispose()
