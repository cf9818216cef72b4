"""The words of the pages, Persian first and complete: `fa.toml`, `en.toml`, and beside them a pair for a large subject
("law.fa.toml", "law.en.toml"); together one catalogue a language."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

LANGUAGES = ("fa", "en")


@lru_cache
def catalogue(language: str) -> Mapping[str, str]:
    """Keys with dots ("board.title") to text with {placeholders}."""
    files = sorted(Path(__file__).parent.glob(f"*{language}.toml"))
    pairs = [pair for file in files for pair in _flat(tomllib.loads(file.read_text(encoding="utf-8")), "")]
    if len(dict(pairs)) < len(pairs):
        raise ValueError(f"a word stands twice in the catalogue {language}")
    return MappingProxyType(dict(pairs))


def _flat(tree: Mapping[str, object], prefix: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in tree.items():
        pairs += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, str(value))]
    return pairs
