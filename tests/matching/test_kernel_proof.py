"""The kernels are held against each other on given codes, and a kernel that is a little wrong is found out."""

import numpy as np
import pytest

from matching import Template
from matching.errors import KernelsDiffer
from matching.kernel_proof import demand_equal
from matching.kernels import compiled
from matching.kernels.result import Found
from matching.simulation import Capture, simulate_templates

PEOPLE = [t for (t,) in simulate_templates(np.random.default_rng(6), 20, how=Capture(lids=0.3), codes=2)]


def test_every_code_is_compared_with_every_code() -> None:
    alone = Template(left=PEOPLE[0].left[:1], encoder=PEOPLE[0].encoder)
    assert demand_equal([*PEOPLE, alone]) == (20 * 4 + 1) ** 2


@pytest.mark.parametrize("what", ["a bit", "a rotation", "a score", "no score"])
def test_a_kernel_that_errs_on_one_pair_is_found_out(what: str) -> None:
    def wrong(*asked) -> Found:  # type: ignore[no-untyped-def]
        found = compiled.scan(*asked)
        if what == "a bit":
            found.counts[7, 0] += 1
        elif what == "a rotation":
            found.counts[7, 2] = (found.counts[7, 2] + 1) % 15
        else:
            found.scores[7] = np.nan if what == "no score" else found.scores[7] + 1e-9
        return found

    with pytest.raises(KernelsDiffer, match="code 0 against code 7"):
        demand_equal(PEOPLE, scan=wrong)
