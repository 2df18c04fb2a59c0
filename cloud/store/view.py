"""What a decision at head office may look at: projected rows, as of the running transaction."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from cloud.store.ledger_tables import HEAD_OFFICE
from cloud.store.projected import NODE_ID, is_cloud_kept, projected, table_of
from cloud.store.tenant import Reading, mine
from shared.ledger.projection import Key, Row, Table


class CloudView:
    """Implements `shared.ledger.view.View`; node-kept rows are those of `node`."""

    def __init__(self, reading: Reading, node: str = HEAD_OFFICE) -> None:
        self._reading = reading
        self._node = node

    def rows(self, table: Table, group: Key) -> Mapping[Key, Row]:
        sql_table = table_of(table)
        statement = select(sql_table).where(mine(sql_table))
        if not is_cloud_kept(table):
            statement = statement.where(sql_table.c[NODE_ID] == self._node)
        for column, cell in zip(table.key, group, strict=False):
            statement = statement.where(sql_table.c[column.name] == cell)
        found: dict[Key, Row] = {}
        for row in self._reading.all(statement):
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
