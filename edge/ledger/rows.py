"""The projections' rows as the writer sees them: a write-through cache over its own connection.

The single writer owns every table, so what it has read or written itself is the truth and need not be read
again. Changes of one batch are summed per row and reach SQLite as a few prepared `executemany`; a question that
only SQL can answer flushes them first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from operator import add, attrgetter

from edge.ledger import dbapi
from edge.ledger.tables import rows_by_key, select_group, upsert
from shared.ledger.projection import Cell, Change, Key, Row, Shape, Table
from shared.ledger.view import change_row, changed_row
from shared.stock.projection import MOVEMENT, STOCK

Statements = list[tuple[str, list[tuple[Cell, ...]]]]
"""SQL, each with the rows it is carried out for."""

_GROUPS_MAX = 20_000
"""Beyond it the cache starts afresh: a Raspberry Pi's memory is worth more than a few re-reads."""

_CHANGE_AFTER = (
    "SELECT coalesce(sum(on_hand_change), 0) FROM movement "
    "WHERE sku = ? AND happened_ms > ? AND (? IS NULL OR lot = ?)"
)
_SKUS_AT = "SELECT DISTINCT sku FROM stock WHERE location = ? AND qty > 0 ORDER BY sku"

assert (MOVEMENT.name, STOCK.name) == ("movement", "stock"), "the two questions below name these tables"


class RowsNotWritten(Exception):
    """A change cannot stand in its column: a sum too large, not a failure of the disk. What counts as written is not
    written, so nothing may be decided any more until all is read again."""


class Rows:
    """Implements `shared.ledger.view.View` over the writer's connection."""

    def __init__(self, connection: dbapi.Connection, before_use: Callable[[], None] = lambda: None) -> None:
        """`before_use` is called before the connection is: it opens the transaction where none is open."""
        self._connection = connection
        self._before_use = before_use
        self._cached: dict[str, dict[Key, dict[Key, Row]]] = {}
        self._groups = 0
        self._pending: defaultdict[str, list[Change]] = defaultdict(list)
        """By table, in the order they came."""
        self._touched: set[Cell] = set()

    def rows(self, table: Table, group: Key) -> Mapping[Key, Row]:
        """All rows of one group by their full key, from memory where they have been seen before."""
        try:
            return self._cached[table.name][group]
        except KeyError:
            return self._read(table, group)

    def _read(self, table: Table, group: Key) -> Mapping[Key, Row]:
        self._before_use()
        self.write(self._take(table.name))
        found = rows_by_key(table, self._connection.execute(select_group(table), group))
        self._cached.setdefault(table.name, {})[group] = found
        self._groups += 1
        return found

    def on_hand_change_after(self, sku: str, lot: str | None, happened_ms: int) -> int:
        """Net change of the store's own stock by moves that happened after that moment (R9)."""
        self._before_use()
        self.flush()
        answer = self._connection.execute(_CHANGE_AFTER, (sku, happened_ms, lot, lot)).fetchone()
        return int(answer[0])

    def skus_at(self, location: str) -> list[str]:
        """SKUs with a balance above zero at a location, sorted."""
        self._before_use()
        self.flush()
        return [sku for (sku,) in self._connection.execute(_SKUS_AT, (location,))]

    def apply(self, changes: Iterable[Change]) -> None:
        """Take changes over into memory; `flush` brings them to the database."""
        tables, pending = self._cached, self._pending
        for change in changes:
            shape = change.shape
            pending[shape.name].append(change)
            groups = tables.get(shape.name)
            if groups is not None:
                key = change.key
                cached = groups.get(key[: shape.group])
                if cached is not None:
                    held = cached.get(key)
                    if held is None:
                        cached[key] = changed_row(shape.table, None, change)
                    else:
                        change_row(held, change)

    def flush(self) -> None:
        """Write everything that waits, inside the transaction that is open."""
        self.write(self.take_pending())

    def write(self, statements: Statements) -> None:
        """Carry out what was taken. Raises `RowsNotWritten`."""
        try:
            for sql, rows in statements:
                self._connection.executemany(sql, rows)
        except Exception as error:
            if isinstance(error, dbapi.Error) and not isinstance(error, dbapi.IntegrityError):
                raise
            raise RowsNotWritten(str(error)) from error

    def take_pending(self) -> Statements:
        """Everything that waits, as statements with their rows; it counts as written from here on."""
        return [statement for name in tuple(self._pending) for statement in self._take(name)]

    def forget(self) -> None:
        """Drop all that is remembered: after a rollback memory and disk no longer agree."""
        self._cached.clear()
        self._groups = 0
        self._pending.clear()
        self._touched.clear()

    def forget_table(self, table: Table) -> None:
        """Drop what is remembered of one table, after somebody wrote to it past this cache."""
        self._cached.pop(table.name, None)

    def take_touched(self) -> frozenset[str]:
        """The SKUs whose balances were written since this was asked last."""
        touched = frozenset(map(str, self._touched))
        self._touched.clear()
        return touched

    def keep_small(self) -> None:
        """Called between transactions, when nothing waits."""
        if self._groups > _GROUPS_MAX:
            self._cached.clear()
            self._groups = 0

    def _take(self, name: str) -> Statements:
        waiting = self._pending.pop(name, [])
        if not waiting:
            return []
        if name == STOCK.name:
            self._touched.update([change.key[0] for change in waiting])
        return [
            (upsert(shape.table, shape.adds, shape.puts), _each(changes) if shape.puts else _summed(changes))
            for shape, changes in _by_shape(waiting).items()
        ]


_SHAPE_OF = attrgetter("shape")


def _by_shape(changes: list[Change]) -> dict[Shape, list[Change]]:
    """The changes of one table, in order. Where they differ in shape, those of one row become one first: which
    shape is written before the other then means nothing."""
    if len(set(map(_SHAPE_OF, changes))) == 1:
        return {changes[0].shape: changes}
    of_row: dict[Key, Change] = {}
    for change in changes:
        earlier = of_row.get(change.key)
        of_row[change.key] = change if earlier is None else earlier.then(change)
    found: dict[Shape, list[Change]] = {}
    for change in of_row.values():
        found.setdefault(change.shape, []).append(change)
    return found


def _each(changes: list[Change]) -> list[tuple[Cell, ...]]:
    """A row for each change; the last one of a row is written last."""
    return [change.key + change.cells for change in changes]


def _summed(changes: list[Change]) -> list[tuple[Cell, ...]]:
    """A row for each row changed: 64 sales of one day are one change of the day's total."""
    sums: dict[Key, tuple[Cell, ...]] = {}
    for change in changes:
        key = change.key
        held = sums.get(key)
        sums[key] = change.cells if held is None else tuple(map(add, held, change.cells))
    return [key + cells for key, cells in sums.items()]
