"""What was lost (损耗), in quantity: thrown away, missing in counts, short in transfers.

Rate = loss by (net sold + loss). A count that finds less in one product and more in another is a shortage and a gain,
never their difference: only within one product of one store do counts of the period cancel. A transfer is short when
something of it has arrived and something has not; what nobody has received is still on its way.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, func, select

from cloud.reports.asked import Question, facts_url, in_period, of_stores, store_names
from cloud.reports.comparing import elapsed, share
from cloud.reports.dataset import Chart, Figure, Row, Section, col, summed, word
from cloud.reports.goods import goods_of
from cloud.reports.registry import Answer, Asking, Report
from cloud.reports.stock_over_time import Key, flows
from cloud.store.projected import table_of
from cloud.store.tenant import Reading
from shared.business_day import day_ends_ms
from shared.catalogue.projection import STORE
from shared.stock.projection import INBOUND, WASTE_DAY

RATE = col("loss_rate", "percent")
_SUMS = tuple(col(name, "qty", sums=True) for name in ("wasted", "shortage", "transit_short", "loss"))
_REST = (col("gain", "qty", sums=True), col("sold_net", "qty", sums=True), RATE)
BY_STORE = (col("name"), col("code"), *_SUMS, *_REST)
BY_REASON = (col("reason"), col("wasted", "qty", sums=True), col("share", "percent"))
BY_SKU = (col("name"), col("code"), col("category"), col("unit"), *_SUMS, *_REST)


class Lost(msgspec.Struct, gc=False):
    """Millionths; all of them positive but `sold`, which returns may turn."""

    wasted: int = 0
    shortage: int = 0
    transit: int = 0
    gain: int = 0
    sold: int = 0

    @property
    def loss(self) -> int:
        return self.wasted + self.shortage + self.transit

    def add(self, other: Lost) -> None:
        self.wasted += other.wasted
        self.shortage += other.shortage
        self.transit += other.transit
        self.gain += other.gain
        self.sold += other.sold

    @property
    def cells(self) -> tuple[int | None, ...]:
        rate = share(self.loss, self.sold + self.loss)
        return (self.wasted, self.shortage, self.transit, self.loss, self.gain, self.sold, rate)


def losses(reading: Reading, asked: Question) -> dict[Key, Lost]:
    """By (store, SKU)."""

    def sums(table: Any) -> list[ColumnElement[int]]:
        return [
            func.sum(table.c.counted).label("counted"),
            func.sum(table.c.sold - table.c.returned).label("sold"),
        ]

    found: defaultdict[Key, Lost] = defaultdict(Lost)
    for key, row in flows(reading, asked, ("node_id", "sku"), sums).items():
        counted = int(row.counted or 0)
        found[key] = Lost(shortage=max(-counted, 0), gain=max(counted, 0), sold=int(row.sold or 0))
    table = table_of(WASTE_DAY)
    keys = [table.c.node_id, table.c.sku]
    thrown = select(*keys, func.sum(table.c.qty).label("qty")).where(
        of_stores(asked, table), in_period(asked, table)
    )
    for row in reading.all(thrown.group_by(*keys)):
        found[row.node_id, row.sku].wasted += int(row.qty)
    for key, qty in _short_transfers(reading, asked).items():
        found[key].transit += qty
    return dict(found)


def _short_transfers(reading: Reading, asked: Question) -> dict[Key, int]:
    """What was sent in the period, has partly arrived and is partly missing, at the sender, who owns it until then."""
    first_ms, last_ms = _moments(reading, asked)
    table = table_of(INBOUND)
    keys = [table.c.from_store, table.c.sku]
    statement = (
        select(*keys, func.sum(table.c.sent - table.c.received).label("qty"))
        .where(
            of_stores(asked, table, "from_store"),
            table.c.received > 0,
            table.c.sent > table.c.received,
            table.c.sent_ms > first_ms,
            table.c.sent_ms <= last_ms,
        )
        .group_by(*keys)
    )
    return {(row.from_store, row.sku): int(row.qty) for row in reading.all(statement)}


def _moments(reading: Reading, asked: Question) -> tuple[int, int]:
    """Begin and end of the period by the clock of the stores; the widest where they span time zones."""
    table = table_of(STORE)
    zones = reading.all(
        select(table.c.timezone, table.c.cutoff_minutes).where(of_stores(asked, table, "store")).distinct()
    )
    before = asked.before().last
    starts = [day_ends_ms(before, row.timezone, int(row.cutoff_minutes)) for row in zones]
    ends = [day_ends_ms(asked.last, row.timezone, int(row.cutoff_minutes)) for row in zones]
    return min(starts, default=0), max(ends, default=0)


def answer(asking: Asking) -> Answer:
    """By store, by reason, by product: the largest loss first."""
    asked, reading = elapsed(asking.question, asking.today), asking.reading
    found = losses(reading, asked)
    by_store: dict[str, Lost] = {store: Lost() for store in store_names(reading, asked.stores)}
    by_sku: defaultdict[str, Lost] = defaultdict(Lost)
    whole = Lost()
    for (store, sku), lost in found.items():
        by_store.setdefault(store, Lost()).add(lost)
        by_sku[sku].add(lost)
        whole.add(lost)
    names, span = store_names(reading), {"from": asked.first.isoformat(), "to": asked.last.isoformat()}
    stores = tuple(
        Row((names.get(store, store), store, *lost.cells), facts_url(node=store, **span))
        for store, lost in sorted(by_store.items(), key=lambda item: (-item[1].loss, item[0]))
    )
    losing = sorted((sku for sku in by_sku if by_sku[sku].loss), key=lambda sku: (-by_sku[sku].loss, sku))
    goods = goods_of(reading, losing)
    skus = tuple(
        Row(
            (goods[sku].name, sku, goods[sku].category, goods[sku].unit, *by_sku[sku].cells),
            facts_url(sku=sku, **span),
        )
        for sku in losing
    )
    reasons = _reasons(reading, asked, span)
    rate = share(whole.loss, whole.sold + whole.loss)
    return Answer(
        sections=(
            Section(
                key="by_store",
                columns=BY_STORE,
                rows=stores,
                total=summed(BY_STORE, stores, word("report_word_total"), loss_rate=rate),
                chart=Chart(kind="bar", x="name", y=("loss",)),
            ),
            Section(
                key="by_reason",
                columns=BY_REASON,
                rows=reasons,
                total=summed(BY_REASON, reasons, word("report_word_total")),
            ),
            Section(key="by_sku", columns=BY_SKU, rows=skus),
        ),
        figures=(
            Figure(column=RATE, value=rate),
            *(
                Figure(column=column, value=cell)
                for column, cell in zip(_SUMS, whole.cells[: len(_SUMS)], strict=True)
            ),
        ),
        notes=(word("report_note_losses"), word("report_note_mixed_units")),
    )


def _reasons(reading: Reading, asked: Question, span: dict[str, str]) -> tuple[Row, ...]:
    table = table_of(WASTE_DAY)
    qty = func.sum(table.c.qty)
    rows = reading.all(
        select(table.c.reason, qty.label("qty"))
        .where(of_stores(asked, table), in_period(asked, table))
        .group_by(table.c.reason)
        .order_by(qty.desc(), table.c.reason)
    )
    whole = sum(int(row.qty) for row in rows)
    return tuple(
        Row(
            (word(f"waste_{row.reason}"), int(row.qty), share(int(row.qty), whole)),
            facts_url(
                kind="sales.goods_returned" if row.reason == "returned" else "stock.goods_wasted", **span
            ),
        )
        for row in rows
    )


REPORT = Report(
    key="losses",
    area="goods",
    permission="reports.read",
    sections={"by_store": BY_STORE, "by_reason": BY_REASON, "by_sku": BY_SKU},
    answer=answer,
)
