"""How good a forecast was: WAPE, bias, RMSSE, scaled pinball loss and coverage, added up series by series.

    WAPE      sum |forecast - actual| / sum actual
    bias      sum forecast / sum actual - 1
    RMSSE     root of (mean squared error / mean squared step from period to period in the past), mean over series (M5)
    pinball   mean of max(q (y - f), (q - 1) (y - f)) / mean absolute step in the past, mean over series (M5's SPL)
    coverage  share of periods with actual <= quantile

WAPE is no measure for goods that hardly sell: always zero wins it with 1.0. A score means nothing
without its level, cycle and baseline; `Score` therefore has no text of its own, the table that shows it does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import msgspec

from shared.forecasting.repair import Known

LEAST_SOLD = 20.0
"""With less sold in all, a share of it says nothing."""


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one model over some series; None where they are not defined."""

    series: int
    periods: int
    sold: float
    wape: float | None
    bias: float | None
    rmsse: float | None
    pinball: dict[float, float]
    coverage: dict[float, float]


class Steps(msgspec.Struct, frozen=True):
    """How much a series' past moves from one period to the next: what its errors are measured by."""

    absolute: float
    squared: float


def steps(history: Sequence[Known]) -> Steps:
    """Mean absolute and mean squared step between neighbours that both have a figure; zeros without any."""
    moves = [
        after - before for before, after in pairwise(history) if before is not None and after is not None
    ]
    if not moves:
        return Steps(0.0, 0.0)
    return Steps(
        sum(abs(move) for move in moves) / len(moves), sum(move * move for move in moves) / len(moves)
    )


class Tally:
    """Adds up one model's errors; `add` takes one series over one horizon."""

    def __init__(self) -> None:
        self._series = self._periods = 0
        self._off = self._sold = self._said = 0.0
        self._rmsse: list[float] = []
        self._pinball: dict[float, list[float]] = {}
        self._covered: dict[float, int] = {}

    def add(
        self,
        actual: Sequence[Known],
        mean: Sequence[float],
        quantiles: Mapping[float, Sequence[float]] | None = None,
        past: Steps | None = None,
    ) -> None:
        """Periods without an actual figure are left out; a series whose past never moved has no RMSSE or pinball."""
        known = [(ahead, value) for ahead, value in enumerate(actual) if value is not None]
        if not known:
            return
        self._series += 1
        self._periods += len(known)
        squared = 0.0
        for ahead, value in known:
            off = mean[ahead] - value
            self._off += abs(off)
            self._sold += value
            self._said += mean[ahead]
            squared += off * off
        if past is not None and past.squared > 0:
            self._rmsse.append(math.sqrt(squared / len(known) / past.squared))
        for level, estimates in (quantiles or {}).items():
            pairs = [(value, estimates[ahead]) for ahead, value in known]
            covered = sum(value <= estimate + 1e-9 for value, estimate in pairs)
            self._covered[level] = self._covered.get(level, 0) + covered
            if past is not None and past.absolute > 0:
                loss = sum(pinball(value, estimate, level) for value, estimate in pairs) / len(pairs)
                self._pinball.setdefault(level, []).append(loss / past.absolute)

    def score(self) -> Score:
        """What was added up so far."""
        defined = self._sold >= LEAST_SOLD
        return Score(
            series=self._series,
            periods=self._periods,
            sold=self._sold,
            wape=self._off / self._sold if defined else None,
            bias=self._said / self._sold - 1 if defined else None,
            rmsse=_mean(self._rmsse),
            pinball={level: sum(losses) / len(losses) for level, losses in self._pinball.items()},
            coverage={level: covered / self._periods for level, covered in self._covered.items()},
        )


def pinball(actual: float, estimate: float, level: float) -> float:
    """The loss whose least value is at the quantile: 2 too little at .9 costs 1.8, 2 too much costs 0.2."""
    off = actual - estimate
    return level * off if off >= 0 else (level - 1) * off


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
