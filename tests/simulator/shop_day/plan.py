"""What will happen in the shop: every sample, scan, weighing and fault of a day, from a seed, before anything runs.

The plan knows the shop and not the program: limits, shapes of warm spells, who pulls which plug. Moments are
milliseconds since the shop opened, on whole seconds, because Tasmota prints no more. What must stand in the books at
night follows from the plan (`reckoning.py`) and from what the devices themselves noted, never from the product's code.

    above          raise_after + margin                an excursion
    near miss      raise_after - margin                none
    interrupted    two near misses, one good sample    none
    exactly at     at the limit for twice raise_after  none: above is strictly above
    dip            back for clear_after - margin, warm once more     one excursion, not two
    hovering       back, but not by the hysteresis     the excursion goes on
    gone           the sensor says nothing             silence from offline_after on

`margin` is what a busy machine may be late by: nothing in the plan hangs on fewer seconds than that.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Literal

import msgspec

from firmware_bridge.simulator.sensors import known_as

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000
Kind = Literal["zigbee2mqtt", "tasmota", "esphome", "shelly_gen2", "ruuvi", "theengs", "chirpstack", "modbus"]
ScaleKind = Literal["mt_sics", "toledo_8217", "a_and_d", "xk3190_cont0"]
HOW_MANY: dict[Kind, int] = {
    "zigbee2mqtt": 16, "tasmota": 6, "shelly_gen2": 6, "esphome": 3, "ruuvi": 2, "chirpstack": 2, "theengs": 1,
    "modbus": 4,
}  # fmt: skip
"""Forty; four of the Zigbee ones are contacts on doors."""
DOORS = 4
OWN_CLOCK: frozenset[Kind] = frozenset({"zigbee2mqtt", "tasmota", "shelly_gen2", "ruuvi", "chirpstack"})
NODE_RETURNS_S = 30
"""The longest a node waits between two tries to reach its broker."""
TAIL_MS = 2 * HOUR
"""After closing everything is calm, and sensors go on, until the last of it is in the books."""


class Sensor(msgspec.Struct, frozen=True, kw_only=True):
    """One sensor and what its place may be. Temperatures in tenths of a degree; `None` for a contact on a door."""

    device: str
    kind: Kind
    interval_ms: int
    high: int | None = None
    low: int | None = None
    hysteresis: int = 5
    raise_after_ms: int = 0
    clear_after_ms: int = 0
    offline_after_ms: int = 0
    defrost_starts: tuple[int, ...] = ()
    """Minutes of the store's day."""
    defrost_minutes: int = 0
    masked_up_to: int | None = None
    door: str = ""
    door_open_ms: int = 0
    door_after_ms: int = 0

    @property
    def name(self) -> str:
        """What the node calls it."""
        if self.kind == "modbus":
            return self.device
        device, part = known_as(self.kind, self.device)
        return device if part is None else f"{device}/{part}"

    @property
    def has_own_clock(self) -> bool:
        """Whether its messages carry their own time, so that delay changes nothing."""
        return self.kind in OWN_CLOCK

    @property
    def is_door(self) -> bool:
        return self.high is None


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """What a sensor feels at a moment. `shown` is what it says of it: None for nothing, or a number of the bus' own."""

    at_ms: int
    device: str
    tenths: int = 0
    shown: Literal["felt", "null", "broken_bus"] = "felt"
    battery: int = 97
    door_open: bool = False

    @property
    def temperature(self) -> Decimal | None:
        if self.shown == "null":
            return None
        return Decimal(-127) if self.shown == "broken_bus" else Decimal(self.tenths).scaleb(-1)


class Scan(msgspec.Struct, frozen=True):
    at_ms: int
    text: str


class Weigh(msgspec.Struct, frozen=True):
    """`counts`: whether exactly this weight must be taken. See `people.py` for what each way of weighing does."""

    at_ms: int
    how: Literal["plain", "swap", "touch", "overload", "crumb", "pulled_before", "pulled_after"]
    weight: str
    then: str = "0"

    @property
    def counts(self) -> bool:
        return self.how not in ("touch", "overload", "crumb")


class Unplug(msgspec.Struct, frozen=True):
    at_ms: int
    for_ms: int


class Fault(msgspec.Struct, frozen=True):
    """kill -9 of a process, which is started again after `for_ms`."""

    at_ms: int
    what: Literal["bridge", "node", "broker"]
    for_ms: int


Act = Scan | Weigh | Unplug


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    seed: int
    length_ms: int
    margin_ms: int
    sensors: tuple[Sensor, ...]
    samples: tuple[Sample, ...]
    """In their order; Modbus probes are asked, so theirs say only what they would answer from then on."""
    scanners: dict[str, tuple[Act, ...]]
    scales: dict[str, tuple[Act, ...]]
    scale_kinds: dict[str, ScaleKind]
    faults: tuple[Fault, ...]
    outage: Fault


def draw(seed: int, hours: float, speed: int, midnight_ms: int) -> Plan:
    """The day of this seed. `midnight_ms`: the store's midnight before opening, from opening; at most 0."""
    chance = random.Random(seed)
    length_ms = int(hours * 60) * MINUTE
    long = hours >= 4
    margin_ms = 8 * MINUTE if long else 2 * MINUTE
    outage_ms = max(length_ms // 12, MINUTE)
    outage = Fault(int(length_ms * (0.45 if long else 0.75)) // SECOND * SECOND, "broker", outage_ms)
    interval_ms = max(MINUTE, speed * SECOND) if long else speed * SECOND
    sensors = tuple(_sensors(chance, interval_ms, margin_ms, outage_ms, speed, long=long))
    kinds: list[ScaleKind] = ["mt_sics", "toledo_8217", "a_and_d", "xk3190_cont0"]
    scale_kinds = {f"scale-{n}": kind for n, kind in enumerate(chance.sample(kinds, 3), 1)}
    pace = (4 * MINUTE, 6 * MINUTE) if long else (speed * 3 * SECOND, speed * 8 * SECOND)
    return Plan(
        seed=seed,
        length_ms=length_ms,
        margin_ms=margin_ms,
        sensors=sensors,
        samples=tuple(
            sorted(
                _samples(chance, sensors, length_ms, margin_ms, outage, midnight_ms),
                key=lambda sample: (sample.at_ms, not sample.door_open),
            )
        ),
        scanners={f"scanner-{n}": tuple(_scans(chance, n, length_ms, pace[0], speed)) for n in range(1, 6)},
        scales={
            name: tuple(_weighings(chance, kind, length_ms, pace[1], speed))
            for name, kind in scale_kinds.items()
        },
        scale_kinds=scale_kinds,
        faults=tuple(_faults(chance, length_ms, outage, speed, long=long)),
        outage=outage,
    )


# ---- sensors and their limits


def _sensors(
    chance: random.Random, interval_ms: int, margin_ms: int, outage_ms: int, speed: int, *, long: bool
) -> Iterator[Sensor]:
    # Whether the outage is a silence must not hang on seconds either, nor on when the node tries its broker again.
    unclear = range(outage_ms - margin_ms, outage_ms + NODE_RETURNS_S * speed * SECOND + margin_ms)
    patiences = [patience for patience in (25, 40, 60, 90) if patience * MINUTE not in unclear][:2]
    number = 0
    for kind, count in HOW_MANY.items():
        for turn in range(count):
            number += 1
            device = f"{kind.split('_')[0]}-{number:02d}"
            if kind == "zigbee2mqtt" and turn < DOORS:
                yield Sensor(device=device, kind=kind, interval_ms=interval_ms)
                continue
            raise_ms = chance.choice((15, 20, 30)) * MINUTE if long else 2 * margin_ms
            told = Sensor(
                device=device,
                kind=kind,
                interval_ms=interval_ms,
                high=chance.choice((80, -150)),
                low=None,
                raise_after_ms=raise_ms,
                clear_after_ms=chance.choice((12, 15)) * MINUTE if long else margin_ms + MINUTE,
                offline_after_ms=(chance.choice(patiences) if long else 15) * MINUTE,
            )
            if kind == "zigbee2mqtt" and turn < 2 * DOORS:
                door = f"zigbee2mqtt-{turn - DOORS + 1:02d}"
                told = msgspec.structs.replace(
                    told,
                    door=door,
                    door_open_ms=3 * raise_ms,
                    door_after_ms=MINUTE,
                    masked_up_to=_masked(told),
                )
            elif long and turn % 5 == 1:
                told = msgspec.structs.replace(
                    told, defrost_starts=(125, 605, 1085), defrost_minutes=45, masked_up_to=_masked(told)
                )
            elif told.high == 80:
                told = msgspec.structs.replace(told, low=0)
            yield told


def _masked(sensor: Sensor) -> int:
    assert sensor.high is not None
    return sensor.high + 60


# ---- what they feel


class _Felt:
    """The samples of one sensor, calm at first; episodes are laid over them."""

    def __init__(self, chance: random.Random, sensor: Sensor, length_ms: int) -> None:
        self.chance, self.sensor = chance, sensor
        first = chance.randrange(2 * SECOND, sensor.interval_ms // 2 + 3 * SECOND) // SECOND * SECOND
        self.at = list(range(first, length_ms + TAIL_MS, sensor.interval_ms))
        self.calm = 40 if sensor.high == 80 else -200
        self.tenths = [0] * len(self.at)
        self.open = [False] * len(self.at)
        self.battery = [97] * len(self.at)
        self.said = [True] * len(self.at)
        walk = 0
        for place in range(len(self.at)):
            walk = max(-10, min(10, walk + chance.choice((-2, -1, 0, 0, 1, 2))))
            self.tenths[place] = self.calm + walk

    def between(self, from_ms: int, to_ms: int) -> list[int]:
        """Which samples lie there."""
        return [place for place, at in enumerate(self.at) if from_ms <= at < to_ms]

    def warm(self, from_ms: int, for_ms: int, most: int = 30) -> int:
        """Strictly above; returns the end."""
        assert self.sensor.high is not None
        for place in self.between(from_ms, from_ms + for_ms):
            self.tenths[place] = self.sensor.high + self.chance.randrange(1, most)
        return from_ms + for_ms

    def cold(self, from_ms: int, for_ms: int) -> int:
        assert self.sensor.low is not None
        for place in self.between(from_ms, from_ms + for_ms):
            self.tenths[place] = self.sensor.low - self.chance.randrange(1, 20)
        return from_ms + for_ms

    def at_value(self, from_ms: int, for_ms: int, *tenths: int) -> int:
        for place in self.between(from_ms, from_ms + for_ms):
            self.tenths[place] = self.chance.choice(tenths)
        return from_ms + for_ms

    def silent(self, from_ms: int, for_ms: int) -> int:
        for place in self.between(from_ms, from_ms + for_ms):
            self.said[place] = False
        return from_ms + for_ms

    def samples(self) -> Iterator[Sample]:
        is_probe = self.sensor.high is not None
        for place, at in enumerate(self.at):
            if not self.said[place]:
                continue
            shown: Literal["felt", "null", "broken_bus"] = "felt"
            if is_probe and self.chance.random() < 0.01:
                shown = "broken_bus" if self.sensor.kind in ("tasmota", "modbus") else "null"
            yield Sample(
                at_ms=at,
                device=self.sensor.device,
                tenths=self.tenths[place],
                shown=shown,
                battery=self.battery[place],
                door_open=self.open[place],
            )


def _samples(
    chance: random.Random,
    sensors: tuple[Sensor, ...],
    length_ms: int,
    margin_ms: int,
    outage: Fault,
    midnight_ms: int,
) -> Iterator[Sample]:
    felt = {sensor.device: _Felt(chance, sensor, length_ms) for sensor in sensors}
    for number, one in enumerate(felt.values()):
        if not one.sensor.is_door:
            _live(one, felt.get(one.sensor.door), number, length_ms, margin_ms, outage, midnight_ms)
    for one in felt.values():
        yield from one.samples()


Episode = Callable[[_Felt, int, int], int]
"""(what is felt, from when, margin) to when it is over."""


def _above(one: _Felt, at: int, margin: int) -> int:
    over = one.warm(at, one.sensor.raise_after_ms + margin)
    return over + one.sensor.clear_after_ms + margin


def _near_miss(one: _Felt, at: int, margin: int) -> int:
    return one.warm(at, one.sensor.raise_after_ms - margin) + margin


def _interrupted(one: _Felt, at: int, margin: int) -> int:
    over = one.warm(at, one.sensor.raise_after_ms - margin)
    return one.warm(over + 2 * one.sensor.interval_ms, one.sensor.raise_after_ms - margin) + margin


def _exactly_at(one: _Felt, at: int, margin: int) -> int:
    assert one.sensor.high is not None
    return one.at_value(at, 2 * one.sensor.raise_after_ms, one.sensor.high) + margin


def _dip(one: _Felt, at: int, margin: int) -> int:
    over = one.warm(at, one.sensor.raise_after_ms + margin)
    over = one.warm(over + one.sensor.clear_after_ms - margin, 3 * one.sensor.interval_ms)
    return over + one.sensor.clear_after_ms + margin


def _hovering(one: _Felt, at: int, margin: int) -> int:
    high = one.sensor.high
    assert high is not None
    over = one.warm(at, one.sensor.raise_after_ms + margin)
    over = one.at_value(
        over, one.sensor.clear_after_ms + margin, high, high - 1, high - one.sensor.hysteresis + 1
    )
    return over + one.sensor.clear_after_ms + margin


def _gone(one: _Felt, at: int, margin: int) -> int:
    return one.silent(at, one.sensor.offline_after_ms + margin) + margin


def _quiet_for_a_while(one: _Felt, at: int, margin: int) -> int:
    return one.silent(at, one.sensor.offline_after_ms - margin) + margin


def _gone_while_warm(one: _Felt, at: int, margin: int) -> int:
    over = one.warm(at, one.sensor.raise_after_ms + margin)
    over = one.silent(over, one.sensor.offline_after_ms + margin)
    return over + one.sensor.clear_after_ms + margin


def _gone_before_it_was_warm_for_long(one: _Felt, at: int, margin: int) -> int:
    over = one.warm(at, one.sensor.raise_after_ms - margin)
    # Nobody saw it for longer than `offline_after`: what was waited for is forgotten, and begins anew.
    over = one.silent(over + one.sensor.interval_ms, one.sensor.offline_after_ms + margin)
    return one.warm(over, one.sensor.raise_after_ms - margin) + margin


def _too_cold(one: _Felt, at: int, margin: int) -> int:
    over = one.cold(at, one.sensor.raise_after_ms + margin)
    return over + one.sensor.clear_after_ms + margin


def _one_warm_sample(one: _Felt, at: int, margin: int) -> int:
    return one.warm(at, one.sensor.interval_ms) + margin


def _needs(episode: Episode, sensor: Sensor, margin: int) -> int:
    """So long it takes at most."""
    up, down, away = sensor.raise_after_ms, sensor.clear_after_ms, sensor.offline_after_ms
    rest = 3 * margin + 3 * sensor.interval_ms
    return rest + {
        _near_miss: up, _interrupted: 2 * up, _exactly_at: 2 * up, _dip: up + 2 * down, _hovering: up + 2 * down,
        _gone: away, _quiet_for_a_while: away, _gone_while_warm: up + away + down,
        _gone_before_it_was_warm_for_long: 2 * up + away, _one_warm_sample: 0, _while_defrosting: 45 * MINUTE,
    }.get(episode, up + down)  # fmt: skip


EPISODES: tuple[Episode, ...] = (
    _above, _near_miss, _interrupted, _exactly_at, _dip, _hovering, _gone, _quiet_for_a_while, _gone_while_warm,
    _gone_before_it_was_warm_for_long, _one_warm_sample, _above,
)  # fmt: skip


CERTAIN: tuple[Episode, ...] = (_above, _exactly_at, _above, _hovering)
"""Those in which nothing hangs on a sample that must come in time: a short day's waits are shorter than a bridge's
start, and a node that hears nothing contrary raises when its time is over."""


def _live(
    one: _Felt,
    door: _Felt | None,
    number: int,
    length_ms: int,
    margin_ms: int,
    outage: Fault,
    midnight_ms: int,
) -> None:
    """Lay episodes over a day, clear of the outage, in which only what is meant to happen happens."""
    sensor, chance = one.sensor, one.chance
    long = length_ms >= 4 * HOUR
    if not long and not sensor.has_own_clock:
        return  # a process that starts takes as long as these episodes, and delay is all that such a sensor tells
    if outage.for_ms > sensor.raise_after_ms + sensor.clear_after_ms + 3 * margin_ms:
        _during_the_outage(one, number, outage, margin_ms)
    if long and sensor.kind == "zigbee2mqtt" and door is None and number % 3 == 0:
        _wear_out_the_battery(one, length_ms)
    quiet_ms = 2 * margin_ms if long else margin_ms
    quiet = (
        outage.at_ms - quiet_ms - (sensor.offline_after_ms if long else 0),
        outage.at_ms + outage.for_ms + quiet_ms,
    )
    closing_ms = length_ms - 2 * margin_ms
    choices = [*(EPISODES if long else CERTAIN), *((_too_cold,) if sensor.low is not None else ())]
    chance.shuffle(choices)
    at = chance.randrange(margin_ms, 2 * margin_ms) // SECOND * SECOND
    passed_over = 0
    for turn in range(400):
        episode = choices[turn % len(choices)]
        if door is not None and turn % 2:
            episode = _behind(door)
        from_ms = at
        if sensor.defrost_starts and turn % 2:
            from_ms = _next_defrost(sensor, at, midnight_ms)
            episode = _while_defrosting
        over_ms = from_ms + _needs(episode, sensor, margin_ms)
        if over_ms > closing_ms or (from_ms < quiet[1] and over_ms > quiet[0]):
            # Something shorter may still have room; when nothing has, the next try is after the outage.
            passed_over += 1
            if passed_over > len(choices) and at < quiet[1]:
                at, passed_over = quiet[1], 0
            continue
        passed_over = 0
        at = episode(one, from_ms, margin_ms)
        at += chance.randrange(2 * margin_ms, 8 * margin_ms) // SECOND * SECOND


def _during_the_outage(one: _Felt, number: int, outage: Fault, margin: int) -> None:
    """A probe that is asked is heard of two hours later, with its true times; some others are warm before and after."""
    if one.sensor.kind == "modbus":
        _above(one, outage.at_ms + margin, margin)
    elif number % 5 == 0:
        before_ms = one.sensor.raise_after_ms + 2 * margin
        one.warm(outage.at_ms - before_ms, outage.for_ms + before_ms + margin)


def _wear_out_the_battery(one: _Felt, length_ms: int) -> None:
    """Flat after a fifth of the day, changed after three fifths."""
    flat_ms, changed_ms = length_ms // 5, length_ms * 3 // 5
    for place, at in enumerate(one.at):
        one.battery[place] = 97 if at < flat_ms else 12 if at < changed_ms else 88


def _behind(door: _Felt) -> Episode:
    def warm_behind_an_open_door(one: _Felt, at: int, margin: int) -> int:
        """Open for less than it may be, warm meanwhile for longer than it may be: excused."""
        sensor = one.sensor
        for_ms = sensor.raise_after_ms + margin
        for place in door.between(at - 2 * door.sensor.interval_ms, at + for_ms + 2 * sensor.interval_ms):
            door.open[place] = True
        return one.warm(at, for_ms) + margin

    return warm_behind_an_open_door


def _while_defrosting(one: _Felt, at: int, margin: int) -> int:
    """Warm for 40 of the 45 minutes, and longer than it may be otherwise: excused."""
    return one.warm(at + 2 * MINUTE, 40 * MINUTE) + margin


def _next_defrost(sensor: Sensor, at: int, midnight_ms: int) -> int:
    starts = (
        midnight_ms + day * 24 * HOUR + start * MINUTE for day in range(3) for start in sensor.defrost_starts
    )
    return next(start for start in starts if start >= at)


# ---- people


def _scans(chance: random.Random, number: int, length_ms: int, mean_ms: int, speed: int) -> Iterator[Act]:
    at, count = 20 * SECOND + number * speed * SECOND // 5, 0
    while at < length_ms:
        if chance.random() < 0.015:
            for_ms = chance.randrange(3, 20) * speed * SECOND // 2
            yield Unplug(at, for_ms)
            at += for_ms
        count += 1
        # GTIN, serial number: every scan of the day is one of its own.
        yield Scan(at, f"]C1010690123456789221{number}{count:06d}")
        at += max(int(chance.expovariate(1 / mean_ms)), speed * SECOND // 2) // SECOND * SECOND


_WAYS: tuple[tuple[str, int], ...] = (
    ("plain", 60), ("swap", 8), ("touch", 10), ("overload", 6), ("crumb", 6), ("pulled_before", 3), ("pulled_after", 3),
)  # fmt: skip


def _weighings(
    chance: random.Random, kind: ScaleKind, length_ms: int, mean_ms: int, speed: int
) -> Iterator[Act]:
    at = 30 * SECOND
    ways = [way for way, weight in _WAYS for _ in range(weight)]
    decimals = Decimal("0.01") if kind == "xk3190_cont0" else Decimal("0.001")
    while at < length_ms:
        how = chance.choice(ways)
        if kind == "xk3190_cont0" and how in ("overload", "crumb"):
            how = "plain"  # its frames know no overload, and its release threshold is another
        weight = Decimal(chance.randrange(300, 9000)).scaleb(-3).quantize(decimals)
        then = weight + Decimal(chance.randrange(300, 2000)).scaleb(-3).quantize(decimals)
        yield Weigh(at, how, str(weight), str(then))  # type: ignore[arg-type]
        at += max(int(chance.expovariate(1 / mean_ms)), 6 * speed * SECOND) // SECOND * SECOND


# ---- what breaks


def _faults(
    chance: random.Random, length_ms: int, outage: Fault, speed: int, *, long: bool
) -> Iterator[Fault]:
    """So many kills, each while another moment of the day goes on, none on top of another nor near the outage."""
    whats: list[Literal["bridge", "node", "broker"]] = ["bridge"] * 7 + ["node"] * 4 + ["broker"] * 5
    if not long:
        whats = ["bridge", "node", "broker"]
    chance.shuffle(whats)
    slots = [length_ms * (turn + 1) // (len(whats) * 4 // 3 + 2) for turn in range(len(whats) * 4 // 3 + 1)]
    free = [
        at
        for at in slots
        if not outage.at_ms - length_ms // 24 < at < outage.at_ms + outage.for_ms + length_ms // 24
    ]
    apart = min((later - earlier for earlier, later in pairwise(free)), default=length_ms // 8)
    for what, at in zip(whats, free, strict=False):
        moved = at + chance.randrange(apart // 3)
        yield Fault(moved, what, chance.choice((1, 2, 3)) * speed * SECOND)
