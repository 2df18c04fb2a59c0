"""The file of raw readings: one writing connection, one reading one, and what screens ask of it.

Whoever writes does so inside `transaction()`, or between `begin` and a `commit` that another thread may wait for;
a COMMIT that returned is on the disk. After an error of the
engine the outcome is not known: the caller does the whole thing again, which is safe because every reading is
stored under its own name (bridge, epoch, seq).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import msgspec

from edge.intake import schema
from edge.intake.events import GAP, SET_ASIDE, Gap, SetAside
from edge.intake.ids import excursion_id
from edge.intake.rules import AssignedSensor
from edge.intake.windows import FIVE_MINUTES_S
from edge.ledger import dbapi
from shared.sensing.alarm import SIDES, AlarmState, warning
from shared.units import half_up

SensorHealth = Literal["ok", "warning", "excursion", "silent", "unknown"]


class SensorNow(msgspec.Struct, frozen=True, kw_only=True):
    """What a page shows of one assigned sensor. `unknown`: nothing was ever heard; `silent`: not any more."""

    sensor: str
    place: str
    quantity: str
    unit: str
    state: SensorHealth
    value: int | None
    at_ms: int | None
    high: int | None
    low: int | None
    excursion: str | None = None
    began_ms: int | None = None
    peak: int | None = None
    conditions: list[str] = []
    """What the sensor itself needs: battery_flat, calibration_overdue."""


class Point(msgspec.Struct, frozen=True):
    """One window of a chart."""

    start_ms: int
    lowest: int
    mean: int
    highest: int
    last: int


class Span(Point, frozen=True):
    """One with how long the limits were left in it."""

    seconds_above: int
    seconds_below: int


class DeviceNow(msgspec.Struct, frozen=True, kw_only=True):
    bridge: str
    device: str
    status: str
    since_ms: int
    make: str | None
    model: str | None
    serial: str | None
    protocol: str | None
    cal_id: str | None


class Telemetry:
    def __init__(self, path: Path) -> None:
        self.path = path
        # Not reentrant: what one thread has begun another may end.
        self._lock = threading.Lock()
        self._read_lock = threading.Lock()
        self._open()

    def _open(self) -> None:
        self._db = dbapi.open_writer(self.path, cache_kib=2048)
        schema.ensure(self._db)
        self._reader = dbapi.open_reader(self.path)

    def close(self) -> None:
        with self._lock, self._read_lock:
            self._reader.close()
            self._db.close()

    def reopen(self) -> None:
        """After an error of the engine nothing in memory is trusted."""
        with self._lock, self._read_lock:
            for connection in (self._reader, self._db):
                try:
                    connection.close()
                except dbapi.Error:
                    continue
            self._open()

    @contextmanager
    def transaction(self) -> Iterator[dbapi.Connection]:
        db = self.begin()
        try:
            yield db
        except BaseException:
            self.take_back()
            raise
        self.commit()

    def begin(self) -> dbapi.Connection:
        """Nobody else writes until `commit` or `take_back`, which any thread may call."""
        self._lock.acquire()
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._lock.release()
            raise
        return self._db

    def commit(self) -> None:
        try:
            self._db.execute("COMMIT")
        except BaseException:
            self.take_back()
            raise
        self._lock.release()

    def take_back(self) -> None:
        try:
            # After a full disk the engine has rolled back already, and saying so again is an error.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        finally:
            self._lock.release()

    def rows(self, sql: str, values: Sequence[str | int | bytes | None] = ()) -> list[tuple[Any, ...]]:
        """A question to what is committed."""
        with self._read_lock:
            found: list[tuple[Any, ...]] = self._reader.execute(sql, values).fetchall()
            return found

    def latest(self, rules: Sequence[AssignedSensor], now_ms: int) -> list[SensorNow]:
        """Every assigned sensor as of now, in the order of the rules."""
        states = {
            sensor: msgspec.json.decode(state, type=AlarmState)
            for sensor, state in self.rows("SELECT sensor, state FROM alarm")
        }
        heard = {
            (sensor, quantity): told
            for sensor, quantity, *told in self.rows(
                "SELECT sensor, quantity, unit, latest_value, latest_ms FROM series"
            )
        }
        needs: dict[str, list[str]] = {}
        for sensor, condition in self.rows("SELECT sensor, condition FROM condition ORDER BY condition"):
            needs.setdefault(sensor, []).append(condition)
        return [
            msgspec.structs.replace(
                _now(rule, states.get(rule.sensor), heard.get((rule.sensor, rule.quantity)), now_ms),
                conditions=needs.get(rule.sensor, []),
            )
            for rule in rules
        ]

    def series(self, sensor: str, quantity: str, from_ms: int, seconds: int = FIVE_MINUTES_S) -> list[Point]:
        """Windows of a chart, oldest first."""
        return [
            Point(start_ms, lowest, half_up(total, count), highest, last)
            for start_ms, lowest, total, count, highest, last in self.rows(
                "SELECT start_ms, lowest, total, count, highest, last FROM span JOIN series ON id = span.series "
                "WHERE sensor = ? AND quantity = ? AND seconds = ? AND start_ms >= ? ORDER BY start_ms",
                (sensor, quantity, seconds, from_ms),
            )
        ]

    def spans(self, sensor: str, quantity: str, from_ms: int, to_ms: int, seconds: int) -> list[Span]:
        """Windows with what a record needs, oldest first."""
        return [
            Span(start_ms, lowest, half_up(total, count), highest, last, above_ms // 1000, below_ms // 1000)
            for start_ms, lowest, total, count, highest, last, above_ms, below_ms in self.rows(
                "SELECT start_ms, lowest, total, count, highest, last, above_ms, below_ms FROM span "
                "JOIN series ON id = span.series WHERE sensor = ? AND quantity = ? AND seconds = ? "
                "AND start_ms >= ? AND start_ms < ? ORDER BY start_ms",
                (sensor, quantity, seconds, from_ms, to_ms),
            )
        ]

    def devices(self) -> list[DeviceNow]:
        names = DeviceNow.__struct_fields__
        return [
            DeviceNow(**dict(zip(names, row, strict=True)))
            for row in self.rows(f"SELECT {', '.join(names)} FROM device ORDER BY bridge, device")  # noqa: S608
        ]

    def gaps(self) -> list[Gap]:
        """What nobody holds any more, the newest two hundred."""
        return [
            Gap(at_ms=at_ms, bridge=bridge, detail=msgspec.json.decode(detail, type=dict[str, str]))
            for at_ms, bridge, detail in self.rows(
                "SELECT at_ms, bridge, detail FROM event WHERE what = ? ORDER BY id DESC LIMIT 200", (GAP,)
            )
        ]

    def set_aside(self) -> list[SetAside]:
        """What was sent and is not believed, the newest two hundred, whether a bridge refused it or this node."""
        marks = ", ".join("?" for _ in SET_ASIDE)
        told = [
            _set_aside(at_ms, bridge, device, what, msgspec.json.decode(detail, type=dict[str, str]))
            for at_ms, bridge, device, what, detail in self.rows(
                f"SELECT at_ms, bridge, device, what, detail FROM event WHERE what IN ({marks}) "  # noqa: S608
                "ORDER BY id DESC LIMIT 200",
                SET_ASIDE,
            )
        ]
        refused = [
            SetAside(
                at_ms=at_ms, bridge="", device="", what="refused", topic=topic, error=error, payload=payload
            )
            for at_ms, topic, error, payload in self.rows(
                "SELECT at_ms, topic, error, substr(payload, 1, 256) FROM quarantine ORDER BY id DESC LIMIT 200"
            )
        ]
        return sorted((*told, *refused), key=lambda one: one.at_ms, reverse=True)[:200]

    def counts(self) -> dict[str, int]:
        """Rows by table, for the node's own page."""
        tables = ("sample", "scan", "weight", "quarantine", "event", "pending")
        # Counting millions of samples would take longer than anybody looks at this page.
        told = {"sample": "coalesce(max(rowid) - min(rowid) + 1, 0)"}
        return {
            table: int(self.rows(f"SELECT {told.get(table, 'count(*)')} FROM {table}")[0][0])  # noqa: S608
            for table in tables
        }


def _set_aside(at_ms: int, bridge: str, device: str, what: str, detail: dict[str, str]) -> SetAside:
    """A bridge's event as a row."""
    return SetAside(
        at_ms=at_ms,
        bridge=bridge,
        device=device,
        what=what,
        topic=detail.get("topic", detail.get("connection", "")),
        error=detail.get("error", ""),
        times=int(detail.get("times", "1")),
    )


def _health(rule: AssignedSensor, state: AlarmState | None, heard: bool, now_ms: int) -> SensorHealth:
    """Silence first: what nobody hears is not in order, whatever it said last."""
    if state is None:
        return "unknown"
    if state.silent or now_ms - state.last_ms >= rule.rule.offline_after_ms:
        return "silent"
    if not heard:
        return "unknown"
    if state.raised:
        return "excursion"
    return "warning" if warning(state) else "ok"


def _now(rule: AssignedSensor, state: AlarmState | None, told: list[Any] | None, now_ms: int) -> SensorNow:
    unit, value, at_ms = told or ("", None, None)
    now = SensorNow(
        sensor=rule.sensor,
        place=rule.place,
        quantity=rule.quantity,
        unit=unit,
        state=_health(rule, state, told is not None, now_ms),
        value=value,
        at_ms=at_ms,
        high=rule.rule.high,
        low=rule.rule.low,
    )
    for name in SIDES:
        if state is not None and state.side(name).raised:
            side = state.side(name)
            return msgspec.structs.replace(
                now,
                excursion=excursion_id(rule.sensor, name, side.began_ms),
                began_ms=side.began_ms,
                peak=side.peak,
            )
    return now
