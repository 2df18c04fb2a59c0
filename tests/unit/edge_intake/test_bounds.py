"""Telemetry stays within its bounds, keeps what is evidence, and forgets no number that could come again."""

import msgspec
import pytest

from edge.intake import pruning
from edge.intake.fold import ingest
from edge.intake.rules import Rules
from edge.intake.telemetry import Telemetry
from tests.support.bridge_talk import FRIDGE, MINUTE_MS, NOW_MS, SITE, data, warm

DAY_MS = 86_400_000


def test_samples_of_last_month_go_and_the_evidence_of_an_excursion_stays(telemetry: Telemetry) -> None:
    """Two hours before to two hours after the warm half hour are kept, the quiet days around it are not."""
    quiet = [warm(n + 1, NOW_MS + n * 3_600_000, str(4 + n % 2)) for n in range(-24, 24)]
    readings = [msgspec.structs.replace(reading, seq=at) for at, reading in enumerate(quiet, 1)]
    for reading in readings:
        ingest(telemetry, SITE, Rules([FRIDGE]), [data(reading)], reading.ts_ms or 0)
    with telemetry.transaction() as db:
        db.execute(
            "INSERT INTO excursion VALUES ('x', 'fridge-1', 'high', ?, ?, 0)",
            (NOW_MS, NOW_MS + 30 * MINUTE_MS),
        )
    pruning.prune(telemetry, NOW_MS + 60 * DAY_MS)
    ((count, first, last),) = telemetry.rows("SELECT count(*), min(at_ms), max(at_ms) FROM sample")
    assert (count, first, last) == (5, NOW_MS - 2 * 3_600_000, NOW_MS + 2 * 3_600_000)
    assert telemetry.rows("SELECT count(*) FROM span WHERE seconds = 3600") == [(48,)]


def test_forgotten_numbers_are_still_known_as_seen(telemetry: Telemetry) -> None:
    """A bridge that comes back after two months with its old numbers brings nothing new."""
    messages = [data(warm(seq, NOW_MS, "4")) for seq in (1, 2, 3)]
    ingest(telemetry, SITE, Rules(), messages, NOW_MS)
    late = data(warm(7, NOW_MS, "4"), after=5)
    ingest(telemetry, SITE, Rules(), [late], NOW_MS)
    pruning.prune(telemetry, NOW_MS + 60 * DAY_MS)
    assert telemetry.rows("SELECT seq FROM seen") == [(7,)]
    again = ingest(telemetry, SITE, Rules(), [*messages, late], NOW_MS + 60 * DAY_MS)
    assert again.stored == 0
    missing = ingest(telemetry, SITE, Rules(), [data(warm(4, NOW_MS, "4"))], NOW_MS + 60 * DAY_MS)
    assert missing.stored == 1


def test_a_mad_device_cannot_fill_the_disk(telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind every limit of age stands a limit of rows: the oldest go."""
    monkeypatch.setitem(pruning.ROWS_MAX, "sample", 10)
    readings = [warm(seq, NOW_MS + seq, str(seq)) for seq in range(1, 41)]
    ingest(telemetry, SITE, Rules(), [data(*readings)], NOW_MS + 100)
    pruning.prune(telemetry, NOW_MS + 100)
    assert telemetry.rows("SELECT count(*), min(value) FROM sample") == [(10, 31_000_000)]
