"""For how long a fridge was out of its limits, window by window, live and after late data."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.intake.fold import ingest
from edge.intake.rules import Rules
from edge.intake.telemetry import Telemetry
from edge.intake.windows import FIVE_MINUTES_S, HOUR_S
from shared.sensing.alarm import Rule
from shared.sensing.rollups import Outside, outside
from tests.support.bridge_talk import FRIDGE, MINUTE_MS, NOW_MS, SITE, data, warm

RULES = Rules([FRIDGE])


def kept(telemetry: Telemetry, seconds: int) -> dict[int, tuple[int, int]]:
    """What the file says of windows outside the limits."""
    return {
        start: (above, below)
        for start, above, below in telemetry.rows(
            "SELECT start_ms, above_ms, below_ms FROM span WHERE seconds = ? AND above_ms + below_ms > 0",
            (seconds,),
        )
    }


@given(
    st.lists(st.tuples(st.integers(1, 1800), st.integers(-3, 12)), min_size=1, max_size=40),
    st.sampled_from([300, 3600]),
)
@settings(max_examples=60)
def test_windows_count_the_same_as_one_who_looks_every_second(
    told: list[tuple[int, int]], seconds: int
) -> None:
    """The law, against a calculation of another kind: walk through every second and ask what held then."""
    rule = Rule(high=8, low=0, hysteresis=0, raise_after_ms=0, clear_after_ms=0, offline_after_ms=900_000)
    samples, at_s = [], 0
    for gap_s, value in told:
        samples.append((at_s * 1000, value))
        at_s += gap_s
    naive: dict[int, Outside] = {}
    for (from_ms, value), (to_ms, _) in itertools.pairwise(samples):
        for second in range(from_ms // 1000, min(to_ms, from_ms + 900_000) // 1000):
            start = second - second % seconds
            if value > 8:
                naive.setdefault(start * 1000, Outside()).above_ms += 1000
            elif value < 0:
                naive.setdefault(start * 1000, Outside()).below_ms += 1000
    assert outside(rule, samples, seconds) == naive


def test_a_warm_quarter_of_an_hour_is_nine_hundred_seconds(telemetry: Telemetry) -> None:
    """09:02 to 09:17 at 9 °C: 900 s in its hour, and three to five minutes in each small window."""
    for minute in range(30):
        value = "9" if 2 <= minute < 17 else "5"
        at_ms = NOW_MS + minute * MINUTE_MS
        ingest(telemetry, SITE, RULES, [data(warm(minute + 1, at_ms, value))], at_ms)
    assert kept(telemetry, HOUR_S) == {NOW_MS: (900_000, 0)}
    small = kept(telemetry, FIVE_MINUTES_S)
    assert [above // 1000 for above, _ in small.values()] == [180, 300, 300, 120]


def test_late_samples_count_the_windows_anew(telemetry: Telemetry) -> None:
    """A warm minute thought to have lasted five is two, once the late samples between are there."""
    for seq, minute, value in ((1, 0, "5"), (2, 2, "9"), (3, 7, "5")):
        at_ms = NOW_MS + minute * MINUTE_MS
        ingest(telemetry, SITE, RULES, [data(warm(seq, at_ms, value))], at_ms)
    assert kept(telemetry, HOUR_S) == {NOW_MS: (300_000, 0)}
    late = warm(4, NOW_MS + 4 * MINUTE_MS, "5")
    ingest(telemetry, SITE, RULES, [data(late)], NOW_MS + 30 * MINUTE_MS)
    assert kept(telemetry, HOUR_S) == {NOW_MS: (120_000, 0)}
    assert telemetry.rows("SELECT told FROM span WHERE seconds = 3600") == [(-1,)]


def test_data_of_the_day_before_yesterday_are_counted_and_raise_nothing_live(telemetry: Telemetry) -> None:
    """A logger read out two days later: the hour has its seconds, the excursion is history."""
    now_ms = NOW_MS + 48 * 60 * MINUTE_MS
    ingest(telemetry, SITE, RULES, [data(warm(1, now_ms, "5"))], now_ms)
    old = [warm(2 + minute, NOW_MS + minute * MINUTE_MS, "9") for minute in range(45)]
    folded = ingest(telemetry, SITE, RULES, [data(*old, after=1)], now_ms + MINUTE_MS)
    assert folded.live == []
    assert kept(telemetry, HOUR_S)[NOW_MS] == (44 * MINUTE_MS + 15 * MINUTE_MS, 0)
    (begun,) = telemetry.rows("SELECT json_extract(body, '$.backfilled') FROM pending LIMIT 1")
    assert begun == (1,)
