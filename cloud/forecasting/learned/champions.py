"""Who speaks for a segment: the candidate that would have been best at the origins judged so far, if clearly so.

No model wins everywhere (on fresh goods the learned ones, on a chain's best sellers a weekday mean, on spare parts the
cautious), so each segment has a champion. It is never chosen for a single series, and never on the days it will be
judged by. Frequent sellers are judged by WAPE, the others by RMSSE, which zero does not win as easily; a candidate
whose quantities are off by half in sum is no champion at all, because a shop cannot order by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from shared.forecasting.scores import Score

ORIGINS_LEAST: Final = 3
"""Before so many origins are judged the standing champion speaks."""
BETTER: Final = 0.99
"""A challenger's loss must be below this share of the champion's, over all origins and at most of them."""
BIAS_MOST: Final = 0.5


class Judged(msgspec.Struct, frozen=True):
    """A candidate's score at one origin."""

    loss: float
    bias: float


class Record:
    """Scores of every candidate, by segment, oldest origin first."""

    def __init__(self, standing: str) -> None:
        self._standing = standing
        self._judged: dict[str, dict[str, list[Judged]]] = defaultdict(lambda: defaultdict(list))

    def add(self, segment: str, scores: dict[str, Score]) -> None:
        """What all candidates scored on the same series at one origin.

        Nothing is kept where one is undefined, or where there was too little history for the standing champion to
        speak: candidates are compared over the same origins.
        """
        frequent = segment.startswith(("smooth", "erratic"))
        judged = {
            name: Judged(loss, score.bias)
            for name, score in scores.items()
            if (loss := score.wape if frequent else score.rmsse) is not None and score.bias is not None
        }
        if len(judged) == len(scores) and self._standing in judged:
            for name, one in judged.items():
                self._judged[segment][name].append(one)

    def champion(self, segment: str) -> str:
        """The name of who speaks for a segment now."""
        judged = self._judged.get(segment)
        if not judged or len(judged[self._standing]) < ORIGINS_LEAST:
            return self._standing
        champion = self._standing
        for name in sorted(judged, key=lambda name: _mean(one.loss for one in judged[name])):
            if name == champion:
                continue
            if not _sound(judged[champion]) and _sound(judged[name]):
                return name
            if _beats(judged[name], judged[champion]):
                return name
        return champion


def _beats(challenger: Sequence[Judged], champion: Sequence[Judged]) -> bool:
    wins = sum(one.loss < other.loss for one, other in zip(challenger, champion, strict=True))
    clearly = _mean(one.loss for one in challenger) < BETTER * _mean(one.loss for one in champion)
    return clearly and 2 * wins > len(champion) and _sound(challenger)


def _sound(judged: Sequence[Judged]) -> bool:
    return abs(_mean(one.bias for one in judged)) <= BIAS_MOST


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)
