"""Head office's word about single facts of a store: which copy of an op counts, and which facts never do.

Two boxes of one store may each hold a copy of one op. Each would let another one count, and both could differ from
head office. So its verdict travels down like master data, one row a fact, and rows at the store are made by it. A
row speaks only of facts that head office has; what was recorded since counts until it has been seen there.
"""

from __future__ import annotations

from shared.ledger.projection import Table, number, text
from shared.quarantine.projection import SETTLED_FACT

SUPERSEDED_FACT = Table(
    "superseded_fact",
    (text("store"), text("log"), number("seq")),
    (text("by_log"), number("by_seq"), number("by_own")),
    keeper="cloud",
    scope="store",
)
"""The fact has no effect: its op counts as the facts from `by_seq` of `by_log` on, which is a log of the same store
where `by_own` is 1."""

VERDICT_TABLES = (SETTLED_FACT, SUPERSEDED_FACT)
