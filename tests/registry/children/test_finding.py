"""Finding children by name."""

import pytest
from sqlalchemy import delete, event, select

from registry.children.marked import gather_marks
from registry.children.recording import mark_everything_again
from registry.children.records import RecordNameMark, SlotNameMark
from registry.children.tables import ChildSlotLink
from registry.names.rules import Grade
from registry.names.tokens import NameMarks
from tests.registry.children.conftest import Colleague, Desk


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("غلام‌رضا", "غلامرضا"),
        ("ګلالۍ", "گلالی"),
        ("عبداللہ", "عبد اله"),
        ("سید حسین", "حسین"),
        ("إسماعيل", "اسمعیل"),
        ("ذوالفقار", "زولفقار"),
    ],
)
def test_a_name_said_on_the_street_is_found_in_another_spelling(
    desk: Desk, sara: Colleague, said: str, typed: str
) -> None:
    child, _ = desk.meet(said, "نادیا")
    assert desk.found(sara, own=typed) == [child]


def test_who_sounds_alike_comes_before_who_is_a_slip_away(desk: Desk, sara: Colleague) -> None:
    near, alike, _ = desk.meet("محمود", "محمّد", "پروین")
    found = desk.find(sara, own="محمد")
    assert [(row.child.id, row.grade) for row in found.rows] == [(alike, Grade.SAME), (near, Grade.NEAR)]


def test_a_name_too_short_for_slips_is_found_once(desk: Desk, sara: Colleague) -> None:
    (child,) = desk.meet("نو")
    assert desk.found(sara, own="نو") == [child]


def test_of_several_words_one_slips_and_the_others_are_there(desk: Desk, sara: Colleague) -> None:
    alike, near, _, _ = desk.meet("محمد رضا", "محمود رضا", "محمود", "رضا")
    found = desk.find(sara, own="محمد رضا")
    assert [(row.child.id, row.grade) for row in found.rows] == [(alike, Grade.SAME), (near, Grade.NEAR)]
    assert desk.found(sara, own="محمد رضا", father="کریم") == []


def test_whoever_may_not_be_seen_takes_no_place_on_a_page(desk: Desk, sara: Colleague, officer: Colleague) -> None:
    children = desk.meet(*["زرغونه"] * 5)
    for child in children[2:]:
        desk.seal(child, officer, officer)
    page = desk.find(sara, own="زرغونه", limit=2)
    assert ([row.child.id for row in page.rows], page.after) == ([children[1], children[0]], None)


def test_names_of_the_record_are_found_with_the_fathers_and_the_grandfathers(desk: Desk, sara: Colleague) -> None:
    zahra, other = desk.meet("زهرا", "زهرا")
    desk.write(zahra, sara, given_name="زهرا", family_name="نوری", fathers_name="عبدالکریم", grandfathers_name="صفدر")
    desk.write(other, sara, given_name="زهرا", family_name="احمدی", fathers_name="سلیم")
    assert desk.found(sara, own="زهرا نوری") == [zahra]
    assert desk.found(sara, own="زهرا", father="عبد الکریم") == [zahra]
    assert desk.found(sara, own="زهرا", father="سلیم", grandfather="صفدر") == []
    assert desk.found(sara, grandfather="سفدر") == [zahra]
    assert set(desk.found(sara, own="زهرا")) == {zahra, other}


def test_an_earlier_spelling_still_finds_the_child(desk: Desk, sara: Colleague) -> None:
    (child,) = desk.meet(None)
    first = desk.write(child, sara, given_name="پلوشه")
    desk.write(child, sara, seen=first.id, given_name="مرسل")
    assert desk.found(sara, own="پلوشه") == desk.found(sara, own="مرسل") == [child]


def test_pages_hold_every_child_once(desk: Desk, sara: Colleague) -> None:
    for _ in range(3):
        desk.meet("محمد", "محمود", "احمد")
    seen: list[int] = []
    after = None
    for _ in range(20):
        page = desk.find(sara, own="محمد", after=after, limit=2)
        seen += [row.child.id for row in page.rows]
        after = page.after
        if after is None:
            break
    assert after is None
    assert len(seen) == len(set(seen)) == 6
    assert seen == desk.found(sara, own="محمد")


def test_a_slot_that_was_taken_from_a_child_takes_its_name_along(desk: Desk, sara: Colleague) -> None:
    wrong, right = desk.meet("زرغونه", "نادیا")
    with desk.work() as work:
        link = work.session.scalars(select(ChildSlotLink).where(ChildSlotLink.child_id == wrong)).one()
        link.unlinked_at = desk.registry.clock.now()
        work.session.flush()
        work.session.add(
            ChildSlotLink(slot_id=link.slot_id, child_id=right, linked_at=desk.registry.clock.now(), linked_by="sara")
        )
        gather_marks(work, [wrong, right])
    assert desk.found(sara, own="زرغونه") == [right]


@pytest.mark.parametrize("typed", ["؟!", "\u200c", "<>"])
def test_what_holds_no_letter_finds_nobody(desk: Desk, sara: Colleague, typed: str) -> None:
    desk.meet("زهرا")
    assert desk.found(sara, own=typed) == []


def test_without_a_name_everybody_is_listed(desk: Desk, sara: Colleague) -> None:
    children = desk.meet("زهرا", None, "علی")
    assert desk.found(sara, own="  ") == sorted(children, reverse=True)


def statements_of(desk: Desk, by: Colleague) -> int:
    told: list[str] = []

    def listen(*arguments: object) -> None:
        told.append(str(arguments[2]))

    event.listen(desk.registry.database.engine, "before_cursor_execute", listen)
    desk.find(by, own="زهرا")
    event.remove(desk.registry.database.engine, "before_cursor_execute", listen)
    return len(told)


def test_more_children_take_no_more_statements(desk: Desk, sara: Colleague) -> None:
    desk.meet("زهرا")
    one = statements_of(desk, sara)
    desk.meet("زهرا", "زهرا", "زهرا")
    assert statements_of(desk, sara) == one <= 8


def test_marks_can_be_made_again_for_another_key(desk: Desk, sara: Colleague) -> None:
    (child,) = desk.meet("زهرا")
    desk.write(child, sara, given_name="زهرا", fathers_name="کریم")
    with desk.work() as work:
        work.session.execute(delete(SlotNameMark))
        work.session.execute(delete(RecordNameMark))
        assert mark_everything_again(work, desk.registry.names) == 2
    assert desk.found(sara, own="زهرا", father="كريم") == [child]
    with desk.work() as work:
        mark_everything_again(work, NameMarks(b"x" * 32))
    assert desk.found(sara, own="زهرا") == []
