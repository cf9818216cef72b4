"""A long evaluation goes on where it stopped: finished pictures are kept beside the report until it is written."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from devices.manifest import ManifestRow
from models.evaluation.extraction import Record, Setting

NAME = "unfinished.jsonl"


class Kept:
    """One line a finished picture. Templates are as sensitive as pictures, so `forget` ends the file with the run."""

    def __init__(self, folder: Path, setting: Setting) -> None:
        self._path = folder / NAME
        facts = json.dumps([setting.choice, setting.pins(), setting.shapes])
        self._setting = hashlib.sha256(facts.encode()).hexdigest()[:16]

    def load(self, rows: Sequence[ManifestRow]) -> dict[int, Record]:
        """Records by the row's place. A file that changed since, other weights or a torn line count as not done."""
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return {}
        told = dict(pair for line in lines if (pair := _parsed(line)) is not None)
        return {k: told[key] for k, row in enumerate(rows) if (key := self._key(row)) in told}

    def add(self, row: ManifestRow, record: Record) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        facts = dataclasses.asdict(record)
        if record.template is not None:
            facts["template"] = base64.b85encode(record.template).decode()
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([self._key(row), facts]) + "\n")

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)

    def _key(self, row: ManifestRow) -> str:
        state = row.path.stat() if row.path.exists() else None
        seen = "" if state is None else f"{state.st_size} {state.st_mtime_ns}"
        return f"{self._setting} {row.name} {row.eye} {row.more.get('mask', '')} {seen}"


def _parsed(line: str) -> tuple[str, Record] | None:
    try:
        key, facts = json.loads(line)
        return key, _record(facts)
    except (ValueError, TypeError):
        return None


def _record(facts: dict[str, Any]) -> Record:
    """JSON knows no tuples and no bytes. Errors: TypeError, ValueError for what this version does not write."""
    text = facts.pop("template")
    for name in ("findings", "origins", "advice"):
        facts[name] = tuple(facts[name])
    for name in ("circles", "factors", "milliseconds"):
        facts[name] = tuple(tuple(entry) for entry in facts[name])
    return Record(template=None if text is None else base64.b85decode(text), **facts)
