"""Every hour: the business days that are over are sealed, so that head office knows their books to be whole (R5).

A day is sealed some hours after its cut-off: phones that were in a cellar have spoken by then. What comes later still
counts; it is a late arrival. A node that was off seals on its next start, and one seal speaks for all days before it.
"""

from __future__ import annotations

from datetime import date, timedelta

from edge.intake.ids import op_id
from edge.intake.pending import owe
from edge.jobs.job import Context, Every, Job
from edge.ledger.reader import ReadView
from shared.accounting.commands import SealDay
from shared.accounting.projection import SEALED
from shared.business_day import business_date
from shared.ledger.view import row

GRACE_MS = 3 * 3_600_000
"""So long after its cut-off a day stays open for phones that come late."""

_BORN = "SELECT min(born_ms) FROM log"


def run(context: Context) -> str:
    now_ms = context.now_ms()
    timezone, cutoff_minutes = context.business_clock()
    over = business_date(now_ms - GRACE_MS, timezone, cutoff_minutes) - timedelta(days=1)
    with context.readers.lend() as connection:
        (born_ms,) = connection.execute(_BORN).fetchone()
        sealed = row(ReadView(connection), SEALED, "day")
    if born_ms is None or business_date(born_ms, timezone, cutoff_minutes) > over:
        return "nothing to seal"
    if sealed is not None and date.fromisoformat(str(sealed["through"])) >= over:
        return "sealed already"
    with context.intake.telemetry.transaction() as db:
        owe(db, op_id(_midnight_ms(over), "seal_day", context.store), SealDay(through=over), now_ms, now_ms)
    context.intake.pump.wake()
    return f"sealed through {over.isoformat()}"


def _midnight_ms(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400_000


JOB = Job(name="seal_days", due=Every(3600), missed="once", run=run)
