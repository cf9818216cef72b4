"""One child's synthetic eyes, each grown from a seed."""

from functools import cached_property
from typing import Literal

import numpy as np

from models.synthetic.conditions import Conditions
from models.synthetic.geometry import EyeShape
from models.synthetic.lids import LidShape
from models.synthetic.render import EyeModel, SyntheticImage, render
from models.synthetic.texture import iris_texture

Eye = Literal["left", "right"]
_SIDES: dict[Eye, int] = {"left": 0, "right": 1}


class SyntheticEye:
    """The iris of one side of one invented child.

    `eye` is the child's own side; the picture is not mirrored, so the nose is at the image's left for a left eye.
    The two sides of one seed are as independent as two strangers', as real ones are.
    Errors: ValueError for a negative seed or another side.
    """

    def __init__(self, identity_seed: int, eye: Eye) -> None:
        if eye not in _SIDES:
            raise ValueError(f"eye must be 'left' or 'right', not {eye!r}")
        if identity_seed < 0:
            raise ValueError(f"identity_seed must not be negative, it is {identity_seed}")
        self.identity_seed, self.eye = identity_seed, eye

    @cached_property
    def model(self) -> EyeModel:
        """Texture, shape and lids; made at first use (a few milliseconds) and kept (128 KiB)."""
        iris, shape, lids, hair = (self._stream(part) for part in range(4))
        nose = -1 if self.eye == "left" else 1
        return EyeModel(
            texture=iris_texture(iris),
            shape=EyeShape.draw(shape, nose=nose),
            lids=LidShape.draw(lids, nose=nose),
            hair_seed=int(hair.integers(1 << 62)),
        )

    def render(self, conditions: Conditions | None = None, seed: int = 0) -> SyntheticImage:
        """One picture; `seed` draws what conditions leave open: skin, light, noise, where the lamp is mirrored."""
        return render(self.model, conditions or Conditions(), self._stream(4, seed))

    def _stream(self, part: int, seed: int = 0) -> np.random.Generator:
        return np.random.Generator(np.random.PCG64([self.identity_seed, _SIDES[self.eye], part, seed]))


class SyntheticChild:
    """Both eyes of one invented child. Brothers and sisters are simply other seeds."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.left, self.right = SyntheticEye(seed, "left"), SyntheticEye(seed, "right")

    def eye(self, side: Eye) -> SyntheticEye:
        return self.left if side == "left" else self.right
