"""Accounts, their sessions, the links that open them, and attempts to sign in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.vocab import AccountState, Factor, InvitationKind
from portal.kernel.actor import Actor
from portal.kernel.columns import Moment, Sealed, two_people, words
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id
from portal.kernel.permissions import Role

SEPARATION = (
    "roles in (array['relative'], array['administrator'], array['analyst'], array['approver'],"
    " array['auditor'], array['data_protection'])"
    " or (cardinality(roles) > 0 and (roles <@ array['editor', 'intake', 'liaison', 'verifier']"
    " or roles <@ array['custodian', 'transcriber']))"
)
_LISTED = "select(id, login, display_name, roles, state, created_at)"
_NAMED = "select(id, display_name, roles, state)"


class Account(Base):
    """A person who signs in; login and name are sealed, and the login is found by its blind index."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(SEPARATION, name="separation_of_duties"),
        CheckConstraint(
            "state <> 'active' or (password_hash is not null and totp_secret is not null)",
            name="active_has_two_factors",
        ),
        CheckConstraint("(totp_next is null) = (totp_next_at is null)", name="next_phone_since"),
        CheckConstraint(
            "decoy_index is null or (roles = array['relative'] and state = 'active' and decoy_index <> login_index)",
            name="decoy_of_a_relative",
        ),
        access(
            account="select, update(password_hash, totp_secret, totp_last_step, totp_next, totp_next_at, state)",
            admin=f"{_LISTED},"
            " insert(id, login_index, login, display_name, roles, state, language, created_at)",
            casework=_NAMED,
            oversight=_NAMED,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    login_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    # The login under which this account opens instead of its owner's own, for somebody who is forced.
    decoy_index: Mapped[bytes | None] = mapped_column(
        LargeBinary, ForeignKey("account.login_index"), unique=True
    )
    login: Mapped[str] = mapped_column(Sealed("account.login"))
    display_name: Mapped[str] = mapped_column(Sealed("account.display_name"))
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    password_hash: Mapped[str | None] = mapped_column(Text)
    totp_secret: Mapped[str | None] = mapped_column(Sealed("account.totp_secret"))
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    totp_next: Mapped[str | None] = mapped_column(Sealed("account.totp_next"))
    totp_next_at: Mapped[datetime | None] = mapped_column(Moment)
    state: Mapped[AccountState] = mapped_column(words(AccountState))
    language: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def is_active(self) -> bool:
        """True when its owner may sign in."""
        return self.state is AccountState.ACTIVE

    @property
    def actor(self) -> Actor:
        """Whom this account lets somebody act as."""
        return Actor(self.id, frozenset(Role(role) for role in self.roles))


class AccountSession(Base):
    """Somebody signed in on one browser; only the hash of its token is known here."""

    __tablename__ = "account_session"
    __table_args__ = (
        Index("ix_account_session_account_id", "account_id"),
        access(account="select, insert, update(token_hash, last_seen_at, proved_at, shown, ended_at)"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    last_seen_at: Mapped[datetime] = mapped_column(Moment)
    proved_at: Mapped[datetime] = mapped_column(Moment)
    shown: Mapped[Factor] = mapped_column(words(Factor))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class KnownDevice(Base):
    """A browser that the owner of a login asked us to remember; only the hash of its token is known here."""

    __tablename__ = "known_device"
    __table_args__ = (
        UniqueConstraint("login_index", "token_hash"),
        access(account="select, insert, delete"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    login_index: Mapped[bytes] = mapped_column(LargeBinary)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    remembered_at: Mapped[datetime] = mapped_column(Moment)


class SignInAttempt(Base):
    """One attempt: begun (no word yet), failed or succeeded; the network stands here as a keyed hash.

    An attempt from a known device counts for that device alone, wherever it is.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_login_index_network_at", "login_index", "network", "at"),
        access(account="select, insert, delete"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    login_index: Mapped[bytes] = mapped_column(LargeBinary)
    network: Mapped[bytes] = mapped_column(LargeBinary)
    device: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Moment)
    succeeded: Mapped[bool | None]


class Invitation(Base):
    """The opening of an account: by a relative's own inquiry, by two administrators, or the first ones."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("(kind = 'staff') = (proposed_by is not null)", name="staff_is_proposed"),
        CheckConstraint("(signed_by is null) = (signed_at is null)", name="signed_at_a_moment"),
        CheckConstraint("kind = 'staff' or signed_by is null", name="only_staff_is_signed"),
        CheckConstraint(
            "(token_hash is not null) = (kind <> 'staff' or signed_by is not null)", name="link_when_signed"
        ),
        CheckConstraint("(token_hash is null) = (expires_at is null)", name="link_expires"),
        CheckConstraint("used_at is null or voided_at is null", name="used_or_void"),
        two_people("proposed_by", "signed_by"),
        Index("ix_invitation_account_id", "account_id"),
        access(
            account="select, update(used_at)",
            admin="select(id, account_id, kind, proposed_by, proposed_at, signed_by, signed_at, version,"
            " expires_at, used_at, voided_at),"
            " insert(id, account_id, kind, token_hash, proposed_by, proposed_at, version, expires_at),"
            " update(token_hash, signed_by, signed_at, version, expires_at)",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[InvitationKind] = mapped_column(words(InvitationKind))
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    # Typed as always there, since only staff invitations are ever loaded to be signed; the table's own
    # check says that exactly those have a proposer.
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"), nullable=True)
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    signed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column()
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    # No longer good for anything: the link was lost, or the account was closed.
    voided_at: Mapped[datetime | None] = mapped_column(Moment)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read once, when the class is mapped
