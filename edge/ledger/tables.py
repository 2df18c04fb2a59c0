"""The projections' neutral tables in SQLite: their DDL and the few statements the writer prepares from them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from edge.ledger.dbapi import Connection
from shared.access.kept import KEPT_TABLES
from shared.ledger.projection import Cell, Column, Row, Table, projected_tables
from shared.sync.verdicts import SUPERSEDED_FACT

_TYPES = {"int": "INTEGER", "text": "TEXT", "bytes": "BLOB"}

FEED_POS = "feed_pos"
"""On every table the cloud keeps: the feed position that wrote the row, so that phones can ask what is new."""
FEED_VER = "feed_ver"
"""The row's own count of changes at head office: within a generation old news never overwrites newer."""


@cache
def node_tables() -> tuple[Table, ...]:
    """The tables this node's own facts make."""
    return projected_tables("edge")


@cache
def cloud_tables() -> dict[str, Table]:
    """The tables that arrive by the feed, by name."""
    kept = [table for table in projected_tables("cloud") if table.keeper == "cloud" and table.fed]
    return {table.name: table for table in (*kept, *KEPT_TABLES, SUPERSEDED_FACT)}


def create_statements(table: Table) -> list[str]:
    """CREATE TABLE and its indexes; repeating them changes nothing."""
    columns = [_column(column, in_key=True) for column in table.key]
    columns += [_column(column, in_key=False) for column in table.columns]
    if table.keeper == "cloud":
        columns += [f"{FEED_POS} INTEGER NOT NULL DEFAULT 0", f"{FEED_VER} INTEGER NOT NULL DEFAULT 0"]
    key = ", ".join(_quoted(column.name) for column in table.key)
    ddl = f"CREATE TABLE IF NOT EXISTS {_quoted(table.name)} ({', '.join(columns)}, PRIMARY KEY ({key}))"
    indexes = [*table.indexes, *([(FEED_POS,)] if table.keeper == "cloud" else [])]
    return [f"{ddl} STRICT, WITHOUT ROWID"] + [
        f"CREATE INDEX IF NOT EXISTS {_quoted('_'.join((table.name, 'by', *names)))} "
        f"ON {_quoted(table.name)} ({', '.join(map(_quoted, names))})"
        for names in indexes
    ]


def _column(column: Column, *, in_key: bool) -> str:
    suffix = " NOT NULL" if in_key else (" DEFAULT 0" if column.holds == "int" else "")
    return f"{_quoted(column.name)} {_TYPES[column.holds]}{suffix}"


def _quoted(name: str) -> str:
    assert name.replace("_", "").isalnum(), name
    return f'"{name}"'


@cache
def select_group(table: Table) -> str:
    """All rows of one group: key columns first, then the others."""
    names = ", ".join(_quoted(column.name) for column in (*table.key, *table.columns))
    where = " AND ".join(f"{_quoted(column.name)}=?" for column in table.key[: table.group])
    if table.says_nothing_at_zero:
        where += f" AND {_quoted(table.says_nothing_at_zero)}<>0"
    return f"SELECT {names} FROM {_quoted(table.name)} WHERE {where}"  # noqa: S608 names are our own


@cache
def select_all(table: Table) -> str:
    """Every row in key order: what rebuilt and live are compared by."""
    names = ", ".join(_quoted(column.name) for column in (*table.key, *table.columns))
    order = ", ".join(_quoted(column.name) for column in table.key)
    return f"SELECT {names} FROM {_quoted(table.name)} ORDER BY {order}"  # noqa: S608


@cache
def upsert(table: Table, adds: tuple[str, ...], puts: tuple[str, ...]) -> str:
    """One statement for all changes of one shape: `add` columns sum up, `put` columns overwrite."""
    key = [column.name for column in table.key]
    names = ", ".join(map(_quoted, (*key, *adds, *puts)))
    marks = ", ".join("?" * (len(key) + len(adds) + len(puts)))
    own = _quoted(table.name)
    sets = [f"{_quoted(name)}={own}.{_quoted(name)}+excluded.{_quoted(name)}" for name in adds]
    sets += [f"{_quoted(name)}=excluded.{_quoted(name)}" for name in puts]
    conflict = f"DO UPDATE SET {', '.join(sets)}" if sets else "DO NOTHING"
    keys = ", ".join(map(_quoted, key))
    return f"INSERT INTO {own} ({names}) VALUES ({marks}) ON CONFLICT ({keys}) {conflict}"  # noqa: S608


@cache
def delete_row(table: Table) -> str:
    where = " AND ".join(f"{_quoted(column.name)}=?" for column in table.key)
    return f"DELETE FROM {_quoted(table.name)} WHERE {where}"  # noqa: S608


def delete_all(table: Table) -> str:
    return f"DELETE FROM {_quoted(table.name)}"  # noqa: S608


@cache
def _names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


def rows_by_key(table: Table, found: Iterable[tuple[Cell, ...]]) -> dict[tuple[Cell, ...], Row]:
    """What `select_group` and `select_all` answer, as rows by their full key."""
    width, names = len(table.key), _names(table)
    return {cells[:width]: dict(zip(names, cells[width:], strict=True)) for cells in found}


def drop(table: Table) -> str:
    return f"DROP TABLE IF EXISTS {_quoted(table.name)}"


def create_projection_tables(connection: Connection) -> None:
    """The projections' tables and the cloud's, as today's program defines them.

    In the transaction that is open, else in one of its own: a commit for each of some hundred tables would keep a
    slow disk busy for seconds before a new store may sell.
    """
    alone = not connection.in_transaction
    if alone:
        connection.execute("BEGIN")
    for table in (*node_tables(), *cloud_tables().values()):
        for statement in create_statements(table):
            connection.execute(statement)
    if alone:
        connection.execute("COMMIT")


@cache
def put_from_feed(table: Table, names: tuple[str, ...]) -> str:
    """Overwrite the named columns of one row the cloud keeps, with the feed position and version that say so;
    a row of a higher version stays."""
    names = (*names, FEED_POS, FEED_VER)
    key = [column.name for column in table.key]
    columns = ", ".join(map(_quoted, (*key, *names)))
    marks = ", ".join("?" * (len(key) + len(names)))
    sets = ", ".join(f"{_quoted(name)}=excluded.{_quoted(name)}" for name in names)
    keys = ", ".join(map(_quoted, key))
    own = _quoted(table.name)
    newer = f"excluded.{FEED_VER} >= {own}.{FEED_VER}"
    return f"INSERT INTO {own} ({columns}) VALUES ({marks}) ON CONFLICT ({keys}) DO UPDATE SET {sets} WHERE {newer}"  # noqa: S608


@cache
def delete_from_feed(table: Table) -> str:
    """Take away one row the cloud keeps, unless its version is higher than the tombstone's."""
    return f"{delete_row(table)} AND {FEED_VER}<=?"
