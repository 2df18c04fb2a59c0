"""Every minute: credit that head office recalled, and what is left of cancelled customers' orders, is given back.

How much that is decides the writer at the moment it records it, so a sale on account cannot slip in between.
"""

from __future__ import annotations

from edge.intake.ids import op_id
from edge.intake.pending import owe
from edge.jobs.job import Context, Every, Job
from shared.credit.commands import GiveBack

_RECALLED = (
    "SELECT l.customer, l.recall FROM credit_lease l LEFT JOIN credit_use u ON u.customer = l.customer "
    "WHERE l.store = ? AND l.recall IS NOT NULL AND coalesce(u.recall, '') != l.recall ORDER BY l.customer"
)
_CANCELLED = (
    "SELECT o.customer, o.order_id, coalesce(u.used, 0) FROM customer_order o "
    "LEFT JOIN customer_order_use u ON u.order_id = o.order_id "
    "WHERE o.store = ? AND o.state = 'cancelled' AND o.reserved > coalesce(u.used, 0) ORDER BY o.order_id"
)


def run(context: Context) -> str:
    now_ms = context.now_ms()
    with context.readers.lend() as connection:
        recalled = connection.execute(_RECALLED, (context.store,)).fetchall()
        cancelled = connection.execute(_CANCELLED, (context.store,)).fetchall()
    if recalled or cancelled:
        with context.intake.telemetry.transaction() as db:
            for customer, recall in recalled:
                answer = GiveBack(customer=customer, recall=recall)
                owe(db, op_id(0, "give_back", customer, recall), answer, now_ms, now_ms)
            for customer, order, used in cancelled:
                rest = GiveBack(customer=customer, order=order)
                owe(db, op_id(0, "give_back_order", order, used), rest, now_ms, now_ms)
        context.intake.pump.wake()
    return f"{len(recalled) + len(cancelled)} given back"


JOB = Job(name="give_back_credit", due=Every(60), missed="skip", run=run, recorded=False)
"""Not recorded: it looks at the present, and is refused where there is nothing to give back any more."""
