"""The enrolled templates in memory, searchable while they change."""

import operator
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.errors import SnapshotOutOfPlace, TemplateExists, TemplateInvalid, TemplateUnknown, TemplateVersionUnknown
from matching.forking import FIRST_USE
from matching.interfaces import Candidate
from matching.rotations import USUAL, Rotations, packed
from matching.rows import EyeRows
from matching.screened import EyePair, Found
from matching.search import DEFAULT_SCORER, Scorer, best_confidence, check_template
from matching.slots import Slots
from matching.snapshot import BLOCK, Head, SavedSlots, reading, write_snapshot
from matching.template import Template

DEFAULT_THRESHOLD = 0.42
"""A search returns what has any score (left, right, both) at or under it: the loosest review threshold and a margin."""
Named = Callable[[int], str]


class Gallery:
    """Templates by id. Safe to call from several threads; a search sees each template whole or not at all.

    One lock guards rows and kernel: a search of 10,000 templates holds it for a millisecond. The first template
    decides the encoder; templates of another are refused. Codes lie under a permutation of their bits that is the
    gallery's secret (`seed`; None: a new one). While a snapshot is written, searches go on and changes wait.
    """

    def __init__(self, *, scorer: Scorer = DEFAULT_SCORER, seed: int | None = None) -> None:
        self._scorer = scorer
        self._lock, self._changing = threading.Lock(), threading.Lock()
        self._slots = Slots()
        self._eyes = EyePair.with_secret(secrets.randbits(128) if seed is None else seed)
        self._encoder: str | None = None

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, template_id: object) -> bool:
        if not isinstance(template_id, int | np.integer):
            return False
        with self._lock:
            return self._slots.find(int(template_id)) is not None

    @property
    def encoder(self) -> str | None:
        """The encoder whose templates this gallery holds; None until the first one."""
        return self._encoder

    @property
    def codes_per_eye(self) -> float | None:
        """Of the enrolled eyes on average; None for an empty gallery."""
        return self._eyes.codes_per_eye

    def add(self, id: int, template: Template) -> None:  # noqa: A002 - the name is the outside contract's
        """Errors: TypeError, TemplateExists, TemplateInvalid (no code at all), TemplateVersionUnknown."""
        template_id = operator.index(id)
        check_template(template, "template")
        if not template.left and not template.right:
            raise TemplateInvalid(f"template {template_id} has no code of either eye")
        with self._changing, self._lock:
            self._check_encoder(template)
            slot = self._slots.take(template_id)
            if slot is None:
                raise TemplateExists(template_id)
            self._encoder = template.encoder
            self._slots.confidence[slot] = best_confidence(template.left), best_confidence(template.right)
            self._eyes.add(packed(template.left), packed(template.right), slot)

    def remove(self, id: int) -> None:  # noqa: A002
        """Forget a template; its rows are overwritten before this returns. Errors: TemplateUnknown."""
        template_id = operator.index(id)
        with self._changing, self._lock:
            slot = self._slots.give_back(template_id)
            if slot is None:
                raise TemplateUnknown(template_id)
            self._eyes.clear(slot)

    def identify(
        self,
        template: Template,
        limit: int = 10,
        threshold: float | None = DEFAULT_THRESHOLD,
        *,
        rotations: Rotations = USUAL,
        among: Iterable[int] | None = None,
    ) -> list[Candidate]:
        """The best candidates, best first by the score of both eyes; `among` these ids alone, where they are given.

        With a threshold: templates whose left, right or pooled score is at or under it (a mixed capture shows in
        one eye only); under `screening.WORTH` one exactly at it may be lost, with a chance of at most `screening.LOSS`.
        threshold=None: every template with an eye in common, every bit compared. Errors: TypeError for a probe that is
        no Template, ValueError for a limit under 1, TemplateVersionUnknown, SearchedAfterFork.
        """
        FIRST_USE.demand_here()
        check_template(template, "the probe")
        if operator.index(limit) < 1:
            raise ValueError(f"limit must be 1 or more, not {limit}")
        with self._lock:
            self._check_encoder(template)
            most = np.inf if threshold is None else float(threshold)
            slots = None if among is None else self._slots.find_all(ids_of(among))
            found = self._eyes.search(template, self._slots.used, most, rotations, self._scorer, slots)
            return self._candidates(template, found, limit, most)

    def count(self, among: Iterable[int]) -> int:
        """How many of these ids are here, each counted once."""
        with self._lock:
            return len(self._slots.find_all(ids_of(among)))

    def save(self, path: Path | str, *, seq: int = 0, key: bytes | None = None, name: str = "") -> None:
        """Write a snapshot: whole or not at all. `seq` is the gallery log's number that it stands for.

        `key`: 32 bytes that seal it (`snapshot`); without it the codes are readable by whoever has the file.
        """
        with self._changing:
            slots = self._slots.taken()
            left, right = self._eyes.left.order, self._eyes.right.order
            head = Head(self._encoder or "", seq, len(slots), left, right, name)
            write_snapshot(Path(path), head, self._saved(slots), key=key)

    @classmethod
    def load(cls, path: Path | str, *, key: bytes | None = None, scorer: Scorer = DEFAULT_SCORER) -> "Gallery":
        """Errors: SnapshotDamaged, SnapshotKeyWrong, SnapshotVersionUnknown, FileNotFoundError."""
        gallery, _ = cls.load_with_seq(path, key=key, scorer=scorer)
        return gallery

    @classmethod
    def load_with_seq(
        cls, path: Path | str, *, key: bytes | None = None, named: Named | None = None, scorer: Scorer = DEFAULT_SCORER
    ) -> "tuple[Gallery, int]":
        """`named`: the name that a snapshot of a log number must have; one of another is SnapshotOutOfPlace.

        Errors: also those of `load`.
        """
        with reading(Path(path), key=key) as (head, blocks):
            if named is not None and head.name != named(head.seq):
                raise SnapshotOutOfPlace(Path(path), f"'{head.name}'", f"'{named(head.seq)}'")
            gallery = cls(scorer=scorer)
            gallery._restore(head, blocks)
        return gallery, head.seq

    def _check_encoder(self, template: Template) -> None:
        if self._encoder is not None and template.encoder != self._encoder:
            raise TemplateVersionUnknown(template.encoder, self._encoder)

    def _candidates(self, probe: Template, found: Found, limit: int, threshold: float) -> list[Candidate]:
        with np.errstate(invalid="ignore"):
            places = np.flatnonzero(found.pairs.least <= threshold)
        slots = found.slots[places]
        order = np.lexsort((self._slots.ids[slots], found.pairs.fused[places]))[:limit]
        own = np.array((best_confidence(probe.left), best_confidence(probe.right)), np.float64)
        confidence = np.minimum(self._slots.confidence[slots], own)
        ids = self._slots.ids[slots]
        return [
            found.pairs.candidate(int(places[k]), int(ids[k]), float(confidence[k, 0]), float(confidence[k, 1]))
            for k in order
        ]

    def _saved(self, slots: NDArray[np.int64]) -> Iterator[SavedSlots]:
        for first in range(0, len(slots), BLOCK):
            part = slots[first : first + BLOCK]
            with self._lock:
                left, right = self._eyes.left.saved(part), self._eyes.right.saved(part)
            yield SavedSlots(self._slots.ids[part], self._slots.confidence[part], left, right)

    def _restore(self, head: Head, blocks: Iterator[SavedSlots]) -> None:
        self._encoder = head.encoder or None
        self._slots = Slots.with_room(head.slots)
        self._eyes = EyePair(EyeRows(head.left), EyeRows(head.right))
        for block in blocks:
            first = self._slots.restore(block.ids, block.confidence)
            self._eyes.left.restore(block.left, first)
            self._eyes.right.restore(block.right, first)


def ids_of(among: Iterable[int]) -> NDArray[np.int64]:
    """Ids to search among, as an array. Errors: TypeError for what are no whole numbers."""
    ids = among if isinstance(among, np.ndarray) else np.array([operator.index(one) for one in among], np.int64)
    if ids.ndim != 1 or not np.issubdtype(ids.dtype, np.integer):
        raise TypeError(f"ids to search among must be whole numbers, not {ids.dtype} of {ids.ndim} dimensions")
    return ids.astype(np.int64)
