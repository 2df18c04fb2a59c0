"""Defrosting and an open door excuse warmth: for their time, up to their limit, and never for good."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.intake.fold import Message, ingest
from edge.intake.rules import AssignedSensor, Rules
from edge.intake.telemetry import Telemetry
from shared.sensing.alarm import AlarmEvent, AlarmState, Cleared, Raised, Rule, sample, watch
from shared.sensing.masks import Defrost, Door, DoorSeen, Mask, bands, door_excuses, starts_of
from shared.sensing.reading import Reading
from tests.support.bridge_talk import FRIDGE, MINUTE_MS, NOW_MS, SITE, data, warm
from tests.unit.edge_intake.test_cold_chain import kinds

SHANGHAI_MIDNIGHT_MS = 1_795_276_800_000  # 2026-11-22 00:00 +08:00
HOUR_MS = 60 * MINUTE_MS
RULE = Rule(
    high=8_000_000,
    low=0,
    hysteresis=500_000,
    raise_after_ms=30 * MINUTE_MS,
    clear_after_ms=5 * MINUTE_MS,
    offline_after_ms=15 * MINUTE_MS,
)


def run(samples: list[tuple[int, int, bool]], until_ms: int) -> list[AlarmEvent]:
    """(minute, degrees, masked) through the machine."""
    state, told = AlarmState(last_ms=0), []
    for minute, degrees, masked in samples:
        state, events = sample(RULE, state, minute * MINUTE_MS, degrees * 1_000_000, masked=masked)
        told += events
    return told + watch(RULE, state, until_ms)[1]


def test_times_of_day_and_cycles_are_minutes_of_the_day() -> None:
    """A cycle of eight hours from 01:00 is 01:00, 09:00 and 17:00; one that does not divide a day is refused."""
    assert starts_of(["14:00", "02:00"], 0) == (120, 840)
    assert starts_of(["01:00"], 8) == (60, 540, 1020)
    with pytest.raises(ValueError, match="divide"):
        starts_of(["01:00"], 5)


def test_a_window_is_the_stores_wall_clock_and_may_reach_past_midnight() -> None:
    """23:50 for 20 minutes covers 23:50 to 00:09 in Shanghai, whatever UTC says."""
    late = Defrost(starts=(23 * 60 + 50,), minutes=20)
    covered = [
        minute
        for minute in range(-30, 30)
        if late.covers(SHANGHAI_MIDNIGHT_MS + minute * MINUTE_MS, "Asia/Shanghai")
    ]
    assert covered == list(range(-10, 10))
    midnight = SHANGHAI_MIDNIGHT_MS
    assert bands(late, "Asia/Shanghai", midnight, midnight + 24 * HOUR_MS) == [
        (midnight, midnight + 10 * MINUTE_MS),
        (midnight + 24 * HOUR_MS - 10 * MINUTE_MS, midnight + 24 * HOUR_MS),
    ]


@given(st.sets(st.integers(0, 1439), min_size=1, max_size=6), st.integers(1, 240), st.integers(0, 2879))
def test_the_bands_of_a_chart_are_the_windows_of_the_alarm(
    starts: set[int], minutes: int, minute: int
) -> None:
    """What is drawn as defrosting is what is excused, minute for minute."""
    defrost = Defrost(starts=tuple(sorted(starts)), minutes=minutes)
    at_ms = SHANGHAI_MIDNIGHT_MS + minute * MINUTE_MS
    drawn = bands(defrost, "Asia/Shanghai", SHANGHAI_MIDNIGHT_MS, SHANGHAI_MIDNIGHT_MS + 48 * HOUR_MS)
    assert any(start <= at_ms < end for start, end in drawn) == defrost.covers(at_ms, "Asia/Shanghai")


def test_a_door_excuses_while_open_and_a_while_after_but_not_for_ever() -> None:
    """Five minutes open, five minutes after it was closed; "open" said again does not begin anew."""
    door = Door(sensor="door-1", open_ms=5 * MINUTE_MS, after_ms=5 * MINUTE_MS)
    said = [DoorSeen(minute * MINUTE_MS, is_open) for minute, is_open in ((0, False), (10, True), (13, True))]
    excused = [minute for minute in range(30) if door_excuses(door, minute * MINUTE_MS, said)]
    assert excused == list(range(10, 15))
    said.append(DoorSeen(20 * MINUTE_MS, is_open=False))
    assert [minute for minute in range(30) if door_excuses(door, minute * MINUTE_MS, said)] == [
        *range(10, 15),
        *range(20, 25),
    ]


def test_what_is_masked_neither_raises_nor_clears_and_waits_stand_still() -> None:
    """20 warm minutes, 40 masked ones, 10 warm ones: raised after 30 that counted, since the first of them."""
    before = [(minute, 9, False) for minute in range(20)]
    masked = [(minute, 12, True) for minute in range(20, 60)]
    after = [(minute, 9, False) for minute in range(60, 75)]
    assert run([*before, *masked], 60 * MINUTE_MS) == []
    assert run([*before, *masked, *after], 75 * MINUTE_MS) == [
        Raised(70 * MINUTE_MS, "high", 0, 8_000_000, 9_000_000)
    ]
    cold = [(minute, 5, minute < 90) for minute in range(75, 100)]
    assert run([*before, *masked, *after, *cold], 100 * MINUTE_MS)[1:] == [
        Cleared(95 * MINUTE_MS, "high", 0, 9_000_000)
    ]


def test_too_cold_is_never_excused() -> None:
    """A door that stands open explains no frost in a fridge."""
    events = run([(minute, -2, True) for minute in range(40)], 40 * MINUTE_MS)
    assert [type(event) for event in events] == [Raised]


@given(st.lists(st.tuples(st.integers(5, 12), st.booleans()), min_size=1, max_size=200))
def test_masked_minutes_are_as_if_cut_out_of_the_day(told: list[tuple[int, bool]]) -> None:
    """The law: with the masked stretches cut out and the rest moved together, the machine says the same."""
    samples = [(minute, degrees, masked) for minute, (degrees, masked) in enumerate(told)]
    plain = [degrees for degrees, masked in told if not masked]
    cut = run([(minute, degrees, False) for minute, degrees in enumerate(plain)], len(plain) * MINUTE_MS - 1)
    whole = run([*samples, (len(told), 7, True)], len(told) * MINUTE_MS)
    # In the whole day a wait may be over in the minute before a masked sample; there the cut one is not later.
    assert [type(event) for event in whole] == [type(event) for event in cut]
    assert [event.value for event in whole if isinstance(event, Raised)] == [
        event.value for event in cut if isinstance(event, Raised)
    ]


MASKED = AssignedSensor(
    FRIDGE.sensor,
    FRIDGE.place,
    FRIDGE.quantity,
    FRIDGE.rule,
    Mask(
        timezone="UTC",
        limit=12_000_000,
        defrost=Defrost(starts=(9 * 60,), minutes=40),
        door=Door(sensor="door-1", open_ms=10 * MINUTE_MS, after_ms=5 * MINUTE_MS),
    ),
)


def message(seq: int, minute: int, value: str) -> Message:
    return data(warm(seq, NOW_MS + minute * MINUTE_MS, value))


def test_a_defrosting_fridge_is_left_alone_up_to_its_limit(telemetry: Telemetry) -> None:
    """09:00 to 09:40 at 11 °C is defrosting; at 13 °C, above the mask's own limit, it is a fault."""
    for minute in range(40):
        ingest(
            telemetry, SITE, Rules([MASKED]), [message(minute + 1, minute, "11")], NOW_MS + minute * MINUTE_MS
        )
    assert kinds(telemetry) == []


def test_beyond_its_limit_nothing_is_excused(telemetry: Telemetry) -> None:
    """13 °C for 31 minutes inside the window."""
    for minute in range(31):
        ingest(
            telemetry, SITE, Rules([MASKED]), [message(minute + 1, minute, "13")], NOW_MS + minute * MINUTE_MS
        )
    assert kinds(telemetry) == ["begin_excursion"]


def door(seq: int, at_ms: int, value: str) -> Reading:
    return Reading(
        seq=seq,
        kind="sensor",
        device="door-1",
        quantity="door_open",
        value=value,
        ts_ms=at_ms,
        ts_bridge_ms=at_ms,
    )


@pytest.mark.parametrize("history", [False, True], ids=["live", "all at once, a day later"])
def test_an_open_door_holds_the_wait_and_a_door_left_open_does_not(
    telemetry: Telemetry, tmp_path: Path, *, history: bool
) -> None:
    """From 10:00: warm, door opened at minute 5 and left so: excused for ten minutes, raised ten later than without."""
    start = NOW_MS + 60 * MINUTE_MS
    readings: list[Reading] = []
    for minute in range(41):
        at_ms = start + minute * MINUTE_MS
        if minute == 5:
            readings.append(door(len(readings) + 1, at_ms, "true"))
        readings.append(warm(len(readings) + 1, at_ms, "9"))
    if history:
        before = warm(100, start + 90 * MINUTE_MS, "5")
        ingest(telemetry, SITE, Rules([MASKED]), [data(before)], start + 90 * MINUTE_MS)
        ingest(
            telemetry, SITE, Rules([MASKED]),
            [data(*readings[:40], after=0), data(*readings[40:])], start + 91 * MINUTE_MS,
        )  # fmt: skip
        assert kinds(telemetry)[0] == "begin_excursion"
        return
    for reading in readings[:-1]:
        ingest(telemetry, SITE, Rules([MASKED]), [data(reading)], reading.ts_ms or 0)
    assert kinds(telemetry) == []
    ingest(telemetry, SITE, Rules([MASKED]), [data(readings[-1])], readings[-1].ts_ms or 0)
    assert kinds(telemetry) == ["begin_excursion"]
