"""Scores of a back-test as a table: every figure with its level, cycle and horizon, and both baselines beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import exp
from typing import Final

import numpy as np

from cloud.forecasting.learned.arrays import Numbers, added, known_of
from cloud.forecasting.learned.backtest import Origin
from cloud.forecasting.learned.candidates import BASELINES
from cloud.forecasting.learned.feasts import Effect
from cloud.forecasting.learned.panel import Panel
from shared.forecasting.forecast import LEVELS
from shared.forecasting.scores import Score, Tally

CHAMPION: Final = "champion"
CYCLES: Final = {1: "day", 7: "week", 30: "month"}
IN_STOCK: Final = 0.999
_QUANTILE_LEVEL: Final = "series"
"""Quantiles of series do not add up to the quantile of their sum, so only here they are scored."""

Tallies = dict[tuple[str, str, str], Tally]
"""By level, segment and model."""


class Judge:
    """Adds up origins as they come."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._tallies: Tallies = defaultdict(Tally)
        self._hidden = bool((panel.available < IN_STOCK).any())
        self.horizon = 0
        self.origins = 0

    def add(self, said: Origin) -> None:
        """One scored origin."""
        self.horizon, self.origins = said.mean.shape[1], self.origins + 1
        ahead = slice(said.origin + 1, said.origin + 1 + self.horizon)
        actual = self._panel.demand[:, ahead]
        told = {CHAMPION: (said.mean, said.quantiles)} | said.baselines
        for name, (mean, quantiles) in told.items():
            self._series(name, actual, mean, quantiles, said, _QUANTILE_LEVEL)
            if self._hidden:
                full = np.where(self._panel.available[:, ahead] >= IN_STOCK, actual, np.nan)
                self._series(name, full, mean, quantiles, said, "series, days in stock")
            self._sums(name, actual, mean)

    def table(self) -> Iterator[tuple[str, str, str, Score]]:
        """Level, segment, model and score; the champion first, "all" segments first."""
        order = {name: place for place, name in enumerate((CHAMPION, *BASELINES))}
        for key in sorted(self._tallies, key=lambda key: (key[0], key[1] != "all", key[1], order[key[2]])):
            level, segment, model = key
            yield level, segment, model, self._tallies[key].score()

    def _series(
        self,
        name: str,
        actual: Numbers,
        mean: Numbers,
        quantiles: dict[float, Numbers],
        said: Origin,
        level: str,
    ) -> None:
        for row, segment in enumerate(said.segments):
            known = known_of(actual[row])
            estimates = {q: quantiles[q][row].tolist() for q in LEVELS}
            for part in ("all", segment):
                tally = self._tallies[level, part, name]
                tally.add(known, mean[row].tolist(), estimates, said.steps[row])

    def _sums(self, name: str, actual: Numbers, mean: Numbers) -> None:
        """Sums over series; what is unknown counts on neither side."""
        known = np.isfinite(actual)
        sold, said = np.where(known, actual, 0.0), np.where(known, mean, 0.0)
        groups = {"all series": np.zeros(len(sold), dtype=np.int64)} | {
            level: self._panel.groups[level] for level in ("store", "sku", "category")
        }
        for level, group in groups.items():
            if level == "all series" or 1 < group.max() + 1 < len(sold):
                total = self._tallies[level, "all", name]
                for of_sold, of_said in zip(added(sold, group), added(said, group), strict=True):
                    total.add(known_of(of_sold), of_said.tolist())
        for of_sold, of_said in zip(sold.sum(axis=1), said.sum(axis=1), strict=True):
            self._tallies["series, whole horizon", "all", name].add([float(of_sold)], [float(of_said)])


def lines_of(judge: Judge, cycle_days: int) -> Iterator[str]:
    """The table as text, one line a score."""
    cycle = CYCLES[cycle_days]
    yield f"cycle: {cycle}, horizon: {judge.horizon}, origins: {judge.origins}"
    yield _row(
        "level", "segment", "model", "series", "WAPE", "bias", "RMSSE",
        [f"SPL{level:g}".replace("0.", ".") for level in LEVELS],
        [f"cov{level:g}".replace("0.", ".") for level in LEVELS],
    )  # fmt: skip
    for level, segment, model, score in judge.table():
        yield _row(
            level, segment, model, str(score.series), _told(score.wape), _told(score.bias, "+"), _told(score.rmsse),
            [_told(score.pinball.get(quantile)) for quantile in LEVELS],
            [_told(score.coverage.get(quantile)) for quantile in LEVELS],
        )  # fmt: skip


def effect_lines(effects: Iterable[Effect]) -> Iterator[str]:
    """What days of the calendar are worth to all series together, the strongest first, as text."""
    for effect in sorted(effects, key=lambda effect: (-abs(effect.log), effect.kind)):
        yield f"day {effect.kind:<24} {exp(effect.log) - 1:+7.1%}  seen {effect.times}x"


def _row(level: str, segment: str, model: str, series: str, wape: str, bias: str, rmsse: str,
         pinball: Sequence[str], coverage: Iterable[str]) -> str:  # fmt: skip
    figures = "".join(f"{figure:>7}" for figure in (series, wape, bias, rmsse, *pinball, *coverage))
    return f"{level:<22} {segment:<20} {model:<15}{figures}".rstrip()


def _told(figure: float | None, sign: str = "") -> str:
    return "–" if figure is None else f"{figure:{sign}.3f}"
