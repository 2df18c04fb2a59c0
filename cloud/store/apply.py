"""From a projection's changes to rows: the cloud's adapter, equal to `shared.ledger.view.changed_row`.

Changes of many facts are first folded per row, then written with one upsert per row, sorted by key, so that a
thousand sales of one SKU touch its row once and two workers take rows in the same order. Cloud-kept rows count
their version and go to the feed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import Table as SqlTable
from sqlalchemy import select

from cloud.store import feed
from cloud.store.columns import TENANT_ID
from cloud.store.projected import NODE_ID, VER, is_cloud_kept, projected, table_of
from cloud.store.tenant import Writing, mine
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
    sql_table = table_of(table)
    changes = []
    for key, folded in rows:
        assert not folded.gone, (
            f"{table.name} is cloud-kept: give its rows a state instead of taking them away"
        )
        before = _scope_before(writing, table, sql_table, key)
        adds, puts = tuple(folded.add), tuple(folded.put)
        statement = _upsert_one_sql(table.name, adds, puts, writing.is_sqlite)
        cells = (writing.tenant, *key, *folded.add.values(), *folded.put.values())
        after = writing.connection.exec_driver_sql(statement, cells).one()._mapping
        stores = _stores_of(table, after)
        changes.append(
            feed.FeedChange(
                table=table.name,
                key=key,
                ver=after[VER],
                body={column.name: after[column.name] for column in table.columns},
                stores=stores,
                lost_by=frozenset() if before is None or not stores else before - stores,
            )
        )
    feed.emit(writing, batch, changes)


def _stores_of(table: Table, row: Mapping[Any, Any]) -> frozenset[str]:
    store = row[table.scope] if table.scope else ""
    return frozenset((str(store),)) if store else frozenset()


def _scope_before(writing: Writing, table: Table, sql_table: SqlTable, key: Key) -> frozenset[str] | None:
    """The store a row was for, where a change could send it to another one."""
    if not table.scope or any(column.name == table.scope for column in table.key):
        return None
    matches = [sql_table.c[column.name] == cell for column, cell in zip(table.key, key, strict=True)]
    before = writing.scalar(select(sql_table.c[table.scope]).where(mine(sql_table), *matches))
    return frozenset((str(before),)) if before else None


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


@cache
def _upsert_one_sql(name: str, adds: tuple[str, ...], puts: tuple[str, ...], is_sqlite: bool) -> str:
    """One cloud-kept row in, and the row as it is then back."""
    columns = [*_key_columns(_named(name)), *adds, *puts, VER]
    assert columns[0] == TENANT_ID
    marks = ", ".join(["?" if is_sqlite else "%s"] * (len(columns) - 1))
    listed = ", ".join(f'"{column}"' for column in columns)
    return (
        f'INSERT INTO "{name}" ({listed}) VALUES ({marks}, 1) '  # noqa: S608 - names are our own definitions
        f"{_otherwise(name, adds, puts)} RETURNING *"
    )


def _named(name: str) -> SqlTable:
    return projected()[name]
