"""What past misses teach about quantiles: pooled, scaled, split-conformal correction by segment.

A quantile head says 7 is enough on 98 days of 100, and looking back it was on 96. The misses of earlier origins,
each divided by its series' scale and pooled over a segment, give the shift that would have made it 98; the next
forecast gets that shift times its own scale. Only forecasts made before the days they speak of count, so nothing is
calibrated on what it was trained on.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Final

import numpy as np

from cloud.forecasting.learned.arrays import Numbers

LEAST: Final = 300
"""With fewer pooled misses a segment borrows those of all."""


class Misses:
    """Scaled misses (actual less estimate) of each candidate, by segment and level."""

    def __init__(self) -> None:
        self._pools: dict[tuple[str, str, float], list[Numbers]] = defaultdict(list)

    def add(self, candidate: str, segment: str, level: float, misses: Numbers) -> None:
        """Misses of series of one segment at one origin; NaN where nothing is known."""
        known = misses[np.isfinite(misses)]
        if len(known):
            self._pools[candidate, segment, level].append(known)
            self._pools[candidate, "", level].append(known)

    def shift(self, candidate: str, segment: str, level: float) -> float | None:
        """What to add to the estimate, in scales, so that `level` of pooled actuals lie at or below it, if known."""
        for pool in (segment, ""):
            misses = self._pools.get((candidate, pool, level))
            if misses and (not pool or sum(map(len, misses)) >= LEAST):
                return _upper_quantile(np.concatenate(misses), level)
        return None


def _upper_quantile(misses: Numbers, level: float) -> float:
    """The smallest miss that is enough for `level` of them and one more, as split-conformal wants it."""
    rank = min(len(misses), math.ceil((len(misses) + 1) * level))
    return float(np.partition(misses, rank - 1)[rank - 1])
