"""Facts that take effect after facts that follow them in their store's history: rows come out as if none had waited.

Sums do not mind the order. What overwrites does: a receipt released a week late, or brought by the other of two boxes,
must not give a lot the dates of a week ago when a later receipt has said otherwise. So where such a row stands
already, the later facts of the same node that touch it are projected again, and only what they leave of the late
ones is written. The history of a store is the order of its logs, parents first: by it rows are made again, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, and_, or_, select, tuple_

from cloud.intake.log_order import applied_behind, applied_of
from cloud.intake.reading_facts import Ready, Stored, read
from cloud.store.apply import Pile, fold
from cloud.store.ledger_tables import EVENT, FACT, QUARANTINE, SUPERSEDED
from cloud.store.projected import NODE_ID, is_cloud_kept, table_of
from cloud.store.tenant import Reading, mine
from shared.ledger.fact import kind_and_version
from shared.ledger.projection import Cell, Change, Key, changed, projections

_AT_ONCE = 500
Rows = dict[tuple[str, Key], Change]


def in_their_place(reading: Reading, last: Stored, pile: Pile, *, late: bool) -> Pile:
    """What a run of facts up to `last` leaves, less what facts behind it in the node's history have overwritten.

    `late`: facts of its own log have gone before it. Otherwise only another log can have.
    """
    behind = applied_behind(reading, last.node, last.log)
    if not late and not behind:
        return pile
    changes = [change for _, rows in pile.values() for change in rows.values()]
    return fold(_less_what_followed(reading, last, behind, changes))


def in_new_order(reading: Reading, node: str, before: Sequence[bytes]) -> Pile:
    """What rows say last, where logs that have taken effect stand otherwise than `before`; nothing where they do not.

    A log that becomes known may be what others grew from, and moves them behind itself and those beside it.
    Sums stay; a cell that was overwritten by logs which have moved gets what the last of them says now.
    """
    now = applied_of(reading, node)
    if now == list(before):
        return {}
    same = next(at for at, (log, was) in enumerate(zip(now, before, strict=True)) if log != was)
    pile: Pile = {}
    for stored in _facts(reading, node, now[same:], FACT.c.kind != ""):
        outcome = read(stored, set())
        if isinstance(outcome, Ready):
            fold(outcome.changes, pile)
    return {
        name: (
            table,
            {key: changed(table, key, put=change.put) for key, change in rows.items() if change.put},
        )
        for name, (table, rows) in pile.items()
    }


def _less_what_followed(
    reading: Reading, late: Stored, behind: Sequence[bytes], changes: list[Change]
) -> list[Change]:
    contested = {
        (change.table.name, change.key): change
        for change in changes
        if change.shape.puts and _stands(reading, late.node, change)
    }
    if not contested:
        return changes
    later = _later(reading, late, behind, contested)
    return [
        _less(change, later[name]) if (name := (change.table.name, change.key)) in later else change
        for change in changes
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


def _later(reading: Reading, late: Stored, behind: Sequence[bytes], contested: Rows) -> Rows:
    """What the facts behind the late one do to those rows, folded."""
    found: Rows = {}
    for stored in _facts_behind(reading, late, behind, {table for table, _ in contested}):
        outcome = read(stored, set())
        if not isinstance(outcome, Ready):
            continue
        for change in outcome.changes:
            name = (change.table.name, change.key)
            if name in contested:
                found[name] = found[name].then(change) if name in found else change
    return found


def _facts_behind(
    reading: Reading, late: Stored, behind: Sequence[bytes], tables: set[str]
) -> Iterator[Stored]:
    """The node's facts with an effect on those tables that come after the late one, in their order."""
    kinds = {
        kind_and_version(fact.kind)[0]
        for projection in projections("cloud")
        if tables & {table.name for table in projection.tables}
        for fact in projection.facts
    }
    its_rest = and_(FACT.c.log_id == late.log, FACT.c.seq > late.seq)
    wanted = and_(or_(FACT.c.log_id.in_(behind), its_rest), FACT.c.kind.in_(sorted(kinds)))
    return _facts(reading, late.node, [late.log, *behind], wanted)


def _facts(
    reading: Reading, node: str, logs: Sequence[bytes], wanted: ColumnElement[bool]
) -> Iterator[Stored]:
    """The wanted facts of these logs that have an effect, in this order."""
    place = {log: number for number, log in enumerate(logs)}
    names = reading.all(
        select(FACT.c.log_id, FACT.c.seq).where(
            mine(FACT), FACT.c.node_id == node, FACT.c.log_id.in_(logs), wanted
        )
    )
    names = sorted(names, key=lambda row: (place[bytes(row.log_id)], row.seq))
    for start in range(0, len(names), _AT_ONCE):
        part = [(bytes(row.log_id), row.seq) for row in names[start : start + _AT_ONCE]]
        without = _without_effect(reading, part)
        rows = reading.all(
            select(EVENT.c.log_id, EVENT.c.seq, EVENT.c.bytes).where(
                mine(EVENT), EVENT.c.node_id == node, tuple_(EVENT.c.log_id, EVENT.c.seq).in_(part)
            )
        )
        stored = {(bytes(row.log_id), row.seq): bytes(row.bytes) for row in rows}
        for name in part:
            if name not in without:
                yield Stored(node, *name, stored[name])


def _without_effect(reading: Reading, names: list[tuple[bytes, int]]) -> set[tuple[bytes, int]]:
    found: set[tuple[bytes, int]] = set()
    for table, more in ((SUPERSEDED, None), (QUARANTINE, QUARANTINE.c.state != "released")):
        wanted: list[ColumnElement[bool]] = [mine(table), tuple_(table.c.log_id, table.c.seq).in_(names)]
        if more is not None:
            wanted.append(more)
        rows = reading.all(select(table.c.log_id, table.c.seq).where(*wanted))
        found |= {(bytes(row.log_id), row.seq) for row in rows}
    return found
