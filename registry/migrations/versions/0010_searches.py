"""Narrowed searches, sweeps for duplicates, and second looks at whoever was called new"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "narrowed_search",
        sa.Column("id", _ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", _AT, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("template_id", _ID, nullable=True),
        sa.Column("capture_id", sa.Uuid(), nullable=True),
        sa.Column("slot_number", sa.Integer(), nullable=True),
        sa.Column("narrowing", sa.JSON(), nullable=False),
        sa.Column("claimed_until", _AT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("answered_at", _AT, nullable=True),
        sa.Column("refusal", sa.String(length=500), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("searched", sa.Integer(), nullable=True),
        sa.Column("enrolled", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=True),
        sa.CheckConstraint("state in ('waiting', 'answered', 'refused')", name=op.f("ck_narrowed_search_state")),
        sa.ForeignKeyConstraint(["template_id"], ["template.id"], name=op.f("fk_narrowed_search_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_narrowed_search")),
    )
    for column in ("state", "asked_at", "template_id", "capture_id"):
        op.create_index(op.f(f"ix_narrowed_search_{column}"), "narrowed_search", [column])
    op.create_table(
        "gallery_sweep",
        sa.Column("id", _ID, nullable=False),
        sa.Column("started_at", _AT, nullable=False),
        sa.Column("started_by", sa.String(length=200), nullable=False),
        sa.Column("log_seq", sa.Integer(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("finished_at", _AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gallery_sweep")),
    )
    op.create_table(
        "sweep_pair",
        sa.Column("id", _ID, nullable=False),
        sa.Column("sweep_id", _ID, nullable=False),
        sa.Column("one_id", _ID, nullable=False),
        sa.Column("other_id", _ID, nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("question_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["one_id"], ["template.id"], name=op.f("fk_sweep_pair_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["template.id"], name=op.f("fk_sweep_pair_other_id")),
        sa.ForeignKeyConstraint(["question_id"], ["review_question.id"], name=op.f("fk_sweep_pair_question_id")),
        sa.ForeignKeyConstraint(["sweep_id"], ["gallery_sweep.id"], name=op.f("fk_sweep_pair_sweep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweep_pair")),
        sa.UniqueConstraint("sweep_id", "one_id", "other_id", name=op.f("uq_sweep_pair_sweep_id_one_id_other_id")),
    )
    for column in ("one_id", "other_id"):
        op.create_index(op.f(f"ix_sweep_pair_{column}"), "sweep_pair", [column])
    op.create_table(
        "second_look",
        sa.Column("slot_id", _ID, autoincrement=False, nullable=False),
        sa.Column("looked_at", _AT, nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_second_look_slot_id")),
        sa.PrimaryKeyConstraint("slot_id", name=op.f("pk_second_look")),
    )
    op.create_table(
        "nightly_run",
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("started_at", _AT, nullable=False),
        sa.Column("claimed_until", _AT, nullable=False),
        sa.Column("ended_at", _AT, nullable=True),
        sa.Column("looked", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("night", name=op.f("pk_nightly_run")),
    )


def downgrade() -> None:
    for table in ("nightly_run", "second_look", "sweep_pair", "gallery_sweep", "narrowed_search"):
        op.drop_table(table)
