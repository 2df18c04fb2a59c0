"""The three kinds of cells every table of ours is made of, and how a table is declared.

Integers are 64 bits wide, texts and bytes unbounded. On SQLite the tables are STRICT and clustered by their
key, because every key here is what rows are read by. Every table starts with the tenant, except the few that
say why not.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text, text
from sqlalchemy.schema import SchemaItem

INT = BigInteger().with_variant(Integer(), "sqlite")
TENANT_ID = "tenant_id"


def number(name: str, *, key: bool = False, optional: bool = False) -> Column[int]:
    """An integer; 0 unless said otherwise."""
    if key or optional:
        return Column(name, INT, primary_key=key, nullable=optional, autoincrement=False)
    return Column(name, INT, nullable=False, server_default=text("0"))


def words(name: str, *, key: bool = False, optional: bool = False) -> Column[str]:
    """A text; empty unless said otherwise."""
    if key or optional:
        return Column(name, Text, primary_key=key, nullable=optional)
    return Column(name, Text, nullable=False, server_default=text("''"))


def raw(name: str, *, key: bool = False, optional: bool = False) -> Column[bytes]:
    """Bytes."""
    return Column(name, LargeBinary, primary_key=key, nullable=optional)


def tenant_table(name: str, metadata: MetaData, *items: SchemaItem, **options: Any) -> Table:
    """A table of which every row belongs to one tenant; the tenant leads the key."""
    options.setdefault("sqlite_with_rowid", False)
    return Table(name, metadata, words(TENANT_ID, key=True), *items, sqlite_strict=True, **options)
