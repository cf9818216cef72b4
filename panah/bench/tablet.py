"""A tablet that meets one child after the other and waits for each answer, telling when each stage was over.

    python -m panah.bench.tablet CONFIG PLAN

As `panah.demo.van`, with one JSON line an encounter: capture id and instants in UTC seconds.
"""

import sys
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep, time

from edge.bootstrap import Tablet
from edge.capture.models import Finished
from edge.config import read_config
from panah.demo.plan import Plan
from panah.demo.van import SYNTHETIC, Cables, meet, outside, tell

_ANSWER_S = 30.0
_LOOK_S = 0.002


def main() -> None:
    config, plan = Path(sys.argv[1]), Plan.model_validate_json(Path(sys.argv[2]).read_text())
    with ExitStack() as stack:
        cables = Cables.plug_in(stack, serial="SIM-BENCH", fps=15.0)
        tablet = Tablet(read_config(config), outside(cables, SYNTHETIC))
        tablet.start()
        stack.callback(tablet.stop)
        for planned in plan.encounters:
            done = meet(tablet, cables, planned)
            answered = _wait_for_answer(tablet, done)
            if done.accepted_at is not None and done.templates_at is not None:
                shift = time() - monotonic()
                tell(
                    "answered",
                    capture_id=str(done.saved.capture_id),
                    accepted=done.accepted_at + shift,
                    templates=done.templates_at + shift,
                    saved=done.saved_at + shift,
                    answered=answered,
                )
    tell("over")


def _wait_for_answer(tablet: Tablet, done: Finished) -> float:
    began, version = monotonic(), -1
    while monotonic() - began < _ANSWER_S:
        if version != (version := tablet.changes.version):
            memo = next((m for m in tablet.outbox.recent(limit=3) if m.capture_id == done.saved.capture_id), None)
            if memo is not None and memo.result is not None:
                return time()
        sleep(_LOOK_S)
    raise SystemExit("no answer from the registry")


if __name__ == "__main__":
    main()
