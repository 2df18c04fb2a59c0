"""Forecasts without any library: the simple models, champion by segment, spread by what they missed before.

What a head office without the `forecast` extra orders by. Each segment's champion is chosen at the last three origins
on a sample of its series, as the learned models' is; quantiles are the champion's mean plus what it missed then, by
segment and scaled by the series' level.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from cloud.forecasting.learned.champions import Record
from cloud.forecasting.own_calendar import Own
from cloud.forecasting.series import HORIZON, Series
from shared.forecasting.forecast import LEVELS, Forecast, of_estimates
from shared.forecasting.models import DAILY, models
from shared.forecasting.repair import Known
from shared.forecasting.scores import Tally, steps
from shared.forecasting.segments import segment_of

ORIGINS: Final = 3
SAMPLE: Final = 60
"""Series of a segment on which the models are judged."""
STANDING: Final = "moving_average"
LEAST: Final = 0.01
"""Units a day that misses are measured by where a series sold next to nothing."""

Misses = dict[tuple[str, str], list[float]]
"""By segment and model, (came - said) by the level of the series."""


class Judged(msgspec.Struct, frozen=True):
    champions: Mapping[str, str]
    misses: Misses


def forecast_simply(series: Sequence[Series], last: date, _own: Own) -> list[Forecast]:
    """One forecast a series, in their order; `last` is the last known day of all of them. No calendar is followed."""
    histories = [one.history for one in series]
    segments = [segment_of(history) for history in histories]
    judged = _judged(histories, segments)
    return [
        _forecast(one, history, segment, judged, last)
        for one, history, segment in zip(series, histories, segments, strict=True)
    ]


def _judged(histories: Sequence[list[Known]], segments: Sequence[str]) -> Judged:
    members: defaultdict[str, list[list[Known]]] = defaultdict(list)
    for history, segment in zip(histories, segments, strict=True):
        members[segment].append(history)
    record, misses = Record(STANDING), Misses()
    for segment, own in sorted(members.items()):
        sample = own[:: max(1, -(-len(own) // SAMPLE))]
        for back in range(ORIGINS, 0, -1):
            _judge(record, misses, segment, sample, back * HORIZON)
    return Judged({segment: record.champion(segment) for segment in members}, misses)


def _judge(record: Record, misses: Misses, segment: str, sample: Sequence[list[Known]], back: int) -> None:
    """What every model would have said `back` days ago, against what came."""
    tallies = {name: Tally() for name in models()}
    for history in sample:
        past, came = history[:-back], history[len(history) - back :][:HORIZON]
        if len(past) < HORIZON:
            continue
        moved, level = steps(past), _level(past)
        for name, model in models().items():
            said = model.means(past, HORIZON, DAILY)
            tallies[name].add(came, said, past=moved)
            pool = misses.setdefault((segment, name), [])
            pool += [(value - said[ahead]) / level for ahead, value in enumerate(came) if value is not None]
    record.add(segment, {name: tally.score() for name, tally in tallies.items()})


def _forecast(series: Series, history: list[Known], segment: str, judged: Judged, last: date) -> Forecast:
    name = judged.champions[segment]
    means = models()[name].means(history, HORIZON, DAILY)
    level = _level(history)
    pool = sorted(judged.misses.get((segment, name), ())) or _early(history, level)
    spread = {one: _quantile(pool, one) * level for one in LEVELS}
    quantiles = {one: [mean + spread[one] for mean in means] for one in LEVELS}
    return Forecast(
        store=series.store,
        sku=series.sku,
        origin=last,
        model=name,
        segment=segment,
        days=of_estimates(last, means, quantiles),
        degraded=series.faults,
    )


def _level(history: Sequence[Known]) -> float:
    """The mean of the last four weeks that are known."""
    known = [value for value in history[-DAILY.span :] if value is not None]
    return max(LEAST, sum(known) / len(known)) if known else LEAST


def _early(history: Sequence[Known], level: float) -> list[float]:
    """Single days around their mean: all there is before any origin is judged."""
    known = [value for value in history[-DAILY.span :] if value is not None]
    mean = sum(known) / len(known) if known else 0.0
    return sorted((value - mean) / level for value in known) or [0.0]


def _quantile(ordered: Sequence[float], level: float) -> float:
    """Between neighbours, as everybody's spreadsheet has it."""
    at = level * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)
