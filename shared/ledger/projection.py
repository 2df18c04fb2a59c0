"""Projections: how facts become rows, said once for the edge, the cloud and the tests.

A projection turns one recorded fact into row changes. `add` sums (commutes, so any interleaving of nodes gives
the same rows), `put` overwrites and is used only for state with a single owner, folded in that owner's log
order. One small adapter per store applies the changes; every table can be rebuilt from the log at any time.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from functools import cache
from operator import add
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
    fed: bool = True
    """Of a cloud-kept table: whether stores receive its rows. Books and customers' telephone numbers stay."""
    indexes: tuple[tuple[str, ...], ...] = ()
    says_nothing_at_zero: str = ""
    """An int column: where it is 0 the row is as good as none, and who reads its group may be spared it."""
    present_by: tuple[str, ...] = ()
    """Int columns: a row where all are 0 is history. Head office keeps an index of the others, so that what is there
    now is found without passing what ever was."""

    waits_where: str = ""
    """A condition in plain SQL: rows that wait for somebody. They are few and history grows, so head office keeps an
    index of them alone, and asks with these very words. A sum stands on the right of a comparison: SQLite turns it
    round otherwise, and then does not know its own index again."""

    def group_of(self, key: Key) -> Key:
        return key[: self.group]


def text(name: str) -> Column:
    return Column(name, "text")


def number(name: str) -> Column:
    return Column(name, "int")


def raw(name: str) -> Column:
    return Column(name, "bytes")


Row = dict[str, Cell]


class Shape:
    """Which columns of a table one kind of change touches; said once, so that a change carries only its cells."""

    __slots__ = ("adds", "group", "name", "puts", "table")

    def __init__(self, table: Table, adds: tuple[str, ...] = (), puts: tuple[str, ...] = ()) -> None:
        assert set(adds).isdisjoint(puts), f"{table.name}: a column is both summed and overwritten"
        self.table = table
        self.name = table.name
        self.group = table.group
        self.adds = adds
        self.puts = puts


class Change(msgspec.Struct, frozen=True, gc=False):
    """One row's change: its `cells` are first summed to `shape.adds`, then put into `shape.puts`."""

    shape: Shape
    key: Key
    cells: tuple[Cell, ...]

    @property
    def table(self) -> Table:
        return self.shape.table

    @property
    def add(self) -> dict[str, int]:
        """What is summed, by column."""
        return dict(zip(self.shape.adds, self.cells, strict=False))  # type: ignore[arg-type]

    @property
    def put(self) -> dict[str, Cell]:
        """What is overwritten, by column."""
        return dict(zip(self.shape.puts, self.cells[len(self.shape.adds) :], strict=True))

    def then(self, later: Change) -> Change:
        """This change and a later one of the same row, as one."""
        shape = self.shape
        if later.shape is shape:
            if not shape.puts:
                return Change(shape, self.key, tuple(map(add, self.cells, later.cells)))
            count = len(shape.adds)
            return Change(shape, self.key, (*map(add, self.cells[:count], later.cells), *later.cells[count:]))
        adds, puts = self.add, self.put
        for name, amount in later.add.items():
            held = puts.get(name)
            if isinstance(held, int):
                puts[name] = held + amount
            else:
                adds[name] = adds.get(name, 0) + amount
        for name, cell in later.put.items():
            adds.pop(name, None)
            puts[name] = cell
        return changed(shape.table, self.key, adds, puts)


_SHAPES: dict[tuple[str, tuple[str, ...], tuple[str, ...]], Shape] = {}


def changed(table: Table, key: Key, add: Mapping[str, int] = {}, put: Mapping[str, Cell] = {}) -> Change:
    """A change by the names of its columns; where many are made, say their `Shape` once instead."""
    names = (table.name, tuple(add), tuple(put))
    shape = _SHAPES.get(names)
    if shape is None or shape.table is not table:
        shape = _SHAPES[names] = Shape(table, tuple(add), tuple(put))
    return Change(shape, key, (*add.values(), *put.values()))


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """A fact with its name and its surroundings, as a projection sees it."""

    node: str
    log: bytes
    seq: int
    envelope: Envelope
    fact: Fact


Where = Literal["edge", "cloud"]
BOTH: frozenset[Where] = frozenset(("edge", "cloud"))
EDGE: frozenset[Where] = frozenset(("edge",))


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
    found: list[Change] = []
    for projection in _concerned(where, type(recorded.fact)):
        found += projection.changes(recorded)
    return found
