"""Which model of scanner an encounter's irises were taken with"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('encounter', sa.Column('sensor', sa.String(length=200), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('encounter') as encounter:
        encounter.drop_column('sensor')
