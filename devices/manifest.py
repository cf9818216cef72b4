"""A manifest of images: which file shows which eye of whom."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from devices.errors import ManifestInvalid, Wrong
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
            header = reader.fieldnames or ()
            lacking = [name for name in COLUMNS if name not in header]
            lines = [] if lacking else [(reader.line_num, line) for line in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ManifestInvalid(path, problems=[_unread(error)]) from error
    if lacking:
        raise ManifestInvalid(path, problems=[_lacking(lacking, header)])
    problems = [problem for number, line in lines if (problem := _problem(number, line))]
    if not lines:
        problems.append(Wrong("it names no image", "نام هیچ تصویری در آن نیست"))
    rows = [] if problems else [_row(path.parent, line) for _, line in lines]
    missing = [row.path for row in rows if not row.path.is_file()]
    if problems or missing:
        raise ManifestInvalid(path, problems=problems, missing=missing)
    return tuple(rows)


def _unread(error: Exception) -> Wrong:
    if isinstance(error, UnicodeDecodeError):
        return Wrong(
            f"it cannot be read ({error}); save it as CSV in UTF-8",
            "خوانده نمی‌شود؛ آن را به صورت CSV با کدگذاری UTF-8 ذخیره کنید",
        )
    return Wrong(f"it cannot be read ({error})", f"خوانده نمی‌شود ({error})")


def _lacking(lacking: list[str], header: Sequence[str]) -> Wrong:
    names = ", ".join(lacking)
    if any(sign in name for name in header for sign in ";\t"):  # as spreadsheets write in many countries
        return Wrong(
            f"it has no column {names}; separate the columns by commas",
            f"ستون {names} ندارد؛ میان ستون‌ها ویرگول لاتین (,) بگذارید",
        )
    return Wrong(f"it has no column {names}", f"ستون {names} ندارد")


def _problem(number: int, line: dict[str, str | None]) -> Wrong | None:
    if not line["path"] or not line["subject"]:
        return Wrong(f"line {number} has no path or subject", f"سطر {number} در path یا subject خالی است")
    if line["eye"] not in get_args(Eye):
        return Wrong(
            f"line {number}: eye is {line['eye']!r}, not left or right",
            f"سطر {number}: در ستون eye به جای left یا right «{line['eye'] or ''}» نوشته شده",
        )
    return None


def _row(folder: Path, line: dict[str, str | None]) -> ManifestRow:
    name = line["path"] or ""
    more = {key: value for key, value in line.items() if key and key not in COLUMNS and value}
    eye: Eye = "left" if line["eye"] == "left" else "right"
    return ManifestRow(folder=folder, path=folder / name, name=name, subject=line["subject"] or "", eye=eye, more=more)
