"""A champion is the best of the past, if clearly so and for long enough; and misses move quantiles."""

import numpy as np
import pytest

from cloud.forecasting.learned.champions import Record
from cloud.forecasting.learned.conformal import Misses
from shared.forecasting.scores import Score


def score(loss: float, bias: float = 0.0) -> Score:
    """A score with this WAPE and RMSSE."""
    return Score(series=9, periods=63, sold=99, wape=loss, bias=bias, rmsse=loss, pinball={}, coverage={})


def champion(segment: str, *origins: dict[str, Score]) -> str:
    """Who is champion after these origins."""
    record = Record("standing")
    for origin in origins:
        record.add(segment, origin)
    return record.champion(segment)


CLEARLY = {"standing": score(0.5), "other": score(0.4)}


def test_before_three_origins_the_standing_champion_speaks() -> None:
    """One lucky week makes no champion."""
    assert champion("smooth/long") == "standing"
    assert champion("smooth/long", CLEARLY, CLEARLY) == "standing"
    assert champion("smooth/long", CLEARLY, CLEARLY, CLEARLY) == "other"


def test_hardly_better_is_not_better() -> None:
    """Half a per cent may be chance."""
    hardly = {"standing": score(0.5), "other": score(0.4976)}
    assert champion("smooth/long", hardly, hardly, hardly) == "standing"


def test_one_great_week_among_bad_ones_is_not_better() -> None:
    """A challenger has to win most of the origins, not only on average."""
    great = {"standing": score(0.9), "other": score(0.1)}
    worse = {"standing": score(0.4), "other": score(0.41)}
    assert champion("smooth/long", great, worse, worse) == "standing"


def test_who_is_off_by_half_in_sum_cannot_be_champion() -> None:
    """Always zero wins the RMSSE of spare parts; a shop cannot order by it."""
    zero = {"standing": score(0.6), "zero": score(0.4, bias=-0.9)}
    assert champion("lumpy/long", zero, zero, zero) == "standing"


def test_a_champion_off_by_half_is_replaced_by_a_sound_one() -> None:
    """Even where its loss is lower."""
    off = {"standing": score(0.4, bias=-0.9), "other": score(0.6)}
    assert champion("lumpy/long", off, off, off) == "other"


def test_an_origin_without_a_score_teaches_nothing() -> None:
    """Where hardly anything was sold no candidate is judged."""
    silent = {"standing": score(0.5), "other": Score(
        series=1, periods=7, sold=1, wape=None, bias=None, rmsse=None, pinball={}, coverage={}
    )}  # fmt: skip
    assert champion("smooth/long", CLEARLY, CLEARLY, silent) == "standing"


def test_candidates_are_compared_over_the_origins_at_which_all_of_them_spoke() -> None:
    """In a young shop nothing can be learned at first, so the standing champion has fewer origins than the others."""
    young = {"other": score(0.3), "third": score(0.9)}
    worse = {"standing": score(0.4), "other": score(0.5), "third": score(0.9)}
    assert champion("smooth/new", young, young, young) == "standing"
    assert champion("smooth/new", young, worse, worse, worse) == "standing"
    assert champion("smooth/new", young, *[CLEARLY | {"third": score(0.9)}] * 3) == "other"


def test_misses_shift_a_quantile_to_where_it_would_have_been_enough() -> None:
    """Of 399 misses 1 … 399 the 90 % mark with one more is the 360th."""
    misses = Misses()
    misses.add("m", "smooth/long", 0.9, np.arange(1.0, 400.0))
    assert misses.shift("m", "smooth/long", 0.9) == 360.0


def test_a_small_segment_borrows_the_misses_of_all() -> None:
    """Ten misses are not enough to know a 98 % mark."""
    misses = Misses()
    misses.add("m", "lumpy/new", 0.98, np.full(10, 100.0))
    misses.add("m", "smooth/long", 0.98, np.full(1000, 2.0))
    assert misses.shift("m", "lumpy/new", 0.98) == 2.0


def test_nothing_is_known_where_nothing_was_missed() -> None:
    """Without any the caller must say how it spreads; unknown days are no misses."""
    misses = Misses()
    misses.add("m", "smooth/long", 0.9, np.array([np.nan]))
    assert misses.shift("m", "smooth/long", 0.9) is None


@pytest.mark.parametrize("segment", ["smooth/long", "intermittent/long"])
def test_each_kind_is_judged_by_its_measure(segment: str) -> None:
    """Frequent sellers by WAPE, rare ones by RMSSE."""
    said = {
        "standing": Score(series=9, periods=9, sold=99, wape=0.5, bias=0, rmsse=0.5, pinball={}, coverage={}),
        "other": Score(series=9, periods=9, sold=99, wape=0.4, bias=0, rmsse=0.6, pinball={}, coverage={}),
    }
    expected = "other" if segment == "smooth/long" else "standing"
    assert champion(segment, said, said, said) == expected
