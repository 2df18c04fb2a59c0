"""Every half minute: excursions that nobody has acknowledged go one level up; batteries and calibrations are seen to.

What is due follows from when the excursion was raised, so a node that was off tells on its next start what it missed,
and each level has a name of its own (excursion, level), so none is told twice.
"""

from __future__ import annotations

from datetime import date

import msgspec

from edge.intake.care import look_after
from edge.intake.ids import op_id
from edge.intake.pending import owe
from edge.intake.rules import ESCALATE_AFTER_S
from edge.jobs.job import Context, Every, Job
from edge.ledger.live import LiveEvent
from shared.sensing.commands import EscalateExcursion
from shared.sensing.escalation import MANAGER, due_ms, level

_OPEN = (
    "SELECT excursion, sensor, place, raised_ms, level FROM excursion "
    "WHERE coalesce(acknowledged_by, '') = '' AND backfilled = 0 AND raised_ms > ? ORDER BY raised_ms"
)
LOOKED_BACK_MS = 7 * 86_400_000
"""An older one was told to everybody long ago."""


class _Unanswered(msgspec.Struct, frozen=True):
    excursion: str
    sensor: str
    place: str
    raised_ms: int
    level: int | None


def run(context: Context) -> str:
    now_ms = context.now_ms()
    sensors = context.intake.rules.all()
    after = {sensor.sensor: sensor.escalate_after_ms for sensor in sensors}
    with context.readers.lend() as connection:
        rows = connection.execute(_OPEN, (now_ms - LOOKED_BACK_MS,)).fetchall()
    told: list[LiveEvent] = []
    with context.intake.telemetry.transaction() as db:
        for one in (_Unanswered(*row) for row in rows):
            after_ms = after.get(one.sensor, ESCALATE_AFTER_S * 1000)
            now_at = level(one.raised_ms, now_ms, after_ms)
            if now_at < MANAGER or now_at <= (one.level or 0):
                continue
            at_ms = due_ms(one.raised_ms, now_at, after_ms)
            command = EscalateExcursion(excursion=one.excursion, level=now_at)
            owe(db, op_id(at_ms, "escalate", one.excursion, now_at), command, at_ms, now_ms)
            told.append(
                LiveEvent(
                    "excursion",
                    {
                        "sensor": one.sensor, "place": one.place, "what": "escalated",
                        "level": now_at, "at": at_ms,
                    },
                )
            )  # fmt: skip
        escalated = len(told)
        told += look_after(db, sensors, date.fromisoformat(context.today()), now_ms)
    for event in told:
        context.live.publish(event.name, event.data)
    context.intake.pump.wake()
    return f"{escalated} escalated"


JOB = Job(name="escalation", due=Every(30), missed="skip", run=run, recorded=False)
"""Not recorded: it looks at the present, and its levels are named by what they say."""
