"""How complete a report is: which stores' facts are all here up to the end of the period, by each node's watermark.

A node says with every hello what it has not sent yet. So its facts are here up to that moment, or up to its oldest
unsent one; a store that was never heard, or whose facts are not all projected, is not complete.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import and_, func, select

from cloud.reports.asked import Question, of_stores, store_names
from cloud.reports.dataset import Behind
from cloud.reports.how_are_the_nodes import LATE_MS
from cloud.store.ledger_tables import LOG, NODE, PROJ_CURSOR
from cloud.store.projected import table_of
from cloud.store.tenant import Reading
from shared.business_day import day_ends_ms
from shared.catalogue.projection import STORE


def stores_behind(reading: Reading, asked: Question, now_ms: int) -> tuple[int, tuple[Behind, ...]]:
    """How many stores the question is about, and those whose facts are not all here.

    A period that still runs needs facts up to a quarter of an hour ago, because nodes speak every few minutes.
    """
    names = store_names(reading, asked.stores)
    table = table_of(STORE)
    ends = {
        row.store: min(_end(asked.last, row.timezone, int(row.cutoff_minutes)), now_ms - LATE_MS)
        for row in reading.all(
            select(table.c.store, table.c.timezone, table.c.cutoff_minutes).where(
                of_stores(asked, table, "store")
            )
        )
    }
    nodes = {row.node_id: row for row in reading.all(select(NODE).where(of_stores(asked, NODE)))}
    waiting = _not_projected(reading, asked)
    behind = []
    for store, name in names.items():
        node = nodes.get(store)
        up_to_ms = 0
        if node is not None:
            heard_ms = max(int(node.last_hello_ms), int(node.last_push_ms))
            up_to_ms = int(node.oldest_unsent_ms) if node.unsent and node.oldest_unsent_ms else heard_ms
        if not up_to_ms or up_to_ms < ends[store] or store in waiting:
            behind.append(Behind(store=store, name=name, up_to_ms=up_to_ms or None))
    return len(names), tuple(behind)


def _end(last: date, timezone: str, cutoff_minutes: int) -> int:
    return day_ends_ms(last, timezone or "UTC", cutoff_minutes)


def _not_projected(reading: Reading, asked: Question) -> set[str]:
    """Stores with facts that have come in and are not in the rows yet."""
    joined = LOG.outerjoin(
        PROJ_CURSOR, and_(PROJ_CURSOR.c.tenant_id == LOG.c.tenant_id, PROJ_CURSOR.c.log_id == LOG.c.log_id)
    )
    rows = reading.all(
        select(LOG.c.node_id)
        .select_from(joined)
        .where(of_stores(asked, LOG), LOG.c.head_seq > func.coalesce(PROJ_CURSOR.c.seq, 0))
        .distinct()
    )
    return {row.node_id for row in rows}
