"""What is stock worth and how old is it (存货计价与库龄): at cost, at the close of any day, by store, category and SKU.

The worth of a SKU in a store is the value the books hold for it after the last document up to that day; its lots say
how old it is. What is on the road stands in a line of its own. Where facts of closed months came late, accounts know
them in the first open month only; the difference is a headline, so that the report says how it ties to the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import select, tuple_

from cloud.books.ledger import by_account, chart_now, turnover_before
from cloud.books.shelf import seek
from cloud.reports.asked import PAGE_MAX, facts_url
from cloud.reports.dataset import Cell, Chart, Column, Figure, Row, Section, col, summed, word
from cloud.reports.goods import Goods, goods_of
from cloud.reports.of_books import books_notes, place_names, stores_of
from cloud.reports.registry import Answer, Asking, Report
from cloud.reports.stock_over_time import BY_LOT, balances_at
from cloud.store.projected import NODE_ID, table_of
from cloud.store.tenant import Reading, mine
from shared.access.labels import COST
from shared.accounting.desk import STOCK
from shared.accounting.desk import Cell as Desk
from shared.accounting.policy import Policy
from shared.stock.ageing import BAND_COUNT, LotHere, worth_by_age
from shared.stock.projection import LOT
from shared.stock.valuation import EMPTY, CostState
from shared.units import MICRO, half_up

VALUE = col("stock_value", "money", label=COST, sums=True)
AGES = tuple(
    col(f"age_{name}", "money", label=COST, sums=True)
    for name in ("to_30", "to_60", "to_90", "to_180", "beyond", "unknown")
)
PLACES = (col("name"), col("code"), col("skus", "count", sums=True), VALUE, *AGES)
CATEGORIES = (col("name"), col("code"), col("skus", "count", sums=True), VALUE, *AGES)
SKUS = (
    col("name"),
    col("code"),
    col("category"),
    col("unit"),
    col("qty", "qty"),
    col("unit_cost", "qty", label=COST),
    VALUE,
    *AGES,
)
OFF = col("ledger_differs", "money", label=COST)
_AT_ONCE = 5000
Where = tuple[str, str]
"""Store and SKU."""


class Worth(msgspec.Struct, frozen=True):
    """One SKU in one store: millionths, fen, and the fen of each band of age."""

    qty: int
    value: int
    bands: tuple[int, ...]


def answer(asking: Asking) -> Answer:
    """The dearest first everywhere."""
    reading, day = asking.reading, asking.question.last
    worth = worth_at(asking, day)
    goods = goods_of(reading, {sku for _, sku in worth})
    places = _grouped(worth, lambda where: where[0])
    names = place_names(reading)
    road, booked = _ledger(asking, day)
    whole = sum(one.value for one in worth.values())
    store_rows = [_line(names.get(key, key), key, parts) for key, parts in places]
    if road:
        unknown = (0,) * (BAND_COUNT - 1)
        store_rows.append(Row((word("report_on_the_road"), "", None, road, *unknown, road)))
    categories = {one.category_code: one.category for one in goods.values()}
    by_category = _grouped(worth, lambda where: goods[where[1]].category_code)
    category_rows = [_line(categories[key], key, parts) for key, parts in by_category]
    return Answer(
        sections=(
            _section("stock_by_place", PLACES, store_rows),
            _section("stock_by_category", CATEGORIES, category_rows),
            _section("stock_by_sku", SKUS, list(_by_sku(worth, goods))),
        ),
        figures=(Figure(column=VALUE, value=whole + road), Figure(column=OFF, value=whole + road - booked)),
        notes=(word("report_note_stock_worth"), *books_notes(asking)),
    )


def worth_at(asking: Asking, day: date) -> dict[Where, Worth]:
    """Every SKU that lay in a store at the close of a day, or was worth something without lying there."""
    reading = asking.reading
    lots: dict[Where, dict[str, int]] = {}
    for (store, sku, lot), balance in balances_at(reading, asking.question, day, BY_LOT).items():
        lots.setdefault((store, sku), {})[lot] = balance.on_hand
    came = _days_received(reading, lots)
    found = {}
    for where, state in _states(reading, lots, day, asking.today):
        here = [
            LotHere(lot, qty, _age(came.get((*where, lot)), day)) for lot, qty in sorted(lots[where].items())
        ]
        found[where] = Worth(state.qty, state.value, worth_by_age(state, here))
    return found


def _states(
    reading: Reading, lots: Iterable[Where], day: date, today: date
) -> Iterator[tuple[Where, CostState]]:
    """The value the books hold after the last document up to a day; none where they know of no such goods."""
    cells: list[Desk] = [(store, STOCK, sku) for store, sku in sorted(lots)]
    before = (day + timedelta(days=1)).toordinal().to_bytes(3, "big")
    for start in range(0, len(cells), _AT_ONCE):
        part = cells[start : start + _AT_ONCE]
        found = {
            cell: state
            for cell, _, state in seek(reading, "last" if day >= today else "before", part, before)
        }
        for cell in part:
            yield (cell[0], cell[2]), found.get(cell) or EMPTY


def _days_received(
    reading: Reading, lots: Mapping[Where, Mapping[str, int]]
) -> dict[tuple[str, str, str], str]:
    table = table_of(LOT)
    keys = [(*where, lot) for where, held in lots.items() for lot, qty in held.items() if qty > 0 and lot]
    found = {}
    for start in range(0, len(keys), PAGE_MAX):
        named = tuple_(table.c[NODE_ID], table.c.sku, table.c.lot).in_(keys[start : start + PAGE_MAX])
        columns = (table.c[NODE_ID], table.c.sku, table.c.lot, table.c.received)
        for row in reading.all(select(*columns).where(mine(table), named)):
            found[tuple(row[:3])] = row.received
    return found


def _age(received: str | None, day: date) -> int | None:
    return (day - date.fromisoformat(received)).days if received else None


def _ledger(asking: Asking, day: date) -> tuple[int, int]:
    """What the accounts say of goods on the road, and of all goods."""
    reading, after = asking.reading, day + timedelta(days=1)
    codes = chart_now(reading).inventory_codes

    def of(stores: tuple[str, ...] | None) -> int:
        sums = by_account(turnover_before(reading, stores, after))
        return sum(debit - credit for code, (debit, credit) in sums.items() if code in codes)

    return of((Policy().transit,)) if asking.whole else 0, of(stores_of(asking))


def _grouped(worth: Mapping[Where, Worth], key_of: Callable[[Where], str]) -> list[tuple[str, list[Worth]]]:
    groups: dict[str, list[Worth]] = {}
    for where, one in worth.items():
        groups.setdefault(key_of(where), []).append(one)
    return sorted(groups.items(), key=lambda group: (-sum(one.value for one in group[1]), group[0]))


def _bands(parts: Iterable[Worth]) -> list[int]:
    sums = [0] * BAND_COUNT
    for one in parts:
        for place, amount in enumerate(one.bands):
            sums[place] += amount
    return sums


def _line(name: Cell, key: str, parts: list[Worth]) -> Row:
    value = sum(one.value for one in parts)
    mark: Any = "warn" if any(one.qty < 0 for one in parts) else ""
    return Row((name, key, len(parts), value, *_bands(parts)), "", mark)


def _by_sku(worth: Mapping[Where, Worth], goods: Mapping[str, Goods]) -> Iterator[Row]:
    for sku, parts in _grouped(worth, lambda where: where[1]):
        qty, value = sum(one.qty for one in parts), sum(one.value for one in parts)
        unit_cost = half_up(value * (MICRO // 100) * MICRO, qty) if qty > 0 else None
        about = goods[sku]
        cells: tuple[Cell, ...] = (about.name, sku, about.category, about.unit, qty, unit_cost, value)
        yield Row((*cells, *_bands(parts)), facts_url(sku=sku, kind="stock."), "warn" if qty < 0 else "")


def _section(key: str, columns: tuple[Column, ...], rows: list[Row]) -> Section:
    listed = tuple(rows)
    chart = Chart(kind="bar", x="name", y=("stock_value",)) if columns is not SKUS else None
    total = summed(columns, listed, word("report_word_total"))
    return Section(key=key, columns=columns, rows=listed, total=total, chart=chart)


REPORT = Report(
    key="stock-value",
    area="goods",
    permission="reports.read",
    span="day",
    sections={"stock_by_place": PLACES, "stock_by_category": CATEGORIES, "stock_by_sku": SKUS},
    answer=answer,
)
