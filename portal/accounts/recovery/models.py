"""The recovery of one relative's account, from the conversation to its end; never deleted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.recovery.vocab import Lost, RecoveryState
from portal.kernel.columns import Moment, Sealed, two_people, words
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id

# Each thing that was said counts once, however often it is listed.
ENOUGH_SAID = (
    "marks <@ array['arrest', 'code_word', 'contact', 'conversation', 'distinguishing', 'filed']"
    " and cardinality(marks) >= 3"
    " and ('arrest' = any(marks))::int + ('contact' = any(marks))::int + ('conversation' = any(marks))::int"
    " + ('distinguishing' = any(marks))::int + ('filed' = any(marks))::int >= 2"
)
RULES = {
    "enough_said": ENOUGH_SAID,
    "never_ones_own": "account_id not in (proposed_by, signed_by, handed_by)",
    "signed_at_a_moment": "(signed_by is null) = (signed_at is null) and (signed_by is null) = (opens_at is null)",
    "opens_after_signing": "opens_at >= signed_at",
    "handed_at_a_moment": "(handed_by is null) = (handed_at is null) and (handed_by is null) = (token_hash is null)",
    "handed_when_open": "handed_at >= opens_at",
    "open_when_signed": "state in ('asked', 'declined', 'expired') or signed_by is not null",
    "unsigned_before": "state not in ('asked', 'declined') or signed_by is null",
    "done_when_handed": "state not in ('done', 'handed') or handed_by is not null",
    "unhanded_before": "state not in ('asked', 'cooling', 'declined') or handed_by is null",
    "ended_at_a_moment": "(state in ('declined', 'done', 'expired', 'stopped')) = (ended_at is not null)",
    "stopped_by_its_owner": "state <> 'stopped' or ended_by = account_id",
    "seen_when_stopped": "stop_seen_at is null or state = 'stopped'",
    "secrets_only_on_the_way": "state = 'handed' or (new_password_hash is null and new_totp_secret is null)",
}
_ASKED = "account_id, inquiry_id, lost, marks, notes, envelope_id, state, proposed_by, proposed_at, lapses_at"
_SIGNED = "signed_by, signed_at, opens_at, handed_by, handed_at, ended_by, ended_at, stop_seen_at, version"


class Recovery(Base):
    """One way back: asked for by one person, signed by another, stopped by whoever can still sign in."""

    __tablename__ = "recovery"
    __table_args__ = (
        two_people("proposed_by", "signed_by"),
        two_people("signed_by", "handed_by"),
        *(CheckConstraint(rule, name=name) for name, rule in RULES.items()),
        Index(
            "uq_recovery_under_way",
            "account_id",
            unique=True,
            postgresql_where=text("state in ('asked', 'cooling', 'handed')"),
        ),
        Index("ix_recovery_account_id", "account_id"),
        Index("ix_recovery_inquiry_id", "inquiry_id"),
        access(
            account="select(id, account_id, inquiry_id, lost, state, opens_at, lapses_at, token_hash,"
            " new_password_hash, new_totp_secret, version),"
            " update(state, ended_by, ended_at, new_password_hash, new_totp_secret, version)",
            casework=f"select(id, {_ASKED}, {_SIGNED}), insert(id, {_ASKED}, version),"
            " update(state, signed_by, signed_at, opens_at, handed_by, handed_at, token_hash, lapses_at,"
            " ended_by, ended_at, stop_seen_at, version)",
            family="select(id, account_id, lost, state, opens_at)",
            worker="select(id, inquiry_id, state, lapses_at, version), update(state, ended_at, version)",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    # The file it hangs on: whoever may not see that file sees no recovery either.
    inquiry_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry.id"))
    lost: Mapped[Lost] = mapped_column(words(Lost))
    marks: Mapped[list[str]] = mapped_column(ARRAY(Text))
    notes: Mapped[str] = mapped_column(Sealed("recovery.notes"))
    envelope_id: Mapped[UUID | None] = mapped_column(ForeignKey("envelope.id"))
    state: Mapped[RecoveryState] = mapped_column(words(RecoveryState))
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    signed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    opens_at: Mapped[datetime | None] = mapped_column(Moment)
    handed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    handed_at: Mapped[datetime | None] = mapped_column(Moment)
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    lapses_at: Mapped[datetime] = mapped_column(Moment)
    new_password_hash: Mapped[str | None] = mapped_column(Text)
    # Sealed as the account's own, since the database itself moves it there once everything has been shown.
    new_totp_secret: Mapped[str | None] = mapped_column(Sealed("account.totp_secret"))
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    stop_seen_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read once, when the class is mapped
