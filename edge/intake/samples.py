"""Sensor readings into rows: the latest value, thinned raw samples, windows of five minutes and an hour.

A fridge says the same number all night. A sample is stored when it differs from the last stored one by a
tenth, when it means something else to the alarm, or when enough time has passed that the stored samples alone
still show an unbroken story. Every good sample counts in the windows, stored or not.
"""

from __future__ import annotations

import msgspec

from edge.intake.cold_chain import tells_apart
from edge.intake.moments import Moment
from edge.intake.rules import AssignedSensor
from edge.intake.windows import FIVE_MINUTES_S, HOUR_S
from edge.ledger import dbapi
from edge.ledger.disk import Level
from shared.sensing.alarm import Rule
from shared.sensing.reading import Reading
from shared.sensing.rollups import Outside, held_until, parts, side_of

DEADBAND = 100_000
UNTOLD_MS_MAX = 15 * 60_000
SHED_MS = 5 * 60_000
"""From 90 % of the disk on, one raw sample in so long is kept."""

_SPAN = (
    "INSERT INTO span (series, seconds, start_ms, count, lowest, highest, total, last, last_ms) "
    "VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT (series, seconds, start_ms) DO UPDATE SET "
    "count = count + excluded.count, lowest = min(lowest, excluded.lowest), "
    "highest = max(highest, excluded.highest), total = total + excluded.total, "
    "last = iif(excluded.last_ms >= last_ms, excluded.last, last), last_ms = max(last_ms, excluded.last_ms)"
)
_HELD = (
    "UPDATE span SET above_ms = above_ms + ?, below_ms = below_ms + ?, told = -1 "
    "WHERE series = ? AND seconds = ? AND start_ms = ?"
)
_LATEST = (
    "UPDATE series SET latest_ms = ?1, latest_value = ?2, latest_text = ?3, latest_quality = ?4, "
    "unit = ?5, bridge = ?6, device = ?7, heard_ms = ?8, good_ms = coalesce(?9, good_ms), "
    "good_value = coalesce(?10, good_value) WHERE id = ?11"
)
_NEW = (
    "INSERT INTO series (sensor, quantity, unit, bridge, device, latest_ms, latest_value, latest_text, "
    "latest_quality, stored_ms, stored_value, heard_ms, good_ms, good_value) "
    "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?) RETURNING id"
)
_KNOWN = (
    "SELECT id, latest_ms, latest_quality, stored_ms, stored_value, good_ms, good_value FROM series "
    "WHERE sensor = ? AND quantity = ?"
)


class Series(msgspec.Struct, frozen=True):
    """What is known of one quantity of one sensor before this reading."""

    id: int
    latest_ms: int
    latest_quality: str
    stored_ms: int
    stored_value: int | None
    good_ms: int | None = None
    """When it last said something that can be believed, and what; never moved back."""
    good_value: int | None = None


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A reading with its moment found and its value understood."""

    sensor: str
    bridge: str
    source: int
    reading: Reading
    moment: Moment
    value: int | None
    heard_ms: int

    @property
    def good(self) -> bool:
        return self.value is not None and self.reading.quality == "good"


class _Span(msgspec.Struct):
    """One window's share of a batch."""

    count: int
    lowest: int
    highest: int
    total: int
    last: int
    last_ms: int


class SampleBook:
    """The samples of one batch: what is known of each series is read once, and what they leave is written once.

    A fridge that speaks ten times in a batch is one row of a window, not ten. Whoever asks the file for samples
    in between calls `flush` first.
    """

    def __init__(self, db: dbapi.Connection, level: Level = "ok") -> None:
        self._db = db
        self._level = level
        self._known: dict[tuple[str, str], Series | None] = {}
        self._latest: dict[int, tuple[str | int | None, ...]] = {}
        self._stored: dict[int, tuple[int, int | None]] = {}
        self._samples: list[tuple[str | int | None, ...]] = []
        self._spans: dict[tuple[int, int, int], _Span] = {}
        self._held: dict[tuple[int, int, int], Outside] = {}

    def series_of(self, sensor: str, quantity: str) -> Series | None:
        named = (sensor, quantity)
        if named not in self._known:
            row = self._db.execute(_KNOWN, named).fetchone()
            self._known[named] = None if row is None else Series(*row)
        return self._known[named]

    def record(self, told: Sample, rule: AssignedSensor | None, *, late: bool) -> None:
        """Everything a sample leaves behind but the alarm; less of it where the disk is full."""
        known = self.series_of(told.sensor, told.reading.quantity)
        series = self._make(told) if known is None else self._hear(told, known)
        if (
            late
            or known is None
            or (_worth_storing(told, known, rule) and _has_room(self._level, told, known))
        ):
            series = self._store(told, series)
        if told.good and told.value is not None:
            for seconds in (FIVE_MINUTES_S, HOUR_S):
                self._count(series.id, seconds, told.moment.at_ms, told.value)
            if rule is not None and known is not None and not late:
                self._hold(rule.rule, known, told.moment.at_ms)
        self._known[told.sensor, told.reading.quantity] = series
        if late:
            self.flush()

    def flush(self) -> None:
        """Bring what has gathered into the tables."""
        execute = self._db.executemany
        execute(_LATEST, [(*cells, number) for number, cells in self._latest.items()])
        execute("INSERT INTO sample VALUES (?,?,?,?,?,?,?,?,?)", self._samples)
        execute(
            "UPDATE series SET stored_ms = ?, stored_value = ? WHERE id = ?",
            [(*cells, number) for number, cells in self._stored.items()],
        )
        execute(_SPAN, [(*named, *msgspec.structs.astuple(span)) for named, span in self._spans.items()])
        execute(
            _HELD, [(outside.above_ms, outside.below_ms, *named) for named, outside in self._held.items()]
        )
        self._latest, self._stored, self._samples, self._spans, self._held = {}, {}, [], {}, {}

    def _make(self, told: Sample) -> Series:
        reading, at_ms = told.reading, told.moment.at_ms
        value = told.value if told.good else None
        cells = (
            told.sensor, reading.quantity, reading.unit or "", told.bridge, reading.device, at_ms, value,
            reading.value, _quality(told), at_ms, value, told.heard_ms, *_good(told),
        )  # fmt: skip
        number: int = self._db.execute(_NEW, cells).fetchone()[0]
        return Series(number, at_ms, _quality(told), at_ms, value, *_good(told))

    def _hear(self, told: Sample, known: Series) -> Series:
        """The latest value moves only forward."""
        reading, at_ms = told.reading, told.moment.at_ms
        if at_ms < known.latest_ms:
            return known
        value = told.value if told.good else None
        good_ms, good_value = _good(told) if told.good else (known.good_ms, known.good_value)
        self._latest[known.id] = (
            at_ms, value, reading.value, _quality(told), reading.unit or "", told.bridge, reading.device,
            told.heard_ms, good_ms, good_value,
        )  # fmt: skip
        return msgspec.structs.replace(
            known, latest_ms=at_ms, latest_quality=_quality(told), good_ms=good_ms, good_value=good_value
        )

    def _store(self, told: Sample, series: Series) -> Series:
        reading, at_ms = told.reading, told.moment.at_ms
        self._samples.append((
            series.id, at_ms, told.value, reading.value if told.value is None else None, _quality(told),
            told.moment.clock, told.moment.device_ms, told.source, reading.seq,
        ))  # fmt: skip
        if series.stored_ms > at_ms:
            return series
        value = told.value if told.good else None
        self._stored[series.id] = (at_ms, value)
        return msgspec.structs.replace(series, stored_ms=at_ms, stored_value=value)

    def _hold(self, rule: Rule, known: Series, at_ms: int) -> None:
        """The value before this one held until now: for how long that was outside the limits, window by window.

        A window in which nothing was said has no row, so the time is found in the hour alone.
        """
        if known.good_ms is None or known.good_value is None:
            return
        side = side_of(rule, known.good_value)
        if not side:
            return
        until_ms = held_until(rule, known.good_ms, at_ms)
        for seconds in (FIVE_MINUTES_S, HOUR_S):
            for start_ms, part_ms in parts(known.good_ms, until_ms, seconds):
                outside = self._held.setdefault((known.id, seconds, start_ms), Outside())
                if side > 0:
                    outside.above_ms += part_ms
                else:
                    outside.below_ms += part_ms

    def _count(self, series: int, seconds: int, at_ms: int, value: int) -> None:
        named = (series, seconds, at_ms - at_ms % (seconds * 1000))
        span = self._spans.get(named)
        if span is None:
            self._spans[named] = _Span(1, value, value, value, value, at_ms)
            return
        span.count += 1
        span.lowest = min(span.lowest, value)
        span.highest = max(span.highest, value)
        span.total += value
        if at_ms >= span.last_ms:
            span.last, span.last_ms = value, at_ms


def _good(told: Sample) -> tuple[int | None, int | None]:
    return (told.moment.at_ms, told.value) if told.good else (None, None)


def _quality(told: Sample) -> str:
    """A good reading whose value is no number is suspect to us."""
    return "suspect" if told.reading.quality == "good" and told.value is None else told.reading.quality


def _worth_storing(told: Sample, known: Series, rule: AssignedSensor | None) -> bool:
    spacing_ms = UNTOLD_MS_MAX if rule is None else min(UNTOLD_MS_MAX, rule.rule.offline_after_ms // 3)
    if told.moment.at_ms - known.stored_ms >= spacing_ms or _quality(told) != known.latest_quality:
        return True
    if not told.good or told.value is None:
        return False
    if known.stored_value is None or abs(told.value - known.stored_value) >= DEADBAND:
        return True
    return rule is not None and tells_apart(rule, told.value, known.stored_value)


def _has_room(level: Level, told: Sample, known: Series) -> bool:
    """On a filling disk a sample every five minutes, on a full one none; windows and alarms lose nothing by it, and
    what comes late is evidence and is kept."""
    if level == "ledger_only":
        return False
    return level != "shed" or told.moment.at_ms - known.stored_ms >= SHED_MS
