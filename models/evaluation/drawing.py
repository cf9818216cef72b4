"""Two small charts as SVG, so that a report is one file that opens anywhere."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from models.evaluation import metrics

WIDTH, HEIGHT, LEFT, BOTTOM = 440, 220, 44, 26
Floats = NDArray[np.float64]


def _frame(body: str, x_ticks: list[tuple[float, str]], y_ticks: list[tuple[float, str]], title: str) -> Markup:
    """Axes around a drawing; ticks are (pixel, text). Everything here is numbers of our own, so it is safe markup."""
    ticks = "".join(f'<text x="{x:.0f}" y="{HEIGHT - 8}" text-anchor="middle">{text}</text>' for x, text in x_ticks)
    ticks += "".join(f'<text x="{LEFT - 6}" y="{y + 4:.0f}" text-anchor="end">{text}</text>' for y, text in y_ticks)
    axes = f'<path class="axis" d="M{LEFT} 8V{HEIGHT - BOTTOM}H{WIDTH - 8}"/>'
    return Markup(  # noqa: S704 - no text from outside gets here
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">'
        f"<title>{title}</title>{axes}{ticks}{body}</svg>"
    )


def _line(x: Floats, y: Floats, name: str) -> str:
    return f'<path class="{name}" d="M' + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)) + '"/>'


def histogram(pairs: metrics.Pairs) -> Markup:
    """Shares of genuine and impostor scores, 0 to 0.6 in steps of 0.01."""
    edges = np.linspace(0, 0.6, 61)
    shares = []
    for values in (pairs.genuine, pairs.impostor):
        counts, _ = np.histogram(values[np.isfinite(values)], edges)
        shares.append(counts / max(counts.sum(), 1))
    top = max(float(np.max(shares)), 1e-9)
    x = LEFT + (edges[:-1] + 0.005) / 0.6 * (WIDTH - LEFT - 8)
    lines = [
        _line(x, 8 + (HEIGHT - BOTTOM - 8) * (1 - share / top), name)
        for share, name in zip(shares, ("genuine", "impostor"), strict=True)
    ]
    ticks = [(LEFT + v / 0.6 * (WIDTH - LEFT - 8), f"{v:g}") for v in (0, 0.1, 0.2, 0.3, 0.4, 0.5)]
    return _frame("".join(lines), ticks, [(8, f"{top:.0%}"), (HEIGHT - BOTTOM, "0")], "Scores: same eye, other eyes")


def trade_off(pairs: metrics.Pairs) -> Markup:
    """FNMR against FMR, both logarithmic from 1e-5 and 1e-3 up to 1."""
    _, fmr, fnmr = metrics.curve(pairs, 2000)
    keep = fmr > 0
    x = LEFT + (np.log10(np.clip(fmr[keep], 1e-5, 1)) + 5) / 5 * (WIDTH - LEFT - 8)
    y = 8 - np.log10(np.clip(fnmr[keep], 1e-3, 1)) / 3 * (HEIGHT - BOTTOM - 8)
    x_ticks = [(LEFT + (5 + e) / 5 * (WIDTH - LEFT - 8), f"1e{e}" if e else "1") for e in range(-5, 1)]
    y_ticks = [(8 + k / 3 * (HEIGHT - BOTTOM - 8), text) for k, text in enumerate(("100%", "10%", "1%", "0.1%"))]
    body = _line(x, y, "genuine") if keep.any() else ""
    return _frame(body, x_ticks, y_ticks, "False non-match rate against false match rate")
