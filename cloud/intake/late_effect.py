"""A fact that takes effect after facts that follow it in its log: its rows come out as if it had never waited.

Sums do not mind the order. What overwrites does: a receipt released a week late must not give a lot the dates of a
week ago when a later receipt has said otherwise. So where such a row stands already, the later facts of the same node
that touch it are projected again, and only what they leave of the late one is written.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, or_, select, tuple_

from cloud.intake.reading_facts import Ready, Stored, read
from cloud.store.ledger_tables import EVENT, FACT, LOG, QUARANTINE, SUPERSEDED
from cloud.store.projected import NODE_ID, is_cloud_kept, table_of
from cloud.store.tenant import Reading, mine
from shared.ledger.fact import kind_and_version
from shared.ledger.projection import Cell, Change, Key, changed, projections

_AT_ONCE = 500
Rows = dict[tuple[str, Key], Change]


def in_its_place(reading: Reading, late: Ready) -> list[Change]:
    """The changes of a late fact, less what facts behind it in the node's history have overwritten since."""
    contested = {
        (change.table.name, change.key): change
        for change in late.changes
        if change.shape.puts and _stands(reading, late.stored.node, change)
    }
    if not contested:
        return late.changes
    later = _later(reading, late.stored, contested)
    return [
        _less(change, later[name]) if (name := (change.table.name, change.key)) in later else change
        for change in late.changes
    ]


def _stands(reading: Reading, node: str, change: Change) -> bool:
    table = table_of(change.table)
    wanted = [mine(table)]
    if not is_cloud_kept(change.table):
        wanted.append(table.c[NODE_ID] == node)
    wanted += [
        table.c[column.name] == cell for column, cell in zip(change.table.key, change.key, strict=True)
    ]
    return reading.first(select(table.c.tenant_id).where(*wanted)) is not None


def _less(late: Change, later: Change) -> Change:
    """The late change so that, written now, it leaves the row as if the later one had come after it."""
    added, put_later = later.add, later.put
    add = {name: amount for name, amount in late.add.items() if name not in put_later}
    put = {name: _plus(cell, added.get(name, 0)) for name, cell in late.put.items() if name not in put_later}
    return changed(late.table, late.key, add, put)


def _plus(cell: Cell, amount: int) -> Cell:
    return cell + amount if isinstance(cell, int) else cell


def _later(reading: Reading, late: Stored, contested: Rows) -> Rows:
    """What the facts behind the late one do to those rows, folded."""
    found: Rows = {}
    for stored in _facts_behind(reading, late, {table for table, _ in contested}):
        outcome = read(stored, set())
        if not isinstance(outcome, Ready):
            continue
        for change in outcome.changes:
            name = (change.table.name, change.key)
            if name in contested:
                found[name] = found[name].then(change) if name in found else change
    return found


def _facts_behind(reading: Reading, late: Stored, tables: set[str]) -> Iterator[Stored]:
    """The node's facts with an effect on those tables that come after the late one, in their order."""
    kinds = {
        kind_and_version(fact.kind)[0]
        for projection in projections("cloud")
        if tables & {table.name for table in projection.tables}
        for fact in projection.facts
    }
    epoch = reading.scalar(select(LOG.c.epoch).where(mine(LOG), LOG.c.log_id == late.log))
    names = reading.all(
        select(FACT.c.log_id, FACT.c.seq)
        .join(LOG, and_(LOG.c.tenant_id == FACT.c.tenant_id, LOG.c.log_id == FACT.c.log_id))
        .where(
            mine(FACT),
            FACT.c.node_id == late.node,
            or_(LOG.c.epoch > epoch, and_(LOG.c.epoch == epoch, FACT.c.seq > late.seq)),
            FACT.c.kind.in_(sorted(kinds)),
        )
        .order_by(LOG.c.epoch, FACT.c.seq)
    )
    for start in range(0, len(names), _AT_ONCE):
        part = [(bytes(row.log_id), row.seq) for row in names[start : start + _AT_ONCE]]
        without = _without_effect(reading, part)
        rows = reading.all(
            select(EVENT.c.log_id, EVENT.c.seq, EVENT.c.bytes).where(
                mine(EVENT), EVENT.c.node_id == late.node, tuple_(EVENT.c.log_id, EVENT.c.seq).in_(part)
            )
        )
        stored = {(bytes(row.log_id), row.seq): bytes(row.bytes) for row in rows}
        for name in part:
            if name not in without:
                yield Stored(late.node, *name, stored[name])


def _without_effect(reading: Reading, names: list[tuple[bytes, int]]) -> set[tuple[bytes, int]]:
    found: set[tuple[bytes, int]] = set()
    for table, more in ((SUPERSEDED, None), (QUARANTINE, QUARANTINE.c.state != "released")):
        wanted: list[ColumnElement[bool]] = [mine(table), tuple_(table.c.log_id, table.c.seq).in_(names)]
        if more is not None:
            wanted.append(more)
        rows = reading.all(select(table.c.log_id, table.c.seq).where(*wanted))
        found |= {(bytes(row.log_id), row.seq) for row in rows}
    return found
