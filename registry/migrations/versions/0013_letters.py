"""Letters, what came after each, and proofs that a password was typed again"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "letter",
        sa.Column("id", _id(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("case_id", _id(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("replaces_id", _id(), nullable=True),
        sa.Column("because", sa.String(length=500), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_by_id", _id(), nullable=False),
        sa.Column("drafted_by", sa.String(length=200), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_by_id", _id(), nullable=True),
        sa.Column("issued_by", sa.String(length=200), nullable=True),
        sa.Column("answer_due_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=200), nullable=True),
        sa.Column("withdrawn_because", sa.String(length=500), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("state in ('draft', 'issued', 'withdrawn')", name=op.f("ck_letter_state")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_letter_case_id")),
        sa.ForeignKeyConstraint(["drafted_by_id"], ["account.id"], name=op.f("fk_letter_drafted_by_id")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["account.id"], name=op.f("fk_letter_issued_by_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["letter.id"], name=op.f("fk_letter_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("number", name=op.f("uq_letter_number")),
    )
    op.create_index(op.f("ix_letter_case_id"), "letter", ["case_id"], unique=False)
    op.create_index("ix_letter_state_answer_due_on", "letter", ["state", "answer_due_on"], unique=False)
    standing = sa.text("state <> 'withdrawn'")
    op.create_index(
        "uq_letter_replaces_id", "letter", ["replaces_id"], unique=True, sqlite_where=standing,
        postgresql_where=standing,
    )
    op.create_table(
        "letter_later",
        sa.Column("id", _id(), nullable=False),
        sa.Column("letter_id", _id(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("words", sa.String(length=4000), nullable=False),
        sa.Column("attachment_id", _id(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind in ('registered', 'answered')", name=op.f("ck_letter_later_kind")),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_letter_later_attachment_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_later_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_later")),
    )
    op.create_index(op.f("ix_letter_later_letter_id"), "letter_later", ["letter_id"], unique=False)
    op.create_table(
        "reentry_proof",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("session_id", _id(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["login_session.id"], name=op.f("fk_reentry_proof_session_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_reentry_proof")),
    )
    op.create_index(op.f("ix_reentry_proof_session_id"), "reentry_proof", ["session_id"], unique=False)


def downgrade() -> None:
    op.drop_table("reentry_proof")
    op.drop_table("letter_later")
    op.drop_table("letter")
