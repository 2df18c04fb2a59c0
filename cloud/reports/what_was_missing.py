"""What was missing (缺货率): of the days a product should have been there, how many ended with an empty shelf.

SKU-store-days with nothing sellable at the close while the product was listed and the store open, by all such days. A
product is listed in a store on a day when it has sellable stock or moved there within the four weeks up to that day;
the store is open on a day it sold something. Held goods are not sellable.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate

import msgspec
from sqlalchemy import except_, select

from cloud.reports.asked import Question, facts_url, in_period, of_stores, store_names
from cloud.reports.comparing import elapsed, share
from cloud.reports.dataset import Chart, Figure, Row, Section, col, word
from cloud.reports.goods import goods_of
from cloud.reports.registry import Answer, Asking, Report
from cloud.reports.stock_over_time import balances_at, lay_at
from cloud.store.gathered import gathered, numbers_of
from cloud.store.projected import NODE_ID, table_of
from cloud.store.tenant import Reading
from shared.sales.projection import SALES_TOTAL
from shared.stock.projection import STOCK_DAY

LISTED_DAYS = 28
RATE = col("stock_out_rate", "percent")
DAYS_OUT = col("days_out", "count", sums=True)
DAYS_LISTED = col("days_listed", "count", sums=True)
BY_STORE = (col("name"), col("code"), DAYS_OUT, DAYS_LISTED, RATE)
BY_SKU = (
    col("name"), col("code"), col("category"), col("store"), DAYS_OUT, DAYS_LISTED, RATE, col("out_at_end"),
)  # fmt: skip


class Missing(msgspec.Struct, frozen=True, gc=False):
    """Open days of one SKU in one store on which it was listed, and those of them it was out; and how it ended."""

    store: str
    sku: str
    days_out: int
    days_listed: int
    out_at_end: bool


class OpenDays:
    """Which days of the period a store was open; counting those of a stretch costs two look-ups."""

    def __init__(self, first: int, last: int, opened: Iterable[int]) -> None:
        self._first = first
        days = set(opened)
        self._before = [0]
        for day in range(first, last + 1):
            self._before.append(self._before[-1] + (day in days))

    def within(self, begin: int, end: int) -> int:
        """Open days from `begin` to `end`, both included; none where it ends before it begins."""
        if end < begin:
            return 0
        return self._before[end - self._first + 1] - self._before[begin - self._first]


def counted(
    changes: list[tuple[int, int]], closes: int, first: int, last: int, opened: OpenDays
) -> tuple[int, int, bool]:
    """(days out, days listed, out at the end) from the day-by-day changes of what is sellable.

    `changes` are (day, change) in order of days from four weeks before `first`; `closes` is sellable at the end.
    """
    balance = closes - sum(change for _, change in changes)
    out = listed = 0
    stretches = [(first - LISTED_DAYS, 0), *changes]
    for place, (day, change) in enumerate(stretches):
        balance += change
        until = stretches[place + 1][0] - 1 if place + 1 < len(stretches) else last
        begin, end = max(day, first), min(until, last)
        if balance > 0:
            listed += opened.within(begin, end)
        elif place:
            # Nothing moves in a stretch after its first day, so the product is forgotten four weeks after that.
            empty = opened.within(begin, min(end, day + LISTED_DAYS - 1))
            out += empty
            listed += empty
    still_listed = bool(changes) and changes[-1][0] > last - LISTED_DAYS
    return out, listed, closes <= 0 and still_listed


def missing(reading: Reading, asked: Question) -> Iterator[Missing]:
    """Every SKU of every store that was listed on some day of the period."""
    first, last = asked.first.toordinal(), asked.last.toordinal()
    opened = open_days(reading, asked)
    closing = balances_at(reading, asked, asked.last)
    table = table_of(STOCK_DAY)
    since = (asked.first - timedelta(days=LISTED_DAYS)).isoformat()
    keys, day = [table.c[NODE_ID], table.c.sku], table.c.day
    rows = reading.all(
        select(
            *keys,
            gathered(reading, day, day).label("days"),
            gathered(reading, table.c.sellable, day).label("changes"),
        )
        .where(of_stores(asked, table), table.c.business_date.between(since, asked.last.isoformat()))
        .group_by(*keys)
        .order_by(*keys)
    )
    unmoved = set(closing)
    nobody = OpenDays(first, last, ())
    for row in rows:
        store, sku = row.node_id, row.sku
        unmoved.discard((store, sku))
        balance = closing.get((store, sku))
        closes = balance.sellable if balance else 0
        days, changes = numbers_of(row.days), numbers_of(row.changes)
        of_store = opened.get(store, nobody)
        opens = closes - sum(changes)
        if opens + min(accumulate(changes)) > 0:
            # Never empty since it was there: most goods, and nothing to walk through.
            there_from = first if opens > 0 else max(first, days[0])
            yield Missing(store, sku, 0, of_store.within(there_from, last), False)
        else:
            yield Missing(store, sku, *counted(_by_day(days, changes), closes, first, last, of_store))
    for store, sku in sorted(unmoved):
        if closing[store, sku].sellable > 0:
            yield Missing(store, sku, 0, opened.get(store, nobody).within(first, last), False)


def _by_day(days: Sequence[int], changes: Sequence[int]) -> list[tuple[int, int]]:
    """What happened to the lots of a day together."""
    sums: dict[int, int] = {}
    for day, change in zip(days, changes, strict=True):
        sums[day] = sums.get(day, 0) + change
    return list(sums.items())


def out_at_close(reading: Reading, asked: Question) -> list[tuple[str, str]]:
    """(Store, SKU) still listed at the close of the last day with nothing sellable: `missing`'s `out_at_end`.

    The database says it at once, without walking through the days of everything else.
    """
    table, lay = table_of(STOCK_DAY), lay_at(asked, asked.last, ("sku",))
    listed_since = asked.last - timedelta(days=LISTED_DAYS - 1)
    lately = table.c.business_date.between(listed_since.isoformat(), asked.last.isoformat())
    moved = select(table.c[NODE_ID], table.c.sku).where(of_stores(asked, table), lately).distinct()
    there = select(lay.c[NODE_ID], lay.c.sku).where(lay.c.sellable > 0)
    return [(row.node_id, row.sku) for row in reading.all(select(except_(moved, there).subquery()))]


def open_days(reading: Reading, asked: Question) -> dict[str, OpenDays]:
    """By store: the days on which it sold something."""
    table = table_of(SALES_TOTAL)
    found: defaultdict[str, list[int]] = defaultdict(list)
    for row in reading.all(
        select(table.c[NODE_ID], table.c.business_date).where(
            of_stores(asked, table), in_period(asked, table), table.c.sales > 0
        )
    ):
        found[row.node_id].append(date.fromisoformat(row.business_date).toordinal())
    first, last = asked.first.toordinal(), asked.last.toordinal()
    return {store: OpenDays(first, last, days) for store, days in found.items()}


def answer(asking: Asking) -> Answer:
    """By store, then the products that were out, the longest first."""
    asked, reading = elapsed(asking.question, asking.today), asking.reading
    found = list(missing(reading, asked))
    names = store_names(reading, asked.stores)
    span = {"from": asked.first.isoformat(), "to": asked.last.isoformat()}
    out, listed = (sum(getattr(one, name) for one in found) for name in ("days_out", "days_listed"))
    out_in, listed_in = Counter[str](), Counter[str]()
    for one in found:
        out_in[one.store] += one.days_out
        listed_in[one.store] += one.days_listed
    stores = []
    for store, name in names.items():
        days_out, days = out_in[store], listed_in[store]
        stores.append(
            Row((name, store, days_out, days, share(days_out, days)), facts_url(node=store, **span))
        )
    worst = sorted(
        (one for one in found if one.days_out or one.out_at_end),
        key=lambda one: (-one.days_out, one.sku, one.store),
    )
    goods = goods_of(reading, {one.sku for one in worst})
    still = word("report_still_out")
    rows = tuple(
        Row(
            (
                goods[one.sku].name,
                one.sku,
                goods[one.sku].category,
                names.get(one.store, one.store),
                one.days_out,
                one.days_listed,
                share(one.days_out, one.days_listed),
                still if one.out_at_end else "",
            ),
            facts_url(node=one.store, sku=one.sku, **span),
            "warn" if one.out_at_end else "",
        )
        for one in worst
    )
    whole = Row((word("report_word_total"), "", out, listed, share(out, listed)))
    return Answer(
        sections=(
            Section(
                key="by_store",
                columns=BY_STORE,
                rows=tuple(stores),
                total=whole,
                chart=Chart(kind="bar", x="name", y=("stock_out_rate",)),
            ),
            Section(key="stock_outs", columns=BY_SKU, rows=rows),
        ),
        figures=(
            Figure(column=RATE, value=share(out, listed)),
            Figure(column=col("out_now", "count"), value=sum(one.out_at_end for one in found)),
        ),
        notes=(word("report_note_stock_out", days=LISTED_DAYS),),
    )


REPORT = Report(
    key="stock-outs",
    area="goods",
    permission="reports.read",
    sections={"by_store": BY_STORE, "stock_outs": BY_SKU},
    answer=answer,
)
