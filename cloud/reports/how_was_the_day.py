"""How was the day (日报): one business day beside yesterday, the same weekday last week and the same date last year.

Sales are net of what was given back on that day. What was out, near its end or wrong is listed, because that is what
somebody has to do something about before the doors open again.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import or_, select

from cloud.reports.asked import Question, facts_url, of_stores, store_names
from cloud.reports.comparing import a_year_before, change
from cloud.reports.dataset import Figure, Row, Section, col, summed, word
from cloud.reports.goods import goods_of
from cloud.reports.how_do_sales_compare import Sums, average, changed_mean, sums_by
from cloud.reports.registry import Answer, Asking, Report
from cloud.reports.what_must_be_sold_soon import LINES as NEAR_LINES
from cloud.reports.what_must_be_sold_soon import near_lots, rows_of
from cloud.reports.what_was_lost import losses
from cloud.reports.what_was_missing import out_at_close
from cloud.store.projected import NODE_ID, table_of
from cloud.store.tenant import Reading
from shared.business_day import day_ends_ms, local_time
from shared.catalogue.projection import STORE
from shared.sensing.projection import EXCURSION, SENSOR_STATE

AMOUNT = col("amount", "money", sums=True)
COUNT = col("receipts", "count", sums=True)
AVERAGE = col("average_receipt", "money")
RETURNED = col("returned", "money", sums=True)
LOSS = col("loss", "qty")
DAYS = (
    col("name"),
    col("date", "date"),
    AMOUNT,
    col("change", "percent"),
    COUNT,
    AVERAGE,
    RETURNED,
    LOSS,
)
STORES = (
    col("name"),
    col("code"),
    AMOUNT,
    col("yesterday_amount", "money", sums=True),
    col("change", "percent"),
    COUNT,
    AVERAGE,
    RETURNED,
)
OUT = (col("name"), col("code"), col("category"), col("store"))
ALARMS = (col("store"), col("alarm"), col("what"), col("since"))


def answer(asking: Asking) -> Answer:
    """Everything of one day; its period is one day long."""
    asked, reading = asking.question, asking.reading
    day = asked.last
    days = {
        "report_this_day": day,
        "report_yesterday": day - timedelta(days=1),
        "report_last_week": day - timedelta(days=7),
        "report_last_year": a_year_before(day),
    }
    by_store = {name: sums_by(reading, _day(asked, when), "store") for name, when in days.items()}
    whole = {name: _whole(sums) for name, sums in by_store.items()}
    lost = {
        name: sum(one.loss for one in losses(reading, _day(asked, when)).values())
        for name, when in days.items()
    }
    now = whole["report_this_day"]
    rows = []
    for name, when in days.items():
        then = whole[name]
        compared = None if when == day else change(now.amount, then.amount)
        mean = average(then.amount, then.counted)
        cells = (then.amount, compared, then.counted, mean, then.returned, lost[name])
        rows.append(
            Row((word(name), when.isoformat(), *cells), facts_url(date=when.isoformat(), kind="sales."))
        )
    before = whole["report_yesterday"]
    near, goods = near_lots(reading, asked, day, 0)
    mean, mean_before = average(now.amount, now.counted), average(before.amount, before.counted)
    return Answer(
        sections=(
            Section(key="day", columns=DAYS, rows=tuple(rows)),
            _stores(reading, asked, by_store["report_this_day"], by_store["report_yesterday"]),
            _out(reading, asked),
            Section(key="near_lots", columns=NEAR_LINES, rows=rows_of(reading, near, goods)),
            Section(key="alarms", columns=ALARMS, rows=_alarms(reading, asked)),
        ),
        figures=(
            Figure(column=AMOUNT, value=now.amount, change=change(now.amount, before.amount)),
            Figure(column=COUNT, value=now.counted, change=change(now.counted, before.counted)),
            Figure(column=AVERAGE, value=mean, change=changed_mean(mean, mean_before)),
            Figure(column=RETURNED, value=now.returned, change=change(now.returned, before.returned)),
            Figure(column=LOSS, value=lost["report_this_day"]),
        ),
        notes=(word("report_note_daily"),),
    )


def _day(asked: Question, day: date) -> Question:
    return Question(first=day, last=day, stores=asked.stores)


def _whole(by_store: dict[str, Sums]) -> Sums:
    whole = Sums()
    for sums in by_store.values():
        whole.amount += sums.amount
        whole.counted += sums.counted
        whole.returned += sums.returned
    return whole


def _stores(reading: Reading, asked: Question, now: dict[str, Sums], before: dict[str, Sums]) -> Section:
    rows = []
    names = store_names(reading, asked.stores)
    for store in sorted(names, key=lambda code: (-now.get(code, Sums()).amount, code)):
        ours, theirs = now.get(store, Sums()), before.get(store, Sums())
        compared, mean = change(ours.amount, theirs.amount), average(ours.amount, ours.counted)
        cells = (ours.amount, theirs.amount, compared, ours.counted, mean, ours.returned)
        rows.append(
            Row(
                (names[store], store, *cells),
                facts_url(node=store, date=asked.last.isoformat(), kind="sales."),
            )
        )
    amount, yesterday = (sum(one.amount for one in sums.values()) for sums in (now, before))
    receipts = sum(one.counted for one in now.values())
    total = summed(
        STORES,
        tuple(rows),
        word("report_word_total"),
        change=change(amount, yesterday),
        average_receipt=average(amount, receipts),
    )
    return Section(key="by_store", columns=STORES, rows=tuple(rows), total=total)


def _out(reading: Reading, asked: Question) -> Section:
    """What had nothing left to sell at the close."""
    out = sorted((sku, store) for store, sku in out_at_close(reading, asked))
    names, goods = store_names(reading), goods_of(reading, {sku for sku, _ in out})
    return Section(
        key="out_at_close",
        columns=OUT,
        rows=tuple(
            Row(
                (goods[sku].name, sku, goods[sku].category, names.get(store, store)),
                facts_url(node=store, sku=sku),
            )
            for sku, store in out
        ),
    )


def _alarms(reading: Reading, asked: Question) -> tuple[Row, ...]:
    """Excursions that began on the day or are still open, and sensors that say nothing now."""
    names, table = store_names(reading), table_of(STORE)
    zones = {
        row.store: (row.timezone, int(row.cutoff_minutes))
        for row in reading.all(
            select(table.c.store, table.c.timezone, table.c.cutoff_minutes).where(
                of_stores(asked, table, "store")
            )
        )
    }
    first_ms = min((day_ends_ms(asked.last - timedelta(days=1), *zone) for zone in zones.values()), default=0)
    excursions, states = table_of(EXCURSION), table_of(SENSOR_STATE)
    rows = []
    for row in reading.all(
        select(excursions)
        .where(
            of_stores(asked, excursions),
            excursions.c.backfilled == 0,
            or_(excursions.c.began_ms >= first_ms, excursions.c.state == "open"),
        )
        .order_by(excursions.c.began_ms, excursions.c[NODE_ID])
    ):
        zone, cutoff = zones.get(row.node_id, ("UTC", 0))
        if row.began_ms >= day_ends_ms(asked.last, zone, cutoff):
            continue
        still = row.state == "open"
        rows.append(
            Row(
                (
                    names.get(row.node_id, row.node_id),
                    word("alarm_excursion_open" if still else "alarm_excursion"),
                    f"{row.place} · {row.sensor}",
                    _moment(row.began_ms, zone),
                ),
                facts_url(node=row.node_id, kind="sensing."),
                "block" if still else "",
            )
        )
    for row in reading.all(select(states).where(of_stores(asked, states), states.c.state == "silent")):
        zone, _ = zones.get(row.node_id, ("UTC", 0))
        rows.append(
            Row(
                (
                    names.get(row.node_id, row.node_id),
                    word("alarm_silent"),
                    f"{row.place} · {row.sensor}",
                    _moment(row.since_ms, zone),
                ),
                facts_url(node=row.node_id, kind="sensing."),
                "warn",
            )
        )
    return tuple(rows)


def _moment(at_ms: int, zone: str) -> str:
    return local_time(at_ms, zone).strftime("%m-%d %H:%M")


REPORT = Report(
    key="daily",
    area="business",
    permission="reports.read",
    span="day",
    sections={
        "day": DAYS,
        "by_store": STORES,
        "out_at_close": OUT,
        "near_lots": NEAR_LINES,
        "alarms": ALARMS,
    },
    answer=answer,
)
