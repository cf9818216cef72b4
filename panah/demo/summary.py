"""The demo's result: one JSON object, and the same in words."""

from collections.abc import Sequence
from typing import Any

from panah.demo.count import tally
from panah.demo.ledger import Ledger
from panah.demo.plan import Plan
from panah.demo.shift import Played

_OUTCOMES = ("known", "new", "review", "cannot_tell", "no_iris")


def summarise(plan: Plan, played: Played, ledger: Ledger, *, seconds: float) -> dict[str, Any]:
    """The keys of the demo's contract; `known` and `known_wrong` are counted against the truth."""
    counted = tally(ledger.slots, played.truth)
    return {
        "children": plan.children,
        "encounters": len(plan.encounters),
        "captures_sent": len(played.truth),
        "captures_received": len(ledger.received),
        "captures_doubled": sum(count != 1 for count in ledger.encounters_of.values()),
        "reencounters": counted.reencounters,
        "known": counted.known,
        "known_wrong": counted.known_wrong,
        "new": counted.outcomes["new"],
        "review": counted.outcomes["review"],
        "cannot_tell": counted.outcomes["cannot_tell"],
        "no_iris": counted.outcomes["no_iris"],
        "reencounters_by_outcome": {name: counted.re_outcomes[name] for name in _OUTCOMES},
        "wrongly_merged": counted.wrongly_merged,
        "wrongly_split": counted.wrongly_split,
        "resent": played.resent,
        "answered_locally": 0,
        "outage_seconds": round(played.outage_seconds, 1),
        "cases_open": ledger.cases_open,
        "seconds": round(seconds, 1),
    }


def in_words(summary: dict[str, Any]) -> str:
    """For a person at the terminal: every share with the number behind it."""
    again, outcomes = summary["reencounters"], summary["reencounters_by_outcome"]
    return "\n".join(
        [
            (
                f"{summary['children']} children in {summary['encounters']} encounters; "
                f"{summary['captures_received']} of {summary['captures_sent']} saved captures have an outcome, "
                f"{summary['captures_doubled']} of them more than once."
            ),
            (
                f"Met again: {again}. Found known {_share(summary['known'], again)}, sent to review "
                f"{_share(outcomes['review'], again)}, cannot tell {_share(outcomes['cannot_tell'], again)}, "
                f"taken for new {_share(outcomes['new'], again)}."
            ),
            (
                f"Wrongly merged: {summary['wrongly_merged']}. Records beyond one a child: {summary['wrongly_split']}. "
                f"Open cases: {summary['cases_open']}. Published again: {summary['resent']}."
            ),
        ]
    )


def _share(part: int, whole: int) -> str:
    return f"{part} ({part / whole:.0%})" if whole else "0"


def stage_figures(stages: Sequence[Any]) -> dict[str, dict[str, float]]:
    """Milliseconds of each stage on the tablets: median and 95th percentile over the captures that had it."""
    figures: dict[str, dict[str, float]] = {}
    for name in dict.fromkeys(name for stage in stages for name in stage):
        values = sorted(stage[name] for stage in stages if name in stage)
        figures[name] = {"p50": values[len(values) // 2], "p95": values[min(len(values) - 1, int(len(values) * 0.95))]}
    return figures
