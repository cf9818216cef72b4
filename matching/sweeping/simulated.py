"""A simulated gallery in which some people are enrolled twice: for the time of a sweep, and to see it find them."""

from dataclasses import dataclass, field

import numpy as np

from matching.simulation import Capture, simulate_templates
from matching.sweeping.running import Pair, Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedSource:
    """`identities` two-eyed people in chunks of `chunk`; `twice` of each chunk are enrolled again with the next one."""

    identities: int
    twice: int
    seed: int
    chunk: int = 2000
    how: Capture = field(default_factory=Capture)

    @property
    def chunks(self) -> int:
        return -(-self.identities // self.chunk)

    def read(self, chunk: int) -> Rows:
        again = (chunk - 1) % self.chunks
        return [*self._people(chunk, 0, self.chunk), *self._people(again, 1, self.twice)]

    def is_true(self, pair: Pair) -> bool:
        return pair.one // 2 == pair.other // 2

    @property
    def true_pairs(self) -> int:
        return sum(min(self.twice, self._size(chunk)) for chunk in range(self.chunks))

    def _size(self, chunk: int) -> int:
        return min(self.chunk, self.identities - chunk * self.chunk)

    def _people(self, chunk: int, capture: int, most: int) -> Rows:
        """Person k has the ids 2k and 2k + 1."""
        rng, size = np.random.default_rng((self.seed, chunk)), self._size(chunk)
        people = simulate_templates(rng, size, how=self.how, captures=2 if self.twice else 1)
        first = chunk * self.chunk
        return [(2 * (first + k) + capture, taken[capture]) for k, taken in enumerate(people) if k < most]
