"""People of an organisation are told of referrals"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KINDS = "('referral_received', 'referral_ended')"


def upgrade() -> None:
    with op.batch_alter_table("inbox_cause", schema=None) as batch_op:
        batch_op.add_column(sa.Column("referral_id", _ID, nullable=True))
        batch_op.create_foreign_key(op.f("fk_inbox_cause_referral_id"), "referral", ["referral_id"], ["id"])


def downgrade() -> None:
    op.execute(f"delete from inbox_notice where cause_id in (select id from inbox_cause where kind in {_KINDS})")
    op.execute(f"delete from inbox_cause where kind in {_KINDS}")
    with op.batch_alter_table("inbox_cause", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_inbox_cause_referral_id"), type_="foreignkey")
        batch_op.drop_column("referral_id")
