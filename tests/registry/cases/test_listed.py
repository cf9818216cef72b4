"""The list of cases: what it finds, page by page, and how many it says there are."""

import pytest
from sqlalchemy import ColumnElement, event, select

from registry.access.tables import Account
from registry.bootstrap import Registry
from registry.cases import queries
from registry.cases.tables import Case
from registry.children.tables import Child
from registry.transfers.tables import CaseCustody, Office, OfficeMember
from tests.registry.web.scene import Scene, Seen

SOMEBODY = 1
"""Of no office, unless a test gives them one: nothing is kept from them."""


@pytest.fixture
def scene(registry: Registry) -> Scene:
    return Scene(web=registry)


def listed(registry: Registry, *, state: str = "open", typed: str = "", page: int = 1) -> queries.CaseList:
    with registry.database.reading() as work:
        wanted = queries.case_filter(
            work.session, by=SOMEBODY, marks=registry.names, state=state, typed=typed, page=page
        )
        return queries.listed(work.session, wanted)


@pytest.fixture
def in_tehran(registry: Registry, scene: Scene) -> list[int]:
    """Cases of an office, of another one, and of none; SOMEBODY works in the first."""
    scene.meet(Seen(name="زهرا"), Seen(name="امید"), Seen(name="نادیا"))
    now = registry.clock.now()
    with registry.database.writing() as work:
        work.session.add(Account(id=SOMEBODY, name="sara", password_hash="!", created_at=now))
        for number, name in enumerate(("تهران", "کرج"), start=1):
            work.session.add(Office(id=number, name=name, province=name, opened_at=now, opened_by="test"))
        work.session.flush()
        work.session.add(OfficeMember(office_id=1, account_id=SOMEBODY, since=now, given_by="test"))
        cases = sorted(work.session.scalars(select(Case.id)))
        for office, case in zip((1, 2), cases, strict=False):
            work.session.add(CaseCustody(case_id=case, office_id=office, since=now))
        work.commit()
    return cases


def test_of_an_office_are_its_cases_and_those_that_no_office_has(registry: Registry, in_tehran: list[int]) -> None:
    ours, _, nobodys = in_tehran
    for state in ("open", "intake", "in_transfer", "all"):
        with registry.database.reading() as work:
            of_state = set(work.session.scalars(select(Case.id).where(_in_state(state))))
        assert set(ids(listed(registry, state=state))) == {ours, nobodys} & of_state


def _in_state(state: str) -> ColumnElement[bool]:
    return Case.state == state if state not in ("open", "all") else Case.state != "closed"


def test_a_case_that_goes_on_beside_one_of_ours_is_ours_to_see(registry: Registry, in_tehran: list[int]) -> None:
    ours, theirs, nobodys = in_tehran
    with registry.database.writing() as work:
        leading, beside = (work.session.get_one(Case, number) for number in (ours, theirs))
        beside.joined_to_id, beside.child_id = leading.id, leading.child_id
        work.commit()
    assert set(ids(listed(registry))) == {ours, theirs, nobodys}


def ids(found: queries.CaseList) -> list[int]:
    return [row.case.id for row in found.rows]


def test_pages_follow_each_other_and_all_say_how_many_there_are(
    registry: Registry, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.meet(*(Seen(name="زهرا") for _ in range(5)))
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    pages = [listed(registry, page=number) for number in (1, 2, 3)]
    assert [len(one.rows) for one in pages] == [2, 2, 1]
    assert [one.more for one in pages] == [True, True, False]
    assert {one.total for one in pages} == {5}
    assert sorted(number for one in pages for number in ids(one)) == [1, 2, 3, 4, 5]
    assert ids(listed(registry, page=4)) == []


def test_beyond_the_most_that_is_counted_the_list_only_says_that_there_are_more(
    registry: Registry, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.meet(*(Seen(name="زهرا") for _ in range(5)))
    monkeypatch.setattr(queries, "PAGE_SIZE", 1)
    monkeypatch.setattr(queries, "MOST_COUNTED", 2)
    assert [(one.total, one.more) for one in (listed(registry, page=number) for number in (1, 3, 4, 5))] == [
        (3, True), (3, True), (3, True), (3, False),
    ]  # fmt: skip


def test_what_was_typed_is_a_name_a_number_a_piece_of_one_or_a_card(registry: Registry, scene: Scene) -> None:
    scene.meet(Seen(name="زرغونه"), Seen(name="محمد رضا"))
    with registry.database.reading() as work:
        case, card = work.session.execute(select(Case, Child.code).join(Case.child).order_by(Case.id).limit(1)).one()
    for typed in ("زرغونه", case.number, case.number[:10], card):
        assert ids(listed(registry, typed=typed)) == [case.id], typed
    assert ids(listed(registry, typed="پروین")) == ids(listed(registry, typed="؟!")) == []
    assert ids(listed(registry, typed=case.number, state="closed")) == []


def test_a_page_of_cases_takes_as_many_statements_however_many_there_are(registry: Registry, scene: Scene) -> None:
    told: list[str] = []
    event.listen(registry.database.engine, "before_cursor_execute", lambda *given: told.append(str(given[2])))
    counts = []
    for _ in range(2):
        scene.meet(Seen(name="زهرا"), Seen(name="امید"), Seen(name="نادیا"))
        told.clear()
        assert listed(registry).total
        counts.append(len(told))
    assert counts[0] == counts[1]
