"""DuckDB over the lines of all receipts: the measure for sums that head office answers from what it keeps.

The lines are those of the drawn stores, once for each store that is a copy of them, as a plain table in a file of
DuckDB's own. It may use all cores; its threads and its cache are warm when it is timed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import and_, select

from cloud.bench_year import DRAWN, TODAY
from cloud.store.projected import NODE_ID, table_of
from cloud.store.tenant import TenantStore, mine
from shared.sales.projection import SALE, SALE_LINE

Sums = dict[tuple[str, str], int]
"""Fen by (store, day or month)."""


class Lines:
    """The table `lines` (store, day, sku, qty, amount): one row for each line of a receipt."""

    def __init__(self, store: TenantStore, copies: Mapping[str, str], folder: Path) -> None:
        drawn, file = folder / "lines.csv", folder / "lines.duckdb"
        with drawn.open("w", newline="") as written:
            csv.writer(written).writerows(_drawn_lines(store))
        file.unlink(missing_ok=True)
        self._connection = duckdb.connect(str(file))
        run = self._connection.execute
        # It would draw into the JSON.
        run("SET enable_progress_bar = false")
        run("CREATE TABLE copies (drawn VARCHAR, store VARCHAR)")
        named = {**{name: name for name in DRAWN}, **copies}
        for copy, original in named.items():
            run("INSERT INTO copies VALUES (?, ?)", [original, copy])
        # In the order of days, as they would have come in.
        run(
            "CREATE TABLE lines AS SELECT copies.store, told.day, told.sku, told.qty, told.amount "
            "FROM read_csv(?, header = false, columns = {'drawn': 'VARCHAR', 'day': 'DATE', "
            "'sku': 'VARCHAR', 'qty': 'BIGINT', 'amount': 'BIGINT'}) AS told "
            "JOIN copies ON copies.drawn = told.drawn ORDER BY told.day, copies.store",
            [str(drawn)],
        )
        drawn.unlink()
        self.count = int(run("SELECT count(*) FROM lines").fetchall()[0][0])

    def by_store_and_day(self, first: date, last: date) -> Sums:
        """Fen by (store, day)."""
        return self._sums("CAST(day AS VARCHAR)", first, last)

    def by_store_and_month(self, first: date, last: date) -> Sums:
        """Fen by (store, month)."""
        return self._sums("strftime(day, '%Y-%m')", first, last)

    def by_store(self, first: date, last: date) -> Sums:
        """Fen by (store, "")."""
        return self._sums("''", first, last)

    def _sums(self, bucket: str, first: date, last: date) -> Sums:
        rows = self._connection.execute(
            f"SELECT store, {bucket} AS bucket, CAST(sum(amount) AS BIGINT) FROM lines "  # noqa: S608
            "WHERE day BETWEEN ? AND ? GROUP BY ALL",
            [first, last],
        ).fetchall()
        return {(store, told): amount for store, told, amount in rows}

    def close(self) -> None:
        self._connection.close()


def _drawn_lines(store: TenantStore) -> Iterator[Any]:
    """Of all days but the last, on which only the drawn stores went on selling."""
    sales, lines = table_of(SALE), table_of(SALE_LINE)
    columns = (lines.c[NODE_ID], sales.c.business_date, lines.c.sku, lines.c.qty, lines.c.amount)
    same = and_(*(lines.c[name] == sales.c[name] for name in ("tenant_id", NODE_ID, "sale")))
    for name in DRAWN:
        of_store = select(*columns).select_from(lines.join(sales, same))
        with store.reading() as reading:
            before = sales.c.business_date < TODAY.isoformat()
            yield from reading.all(of_store.where(mine(lines), lines.c[NODE_ID] == name, before))
