"""What a decision at head office may look at: projected rows, as of the running transaction."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from cloud.store import apply
from cloud.store.ledger_tables import HEAD_OFFICE
from cloud.store.projected import NODE_ID, is_cloud_kept, projected
from cloud.store.tenant import Reading, mine
from shared.ledger.projection import Cell, Change, Key, Row, Table, projected_tables
from shared.ledger.view import changed_row


@cache
def _of_group(name: str, parts: int) -> Select[Any]:
    """The rows of one group; made, checked and compiled once, because every decision asks for several."""
    sql_table = projected()[name]
    table = next(table for table in projected_tables("cloud") if table.name == name)
    statement = select(sql_table).where(mine(sql_table))
    if not is_cloud_kept(table):
        statement = statement.where(sql_table.c[NODE_ID] == bindparam("node"))
    for place, column in enumerate(table.key[:parts]):
        statement = statement.where(sql_table.c[column.name] == bindparam(f"key_{place}"))
    if table.says_nothing_at_zero:
        statement = statement.where(sql_table.c[table.says_nothing_at_zero] != 0)
    return statement


class CloudView:
    """Implements `shared.ledger.view.View`; node-kept rows are those of `node`."""

    def __init__(self, reading: Reading, node: str = HEAD_OFFICE) -> None:
        self._reading = reading
        self._node = node

    def rows(self, table: Table, group: Key) -> Mapping[Key, Row]:
        values: dict[str, Cell] = {f"key_{place}": cell for place, cell in enumerate(group)}
        if not is_cloud_kept(table):
            values["node"] = self._node
        found: dict[Key, Row] = {}
        for row in self._reading.all(_of_group(table.name, len(group)), values):
            cells = row._mapping
            key = tuple(cells[column.name] for column in table.key)
            found[key] = {column.name: cells[column.name] for column in table.columns}
        return found

    def on_hand_change_after(self, sku: str, lot: str | None, happened_ms: int) -> int:
        movement = projected()["movement"]
        statement = select(func.sum(movement.c.on_hand_change)).where(
            mine(movement),
            movement.c[NODE_ID] == self._node,
            movement.c.sku == sku,
            movement.c.happened_ms > happened_ms,
        )
        if lot is not None:
            statement = statement.where(movement.c.lot == lot)
        return int(self._reading.scalar(statement) or 0)

    def skus_at(self, location: str) -> list[str]:
        stock = projected()["stock"]
        statement = (
            select(stock.c.sku)
            .where(mine(stock), stock.c[NODE_ID] == self._node, stock.c.location == location, stock.c.qty > 0)
            .distinct()
            .order_by(stock.c.sku)
        )
        return [row.sku for row in self._reading.all(statement)]


class BatchView(CloudView):
    """The rows as they will be when what was gathered so far is written: decisions of one batch see each other.

    Groups read once are remembered; the transaction holds the lock of the log that owns them.
    """

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading)
        self.pile: apply.Pile = {}
        self._read: dict[tuple[str, Key], Mapping[Key, Row]] = {}
        self._touched: dict[tuple[str, Key], set[Key]] = {}

    def take(self, changes: list[Change]) -> None:
        """Gather changes; they are written by whoever opened the batch."""
        apply.fold(changes, self.pile)
        for change in changes:
            group = (change.table.name, change.table.group_of(change.key))
            self._touched.setdefault(group, set()).add(change.key)

    def rows(self, table: Table, group: Key) -> Mapping[Key, Row]:
        known = self._read.get((table.name, group))
        if known is None:
            known = self._read[(table.name, group)] = super().rows(table, group)
        touched = self._touched.get((table.name, group))
        if not touched:
            return known
        overlaid = dict(known)
        for key in touched:
            overlaid[key] = changed_row(table, known.get(key), self.pile[table.name][1][key])
        return overlaid
