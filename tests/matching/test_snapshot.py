"""A gallery on disk: sealed, whole or not at all, and never another one than was asked for."""

import gc
import itertools
import struct
import threading
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from matching import Gallery, GalleryChange, LocalEngine, Template
from matching.errors import SnapshotDamaged, SnapshotKeyWrong, SnapshotOutOfPlace, SnapshotVersionUnknown
from matching.simulation import Capture, simulate_templates
from matching.snapshot import BLOCK, Head, SavedRows, SavedSlots, write_snapshot
from matching.template import BITS, WORDS

KEY = bytes(range(32))
PEOPLE = [t for (t,) in simulate_templates(np.random.default_rng(5), 12, how=Capture(), codes=2)]
PREFIX = 26


def filled(people: int = 12) -> Gallery:
    gallery = Gallery()
    for k in range(people):
        gallery.add(k, PEOPLE[k])
    return gallery


def blocks_of(data: bytes) -> list[bytes]:
    found, at = [], PREFIX
    while at < len(data):
        length = struct.unpack_from("<Q", data, at)[0] + 8 + 16
        found.append(data[at : at + length])
        at += length
    return found


def test_a_sealed_snapshot_answers_as_its_gallery_and_shows_no_code(tmp_path: Path) -> None:
    gallery, path = filled(), tmp_path / "gallery"
    gallery.save(path, seq=7, key=KEY, name="shard 1 at 7")
    loaded, seq = Gallery.load_with_seq(path, key=KEY, named=lambda seq: f"shard 1 at {seq}")
    assert seq == 7
    assert [loaded.identify(p) for p in PEOPLE] == [gallery.identify(p) for p in PEOPLE]
    data = path.read_bytes()
    assert not any(code.code.tobytes()[:16] in data for p in PEOPLE for code in (*p.left, *p.right))
    assert b"gabor" not in data


def test_the_same_gallery_never_gives_the_same_bytes_twice(tmp_path: Path) -> None:
    for name in ("a", "b"):
        filled().save(tmp_path / name, key=KEY)
    a, b = (blocks_of((tmp_path / name).read_bytes()) for name in ("a", "b"))
    assert all(x[8:] != y[8:] for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize(("written", "read"), [(KEY, None), (None, KEY), (KEY, bytes(32))])
def test_another_key_or_none_or_an_open_file_is_refused(tmp_path: Path, written: bytes, read: bytes) -> None:
    filled().save(tmp_path / "gallery", key=written)
    with pytest.raises(SnapshotKeyWrong, match="rebuilt from the database"):
        Gallery.load(tmp_path / "gallery", key=read)


def test_a_key_of_another_length_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        filled().save(tmp_path / "gallery", key=b"short")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", [KEY, None])
def test_blocks_left_out_moved_or_taken_from_another_snapshot_are_noticed(tmp_path: Path, key: bytes | None) -> None:
    path, other = tmp_path / "gallery", tmp_path / "other"
    filled().save(path, key=key)
    filled().save(other, key=key)
    whole, foreign = path.read_bytes(), blocks_of(other.read_bytes())
    own, head = blocks_of(whole), whole[:PREFIX]
    assert head + b"".join(own) == whole
    spoilt = [own[:k] + own[k + 1 :] for k in range(len(own))]
    spoilt += [own[:k] + foreign[k : k + 1] + own[k + 1 :] for k in range(len(own))]
    spoilt += [list(order) for order in itertools.permutations(own) if list(order) != own][:30]
    for blocks in [*spoilt, foreign, [*own, own[-1]]]:
        path.write_bytes(head + b"".join(blocks))
        with pytest.raises(SnapshotDamaged):
            Gallery.load(path, key=key)


def test_an_older_or_newer_format_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gallery"
    filled(1).save(path)
    data = bytearray(path.read_bytes())
    data[6] = 1
    path.write_bytes(data)
    with pytest.raises(SnapshotVersionUnknown, match="has version 1, this program reads 4"):
        Gallery.load(path)


ORDER = np.arange(BITS, dtype=np.uint16)


def drawn(rng: np.random.Generator, first: int, slots: int, *, right: bool = True) -> SavedSlots:
    """Ids from `first` on, a code of the left eye each, and of the right one."""
    words = rng.integers(0, 2**63, (2, slots, 2, WORDS)).astype(np.uint64)
    counts = np.ones(slots, np.int8)
    other = SavedRows(counts, words[1]) if right else SavedRows(np.zeros(slots, np.int8), words[1, :0])
    return SavedSlots(np.arange(first, first + slots), np.ones((slots, 2)), SavedRows(counts, words[0]), other)


def written(path: Path, rng: np.random.Generator, slots: int, *, right: bool = True) -> Path:
    sizes = [(first, min(BLOCK, slots - first)) for first in range(0, slots, BLOCK)]
    head = Head(PEOPLE[0].encoder, 1, slots, ORDER, ORDER)
    write_snapshot(path, head, (drawn(rng, first + 50, size, right=right) for first, size in sizes), key=KEY)
    return path


def test_a_header_that_counts_more_than_the_file_holds_takes_no_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = Head("gabor-1", 0, 1 << 40, ORDER, ORDER)
    monkeypatch.setattr("matching.snapshot._checked", lambda blocks, _slots: blocks)
    write_snapshot(tmp_path / "gallery", endless, iter(()))
    with pytest.raises(SnapshotDamaged):
        Gallery.load(tmp_path / "gallery")


@pytest.mark.parametrize("slots", [[5, 3], [9]])
def test_other_slots_than_the_head_counts_are_refused_and_leave_no_file(
    tmp_path: Path, rng: np.random.Generator, slots: list[int]
) -> None:
    head = Head(PEOPLE[0].encoder, 1, 10, ORDER, ORDER)
    with pytest.raises(ValueError, match="slots"):
        write_snapshot(tmp_path / "gallery", head, (drawn(rng, 50 * n, n) for n in slots), key=KEY)
    assert list(tmp_path.iterdir()) == []


def test_neither_writing_nor_reading_holds_the_codes_twice(tmp_path: Path, rng: np.random.Generator) -> None:
    """Rows lie outside of what is traced. A slot more may cost its id, its place and its confidence, not its codes."""

    def peaks(slots: int) -> tuple[int, int]:
        path = written(tmp_path / "gallery", rng, slots)
        gc.collect()
        tracemalloc.start()
        gallery = Gallery.load(path, key=KEY)
        loading = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        tracemalloc.start()
        gallery.save(path, key=KEY)
        saving = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return loading, saving

    few, many = 2 * BLOCK, 8 * BLOCK
    for less, more in zip(peaks(few), peaks(many), strict=True):
        assert more - less < 150 * (many - few)
        assert less < 5 * BLOCK * 2 * 512


def test_searches_go_on_and_changes_wait_while_a_snapshot_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = LocalEngine()
    engine.apply(GalleryChange(seq=k + 1, op="add", template_id=k, template=PEOPLE[k]) for k in range(3))
    writing, go_on, changed = threading.Event(), threading.Event(), threading.Event()

    def slowly(_handle: int) -> None:
        writing.set()
        assert go_on.wait(10)

    def change() -> None:
        engine.apply([GalleryChange(seq=4, op="remove", template_id=1)])
        changed.set()

    monkeypatch.setattr("matching.snapshot.os.fsync", slowly)
    threads = [threading.Thread(target=lambda: engine.save(tmp_path / "gallery")), threading.Thread(target=change)]
    threads[0].start()
    assert writing.wait(10)
    threads[1].start()
    assert engine.search(PEOPLE[1]).candidates[0].id == 1
    assert not changed.wait(0.1)
    go_on.set()
    for thread in threads:
        thread.join()
    assert 1 not in {c.id for c in engine.search(PEOPLE[1]).candidates}
    loaded = LocalEngine.load(tmp_path / "gallery")
    assert (loaded.seq, loaded.size) == (3, 3)


def test_one_of_another_name_is_refused(tmp_path: Path) -> None:
    filled().save(tmp_path / "gallery", name="shard 1 of 3")
    with pytest.raises(SnapshotOutOfPlace, match="'shard 1 of 3', but 'shard 2 of 3'"):
        Gallery.load_with_seq(tmp_path / "gallery", named=lambda _seq: "shard 2 of 3")


@pytest.mark.parametrize("log", [(1, 2), (5, 9)])
def test_one_that_does_not_join_the_log_is_refused(tmp_path: Path, log: tuple[int, int]) -> None:
    """The database was set back to row 2, or the log was cut and begins at row 5."""
    engine = LocalEngine()
    engine.apply(GalleryChange(seq=k + 1, op="add", template_id=k, template=PEOPLE[k]) for k in range(3))
    engine.save(tmp_path / "gallery", key=KEY)
    assert LocalEngine.load(tmp_path / "gallery", key=KEY, log=(4, 9)).seq == 3
    with pytest.raises(SnapshotOutOfPlace, match="log row 3"):
        LocalEngine.load(tmp_path / "gallery", key=KEY, log=log)


def test_whole_blocks_and_a_rest_come_back_in_their_places(tmp_path: Path, rng: np.random.Generator) -> None:
    slots = 2 * BLOCK + 5
    gallery = Gallery.load(written(tmp_path / "gallery", rng, slots, right=False), key=KEY)
    assert len(gallery) == slots
    for slot in (0, BLOCK, slots - 1):
        gallery.remove(slot + 50)
    gallery.add(50, PEOPLE[0])
    assert gallery.identify(PEOPLE[0], threshold=0.0)[0].id == 50
    assert gallery.codes_per_eye == pytest.approx((slots - 3 + 4) / (slots - 3 + 2))


def test_slots_of_many_codes_come_back_with_all_of_them(tmp_path: Path) -> None:
    gallery = Gallery()
    for k in range(12):
        left, right = PEOPLE[k].left, PEOPLE[(k + 1) % 12].right
        gallery.add(k, Template(left=left[: k % 3], right=right[: 1 + k % 2], encoder=PEOPLE[k].encoder))
    gallery.save(tmp_path / "gallery", key=KEY)
    loaded = Gallery.load(tmp_path / "gallery", key=KEY)
    assert loaded.codes_per_eye == gallery.codes_per_eye
    assert [loaded.identify(p) for p in PEOPLE] == [gallery.identify(p) for p in PEOPLE]
