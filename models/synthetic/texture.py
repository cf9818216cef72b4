"""The texture of one iris, in polar coordinates: what tells one child from another.

Rows run from the pupil (0) to the limbus, columns once around. All structure is band-limited: a code of two-scale
Gabor phases sees about as many independent bits in it as in a real iris. The parts are those of an iris under
near-infrared light: fibres, the collarette, crypts, contraction furrows, and a cloudy ground.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

ROWS, COLUMNS = 64, 512

Texture = NDArray[np.float32]


def iris_texture(rng: np.random.Generator) -> Texture:
    """(ROWS, COLUMNS) float32, zero mean, unit deviation, within ±3; the columns wrap around."""
    depth = np.linspace(0, 1, ROWS, dtype=np.float32)[:, None]
    collarette = _wander(rng, low=2, high=14, size=0.045) + rng.uniform(0.24, 0.4)
    ciliary: Texture = 1 / (1 + np.exp((collarette - depth) * np.float32(25)))
    inner = _fibres(rng, around=26, depth_cycles=1.6)
    outer = _fibres(rng, around=20, depth_cycles=2.4)
    texture: Texture = 0.8 * inner * (1 - ciliary) + outer * ciliary
    texture += 0.8 * _band(rng, around=12, spread=0.5, depth_cycles=2.6)
    texture += 0.9 * np.exp(-(((depth - collarette) / 0.05) ** 2))
    texture -= _crypts(rng, depth, collarette) + _furrows(rng, depth)
    texture = _flatten(texture)
    return np.clip(texture, -3, 3).astype(np.float32)


def changed(texture: Texture, amount: float, rng: np.random.Generator) -> Texture:
    """The texture as one picture shows it: a share `amount` of it (in deviation) is this picture's own."""
    own = rng.standard_normal((ROWS // 8, COLUMNS // 8), dtype=np.float32)
    across = np.concatenate([own, own[:, :2]], axis=1)
    smooth = cv2.resize(across, (COLUMNS + 16, ROWS), interpolation=cv2.INTER_CUBIC)[:, :COLUMNS]
    smooth /= smooth.std()
    mixed: Texture = np.float32(np.sqrt(1 - amount**2)) * texture + np.float32(amount) * smooth
    return mixed


def _band(rng: np.random.Generator, *, around: float, spread: float, depth_cycles: float) -> Texture:
    """Gaussian noise with a log-normal band of angular frequencies (cycles a turn) and a low-pass in depth."""
    spectrum = np.fft.rfft2(rng.standard_normal((2 * ROWS, COLUMNS)))
    turns = np.maximum(np.arange(COLUMNS // 2 + 1), 0.5)
    depths = np.fft.fftfreq(2 * ROWS) * ROWS
    spectrum *= np.exp(-0.5 * (np.log(turns / around) / spread) ** 2)
    spectrum *= np.exp(-0.5 * (depths / depth_cycles) ** 2)[:, None]
    field = np.fft.irfft2(spectrum, s=(2 * ROWS, COLUMNS))[:ROWS]
    band: Texture = (field / field.std()).astype(np.float32)
    return band


def _fibres(rng: np.random.Generator, *, around: float, depth_cycles: float) -> Texture:
    """Fibres: long in depth, fine around, and bent a little from the radial direction, as real ones wander."""
    straight = _band(rng, around=around, spread=0.45, depth_cycles=depth_cycles)
    bend = _band(rng, around=4, spread=0.5, depth_cycles=1.5) * (COLUMNS / 360 * 2.5)
    columns = np.arange(COLUMNS) + bend
    left = np.floor(columns).astype(np.int64)
    share = (columns - left).astype(np.float32)
    rows = np.arange(ROWS)[:, None]
    bent: Texture = straight[rows, left % COLUMNS] * (1 - share) + straight[rows, (left + 1) % COLUMNS] * share
    return bent


def _wander(rng: np.random.Generator, *, low: int, high: int, size: float) -> Texture:
    """(1, COLUMNS) smooth closed line about zero, with deviation `size`."""
    waves = np.arange(low, high)
    angle = np.arange(COLUMNS)[:, None] * (2 * np.pi / COLUMNS)
    line = (np.sin(angle * waves + rng.uniform(0, 2 * np.pi, waves.size)) / np.sqrt(waves)).sum(axis=1)
    closed: Texture = (line / line.std() * size).astype(np.float32)[None, :]
    return closed


def _crypts(rng: np.random.Generator, depth: Texture, collarette: Texture) -> Texture:
    """Dark lens-shaped holes, most of them just outside the collarette."""
    columns = np.arange(COLUMNS)
    holes = np.zeros((ROWS, COLUMNS), dtype=np.float32)
    for _ in range(int(rng.integers(8, 22))):
        column = rng.uniform(0, COLUMNS)
        at = collarette[0, int(column)] + abs(rng.normal(0.05, 0.2))
        wide, tall, dark = rng.uniform(5, 12), rng.uniform(0.04, 0.11), rng.uniform(0.8, 2.2)
        around = (columns - column + COLUMNS / 2) % COLUMNS - COLUMNS / 2
        reach = np.exp(-0.5 * (around / wide) ** 2)[None, :] * np.exp(-0.5 * ((depth - at) / tall) ** 2)
        holes += (dark * reach).astype(np.float32)
    return holes


def _furrows(rng: np.random.Generator, depth: Texture) -> Texture:
    """Contraction furrows: dark arcs about the pupil, part of the way round."""
    angle = np.arange(COLUMNS) * (2 * np.pi / COLUMNS)
    arcs = np.zeros((ROWS, COLUMNS), dtype=np.float32)
    for _ in range(int(rng.integers(2, 6))):
        line = _wander(rng, low=1, high=6, size=0.02) + rng.uniform(0.5, 0.92)
        extent = np.clip(np.cos(angle - rng.uniform(0, 2 * np.pi)) + rng.uniform(-0.6, 0.5), 0, 1)[None, :]
        arcs += (rng.uniform(0.4, 1.1) * extent * np.exp(-(((depth - line) / 0.03) ** 2))).astype(np.float32)
    return arcs


def _flatten(texture: Texture) -> Texture:
    """Take out each row's mean and even the contrast over depth, so that no ring carries more than its share."""
    texture = texture - texture.mean(axis=1, keepdims=True) * 0.8
    deviation = texture.std(axis=1, keepdims=True)
    flat: Texture = texture / (0.5 * deviation + 0.5 * deviation.mean())
    even: Texture = (flat - flat.mean()) / flat.std()
    return even
