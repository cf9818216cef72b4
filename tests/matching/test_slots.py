"""The index of a gallery behaves as a dictionary does, and is far smaller."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.slots import Slots

IDS = st.one_of(st.integers(0, 12), st.integers(-(2**63), 2**63 - 1))


@given(st.lists(st.tuples(st.booleans(), IDS), max_size=300))
def test_it_gives_what_a_dictionary_would_give(steps: list[tuple[bool, int]]) -> None:
    slots, expected = Slots(), dict[int, int]()
    for adds, number in steps:
        if adds:
            slot = slots.take(number)
            assert (slot is None) == (number in expected)
            if slot is not None:
                assert slot not in expected.values()
                expected[number] = slot
        else:
            assert slots.give_back(number) == expected.pop(number, None)
        assert len(slots) == len(expected)
    assert {number: slots.find(number) for _, number in steps} == {n: expected.get(n) for _, n in steps}
    assert slots.taken().tolist() == sorted(expected.values())


def test_ids_far_apart_or_side_by_side_are_found_after_growing_and_after_half_are_gone() -> None:
    rng = np.random.default_rng(5)
    ids = np.unique(np.concatenate((np.arange(20_000), rng.integers(-(2**62), 2**62, 20_000), np.arange(20_000) << 40)))
    rng.shuffle(ids)
    slots = Slots()
    at = {int(number): slots.take(int(number)) for number in ids}
    assert sorted(at.values()) == list(range(len(ids)))  # type: ignore[type-var]
    for number in ids[::2]:
        slots.give_back(int(number))
    assert [slots.find(int(number)) for number in ids[::2]] == [None] * len(ids[::2])
    assert [slots.find(int(number)) for number in ids[1::2]] == [at[int(number)] for number in ids[1::2]]
    assert slots.find_all(ids).tolist() == sorted(at[int(number)] for number in ids[1::2])  # type: ignore[type-var]


def test_some_ids_are_asked_for_at_once_each_counted_once_and_strangers_passed_over() -> None:
    slots = Slots()
    for number in (7, 8, 9):
        slots.take(number)
    assert slots.find_all(np.array([9, 7, 9, 1000])).tolist() == [0, 2]


def test_an_id_costs_a_few_bytes() -> None:
    ids = np.arange(3_000_000)
    slots = Slots.with_room(len(ids))
    for part in np.split(ids, 3):
        assert slots.restore(part, np.zeros((len(part), 2))) == part[0]
    assert slots.nbytes / len(ids) < 8 + 16 + 12.1
    assert slots.find(2_999_999) == 2_999_999
