"""The one door to a tenant's rows: every statement of the cloud goes through a `TenantStore`.

A statement must tie every table it names to the tenant, by `mine(table)` or by joining on `tenant_id`; one that
does not is refused before it reaches the database. Inserted rows get the tenant here. So a forgotten filter is
a loud failure of ours and never somebody else's figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain
from typing import Any
from weakref import WeakSet

from sqlalchemy import (
    Alias,
    BigInteger,
    BinaryExpression,
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Delete,
    FromClause,
    LargeBinary,
    Row,
    Select,
    Table,
    Text,
    Update,
    bindparam,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.base import Executable

from cloud.store.columns import TENANT_ID
from cloud.store.engine import Database
from cloud.store.postgres_arrays import PACKERS

Cells = Mapping[str, Any]

_SCOPE = "tenant_scope"
_ROWS_AT_ONCE = (1000, 128, 16, 4, 1)
"""Of one statement of SQLite (which takes 32,766 cells); few sizes, so that each is prepared once."""
_POSTGRES_TYPES = {Text: "text", BigInteger: "bigint", LargeBinary: "bytea"}
COUNTED = {"preserve_rowcount": True}
"""Asks SQLAlchemy to say how many rows an INSERT added, which it otherwise does not on every database."""
_SCOPED: WeakSet[Executable] = WeakSet()


def mine(table: FromClause) -> ColumnElement[bool]:
    """The clause that keeps a statement inside its tenant."""
    return table.c[TENANT_ID] == bindparam(_SCOPE, type_=Text)


class Reading:
    """One read transaction of one tenant."""

    def __init__(self, connection: Connection, tenant: str) -> None:
        self.connection = connection
        self.tenant = tenant

    def all(self, statement: Select[*tuple[Any, ...]], values: Cells | None = None) -> Sequence[Row[Any]]:
        """Every row of the answer."""
        require_scoped(statement)
        return self.connection.execute(statement, {_SCOPE: self.tenant, **(values or {})}).all()

    def first(self, statement: Select[*tuple[Any, ...]], values: Cells | None = None) -> Row[Any] | None:
        """The first row, or None."""
        require_scoped(statement)
        return self.connection.execute(statement, {_SCOPE: self.tenant, **(values or {})}).first()

    def scalar(self, statement: Select[*tuple[Any, ...]], values: Cells | None = None) -> Any:
        """The first cell of the first row, or None."""
        found = self.first(statement, values)
        return None if found is None else found[0]

    @property
    def is_sqlite(self) -> bool:
        return self.connection.dialect.name == "sqlite"


class Writing(Reading):
    """One write transaction of one tenant."""

    def change(self, statement: Update | Delete, values: Cells | None = None) -> int:
        """Run an update or delete; returns how many rows it touched."""
        require_scoped(statement)
        return self.connection.execute(statement, {_SCOPE: self.tenant, **(values or {})}).rowcount

    def insert(self, table: Table, *rows: Cells) -> None:
        """Add rows, which must all name the same columns."""
        if rows:
            self.connection.execute(table.insert(), [{TENANT_ID: self.tenant, **row} for row in rows])

    def insert_missing(self, table: Table, *rows: Cells) -> int:
        """Add the rows whose key nobody holds yet; returns how many were added."""
        if not rows:
            return 0
        statement = self._insert(table).on_conflict_do_nothing()
        given = [{TENANT_ID: self.tenant, **row} for row in rows]
        return self.connection.execute(statement, given, execution_options=COUNTED).rowcount

    def put(self, table: Table, *rows: Cells) -> None:
        """Add the rows or overwrite the named columns of those that exist."""
        if not rows:
            return
        statement = self._insert(table)
        keys = [column.name for column in table.primary_key]
        changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        statement = statement.on_conflict_do_update(index_elements=keys, set_=changed)
        self.connection.execute(statement, [{TENANT_ID: self.tenant, **row} for row in rows])

    def many(
        self, table: Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]], otherwise: str = ""
    ) -> int:
        """Add rows given as tuples, the fast way in for ledger and projections; returns how many were written.

        `otherwise` is the ON CONFLICT clause. PostgreSQL gets one statement with an array for each column, which
        is one trip whatever the number of rows; SQLite is in this process and gets a few hundred rows a statement.
        """
        if self.is_sqlite:
            return self._many_here(table, tuple(columns), list(rows), otherwise)
        given = [(self.tenant, *row) for row in rows]
        if not given:
            return 0
        named = (TENANT_ID, *columns)
        into = _into(table.name, named)
        kinds = [_POSTGRES_TYPES[type(table.c[name].type)] for name in named]
        arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
        turned = tuple(
            PACKERS[kind](column) for kind, column in zip(kinds, zip(*given, strict=True), strict=True)
        )
        statement = f"{into} SELECT * FROM unnest({arrays}) {otherwise}"  # noqa: S608 - names are our own
        return self.connection.exec_driver_sql(statement, turned).rowcount

    def _many_here(
        self, table: Table, columns: tuple[str, ...], rows: list[tuple[Any, ...]], otherwise: str
    ) -> int:
        """Rows of one statement cost SQLite two thirds of what they cost one by one."""
        written = at = 0
        for size in _ROWS_AT_ONCE:
            while len(rows) - at >= size:
                asked = _insert_of_rows(table.name, columns, size, otherwise)
                cells = (self.tenant, *chain.from_iterable(rows[at : at + size]))
                written += self.connection.exec_driver_sql(asked, cells).rowcount
                at += size
        return written

    def _insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        if self.is_sqlite:
            return sqlite.insert(table)
        return postgresql.insert(table)


def _into(table: str, columns: Sequence[str]) -> str:
    listed = ", ".join(f'"{name}"' for name in columns)
    return f'INSERT INTO "{table}" ({listed})'


@cache
def _insert_of_rows(table: str, columns: tuple[str, ...], count: int, otherwise: str) -> str:
    """The same text for the same shape, so that the driver finds the statement it has prepared before."""
    width = len(columns)
    rows = (
        "(?1, " + ", ".join(f"?{at}" for at in range(2 + row * width, 2 + (row + 1) * width)) + ")"
        for row in range(count)
    )
    return f"{_into(table, (TENANT_ID, *columns))} VALUES {', '.join(rows)} {otherwise}"


class TenantStore:
    """A tenant's share of the database."""

    def __init__(self, database: Database, tenant: str) -> None:
        self.database = database
        self.tenant = tenant

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """A read transaction that sees one moment."""
        with self.database.reading() as connection:
            yield Reading(connection, self.tenant)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """A write transaction; commits at the end of the block, rolls back when it raises."""
        with self.database.writing() as connection:
            yield Writing(connection, self.tenant)


def require_scoped(statement: Executable) -> None:
    """Asserts that every table of the statement is tied to the tenant; a statement used again is looked at once."""
    if statement in _SCOPED:
        return
    named: set[FromClause] = set()
    tied: set[FromClause] = set()
    behind_alias: set[FromClause] = set()
    links: list[tuple[FromClause, FromClause]] = []
    assert isinstance(statement, Select | Update | Delete), f"not a statement for tenants: {type(statement)}"
    for element in visitors.iterate(statement):
        if isinstance(element, Column):
            # Also where a column alone brings its table in, without any FROM.
            if _is_table(element.table):
                named.add(element.table)
        elif isinstance(element, Alias):
            behind_alias.add(element.element)
            if _is_table(element):
                named.add(element)
        elif isinstance(element, Table) and element not in behind_alias:
            named.add(element)
        elif isinstance(element, BinaryExpression) and element.operator is operators.eq:
            sides = (element.left, element.right)
            held = [side.table for side in sides if isinstance(side, Column) and side.name == TENANT_ID]
            if len(held) == 2:
                links.append((held[0], held[1]))
            elif held and any(isinstance(side, BindParameter) and side.key == _SCOPE for side in sides):
                tied.add(held[0])
    grown = True
    while grown:
        before = len(tied)
        for left, right in links:
            if left in tied or right in tied:
                tied.update((left, right))
        grown = len(tied) > before
    loose = sorted(str(table.description) for table in named - tied)
    assert named, "a statement that names no table is not a tenant's"
    assert not loose, f"not tied to the tenant: {', '.join(loose)}"
    _SCOPED.add(statement)


def _is_table(source: FromClause | None) -> bool:
    return isinstance(source, Table) or (isinstance(source, Alias) and isinstance(source.element, Table))
