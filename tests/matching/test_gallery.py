"""The gallery finds what it holds, forgets what is removed, and comes back from disk as it was."""

import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from matching import EyeCode, Gallery, Template, compare
from matching.errors import (
    SnapshotDamaged,
    SnapshotVersionUnknown,
    TemplateExists,
    TemplateInvalid,
    TemplateUnknown,
    TemplateVersionUnknown,
)
from matching.kernels import reference
from matching.search import Scorer
from matching.simulation import Capture, simulate_templates
from matching.template import WORDS

PEOPLE = list(simulate_templates(np.random.default_rng(7), 60, how=Capture(), captures=2, codes=2))


def filled(count: int = 60) -> Gallery:
    gallery = Gallery()
    for k, (first, _) in enumerate(PEOPLE[:count]):
        gallery.add(k, first)
    return gallery


def answers(gallery: Gallery, probe: Template, **how: object) -> list[tuple[int, float]]:
    return [(c.id, c.score) for c in gallery.identify(probe, 1000, **how)]  # type: ignore[arg-type]


def test_everyone_is_found_by_another_capture() -> None:
    gallery = filled()
    assert [gallery.identify(second)[0].id for _, second in PEOPLE] == list(range(60))


def test_a_full_scan_gives_every_template_the_score_of_compare() -> None:
    gallery = filled()
    probe = PEOPLE[3][1]
    found = dict(answers(gallery, probe, threshold=None))
    assert sorted(found) == list(range(60))
    for k, (first, _) in enumerate(PEOPLE):
        assert found[k] == pytest.approx(compare(probe, first), abs=1e-9)


def test_a_search_with_a_threshold_loses_nothing_under_it() -> None:
    gallery = filled()
    for _, probe in PEOPLE[:20]:
        full, fast = answers(gallery, probe, threshold=None), answers(gallery, probe, threshold=0.36)
        assert [a for a in full if a[1] <= 0.36] == [a for a in fast if a[1] <= 0.36]


def test_candidates_come_best_first_and_no_more_than_asked() -> None:
    found = filled().identify(PEOPLE[0][1], limit=5, threshold=None)
    assert len(found) == 5
    assert [c.score for c in found] == sorted(c.score for c in found)


def test_an_eye_of_a_mixed_capture_is_found_with_both_eyes_scores() -> None:
    mixed = Template(PEOPLE[4][1].left, PEOPLE[9][1].right)
    found = {c.id: c for c in filled().identify(mixed)}
    assert found[4].left.score < 0.3 < found[4].right.score  # type: ignore[union-attr]
    assert found[9].right.score < 0.3 < found[9].left.score  # type: ignore[union-attr]


@pytest.mark.parametrize("eye", ["left", "right"])
def test_a_probe_of_one_eye_finds_a_child_enrolled_with_both(eye: str) -> None:
    second = PEOPLE[5][1]
    probe = Template(left=second.left) if eye == "left" else Template(right=second.right)
    best = filled().identify(probe)[0]
    assert best.id == 5
    assert (best.left is None) == (eye == "right")


def test_the_plain_kernel_gives_the_same_answers() -> None:
    plain = Gallery(scorer=Scorer(scan=reference.scan))
    for k, (first, _) in enumerate(PEOPLE):
        plain.add(k, first)
    fast = filled()
    for _, probe in PEOPLE[:5]:
        assert dict(answers(plain, probe, threshold=None)) == pytest.approx(dict(answers(fast, probe, threshold=None)))


def test_the_lesser_confidence_of_the_two_sides_is_reported() -> None:
    def with_confidence(value: float) -> Template:
        code = PEOPLE[0][0].left[0]
        return Template((EyeCode(code.code, code.mask, confidence=value),))

    gallery = Gallery()
    gallery.add(1, with_confidence(0.75))
    assert gallery.identify(with_confidence(0.9))[0].left.confidence == 0.75  # type: ignore[union-attr]
    assert gallery.identify(with_confidence(0.25))[0].left.confidence == 0.25  # type: ignore[union-attr]


def test_a_removed_template_leaves_no_bit_in_memory() -> None:
    gallery = filled(3)
    for k in range(3):
        gallery.remove(k)
    assert len(gallery) == 0
    for rows in (gallery._eyes.left, gallery._eyes.right):
        assert not any(words.any() for words in (*rows._planes, *rows._rests))
    assert gallery.identify(PEOPLE[0][0], threshold=None) == []


@pytest.mark.parametrize("probe", [None, np.zeros(4096, np.uint8), "x", 7])
def test_what_is_no_template_is_refused(probe: object) -> None:
    with pytest.raises(TypeError, match=r"must be a matching\.Template"):
        filled(2).identify(probe)  # type: ignore[arg-type]


def test_bad_changes_are_refused_and_change_nothing() -> None:
    gallery = filled(2)
    with pytest.raises(TemplateExists):
        gallery.add(1, PEOPLE[5][0])
    with pytest.raises(TemplateUnknown):
        gallery.remove(99)
    with pytest.raises(TemplateInvalid, match="no code"):
        gallery.add(7, Template())
    with pytest.raises(TemplateVersionUnknown, match="re-encode"):
        gallery.add(7, Template(PEOPLE[5][0].left, encoder="other-2"))
    with pytest.raises(TemplateVersionUnknown):
        gallery.identify(Template(PEOPLE[5][0].left, encoder="other-2"))
    with pytest.raises(ValueError, match="limit"):
        gallery.identify(PEOPLE[0][0], limit=0)
    assert len(gallery) == 2
    assert gallery.identify(PEOPLE[1][1])[0].id == 1


def test_a_search_never_sees_half_a_template() -> None:
    """Writers swap two children's templates under one id; a reader must see either child whole."""
    gallery, stop, torn = filled(20), threading.Event(), list[object]()
    a, b = PEOPLE[40][0], PEOPLE[41][0]

    def write() -> None:
        while not stop.is_set():
            for template in (a, b):
                gallery.add(1000, template)
                gallery.remove(1000)

    def read() -> None:
        for _ in range(150):
            for found in gallery.identify(a, 100):
                whole = found.left is not None and found.right is not None
                if found.id == 1000 and not (whole and (found.score == 0 or found.left.score > 0.2)):  # type: ignore[union-attr]
                    torn.append(found)

    writer, readers = threading.Thread(target=write), [threading.Thread(target=read) for _ in range(3)]
    writer.start()
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    stop.set()
    writer.join()
    assert torn == []


class GalleryAgainstDict(RuleBasedStateMachine):
    """Whatever is added and removed, in whatever order, the gallery holds what a dict would."""

    def __init__(self) -> None:
        super().__init__()
        self.gallery, self.model = Gallery(), dict[int, int]()

    @rule(key=st.integers(0, 12), person=st.integers(0, 59))
    def add(self, key: int, person: int) -> None:
        if key in self.model:
            with pytest.raises(TemplateExists):
                self.gallery.add(key, PEOPLE[person][0])
        else:
            self.gallery.add(key, PEOPLE[person][0])
            self.model[key] = person

    @rule(key=st.integers(0, 12))
    def remove(self, key: int) -> None:
        if self.model.pop(key, None) is None:
            with pytest.raises(TemplateUnknown):
                self.gallery.remove(key)
        else:
            self.gallery.remove(key)

    @rule(person=st.integers(0, 59))
    def search(self, person: int) -> None:
        found = [c.id for c in self.gallery.identify(PEOPLE[person][0], 100) if c.score == 0]
        assert found == sorted(key for key, held in self.model.items() if held == person)

    @invariant()
    def size(self) -> None:
        assert len(self.gallery) == len(self.model)


GalleryAgainstDict.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestGalleryAgainstDict = GalleryAgainstDict.TestCase


def test_a_loaded_gallery_answers_as_the_saved_one(tmp_path: Path) -> None:
    gallery = filled()
    for k in (0, 17, 59):
        gallery.remove(k)
    gallery.save(tmp_path / "gallery")
    loaded = Gallery.load(tmp_path / "gallery")
    for _, probe in PEOPLE[:10]:
        assert answers(loaded, probe) == answers(gallery, probe)
    loaded.remove(5)
    loaded.add(0, PEOPLE[0][0])
    assert loaded.identify(PEOPLE[0][1])[0].id == 0


def test_an_empty_gallery_can_be_saved(tmp_path: Path) -> None:
    Gallery().save(tmp_path / "gallery")
    assert len(Gallery.load(tmp_path / "gallery")) == 0


def test_any_flipped_byte_or_cut_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "gallery"
    filled(4).save(path)
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    places = {0, 7, 8, 20, 90, len(whole) // 2, len(whole) - 1, *rng.integers(0, len(whole), 60).tolist()}
    for place in places:
        spoilt = bytearray(whole)
        spoilt[place] ^= 1
        path.write_bytes(spoilt)
        with pytest.raises((SnapshotDamaged, SnapshotVersionUnknown)):
            Gallery.load(path)
    for length in (0, 5, 8, 60, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(SnapshotDamaged):
            Gallery.load(path)
    path.write_bytes(whole + b"x")
    with pytest.raises(SnapshotDamaged):
        Gallery.load(path)


def test_a_save_that_fails_leaves_the_old_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "gallery"
    filled(3).save(path)
    before = path.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("matching.snapshot.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        filled(5).save(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["gallery"]


def test_codes_are_read_only_and_hold_the_words_given() -> None:
    code = EyeCode(np.arange(WORDS, dtype=np.uint64), np.full(WORDS, 2**64 - 1, np.uint64))
    with pytest.raises(ValueError, match="read-only"):
        code.code[0] = 1
