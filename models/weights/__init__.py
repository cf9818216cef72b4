"""The model files, pinned. `manifest.json` names each file's SHA-256; a card beside it tells what it is made of."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from models.errors import NoWeights, WeightsDamaged

FOLDER = Path(__file__).parent
MANIFEST = "manifest.json"
BESIDE = ("synthetic", "without_mmu1")
"""Other sets that lie beside the default, each with its card."""


def sha256(name: str, folder: Path = FOLDER) -> str:
    """The pin itself: it goes into reports and beside stored templates."""
    return str(_entry(name, folder)["sha256"])


def _entry(name: str, folder: Path) -> dict[str, Any]:
    """Errors: NoWeights."""
    try:
        return dict(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))[name])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoWeights(folder) from error


def pins(folder: Path = FOLDER) -> dict[str, str]:
    """Every file's SHA-256 by name."""
    entries = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return {name: str(entry["sha256"]) for name, entry in sorted(entries.items())}


def folder_of(name: str, base: Path) -> Path:
    """A set beside the default by its name, or the folder of that name in `base`."""
    return FOLDER / name if name in BESIDE else base / name


def pinned(name: str, folder: Path = FOLDER) -> bytes:
    """The bytes of the model file `name`, after checking that they are the pinned ones.

    Errors: NoWeights, WeightsDamaged.
    """
    expected = sha256(name, folder)
    path = folder / name
    if not path.is_file():
        raise WeightsDamaged(path, expected, None)
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise WeightsDamaged(path, expected, found)
    return data


def trained_on(name: str, folder: Path = FOLDER) -> frozenset[str]:
    """The people (subjects) whose pictures this model has seen; error rates on them flatter it."""
    return frozenset(_entry(name, folder)["trained_on"])
