"""A manifest of images: which file shows which eye of whom."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from devices.errors import ManifestInvalid
from devices.models import Eye

COLUMNS = ("path", "subject", "eye")


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestRow:
    folder: Path
    """The manifest's: what other columns name lies relative to it, too."""
    path: Path
    """Absolute, or relative to the working directory if the manifest's own path was."""
    name: str
    """The path exactly as the manifest has it."""
    subject: str
    eye: Eye
    more: Mapping[str, str] = field(default_factory=dict)
    """Every other column that is not empty (mask, time, device, age, session)."""


def read_manifest(path: Path) -> tuple[ManifestRow, ...]:
    """The rows in their order. Relative paths count from the manifest's folder.

    That the files exist is checked, what they hold is NOT.
    Errors: ManifestInvalid, with all that is wrong at once: no such file, a missing column, an unknown eye,
    missing images (named).
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            lacking = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            lines = [] if lacking else [(reader.line_num, line) for line in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ManifestInvalid(path, problems=[f"it cannot be read ({error})"]) from error
    if lacking:
        raise ManifestInvalid(path, problems=[f"it has no column {', '.join(lacking)}"])
    problems = [problem for number, line in lines if (problem := _problem(number, line))]
    if not lines:
        problems.append("it names no image")
    rows = [] if problems else [_row(path.parent, line) for _, line in lines]
    missing = [row.path for row in rows if not row.path.is_file()]
    if problems or missing:
        raise ManifestInvalid(path, problems=problems, missing=missing)
    return tuple(rows)


def _problem(number: int, line: dict[str, str | None]) -> str | None:
    if not line["path"] or not line["subject"]:
        return f"line {number} has no path or subject"
    if line["eye"] not in get_args(Eye):
        return f"line {number}: eye is {line['eye']!r}, not left or right"
    return None


def _row(folder: Path, line: dict[str, str | None]) -> ManifestRow:
    name = line["path"] or ""
    more = {key: value for key, value in line.items() if key and key not in COLUMNS and value}
    eye: Eye = "left" if line["eye"] == "left" else "right"
    return ManifestRow(folder=folder, path=folder / name, name=name, subject=line["subject"] or "", eye=eye, more=more)
