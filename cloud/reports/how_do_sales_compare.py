"""How do sales compare: cut any way one asks, each line against the period before or the same a year ago.

`amount` is what customers paid less what they got back, on the day they got it back. Days, weeks and months are laid
side by side by their place in the period; everything else by its name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, func, select

from cloud.reports.asked import Named, Question, category_names, facts_url, in_period, of_stores, store_names
from cloud.reports.comparing import base_of, change, elapsed, share
from cloud.reports.dataset import Cell, Chart, Column, Figure, Row, Section, col, summed, word
from cloud.reports.goods import UNSORTED, goods_of, supplier_names
from cloud.reports.kept_sums import sums_over
from cloud.reports.registry import Answer, Asking, Report
from cloud.store.identity_tables import USER
from cloud.store.projected import NODE_ID, table_of
from cloud.store.tenant import Reading, mine
from shared.access.labels import PERSONAL
from shared.business_day import local_time
from shared.catalogue.projection import STORE
from shared.sales.projection import (
    HALF_HOUR,
    HALF_HOUR_MS,
    SALES_CUT,
    SALES_DAY,
    SALES_MONTH,
    SALES_TOTAL,
    STAFF,
    TENDER,
)

IN_TIME = ("day", "week", "month")
BY_GOODS = ("sku", "category", "supplier")
BYS = ("day", "week", "month", "hour", "store", *BY_GOODS, "tender", "staff")

NAME = col("name")
CODE = col("code")
DAY = col("date", "date")
AMOUNT = col("amount", "money", sums=True)
SHARE = col("share", "percent")
BASE = col("base_amount", "money", sums=True)
CHANGE = col("change", "percent")
FLAG = col("flag")
QTY = col("qty", "qty", sums=True)
COUNT = col("receipts", "count", sums=True)
LINES = col("lines", "count", sums=True)
RETURNED = col("returned", "money", sums=True)
DISCOUNT = col("discount", "money", sums=True)
AVERAGE = col("average_receipt", "money")
COLUMNS = (NAME, CODE, DAY, AMOUNT, SHARE, BASE, CHANGE, FLAG, QTY, COUNT, LINES, AVERAGE, RETURNED, DISCOUNT)


class Sums(msgspec.Struct):
    """What is added up for a line; `counted` are receipts, or receipt lines where goods are grouped."""

    amount: int = 0
    qty: int = 0
    counted: int = 0
    returned: int = 0
    discount: int = 0

    def add(self, row: Any) -> None:
        self.amount += int(row.amount or 0)
        self.qty += int(row.qty or 0)
        self.counted += int(row.counted or 0)
        self.returned += int(row.returned or 0)
        self.discount += int(row.discount or 0)


def sums_by(reading: Reading, asked: Question, by: str) -> dict[str, Sums]:
    """Sales of the period by the cut's own keys: a date, an hour, a code."""
    found: defaultdict[str, Sums] = defaultdict(Sums)
    for key, row in _rows(reading, asked, by):
        found[key].add(row)
    return dict(found)


def _rows(reading: Reading, asked: Question, by: str) -> Iterator[tuple[str, Any]]:
    if by == "hour":
        yield from _by_hour(reading, asked)
    elif by in (TENDER, STAFF):
        table = table_of(SALES_CUT)
        inside = and_(of_stores(asked, table), table.c.cut == by, in_period(asked, table))
        chosen = select(table.c.value, *_sums(table, "sales")).where(inside).group_by(table.c.value)
        yield from ((row.value, row) for row in reading.all(chosen))
    elif by in BY_GOODS:
        rows = sums_over(
            reading, asked, (SALES_DAY, SALES_MONTH), ("sku",), lambda table: _sums(table, "lines")
        )
        goods = goods_of(reading, (row.sku for row in rows)) if by != "sku" else {}
        for row in rows:
            about = goods.get(row.sku)
            key = row.sku if about is None else about.category_code if by == "category" else about.supplier
            yield key, row
    else:
        table = table_of(SALES_TOTAL)
        column = table.c[NODE_ID] if by == "store" else table.c.business_date
        chosen = select(column.label("key"), *_sums(table, "sales"))
        for row in reading.all(
            chosen.where(of_stores(asked, table), in_period(asked, table)).group_by(column)
        ):
            yield (
                row.key if by in ("store", "day") else _bucket(date.fromisoformat(row.key), by).isoformat(),
                row,
            )


def _sums(table: Any, counted: str) -> list[ColumnElement[int]]:
    columns = table.c
    return [
        func.sum(columns.amount - columns.returned).label("amount"),
        func.sum(columns.qty - columns.returned_qty).label("qty"),
        func.sum(columns[counted]).label("counted"),
        func.sum(columns.discount).label("discount"),
        func.sum(columns.returned).label("returned"),
    ]


def _bucket(day: date, by: str) -> date:
    """The first day of its week (a Monday) or month."""
    return day - timedelta(days=day.weekday()) if by == "week" else day.replace(day=1)


def _by_hour(reading: Reading, asked: Question) -> Iterator[tuple[str, Any]]:
    """By the hour on the store's own clock: UTC half hours, moved by what the zone is off in each part of the year."""
    stores, table = table_of(STORE), table_of(SALES_CUT)
    zones: defaultdict[str, list[str]] = defaultdict(list)
    for row in reading.all(
        select(stores.c.store, stores.c.timezone).where(of_stores(asked, stores, "store"))
    ):
        zones[row.timezone].append(row.store)
    for zone, codes in zones.items():
        for part, minutes_off in _parts_of_the_year(asked, zone):
            inside = and_(
                mine(table), table.c[NODE_ID].in_(codes), table.c.cut == HALF_HOUR, in_period(part, table)
            )
            chosen = select(table.c.value, *_sums(table, "sales")).where(inside).group_by(table.c.value)
            for row in reading.all(chosen):
                minutes = int(row.value) * HALF_HOUR_MS // 60_000 + minutes_off
                yield f"{minutes // 60 % 24:02d}", row


def _parts_of_the_year(asked: Question, zone: str) -> Iterator[tuple[Question, int]]:
    """The period cut where clocks are put forward or back, with the minutes ahead of UTC of each part."""
    first, off = asked.first, _minutes_off(asked.first, zone)
    for offset in range(1, asked.days):
        day = asked.first + timedelta(days=offset)
        off_then = _minutes_off(day, zone)
        if off_then != off:
            yield Question(first=first, last=day - timedelta(days=1), stores=asked.stores), off
            first, off = day, off_then
    yield Question(first=first, last=asked.last, stores=asked.stores), off


def _minutes_off(day: date, zone: str) -> int:
    """At noon, when no clock anywhere is being changed."""
    noon_ms = (day.toordinal() - date(1970, 1, 1).toordinal()) * 86_400_000 + 43_200_000
    offset = local_time(noon_ms, zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) // 60


def answer(asking: Asking) -> Answer:
    """Days in their order, everything else the largest amount first."""
    asked = elapsed(asking.question, asking.today)
    base = base_of(asking.question, asking.today, asking.compare)
    reading, by = asking.reading, asking.by
    now, then = sums_by(reading, asked, by), sums_by(reading, base, by)
    if by in IN_TIME:
        pairs = list(_side_by_side(asked, base, by, now, then))
    else:
        keys = {*now, *then}
        ordered = sorted(keys, key=lambda key: (0 if by == "hour" else -now.get(key, Sums()).amount, key))
        pairs = [(key, now.get(key, Sums()), then.get(key, Sums())) for key in ordered]
    names = _names(reading, by, [key for key, *_ in pairs])
    columns = _columns(by)
    whole, whole_before = _whole(now.values()), _whole(then.values())
    rows = tuple(_row(asked, by, key, names, one, before, whole.amount) for key, one, before in pairs)
    own = {
        "share": share(whole.amount, whole.amount),
        "change": change(whole.amount, whole_before.amount),
        "average_receipt": average(whole.amount, whole.counted),
    }
    total = summed(columns, rows, word("report_word_total"), **own)
    section = Section(
        key="sales",
        columns=columns,
        rows=rows,
        total=total,
        chart=Chart(kind="line" if by in IN_TIME else "bar", x=columns[0].key, y=("amount", "base_amount")),
    )
    return Answer(
        sections=(section,),
        figures=_figures(reading, asked, base),
        notes=(
            word(
                "report_note_base", first=base.first.isoformat(), last=base.last.isoformat(), days=base.days
            ),
            *((word("report_note_base_uneven"),) if base.days != asked.days else ()),
        ),
    )


def _columns(by: str) -> tuple[Column, ...]:
    first = (DAY,) if by == "day" else (NAME,)
    code = (CODE,) if by in ("sku", "supplier", "store") else ()
    counted = (LINES,) if by in BY_GOODS else (COUNT, AVERAGE)
    return (*first, *code, AMOUNT, SHARE, BASE, CHANGE, FLAG, QTY, *counted, RETURNED, DISCOUNT)


def average(amount: int, receipts: int) -> int | None:
    """Fen a receipt."""
    return None if receipts <= 0 else (2 * amount + receipts) // (2 * receipts)


def changed_mean(now: int | None, base: int | None) -> int | None:
    """The change of an average receipt; none where one of the two had no receipt."""
    return None if now is None or base is None else change(now, base)


def _row(
    asked: Question, by: str, key: str, names: dict[str, Cell], now: Sums, then: Sums, whole: int
) -> Row:
    first: list[Cell] = [key if by == "day" else names.get(key, key)]
    if by in ("sku", "supplier", "store"):
        first.append(key)
    counted: list[Cell] = [now.counted] if by in BY_GOODS else [now.counted, average(now.amount, now.counted)]
    return Row(
        (
            *first,
            now.amount,
            share(now.amount, whole),
            then.amount,
            change(now.amount, then.amount),
            word("report_base_negative") if then.amount < 0 else "",
            now.qty,
            *counted,
            now.returned,
            now.discount,
        ),
        _facts(asked, by, key),
    )


def _facts(asked: Question, by: str, key: str) -> str:
    """Where the facts of a line are listed; a cut the day-book is not filed by leads to all of the period's sales."""
    first, last = asked.first.isoformat(), asked.last.isoformat()
    if by in IN_TIME:
        day = date.fromisoformat(key)
        first = max(key, first)
        last = min(_ends(day, by).isoformat(), last)
    chosen = {"store": {"node": key}, "sku": {"sku": key}, "category": {"category": key}}.get(by, {})
    return facts_url(kind="sales.", **{"from": first, "to": last}, **chosen)


def _ends(day: date, by: str) -> date:
    if by == "day":
        return day
    if by == "week":
        return day + timedelta(days=6)
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _side_by_side(
    asked: Question, base: Question, by: str, now: dict[str, Sums], then: dict[str, Sums]
) -> Iterator[tuple[str, Sums, Sums]]:
    """Every day, week or month of the period, also one without a sale, beside the one in the same place before."""
    ours, theirs = _buckets(asked, by), _buckets(base, by)
    for place, key in enumerate(ours):
        before = theirs[place] if place < len(theirs) else ""
        yield key, now.get(key, Sums()), then.get(before, Sums())


def _buckets(asked: Question, by: str) -> list[str]:
    days = (asked.first + timedelta(days=offset) for offset in range(asked.days))
    return list(dict.fromkeys((day if by == "day" else _bucket(day, by)).isoformat() for day in days))


def _names(reading: Reading, by: str, keys: list[str]) -> dict[str, Cell]:
    match by:
        case "store":
            return dict(store_names(reading))
        case "sku":
            return {sku: goods.name for sku, goods in goods_of(reading, keys).items()}
        case "category":
            goods_names = category_names(reading)
            return {key: goods_names.get(key, Named(key, key) if key else UNSORTED) for key in keys}
        case "supplier":
            names = supplier_names(reading)
            return {key: names.get(key, key) if key else word("report_no_supplier") for key in keys}
        case "tender":
            return {key: word(f"tender_{key}" if key else "tender_none") for key in keys}
        case "staff":
            rows = reading.all(select(USER.c.user_id, USER.c.name).where(mine(USER)))
            return {row.user_id: row.name for row in rows}
        case "hour":
            return {key: f"{key}:00–{key}:59" for key in keys}
        case "month":
            return {key: key[:7] for key in keys}
        case "week":
            return {key: _week(date.fromisoformat(key)) for key in keys}
        case _:
            return {}


def _week(monday: date) -> Named:
    """ISO weeks: that of 16 November 2026 is the 47th."""
    year, number, _ = monday.isocalendar()
    return word("report_week", year=year, n=number, first=monday.strftime("%m-%d"))


def _whole(parts: Iterable[Sums]) -> Sums:
    whole = Sums()
    for part in parts:
        whole = Sums(
            amount=whole.amount + part.amount,
            qty=whole.qty + part.qty,
            counted=whole.counted + part.counted,
            returned=whole.returned + part.returned,
            discount=whole.discount + part.discount,
        )
    return whole


def _figures(reading: Reading, asked: Question, base: Question) -> tuple[Figure, ...]:
    """The whole, from the day's totals however the table is cut."""
    now, then = (_whole(sums_by(reading, one, "store").values()) for one in (asked, base))
    mean, mean_before = average(now.amount, now.counted), average(then.amount, then.counted)
    return (
        Figure(column=AMOUNT, value=now.amount, change=change(now.amount, then.amount)),
        Figure(column=COUNT, value=now.counted, change=change(now.counted, then.counted)),
        Figure(column=AVERAGE, value=mean, change=changed_mean(mean, mean_before)),
        Figure(column=RETURNED, value=now.returned, change=change(now.returned, then.returned)),
    )


REPORT = Report(
    key="sales-by",
    area="sales",
    permission="reports.read",
    by=BYS,
    by_needs={"staff": PERSONAL},
    compares=True,
    sections={"sales": COLUMNS},
    answer=answer,
)
