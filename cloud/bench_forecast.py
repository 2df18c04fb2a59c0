"""`liushui bench forecast --sales FOLDER`: what is promised of forecasts, each promise with its bound."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from cloud.bench_goals import Bound

PROMISES: Final = ("repair",)
BOUNDS: Final = (
    Bound("demand repaired on days hidden by hand, WAPE", "repair.stored.wape", "<=", 0.19),
    Bound("— bias, either way", "repair.stored.bias_either_way", "<=", 0.03),
)


def promised(folder: Path, promises: Iterable[str], series: int) -> dict[str, Any]:
    """Each promise's figures by its name, on at most so many series."""
    from cloud.forecasting.learned.proof.fresh_goods import read_fresh_goods
    from cloud.forecasting.learned.proof.hiding import repaired_hidden

    measured: dict[str, Any] = {}
    for promise in promises:
        match promise:
            case "repair":
                measured[promise] = repaired_hidden(read_fresh_goods(folder), series)
    return measured
