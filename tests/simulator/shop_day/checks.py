"""Books against reckoning: what the node has stored, and what must be there; everything that differs, in words.

How exact. Scans, weights and sales are exact: each once, in each device's order, the digits the plan says. A sensor
with a clock of its own is exact to the millisecond, because delay changes nothing of what it says. One without has the
moment of its arrival: it may differ by `LATE_S` seconds of the machine, which the pace turns into shop time, and by as
long as the bridge was dead if it died meanwhile. Where the broker was killed with a sample in its hands, nobody knows
whether it came: there, and only there, a moment may be two samples off.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from edge.app import DAY_BOOK
from edge.intake.service import FILE_NAME
from edge.ledger.verify import verify
from shared.ledger import envelope as envelopes
from shared.ledger.fact import decode_body
from shared.sensing.events import (
    ExcursionBegan,
    ExcursionEnded,
    SensorConditionChanged,
    SensorFellSilent,
    SensorHeardAgain,
)
from tests.simulator.shop_day import reckoning
from tests.simulator.shop_day.plan import HOUR, Scan, Sensor, Weigh
from tests.simulator.shop_day.reckoning import Excursion, Heard, Silence
from tests.simulator.shop_day.sensors import Note, believable
from tests.simulator.shop_day.shop import Shop

LATE_S = 4.0
"""From a sensor's word to the bridge's clock, on a machine that does other things too."""
RETURN_S = 10.0
"""The longest a bridge waits between two tries to reach a broker; what it missed is dated by its return."""
UNSURE_S = 5.0
"""So long before a broker's death it may have taken what its receiver did not get."""
KILOGRAM = "kg"


class Found(msgspec.Struct):
    """What the books say, counted, and each difference in a sentence."""

    counted: dict[str, int] = {}
    wrong: list[str] = []


def check(shop: Shop) -> Found:
    """Everything; the shop is closed."""
    found = Found()
    _scans(shop, found)
    _weights(shop, found)
    _sales(shop, found)
    _arrivals(shop, found)
    _cold_chain(shop, found)
    report = verify(shop.node.folder / DAY_BOOK)
    found.counted["facts"] = report.facts
    found.wrong += [f"day-book: {fault}" for fault in report.faults]
    return found


# ---- scanners, scales, till


def _scans(shop: Shop, found: Found) -> None:
    stored: dict[str, list[str]] = defaultdict(list)
    for device, symbology, value in shop.cells(
        FILE_NAME, "SELECT device, symbology, value FROM scan ORDER BY seq"
    ):
        stored[device].append(f"{symbology or ''}{value}")
    for person in shop.people:
        if person.device in shop.plan.scanners:
            wanted = [act.text for act in person.done if isinstance(act, Scan)]
            planned = [act.text for act in shop.plan.scanners[person.device] if isinstance(act, Scan)]
            if wanted != planned:
                found.wrong.append(f"{person.device}: {len(planned)} scans planned, {len(wanted)} done")
            _same(f"{person.device}: scans", wanted, stored.pop(person.device, []), found)
    found.wrong += [f"{device}: {len(values)} scans nobody made" for device, values in stored.items()]
    found.counted["scans"] = sum(
        len(person.done) for person in shop.people if person.device in shop.plan.scanners
    )


def _weights(shop: Shop, found: Found) -> None:
    """Exactly those that stood still, in order; nothing of what swung, was too much or too little."""
    stored: dict[str, list[str]] = defaultdict(list)
    rows = shop.cells(FILE_NAME, "SELECT device, value, unit, stable FROM weight ORDER BY seq")
    for device, value, unit, stable in rows:
        stored[device].append(value)
        if unit != KILOGRAM or stable != 1:
            found.wrong.append(f"{device}: {value} {unit}, stable {stable}")
    found.counted["weights"] = len(rows)
    for person in shop.people:
        if person.device in shop.plan.scales:
            wanted = [act.weight for act in person.done if isinstance(act, Weigh) and act.counts]
            planned = [
                act.weight for act in shop.plan.scales[person.device] if isinstance(act, Weigh) and act.counts
            ]
            if wanted != planned:
                found.wrong.append(f"{person.device}: {len(planned)} weighings planned, {len(wanted)} done")
            _same(f"{person.device}: weights", wanted, stored.pop(person.device, []), found)
    found.wrong += [f"{device}: {len(values)} weights nobody put there" for device, values in stored.items()]


def _sales(shop: Shop, found: Found) -> None:
    """One sale a scan, however often it was asked: by the ops, and by the stock they leave."""
    scans = found.counted["scans"]
    found.counted["sales"] = len(shop.till.sold)
    if shop.till.refused:
        found.wrong.append(f"till: refused {shop.till.refused[0]}")
    if len(shop.till.sold) != scans or len(set(shop.till.sold)) != scans:
        found.wrong.append(f"till: {scans} scans, {len(shop.till.sold)} accepted")
    asked = {bytes.fromhex(op_id.replace("-", "")) for op_id in shop.till.sold}
    known = {op_id for (op_id,) in shop.cells(DAY_BOOK, "SELECT op_id FROM op")}
    if asked - known:
        found.wrong.append(f"day-book: {len(asked - known)} accepted ops are not there")
    ((left,),) = shop.cells(
        DAY_BOOK, "SELECT coalesce(sum(qty), 0) FROM stock WHERE sku = 'milk' AND location LIKE 'store/%'"
    )
    if left != -scans * 1_000_000:
        found.wrong.append(f"day-book: {scans} bottles sold, stock says {left / 1_000_000}")


def _arrivals(shop: Shop, found: Found) -> None:
    """Every reading the bridge ever numbered is here: from 1 on without a hole."""
    for bridge, number, watermark in shop.cells(FILE_NAME, "SELECT bridge, id, watermark FROM source"):
        ((count, last),) = shop.cells(
            FILE_NAME, f"SELECT count(*), max(seq) FROM seen WHERE source = {number}"
        )
        found.counted["readings"] = found.counted.get("readings", 0) + count
        if not count == last == watermark:
            found.wrong.append(f"{bridge}: {count} readings, the last is {last}, confirmed up to {watermark}")
    for what in ("gap", "reading_conflict", "ledger_refused"):
        ((count,),) = shop.cells(FILE_NAME, f"SELECT count(*) FROM event WHERE what = '{what}'")
        if count:
            found.wrong.append(f"{count} events {what}")


# ---- the cold chain


def _cold_chain(shop: Shop, found: Found) -> None:
    facts = list(_facts(shop))
    sensors = [sensor for sensor in shop.plan.sensors if not sensor.is_door]
    counted: Counter[str] = Counter()
    for sensor in sensors:
        notes = shop.sensors.notes.of(sensor.device)
        heard = [
            _as_it_came(shop, one) for one in believable(sensor, notes, lambda note: _is_sure(shop, note))
        ]
        door = [(note.sample.at_ms, note.sample.door_open) for note in shop.sensors.notes.of(sensor.door)]
        about = _About(shop, sensor, heard, found)
        wanted = reckoning.excursions(sensor, heard, reckoning.mask_of(sensor, door, shop.midnight_ms))
        about.excursions(wanted, _told_excursions(shop, sensor, facts))
        about.silences(reckoning.silences(sensor, heard), _told_silences(shop, sensor, facts))
        about.battery([note.sample.battery for note in notes], facts)
        about.hours()
        counted["excursions"] += len(wanted)
        counted["silences"] += len(reckoning.silences(sensor, heard))
        counted["samples"] += len(heard)
        counted["samples that may have died with the broker"] += sum(not one.sure for one in heard)
    found.counted |= counted


def _facts(shop: Shop) -> Iterator[object]:
    """The day-book's own facts, in the order of the log."""
    rows = shop.cells(DAY_BOOK, "SELECT bytes FROM event JOIN log USING (log) ORDER BY ordinal, seq")
    for (data,) in rows:
        told = envelopes.decode(data)
        yield decode_body(told.kind, told.kind_v, told.body)


def _told_excursions(shop: Shop, sensor: Sensor, facts: Sequence[object]) -> list[Excursion]:
    ends = {fact.excursion: fact.ended_ms for fact in facts if isinstance(fact, ExcursionEnded)}
    opened_ms = shop.time.opened_ms
    told = [fact for fact in facts if isinstance(fact, ExcursionBegan) and fact.sensor == sensor.name]
    return [
        Excursion(
            "high" if sensor.high is not None and fact.limit == sensor.high * 100_000 else "low",
            fact.began_ms - opened_ms,
            ends[fact.excursion] - opened_ms if fact.excursion in ends else None,
        )
        for fact in told
    ]


def _told_silences(shop: Shop, sensor: Sensor, facts: Sequence[object]) -> list[Silence]:
    told: list[Silence] = []
    opened_ms = shop.time.opened_ms
    for fact in facts:
        match fact:
            case SensorFellSilent(sensor=name, last_heard_ms=last_ms) if name == sensor.name:
                told.append(Silence(last_ms - opened_ms, None))
            case SensorHeardAgain(sensor=name, heard_ms=heard_ms) if name == sensor.name:
                before = told.pop() if told and told[-1].heard_ms is None else Silence(-1, None)
                told.append(Silence(before.last_ms, heard_ms - opened_ms))
    return told


def _as_it_came(shop: Shop, one: Heard) -> Heard:
    """A probe is asked also without a broker; what it said then comes to the store when there is one again."""
    at_s = shop.time.machine_s_of(one.came_ms)
    for window in shop.windows:
        if window.what == "broker" and window.from_s <= at_s < window.to_s:
            back_ms = one.came_ms + int((window.to_s - at_s) * shop.speed * 1000)
            return msgspec.structs.replace(one, came_ms=back_ms)
    return one


def _is_sure(shop: Shop, note: Note) -> bool:
    return not any(
        window.what == "broker" and window.from_s - UNSURE_S <= note.machine_s <= window.from_s + 0.5
        for window in shop.windows
    )


class _About:
    """One sensor's books."""

    def __init__(self, shop: Shop, sensor: Sensor, heard: Sequence[Heard], found: Found) -> None:
        self.shop, self.sensor, self.heard, self.found = shop, sensor, heard, found
        self._unsure = [one.at_ms for one in heard if not one.sure]

    def excursions(self, wanted: list[Excursion], told: list[Excursion]) -> None:
        if len(wanted) != len(told) or any(a.side != b.side for a, b in zip(wanted, told, strict=True)):
            self._differ("excursions", wanted, told)
            return
        for ours, theirs in zip(wanted, told, strict=True):
            ends = (ours.ended_ms, theirs.ended_ms)
            if not self._agree(ours.began_ms, theirs.began_ms) or not self._agree(
                *ends, after=self.sensor.clear_after_ms
            ):
                self._differ("excursion", [ours], [theirs])

    def silences(self, wanted: list[Silence], told: list[Silence]) -> None:
        if (
            told
            and self.heard
            and told[-1].heard_ms is None
            and self._agree(self.heard[-1].at_ms, told[-1].last_ms)
        ):
            told = told[:-1]  # it is dark, and the node may have noticed that nobody measures any more
        if told and self.heard and told[0].last_ms < 0 and self._agree(self.heard[0].at_ms, told[0].heard_ms):
            told = told[1:]  # the node was awake for long before the shop opened, and nobody had spoken yet
        if len(wanted) != len(told):
            self._differ("silences", wanted, told)
            return
        for ours, theirs in zip(wanted, told, strict=True):
            if not self._agree(ours.last_ms, theirs.last_ms) or not self._agree(
                ours.heard_ms, theirs.heard_ms
            ):
                self._differ("silence", [ours], [theirs])

    def battery(self, told: Sequence[int], facts: Sequence[object]) -> None:
        """Flat once it was at 15 % or below, and over once it was at 20 or more."""
        wanted, flat = [], False
        for percent in told:
            if flat != (percent <= (19 if flat else 15)):
                flat = not flat
                wanted.append(flat)
        said = [
            fact.present
            for fact in facts
            if isinstance(fact, SensorConditionChanged)
            and fact.sensor == self.sensor.name
            and fact.condition == "battery_flat"
        ]
        if self.sensor.kind != "zigbee2mqtt":
            wanted = []
        self.found.counted["batteries"] = self.found.counted.get("batteries", 0) + len(wanted)
        if wanted != said:
            self._differ("battery flat", wanted, said)

    def hours(self) -> None:
        """Each sample is in the day-book's window of its hour, once; of those that are over long enough."""
        if not self.sensor.has_own_clock:
            return
        opened_ms = self.shop.time.opened_ms
        name = self.sensor.name.replace("'", "''")
        told = dict(
            self.shop.cells(
                DAY_BOOK,
                f"SELECT start_ms, count FROM reading_window WHERE sensor = '{name}' AND seconds = 3600",
            )
        )
        over_ms = opened_ms + self.shop.plan.length_ms - HOUR
        for start_ms, (least, most) in reckoning.hours(self.heard, opened_ms).items():
            count = told.get(start_ms)
            if count is None and start_ms + HOUR > over_ms:
                continue
            self.found.counted["hours"] = self.found.counted.get("hours", 0) + 1
            if count is None or not least <= count <= most:
                self._differ(f"hour {(start_ms - opened_ms) / HOUR:.1f}", [(least, most)], [count])

    def _agree(self, ours: int | None, theirs: int | None, after: int = 0) -> bool:
        """Whether two moments are one, as exactly as this sensor can be known; `after`: decided that much earlier."""
        if ours is None or theirs is None:
            return ours == theirs
        may_ms = 0
        speed = self.shop.speed
        if not self.sensor.has_own_clock:
            may_ms += int(LATE_S * speed * 1000)
            for window in self.shop.windows:
                if window.what == "bridge" and self._is_near(ours - after, window.from_s, window.to_s):
                    may_ms += int((window.to_s - window.from_s) * speed * 1000)
                if window.what == "broker" and self._is_near(
                    ours - after, window.to_s, window.to_s + RETURN_S
                ):
                    may_ms += int(RETURN_S * speed * 1000)
        if any(abs(at_ms - ours + after) <= 3 * self.sensor.interval_ms for at_ms in self._unsure):
            may_ms += 2 * self.sensor.interval_ms
        return abs(ours - theirs) <= may_ms

    def _is_near(self, at_ms: int, from_s: float, to_s: float) -> bool:
        at_s = self.shop.time.machine_s_of(at_ms)
        return from_s - LATE_S <= at_s <= to_s + LATE_S

    def _differ(self, what: str, wanted: Sequence[object], told: Sequence[object]) -> None:
        self.found.wrong.append(
            f"{self.sensor.name} ({self.sensor.device}): {what}: wanted {wanted}, told {told}"
        )


def _same(what: str, wanted: list[str], told: list[str], found: Found) -> None:
    """Two lists, and the first place where they part."""
    if wanted == told:
        return
    place = next(
        (at for at, pair in enumerate(zip(wanted, told, strict=False)) if pair[0] != pair[1]),
        min(len(wanted), len(told)),
    )
    found.wrong.append(
        f"{what}: {len(wanted)} wanted, {len(told)} stored; at {place} wanted {wanted[place : place + 3]}, "
        f"stored {told[place : place + 3]}; missing {list((Counter(wanted) - Counter(told)).elements())[:3]}, "
        f"too many {list((Counter(told) - Counter(wanted)).elements())[:3]}"
    )
