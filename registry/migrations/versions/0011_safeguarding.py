"""Safeguarding reports, apart from every case"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "safeguarding_report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("child_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("filed_by", sa.String(length=200), nullable=True),
        sa.Column("look_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("taken_by", sa.String(length=200), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=True),
        sa.Column("key_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint("state in ('filed', 'taken', 'decided', 'told')", name=op.f("ck_safeguarding_report_state")),
        sa.CheckConstraint("urgency in (0, 1)", name=op.f("ck_safeguarding_report_urgency")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_safeguarding_report_child_id")),
        sa.ForeignKeyConstraint(["filed_by_id"], ["account.id"], name=op.f("fk_safeguarding_report_filed_by_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["account.id"], name=op.f("fk_safeguarding_report_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safeguarding_report")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_safeguarding_report_key_hash")),
        sa.UniqueConstraint("reference", name=op.f("uq_safeguarding_report_reference")),
    )
    op.create_index(op.f("ix_safeguarding_report_child_id"), "safeguarding_report", ["child_id"], unique=False)
    op.create_index(op.f("ix_safeguarding_report_filed_by_id"), "safeguarding_report", ["filed_by_id"], unique=False)
    op.create_index("ix_safeguarding_report_waiting", "safeguarding_report", ["urgency", "due_at", "id"], unique=False)
    op.create_table(
        "staff_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("superior_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_staff_line_account_id")),
        sa.ForeignKeyConstraint(["superior_id"], ["account.id"], name=op.f("fk_staff_line_superior_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_line")),
        sa.UniqueConstraint("account_id", "superior_id", name=op.f("uq_staff_line_account_id_superior_id")),
    )
    op.create_index(op.f("ix_staff_line_superior_id"), "staff_line", ["superior_id"], unique=False)
    op.create_table(
        "child_access_withdrawn",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("child_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("because", sa.String(length=8), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=True),
        sa.Column("ended_because", sa.String(length=500), nullable=True),
        sa.CheckConstraint("because in ('accused', 'line', 'officer')", name=op.f("ck_child_access_withdrawn_because")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_child_access_withdrawn_account_id")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_child_access_withdrawn_child_id")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["safeguarding_report.id"], name=op.f("fk_child_access_withdrawn_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_access_withdrawn")),
    )
    op.create_index(
        "ix_child_access_withdrawn_account_id_child_id",
        "child_access_withdrawn",
        ["account_id", "child_id"],
        unique=False,
    )
    op.create_index(op.f("ix_child_access_withdrawn_child_id"), "child_access_withdrawn", ["child_id"], unique=False)
    op.create_index(
        "uq_child_access_withdrawn_open",
        "child_access_withdrawn",
        ["report_id", "child_id", "account_id"],
        unique=True,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "safeguarding_accused",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_safeguarding_accused_account_id")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["safeguarding_report.id"], name=op.f("fk_safeguarding_accused_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safeguarding_accused")),
    )
    op.create_index(op.f("ix_safeguarding_accused_account_id"), "safeguarding_accused", ["account_id"], unique=False)
    op.create_index(op.f("ix_safeguarding_accused_report_id"), "safeguarding_accused", ["report_id"], unique=False)
    op.create_table(
        "safeguarding_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["safeguarding_report.id"], name=op.f("fk_safeguarding_entry_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safeguarding_entry")),
    )
    op.create_index(op.f("ix_safeguarding_entry_report_id"), "safeguarding_entry", ["report_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_safeguarding_entry_report_id"), table_name="safeguarding_entry")
    op.drop_table("safeguarding_entry")
    op.drop_index(op.f("ix_safeguarding_accused_report_id"), table_name="safeguarding_accused")
    op.drop_index(op.f("ix_safeguarding_accused_account_id"), table_name="safeguarding_accused")
    op.drop_table("safeguarding_accused")
    op.drop_index(
        "uq_child_access_withdrawn_open",
        table_name="child_access_withdrawn",
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.drop_index(op.f("ix_child_access_withdrawn_child_id"), table_name="child_access_withdrawn")
    op.drop_index("ix_child_access_withdrawn_account_id_child_id", table_name="child_access_withdrawn")
    op.drop_table("child_access_withdrawn")
    op.drop_index(op.f("ix_staff_line_superior_id"), table_name="staff_line")
    op.drop_table("staff_line")
    op.drop_index("ix_safeguarding_report_waiting", table_name="safeguarding_report")
    op.drop_index(op.f("ix_safeguarding_report_filed_by_id"), table_name="safeguarding_report")
    op.drop_index(op.f("ix_safeguarding_report_child_id"), table_name="safeguarding_report")
    op.drop_table("safeguarding_report")
