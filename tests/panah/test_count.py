"""The demo's arithmetic, held to small stories."""

from uuid import UUID, uuid4

from panah.demo.count import StandingSlot, Tally, tally


def slot(
    capture: UUID, outcome: str, child_id: int | None, *, number: int = 1, provisional: bool = False
) -> StandingSlot:
    return StandingSlot(
        capture_id=capture, number=number, outcome=outcome, child_id=child_id, provisional=provisional,
        enrolled=outcome in {"new", "known", "review"},
    )  # fmt: skip


def story(*meetings: tuple[str, str, int | None, bool]) -> Tally:
    ids = [uuid4() for _ in meetings]
    slots = [slot(i, outcome, record, provisional=p) for i, (_, outcome, record, p) in zip(ids, meetings, strict=True)]
    return tally(slots, {i: [child] for i, (child, *_) in zip(ids, meetings, strict=True)})


def test_a_child_found_again_is_known_and_counted_as_a_reencounter() -> None:
    counted = story(("zahra", "new", 1, False), ("zahra", "known", 1, False))
    assert (counted.reencounters, counted.known, counted.known_wrong, counted.wrongly_merged) == (1, 1, 0, 0)


def test_a_child_under_anothers_record_is_wrongly_merged() -> None:
    counted = story(("zahra", "new", 1, False), ("omid", "known", 1, False))
    assert (counted.reencounters, counted.known, counted.known_wrong, counted.wrongly_merged) == (0, 0, 1, 1)


def test_a_second_record_is_a_split_but_not_while_it_is_in_review() -> None:
    assert story(("zahra", "new", 1, False), ("zahra", "new", 2, False)).wrongly_split == 1
    assert story(("zahra", "new", 1, False), ("zahra", "review", 2, True)).wrongly_split == 0


def test_siblings_of_one_encounter_are_not_met_again_within_it() -> None:
    capture = uuid4()
    slots = [slot(capture, "new", 1), slot(capture, "review", 2, number=2, provisional=True)]
    assert tally(slots, {capture: ["zahra", "zahra"]}).reencounters == 0


def test_captures_of_another_shift_are_left_out() -> None:
    assert tally([slot(uuid4(), "new", 1)], {}).outcomes == {}
