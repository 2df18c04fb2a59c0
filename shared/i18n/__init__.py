"""Texts for people, by key, in both languages beside each other: parity cannot be lost.

Each area has a module in `texts/` with `TEXTS = {"key": ("中文 {value}", "English {value}")}`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Literal

from shared.errors import DomainError, Value
from shared.i18n import texts

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")


@cache
def all_texts() -> Mapping[str, tuple[str, str]]:
    """Every text by key: (zh-CN, en)."""
    found: dict[str, tuple[str, str]] = {}
    for module in pkgutil.iter_modules(texts.__path__):
        area: dict[str, tuple[str, str]] = importlib.import_module(f"{texts.__name__}.{module.name}").TEXTS
        twice = found.keys() & area.keys()
        assert not twice, f"texts stand twice: {sorted(twice)}"
        found.update(area)
    return found


def tell(key: str, language: Language, values: Mapping[str, Value]) -> str:
    """The text in that language with its values filled in."""
    return all_texts()[key][LANGUAGES.index(language)].format_map(values)


def tell_error(error: DomainError, language: Language) -> str:
    return tell(error.key, language, error.values)


def language_of(accept_language: str) -> Language:
    """The language to answer in: English only where it is asked for before Chinese."""
    for part in accept_language.lower().split(","):
        tag = part.partition(";")[0].strip()
        if tag.startswith("zh"):
            return "zh-CN"
        if tag.startswith("en"):
            return "en"
    return "zh-CN"
