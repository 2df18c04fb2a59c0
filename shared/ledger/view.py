"""What a decision may look at: rows of projections, by group, as of just before the command.

The edge's writer answers from its cache over SQLite, the cloud from its database, tests from a dict; the
rules cannot tell the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from shared.ledger.projection import Change, Key, Row, Table

NOTHING: Mapping[Key, Row] = {}


class View(Protocol):
    def rows(self, table: Table, group: Key) -> Mapping[Key, Row]:
        """All rows of one group by their full key; empty when there are none."""

    def on_hand_change_after(self, sku: str, lot: str | None, happened_ms: int) -> int:
        """Net change of the store's own stock (millionths) by moves that happened after that moment (R9)."""

    def skus_at(self, location: str) -> list[str]:
        """SKUs with a balance above zero at a location, sorted: what an excursion there concerns."""


def row(view: View, table: Table, *key: str | int | bytes) -> Row | None:
    """One row by its full key, or None."""
    return view.rows(table, key[: table.group]).get(key)


def blank_row(table: Table) -> Row:
    """A row before anything has touched it: numbers 0, everything else empty."""
    return {column.name: 0 if column.holds == "int" else None for column in table.columns}


def changed_row(table: Table, before: Row | None, change: Change) -> Row:
    """The row after the change; the one definition that every adapter must equal."""
    after = blank_row(table) if before is None else dict(before)
    change_row(after, change)
    return after


def change_row(row: Row, change: Change) -> None:
    """As `changed_row`, upon a row that nobody else holds."""
    shape, cells = change.shape, change.cells
    for index, name in enumerate(shape.adds):
        row[name] += cells[index]  # type: ignore[operator]
    if shape.puts:
        row.update(zip(shape.puts, cells[len(shape.adds) :], strict=True))


class DictStore:
    """Rows in memory: for tests and what-if questions."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[Key, Row]] = {}

    def apply(self, changes: Iterable[Change]) -> None:
        for change in changes:
            rows = self.tables.setdefault(change.table.name, {})
            rows[change.key] = changed_row(change.table, rows.get(change.key), change)

    def rows(self, table: Table, group: Key) -> Mapping[Key, Row]:
        rows = self.tables.get(table.name, {})
        return {key: row for key, row in rows.items() if table.group_of(key) == group}

    def on_hand_change_after(self, sku: str, lot: str | None, happened_ms: int) -> int:
        return sum(
            int(row["on_hand_change"] or 0)
            for row in self.tables.get("movement", {}).values()
            if row["sku"] == sku
            and (lot is None or row["lot"] == lot)
            and int(row["happened_ms"] or 0) > happened_ms
        )

    def skus_at(self, location: str) -> list[str]:
        return sorted(
            {
                str(key[0])
                for key, row in self.tables.get("stock", {}).items()
                if key[2] == location and int(row["qty"] or 0) > 0
            }
        )
