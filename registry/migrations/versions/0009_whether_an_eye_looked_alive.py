"""Whether each eye of a slot looked like a living eye to the tablet"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('slot', sa.Column('left_liveness', sa.JSON(), nullable=True))
    op.add_column('slot', sa.Column('right_liveness', sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('slot') as slot:
        slot.drop_column('right_liveness')
        slot.drop_column('left_liveness')
