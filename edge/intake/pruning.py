"""The bounds of `telemetry.db`: how long and how much of each kind is kept.

Raw samples go after thirty days, except from two hours before to two hours after an excursion, which are the
evidence. A limit of rows stands behind every limit of age: a mad device must not fill the store's disk.
"""

from __future__ import annotations

from edge.intake.telemetry import Telemetry
from edge.intake.windows import FIVE_MINUTES_S, HOUR_S, RAW_MS

DAY_MS = 86_400_000
EVIDENCE_MS = 2 * 3_600_000
EXCURSION_MS = 396 * DAY_MS
SPAN_MS = {FIVE_MINUTES_S: 396 * DAY_MS, HOUR_S: 5 * 366 * DAY_MS}
JOB_RUN_MS = 60 * DAY_MS

ROWS_MAX = {
    "sample": 2_000_000,
    "scan": 20_000,
    "weight": 20_000,
    "event": 20_000,
    "quarantine": 1_000,
}

_OLD_SAMPLES = (
    "DELETE FROM sample WHERE at_ms < ?1 AND NOT EXISTS ("
    "SELECT 1 FROM excursion JOIN series ON series.sensor = excursion.sensor WHERE series.id = sample.series "
    "AND sample.at_ms BETWEEN began_ms - ?2 AND coalesce(ended_ms, began_ms + ?3) + ?2)"
)
# A number is forgotten only below the watermark, where nothing new can come; the floor remembers it as seen.
_FLOOR = (
    "UPDATE source SET floor = max(floor, coalesce((SELECT max(seq) FROM seen WHERE seen.source = source.id "
    "AND seen.at_ms < ? AND seen.seq <= source.watermark), 0))"
)
_UNDER_FLOOR = "DELETE FROM seen WHERE seq <= (SELECT floor FROM source WHERE source.id = seen.source)"


def prune(telemetry: Telemetry, now_ms: int) -> None:
    """One transaction for each kind, so that readings are not kept waiting long."""
    with telemetry.transaction() as db:
        db.execute(_OLD_SAMPLES, (now_ms - RAW_MS, EVIDENCE_MS, DAY_MS))
    with telemetry.transaction() as db:
        db.execute(_FLOOR, (now_ms - RAW_MS,))
        db.execute(_UNDER_FLOOR)
    with telemetry.transaction() as db:
        for seconds, kept_ms in SPAN_MS.items():
            db.execute("DELETE FROM span WHERE seconds = ? AND start_ms < ?", (seconds, now_ms - kept_ms))
        for table in ("scan", "weight", "event", "quarantine"):
            db.execute(f"DELETE FROM {table} WHERE at_ms < ?", (now_ms - RAW_MS,))  # noqa: S608
        db.execute(
            "DELETE FROM excursion WHERE ended_ms IS NOT NULL AND ended_ms < ?", (now_ms - EXCURSION_MS,)
        )
        db.execute("DELETE FROM job_run WHERE ended_ms < ?", (now_ms - JOB_RUN_MS,))
    for table, most in ROWS_MAX.items():
        with telemetry.transaction() as db:
            db.execute(
                f"DELETE FROM {table} WHERE rowid <= (SELECT max(rowid) FROM {table}) - ?",  # noqa: S608
                (most,),
            )
