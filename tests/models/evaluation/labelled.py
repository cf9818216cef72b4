"""Labelled pictures without pictures: rows, and scores whose truth can be counted by hand."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from devices.manifest import ManifestRow


def row(subject: str, eye: str = "left", k: int = 0, **more: str) -> ManifestRow:
    name = f"{subject}_{eye}_{k}.png"
    return ManifestRow(
        folder=Path(), path=Path(name), name=name, subject=subject, eye="left" if eye == "left" else "right", more=more
    )


def rows_of(people: int, pictures: int, eyes: tuple[str, ...] = ("left", "right")) -> list[ManifestRow]:
    return [row(f"p{p:03d}", eye, k) for p in range(people) for eye in eyes for k in range(pictures)]


def scores_of(rows: list[ManifestRow], rng: np.random.Generator, *, own: float = 0.2) -> NDArray[np.float32]:
    """Symmetric: own pairs around `own`, others around 0.45."""
    eyes = np.array([f"{r.subject}/{r.eye}" for r in rows])
    same = eyes[:, None] == eyes[None, :]
    drawn = np.where(same, rng.normal(own, 0.05, same.shape), rng.normal(0.45, 0.018, same.shape))
    upper = np.triu(drawn, 1)
    return (upper + upper.T).astype(np.float32)
