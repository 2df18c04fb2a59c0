"""Which table lies how when PostgreSQL has the Citus extension, and carrying that out: `liushui cloud distribute`.

What grows with the stores is spread by the store (`node_id`), so that a store's facts and rows lie together and its
push and its projection touch one place; the registry of ops is spread by the op, because any store may bring any op.
What is small and looked at everywhere is replicated. The plan is derived from the table definitions alone; carrying it
out may be stopped and run again at any point. A spread table cannot promise a key that lacks the column it is spread
by, so such a plan is refused before anything is touched.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Literal

import msgspec
from sqlalchemy import Table, UniqueConstraint, text

from cloud.store import (
    book_tables,
    identity_tables,
    ledger_tables,
    projected,
    replenishment_tables,
    report_tables,
)
from cloud.store.columns import TENANT_ID
from cloud.store.engine import Database
from shared.errors import DomainError

BY_NODE = "node_id"
SPREAD = {
    **dict.fromkeys(("event", "fact", "voucher", "book_cell", "gl_day"), BY_NODE),
    **dict.fromkeys(("op_registry", "op"), "op_id"),
}
"""The tables that must be spread, whatever else is; every projected table of the nodes' facts follows `event`."""
ANCHORS = {BY_NODE: "event", "op_id": "op_registry"}
"""Tables spread by the same column lie together with this one."""
STAYS = frozenset(("feed_pending",))
"""Tables of the sequencer, which is one; like those that belong to no tenant they stay where they are."""

Kind = Literal["reference", "distributed"]


class Step(msgspec.Struct, frozen=True):
    """One table's place: replicated everywhere, or spread by a column, together with another table."""

    table: str
    kind: Kind
    column: str = ""
    beside: str = ""

    def told(self) -> str:
        if self.kind == "reference":
            return f"{self.table}: replicated"
        beside = f", beside {self.beside}" if self.beside else ""
        return f"{self.table}: by {self.column}{beside}"


@cache
def tables() -> dict[str, Table]:
    """Every table of head office."""
    # Importing a module of tables is what puts them into the metadata.
    assert identity_tables.USER.metadata is book_tables.VOUCHER.metadata is ledger_tables.METADATA
    assert report_tables.REPORT_RUN.metadata is ledger_tables.METADATA
    assert replenishment_tables.REPLENISHMENT_RUN.metadata is ledger_tables.METADATA
    return {**ledger_tables.METADATA.tables, **projected.projected()}


def plan(of: dict[str, Table] | None = None) -> list[Step]:
    """What lies how, in the order in which it is carried out: replicated ones, anchors, then what lies beside them.

    Raises `distribute_key_lacks` for a table whose keys do not all contain the column it must be spread by, and
    `distribute_apart` for a foreign key between tables that do not lie together.
    """
    known = tables() if of is None else of
    steps = [_step(table) for name, table in sorted(known.items()) if _moves(table)]
    _require_together({step.table: step for step in steps}, known)
    return sorted(steps, key=_order)


def _moves(table: Table) -> bool:
    return TENANT_ID in table.c and table.name not in STAYS


def _step(table: Table) -> Step:
    column = SPREAD.get(table.name)
    if column is None and table.metadata is projected.METADATA and BY_NODE in table.primary_key.columns:
        column = BY_NODE
    if column is None:
        return Step(table.name, "reference")
    for key in _keys(table):
        if column not in key:
            raise DomainError("distribute_key_lacks", table=table.name, column=column, key=", ".join(key))
    anchor = ANCHORS[column]
    return Step(table.name, "distributed", column, "" if anchor == table.name else anchor)


def _keys(table: Table) -> Iterable[tuple[str, ...]]:
    """The primary key and everything else that must be unique."""
    yield tuple(column.name for column in table.primary_key.columns)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield tuple(column.name for column in constraint.columns)
    for index in table.indexes:
        if index.unique:
            yield tuple(column.name for column in index.columns)


def _require_together(steps: dict[str, Step], known: dict[str, Table]) -> None:
    for name, table in known.items():
        for key in table.foreign_key_constraints:
            here, there = steps.get(name), steps.get(key.referred_table.name)
            if there is not None and there.kind == "reference":
                continue
            columns = {(element.parent.name, element.column.name) for element in key.elements}
            if here and there and here.column == there.column and (here.column, there.column) in columns:
                continue
            raise DomainError("distribute_apart", table=name, other=key.referred_table.name)


def _order(step: Step) -> tuple[int, str]:
    if step.kind == "reference":
        return 0, step.table
    return (2 if step.beside else 1), step.table


def distribute(database: Database) -> list[Step]:
    """Carry out what is not done yet; returns the steps done now. Each stands for itself, so it may be cut short.

    Raises `distribute_needs_postgresql`, `distribute_needs_citus`, and `distribute_otherwise` for a table that lies
    in another way already.
    """
    if database.is_sqlite:
        raise DomainError("distribute_needs_postgresql")
    steps = plan()
    with database.reading() as connection:
        if connection.scalar(text("SELECT 1 FROM pg_extension WHERE extname = 'citus'")) is None:
            raise DomainError("distribute_needs_citus")
    standing = _standing(database)
    missing = []
    for step in steps:
        now = standing.get(step.table)
        if now is None:
            missing.append(step)
        elif now != (step.kind, step.column):
            raise DomainError("distribute_otherwise", table=step.table, column=now[1] or now[0])
    for step in missing:
        with database.writing() as connection:
            connection.execute(text(_call(step)), _named(step))
    return missing


def _standing(database: Database) -> dict[str, tuple[str, str]]:
    """How the tables lie already, as the extension tells it; ours alone."""
    with database.reading() as connection:
        rows = connection.execute(
            text("SELECT table_name::text, citus_table_type, distribution_column FROM citus_tables")
        ).all()
    return {
        name.rpartition(".")[2].strip('"'): (kind, "" if kind == "reference" else column)
        for name, kind, column in rows
    }


def _call(step: Step) -> str:
    if step.kind == "reference":
        return "SELECT create_reference_table(:table)"
    return "SELECT create_distributed_table(:table, :column, colocate_with => :beside)"


def _named(step: Step) -> dict[str, str]:
    table = f'"{step.table}"'
    if step.kind == "reference":
        return {"table": table}
    return {"table": table, "column": step.column, "beside": f'"{step.beside}"' if step.beside else "none"}
