"""Two boxes under one node's name: seen by how logs grow, and settled by a person; nothing either wrote is dropped.

A writer never returns to a log it has left. So a log that grows past the point a younger one grew from, or after
a younger one was begun beside it, is written by another box: a twin. A box that was replaced and wakes up still
delivers what it holds; that is accepted as `late` and carries the alarm until somebody has looked.
"""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import Row, and_, bindparam, or_, select, update

from cloud.store.ledger_tables import LOG
from cloud.store.tenant import TenantStore, Writing, mine
from shared.errors import DomainError
from shared.ledger.lineage import ancestors

TWIN = "twin"
LATE = "late"
GAP = "gap"
"""Facts this log grew from are held by nobody any more."""
Choice = Literal["seal", "keep"]


_GREW_FROM_IT = LOG.c.parent_log == bindparam("the_log")
_SIGNS = select(LOG.c.log_id).where(
    mine(LOG),
    LOG.c.node_id == bindparam("the_node"),
    or_(
        and_(_GREW_FROM_IT, LOG.c.parent_seq < bindparam("the_head")),
        # One that grew from this very log follows it; only one beside it tells of a second writer.
        and_(
            ~_GREW_FROM_IT,
            LOG.c.epoch > bindparam("the_epoch"),
            LOG.c.state == "open",
            LOG.c.head_seq > 0,
        ),
    ),
)
_SIGN = _SIGNS.limit(1)


def alarm_of(writing: Writing, log: Row[Any], head: int) -> str:
    """The alarm of an open log that has just grown to `head`; what it carries already stays."""
    if log.state != "open":
        return str(log.alarm)
    asked = {"the_node": log.node_id, "the_log": log.log_id, "the_epoch": log.epoch, "the_head": head}
    if writing.first(_SIGN, asked) is None:
        return str(log.alarm)
    signs = {bytes(row.log_id) for row in writing.all(_SIGNS, asked)}
    return TWIN if signs - _ancestors(writing, log) else str(log.alarm)


def _ancestors(writing: Writing, log: Row[Any]) -> set[bytes]:
    """What the log grew from is no other box, though a head office that was put back may have got it later."""
    rows = writing.all(select(LOG.c.log_id, LOG.c.parent_log).where(mine(LOG), LOG.c.node_id == log.node_id))
    return ancestors(bytes(log.log_id), ((bytes(row.log_id), bytes(row.parent_log)) for row in rows))


def mark_late(writing: Writing, log_id: bytes, now_ms: int) -> None:
    """A replaced box has delivered: what it held back in its old log, or what it went on writing in a new one."""
    grown = (mine(LOG), LOG.c.log_id == log_id, LOG.c.last_ms == now_ms)
    writing.change(update(LOG).where(*grown, LOG.c.state == "open").values(state="late", alarm=TWIN))
    writing.change(update(LOG).where(*grown, LOG.c.alarm == "").values(alarm=LATE))


def settle(store: TenantStore, node: str, log_id: bytes, choice: Choice) -> str:
    """Somebody has looked at a log; returns its state. `seal` takes nothing more into it, `keep` lets it go on.

    Of two boxes the operator seals the log of the one that goes and keeps the other's; both stay in the books,
    each op counted once.
    """
    named = (mine(LOG), LOG.c.node_id == node, LOG.c.log_id == log_id)
    with store.writing() as writing:
        log = writing.first(select(LOG.c.state).where(*named).with_for_update())
        if log is None:
            raise DomainError("log_unknown", log=log_id.hex())
        state = "sealed" if choice == "seal" else str(log.state)
        writing.change(update(LOG).where(*named).values(state=state, alarm=""))
        return state
