"""After the day-book has lost its end: the hours of readings that were told to it are told once more.

The id of such an op is made of the hours it tells, so what the day-book still holds, or gets back, counts once.
"""

from __future__ import annotations

from pathlib import Path

from edge.intake.windows import HOUR_S
from edge.ledger import dbapi

MARGIN_MS = 2 * HOUR_S * 1000
"""A window told just before may have been written late."""


def tell_again(telemetry: Path, from_ms: int) -> int:
    """Mark the hours since then as untold; how many there are. A file that cannot be opened is left alone."""
    if not telemetry.exists():
        return 0
    connection = dbapi.open_writer(telemetry)
    try:
        found = connection.execute(
            "UPDATE span SET told = 0 WHERE seconds = ? AND told != 0 AND start_ms > ?",
            (HOUR_S, from_ms - MARGIN_MS),
        )
        return found.rowcount
    except dbapi.Error:
        return 0
    finally:
        connection.close()
