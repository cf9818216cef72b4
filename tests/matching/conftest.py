"""Codes and templates drawn from a stated seed, for every test of matching."""

from collections.abc import Callable

import numpy as np
import pytest
from matching.template import WORDS, EyeCode, Template

Coder = Callable[..., EyeCode]


def random_words(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.integers(0, 2**64, size=(*shape, WORDS), dtype=np.uint64)


def random_code(rng: np.random.Generator, **about: float) -> EyeCode:
    """A code with about three quarters of its bits valid."""
    return EyeCode(random_words(rng), random_words(rng) | random_words(rng), **about)


def random_template(rng: np.random.Generator, lefts: int = 1, rights: int = 1) -> Template:
    return Template(tuple(random_code(rng) for _ in range(lefts)), tuple(random_code(rng) for _ in range(rights)))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20240229)
