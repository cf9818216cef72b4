"""The gallery that is measured, and who searches it."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.calibration import default_calibration
from matching.decision import search_within
from matching.engine import LocalEngine
from matching.errors import MemoryShort
from matching.gallery import DEFAULT_THRESHOLD
from matching.interfaces import Engine, GalleryChange
from matching.memory import available_bytes, gallery_bytes
from matching.population import Crowd
from matching.rotations import packed
from matching.template import WORDS, Template
from matching.thresholds import Policy

Told = list[str]
_PART = 10_000
_BESIDE = 2.0e9
"""Bytes for the interpreter, the fields that people are drawn from, the memory that is read, and numba's compiler."""
_PEER_BYTES = 2 * 256 + 512
"""An identity's code in faiss and in this process, and code and mask to take the code from."""


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """words: codes and masks of left eyes, uint64 (n, 2, 32), for the peers; within: of each stranger and both eyes."""

    engine: LocalEngine
    words: NDArray[np.uint64]
    sample: list[Template]
    """Some of the enrolled, for the fit."""
    pairs: list[tuple[Template, Template]]
    """Enrolled, and met again."""
    strangers: list[Template]
    adds_per_s: float
    bytes_per_identity: float
    enrolling_s: float

    def within(self, probe: Template) -> float:
        return within_of(probe, self.engine)


def within_of(probe: Template, engine: Engine) -> float:
    """How near a candidate must be to matter to the decision on this probe."""
    found = search_within(probe, engine, calibration=default_calibration(), policy=Policy(), frames=2)
    return DEFAULT_THRESHOLD if found.usual is None else found.usual


def needed_bytes(identities: int, *, peers: bool) -> int:
    return int(gallery_bytes(identities) + (identities * _PEER_BYTES if peers else 0) + _BESIDE)


def demand_room(identities: int, *, peers: bool) -> str:
    """The sum, in words. Errors: MemoryShort."""
    needed, have = needed_bytes(identities, peers=peers), available_bytes()
    if have is not None and needed > have:
        raise MemoryShort(identities, needed, have)
    free = "an unknown amount" if have is None else f"{have / 1e9:.1f} GB"
    beside = f", the peers {identities * _PEER_BYTES / 1e9:.2f} GB" if peers else ""
    return (
        f"{identities} two-eyed identities take {gallery_bytes(identities) / 1e9:.2f} GB{beside} and the bench itself "
        f"{_BESIDE / 1e9:.1f} GB: {needed / 1e9:.1f} GB of {free}."
    )


def make_subject(rng: np.random.Generator, identities: int, *, probes: int, fit: int, peers: bool) -> Subject:
    """probes: pairs and strangers; fit: enrolled people to look at. Only adding is timed, not drawing."""
    crowd = Crowd(rng)
    pairs, strangers = crowd.pairs(max(probes, fit)), crowd.probes(probes)
    met = [first for first, _ in pairs[: min(probes, identities)]]
    engine, sample, words = LocalEngine(), list[Template](), list[NDArray[np.uint64]]()
    began, seconds, added, before = time.perf_counter(), 0.0, 0, _resident()
    for part in _parts(chain(met, crowd.people(identities - len(met))), _PART):
        rows = [
            GalleryChange(seq=added + k + 1, op="add", template_id=added + k, template=t) for k, t in enumerate(part)
        ]
        started = time.perf_counter()
        engine.apply(rows)
        seconds, added = seconds + time.perf_counter() - started, added + len(part)
        sample += part[len(met) :][: max(0, fit - len(sample))] if added == len(part) else part[: fit - len(sample)]
        words += [np.concatenate([packed(t.left) for t in part])] if peers or not words else []
    # before the peers' codes are put together, which holds them twice
    taken = _resident() - before - sum(part.nbytes for part in words)
    return Subject(
        engine=engine,
        words=np.concatenate(words) if words else np.zeros((0, 2, WORDS), np.uint64),
        sample=sample,
        pairs=pairs,
        strangers=strangers,
        adds_per_s=added / seconds,
        bytes_per_identity=taken / identities,
        enrolling_s=time.perf_counter() - began,
    )


def _parts(people: Iterable[Template], size: int) -> Iterator[list[Template]]:
    rest = iter(people)
    while part := list(islice(rest, size)):
        yield part


def _resident() -> int:
    """Bytes of this process in memory."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096
    except OSError:
        return 0
