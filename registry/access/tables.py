"""Who may come in: accounts, their roles, log-ins that are open, and attempts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.access.rules import Role
from registry.base import Base, BigId


class Account(Base):
    __tablename__ = "account"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    """What is typed at log-in, lower case."""
    full_name: Mapped[str | None] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(200))
    """argon2id, with its parameters."""
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    roles: Mapped[list["RoleAssignment"]] = relationship(back_populates="account", lazy="selectin")


class RoleAssignment(Base):
    __tablename__ = "role_assignment"
    __table_args__ = (CheckConstraint(f"role in ({', '.join(repr(str(role)) for role in Role)})", name="role"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(String(32))
    given_at: Mapped[datetime]
    given_by: Mapped[str] = mapped_column(String(200))
    ended_at: Mapped[datetime | None]
    account: Mapped[Account] = relationship(back_populates="roles")


class LoginSession(Base):
    """An open log-in. Only the SHA-256 of its random token is kept: who reads the table cannot log in with it."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    account: Mapped[Account] = relationship()


class ReentryProof(Base):
    """A password typed again within an open log-in: good for one act. Only the SHA-256 of the proof is kept."""

    __tablename__ = "reentry_proof"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("login_session.id"), index=True)
    given_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LoginAttempt(Base):
    __tablename__ = "login_attempt"
    __table_args__ = (
        Index("ix_login_attempt_name_at", "name", "at"),
        Index("ix_login_attempt_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    succeeded: Mapped[bool]
