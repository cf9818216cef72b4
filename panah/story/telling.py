"""Writing down what happened: every step, by whom, when, and what the law refused in its own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from panah.story.cast import Player
from panah.story.client import Answer, Client
from panah.story.errors import StoryWentWrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    step: str
    by: str
    at: datetime
    why: str | None = None
    """The law's word, where it refused."""
    fa: str = ""
    en: str = ""
    detail: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "step": self.step, "by": self.by, "at": self.at.isoformat(),
            "refused": f"{self.fa} / {self.en}" if self.why else None,
            "why": self.why, "reason": {"fa": self.fa, "en": self.en} if self.why else None, "detail": self.detail,
        }  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Told:
    """One child's story so far."""

    player: Player
    steps: list[Step] = field(default_factory=list)
    child_id: int = 0
    case_id: int = 0
    case_number: str = ""
    state: str = ""

    def note(self, step: str, *by: Client, detail: str = "") -> None:
        self.steps.append(Step(step=step, by=_names(by), at=datetime.now(UTC), detail=detail))

    def done(self, step: str, answer: Answer, *by: Client, detail: str = "") -> Any:
        """It must have worked. Its JSON. Errors: StoryWentWrong."""
        if not answer.is_done:
            raise StoryWentWrong(f"{step} of {self.player.name}", f"{answer.status} {answer.body.decode()[:500]}")
        self.note(step, *by, detail=detail)
        return answer.json

    def refused(self, step: str, why: str, answer: Answer, *by: Client) -> None:
        """The law must have said so, in both languages. Errors: StoryWentWrong."""
        reason = answer.reason()
        if answer.is_done or reason is None or reason[0] != why:
            said = f"{answer.status} {answer.body.decode()[:500]}"
            raise StoryWentWrong(f"{step} of {self.player.name}, which must be refused as {why}", said)
        _, fa, en = reason
        self.steps.append(Step(step=step, by=_names(by), at=datetime.now(UTC), why=why, fa=fa, en=en))

    def as_json(self) -> dict[str, Any]:
        return {"name": self.player.name, "steps": [step.as_json() for step in self.steps], "state": self.state}


def _names(by: tuple[Client, ...]) -> str:
    return " + ".join(f"{one.full_name} ({one.role})" for one in by)


Json = Mapping[str, Any]
