"""From a projection's changes to rows: the cloud's adapter, equal to `shared.ledger.view.changed_row`.

Changes of many facts are first folded per row, then written with one upsert per row, sorted by key, so that a
thousand sales of one SKU touch its row once and two workers take rows in the same order. Cloud-kept rows count
their version and go to the feed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import Table as SqlTable
from sqlalchemy import select, tuple_

from cloud.store import feed
from cloud.store.projected import NODE_ID, VER, is_cloud_kept, projected, table_of
from cloud.store.tenant import Cells, Writing, mine
from shared.ledger.projection import Cell, Change, Key, Table


class Folded(msgspec.Struct):
    """What several changes do to one row together."""

    add: dict[str, int]
    put: dict[str, Cell]
    gone: bool = False
    """What stood there before is taken away; `present` says whether something stands there after."""
    present: bool = True

    def take(self, change: Change) -> None:
        """Follow with one more change."""
        if change.gone:
            self.add, self.put, self.gone, self.present = {}, {}, True, False
            return
        self.present = True
        adds, puts = self.add, self.put
        for name, amount in change.add.items():
            if name in puts:
                held = puts[name]
                assert isinstance(held, int)
                puts[name] = held + amount
            else:
                adds[name] = adds.get(name, 0) + amount
        if change.put:
            for name in change.put.keys() & adds.keys():
                del adds[name]
            puts.update(change.put)


_AT_ONCE = 300
Pile = dict[str, tuple[Table, dict[Key, Folded]]]


def fold(changes: Iterable[Change], pile: Pile | None = None) -> Pile:
    """The changes per table and row, on top of what is piled already."""
    pile = {} if pile is None else pile
    for change in changes:
        table = change.table
        held = pile.get(table.name)
        if held is None:
            held = pile[table.name] = (table, {})
        rows = held[1]
        folded = rows.get(change.key)
        if folded is None:
            folded = rows[change.key] = Folded({}, {})
        folded.take(change)
    return pile


def write(writing: Writing, node: str, pile: Pile, batch: bytes) -> bool:
    """Write the folded changes of one node's facts; returns whether rows went to the feed."""
    fed = False
    for name in sorted(pile):
        table, rows = pile[name]
        ordered = sorted(rows.items(), key=_key_first)
        if is_cloud_kept(table):
            _write_cloud_kept(writing, table, ordered, batch)
            fed = True
        else:
            _write_node_kept(writing, node, table, ordered)
    return fed


_key_first: Callable[[tuple[Key, Folded]], Any] = itemgetter(0)


def _write_node_kept(writing: Writing, node: str, table: Table, rows: list[tuple[Key, Folded]]) -> None:
    gone = [(writing.tenant, node, *key) for key, folded in rows if folded.gone]
    if gone:
        writing.connection.exec_driver_sql(_delete_sql(table.name, writing.is_sqlite), gone)
    # Adding nothing changes nothing, so rows of different facts can share one statement.
    adds = tuple(sorted({name for _, folded in rows for name in folded.add}))
    shapes: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for key, folded in rows:
        if not folded.present:
            continue
        puts = tuple(folded.put)
        shared_adds = [folded.add.get(name, 0) for name in adds if name not in folded.put]
        shapes.setdefault(puts, []).append((node, *key, *shared_adds, *folded.put.values()))
    for puts, cells in shapes.items():
        kept = tuple(name for name in adds if name not in puts)
        sql_table = table_of(table)
        columns = [NODE_ID, *(column.name for column in table.key), *kept, *puts]
        writing.many(sql_table, columns, cells, _otherwise(table.name, kept, puts))


def _write_cloud_kept(writing: Writing, table: Table, rows: list[tuple[Key, Folded]], batch: bytes) -> None:
    assert not any(folded.gone for _, folded in rows), f"{table.name} is cloud-kept: give its rows a state"
    sql_table = table_of(table)
    keys = [key for key, _ in rows]
    scope_moves = bool(table.scope) and all(column.name != table.scope for column in table.key)
    before = _rows_of(writing, table, sql_table, keys) if scope_moves else {}
    adds = tuple(sorted({name for _, folded in rows for name in folded.add}))
    shapes: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for key, folded in rows:
        shared_adds = [folded.add.get(name, 0) for name in adds if name not in folded.put]
        shapes.setdefault(tuple(folded.put), []).append((*key, *shared_adds, *folded.put.values(), 1))
    for puts, cells in shapes.items():
        kept = tuple(name for name in adds if name not in puts)
        columns = [*(column.name for column in table.key), *kept, *puts, VER]
        writing.many(sql_table, columns, cells, _otherwise(table.name, kept, puts))
    after = _rows_of(writing, table, sql_table, keys)
    feed.emit(writing, batch, [_fed(table, key, before.get(key), after[key]) for key in keys])


def _rows_of(writing: Writing, table: Table, sql_table: SqlTable, keys: list[Key]) -> dict[Key, Cells]:
    """The rows of these keys as they stand now."""
    columns = [sql_table.c[column.name] for column in table.key]
    found: dict[Key, Cells] = {}
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        wanted = columns[0].in_([key[0] for key in part]) if len(columns) == 1 else tuple_(*columns).in_(part)
        for row in writing.all(select(sql_table).where(mine(sql_table), wanted)):
            cells = {column.name: row._mapping[column.name] for column in sql_table.c}
            found[tuple(cells[column.name] for column in table.key)] = cells
    return found


def _fed(table: Table, key: Key, before: Cells | None, after: Cells) -> feed.FeedChange:
    stores = _stores_of(table, after)
    left = _stores_of(table, before) - stores if before is not None and stores else frozenset()
    return feed.FeedChange(
        table=table.name,
        key=key,
        ver=after[VER],
        body={column.name: after[column.name] for column in table.columns},
        stores=stores,
        lost_by=left,
    )


def _stores_of(table: Table, row: Cells) -> frozenset[str]:
    store = row[table.scope] if table.scope else ""
    return frozenset((str(store),)) if store else frozenset()


def _key_columns(table: SqlTable) -> list[str]:
    return [column.name for column in table.primary_key]


@cache
def _delete_sql(name: str, is_sqlite: bool) -> str:
    mark = "?" if is_sqlite else "%s"
    matches = " AND ".join(f'"{column}" = {mark}' for column in _key_columns(_named(name)))
    return f'DELETE FROM "{name}" WHERE {matches}'  # noqa: S608 - names are our own definitions


@cache
def _otherwise(name: str, adds: tuple[str, ...], puts: tuple[str, ...]) -> str:
    """What becomes of a row that is there already: sums added to, the rest overwritten.

    `t.n` is qualified, PostgreSQL calls a bare n ambiguous.
    """
    keys = _key_columns(_named(name))
    sets = [f'"{column}" = "{name}"."{column}" + excluded."{column}"' for column in adds]
    sets += [f'"{column}" = excluded."{column}"' for column in puts]
    if NODE_ID not in keys:
        sets.append(f'"{VER}" = "{name}"."{VER}" + 1')
    target = ", ".join(f'"{column}"' for column in keys)
    return f"ON CONFLICT ({target}) DO " + (f"UPDATE SET {', '.join(sets)}" if sets else "NOTHING")


def _named(name: str) -> SqlTable:
    return projected()[name]
