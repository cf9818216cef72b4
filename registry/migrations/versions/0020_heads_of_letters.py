"""Letters are headed by the office that writes them"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_LENGTHS = {"organisation": 200, "address": 400, "telephone": 64}


def upgrade() -> None:
    with op.batch_alter_table("office", schema=None) as batch_op:
        for name, length in _LENGTHS.items():
            batch_op.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=""))
    with op.batch_alter_table("office", schema=None) as batch_op:
        for name in _LENGTHS:
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("office", schema=None) as batch_op:
        for name in _LENGTHS:
            batch_op.drop_column(name)
