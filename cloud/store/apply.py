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

from sqlalchemy import Table as SqlTable
from sqlalchemy import select, tuple_

from cloud.store import feed
from cloud.store.projected import NODE_ID, VER, is_cloud_kept, projected, table_of
from cloud.store.tenant import Cells, Writing, mine
from shared.ledger.projection import Cell, Change, Key, Table

Pile = dict[str, tuple[Table, dict[Key, Change]]]
"""Per table what all changes so far do to each row together."""

_AT_ONCE = 300


def fold(changes: Iterable[Change], pile: Pile | None = None) -> Pile:
    """The changes per table and row, on top of what is piled already."""
    pile = {} if pile is None else pile
    for change in changes:
        shape, key = change.shape, change.key
        held = pile.get(shape.name)
        if held is None:
            held = pile[shape.name] = (shape.table, {})
        rows = held[1]
        before = rows.get(key)
        rows[key] = change if before is None else before.then(change)
    return pile


def write(writing: Writing, node: str, pile: Pile, batch: bytes) -> bool:
    """Write the folded changes of one node's facts; returns whether rows went to the feed."""
    fed = False
    for name in sorted(pile):
        table, rows = pile[name]
        ordered = sorted(rows.items(), key=_key_first)
        if is_cloud_kept(table):
            _write_cloud_kept(writing, table, ordered, batch)
            fed = fed or table.fed
        else:
            _write_node_kept(writing, node, table, ordered)
    return fed


_key_first: Callable[[tuple[Key, Change]], Any] = itemgetter(0)


def _write_node_kept(writing: Writing, node: str, table: Table, rows: list[tuple[Key, Change]]) -> None:
    sql_table = table_of(table)
    for (adds, puts), cells in _by_statement(rows).items():
        columns = [NODE_ID, *(column.name for column in table.key), *adds, *puts]
        owned = [(node, *row) for row in cells]
        writing.many(sql_table, columns, owned, _otherwise(table.name, adds, puts))


def _write_cloud_kept(writing: Writing, table: Table, rows: list[tuple[Key, Change]], batch: bytes) -> None:
    sql_table = table_of(table)
    keys = [key for key, _ in rows]
    scope_moves = table.fed and bool(table.scope) and all(column.name != table.scope for column in table.key)
    before = _rows_of(writing, table, sql_table, keys) if scope_moves else {}
    for (adds, puts), cells in _by_statement(rows).items():
        columns = [*(column.name for column in table.key), *adds, *puts, VER]
        versioned = [(*row, 1) for row in cells]
        writing.many(sql_table, columns, versioned, _otherwise(table.name, adds, puts))
    if not table.fed:
        return
    after = _rows_of(writing, table, sql_table, keys)
    feed.emit(writing, batch, [_fed(table, key, before.get(key), after[key]) for key in keys])


Columns = tuple[tuple[str, ...], tuple[str, ...]]
"""Which columns a statement sums and which it overwrites."""


def _by_statement(rows: list[tuple[Key, Change]]) -> dict[Columns, list[tuple[Cell, ...]]]:
    """The rows' cells, key first, by the statement that writes them.

    Adding nothing changes nothing, so rows of different facts can share one statement.
    """
    shapes = {change.shape for _, change in rows}
    if len(shapes) == 1:
        (shape,) = shapes
        return {(shape.adds, shape.puts): [key + change.cells for key, change in rows]}
    every_add = tuple(sorted({name for shape in shapes for name in shape.adds}))
    found: dict[Columns, list[tuple[Cell, ...]]] = {}
    for key, change in rows:
        add, puts = change.add, change.shape.puts
        adds = tuple(name for name in every_add if name not in puts)
        sums = [add.get(name, 0) for name in adds]
        found.setdefault((adds, puts), []).append((*key, *sums, *change.put.values()))
    return found


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
