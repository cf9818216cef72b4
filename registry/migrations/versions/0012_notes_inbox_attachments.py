"""Notes, flags, attachments, people's inboxes, and times that are due as people set them"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('task_due',
    sa.Column('task', sa.String(length=32), nullable=False),
    sa.Column('due', sa.JSON(), nullable=False),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_by', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('task', name=op.f('pk_task_due'))
    )
    op.create_table('attachment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('child_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('token', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=40), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('received_sha256', sa.String(length=64), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=True),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('added_by', sa.String(length=200), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_by', sa.String(length=200), nullable=True),
    sa.Column('withdrawn_because', sa.String(length=500), nullable=True),
    sa.CheckConstraint("media_type in ('image/jpeg', 'image/png', 'application/pdf')", name=op.f('ck_attachment_media_type')),
    sa.CheckConstraint('(child_id is null) <> (case_id is null)', name=op.f('ck_attachment_child_or_case')),
    sa.ForeignKeyConstraint(['added_by_id'], ['account.id'], name=op.f('fk_attachment_added_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_attachment_case_id')),
    sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_attachment_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment')),
    sa.UniqueConstraint('token', name=op.f('uq_attachment_token'))
    )
    op.create_index(op.f('ix_attachment_case_id'), 'attachment', ['case_id'], unique=False)
    op.create_index(op.f('ix_attachment_child_id'), 'attachment', ['child_id'], unique=False)
    op.create_table('flag',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('child_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('what', sa.String(length=500), nullable=False),
    sa.Column('look_by', sa.Date(), nullable=True),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('raised_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('raised_by', sa.String(length=200), nullable=False),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolved_by', sa.String(length=200), nullable=True),
    sa.Column('resolved_because', sa.String(length=500), nullable=True),
    sa.CheckConstraint('(child_id is null) <> (case_id is null)', name=op.f('ck_flag_child_or_case')),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_flag_case_id')),
    sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_flag_child_id')),
    sa.ForeignKeyConstraint(['raised_by_id'], ['account.id'], name=op.f('fk_flag_raised_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_flag'))
    )
    op.create_index(op.f('ix_flag_case_id'), 'flag', ['case_id'], unique=False)
    op.create_index(op.f('ix_flag_child_id'), 'flag', ['child_id'], unique=False)
    op.create_index('ix_flag_open', 'flag', ['id'], unique=False, sqlite_where=sa.text('resolved_at is null'), postgresql_where=sa.text('resolved_at is null'))
    op.create_table('note',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('child_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('text', sa.String(length=4000), nullable=False),
    sa.Column('sealed', sa.Boolean(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('written_by', sa.String(length=200), nullable=False),
    sa.Column('corrects_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('because', sa.String(length=500), nullable=False),
    sa.CheckConstraint('(child_id is null) <> (case_id is null)', name=op.f('ck_note_child_or_case')),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_note_case_id')),
    sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_note_child_id')),
    sa.ForeignKeyConstraint(['corrects_id'], ['note.id'], name=op.f('fk_note_corrects_id')),
    sa.ForeignKeyConstraint(['written_by_id'], ['account.id'], name=op.f('fk_note_written_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note')),
    sa.UniqueConstraint('corrects_id', name=op.f('uq_note_corrects_id'))
    )
    op.create_index(op.f('ix_note_case_id'), 'note', ['case_id'], unique=False)
    op.create_index(op.f('ix_note_child_id'), 'note', ['child_id'], unique=False)
    op.create_index(op.f('ix_note_written_by_id'), 'note', ['written_by_id'], unique=False)
    op.create_table('attachment_part',
    sa.Column('attachment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('part', sa.String(length=8), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("part in ('file', 'preview')", name=op.f('ck_attachment_part_part')),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], name=op.f('fk_attachment_part_attachment_id')),
    sa.PrimaryKeyConstraint('attachment_id', 'part', name=op.f('pk_attachment_part'))
    )
    op.create_table('note_mention',
    sa.Column('note_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_note_mention_account_id')),
    sa.ForeignKeyConstraint(['note_id'], ['note.id'], name=op.f('fk_note_mention_note_id')),
    sa.PrimaryKeyConstraint('note_id', 'account_id', name=op.f('pk_note_mention'))
    )
    op.create_index(op.f('ix_note_mention_account_id'), 'note_mention', ['account_id'], unique=False)
    op.create_table('note_reader',
    sa.Column('note_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('given_by', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_note_reader_account_id')),
    sa.ForeignKeyConstraint(['note_id'], ['note.id'], name=op.f('fk_note_reader_note_id')),
    sa.PrimaryKeyConstraint('note_id', 'account_id', name=op.f('pk_note_reader'))
    )
    op.create_index(op.f('ix_note_reader_account_id'), 'note_reader', ['account_id'], unique=False)
    op.create_table('inbox_cause',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('what', sa.String(length=40), nullable=False),
    sa.Column('level', sa.String(length=8), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('days', sa.Integer(), nullable=True),
    sa.Column('by', sa.String(length=200), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('note_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('flag_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('task_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('promise_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('commitment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('proposal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('question_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('merge_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('match_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("level in ('urgent', 'soon', 'ordinary')", name=op.f('ck_inbox_cause_level')),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_inbox_cause_case_id')),
    sa.ForeignKeyConstraint(['commitment_id'], ['commitment.id'], name=op.f('fk_inbox_cause_commitment_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['case_entry.id'], name=op.f('fk_inbox_cause_entry_id')),
    sa.ForeignKeyConstraint(['flag_id'], ['flag.id'], name=op.f('fk_inbox_cause_flag_id')),
    sa.ForeignKeyConstraint(['match_id'], ['tracing_match.id'], name=op.f('fk_inbox_cause_match_id')),
    sa.ForeignKeyConstraint(['merge_id'], ['child_merge.id'], name=op.f('fk_inbox_cause_merge_id')),
    sa.ForeignKeyConstraint(['note_id'], ['note.id'], name=op.f('fk_inbox_cause_note_id')),
    sa.ForeignKeyConstraint(['promise_id'], ['promise.id'], name=op.f('fk_inbox_cause_promise_id')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_inbox_cause_proposal_id')),
    sa.ForeignKeyConstraint(['question_id'], ['review_question.id'], name=op.f('fk_inbox_cause_question_id')),
    sa.ForeignKeyConstraint(['task_id'], ['case_task.id'], name=op.f('fk_inbox_cause_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbox_cause')),
    sa.UniqueConstraint('key', name=op.f('uq_inbox_cause_key'))
    )
    op.create_index(op.f('ix_inbox_cause_case_id'), 'inbox_cause', ['case_id'], unique=False)
    op.create_index('ix_inbox_cause_standing', 'inbox_cause', ['kind', 'id'], unique=False, sqlite_where=sa.text('ended_at is null'), postgresql_where=sa.text('ended_at is null'))
    op.create_table('inbox_notice',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('cause_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_inbox_notice_account_id')),
    sa.ForeignKeyConstraint(['cause_id'], ['inbox_cause.id'], name=op.f('fk_inbox_notice_cause_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbox_notice')),
    sa.UniqueConstraint('cause_id', 'account_id', name=op.f('uq_inbox_notice_cause_id_account_id'))
    )
    op.create_index('ix_inbox_notice_account_id_id', 'inbox_notice', ['account_id', 'id'], unique=False)
    op.create_index('ix_inbox_notice_unread', 'inbox_notice', ['account_id'], unique=False, sqlite_where=sa.text('read_at is null'), postgresql_where=sa.text('read_at is null'))


def downgrade() -> None:
    op.drop_index('ix_inbox_notice_unread', table_name='inbox_notice', sqlite_where=sa.text('read_at is null'), postgresql_where=sa.text('read_at is null'))
    op.drop_index('ix_inbox_notice_account_id_id', table_name='inbox_notice')
    op.drop_table('inbox_notice')
    op.drop_index('ix_inbox_cause_standing', table_name='inbox_cause', sqlite_where=sa.text('ended_at is null'), postgresql_where=sa.text('ended_at is null'))
    op.drop_index(op.f('ix_inbox_cause_case_id'), table_name='inbox_cause')
    op.drop_table('inbox_cause')
    op.drop_index(op.f('ix_note_reader_account_id'), table_name='note_reader')
    op.drop_table('note_reader')
    op.drop_index(op.f('ix_note_mention_account_id'), table_name='note_mention')
    op.drop_table('note_mention')
    op.drop_table('attachment_part')
    op.drop_index(op.f('ix_note_written_by_id'), table_name='note')
    op.drop_index(op.f('ix_note_child_id'), table_name='note')
    op.drop_index(op.f('ix_note_case_id'), table_name='note')
    op.drop_table('note')
    op.drop_index('ix_flag_open', table_name='flag', sqlite_where=sa.text('resolved_at is null'), postgresql_where=sa.text('resolved_at is null'))
    op.drop_index(op.f('ix_flag_child_id'), table_name='flag')
    op.drop_index(op.f('ix_flag_case_id'), table_name='flag')
    op.drop_table('flag')
    op.drop_index(op.f('ix_attachment_child_id'), table_name='attachment')
    op.drop_index(op.f('ix_attachment_case_id'), table_name='attachment')
    op.drop_table('attachment')
    op.drop_table('task_due')
