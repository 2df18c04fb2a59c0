"""Scores against sums done by hand."""

import math

import pytest

from shared.forecasting.scores import Steps, Tally, pinball, steps


def test_wape_and_bias_add_up_before_they_divide() -> None:
    """10 and 30 sold, 12 and 24 said: 8 off of 40, and 36 of 40."""
    tally = Tally()
    tally.add([10.0], [12.0])
    tally.add([30.0], [24.0])
    score = tally.score()
    assert score.wape == pytest.approx(0.2)
    assert score.bias == pytest.approx(-0.1)
    assert (score.series, score.periods, score.sold) == (2, 2, 40.0)


def test_a_share_of_hardly_anything_is_not_told() -> None:
    """Below twenty units sold there is neither WAPE nor bias."""
    tally = Tally()
    tally.add([19.0], [12.0])
    assert tally.score().wape is None
    assert tally.score().bias is None


def test_rmsse_measures_by_the_steps_of_the_past() -> None:
    """Past 0, 2, 0: squared steps 4 and 4. Errors 1 and 3: mean square 5. Root of 5 / 4."""
    past = steps([0.0, 2.0, 0.0])
    assert past == Steps(2.0, 4.0)
    tally = Tally()
    tally.add([10.0, 10.0], [11.0, 13.0], past=past)
    assert tally.score().rmsse == pytest.approx(math.sqrt(5 / 4))


def test_rmsse_is_the_mean_over_series() -> None:
    """Every series counts alike, however much it sells."""
    tally = Tally()
    tally.add([10.0], [11.0], past=Steps(1.0, 1.0))
    tally.add([10.0], [13.0], past=Steps(1.0, 1.0))
    assert tally.score().rmsse == pytest.approx(2.0)


def test_a_past_that_never_moved_has_no_rmsse() -> None:
    """There is nothing to measure by, and nothing is divided by zero."""
    tally = Tally()
    tally.add([1.0], [2.0], {0.9: [3.0]}, steps([5.0, 5.0, None, 7.0]))
    assert tally.score().rmsse is None
    assert tally.score().pinball == {}


def test_pinball_weighs_too_little_and_too_much() -> None:
    """At .9 two too little cost 1.8 and two too much cost 0.2; scaled by steps of 2, the mean is 0.5."""
    assert pinball(10.0, 8.0, 0.9) == pytest.approx(1.8)
    assert pinball(10.0, 12.0, 0.9) == pytest.approx(0.2)
    tally = Tally()
    tally.add([10.0, 10.0], [10.0, 10.0], {0.9: [8.0, 12.0]}, Steps(2.0, 4.0))
    assert tally.score().pinball[0.9] == pytest.approx(0.5)


def test_coverage_counts_the_days_that_were_enough() -> None:
    """Exactly enough is enough; a day without a figure counts nowhere."""
    tally = Tally()
    tally.add([1.0, 2.0, 3.0, None], [1.0] * 4, {0.9: [1.0, 3.0, 2.0, 9.0]}, Steps(1.0, 1.0))
    assert tally.score().coverage[0.9] == pytest.approx(2 / 3)
