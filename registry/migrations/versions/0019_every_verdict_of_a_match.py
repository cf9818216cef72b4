"""Every verdict on a possible match stays: a second one used to overwrite the first"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "tracing_verdict",
        sa.Column("id", _ID, nullable=False),
        sa.Column("match_id", _ID, nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("verdict in ('likely', 'ruled_out')", name=op.f("ck_tracing_verdict_verdict")),
        sa.ForeignKeyConstraint(["match_id"], ["tracing_match.id"], name=op.f("fk_tracing_verdict_match_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracing_verdict")),
    )
    op.create_index(op.f("ix_tracing_verdict_match_id"), "tracing_verdict", ["match_id"])
    op.execute(
        "insert into tracing_verdict (match_id, verdict, note, decided_at, decided_by) "
        "select id, verdict, coalesce(note, ''), decided_at, decided_by from tracing_match where verdict <> 'open'"
    )


def downgrade() -> None:
    op.drop_table("tracing_verdict")
