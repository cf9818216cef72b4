"""A question for each pair that open review items hold already"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# A candidate carries the slot whose search found it: with the probe of the same slot it is a pair.
_PAIRS = """
insert into review_question (
    item_id, child_id, other_id, state, round, raised_by, raised_because, slot_id, opened_at, contested
)
select item.id, probe.child_id, candidate.child_id, 'open', 1, 'matching', '', probe.slot_id, item.opened_at, {no}
from review_item item
join review_member probe on probe.item_id = item.id and probe.role = 'probe'
join review_member candidate on candidate.item_id = item.id and candidate.role = 'candidate'
    and candidate.slot_id = probe.slot_id and candidate.child_id <> probe.child_id
where item.state = 'open'
    and not exists (select 1 from review_question asked where asked.item_id = item.id)
order by item.id, candidate.id
"""


def upgrade() -> None:
    op.execute(_PAIRS.format(no="0" if op.get_bind().dialect.name == "sqlite" else "false"))


def downgrade() -> None:
    """The questions stay: answers may hang on them."""
