"""Everything that can go wrong between a picture and a template."""

from __future__ import annotations

from pathlib import Path

from models.reasons import Language, Reason, sentence


class ModelsError(Exception):
    """The root of this package's errors."""


class CaptureRejected(ModelsError):
    """A picture that gives no template. `reason` is for programs, `sentence(language)` for people."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(sentence(reason) + (f" ({detail})" if detail else ""))
        self.reason: Reason = reason
        self.detail = detail

    def sentence(self, language: Language = "en") -> str:
        return sentence(self.reason, language)


class WeightsDamaged(ModelsError):
    """A model file that is missing, or is not the one its manifest pins."""

    def __init__(self, path: Path, expected: str, found: str | None) -> None:
        what = "is missing" if found is None else f"has SHA-256 {found[:12]}…, not the pinned {expected[:12]}…"
        super().__init__(f"The model file {path.name} {what}; install Panah again, or make the file with its script.")
        self.path, self.expected, self.found = path, expected, found
