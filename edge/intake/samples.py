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
from edge.intake.telemetry import FIVE_MINUTES_S, HOUR_S
from edge.ledger import dbapi
from edge.ledger.disk import Level
from shared.sensing.reading import Reading

DEADBAND = 100_000
UNTOLD_MS_MAX = 15 * 60_000
SHED_MS = 5 * 60_000
"""From 90 % of the disk on, one raw sample in so long is kept."""

_SPAN = (
    "INSERT INTO span (series, seconds, start_ms, count, lowest, highest, total, last, last_ms) "
    "VALUES (?1,?2,?3,1,?4,?4,?4,?4,?5) ON CONFLICT (series, seconds, start_ms) DO UPDATE SET "
    "count = count + 1, lowest = min(lowest, ?4), highest = max(highest, ?4), total = total + ?4, "
    "last = iif(?5 >= last_ms, ?4, last), last_ms = max(last_ms, ?5)"
)


class Series(msgspec.Struct, frozen=True):
    """What is known of one quantity of one sensor before this reading."""

    id: int
    latest_ms: int
    latest_quality: str
    stored_ms: int
    stored_value: int | None


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


def series_of(db: dbapi.Connection, sensor: str, quantity: str) -> Series | None:
    row = db.execute(
        "SELECT id, latest_ms, latest_quality, stored_ms, stored_value FROM series WHERE sensor = ? AND quantity = ?",
        (sensor, quantity),
    ).fetchone()
    return None if row is None else Series(*row)


def record(
    db: dbapi.Connection, told: Sample, rule: AssignedSensor | None, *, late: bool, level: Level = "ok"
) -> None:
    """Everything a sample leaves behind but the alarm; less of it where the disk is full."""
    known = series_of(db, told.sensor, told.reading.quantity)
    series = _latest(db, told, known)
    if late or known is None or (_worth_storing(told, known, rule) and _has_room(level, told, known)):
        _store(db, told, series)
    if told.good:
        for seconds in (FIVE_MINUTES_S, HOUR_S):
            at_ms = told.moment.at_ms
            db.execute(_SPAN, (series, seconds, at_ms - at_ms % (seconds * 1000), told.value, at_ms))


def _latest(db: dbapi.Connection, told: Sample, known: Series | None) -> int:
    """The series' number; its latest value moves only forward."""
    reading, at_ms = told.reading, told.moment.at_ms
    value = told.value if told.good else None
    if known is None:
        made = db.execute(
            "INSERT INTO series (sensor, quantity, unit, bridge, device, latest_ms, latest_value, latest_text, "
            "latest_quality, stored_ms, stored_value, heard_ms) VALUES (?,?,?,?,?,?,?,?,?,?,?,?) RETURNING id",
            (
                told.sensor, reading.quantity, reading.unit or "", told.bridge, reading.device, at_ms, value,
                reading.value, _quality(told), at_ms, value, told.heard_ms,
            ),
        ).fetchone()  # fmt: skip
        number: int = made[0]
        return number
    if at_ms >= known.latest_ms:
        db.execute(
            "UPDATE series SET latest_ms = ?, latest_value = ?, latest_text = ?, latest_quality = ?, "
            "unit = ?, bridge = ?, device = ?, heard_ms = ? WHERE id = ?",
            (
                at_ms, value, reading.value, _quality(told), reading.unit or "", told.bridge, reading.device,
                told.heard_ms, known.id,
            ),
        )  # fmt: skip
    return known.id


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
    return rule is not None and tells_apart(rule.rule, told.value, known.stored_value)


def _has_room(level: Level, told: Sample, known: Series) -> bool:
    """On a filling disk a sample every five minutes, on a full one none; windows and alarms lose nothing by it, and
    what comes late is evidence and is kept."""
    if level == "ledger_only":
        return False
    return level != "shed" or told.moment.at_ms - known.stored_ms >= SHED_MS


def _store(db: dbapi.Connection, told: Sample, series: int) -> None:
    reading, at_ms = told.reading, told.moment.at_ms
    db.execute(
        "INSERT INTO sample VALUES (?,?,?,?,?,?,?,?,?)",
        (
            series, at_ms, told.value, reading.value if told.value is None else None, _quality(told),
            told.moment.clock, told.moment.device_ms, told.source, reading.seq,
        ),
    )  # fmt: skip
    db.execute(
        "UPDATE series SET stored_ms = ?1, stored_value = ?2 WHERE id = ?3 AND stored_ms <= ?1",
        (at_ms, told.value if told.good else None, series),
    )
