"""From figures to Markdown. What a model is made of is read from its own card beside the weights, so that nothing is
written twice."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jinja2

from models import weights
from models.evaluation.extraction import SHIPPED
from models.evaluation.page import percent, span

MODEL_CARD, PERFORMANCE = "MODEL_CARD.md", "PERFORMANCE.md"
SECTIONS = ("Data", "Licence", "Limits")
"""How the sections begin that the model card repeats of each file's card."""


def render(figures: dict[str, Any]) -> dict[str, str]:
    """Both cards by file name."""
    loader = jinja2.PackageLoader("models.evaluation.cards", "pages")
    environment = jinja2.Environment(
        loader=loader,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - Markdown, and every word of it is the program's own
    )
    environment.filters.update(percent=percent, span=span, rate=rate, ratio=_ratio, count=lambda n: f"{n:,}")
    # files that only advise may have changed since the figures were measured: no rate depends on them
    facts = figures | {"files": _files(), "pins": SHIPPED.pins()}
    return {name: _tidied(environment.get_template(name).render(facts)) for name in (MODEL_CARD, PERFORMANCE)}


def rate(found: dict[str, Any]) -> str:
    """A cell: the share with its interval, or that too few pairs stand behind it."""
    if found["value"] is None:
        return "not resolved"
    if found["at_most"] is not None:
        return f"none of {found['of']} (people: ≤ {percent(found['at_most'])})"
    told = f"{percent(found['value'])} ({span(found['interval'])})" if found["interval"] else percent(found["value"])
    return told if found["resolved"] else f"not resolved; counted {told}"


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _files() -> list[dict[str, Any]]:
    pins = json.loads((weights.FOLDER / weights.MANIFEST).read_text(encoding="utf-8"))
    return [
        {
            "name": name,
            "card": Path(name).with_suffix(".md").name,
            "sha256": entry["sha256"],
            "bytes": entry["bytes"],
            "trained_on": len(entry["trained_on"]),
            "sections": _sections((weights.FOLDER / name).with_suffix(".md")),
        }
        for name, entry in sorted(pins.items())
    ]


def _sections(card: Path) -> dict[str, str]:
    """The wanted sections by title, headings of their own moved below ours."""
    parts = re.split(r"^## +(.+)$", card.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = zip(parts[1::2], parts[2::2], strict=True)
    return {
        title: re.sub(r"^#", "##", text.strip(), flags=re.MULTILINE)
        for title, text in found
        if title.startswith(SECTIONS)
    }


def _tidied(text: str) -> str:
    """One empty line at most, and none within a table."""
    text = "\n".join(line.rstrip() for line in text.splitlines())
    text = re.sub(r"\|\n+\|", "|\n|", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
