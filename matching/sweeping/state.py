"""Where a sweep stands, in a file that a killed one is resumed from."""

import os
from pathlib import Path

from pydantic import ValidationError

from matching.calibration.models import Strict
from matching.errors import SweepDamaged, SweepForeign
from matching.sweeping.running import Pair, Step
from matching.sweeping.thresholds import SweepThresholds


class Plan(Strict):
    """What must be the same for a resumed sweep to go on with what was found."""

    gallery: str
    """Names the gallery and its state."""
    thresholds: SweepThresholds
    chunks: int
    panel: int
    seed: int


class _Stored(Strict):
    format: int = 1
    plan: Plan
    done: int = 0
    pairs: tuple[Pair, ...] = ()


class SweepFile:
    """The state in `path`: made with the first step, replaced whole with each, so that it is never half written."""

    def __init__(self, path: Path, plan: Plan) -> None:
        """Errors: SweepForeign (another plan), SweepDamaged."""
        self._path = path
        self._stored = self._read() or _Stored(plan=plan)
        if self._stored.plan.model_copy(update={"seed": plan.seed}) != plan:
            raise SweepForeign(str(path))

    @property
    def plan(self) -> Plan:
        """The stored one where there is one: its seed is the sweep's."""
        return self._stored.plan

    @property
    def done(self) -> int:
        return self._stored.done

    @property
    def pairs(self) -> tuple[Pair, ...]:
        return self._stored.pairs

    def add(self, step: Step) -> None:
        self._stored = self._stored.model_copy(
            update={"done": step.number, "pairs": (*self._stored.pairs, *step.pairs)}
        )
        draft = self._path.with_name(f".{self._path.name}.draft")
        with draft.open("w", encoding="utf-8") as file:
            file.write(self._stored.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)

    def _read(self) -> _Stored | None:
        try:
            return _Stored.model_validate_json(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (ValidationError, UnicodeDecodeError) as error:
            raise SweepDamaged(str(self._path)) from error
