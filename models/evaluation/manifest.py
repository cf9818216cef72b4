"""The list of pictures to evaluate: a CSV with path, subject, eye, and optionally mask, time, device, age, session."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from matching.template import Eye
from models.errors import ManifestInvalid

NEEDED = ("path", "subject", "eye")
NAMED_AT_MOST = 5
"""Missing files that an error names; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One picture. path: as written in the manifest; file and mask: where they lie."""

    path: str
    file: Path
    subject: str
    eye: Eye
    mask: Path | None = None
    device: str = ""
    session: str = ""

    @property
    def label(self) -> str:
        """The eye of a person: pictures with the same label should match."""
        return f"{self.subject}/{self.eye}"


def read(manifest: Path) -> tuple[Row, ...]:
    """All rows in the file's order; relative paths are taken from the manifest's folder.

    Errors: FileNotFoundError; ManifestInvalid (a column is missing, an eye is neither left nor right, no rows,
    files that are not there, named).
    """
    with manifest.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        lacking = [name for name in NEEDED if name not in (reader.fieldnames or ())]
        if lacking:
            raise ManifestInvalid(
                f"{manifest.name} lacks the column {', '.join(lacking)}; needed are path, subject, eye."
            )
        rows = tuple(_row(line, manifest.parent, number) for number, line in enumerate(reader, start=2))
    if not rows:
        raise ManifestInvalid(f"{manifest.name} lists no pictures.")
    _refuse_missing(manifest, rows)
    return rows


def _row(line: dict[str, str], folder: Path, number: int) -> Row:
    eye = (line["eye"] or "").strip().lower()
    if eye not in ("left", "right"):
        raise ManifestInvalid(f"Line {number}: eye must be left or right, not '{line['eye']}'.")
    mask = line.get("mask") or ""
    return Row(
        path=line["path"],
        file=folder / line["path"],
        subject=line["subject"],
        eye=cast(Eye, eye),
        mask=folder / mask if mask else None,
        device=line.get("device") or "",
        session=line.get("session") or "",
    )


def _refuse_missing(manifest: Path, rows: tuple[Row, ...]) -> None:
    wanted = [*(row.file for row in rows), *(row.mask for row in rows if row.mask)]
    missing = [str(path) for path in wanted if not path.is_file()]
    if missing:
        more = f" and {len(missing) - NAMED_AT_MOST} more" if len(missing) > NAMED_AT_MOST else ""
        names = ", ".join(missing[:NAMED_AT_MOST])
        raise ManifestInvalid(f"{manifest.name} names {len(missing)} files that are not there: {names}{more}.")
