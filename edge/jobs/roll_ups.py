"""What the sensors of the store measured, as windows of an hour in the day-book; looked for every five minutes.

A window is told when its hour is over, and again when late samples have changed it. Telling is owed to the ledger in
the transaction that marks the window as told, so no window is lost or told twice for the same content. The
same run ends excursions that were found in history and that nothing contradicts any more.
"""

from __future__ import annotations

from edge.intake import cold_chain
from edge.intake.ids import op_id
from edge.intake.pending import owe
from edge.intake.rules import AssignedSensor
from edge.intake.windows import HOUR_S
from edge.jobs.job import Context, Every, Job
from edge.ledger import dbapi
from shared.sensing.commands import RollUpReadings
from shared.sensing.events import SecondsOutside, Window
from shared.units import half_up

SETTLED_MS = 5 * 60_000
"""Samples on their way at the full hour still belong to it."""
WINDOWS_MAX = 168

_UNTOLD = (
    "SELECT series.id, unit, start_ms, count, lowest, highest, total, last, above_ms, below_ms "
    "FROM span "
    "JOIN series ON series.id = span.series WHERE sensor = ? AND quantity = ? AND seconds = ? "
    "AND count != told AND start_ms <= ? ORDER BY start_ms LIMIT ?"
)


def run(context: Context) -> str:
    now_ms = context.now_ms()
    told = 0
    sensors = context.intake.rules.all()
    for sensor in sensors:
        while windows := _tell(context, sensor, now_ms):
            told += windows
    with context.intake.telemetry.transaction() as db:
        cold_chain.end_old_stories(db, sensors, now_ms)
    context.intake.pump.wake()
    return f"{told} windows"


def _tell(context: Context, sensor: AssignedSensor, now_ms: int) -> int:
    """Owe the ledger the next windows of a sensor; how many they were."""
    over_ms = now_ms - SETTLED_MS - HOUR_S * 1000
    with context.intake.telemetry.transaction() as db:
        rows = db.execute(_UNTOLD, (sensor.sensor, sensor.quantity, HOUR_S, over_ms, WINDOWS_MAX)).fetchall()
        if rows:
            _owe_windows(db, sensor, rows, now_ms)
    return len(rows)


def _owe_windows(
    db: dbapi.Connection,
    sensor: AssignedSensor,
    rows: list[tuple[int, str, int, int, int, int, int, int, int, int]],
    now_ms: int,
) -> None:
    windows = tuple(
        Window(start_ms, HOUR_S, count, lowest, highest, half_up(total, count), last)
        for _, _, start_ms, count, lowest, highest, total, last, *_ in rows
    )
    outside = tuple(SecondsOutside(row[8] // 1000, row[9] // 1000) for row in rows)
    series, unit = rows[0][:2]
    counts = [
        part
        for window, left in zip(windows, outside, strict=True)
        for part in (window.start_ms, window.count, left.above, left.below)
    ]
    command = RollUpReadings(
        sensor=sensor.sensor,
        place=sensor.place,
        quantity=sensor.quantity,
        unit=unit,
        windows=windows,
        outside=outside,
    )
    owe(db, op_id(windows[-1].start_ms, "roll_up", sensor.sensor, *counts), command, now_ms, now_ms)
    db.executemany(
        "UPDATE span SET told = ? WHERE series = ? AND seconds = ? AND start_ms = ?",
        [(window.count, series, HOUR_S, window.start_ms) for window in windows],
    )


JOB = Job(name="roll_ups", due=Every(300), missed="once", run=run)
