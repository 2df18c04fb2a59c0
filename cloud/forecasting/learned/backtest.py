"""A rolling-origin back-test: forecasts made as they would have been made then, against what came.

At every origin the models learn from what was known by then, the champion of each segment is who was best at the
origins before, and quantiles are shifted by the misses of the origins before. The first two origins (where there is
history for them) are for that alone and are not scored. Nothing after an origin touches a forecast made at it, but
`known_*`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec
import numpy as np

from cloud.forecasting.learned.arrays import Numbers, known_of
from cloud.forecasting.learned.candidates import (
    ASKED_OF_ALL,
    BASELINES,
    LEARNED,
    Candidates,
    View,
    early_misses,
    learned_means,
    sampled,
    simple_means,
    view_of,
)
from cloud.forecasting.learned.champions import Record
from cloud.forecasting.learned.conformal import Misses
from cloud.forecasting.learned.direct import Direct, TooFewRows
from cloud.forecasting.learned.feasts import Effect
from cloud.forecasting.learned.features import Rows
from cloud.forecasting.learned.panel import Panel
from shared.forecasting.forecast import LEVELS
from shared.forecasting.models import models
from shared.forecasting.scores import Steps, Tally, steps
from shared.forecasting.segments import segment_of

WARM_UP: Final = 2
HISTORY_LEAST: Final = 2
"""An origin needs two periods behind it; a series may have fewer."""


LEVEL_TRUST: Final = 0.5
"""How far the learned means follow what the last horizon sold against what they said of it, all series together."""


class Past(msgspec.Struct, frozen=True):
    """What the origins so far have taught."""

    misses: Misses
    record: Record
    levels: dict[str, float]
    """What each learned mean is multiplied by."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Everything said at one origin. Arrays have a row a series and a column a period ahead."""

    origin: int
    scored: bool
    segments: list[str]
    steps: list[Steps]
    champions: dict[str, str]
    model: list[str]
    """Who spoke for each series."""
    mean: Numbers
    quantiles: dict[float, Numbers]
    baselines: dict[str, tuple[Numbers, dict[float, Numbers]]]
    learned: dict[str, Numbers]
    """Means of every learned candidate, champion or not."""
    effects: tuple[Effect, ...]
    """What days of the calendar were taken to be worth."""


def origins_of(periods: int, horizon: int, wanted: int) -> list[tuple[int, bool]]:
    """Indices of the last known period of each origin, with whether it is scored; as many as the history holds."""
    last = periods - 1 - horizon
    scored = [last - horizon * back for back in range(wanted - 1, -1, -1)]
    scored = [origin for origin in scored if origin >= HISTORY_LEAST - 1]
    first = scored[0] if scored else last + 1
    warm = [first - horizon * back for back in range(WARM_UP, 0, -1)]
    enough = max(2 * horizon, 10)
    return [(origin, False) for origin in warm if origin >= enough] + [(origin, True) for origin in scored]


def backtest(
    panel: Panel, horizon: int, wanted: int, say: Callable[[str], None] = lambda _: None, seed: int = 1
) -> Iterator[Origin]:
    """Every origin in turn, warm-ups too. The panel has `horizon` periods after the last known one."""
    return walk(panel, horizon, origins_of(panel.demand.shape[1] - horizon, horizon, wanted), say, seed)


def walk(
    panel: Panel,
    horizon: int,
    origins: Sequence[tuple[int, bool]],
    say: Callable[[str], None] = lambda _: None,
    seed: int = 1,
) -> Iterator[Origin]:
    """What is said at each origin, given what came after those before it. Origins rise."""
    rows = Rows(panel)
    past = Past(Misses(), Record(LEARNED[0]), {})
    for origin, scored in origins:
        view = view_of(rows, origin, horizon)
        said, candidates = _speak(panel, view, scored, horizon, past, seed)
        say(f"{panel.dates[origin]}: {_champions_told(said.champions)}")
        _learn(panel, view.rows.scale(origin), said, candidates, past)
        yield said


def _speak(
    panel: Panel, view: View, scored: bool, horizon: int, past: Past, seed: int
) -> tuple[Origin, Candidates]:
    origin = view.origin
    segments = [segment_of(history, panel.cadence.days) for history in view.histories]
    candidates = _candidates(view, segments, horizon, seed)
    for name, level in past.levels.items():
        if name in candidates.means:
            candidates.means[name] *= level
    learned = bool(candidates.quantiles)
    champions = {
        segment: _allowed(past.record.champion(segment), learned) for segment in sorted(set(segments))
    }
    for segment, name in champions.items():
        if name not in LEARNED and name not in ASKED_OF_ALL:
            asked = [row for row, own in enumerate(segments) if own == segment]
            candidates.means[name][asked] = simple_means(view, name, horizon, asked)[asked]
    scale = view.rows.scale(origin)
    early = early_misses(panel, origin, scale)
    mean = np.zeros((len(segments), horizon))
    quantiles = {level: np.zeros_like(mean) for level in LEVELS}
    for segment, name in champions.items():
        members = np.array([own == segment for own in segments])
        mean[members] = candidates.means[name][members]
        for level in LEVELS:
            shifted = _shifted(candidates, name, segment, level, scale, past.misses, early)
            quantiles[level][members] = shifted[members]
    baselines = {}
    for name in BASELINES:
        of_level = {
            level: _shifted(candidates, name, "", level, scale, past.misses, early) for level in LEVELS
        }
        baselines[name] = (candidates.means[name], _rising(of_level))
    return (
        Origin(
            origin=origin,
            scored=scored,
            segments=segments,
            steps=[steps(history) for history in view.histories],
            champions=champions,
            model=[champions[segment] for segment in segments],
            mean=mean,
            quantiles=_rising(quantiles),
            baselines=baselines,
            learned={name: candidates.means[name] for name in LEARNED if name in candidates.means},
            effects=view.effects,
        ),
        candidates,
    )


def _candidates(view: View, segments: list[str], horizon: int, seed: int) -> Candidates:
    everyone, sample = range(len(segments)), sampled(segments)
    means = {
        name: simple_means(view, name, horizon, everyone if name in ASKED_OF_ALL else sample)
        for name in models()
    }
    try:
        told = Direct(view.rows, view.origin, horizon, seed).ahead(view.rows, view.origin)
    except TooFewRows:
        return Candidates(means, {})
    tweedie, l1 = told.tweedie * view.factors, told.l1 * view.factors
    quantiles = {level: quantile * view.factors for level, quantile in told.quantiles.items()}
    return Candidates(means | learned_means(tweedie, l1, means["weekday_mean"]), quantiles)


def _allowed(champion: str, learned: bool) -> str:
    """Where nothing could be learned the moving average stands in for a learned champion."""
    return champion if learned or champion not in LEARNED else "moving_average"


def _shifted(
    candidates: Candidates,
    name: str,
    segment: str,
    level: float,
    scale: Numbers,
    misses: Misses,
    early: Numbers,
) -> Numbers:
    """A candidate's calibrated quantile. Before any origin was judged, heads speak as they are and means are spread
    as single days were spread around theirs."""
    estimate = candidates.quantile(name, level)
    shift = misses.shift(_pool(name), segment, level)
    if shift is None:
        shift = 0.0 if name in LEARNED else _spread(early, level)
    shifted: Numbers = np.maximum(estimate + shift * scale[:, None], 0.0)
    return shifted


def _pool(name: str) -> str:
    """All learned means share the quantile heads, and so their misses."""
    return LEARNED[0] if name in LEARNED else name


def _spread(early: Numbers, level: float) -> float:
    known = early[np.isfinite(early)]
    return float(np.quantile(known, level)) if len(known) else 0.0


def _rising(quantiles: dict[float, Numbers]) -> dict[float, Numbers]:
    raised = np.maximum.accumulate([quantiles[level] for level in LEVELS])
    return dict(zip(LEVELS, raised, strict=True))


def _learn(panel: Panel, scales: Numbers, said: Origin, candidates: Candidates, past: Past) -> None:
    """Put down how every candidate did, for the origins that follow."""
    horizon = said.mean.shape[1]
    actual = panel.demand[:, said.origin + 1 : said.origin + 1 + horizon]
    scale = scales[:, None]
    members: dict[str, list[int]] = defaultdict(list)
    for row, segment in enumerate(said.segments):
        members[segment].append(row)
    known = np.isfinite(actual)
    for name in LEARNED:
        if name in candidates.means:
            told = np.where(known, candidates.means[name], 0.0).sum() / past.levels.get(name, 1.0)
            ratio = float(np.where(known, actual, 0.0).sum() / told) if told > 0 else 1.0
            past.levels[name] = 1 + LEVEL_TRUST * (min(2.0, max(0.5, ratio)) - 1)
    sample = set(sampled(said.segments))
    for segment, own in members.items():
        for name in {_pool(name) for name in candidates.means}:
            for level in LEVELS:
                missed = (actual[own] - candidates.quantile(name, level)[own]) / scale[own]
                past.misses.add(name, segment, level, missed)
        judged = [row for row in own if row in sample]
        tallies = {name: Tally() for name in candidates.means}
        for row in judged:
            came = known_of(actual[row])
            for name, tally in tallies.items():
                tally.add(came, candidates.means[name][row].tolist(), past=said.steps[row])
        past.record.add(segment, {name: tally.score() for name, tally in tallies.items()})


def _champions_told(champions: dict[str, str]) -> str:
    return ", ".join(f"{segment} {name}" for segment, name in champions.items())
