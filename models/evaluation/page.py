"""report.html: one file, nothing loaded from elsewhere, no script."""

from __future__ import annotations

from typing import Any

import jinja2
from markupsafe import Markup

from models.evaluation import drawing, pictures, suspects
from models.evaluation.report import Evaluated

SHOWN_SUSPECTS = suspects.MOST // 2
_TITLES = {"unseen": "never trained on", "trained_on": "trained on", "all": "all together"}
_SUSPICIONS = {
    "one_person_twice": "one person under two names",
    "wrong_name": "this picture under another's name",
    "sides_swapped": "left and right exchanged",
    "labels_exchanged": "this person's left and right exchanged, by lids and corners",
    "one_side_twice": "both eyes of this person look like the same side",
}


def html(report: dict[str, Any], of: Evaluated, *, manifest: str) -> str:
    """manifest: its file's name, shown at the top."""
    loader = jinja2.PackageLoader("models.evaluation", "pages")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters.update(percent=percent, rate=rate, span=span, score=_score, count=_count)
    return environment.get_template("report.html").render(
        report=report,
        manifest=manifest,
        titles=_TITLES,
        histogram=drawing.histogram(of.genuine, of.impostor),
        trade_off=drawing.trade_off(of.genuine, of.impostor, of.predictions[:-1]),
        refusing=drawing.refusing(of.refusing),
        picture=_Pictures(of),
        suspicions=_SUSPICIONS,
        shown_suspects=SHOWN_SUSPECTS,
    )


class _Pictures:
    """Small pictures on demand, each made once though it may stand in several lists."""

    def __init__(self, of: Evaluated) -> None:
        self._of = of
        self._made: dict[int, Markup] = {}

    def __call__(self, place: int) -> Markup:
        if place not in self._made:
            self._made[place] = pictures.small(self._of.rows[place], self._of.records[place])
        return self._made[place]


def percent(share: float | None) -> str:
    """Two figures that count: 12 %, 1.3 %, 0.025 %."""
    if share is None:
        return "–"
    value = 100 * share
    if value == 0:
        return "0 %"
    if value >= 10:
        return f"{value:.1f} %"
    return f"{value:.2f} %" if value >= 0.1 else f"{value:.3f} %"


def span(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f"{percent(interval[0])} to {percent(interval[1])}"


def rate(found: dict[str, Any]) -> Markup:
    """A cell: the share, what it may be in truth, and plainly when too few pairs stand behind it."""
    if found["value"] is None:
        return Markup('<span class="soft">not resolved</span>')
    told = Markup("{}").format(percent(found["value"]))
    if found["at_most"] is not None:
        about = f"none of {_count(found['of'])}; people: at most {percent(found['at_most'])}"
    else:
        about = span(found["interval"])
    if not found["resolved"]:
        told = Markup('<span class="soft">not resolved</span> ({})').format(told)
    return told + Markup("<small>{}</small>").format(about)


def _score(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _count(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")
