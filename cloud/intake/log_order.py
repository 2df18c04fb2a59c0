"""In which order head office reads the logs of a store: as they came, but none before the one it grew from.

Rows that the last fact says go by it, here and at the store, which is told it at every hello (docs/decisions/0025).
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

from sqlalchemy import Row, select

from cloud.store.ledger_tables import LOG, PROJ_CURSOR
from cloud.store.tenant import Reading, Writing, mine
from shared.ledger import lineage


def logs_in_order(reading: Reading, nodes: Container[str] | None = None) -> list[Row[Any]]:
    """Every log of every store, parents before children; `nodes` limits them to those stores."""
    found = reading.all(select(LOG).where(mine(LOG)).order_by(LOG.c.node_id, LOG.c.epoch))
    return [log for log in parents_first(found) if nodes is None or log.node_id in nodes]


def logs_of(reading: Reading, node: str) -> list[Row[Any]]:
    """The logs of one store in their order."""
    return parents_first(
        reading.all(select(LOG).where(mine(LOG), LOG.c.node_id == node).order_by(LOG.c.epoch))
    )


def applied_of(reading: Reading, node: str) -> list[bytes]:
    """The logs of one store of which facts have taken effect, in their order."""
    begun = _begun(reading, node)
    return [log for row in logs_of(reading, node) if (log := bytes(row.log_id)) in begun] if begun else []


def applied_behind(reading: Reading, node: str, log_id: bytes) -> list[bytes]:
    """The logs behind this one of which facts have taken effect: seldom any, unless two boxes write for one store."""
    begun = _begun(reading, node)
    if begun <= {log_id}:
        return []
    order = [bytes(row.log_id) for row in logs_of(reading, node)]
    return [log for log in order[order.index(log_id) + 1 :] if log in begun]


def _begun(reading: Reading, node: str) -> set[bytes]:
    rows = reading.all(
        select(PROJ_CURSOR.c.log_id).where(
            mine(PROJ_CURSOR), PROJ_CURSOR.c.node_id == node, PROJ_CURSOR.c.seq > 0
        )
    )
    return {bytes(row.log_id) for row in rows}


def hold(writing: Writing, node: str, *, wait: bool = True) -> bool:
    """Let nobody else apply facts of this store, or change the order of its logs, until the transaction ends.

    Two workers that each apply a log of one store would not see what the other overwrites. The cursor of the
    store's first log is what they take; without `wait`, False while another has it.
    """
    first = writing.scalar(select(LOG.c.log_id).where(mine(LOG), LOG.c.node_id == node, LOG.c.epoch == 1))
    if first is None:
        return True
    the_cursor = (
        select(PROJ_CURSOR.c.seq)
        .where(mine(PROJ_CURSOR), PROJ_CURSOR.c.log_id == bytes(first))
        .with_for_update(skip_locked=not wait)
    )
    if writing.first(the_cursor) is not None:
        return True
    begin(writing, bytes(first), node)
    return writing.first(the_cursor) is not None


def begin(writing: Writing, log_id: bytes, node: str) -> None:
    """A cursor at the start of a log that has none."""
    writing.insert_missing(PROJ_CURSOR, {"log_id": log_id, "node_id": node, "seq": 0, "judged_seq": 0})


def parents_first(logs: Sequence[Row[Any]]) -> list[Row[Any]]:
    """As the projector takes them."""
    known = {bytes(log.log_id): log for log in logs}
    return [
        known[log]
        for log in lineage.parents_first((log, bytes(row.parent_log)) for log, row in known.items())
    ]
