"""How many sales a second reach the disk, by how many people sell at once, and how fast all rows are made again.

The ratio stands at 128 submitters, against the very row writes of those sales by plain `executemany`, 100 to a
transaction, FULL, into a copy of the same day-book (`edge.bench` says how, and why those writes are timed twice).
Fewer submitters share a COMMIT among fewer sales, so theirs tell what the disk's own sync costs here. Making the rows
again is what a start after a new version of a projection does.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge.app import DAY_BOOK
from edge.bench import (
    PAST,
    STORE,
    SUBMITTERS,
    copy_of_past,
    live_through,
    one_round,
    read_sale,
    rows_of,
    sale_body,
    sell_all,
    spread,
)
from edge.ledger import dbapi
from edge.ledger.rebuild import rebuild_now
from edge.ledger.rows import Rows

CROWDS = (1, 8, 32, SUBMITTERS, 512)


def bench_ledger(
    *, rounds: int = 5, ops: int = 4000, past: int = PAST, crowds: Sequence[int] = CROWDS
) -> dict[str, Any]:
    """Sales a second at 128 submitters against the raw writes, at other crowds, and the rebuild."""
    with tempfile.TemporaryDirectory(prefix="liushui-bench-") as place:
        folder = Path(place)
        live_through(folder / "past", past)
        before = rows_of(folder / "past")
        pairs = [one_round(folder, before, ops) for _ in range(rounds)]
        by_crowd = {crowd: [_crowd(folder, crowd, ops) for _ in range(rounds)] for crowd in crowds}
        rebuilt = [_rebuild(copy_of_past(folder, "again")) for _ in range(rounds)]
    return {
        "submitters": SUBMITTERS,
        "ops": ops,
        "sales_before": past,
        "ops_per_s": spread([pair["ops_per_s"] for pair in pairs]),
        "raw_same_writes_ops_per_s": spread([pair["same_writes_per_s"] for pair in pairs]),
        "raw_adapted_ops_per_s": spread([pair["adapted_writes_per_s"] for pair in pairs]),
        "writes_per_op": round(pairs[0]["writes_per_op"], 1),
        "ratio": spread([pair["ops_per_s"] / pair["same_writes_per_s"] for pair in pairs]),
        "ratio_of_adapted": spread([pair["ops_per_s"] / pair["adapted_writes_per_s"] for pair in pairs]),
        "ratio_from_json": spread([pair["from_json_per_s"] / pair["same_writes_per_s"] for pair in pairs]),
        "ops_per_s_by_submitters": {str(crowd): spread(found) for crowd, found in by_crowd.items()},
        "rebuild_facts_per_s": spread(rebuilt),
    }


def _crowd(folder: Path, crowd: int, ops: int) -> float:
    """Sales a second; one alone sells fewer of them, the figure is the same."""
    count = max(min(ops, crowd * 100), 1)
    sales = [read_sale(sale_body(number)) for number in range(count)]
    return count / sell_all(copy_of_past(folder, "own"), sales, lambda op: op, crowd)


def _rebuild(folder: Path) -> float:
    """Facts a second, replayed into empty rows inside one transaction, COMMIT included."""
    connection = dbapi.open_writer(folder / DAY_BOOK)
    facts: int = connection.execute("SELECT count(*) FROM event").fetchone()[0]
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    rebuild_now(connection, Rows(connection), STORE)
    connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return facts / took
