"""What each night's run worked out: a line for every product in every store, and what sister stores could give.

Derived rows, kept for the newest nights only. What becomes an order is a fact with the same terms (0036).
"""

from __future__ import annotations

from cloud.store.columns import number, tenant_table, words
from cloud.store.ledger_tables import METADATA

REPLENISHMENT_RUN = tenant_table(
    "replenishment_run",
    METADATA,
    words("day", key=True),
    words("state"),
    words("forecaster"),
    number("made_ms"),
    number("lines"),
    number("ordered"),
    number("degraded"),
)
"""`day` is the business day the orders are for. `state` is reckoned (the lines stand) or suggested (the orders stand
as suggestions too); `ordered` counts lines above zero."""

REPLENISHMENT_LINE = tenant_table(
    "replenishment_line",
    METADATA,
    words("day", key=True),
    words("store", key=True),
    words("sku", key=True),
    words("supplier"),
    number("qty"),
    number("unit_cost"),
    words("why"),
    words("suggestion"),
    words("terms"),
)
"""`why` is why so much or nothing is ordered (`evening.Why`); `suggestion` is the suggested order the line stands in;
`terms` is the whole sum as JSON, empty where there is nothing to reckon with."""

REPLENISHMENT_GIFT = tenant_table(
    "replenishment_gift",
    METADATA,
    words("day", key=True),
    words("sku", key=True),
    words("from_store", key=True),
    words("to_store", key=True),
    number("qty"),
    number("spare"),
)
"""What a sister store could give instead of a purchase; `spare` is what it had to spare before."""
