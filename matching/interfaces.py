"""What the registry and the tablet ask of matching."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from matching.rotations import USUAL, Rotations
from matching.template import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class EyeScore:
    """One eye of a pair, at its best rotation. All that a decision about it can be recomputed from."""

    score: float
    """Normalised for the bits compared (`scoring`); lower is more alike; about 0.45 for strangers."""
    distance: float
    """Raw fractional Hamming distance."""
    common_bits: int
    rotation: int
    """Columns the probe was turned by, -7..7 by default."""
    confidence: float = 1.0
    """The lesser of probe's and enrolled eye's best boundary confidence, 0..1: a bad fit looks like a stranger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One enrolled template that may be the probe's. `score` is both eyes together."""

    id: int
    score: float
    rotation: int
    left: EyeScore | None = None
    right: EyeScore | None = None
    common_bits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    candidates: tuple[Candidate, ...]
    """Best first."""
    seq: int
    """The gallery log's number up to which the searched gallery was complete."""
    gallery_size: int
    """Templates searched."""
    codes_per_eye: float | None = None
    """Codes of their eyes on average; None for none, or where the engine does not count them."""
    enrolled: int | None = None
    """Templates in the gallery, where the search was narrowed (`among`) to `gallery_size` of them; None: it was not."""

    @property
    def is_narrowed(self) -> bool:
        return self.enrolled is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryChange:
    """One row of the gallery log."""

    seq: int
    op: Literal["add", "remove"]
    template_id: int
    template: Template | None = None


class Engine(Protocol):
    """A searchable gallery that follows the registry's gallery log. Safe to call from several threads."""

    @property
    def seq(self) -> int:
        """The last log row applied; 0 for an empty engine."""
        ...

    @property
    def size(self) -> int: ...

    @property
    def codes_per_eye(self) -> float | None:
        """Of the enrolled eyes on average, as far as it is known before a search."""
        ...

    def apply(self, changes: Iterable[GalleryChange]) -> None:
        """Bring the gallery forward, in order of `seq`; rows at or before `self.seq` are skipped.

        A row without its template (erased since) and the removal of a template that is not there only move `seq`.
        Errors: GapInLog when a row is missing; the rows before the gap are applied.
        """
        ...

    def search(
        self,
        probe: Template,
        *,
        limit: int = 10,
        rotations: Rotations = USUAL,
        within: float | None = None,
        among: Collection[int] | None = None,
    ) -> SearchResult:
        """The best candidates under the engine's search threshold.

        within: a tighter one, which lets a large gallery be screened (`screening`): whoever is not under it does not
        matter to the caller. It is followed where it pays.
        among: the ids of the only templates to search; the result says that it was narrowed. Ids that are not there
        are passed over.

        Errors: EngineIncomplete when a part of the gallery did not answer, TemplateVersionUnknown, SearchedAfterFork.
        """
        ...

    def search_many(
        self,
        probes: Sequence[Template],
        *,
        limit: int = 10,
        rotations: Rotations = USUAL,
        within: float | None = None,
        among: Collection[int] | None = None,
    ) -> tuple[SearchResult, ...]:
        """One result a probe, as of `search`. Others' searches are answered in between.

        Errors: as of `search`; then nothing is answered.
        """
        ...

    def compare(self, probe: Template, others: Sequence[tuple[int, Template]]) -> tuple[Candidate, ...]:
        """The same scores for templates given by hand (rows beyond `seq`), best first; no eye in common: left out."""
        ...
