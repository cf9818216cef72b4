"""What a reviewer reads of the meetings of two records."""

from registry.children.records import ChildSeal
from registry.review.evidence import evidence_of
from registry.review.sides import Sides
from tests.registry.house import Centre, Eyes, Tablet, slot


def beside(centre: Centre) -> list[tuple[str, ...]]:
    with centre.registry.database.reading() as work:
        sides = Sides(children=(1, 3), slots=(frozenset({1}), frozenset({3})), test=False)
        found = evidence_of(work.session, sides)
        return [meeting.beside for record in found.records for meeting in record.meetings]


def test_a_sealed_child_is_not_named_among_those_met_beside(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    sister = slot(eyes.of(1), number=2, given_name="زرغونه")
    centre.take(van_1.meet(slot(eyes.of(0), given_name="زهرا"), sister), van_1.meet(slot(eyes.of(2))))
    assert beside(centre) == [("زرغونه",), ()]
    now = centre.registry.clock.now()
    with centre.registry.database.writing() as work:
        seal = ChildSeal(child_id=2, ground="other", reason="شاهد", sealed_at=now, sealed_by="mina")
        work.session.add(seal)
        work.commit()
    assert beside(centre) == [(), ()]
