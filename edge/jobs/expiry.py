"""The expiry ladder: which lots on hand have thirty, fifteen, seven, three days left, or none (F27).

What is near its date follows from stock and the business day, so nothing is recorded; the hourly run tells open
screens to look again, since a new day moves every lot a step down without any fact.
"""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from edge.jobs.job import Context, Every, Job
from edge.ledger.reader import Readers

LADDER_DAYS = (30, 15, 7, 3)

_NEAR = (
    "SELECT stock.sku, stock.lot, lot.expiry, sum(stock.qty) FROM lot JOIN stock USING (sku, lot) "
    "WHERE lot.expiry <= ? AND (location LIKE 'store/%' OR location LIKE 'hold/%') AND qty > 0 "
    "GROUP BY stock.sku, stock.lot ORDER BY lot.expiry, stock.sku, stock.lot"
)


class NearExpiry(msgspec.Struct, frozen=True):
    """A lot on the ladder. `step` is the number of days of its rung, 0 for what may not be sold any more."""

    sku: str
    lot: str
    expiry: date
    days_left: int
    step: int
    qty: int


def near_expiry(readers: Readers, today: date, days: int = LADDER_DAYS[0]) -> list[NearExpiry]:
    """Lots on hand with at most so many days left, first to go first."""
    with readers.lend() as connection:
        rows = connection.execute(_NEAR, ((today + timedelta(days=days)).isoformat(),)).fetchall()
    found = []
    for sku, lot, expiry_text, qty in rows:
        expiry = date.fromisoformat(expiry_text)
        left = (expiry - today).days
        found.append(NearExpiry(sku, lot, expiry, left, step(left), qty))
    return found


def step(days_left: int) -> int:
    """The rung: 3 for one to three days, 7 for up to seven … and 0 once the date is past.

    On its last day (0 left) a lot may still be sold and stands on the lowest rung.
    """
    if days_left < 0:
        return 0
    return min((rung for rung in LADDER_DAYS if days_left <= rung), default=LADDER_DAYS[0])


def run(context: Context) -> str:
    lots = near_expiry(context.readers, date.fromisoformat(context.today()), days=7)
    context.live.publish("expiry", {"lots": len(lots)})
    return f"{len(lots)} lots"


JOB = Job(name="expiry", due=Every(3600), missed="once", run=run)
