"""Which shard holds which template."""

import collections

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.distributed import Era, Layout
from matching.distributed.log import batches, part_of
from matching.errors import GapInLog, TemplateInvalid
from matching.interfaces import GalleryChange
from matching.template import Template

GROWN = Layout.of(2).grown(after=100).grown(after=200, takers=(0, 1, 2, 3))


@given(st.integers(0, 2**63 - 1), st.integers(1, 300), st.integers(300, 10**9))
def test_a_template_stays_where_it_was_put_when_shards_are_added(template: int, seq: int, after: int) -> None:
    assert GROWN.grown(after=after).shard_of(template, seq) == GROWN.shard_of(template, seq)
    assert GROWN.grown(after=after).shard_of(template, after + 1) == GROWN.shards


def test_new_templates_go_to_the_new_shard_from_the_row_after_the_eras_begin() -> None:
    assert {GROWN.shard_of(k, 100) for k in range(100)} == {0, 1}
    assert {GROWN.shard_of(k, 101) for k in range(100)} == {2}
    assert {GROWN.shard_of(k, 201) for k in range(100)} == {0, 1, 2, 3}
    assert [GROWN.begins(shard) for shard in range(4)] == [0, 0, 100, 200]


def test_ids_in_a_row_spread_evenly() -> None:
    counts = collections.Counter(Layout.of(7).shard_of(k, 1) for k in range(70_000))
    assert max(counts.values()) < 1.05 * min(counts.values())


def test_the_rule_is_the_same_for_ever() -> None:
    """A changed rule would look for templates where they are not: this list may never change."""
    assert [Layout.of(5).shard_of(k, 1) for k in (0, 1, 2, 3, 10**9, 2**62)] == [0, 0, 0, 3, 4, 0]


def test_it_survives_being_written_down() -> None:
    assert Layout.from_json(GROWN.to_json()) == GROWN


@pytest.mark.parametrize("eras", [(), (Era(1, (0,)),), (Era(0, ()),), (Era(0, (0,)), Era(0, (1,)))])
def test_eras_that_leave_a_row_without_a_shard_are_refused(eras: tuple[Era, ...]) -> None:
    with pytest.raises(ValueError, match="eras must begin at 0"):
        Layout("gallery", eras)


@pytest.mark.parametrize("takers", [(0,), (), (5,), (2, 3)])
def test_a_shard_cannot_be_added_without_templates_or_with_shards_that_are_not_there(takers: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="include the new one, 2"):
        Layout.of(2).grown(after=5, takers=takers)


def test_a_snapshots_name_changes_with_the_log_and_with_earlier_eras_but_not_with_later_ones() -> None:
    assert Layout.of(2).name(0, 100) == GROWN.name(0, 100)
    assert Layout.of(2).name(0, 101) != GROWN.name(0, 101)
    assert Layout.of(2).name(0, 1) != Layout.of(3).name(0, 1)
    assert Layout.of(2).name(0, 1) != Layout.of(2, log="another").name(0, 1)
    assert Layout.of(2).name(0, 1) != Layout.of(2).name(1, 1)


def rows(*numbers: int) -> list[GalleryChange]:
    return [GalleryChange(seq=n, op="add", template_id=n, template=Template()) for n in numbers]


@given(st.integers(0, 20), st.integers(0, 20), st.integers(1, 7))
def test_batches_hold_every_row_beyond_the_last_one_once_and_in_order(count: int, after: int, size: int) -> None:
    got = list(batches(rows(*range(1, count + 1)), after=after, size=size))
    assert [row.seq for batch, _ in got for row in batch] == list(range(after + 1, count + 1))
    assert all(0 < len(batch) <= size and problem is None for batch, problem in got)


def test_a_gap_or_a_refused_row_ends_the_batches_with_the_rows_before_it() -> None:
    *_, (batch, problem) = batches(rows(1, 2, 3, 5, 6), after=0, size=2)
    assert ([row.seq for row in batch], isinstance(problem, GapInLog)) == ([3], True)
    refused = TemplateInvalid("no")
    ((batch, problem),) = batches(rows(1, 2, 3), after=0, size=9, refuse=lambda r: refused if r.seq == 3 else None)
    assert ([row.seq for row in batch], problem) == ([1, 2], refused)


def test_every_addition_is_one_shards_and_every_removal_is_all_shards() -> None:
    layout = Layout.of(3)
    batch = [
        *rows(1, 2, 3, 4),
        GalleryChange(seq=5, op="remove", template_id=1),
        GalleryChange(seq=6, op="add", template_id=9),
    ]
    parts = [part_of(batch, shard, layout) for shard in range(3)]
    assert sorted(row.seq for part in parts for row in part if row.op == "add") == [1, 2, 3, 4]
    assert all(part[-1].seq == 5 for part in parts)
