"""What is stock worth and how old is it (存货计价与库龄): at cost, at the close of any day, by store, category and SKU.

The worth of a SKU in a store is the value the books hold for it after the last document up to that day; its lots say
how old it is. What is on the road stands in a line of its own. Where facts of closed months came late, accounts know
them in the first open month only; the difference is a headline, so that the report says how it ties to the ledger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import and_, select

from cloud.books.ledger import by_account, chart_now, turnover_before
from cloud.books.shelf import seek
from cloud.reports.asked import Question, facts_url
from cloud.reports.dataset import Cell, Chart, Column, Figure, Row, Section, col, summed, word
from cloud.reports.goods import Goods, goods_of
from cloud.reports.of_books import books_notes, place_names, stores_of
from cloud.reports.registry import Answer, Asking, Report
from cloud.reports.stock_over_time import BY_LOT, lay_at
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


class Worth(msgspec.Struct, frozen=True, gc=False):
    """One SKU in one store: millionths, fen, and the fen of each band of age."""

    qty: int
    value: int
    bands: tuple[int, ...]


def answer(asking: Asking) -> Answer:
    """The dearest first everywhere."""
    reading, day = asking.reading, asking.question.last
    worth = worth_at(asking, day)
    goods = goods_of(reading, {sku for _, sku in worth})
    of_skus, of_places, of_categories = _added_up(worth, goods)
    names = place_names(reading)
    road, booked = _ledger(asking, day)
    whole = sum(one.value for one in worth.values())
    store_rows = [_line(names.get(key, key), key, parts) for key, parts in _dearest_first(of_places)]
    if road:
        unknown = (0,) * (BAND_COUNT - 1)
        store_rows.append(Row((word("report_on_the_road"), "", None, road, *unknown, road)))
    categories = {one.category_code: one.category for one in goods.values()}
    category_rows = [_line(categories[key], key, parts) for key, parts in _dearest_first(of_categories)]
    return Answer(
        sections=(
            _section("stock_by_place", PLACES, store_rows),
            _section("stock_by_category", CATEGORIES, category_rows),
            _section("stock_by_sku", SKUS, list(_by_sku(of_skus, goods))),
        ),
        figures=(Figure(column=VALUE, value=whole + road), Figure(column=OFF, value=whole + road - booked)),
        notes=(word("report_note_stock_worth"), *books_notes(asking)),
    )


def worth_at(asking: Asking, day: date) -> dict[Where, Worth]:
    """Every SKU that lay in a store at the close of a day, or was worth something without lying there."""
    reading = asking.reading
    # Lots that came on one day are of one age, whatever store they lie in.
    ages = _Ages(day)
    lots: dict[Where, list[LotHere]] = {}
    for store, sku, lot, qty, received in _lots_at(reading, asking.question, day):
        lots.setdefault((store, sku), []).append(LotHere(lot, qty, ages[received]))
    return {
        where: Worth(state.qty, state.value, worth_by_age(state, lots[where]))
        for where, state in _states(reading, lots, day, asking.today)
    }


class _Ages(dict[str | None, int | None]):
    """Days since goods were received, by the day they came; None where nobody knows."""

    def __init__(self, day: date) -> None:
        super().__init__({None: None})
        self._day = day

    def __missing__(self, received: str | None) -> int | None:
        age = self[received] = (self._day - date.fromisoformat(received)).days if received else None
        return age


def _lots_at(reading: Reading, asked: Question, day: date) -> Sequence[Any]:
    """(store, SKU, lot, on hand, when it was received) of what lay there at the close of a day.

    Goods without a lot were received on no day one could name.
    """
    known, lay = table_of(LOT), lay_at(asked, day, BY_LOT)
    same = and_(
        mine(known), lay.c.lot != "", *(known.c[name] == lay.c[name] for name in (NODE_ID, "sku", "lot"))
    )
    columns = (lay.c[NODE_ID], lay.c.sku, lay.c.lot, lay.c.on_hand, known.c.received)
    return reading.all(select(*columns).select_from(lay.outerjoin(known, same)))


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


def _ledger(asking: Asking, day: date) -> tuple[int, int]:
    """What the accounts say of goods on the road, and of all goods."""
    reading, after = asking.reading, day + timedelta(days=1)
    codes = chart_now(reading).inventory_codes

    def of(stores: tuple[str, ...] | None) -> int:
        sums = by_account(turnover_before(reading, stores, after))
        return sum(debit - credit for code, (debit, credit) in sums.items() if code in codes)

    return of((Policy().transit,)) if asking.whole else 0, of(stores_of(asking))


class _Sum:
    """What several SKUs, or stores, are worth together."""

    __slots__ = ("bands", "count", "qty", "value", "was_short")

    def __init__(self) -> None:
        self.count = self.qty = self.value = 0
        self.bands = [0] * BAND_COUNT
        self.was_short = False

    def add(self, qty: int, value: int, bands: Iterable[int]) -> None:
        self.qty += qty
        self.value += value
        own = self.bands
        for place, amount in enumerate(bands):
            if amount:
                own[place] += amount

    def one_more(self, one: Worth) -> None:
        """One SKU in one store."""
        self.count += 1
        self.was_short = self.was_short or one.qty < 0
        self.add(one.qty, one.value, one.bands)

    def join(self, other: _Sum) -> None:
        self.count += other.count
        self.was_short = self.was_short or other.was_short
        self.add(other.qty, other.value, other.bands)


_Sums = dict[str, _Sum]


def _added_up(worth: Mapping[Where, Worth], goods: Mapping[str, Goods]) -> tuple[_Sums, _Sums, _Sums]:
    """By SKU, by store, and by category, which is its SKUs together."""
    of_skus: defaultdict[str, _Sum] = defaultdict(_Sum)
    of_places: defaultdict[str, _Sum] = defaultdict(_Sum)
    for (store, sku), one in worth.items():
        of_skus[sku].one_more(one)
        of_places[store].one_more(one)
    of_categories: defaultdict[str, _Sum] = defaultdict(_Sum)
    for sku, whole in of_skus.items():
        of_categories[goods[sku].category_code].join(whole)
    return of_skus, of_places, of_categories


def _dearest_first(sums: _Sums) -> list[tuple[str, _Sum]]:
    return sorted(sums.items(), key=lambda item: (-item[1].value, item[0]))


def _line(name: Cell, key: str, one: _Sum) -> Row:
    return Row((name, key, one.count, one.value, *one.bands), "", "warn" if one.was_short else "")


def _by_sku(of_skus: _Sums, goods: Mapping[str, Goods]) -> Iterator[Row]:
    for sku, one in _dearest_first(of_skus):
        qty, value, about = one.qty, one.value, goods[sku]
        unit_cost = half_up(value * (MICRO // 100) * MICRO, qty) if qty > 0 else None
        cells: tuple[Cell, ...] = (about.name, sku, about.category, about.unit, qty, unit_cost, value)
        yield Row((*cells, *one.bands), facts_url(sku=sku, kind="stock."), "warn" if qty < 0 else "")


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
