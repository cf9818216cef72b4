"""The marks by which a search finds a child, in one place"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('child_name_mark',
    sa.Column('mark', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('child_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_child_name_mark_child_id')),
    sa.PrimaryKeyConstraint('mark', 'kind', 'child_id', name=op.f('pk_child_name_mark'))
    )
    op.create_index(op.f('ix_child_name_mark_child_id'), 'child_name_mark', ['child_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_child_name_mark_child_id'), table_name='child_name_mark')
    op.drop_table('child_name_mark')
