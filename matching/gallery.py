"""The enrolled templates in memory, searchable while they change."""

import operator
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.errors import SnapshotOutOfPlace, TemplateExists, TemplateInvalid, TemplateUnknown, TemplateVersionUnknown
from matching.interfaces import Candidate
from matching.rotations import USUAL, Rotations, packed
from matching.screened import EyePair, Found
from matching.search import DEFAULT_SCORER, Scorer, best_confidence, check_template
from matching.snapshot import Snapshot, read_snapshot, write_snapshot
from matching.template import Template

DEFAULT_THRESHOLD = 0.42
"""A search returns what has any score (left, right, both) at or under it: the loosest review threshold and a margin."""
_GROW = 1024

Named = Callable[[int], str]


@dataclass(slots=True)
class _Slots:
    """Which template is where: ids and confidences by slot, rows by id."""

    ids: NDArray[np.int64] = field(default_factory=lambda: np.zeros(_GROW, np.int64))
    confidence: NDArray[np.float64] = field(default_factory=lambda: np.zeros((_GROW, 2), np.float64))
    used: int = 0
    free: list[int] = field(default_factory=list)
    by_id: dict[int, int] = field(default_factory=dict)

    def take(self, template_id: int) -> int:
        if self.free:
            slot = self.free.pop()
        else:
            slot, self.used = self.used, self.used + 1
            if slot == len(self.ids):
                self.ids = np.concatenate((self.ids, np.zeros_like(self.ids)))
                self.confidence = np.concatenate((self.confidence, np.zeros_like(self.confidence)))
        self.ids[slot] = template_id
        self.by_id[template_id] = slot
        return slot


class Gallery:
    """Templates by id. Safe to call from several threads; a search sees each template whole or not at all.

    One lock guards rows and kernel: a search of 10,000 templates holds it for a millisecond. The first template
    decides the encoder; templates of another are refused. Codes lie under a permutation of their bits that is the
    gallery's secret (`seed`; None: a new one).
    """

    def __init__(self, *, scorer: Scorer = DEFAULT_SCORER, seed: int | None = None) -> None:
        self._scorer = scorer
        self._lock = threading.Lock()
        self._slots = _Slots()
        self._eyes = EyePair.with_secret(secrets.randbits(128) if seed is None else seed)
        self._encoder: str | None = None

    def __len__(self) -> int:
        return len(self._slots.by_id)

    def __contains__(self, template_id: object) -> bool:
        return template_id in self._slots.by_id

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
        with self._lock:
            self._check_encoder(template)
            if template_id in self._slots.by_id:
                raise TemplateExists(template_id)
            self._encoder = template.encoder
            slot = self._slots.take(template_id)
            self._slots.confidence[slot] = best_confidence(template.left), best_confidence(template.right)
            self._eyes.add(packed(template.left), packed(template.right), slot)

    def remove(self, id: int) -> None:  # noqa: A002
        """Forget a template; its rows are overwritten before this returns. Errors: TemplateUnknown."""
        template_id = operator.index(id)
        with self._lock:
            slot = self._slots.by_id.pop(template_id, None)
            if slot is None:
                raise TemplateUnknown(template_id)
            self._eyes.clear(slot)
            self._slots.ids[slot] = 0
            self._slots.free.append(slot)

    def identify(
        self,
        template: Template,
        limit: int = 10,
        threshold: float | None = DEFAULT_THRESHOLD,
        *,
        rotations: Rotations = USUAL,
    ) -> list[Candidate]:
        """The best candidates, best first by the score of both eyes.

        With a threshold: templates whose left, right or pooled score is at or under it (a mixed capture shows in
        one eye only); under `screening.WORTH` one exactly at it may be lost, with a chance of at most `screening.LOSS`.
        threshold=None: every template with an eye in common, every bit compared. Errors: TypeError for a probe that is
        no Template, ValueError for a limit under 1, TemplateVersionUnknown.
        """
        check_template(template, "the probe")
        if operator.index(limit) < 1:
            raise ValueError(f"limit must be 1 or more, not {limit}")
        with self._lock:
            self._check_encoder(template)
            most = np.inf if threshold is None else float(threshold)
            found = self._eyes.search(template, self._slots.used, most, rotations, self._scorer)
            return self._candidates(template, found, limit, most)

    def save(self, path: Path | str, *, seq: int = 0, key: bytes | None = None, name: str = "") -> None:
        """Write a snapshot: whole or not at all. `seq` is the gallery log's number that it stands for.

        `key`: 32 bytes that seal it (`snapshot`); without it the codes are readable by whoever has the file.
        """
        with self._lock:
            snapshot = self._snapshot(seq, name)
        write_snapshot(Path(path), snapshot, key=key)

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
        snapshot = read_snapshot(Path(path), key=key)
        if named is not None and snapshot.name != named(snapshot.seq):
            raise SnapshotOutOfPlace(Path(path), f"'{snapshot.name}'", f"'{named(snapshot.seq)}'")
        gallery = cls(scorer=scorer)
        gallery._restore(snapshot)
        return gallery, snapshot.seq

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

    def _snapshot(self, seq: int, name: str) -> Snapshot:
        slots = np.array(sorted(self._slots.by_id.values()), np.int64)
        return Snapshot(
            encoder=self._encoder or "",
            seq=seq,
            ids=self._slots.ids[slots],
            confidence=self._slots.confidence[slots],
            left=self._eyes.left.saved(slots),
            right=self._eyes.right.saved(slots),
            name=name,
        )

    def _restore(self, snapshot: Snapshot) -> None:
        self._encoder = snapshot.encoder or None
        slots, count = self._slots, len(snapshot.ids)
        slots.ids = np.concatenate((snapshot.ids, np.zeros(_GROW, np.int64)))
        slots.confidence = np.concatenate((snapshot.confidence, np.zeros((_GROW, 2), np.float64)))
        slots.used, slots.by_id = count, dict(zip(snapshot.ids.tolist(), range(count), strict=True))
        self._eyes = EyePair.restored(snapshot.left, snapshot.right)
