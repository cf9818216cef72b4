"""How the texture of an iris moves when its pupil opens.

The rubber sheet (Daugman 1993) stretches evenly. A real iris does not: near the pupil it is thicker and folds,
so fibres move by a little more or less than their share (Wyatt 2000, "A minimum-wear-and-tear meshwork for the
iris"). Depth is 0 at the pupil and 1 at the limbus. The deviation used here is a parabola in depth that grows
with the distance from the pupil ratio at rest; it reaches 3 to 4 % of the width of the iris at the widest pupil,
which is enough to cost a rubber-sheet matcher what dilation costs it on real eyes.
"""

import numpy as np
from numpy.typing import NDArray

REST_RATIO = 0.4
"""The pupil ratio at which texture is stored."""
_STIFFNESS = 0.5


def depth_at_rest(depth: NDArray[np.float32], pupil_ratio: float) -> NDArray[np.float32]:
    """Where the tissue now at `depth` lies when the pupil is at rest. Monotone, and fixed at 0 and 1."""
    bend = _STIFFNESS * (pupil_ratio - REST_RATIO)
    return (depth + bend * depth * (1 - depth)).astype(np.float32)
