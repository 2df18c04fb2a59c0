"""The cold-chain alarm against the recorded vectors, cases told by hand, and a calculation of another kind."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sensing.alarm import (
    AlarmEvent,
    AlarmState,
    Cleared,
    Heard,
    Raised,
    Rule,
    Silence,
    sample,
    warning,
    watch,
)

FRIDGE = Rule(
    high=8_000_000,
    low=0,
    hysteresis=500_000,
    raise_after_ms=30 * 60_000,
    clear_after_ms=5 * 60_000,
    offline_after_ms=15 * 60_000,
)
MINUTE = 60_000


def run(rule: Rule, samples: list[tuple[int, int]], until_ms: int, start_ms: int = 0) -> list[AlarmEvent]:
    """All events of a day of samples."""
    state, told = AlarmState(last_ms=start_ms), []
    for at_ms, value in samples:
        state, events = sample(rule, state, at_ms, value)
        told += events
    return told + watch(rule, state, until_ms)[1]


def minutes(*values: float | None, first: int = 0) -> list[tuple[int, int]]:
    """One sample a minute in degrees; None is a minute without one."""
    return [
        ((first + minute) * MINUTE, round(value * 1_000_000))
        for minute, value in enumerate(values)
        if value is not None
    ]


def _vectors(folder: Path) -> Iterator[dict]:
    for line in (folder / "iot" / "mqtt.jsonl").read_text().splitlines():
        vector = json.loads(line)
        if vector["kind"] == "alarm":
            yield vector


def test_the_recorded_alarms_come_out_to_the_second(shared_data: Path) -> None:
    """Every vector gives its events at its moments, and is left raised or not."""
    vectors = list(_vectors(shared_data))
    assert vectors
    for vector in vectors:
        told, given_ = vector["input"], vector["context"]
        start_ms = int(datetime.fromisoformat(told["start"]).timestamp() * 1000)
        rule = Rule(
            high=round(given_["high"] * 1_000_000),
            hysteresis=round(given_["hysteresis"] * 1_000_000),
            raise_after_ms=given_["raise_after_s"] * 1000,
            clear_after_ms=given_["clear_after_s"] * 1000,
            offline_after_ms=given_["offline_after_s"] * 1000,
        )
        state, events = AlarmState(last_ms=start_ms), []
        for step, value in enumerate(told["values"]):
            at_ms = start_ms + step * told["step_s"] * 1000
            if value is None:
                state, more = watch(rule, state, at_ms)
            else:
                state, more = sample(rule, state, at_ms, round(value * 1_000_000))
            events += more
        names = {Raised: "raise", Cleared: "clear", Silence: "offline"}
        assert [[names[type(event)], event.at_ms] for event in events] == [
            [name, int(datetime.fromisoformat(at).timestamp() * 1000)]
            for name, at in vector["expected"]["events"]
        ], vector["id"]
        assert state.raised == vector["expected"].get("active", False)


def test_a_fridge_too_warm_for_its_half_hour_opens_one_excursion() -> None:
    """42 minutes above 8 °C (limit 30 min, R10): one excursion from the first warm minute, with its peak."""
    events = run(FRIDGE, minutes(5, *[9.5] * 20, 10.25, *[9] * 21, *[5] * 7), until_ms=50 * MINUTE)
    assert events == [
        Raised(31 * MINUTE, "high", MINUTE, 8_000_000, 10_250_000),
        Cleared(48 * MINUTE, "high", MINUTE, 10_250_000),
    ]


def test_exactly_the_limit_is_not_above_it() -> None:
    """8.0 °C all day in a fridge that may have 8.0 °C is in order."""
    assert run(FRIDGE, minutes(*[8.0] * 90), until_ms=90 * MINUTE) == []


def test_one_cold_sample_starts_the_wait_anew() -> None:
    """29 warm minutes, one at the limit, 29 warm minutes: no excursion."""
    assert run(FRIDGE, minutes(*[9] * 29, 8, *[9] * 30), until_ms=59 * MINUTE) == []


def test_between_limit_and_hysteresis_an_excursion_goes_on() -> None:
    """7.8 °C is not warm enough to raise and not cold enough to clear (limit 8, hysteresis 0.5)."""
    events = run(FRIDGE, minutes(*[9] * 31, *[7.8] * 60), until_ms=91 * MINUTE)
    assert [type(event) for event in events] == [Raised]
    assert run(FRIDGE, minutes(*[7.8] * 60), until_ms=60 * MINUTE) == []


def test_exactly_limit_less_hysteresis_clears() -> None:
    """7.5 °C held for five minutes ends it."""
    events = run(FRIDGE, minutes(*[9] * 31, *[7.5] * 6), until_ms=36 * MINUTE)
    assert events[-1] == Cleared(36 * MINUTE, "high", 0, 9_000_000)


def test_too_cold_is_the_mirror_image() -> None:
    """Below the low limit for long enough raises, with the lowest value as the peak."""
    events = run(FRIDGE, minutes(*[-1] * 20, -3, *[-1] * 10, *[1] * 6), until_ms=36 * MINUTE)
    assert events == [
        Raised(30 * MINUTE, "low", 0, 0, -3_000_000),
        Cleared(36 * MINUTE, "low", 0, -3_000_000),
    ]


def test_a_sensor_that_reports_only_changes_still_raises_in_time() -> None:
    """No contrary sample is enough: the clock alone completes the wait while the sensor counts as heard."""
    quick = Rule(
        high=8_000_000, hysteresis=0, raise_after_ms=600_000, clear_after_ms=0, offline_after_ms=900_000
    )
    state, _ = sample(quick, AlarmState(last_ms=0), 0, 9_000_000)
    assert watch(quick, state, 599_999)[1] == []
    assert watch(quick, state, 600_000)[1] == [Raised(600_000, "high", 0, 8_000_000, 9_000_000)]


def test_silence_is_said_once_and_forgets_what_was_waited_for() -> None:
    """Warm for 10 minutes, then nothing for 20, then warm again: the wait begins anew."""
    warm = minutes(*[9] * 10) + minutes(*[9] * 29, first=29)
    events = run(FRIDGE, warm, until_ms=58 * MINUTE)
    assert events == [Silence(24 * MINUTE, 9 * MINUTE), Heard(29 * MINUTE)]


def test_an_open_excursion_survives_silence() -> None:
    """A fridge that was too warm and then says nothing is not fine."""
    state = AlarmState(last_ms=0)
    for at_ms, value in minutes(*[9] * 31):
        state, _ = sample(FRIDGE, state, at_ms, value)
    state, events = watch(FRIDGE, state, 24 * 60 * MINUTE)
    assert [type(event) for event in events] == [Silence]
    assert state.raised
    assert state.silent


def test_a_sensor_that_never_spoke_falls_silent_too() -> None:
    """Silence counts from the moment the sensor was assigned."""
    assert run(FRIDGE, [], until_ms=20 * MINUTE) == [Silence(15 * MINUTE, 0)]


def test_late_news_of_a_warm_fridge_is_joined_to_what_was_known() -> None:
    """The link was down, not the sensor: samples that come after a declared silence fill the gap."""
    state = AlarmState(last_ms=0)
    state, _ = sample(FRIDGE, state, 5 * MINUTE, 9_000_000)
    state, events = watch(FRIDGE, state, 50 * MINUTE)
    assert events == [Silence(20 * MINUTE, 5 * MINUTE)]
    told = []
    for at_ms, value in minutes(*[9] * 45, first=6):
        state, events = sample(FRIDGE, state, at_ms, value)
        told += events
    assert told == [Heard(6 * MINUTE), Raised(35 * MINUTE, "high", 5 * MINUTE, 8_000_000, 9_000_000)]


def test_waiting_to_raise_is_a_warning() -> None:
    """Above the limit but not for long enough is shown, and is no excursion."""
    state, _ = sample(FRIDGE, AlarmState(last_ms=0), 0, 9_000_000)
    assert warning(state)
    assert not state.raised


def test_an_alarm_cannot_look_back() -> None:
    """A sample older than the last is our own mistake here; history is told elsewhere."""
    with pytest.raises(AssertionError):
        sample(FRIDGE, AlarmState(last_ms=1000), 999, 0)


LIMITS = st.builds(
    Rule,
    high=st.just(2),
    low=st.sampled_from([None, -2]),
    hysteresis=st.integers(0, 2),
    raise_after_ms=st.integers(0, 6),
    clear_after_ms=st.integers(0, 6),
    offline_after_ms=st.integers(1, 8),
)
SAMPLES = st.lists(st.tuples(st.integers(1, 4), st.integers(-4, 4)), max_size=40).map(
    lambda steps: [(sum(gap for gap, _ in steps[: n + 1]), value) for n, (_, value) in enumerate(steps)]
)


def _for_how_long(samples: list[tuple[int, int]], now: int, longest_gap: int, wanted) -> int | None:
    """How long the samples up to now have all been as wanted, without a gap; None when they are not."""
    since, after = None, None
    for at, value in reversed([entry for entry in samples if entry[0] <= now]):
        if not wanted(value) or (after is not None and after - at >= longest_gap):
            break
        since = after = at
    return None if since is None else now - since


def _tick_by_tick(rule: Rule, samples: list[tuple[int, int]], until: int) -> list[tuple[str, int]]:
    """The same alarm asked anew at every tick of the clock from the whole history."""
    told: list[tuple[str, int]] = []
    raised = {1: False, -1: False}
    for now in range(until + 1):
        before = max((at for at, _ in samples if at < now), default=0)
        last = max((at for at, _ in samples if at <= now), default=0)
        # At offline_after to the moment a wait may still end: the silence begins there.
        heard = now - last <= rule.offline_after_ms
        for sign, limit in ((1, rule.high), (-1, rule.low)):
            if limit is None or not heard:
                continue
            name = "high" if sign == 1 else "low"
            bad = _for_how_long(
                samples, now, rule.offline_after_ms, lambda v, s=sign, edge=limit: v * s > edge * s
            )
            good = _for_how_long(
                samples,
                now,
                rule.offline_after_ms,
                lambda v, s=sign, edge=limit: v * s <= edge * s - rule.hysteresis,
            )
            if not raised[sign] and bad is not None and bad >= rule.raise_after_ms:
                raised[sign] = True
                told.append((f"raise {name}", now))
            elif raised[sign] and good is not None and good >= rule.clear_after_ms:
                raised[sign] = False
                told.append((f"clear {name}", now))
        if now - before == rule.offline_after_ms:
            told.append(("offline", now))
    return told


def _names(events: list[AlarmEvent]) -> list[tuple[str, int]]:
    names = {Raised: "raise", Cleared: "clear"}
    return [
        ("offline", event.at_ms)
        if isinstance(event, Silence)
        else (f"{names[type(event)]} {event.side}", event.at_ms)
        for event in events
        if not isinstance(event, Heard)
    ]


@given(LIMITS, SAMPLES, st.integers(0, 12))
def test_the_alarm_equals_asking_the_whole_history_at_every_tick(
    rule: Rule, samples: list[tuple[int, int]], then: int
) -> None:
    """State kept from sample to sample says the same as the history read from the beginning each time."""
    until = (samples[-1][0] if samples else 0) + then
    assert sorted(_names(run(rule, samples, until))) == sorted(_tick_by_tick(rule, samples, until))


@given(LIMITS, SAMPLES)
def test_an_excursion_opens_once_and_ends_before_the_next(rule: Rule, samples: list[tuple[int, int]]) -> None:
    """On each side raise and clear alternate, beginning with raise."""
    events = run(rule, samples, until_ms=200)
    for side in ("high", "low"):
        told = [type(event) for event in events if isinstance(event, Raised | Cleared) and event.side == side]
        assert told == [Raised, Cleared] * (len(told) // 2) + [Raised] * (len(told) % 2)


@given(LIMITS, SAMPLES, st.lists(st.integers(0, 100)))
def test_looking_at_the_clock_more_often_changes_nothing(
    rule: Rule, samples: list[tuple[int, int]], looks: list[int]
) -> None:
    """Watching between samples tells the same events, only sooner."""
    state, told = AlarmState(last_ms=0), []
    for at, value in sorted([*samples, *((look, None) for look in looks)], key=lambda entry: entry[0]):
        if value is None:
            # A look in the very moment of a sample comes after it: the sample speaks first.
            continue
        for look in sorted(look for look in looks if state.last_ms < look < at):
            state, events = watch(rule, state, look)
            told += events
        state, events = sample(rule, state, at, value)
        told += events
    told += watch(rule, state, 200)[1]
    assert sorted(map(repr, told)) == sorted(map(repr, run(rule, samples, 200)))
