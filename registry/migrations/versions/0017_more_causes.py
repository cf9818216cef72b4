"""People are told of letters to sign, of transfers, and officers of reports"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TO = {"letter_id": "letter", "transfer_id": "case_transfer", "report_id": "safeguarding_report"}


def upgrade() -> None:
    with op.batch_alter_table("inbox_cause", schema=None) as batch_op:
        for column, table in _TO.items():
            batch_op.add_column(sa.Column(column, _ID, nullable=True))
            batch_op.create_foreign_key(op.f(f"fk_inbox_cause_{column}"), table, [column], ["id"])


def downgrade() -> None:
    op.execute(
        "delete from inbox_notice where cause_id in (select id from inbox_cause where kind in "
        "('letter_to_sign', 'transfer_asked', 'transfer_offered', 'report_waits', 'report_late'))"
    )
    op.execute(
        "delete from inbox_cause where kind in "
        "('letter_to_sign', 'transfer_asked', 'transfer_offered', 'report_waits', 'report_late')"
    )
    with op.batch_alter_table("inbox_cause", schema=None) as batch_op:
        for column in _TO:
            batch_op.drop_constraint(op.f(f"fk_inbox_cause_{column}"), type_="foreignkey")
            batch_op.drop_column(column)
