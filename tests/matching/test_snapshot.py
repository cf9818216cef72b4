"""A gallery on disk: sealed, whole or not at all, and never another one than was asked for."""

import itertools
import struct
from pathlib import Path

import numpy as np
import pytest

from matching import Gallery, GalleryChange, LocalEngine
from matching.errors import SnapshotDamaged, SnapshotKeyWrong, SnapshotOutOfPlace, SnapshotVersionUnknown
from matching.simulation import Capture, simulate_templates
from matching.snapshot import BLOCK, SavedRows, Snapshot, read_snapshot, write_snapshot
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
    with pytest.raises(SnapshotVersionUnknown, match="has version 1, this program reads 3"):
        Gallery.load(path)


def test_a_header_that_counts_more_than_the_file_holds_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "gallery"
    order, counts = np.arange(BITS, dtype=np.uint16), np.ones(3, np.int8)
    few = SavedRows(order, counts, np.zeros((3, 2, WORDS), np.uint64))
    endless = np.lib.stride_tricks.as_strided(np.zeros(1, np.uint64), (1 << 36, 2, WORDS), (0, 0, 0))
    vast = SavedRows(order, counts, endless)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matching.snapshot._rows_payloads", lambda _rows: iter(()))
        write_snapshot(path, Snapshot("gabor-1", 0, np.arange(3), np.ones((3, 2)), vast, few))
    with pytest.raises(SnapshotDamaged):
        read_snapshot(path)


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
    words = rng.integers(0, 2**63, (slots, 2, WORDS)).astype(np.uint64)
    words[:, 0] &= words[:, 1]
    order, ids = np.arange(BITS, dtype=np.uint16), np.arange(slots, dtype=np.int64) + 50
    held = SavedRows(order, np.ones(slots, np.int8), words)
    nobody = SavedRows(order, np.zeros(slots, np.int8), words[:0])
    write_snapshot(tmp_path / "gallery", Snapshot(PEOPLE[0].encoder, 1, ids, np.ones((slots, 2)), held, nobody))
    gallery = Gallery.load(tmp_path / "gallery")
    assert len(gallery) == slots
    for slot in (0, BLOCK, slots - 1):
        gallery.remove(slot + 50)
    gallery.add(50, PEOPLE[0])
    assert gallery.identify(PEOPLE[0], threshold=0.0)[0].id == 50
    assert gallery.codes_per_eye == pytest.approx((slots - 3 + 4) / (slots - 3 + 2))
