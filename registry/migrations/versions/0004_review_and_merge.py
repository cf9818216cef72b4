"""Reviewers' questions and answers, merges, and slots taken from a child"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

# Both tables are referred to by others, so that SQLite cannot copy them to alter them; it can add a column in place.
_POINTERS = (("child", "merged_into_id"), ("case_file", "joined_to_id"))


def upgrade() -> None:
    for table, column in _POINTERS:
        integer = "integer" if op.get_bind().dialect.name == "sqlite" else "bigint"
        op.execute(
            f"alter table {table} add column {column} {integer} constraint fk_{table}_{column} references {table} (id)"
        )
        op.create_index(f"ix_{table}_{column}", table, [column])
    _one_open_case("state <> 'closed' and joined_to_id is null")
    op.create_table('review_question',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('child_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('other_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('raised_by', sa.String(length=200), nullable=False),
    sa.Column('raised_because', sa.String(length=500), nullable=False),
    sa.Column('slot_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('contested', sa.Boolean(), nullable=False),
    sa.CheckConstraint("state in ('open', 'same', 'different', 'possibly_same', 'withdrawn')", name=op.f('ck_review_question_state')),
    sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_review_question_child_id')),
    sa.ForeignKeyConstraint(['item_id'], ['review_item.id'], name=op.f('fk_review_question_item_id')),
    sa.ForeignKeyConstraint(['other_id'], ['child.id'], name=op.f('fk_review_question_other_id')),
    sa.ForeignKeyConstraint(['slot_id'], ['slot.id'], name=op.f('fk_review_question_slot_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_question'))
    )
    with op.batch_alter_table('review_question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_question_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_question_opened_at'), ['opened_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_question_other_id'), ['other_id'], unique=False)
        batch_op.create_index('ix_review_question_pair', ['child_id', 'other_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_question_state'), ['state'], unique=False)

    op.create_table('slot_detachment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slot_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('from_child_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('to_child_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('detached_by', sa.String(length=200), nullable=False),
    sa.Column('detached_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('moved', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['from_child_id'], ['child.id'], name=op.f('fk_slot_detachment_from_child_id')),
    sa.ForeignKeyConstraint(['slot_id'], ['slot.id'], name=op.f('fk_slot_detachment_slot_id')),
    sa.ForeignKeyConstraint(['to_child_id'], ['child.id'], name=op.f('fk_slot_detachment_to_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slot_detachment'))
    )
    with op.batch_alter_table('slot_detachment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_slot_detachment_from_child_id'), ['from_child_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_slot_detachment_slot_id'), ['slot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_slot_detachment_to_child_id'), ['to_child_id'], unique=False)

    op.create_table('child_merge',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('survivor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('absorbed_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('plan', sa.JSON(), nullable=False),
    sa.Column('asked_by', sa.String(length=200), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.String(length=200), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision_note', sa.String(length=500), nullable=True),
    sa.Column('undone_by', sa.String(length=200), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_reason', sa.String(length=500), nullable=True),
    sa.Column('assigned', sa.JSON(), nullable=True),
    sa.CheckConstraint("state in ('asked', 'refused', 'done', 'undone')", name=op.f('ck_child_merge_state')),
    sa.ForeignKeyConstraint(['absorbed_id'], ['child.id'], name=op.f('fk_child_merge_absorbed_id')),
    sa.ForeignKeyConstraint(['question_id'], ['review_question.id'], name=op.f('fk_child_merge_question_id')),
    sa.ForeignKeyConstraint(['survivor_id'], ['child.id'], name=op.f('fk_child_merge_survivor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_child_merge'))
    )
    with op.batch_alter_table('child_merge', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_child_merge_question_id'), ['question_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_child_merge_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_child_merge_survivor_id'), ['survivor_id'], unique=False)
        batch_op.create_index('uq_child_merge_absorbed', ['absorbed_id'], unique=True, sqlite_where=sa.text("state in ('asked', 'done')"), postgresql_where=sa.text("state in ('asked', 'done')"))

    op.create_table('review_judgement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('reviewer', sa.String(length=200), nullable=False),
    sa.Column('iris_view', sa.String(length=16), nullable=False),
    sa.Column('iris_note', sa.String(length=500), nullable=False),
    sa.Column('iris_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('shown', sa.JSON(), nullable=False),
    sa.Column('verdict', sa.String(length=16), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("iris_view in ('same', 'different', 'cannot_tell')", name=op.f('ck_review_judgement_iris_view')),
    sa.CheckConstraint("verdict in ('same', 'different', 'cannot_tell')", name=op.f('ck_review_judgement_verdict')),
    sa.ForeignKeyConstraint(['question_id'], ['review_question.id'], name=op.f('fk_review_judgement_question_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_judgement')),
    sa.UniqueConstraint('question_id', 'round', 'reviewer', name=op.f('uq_review_judgement_question_id_round_reviewer'))
    )
    with op.batch_alter_table('review_judgement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_judgement_question_id'), ['question_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_judgement_reviewer'), ['reviewer'], unique=False)

    op.create_table('review_test',
    sa.Column('question_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('truth', sa.String(length=16), nullable=False),
    sa.Column('left_out_slot_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('made_by', sa.String(length=200), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("truth in ('same', 'different')", name=op.f('ck_review_test_truth')),
    sa.ForeignKeyConstraint(['left_out_slot_id'], ['slot.id'], name=op.f('fk_review_test_left_out_slot_id')),
    sa.ForeignKeyConstraint(['question_id'], ['review_question.id'], name=op.f('fk_review_test_question_id')),
    sa.PrimaryKeyConstraint('question_id', name=op.f('pk_review_test'))
    )
    op.create_table('child_merge_row',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('merge_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('table_name', sa.String(length=64), nullable=False),
    sa.Column('row_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.Column('written', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['merge_id'], ['child_merge.id'], name=op.f('fk_child_merge_row_merge_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_child_merge_row')),
    sa.UniqueConstraint('merge_id', 'table_name', 'row_id', name=op.f('uq_child_merge_row_merge_id_table_name_row_id'))
    )
    with op.batch_alter_table('child_merge_row', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_child_merge_row_merge_id'), ['merge_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('child_merge_row', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_child_merge_row_merge_id'))

    op.drop_table('child_merge_row')
    op.drop_table('review_test')
    with op.batch_alter_table('review_judgement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_review_judgement_reviewer'))
        batch_op.drop_index(batch_op.f('ix_review_judgement_question_id'))

    op.drop_table('review_judgement')
    with op.batch_alter_table('child_merge', schema=None) as batch_op:
        batch_op.drop_index('uq_child_merge_absorbed', sqlite_where=sa.text("state in ('asked', 'done')"), postgresql_where=sa.text("state in ('asked', 'done')"))
        batch_op.drop_index(batch_op.f('ix_child_merge_survivor_id'))
        batch_op.drop_index(batch_op.f('ix_child_merge_state'))
        batch_op.drop_index(batch_op.f('ix_child_merge_question_id'))

    op.drop_table('child_merge')
    with op.batch_alter_table('slot_detachment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_slot_detachment_to_child_id'))
        batch_op.drop_index(batch_op.f('ix_slot_detachment_slot_id'))
        batch_op.drop_index(batch_op.f('ix_slot_detachment_from_child_id'))

    op.drop_table('slot_detachment')
    with op.batch_alter_table('review_question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_review_question_state'))
        batch_op.drop_index('ix_review_question_pair')
        batch_op.drop_index(batch_op.f('ix_review_question_other_id'))
        batch_op.drop_index(batch_op.f('ix_review_question_opened_at'))
        batch_op.drop_index(batch_op.f('ix_review_question_item_id'))

    op.drop_table('review_question')
    _one_open_case("state <> 'closed'")
    for table, column in _POINTERS:
        op.drop_index(f"ix_{table}_{column}", table)
        op.execute(f"alter table {table} drop column {column}")


def _one_open_case(where: str) -> None:
    """A case that joined another at a merge stays open beside it; of the others a child has one at most."""
    op.drop_index("uq_case_file_open", "case_file")
    op.create_index(
        "uq_case_file_open", "case_file", ["child_id"], unique=True, sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
