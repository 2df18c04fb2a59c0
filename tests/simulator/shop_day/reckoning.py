"""What must stand in the books, worked out a second time and in another way than the node does.

The node runs a state machine, sample by sample, and a clock beside it. Here the whole day lies on the table: what a
sensor said is a row of stretches, each with one value, from a sample to the next one or, where none follows in time,
until it counts as silent. An excursion is then so many minutes of warm stretches without another between them. Nothing
here imports the product; the rules are those of R10 as the help page tells them.

    stretch   warm 5 min | warm 5 | masked 10 | warm 5        15 warm minutes in a row, raise after 15: raised
    stretch   warm 5 min | fine 1 | warm 14                   never 15 in a row: nothing
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

import msgspec

from tests.simulator.shop_day.plan import HOUR, MINUTE, Sensor

DAY_MINUTES = 24 * 60


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """A believable sample as the sensor's own notes have it: when it was measured and when it came to the store."""

    at_ms: int
    came_ms: int
    tenths: int
    sure: bool = True
    """False where the broker was killed within the moment in which it had it in hand."""


class Excursion(msgspec.Struct, frozen=True):
    side: str
    began_ms: int
    ended_ms: int | None


class Silence(msgspec.Struct, frozen=True):
    last_ms: int
    heard_ms: int | None


class _Stretch(msgspec.Struct, frozen=True):
    from_ms: int
    to_ms: int
    tenths: int
    masked: bool
    follows_silence: bool


def excursions(sensor: Sensor, heard: Sequence[Heard], masked: Callable[[int, int], bool]) -> list[Excursion]:
    """All of this sensor's, in the order in which they began."""
    stretches = list(_stretches(sensor, heard, masked))
    found = []
    if sensor.high is not None:
        found += _of_side("high", stretches, sensor, lambda tenths: tenths - sensor.high)
    if sensor.low is not None:
        bare = [msgspec.structs.replace(stretch, masked=False) for stretch in stretches]
        found += _of_side("low", bare, sensor, lambda tenths: sensor.low - tenths)
    return sorted(found, key=lambda one: one.began_ms)


def _stretches(
    sensor: Sensor, heard: Sequence[Heard], masked: Callable[[int, int], bool]
) -> Iterator[_Stretch]:
    """Each sample holds until the next, or until the sensor counts as silent."""
    after_silence = False
    last = heard[-1:]
    ends = [*(following.at_ms for following in heard[1:]), *(one.at_ms for one in last)]
    for one, next_ms in zip(heard, ends, strict=True):
        until_ms = min(next_ms, one.at_ms + sensor.offline_after_ms)
        yield _Stretch(one.at_ms, until_ms, one.tenths, masked(one.at_ms, one.tenths), after_silence)
        after_silence = next_ms >= one.at_ms + sensor.offline_after_ms


def _of_side(
    side: str, stretches: Iterable[_Stretch], sensor: Sensor, beyond: Callable[[int], int]
) -> list[Excursion]:
    """`beyond` is by how much a value is outside: more than 0 is outside, -hysteresis or less is back."""
    found: list[Excursion] = []
    open_since: int | None = None
    run_from: int | None = None
    run_ms = 0
    for stretch in stretches:
        if stretch.follows_silence:
            run_from, run_ms = None, 0
        if stretch.masked:
            continue
        by = beyond(stretch.tenths)
        wanted = by > 0 if open_since is None else by <= -sensor.hysteresis
        if not wanted:
            run_from, run_ms = None, 0
            continue
        if run_from is None:
            run_from, run_ms = stretch.from_ms, 0
        long_enough = sensor.raise_after_ms if open_since is None else sensor.clear_after_ms
        length_ms = stretch.to_ms - stretch.from_ms
        if run_ms + length_ms < long_enough:
            run_ms += length_ms
            continue
        due_ms = stretch.from_ms + long_enough - run_ms
        if open_since is None:
            open_since = run_from
            found.append(Excursion(side, run_from, None))
        else:
            found[-1] = Excursion(side, open_since, due_ms)
            open_since = None
        run_from, run_ms = None, 0
    return found


def silences(sensor: Sensor, heard: Sequence[Heard]) -> list[Silence]:
    """Whenever for `offline_after` nothing was measured, or nothing came.

    What itself came too late to be waited after is no last word: the silence is told of the one before it.
    """
    found = []
    for one, following in pairwise(heard):
        due_ms = one.at_ms + sensor.offline_after_ms
        if following.at_ms >= due_ms or one.came_ms < due_ms <= following.came_ms:
            found.append(Silence(one.at_ms, following.at_ms))
    return found


def mask_of(sensor: Sensor, door: Sequence[tuple[int, bool]], midnight_ms: int) -> Callable[[int, int], bool]:
    """(moment, tenths) -> whether defrosting or the open door excuses it. `door`: what the contact said, in order."""
    opened, closed = _door_times(door)

    def masked(at_ms: int, tenths: int) -> bool:
        if sensor.masked_up_to is None or tenths > sensor.masked_up_to:
            return False
        minute = (at_ms - midnight_ms) // MINUTE % DAY_MINUTES
        if any(start <= minute < start + sensor.defrost_minutes for start in sensor.defrost_starts):
            return True
        for open_ms, close_ms in zip(opened, closed, strict=True):
            if open_ms <= at_ms < min(close_ms, open_ms + sensor.door_open_ms):
                return True
            if close_ms <= at_ms < close_ms + sensor.door_after_ms:
                return True
        return False

    return masked


def _door_times(door: Sequence[tuple[int, bool]]) -> tuple[list[int], list[int]]:
    """When it was opened and when it was closed again, turn by turn."""
    opened: list[int] = []
    closed: list[int] = []
    for at_ms, is_open in door:
        if is_open and len(opened) == len(closed):
            opened.append(at_ms)
        elif not is_open and len(opened) > len(closed):
            closed.append(at_ms)
    return opened, [*closed, *([2**62] if len(opened) > len(closed) else [])]


def hours(heard: Iterable[Heard], opened_ms: int) -> dict[int, tuple[int, int]]:
    """For each full hour since 1970: between how many and how many samples it had."""
    counted: dict[int, tuple[int, int]] = {}
    for one in heard:
        start_ms = (opened_ms + one.at_ms) // HOUR * HOUR
        least, most = counted.get(start_ms, (0, 0))
        counted[start_ms] = (least + one.sure, most + 1)
    return counted
