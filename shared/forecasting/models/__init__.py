"""The models that need no library: each is one file of this folder that declares `MODEL`, and nothing keeps a list.

A model turns a history (one figure a period, None where nobody knows one) into means for the periods ahead. It never
fails on data: a history it cannot use gives zeros, and whoever asked marks the series as degraded.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import msgspec

from shared.forecasting.repair import Known


class Cadence(msgspec.Struct, frozen=True):
    """`season` periods repeat (7 days, 12 months); `span` periods make a level (28 days, 12 months)."""

    season: int = 7
    span: int = 28
    days: int = 1
    """How many days a period has, about: 1, 7 or 30."""


DAILY = Cadence()
WEEKLY = Cadence(season=52, span=8, days=7)
MONTHLY = Cadence(season=12, span=12, days=30)


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """`means(history, horizon, cadence)` gives one mean a period ahead, never negative."""

    name: str
    means: Callable[[Sequence[Known], int, Cadence], list[float]]


def same_places(past: int, ahead: int, season: int) -> range:
    """Places of a history of `past` periods at the same point of the season as the period `ahead` of it (0 is the
    next), latest first: of 10 days those of the next day's weekday are 3."""
    return range(past + ahead - season * (1 + ahead // season), -1, -season)


@cache
def models() -> Mapping[str, Model]:
    """Every model by its name, in the order of the names."""
    found: dict[str, Model] = {}
    for module in pkgutil.iter_modules(__path__):
        model = getattr(importlib.import_module(f"{__name__}.{module.name}"), "MODEL", None)
        if model is not None:
            assert isinstance(model, Model)
            assert model.name not in found, f"two models are called {model.name}"
            found[model.name] = model
    return dict(sorted(found.items()))
