"""Copies of stores for a measurement: every row of a drawn store once more under the name of another.

A copy's facts are the very same bytes, so its log is not one that a node could go on with; what reports and books read
is complete. Where a name stands inside a value (the place of a cell, the entries of a voucher) it is exchanged there,
too: all names of stores are equally long.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, MetaData, Table

from cloud.store import projected
from cloud.store.book_tables import VOUCHER
from cloud.store.engine import Database
from cloud.store.ledger_tables import METADATA

_OP_BYTES = 13
"""An op's id keeps its beginning, which grows with time; the rest becomes the store's name."""
_INSIDE = {("book_cell", "place"), ("voucher", "cause"), ("voucher", "entries"), ("voucher", "takings")}
"""Values that hold the name of their store."""
_OWN = frozenset(("node", "node_key", "enrolment_code", "blob", "evidence"))
"""What belongs to the machine in the store and not to its facts."""


def copy_stores(
    database: Database, copies: Mapping[str, str], log_of: Callable[[str], bytes]
) -> dict[str, int]:
    """Fill each store of `copies` with all there is of the other; returns how many rows each table has got."""
    added: dict[str, int] = {}
    tables = _tables()
    for copy, drawn in copies.items():
        for table in tables:
            with database.writing() as connection:
                rows = _copy(
                    connection, database.is_sqlite, table, (drawn, log_of(drawn)), (copy, log_of(copy))
                )
            added[table.name] = added.get(table.name, 0) + rows
    return added


def _tables() -> list[Table]:
    """Tables with rows of a store, and the register of ops, which knows stores by their logs."""
    assert VOUCHER.metadata is METADATA
    every: tuple[MetaData, ...] = (METADATA, projected.METADATA)
    assert projected.projected()
    return [
        table
        for metadata in every
        for table in metadata.sorted_tables
        if table.name == "op_registry" or ("node_id" in table.c and table.name not in _OWN)
    ]


def _copy(
    connection: Connection, is_sqlite: bool, table: Table, drawn: tuple[str, bytes], copy: tuple[str, bytes]
) -> int:
    if is_sqlite:
        raw: Any = connection.connection.dbapi_connection
        raw.create_function("named_as", 3, _named_as, deterministic=True)
    mark = "?" if is_sqlite else "%s"
    cells, values = [], []
    for column in table.c:
        cell, given = _cell(table, column.name, is_sqlite, drawn, copy)
        cells.append(cell.replace("?", mark))
        values += given
    which, name = ("log_id", drawn[1]) if "node_id" not in table.c else ("node_id", drawn[0])
    listed = ", ".join(f'"{column.name}"' for column in table.c)
    statement = (
        f"INSERT INTO {table.name} ({listed}) SELECT {', '.join(cells)} FROM {table.name} "  # noqa: S608
        f"WHERE tenant_id = 'main' AND {which} = {mark}"
    )
    return int(connection.exec_driver_sql(statement, (*values, name)).rowcount)


def _cell(
    table: Table, name: str, is_sqlite: bool, drawn: tuple[str, bytes], copy: tuple[str, bytes]
) -> tuple[str, list[Any]]:
    """The expression for a column of the copy, and the values it needs."""
    quoted = f'"{name}"'
    if name == "node_id":
        return "?" if is_sqlite else "?::text", [copy[0]]
    if name in ("log_id", "log"):
        return "?" if is_sqlite else "?::bytea", [copy[1]]
    if name == "op_id":
        tail = f"substr({quoted}, 1, {_OP_BYTES})"
        return (f"unhex(hex({tail}) || hex(?))" if is_sqlite else f"{tail} || ?::bytea"), [copy[0].encode()]
    if (table.name, name) in _INSIDE:
        if is_sqlite:
            return f"named_as({quoted}, ?, ?)", [drawn[0].encode(), copy[0].encode()]
        exchanged = f"decode(replace(encode({quoted}, 'escape'), ?::text, ?::text), 'escape')"
        return exchanged, [drawn[0], copy[0]]
    return quoted, []


def _named_as(value: bytes | None, drawn: bytes, copy: bytes) -> bytes | None:
    return None if value is None else bytes(value).replace(drawn, copy)
