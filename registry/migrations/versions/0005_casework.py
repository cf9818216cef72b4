"""Forms, tasks, promises and commitments of a case; holidays; answers kept for repeated requests"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('holiday',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_by', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_holiday'))
    )
    op.create_table('kept_reply',
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('request', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('etag', sa.String(length=100), nullable=True),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_kept_reply_account_id')),
    sa.PrimaryKeyConstraint('account_id', 'key', name=op.f('pk_kept_reply'))
    )
    with op.batch_alter_table('kept_reply', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_kept_reply_at'), ['at'], unique=False)

    op.create_table('case_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('task', sa.String(length=32), nullable=False),
    sa.Column('standing', sa.String(length=16), nullable=False),
    sa.Column('form', sa.JSON(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('written_by', sa.String(length=200), nullable=False),
    sa.Column('second_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('corrects_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('because', sa.String(length=500), nullable=False),
    sa.Column('in_force_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_by', sa.String(length=200), nullable=True),
    sa.Column('decision_reason', sa.String(length=500), nullable=False),
    sa.CheckConstraint("standing in ('asked', 'in_force', 'refused')", name=op.f('ck_case_entry_standing')),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_case_entry_case_id')),
    sa.ForeignKeyConstraint(['corrects_id'], ['case_entry.id'], name=op.f('fk_case_entry_corrects_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account.id'], name=op.f('fk_case_entry_decided_by_id')),
    sa.ForeignKeyConstraint(['second_id'], ['account.id'], name=op.f('fk_case_entry_second_id')),
    sa.ForeignKeyConstraint(['written_by_id'], ['account.id'], name=op.f('fk_case_entry_written_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_entry'))
    )
    with op.batch_alter_table('case_entry', schema=None) as batch_op:
        batch_op.create_index('ix_case_entry_case_id_id', ['case_id', 'id'], unique=False)
        batch_op.create_index('ix_case_entry_standing_written_at', ['standing', 'written_at'], unique=False)
        batch_op.create_index('uq_case_entry_asked', ['case_id', 'task'], unique=True, sqlite_where=sa.text("standing = 'asked'"), postgresql_where=sa.text("standing = 'asked'"))
        batch_op.create_index('uq_case_entry_corrects', ['corrects_id'], unique=True, sqlite_where=sa.text("standing <> 'refused'"), postgresql_where=sa.text("standing <> 'refused'"))

    op.create_table('case_task',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=32), nullable=False),
    sa.Column('outcome', sa.String(length=16), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("outcome in ('open', 'done', 'waived', 'dropped')", name=op.f('ck_case_task_outcome')),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_case_task_case_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['case_entry.id'], name=op.f('fk_case_task_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_task'))
    )
    with op.batch_alter_table('case_task', schema=None) as batch_op:
        batch_op.create_index('ix_case_task_case_id_id', ['case_id', 'id'], unique=False)
        batch_op.create_index('ix_case_task_outcome_due_at', ['outcome', 'due_at'], unique=False)
        batch_op.create_index('uq_case_task_open', ['case_id', 'name'], unique=True, sqlite_where=sa.text("outcome = 'open'"), postgresql_where=sa.text("outcome = 'open'"))

    op.create_table('commitment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('what', sa.String(length=200), nullable=False),
    sa.Column('guardian', sa.String(length=200), nullable=False),
    sa.Column('witness', sa.String(length=200), nullable=False),
    sa.Column('review_on', sa.Date(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=200), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ended', sa.String(length=16), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.String(length=200), nullable=True),
    sa.Column('end_note', sa.String(length=500), nullable=False),
    sa.CheckConstraint("ended in ('kept', 'breached', 'released')", name=op.f('ck_commitment_ended')),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_commitment_case_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['case_entry.id'], name=op.f('fk_commitment_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment'))
    )
    with op.batch_alter_table('commitment', schema=None) as batch_op:
        batch_op.create_index('ix_commitment_case_id_id', ['case_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_commitment_review_on'), ['review_on'], unique=False)

    op.create_table('promise',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('what', sa.String(length=200), nullable=False),
    sa.Column('words', sa.String(length=200), nullable=False),
    sa.Column('by_whom', sa.String(length=200), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=200), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ended', sa.String(length=16), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.String(length=200), nullable=True),
    sa.Column('end_note', sa.String(length=500), nullable=False),
    sa.CheckConstraint("ended in ('kept', 'broken')", name=op.f('ck_promise_ended')),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_promise_case_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['case_entry.id'], name=op.f('fk_promise_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promise'))
    )
    with op.batch_alter_table('promise', schema=None) as batch_op:
        batch_op.create_index('ix_promise_case_id_id', ['case_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_promise_due_on'), ['due_on'], unique=False)

    # Others refer to case_file, so SQLite cannot copy it to alter it; both databases add columns in place.
    for column in ('state_since', 'round_since', 'arrived_at'):
        op.add_column('case_file', sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.add_column('case_file', sa.Column('version', sa.Integer(), server_default='1', nullable=False))
    integer = 'integer' if op.get_bind().dialect.name == 'sqlite' else 'bigint'
    op.execute(
        f'alter table case_file add column owner_id {integer} constraint fk_case_file_owner_id references account (id)'
    )
    op.create_index('ix_case_file_owner_id', 'case_file', ['owner_id'])


def downgrade() -> None:
    op.drop_index('ix_case_file_owner_id', 'case_file')
    for column in ('owner_id', 'version', 'arrived_at', 'round_since', 'state_since'):
        op.drop_column('case_file', column)
    for table in ('promise', 'commitment', 'case_task', 'case_entry', 'kept_reply', 'holiday'):
        op.drop_table(table)
