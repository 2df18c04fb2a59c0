"""The projections' rows as the writer sees them: a write-through cache over its own connection.

The single writer owns every table, so what it has read or written itself is the truth and need not be read
again. Changes of one batch are summed per row and reach SQLite as a few prepared `executemany`; a question that
only SQL can answer flushes them first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from edge.ledger import dbapi
from edge.ledger.tables import delete_row, rows_by_key, select_group, upsert
from shared.ledger.projection import Cell, Change, Key, Row, Table
from shared.ledger.view import changed_row
from shared.stock.projection import MOVEMENT, STOCK

_GROUPS_MAX = 20_000
"""Beyond it the cache starts afresh: a Raspberry Pi's memory is worth more than a few re-reads."""

_CHANGE_AFTER = (
    "SELECT coalesce(sum(on_hand_change), 0) FROM movement "
    "WHERE sku = ? AND happened_ms > ? AND (? IS NULL OR lot = ?)"
)
_SKUS_AT = "SELECT DISTINCT sku FROM stock WHERE location = ? AND qty > 0 ORDER BY sku"

assert (MOVEMENT.name, STOCK.name) == ("movement", "stock"), "the two questions below name these tables"


class _Pending:
    """All changes of one row since the last flush, as one; a lone change is kept as it came."""

    __slots__ = ("add", "own", "put")

    def __init__(self, change: Change) -> None:
        self.add = change.add
        self.put = change.put
        self.own = False

    def join(self, change: Change) -> None:
        if not self.own:
            self.add, self.put, self.own = dict(self.add), dict(self.put), True
        for name, amount in change.add.items():
            held = self.put.get(name)
            if isinstance(held, int):
                self.put[name] = held + amount
            else:
                self.add[name] = self.add.get(name, 0) + amount
        for name, cell in change.put.items():
            self.add.pop(name, None)
            self.put[name] = cell


class Rows:
    """Implements `shared.ledger.view.View` over the writer's connection."""

    def __init__(self, connection: dbapi.Connection) -> None:
        self._connection = connection
        self._cached: dict[str, dict[Key, dict[Key, Row]]] = {}
        self._groups = 0
        self._pending: dict[str, dict[Key, _Pending]] = {}
        self._tables: dict[str, Table] = {}

    def rows(self, table: Table, group: Key) -> Mapping[Key, Row]:
        """All rows of one group by their full key, from memory where they have been seen before."""
        groups = self._cached.get(table.name)
        if groups is None:
            groups = self._cached[table.name] = {}
        found = groups.get(group)
        if found is None:
            if self._pending.get(table.name):
                self._flush_table(table)
            found = rows_by_key(table, self._connection.execute(select_group(table), group))
            groups[group] = found
            self._groups += 1
        return found

    def on_hand_change_after(self, sku: str, lot: str | None, happened_ms: int) -> int:
        """Net change of the store's own stock by moves that happened after that moment (R9)."""
        self.flush()
        answer = self._connection.execute(_CHANGE_AFTER, (sku, happened_ms, lot, lot)).fetchone()
        return int(answer[0])

    def skus_at(self, location: str) -> list[str]:
        """SKUs with a balance above zero at a location, sorted."""
        self.flush()
        return [sku for (sku,) in self._connection.execute(_SKUS_AT, (location,))]

    def apply(self, changes: Iterable[Change]) -> None:
        """Take changes over into memory; `flush` brings them to the database."""
        for change in changes:
            table, key = change.table, change.key
            groups = self._cached.get(table.name)
            cached = None if groups is None else groups.get(key[: table.group])
            if change.gone:
                self._take_away(table, key)
                if cached is not None:
                    cached.pop(key, None)
                continue
            if cached is not None:
                cached[key] = changed_row(table, cached.get(key), change)
            waiting = self._pending.get(table.name)
            if waiting is None:
                waiting = self._pending[table.name] = {}
                self._tables[table.name] = table
            before = waiting.get(key)
            if before is None:
                waiting[key] = _Pending(change)
            else:
                before.join(change)

    def flush(self) -> None:
        """Write everything that waits, inside the transaction that is open."""
        for table in self._tables.values():
            self._flush_table(table)

    def forget(self) -> None:
        """Drop all that is remembered: after a rollback memory and disk no longer agree."""
        self._cached.clear()
        self._groups = 0
        for waiting in self._pending.values():
            waiting.clear()

    def forget_table(self, table: Table) -> None:
        """Drop what is remembered of one table, after somebody wrote to it past this cache."""
        self._cached.pop(table.name, None)

    def keep_small(self) -> None:
        """Called between transactions, when nothing waits."""
        if self._groups > _GROUPS_MAX:
            self._cached.clear()
            self._groups = 0

    def _take_away(self, table: Table, key: Key) -> None:
        self._pending.get(table.name, {}).pop(key, None)
        self._connection.execute(delete_row(table), key)

    def _flush_table(self, table: Table) -> None:
        waiting = self._pending.get(table.name)
        if not waiting:
            return
        shapes: dict[tuple[tuple[str, ...], tuple[str, ...]], list[tuple[Cell, ...]]] = {}
        for key, change in waiting.items():
            shape = (tuple(change.add), tuple(change.put))
            cells = (*key, *change.add.values(), *change.put.values())
            shapes.setdefault(shape, []).append(cells)
        for (adds, puts), rows in shapes.items():
            self._connection.executemany(upsert(table, adds, puts), rows)
        waiting.clear()
