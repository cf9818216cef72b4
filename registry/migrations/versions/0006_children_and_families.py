"""Children's records and name marks, seals, families, observation of places, relations in an encounter, tracing"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('family',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('area', sa.String(length=200), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_family'))
    )
    with op.batch_alter_table('family', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_family_opened_at'), ['opened_at'], unique=False)

    op.create_table('observed_place',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('district', sa.String(length=100), nullable=False),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('district_starts_on', sa.Date(), nullable=False),
    sa.Column('observe_from', sa.Date(), nullable=False),
    sa.Column('short_notice_because', sa.String(length=500), nullable=False),
    sa.Column('planned_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('planned_by', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_observed_place'))
    )
    with op.batch_alter_table('observed_place', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_observed_place_district'), ['district'], unique=False)

    op.create_table('tracing_inquiry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('inquiry', sa.JSON(), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_by', sa.String(length=200), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.String(length=200), nullable=True),
    sa.Column('closed_because', sa.String(length=500), nullable=True),
    sa.CheckConstraint("state in ('open', 'closed')", name=op.f('ck_tracing_inquiry_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tracing_inquiry')),
    sa.UniqueConstraint('reference', name=op.f('uq_tracing_inquiry_reference'))
    )
    with op.batch_alter_table('tracing_inquiry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tracing_inquiry_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_tracing_inquiry_taken_at'), ['taken_at'], unique=False)

    op.create_table('child_record',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('child_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('follows_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('record', sa.JSON(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by', sa.String(length=200), nullable=False),
    sa.Column('because', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_child_record_child_id')),
    sa.ForeignKeyConstraint(['follows_id'], ['child_record.id'], name=op.f('fk_child_record_follows_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_child_record'))
    )
    with op.batch_alter_table('child_record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_child_record_child_id'), ['child_id'], unique=False)

    op.create_table('child_seal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('child_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ground', sa.String(length=32), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sealed_by', sa.String(length=200), nullable=False),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_by', sa.String(length=200), nullable=True),
    sa.Column('lifted_reason', sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_child_seal_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_child_seal'))
    )
    with op.batch_alter_table('child_seal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_child_seal_child_id'), ['child_id'], unique=False)

    op.create_table('child_seal_access',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('child_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('given_by', sa.String(length=200), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_child_seal_access_account_id')),
    sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_child_seal_access_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_child_seal_access'))
    )
    with op.batch_alter_table('child_seal_access', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_child_seal_access_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_child_seal_access_child_id'), ['child_id'], unique=False)

    op.create_table('family_member',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('family_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('child_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=True),
    sa.Column('relation', sa.String(length=16), nullable=False),
    sa.Column('evidence', sa.String(length=200), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('joined_by', sa.String(length=200), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('left_by', sa.String(length=200), nullable=True),
    sa.Column('left_because', sa.String(length=500), nullable=True),
    sa.CheckConstraint('(child_id is null) <> (name is null)', name=op.f('ck_family_member_child_or_name')),
    sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_family_member_child_id')),
    sa.ForeignKeyConstraint(['family_id'], ['family.id'], name=op.f('fk_family_member_family_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_family_member'))
    )
    with op.batch_alter_table('family_member', schema=None) as batch_op:
        batch_op.create_index('ix_family_member_child', ['child_id', 'family_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_family_member_family_id'), ['family_id'], unique=False)

    op.create_table('household_aid',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('family_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('what', sa.String(length=500), nullable=False),
    sa.Column('rials', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by', sa.String(length=200), nullable=False),
    sa.Column('corrects_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['corrects_id'], ['household_aid.id'], name=op.f('fk_household_aid_corrects_id')),
    sa.ForeignKeyConstraint(['family_id'], ['family.id'], name=op.f('fk_household_aid_family_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_household_aid'))
    )
    with op.batch_alter_table('household_aid', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_household_aid_family_id'), ['family_id'], unique=False)

    op.create_table('place_observation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('place_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('team', sa.String(length=200), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kinds_of_work', sa.JSON(), nullable=False),
    sa.Column('adults_in_control', sa.String(length=16), nullable=False),
    sa.Column('adults_note', sa.String(length=1000), nullable=False),
    sa.Column('packs_handed_out', sa.Integer(), nullable=False),
    sa.Column('first_contacts', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=4000), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by', sa.String(length=200), nullable=False),
    sa.Column('corrects_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['corrects_id'], ['place_observation.id'], name=op.f('fk_place_observation_corrects_id')),
    sa.ForeignKeyConstraint(['place_id'], ['observed_place.id'], name=op.f('fk_place_observation_place_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_place_observation')),
    sa.UniqueConstraint('corrects_id', name=op.f('uq_place_observation_corrects_id'))
    )
    with op.batch_alter_table('place_observation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_place_observation_place_id'), ['place_id'], unique=False)

    op.create_table('tracing_match',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('inquiry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('child_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agrees', sa.JSON(), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('verdict', sa.String(length=12), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=200), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.CheckConstraint("verdict in ('open', 'likely', 'ruled_out')", name=op.f('ck_tracing_match_verdict')),
    sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_tracing_match_child_id')),
    sa.ForeignKeyConstraint(['inquiry_id'], ['tracing_inquiry.id'], name=op.f('fk_tracing_match_inquiry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tracing_match'))
    )
    with op.batch_alter_table('tracing_match', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tracing_match_child_id'), ['child_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_tracing_match_inquiry_id'), ['inquiry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_tracing_match_verdict'), ['verdict'], unique=False)

    op.create_table('family_restraint',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('because', sa.String(length=500), nullable=False),
    sa.Column('order_number', sa.String(length=64), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_by', sa.String(length=200), nullable=False),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_by', sa.String(length=200), nullable=True),
    sa.Column('lifted_because', sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['family_member.id'], name=op.f('fk_family_restraint_member_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_family_restraint'))
    )
    with op.batch_alter_table('family_restraint', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_family_restraint_member_id'), ['member_id'], unique=False)

    op.create_table('observed_count',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('observation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sex', sa.String(length=8), nullable=False),
    sa.Column('age_band', sa.String(length=8), nullable=False),
    sa.Column('seen', sa.Integer(), nullable=False),
    sa.CheckConstraint('seen > 0', name=op.f('ck_observed_count_seen')),
    sa.ForeignKeyConstraint(['observation_id'], ['place_observation.id'], name=op.f('fk_observed_count_observation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_observed_count')),
    sa.UniqueConstraint('observation_id', 'sex', 'age_band', name=op.f('uq_observed_count_observation_id_sex_age_band'))
    )
    op.create_table('record_name_mark',
    sa.Column('mark', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['record_id'], ['child_record.id'], name=op.f('fk_record_name_mark_record_id')),
    sa.PrimaryKeyConstraint('mark', 'kind', 'record_id', name=op.f('pk_record_name_mark'))
    )
    with op.batch_alter_table('record_name_mark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_record_name_mark_record_id'), ['record_id'], unique=False)

    op.create_table('slot_name_mark',
    sa.Column('mark', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('slot_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['slot_id'], ['slot.id'], name=op.f('fk_slot_name_mark_slot_id')),
    sa.PrimaryKeyConstraint('mark', 'slot_id', name=op.f('pk_slot_name_mark'))
    )
    with op.batch_alter_table('slot_name_mark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_slot_name_mark_slot_id'), ['slot_id'], unique=False)

    op.create_table('slot_relation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slot_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('other_slot_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('adult', sa.String(length=200), nullable=True),
    sa.Column('relation', sa.String(length=16), nullable=False),
    sa.Column('source', sa.String(length=16), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by', sa.String(length=200), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_by', sa.String(length=200), nullable=True),
    sa.Column('withdrawn_because', sa.String(length=500), nullable=True),
    sa.CheckConstraint('(other_slot_id is null) <> (adult is null)', name=op.f('ck_slot_relation_slot_or_adult')),
    sa.ForeignKeyConstraint(['other_slot_id'], ['slot.id'], name=op.f('fk_slot_relation_other_slot_id')),
    sa.ForeignKeyConstraint(['slot_id'], ['slot.id'], name=op.f('fk_slot_relation_slot_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slot_relation'))
    )
    with op.batch_alter_table('slot_relation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_slot_relation_other_slot_id'), ['other_slot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_slot_relation_slot_id'), ['slot_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('slot_relation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_slot_relation_slot_id'))
        batch_op.drop_index(batch_op.f('ix_slot_relation_other_slot_id'))

    op.drop_table('slot_relation')
    with op.batch_alter_table('slot_name_mark', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_slot_name_mark_slot_id'))

    op.drop_table('slot_name_mark')
    with op.batch_alter_table('record_name_mark', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_record_name_mark_record_id'))

    op.drop_table('record_name_mark')
    op.drop_table('observed_count')
    with op.batch_alter_table('family_restraint', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_family_restraint_member_id'))

    op.drop_table('family_restraint')
    with op.batch_alter_table('tracing_match', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tracing_match_verdict'))
        batch_op.drop_index(batch_op.f('ix_tracing_match_inquiry_id'))
        batch_op.drop_index(batch_op.f('ix_tracing_match_child_id'))

    op.drop_table('tracing_match')
    with op.batch_alter_table('place_observation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_place_observation_place_id'))

    op.drop_table('place_observation')
    with op.batch_alter_table('household_aid', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_household_aid_family_id'))

    op.drop_table('household_aid')
    with op.batch_alter_table('family_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_family_member_family_id'))
        batch_op.drop_index('ix_family_member_child')

    op.drop_table('family_member')
    with op.batch_alter_table('child_seal_access', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_child_seal_access_child_id'))
        batch_op.drop_index(batch_op.f('ix_child_seal_access_account_id'))

    op.drop_table('child_seal_access')
    with op.batch_alter_table('child_seal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_child_seal_child_id'))

    op.drop_table('child_seal')
    with op.batch_alter_table('child_record', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_child_record_child_id'))

    op.drop_table('child_record')
    with op.batch_alter_table('tracing_inquiry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tracing_inquiry_taken_at'))
        batch_op.drop_index(batch_op.f('ix_tracing_inquiry_state'))

    op.drop_table('tracing_inquiry')
    with op.batch_alter_table('observed_place', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_observed_place_district'))

    op.drop_table('observed_place')
    with op.batch_alter_table('family', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_family_opened_at'))

    op.drop_table('family')
