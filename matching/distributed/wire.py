"""What goes between the engine and its shards."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.interfaces import Candidate
from matching.rotations import Rotations
from matching.template import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a shard is."""

    life: str
    """Random, one for each process: a shard that was restarted is another life."""
    seq: int
    """The shard holds all that the log gives it up to this row."""
    size: int
    encoder: str | None = None
    unusable: str | None = None
    """Why the snapshot on its node was not used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advanced:
    standing: Standing
    exists: int | None = None
    """The template whose addition was refused since the shard holds it; rows before it are applied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    probe: Template
    limit: int
    rotations: Rotations
    within: float | None
    at_least: int
    """Only a shard that is complete up to this log row may answer."""
    among: NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    standing: Standing
    candidates: tuple[Candidate, ...]
    added: Mapping[int, int]
    """Log rows of those candidates that came lately."""
    codes_per_eye: float | None = None
    searched: int | None = None
    """Of a narrowed search: how many of `among` are here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReady:
    """A shard that is behind what was asked for, most often since it was restarted empty."""

    standing: Standing
