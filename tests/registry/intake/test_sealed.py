"""A sealed child at a van: what the team hears, and what the centre knows."""

from edge.messages.models import SlotOutcome, SlotResult
from registry.access.rules import Role
from registry.access.tables import Account
from registry.children.sealing import Ground, seal
from tests.registry.children.conftest import Colleague
from tests.registry.house import Centre, Eyes, Tablet, slot


def test_a_van_hears_needs_review_of_a_sealed_child_and_the_record_goes_on(
    centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0), given_name="زهرا")))
    officer, registry = Colleague(0, "mina", frozenset({Role.SAFEGUARDING_OFFICER})), centre.registry
    with registry.database.writing() as work:
        account = Account(name="sara", password_hash="x", created_at=registry.clock.now())
        work.session.add(account)
        work.session.flush()
        seal(
            work, child_id=1, ground=Ground.TRAFFICKING_WITNESS, reason="شاهد", named=[account.id], by=officer,
            trail=registry.trail, clock=registry.clock,
        )  # fmt: skip
        work.commit()
    again, stranger = van_1.meet(slot(eyes.of(0, 1))), van_1.meet(slot(eyes.of(1)))
    centre.take(again, stranger)
    (told,) = van_1.result(again)
    assert told == SlotResult(number=1, outcome=SlotOutcome.REVIEW)
    assert str(van_1.result(stranger)[0].outcome) == "new"
    assert centre.rows("select child_id from child_slot_link where unlinked_at is null order by slot_id") == [
        {"child_id": 1}, {"child_id": 1}, {"child_id": 2},
    ]  # fmt: skip
    assert centre.one("select count(*) from review_item") == 0
