"""Charts as SVG, so that a report is one file that opens anywhere. All text in them is the program's own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from models.evaluation import metrics
from models.evaluation.comparisons import Comparisons
from models.evaluation.predicted import Prediction
from models.evaluation.rejection import Refused

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 460, 260, 52, 12, 10, 40
_FMR = (-5, 0)
_FNMR = (-4, 0)
Floats = NDArray[np.float64]
Tick = tuple[float, str]


def _frame(body: str, x_ticks: Sequence[Tick], y_ticks: Sequence[Tick], title: str, x_name: str) -> Markup:
    """Axes and grid around a drawing; ticks are (pixel, text)."""
    base = HEIGHT - BOTTOM
    grid = "".join(f'<path class="grid" d="M{x:.0f} {TOP}V{base}"/>' for x, _ in x_ticks)
    grid += "".join(
        f'<path class="grid" d="M{LEFT} {y:.0f}H{WIDTH - RIGHT}"/>' for _, y in [(t, p) for p, t in y_ticks]
    )
    text = "".join(f'<text x="{x:.0f}" y="{base + 15}" text-anchor="middle">{name}</text>' for x, name in x_ticks)
    text += "".join(f'<text x="{LEFT - 6}" y="{y + 4:.0f}" text-anchor="end">{name}</text>' for y, name in y_ticks)
    text += f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 6}" text-anchor="middle">{x_name}</text>'
    return Markup(  # noqa: S704 - no text from outside gets here
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}"><title>{title}</title>'
        f"{grid}{text}{body}</svg>"
    )


def _line(x: Floats, y: Floats, name: str) -> str:
    if len(x) < 2:
        return ""
    return f'<path class="{name}" d="M' + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)) + '"/>'


def _across(share: Floats) -> Floats:
    """Pixels from the left of a share 0..1 of the axis."""
    return np.asarray(LEFT + share * (WIDTH - LEFT - RIGHT))


def _up(share: Floats) -> Floats:
    return np.asarray(TOP + (1 - share) * (HEIGHT - BOTTOM - TOP))


def _logged(value: Floats, decades: tuple[int, int]) -> Floats:
    low, high = decades
    return np.asarray((np.log10(np.clip(value, 10.0**low, 10.0**high)) - low) / (high - low))


def _decade_ticks(decades: tuple[int, int], *, across: bool) -> list[Tick]:
    names = {0: "100 %", -1: "10 %", -2: "1 %", -3: "0.1 %", -4: "0.01 %", -5: "0.001 %"}
    place = _across if across else _up
    return [(float(place(_logged(np.array(10.0**k), decades))), names[k]) for k in range(decades[0], decades[1] + 1)]


def histogram(genuine: Comparisons, impostor: Comparisons) -> Markup:
    """Shares of genuine and impostor scores, 0 to 0.6 in steps of 0.01, each with an axis of its own height."""
    edges = np.linspace(0, 0.6, 61)
    middles = _across((edges[:-1] + 0.005) / 0.6)
    body, highest = "", 0.0
    shares = []
    for pairs in (genuine, impostor):
        counts, _ = np.histogram(pairs.scores[np.isfinite(pairs.scores)], edges)
        shares.append(counts / max(counts.sum(), 1))
        highest = max(highest, float(shares[-1].max()))
    for share, name in zip(shares, ("genuine", "impostor"), strict=True):
        body += _line(middles, _up(share / max(highest, 1e-9)), name)
    x_ticks = [(float(_across(np.array(v / 0.6))), f"{v:g}") for v in (0, 0.1, 0.2, 0.3, 0.4, 0.5)]
    y_ticks = [(float(_up(np.array(1.0))), f"{highest:.0%}"), (float(_up(np.array(0.0))), "0")]
    title = "Share of pairs at each score: same eye, and strangers"
    return _frame(body, x_ticks, y_ticks, title, "score (0: the same picture, 0.45: strangers)")


def trade_off(genuine: Comparisons, impostor: Comparisons, predicted: Sequence[Prediction]) -> Markup:
    """DET curve: FNMR against FMR, both logarithmic. Dashed where fewer than ten impostor pairs stand behind it."""
    body = ""
    if len(genuine) and len(impostor):
        fmr = np.logspace(*_FMR, 240)
        enough = fmr * len(impostor) >= metrics.ENOUGH
        for keep, name in ((enough, "genuine"), (~enough & (fmr * len(impostor) >= 1), "genuine dashed")):
            body += _curve(fmr[keep], genuine, impostor, name)
    for point in predicted:
        x = float(_across(_logged(np.array(point.fmr), _FMR)))
        y = float(_up(_logged(np.array(point.fnmr), _FNMR)))
        body += f'<circle class="predicted" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    ticks = _decade_ticks(_FMR, across=True), _decade_ticks(_FNMR, across=False)
    return _frame(body, *ticks, "Missed pairs (up) against wrong matches (right)", "wrong matches (FMR)")


def _curve(fmr: Floats, genuine: Comparisons, impostor: Comparisons, name: str) -> str:
    limits = [metrics.threshold_at(impostor.scores, rate) for rate in fmr]
    known = [(rate, metrics.missed(genuine.scores, t) / len(genuine)) for rate, t in zip(fmr, limits, strict=True) if t]
    if not known:
        return ""
    x, y = np.array(known).T
    return _line(_across(_logged(x, _FMR)), _up(_logged(y, _FNMR)), name)


def refusing(points: Sequence[Refused]) -> Markup:
    """FNMR at FMR 1e-3 against the share of pictures taken again; dashed: if quality knew the misses."""
    told = [p for p in points if p.fnmr is not None]
    highest = max([p.fnmr or 0.0 for p in told] + [0.005])
    widest = max((p.share for p in told), default=0.3) or 0.3
    x = _across(np.array([p.share for p in told]) / widest)
    body = _line(x, _up(np.array([p.fnmr or 0.0 for p in told]) / highest), "genuine")
    body += _line(x, _up(np.array([p.perfect or 0.0 for p in told]) / highest), "impostor dashed")
    x_ticks = [(float(_across(np.array(v / widest))), f"{v:.0%}") for v in (0, 0.05, 0.1, 0.2, 0.3) if v <= widest]
    y_ticks = [(float(_up(np.array(k / 4))), f"{highest * k / 4:.2%}") for k in range(5)]
    return _frame(body, x_ticks, y_ticks, "Missed pairs after refusing the worst pictures", "pictures taken again")
