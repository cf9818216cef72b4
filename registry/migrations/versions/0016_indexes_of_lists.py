"""Indexes for lists that were read whole: proposals, the audit trail by action, arrivals by state, vans by device"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        'ix_proposal_waiting', 'proposal',
        ['due_at', 'opened_at', 'id'],
        sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        'ix_audit_entry_action', 'audit_entry', ['action', 'seq'], postgresql_ops={'action': 'text_pattern_ops'}
    )
    op.create_index('ix_journal_state', 'journal', ['state'])
    op.create_index('ix_encounter_device_id_received_at', 'encounter', ['device_id', 'received_at'])
    op.drop_index('ix_encounter_device_id', 'encounter')


def downgrade() -> None:
    op.create_index('ix_encounter_device_id', 'encounter', ['device_id'])
    op.drop_index('ix_encounter_device_id_received_at', 'encounter')
    op.drop_index('ix_journal_state', 'journal')
    op.drop_index('ix_audit_entry_action', 'audit_entry')
    op.drop_index('ix_proposal_waiting', 'proposal')
