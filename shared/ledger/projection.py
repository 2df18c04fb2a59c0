"""Projections: how facts become rows, said once for the edge, the cloud and the tests.

A projection turns one recorded fact into row changes. `add` sums (commutes, so any interleaving of nodes gives
the same rows), `put` overwrites and is used only for state with a single owner, folded in that owner's log
order. One small adapter per store applies the changes; every table can be rebuilt from the log at any time.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from functools import cache
from typing import Literal, Protocol

import msgspec

from shared.ledger.envelope import Envelope
from shared.ledger.fact import Fact, area_modules

Cell = int | str | bytes | None
Key = tuple[Cell, ...]


class Column(msgspec.Struct, frozen=True):
    """One column; int columns default to 0, others to NULL."""

    name: str
    holds: Literal["int", "text", "bytes"] = "int"


class Table(msgspec.Struct, frozen=True):
    """A table both sides create in their own dialect.

    The first `group` key columns are what rows are read by together: all lots of an SKU, all lines of a sale.
    `keeper` says whose facts own the rows: each store's node its own, or the cloud for the whole chain.
    """

    name: str
    key: tuple[Column, ...]
    columns: tuple[Column, ...]
    group: int = 1
    keeper: Literal["node", "cloud"] = "node"
    scope: str = ""
    """Of a cloud-kept table: the column naming the store a row is for; rows where it is empty are for all."""
    indexes: tuple[tuple[str, ...], ...] = ()

    def group_of(self, key: Key) -> Key:
        return key[: self.group]


def text(name: str) -> Column:
    return Column(name, "text")


def number(name: str) -> Column:
    return Column(name, "int")


def raw(name: str) -> Column:
    return Column(name, "bytes")


Row = dict[str, Cell]


class Change(msgspec.Struct, frozen=True):
    """One row's change: `add` to int columns, `put` into any, or `gone` to take the row away."""

    table: Table
    key: Key
    add: dict[str, int] = {}
    put: dict[str, Cell] = {}
    gone: bool = False


class Recorded(msgspec.Struct, frozen=True):
    """A fact with its name and its surroundings, as a projection sees it."""

    node: str
    log: bytes
    seq: int
    envelope: Envelope
    fact: Fact


Where = Literal["edge", "cloud"]
BOTH: frozenset[Where] = frozenset(("edge", "cloud"))


class Projection(Protocol):
    """`version` goes up when the rows of old facts would come out differently: the tables are then rebuilt."""

    name: str
    version: int
    tables: tuple[Table, ...]
    facts: tuple[type[Fact], ...]
    runs_on: frozenset[Where]

    def changes(self, recorded: Recorded) -> Iterable[Change]: ...


@cache
def projections(where: Where) -> tuple[Projection, ...]:
    """Every area's `PROJECTIONS` that runs on this side, in the order of the areas' names."""
    found: list[Projection] = []
    for module_name in area_modules("projection"):
        if module_name == __name__:
            continue
        members: tuple[Projection, ...] = importlib.import_module(module_name).PROJECTIONS
        found += [member for member in members if where in member.runs_on]
    return tuple(found)


@cache
def projected_tables(where: Where) -> tuple[Table, ...]:
    """All tables of this side; a table belongs to exactly one projection."""
    tables = [table for projection in projections(where) for table in projection.tables]
    assert len({table.name for table in tables}) == len(tables), "a table belongs to two projections"
    return tuple(tables)


@cache
def _concerned(where: Where, fact_type: type[Fact]) -> tuple[Projection, ...]:
    return tuple(projection for projection in projections(where) if fact_type in projection.facts)


def changes_of(recorded: Recorded, where: Where) -> list[Change]:
    """All row changes of one fact on this side."""
    return [
        change
        for projection in _concerned(where, type(recorded.fact))
        for change in projection.changes(recorded)
    ]
