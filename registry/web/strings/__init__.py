"""The words of the pages: one TOML catalogue a language, Persian first and complete."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

LANGUAGES = ("fa", "en")


@lru_cache
def catalogue(language: str) -> Mapping[str, str]:
    """Keys with dots ("board.title") to text with {placeholders}."""
    tree = tomllib.loads((Path(__file__).parent / f"{language}.toml").read_text(encoding="utf-8"))
    return MappingProxyType(dict(_flat(tree, "")))


def _flat(tree: Mapping[str, object], prefix: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in tree.items():
        pairs += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, str(value))]
    return pairs
