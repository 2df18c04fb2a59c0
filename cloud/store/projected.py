"""The tables of projections, generated from the definitions in `shared` that the edge builds its own from.

Node-kept tables get the tenant and the node in front of the key, so rows of two stores never meet; cloud-kept
ones get the tenant and `ver`, which counts the changes of a row so that a store can tell old news from new.
They are never migrated: a changed definition drops them and the projector fills them again from the log.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TextClause,
    literal_column,
    or_,
    text,
)
from sqlalchemy.types import TypeEngine

import shared.ledger.projection as definitions
from cloud.store.columns import INT, number, tenant_table, words

METADATA = MetaData()
NODE_ID = "node_id"
VER = "ver"

_TYPES: dict[str, TypeEngine[Any]] = {"int": INT, "text": Text(), "bytes": LargeBinary()}


def _column(column: definitions.Column, *, key: bool) -> Column[Any]:
    default = text("0") if column.holds == "int" and not key else None
    return Column(
        column.name,
        _TYPES[column.holds],
        primary_key=key,
        nullable=not key,
        server_default=default,
        autoincrement=False,
    )


def _build(definition: definitions.Table) -> Table:
    node_kept = definition.keeper == "node"
    owner = [words(NODE_ID, key=True)] if node_kept else []
    prefix = ["tenant_id", NODE_ID] if node_kept else ["tenant_id"]
    indexes = [
        Index(f"{definition.name}_by_{'_'.join(columns)}", *prefix, *columns)
        for columns in definition.indexes
    ]
    built = tenant_table(
        definition.name,
        METADATA,
        *owner,
        *(_column(column, key=True) for column in definition.key),
        *(_column(column, key=False) for column in definition.columns),
        *([] if node_kept else [number(VER)]),
        *indexes,
    )
    if definition.present_by:
        covered = [*prefix, *(column.name for column in definition.key), *definition.present_by]
        there = present(built, definition)
        Index(
            f"{definition.name}_present",
            *(built.c[name] for name in covered),
            sqlite_where=there,
            postgresql_where=there,
        )
    if definition.waits_where:
        waits = text(definition.waits_where)
        # What it asks about is in the index, or SQLite takes the table itself for the shorter way.
        asked = set(re.findall(r"\w+", definition.waits_where))
        said = [column.name for column in definition.columns if column.name in asked]
        Index(
            f"{definition.name}_waiting",
            *(built.c[name] for name in (*prefix, *(column.name for column in definition.key), *said)),
            sqlite_where=waits,
            postgresql_where=waits,
        )
    return built


def waiting(definition: definitions.Table) -> TextClause:
    """The rows that wait, in the words of their index; for a query of this one table."""
    assert definition.waits_where
    return text(f"({definition.waits_where})")


def present(table: Table, definition: definitions.Table) -> ColumnElement[bool]:
    """The rows that are not history. A literal 0, because a database matches this against the index's own words."""
    return or_(*(table.c[name] != literal_column("0") for name in definition.present_by))


@cache
def projected() -> dict[str, Table]:
    """Every projected table of the cloud by its name."""
    return {definition.name: _build(definition) for definition in definitions.projected_tables("cloud")}


def table_of(definition: definitions.Table) -> Table:
    """The SQLAlchemy table of a definition: `table_of(SALES_DAY).c.amount`."""
    return projected()[definition.name]


def is_cloud_kept(definition: definitions.Table) -> bool:
    return definition.keeper == "cloud"


@cache
def cloud_kept() -> tuple[definitions.Table, ...]:
    """The definitions of the rows that stores receive by feed."""
    return tuple(
        table for table in definitions.projected_tables("cloud") if is_cloud_kept(table) and table.fed
    )


@cache
def fingerprint() -> str:
    """Changes whenever a projected table's shape or a projection's version does."""
    told = [
        f"{projection.name} {projection.version} {projection.tables!r}"
        for projection in definitions.projections("cloud")
    ]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
