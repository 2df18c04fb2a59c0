"""Nobody answers: the next level is asked; a flat battery and an old calibration are told once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from edge.intake.care import look_after
from edge.intake.fold import ingest
from edge.intake.rules import AssignedSensor, Rules
from edge.intake.telemetry import Telemetry
from shared.sensing.escalation import due_ms, level
from tests.support.bridge_talk import FRIDGE, MINUTE_MS, NOW_MS, SITE, data, warm

TODAY = date(2026, 11, 22)


def test_each_level_comes_after_its_time_and_there_is_none_above_head_office() -> None:
    """Raised at 0, next level after 15 minutes: levels 1, 2, 3 and no further; each with the moment it was due."""
    after = 15 * MINUTE_MS
    moments = [0, after - 1, after, 2 * after - 1, 2 * after, 99 * after]
    assert [level(0, at, after) for at in moments] == [1, 1, 2, 2, 3, 3]
    assert [due_ms(0, at, after) for at in (1, 2, 3)] == [0, after, 2 * after]


@pytest.fixture
def telemetry(tmp_path: Path) -> Telemetry:
    return Telemetry(tmp_path / "telemetry.db")


def look(telemetry: Telemetry, sensor: AssignedSensor, today: date = TODAY) -> list[str]:
    with telemetry.transaction() as db:
        return [str(event.data["what"]) for event in look_after(db, [sensor], today, NOW_MS)]


def battery(telemetry: Telemetry, seq: int, percent: str) -> None:
    told = warm(seq, NOW_MS + seq * MINUTE_MS, percent)
    reading = msgspec.structs.replace(told, quantity="battery", unit="%")
    ingest(telemetry, SITE, Rules([FRIDGE]), [data(reading)], NOW_MS + seq * MINUTE_MS)


def test_a_flat_battery_is_told_once_and_its_change_once(telemetry: Telemetry) -> None:
    """At 15 % flat, at 18 % still, at 90 % changed; the fridge's own state stays what it is."""
    assert look(telemetry, FRIDGE) == []
    battery(telemetry, 1, "15")
    assert look(telemetry, FRIDGE) == ["battery_flat"]
    assert look(telemetry, FRIDGE) == []
    (now,) = telemetry.latest([FRIDGE], NOW_MS)
    assert now.conditions == ["battery_flat"]
    battery(telemetry, 2, "18")
    assert look(telemetry, FRIDGE) == []
    battery(telemetry, 3, "90")
    assert look(telemetry, FRIDGE) == ["battery_flat_over"]
    kinds = [kind for (kind,) in telemetry.rows("SELECT kind FROM pending")]
    assert kinds == ["sensing.report_condition"] * 2
    telemetry.close()


def test_a_calibration_counts_on_its_last_day_and_not_on_the_next(telemetry: Telemetry) -> None:
    """Due on 22 November: in order that day, overdue on the 23rd, in order again with a new date."""
    due = msgspec.structs.replace(FRIDGE, cal_due=TODAY)
    assert look(telemetry, due) == []
    assert look(telemetry, due, date(2026, 11, 23)) == ["calibration_overdue"]
    renewed = msgspec.structs.replace(FRIDGE, cal_due=date(2027, 11, 22))
    assert look(telemetry, renewed, date(2026, 11, 23)) == ["calibration_overdue_over"]
    telemetry.close()
