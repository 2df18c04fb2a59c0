"""How good are suppliers: in time, in full, sound, and at which price; of the order lines that were due in the period.

- In time: of what has arrived, the share that came by the due day.
- Short: of what was ordered, the share that has not arrived. More than was ordered makes up for nothing.
- OTIF: order lines whose whole quantity arrived by the due day, by all lines due.
- Refused: of what inspectors looked at in the period, the share they did not accept.
- Price drift: what the period's deliveries cost against the same goods at the average of as many days before; only
  goods with a price in both count.
- Score: of 100, by `WEIGHTS`; what is not known of a supplier counts neither way.
"""

from __future__ import annotations

from collections import defaultdict

import msgspec
from sqlalchemy import and_, func, select, tuple_

from cloud.reports.asked import PAGE_MAX, Question, facts_url, in_period, of_stores
from cloud.reports.comparing import elapsed, share
from cloud.reports.dataset import Chart, Figure, Row, Section, col, word
from cloud.reports.goods import goods_of, supplier_names
from cloud.reports.registry import Answer, Asking, Report
from cloud.store.projected import NODE_ID, table_of
from cloud.store.tenant import Reading, mine
from shared.access.labels import SUPPLIER_PRICE
from shared.purchasing.projection import ORDER, ORDER_ARRIVAL, ORDER_LINE, RECEIVED_DAY
from shared.quality.events import InspectedLine
from shared.quality.projection import INSPECTION, RECEIPT
from shared.units import half_up

WEIGHTS = {"otif": 40, "short": 20, "refused": 30, "drift": 10}
"""What the score is made of. Head office may weigh otherwise; nothing else depends on it."""
WHOLE = 10_000

OTIF = col("otif", "percent")
SCORES = (
    col("name"),
    col("code"),
    col("lines_due", "count", sums=True),
    col("on_time", "percent"),
    col("short", "percent"),
    OTIF,
    col("inspected", "qty", sums=True),
    col("refused", "percent"),
    col("price_drift", "percent", label=SUPPLIER_PRICE),
    col("score", "percent", label=SUPPLIER_PRICE),
)
LATE_LINES = (
    col("order"),
    col("supplier"),
    col("name"),
    col("code"),
    col("due", "date"),
    col("ordered", "qty"),
    col("arrived_in_time", "qty"),
    col("arrived", "qty"),
)
_INSPECTED = msgspec.json.Decoder(list[InspectedLine])


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An order line that was due, with what came of it."""

    order: str
    store: str
    supplier: str
    sku: str
    due: str
    ordered: int
    in_time: int
    arrived: int

    @property
    def is_otif(self) -> bool:
        return self.in_time >= self.ordered


def lines_due(reading: Reading, asked: Question) -> list[Line]:
    """Lines of the orders due in the period that nobody cancelled."""
    orders, lines, came = table_of(ORDER), table_of(ORDER_LINE), table_of(ORDER_ARRIVAL)
    joined = orders.join(
        lines, and_(lines.c.tenant_id == orders.c.tenant_id, lines.c.order_id == orders.c.order_id)
    ).outerjoin(
        came,
        and_(
            came.c.tenant_id == lines.c.tenant_id,
            came.c[NODE_ID] == orders.c.store,
            came.c.order_id == lines.c.order_id,
            came.c.sku == lines.c.sku,
        ),
    )
    rows = reading.all(
        select(
            orders.c.order_id,
            orders.c.store,
            orders.c.supplier,
            orders.c.due,
            lines.c.sku,
            lines.c.ordered,
            came.c.business_date,
            came.c.qty,
        )
        .select_from(joined)
        .where(
            of_stores(asked, orders, "store"),
            orders.c.due.between(asked.first.isoformat(), asked.last.isoformat()),
            orders.c.state != "cancelled",
            lines.c.ordered > 0,
        )
        .order_by(orders.c.due, orders.c.order_id, lines.c.sku)
    )
    found: dict[tuple[str, str], Line] = {}
    for row in rows:
        key, qty = (row.order_id, row.sku), int(row.qty or 0)
        line = found.get(key) or Line(
            order=row.order_id,
            store=row.store,
            supplier=row.supplier,
            sku=row.sku,
            due=row.due,
            ordered=int(row.ordered),
            in_time=0,
            arrived=0,
        )
        by_due = qty if row.business_date is not None and row.business_date <= row.due else 0
        found[key] = msgspec.structs.replace(line, in_time=line.in_time + by_due, arrived=line.arrived + qty)
    return list(found.values())


def inspected(reading: Reading, asked: Question) -> dict[str, tuple[int, int]]:
    """(looked at, not accepted) by supplier: of the receipt that was inspected."""
    checks = table_of(INSPECTION)
    rows = reading.all(
        select(checks.c[NODE_ID], checks.c.receipt, checks.c.lines)
        .where(of_stores(asked, checks), in_period(asked, checks), checks.c.receipt != "")
        # In the order of the index by day, so that the database takes that one and not all of a store's inspections.
        .order_by(checks.c[NODE_ID], checks.c.business_date)
    )
    suppliers = _suppliers(reading, {(row.node_id, row.receipt) for row in rows})
    found: defaultdict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in rows:
        supplier = suppliers.get((row.node_id, row.receipt), "")
        for line in _INSPECTED.decode(row.lines):
            looked_at, refused = found[supplier]
            bad = line.held + line.rejected
            found[supplier] = (looked_at + line.accepted + bad, refused + bad)
    return dict(found)


def _suppliers(reading: Reading, receipts: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Who brought the goods of each (store, receipt)."""
    table, listed = table_of(RECEIPT), sorted(receipts)
    found: dict[tuple[str, str], str] = {}
    for start in range(0, len(listed), PAGE_MAX):
        keys = tuple_(table.c[NODE_ID], table.c.receipt).in_(listed[start : start + PAGE_MAX])
        for row in reading.all(
            select(table.c[NODE_ID], table.c.receipt, table.c.supplier).where(mine(table), keys)
        ):
            found[row.node_id, row.receipt] = row.supplier
    return found


def price_drift(reading: Reading, asked: Question) -> dict[str, int]:
    """By supplier, in hundredths of a percent: 10 kg for 110.00 after 5 kg for 50.00 is 1000 (+10 %)."""
    now, before = _cost(reading, asked), _cost(reading, asked.before())
    paid: defaultdict[str, int] = defaultdict(int)
    would: defaultdict[str, int] = defaultdict(int)
    for key, (qty, cost) in now.items():
        base_qty, base_cost = before.get(key, (0, 0))
        if qty > 0 and base_qty > 0 and base_cost > 0:
            paid[key[0]] += cost
            would[key[0]] += half_up(base_cost * qty, base_qty)
    return {
        supplier: half_up((paid[supplier] - base) * WHOLE, base)
        for supplier, base in would.items()
        if base > 0
    }


def _cost(reading: Reading, asked: Question) -> dict[tuple[str, str], tuple[int, int]]:
    table = table_of(RECEIVED_DAY)
    keys = [table.c.supplier, table.c.sku]
    sums = [func.sum(table.c.costed_qty).label("qty"), func.sum(table.c.cost).label("cost")]
    chosen = select(*keys, *sums).where(
        of_stores(asked, table), in_period(asked, table), table.c.costed_qty > 0
    )
    return {
        (row.supplier, row.sku): (int(row.qty), int(row.cost)) for row in reading.all(chosen.group_by(*keys))
    }


def score(otif: int | None, short: int | None, refused: int | None, drift: int | None) -> int | None:
    """Of 100.00, in hundredths: the weighed mean of what is known. A price that fell is as good as one that stood."""
    known = {
        "otif": otif,
        "short": None if short is None else WHOLE - short,
        "refused": None if refused is None else WHOLE - refused,
        "drift": None if drift is None else max(WHOLE - max(drift, 0), 0),
    }
    weights = sum(WEIGHTS[name] for name, value in known.items() if value is not None)
    if not weights:
        return None
    return half_up(sum(WEIGHTS[name] * value for name, value in known.items() if value is not None), weights)


def answer(asking: Asking) -> Answer:
    """A line a supplier, then every order line that was not in time and in full."""
    asked, reading = elapsed(asking.question, asking.today), asking.reading
    due, checked, drifts = lines_due(reading, asked), inspected(reading, asked), price_drift(reading, asked)
    names, span = supplier_names(reading), {"from": asked.first.isoformat(), "to": asked.last.isoformat()}
    table = table_of(RECEIVED_DAY)
    delivered = reading.all(
        select(table.c.supplier).where(of_stores(asked, table), in_period(asked, table)).distinct()
    )
    suppliers = {line.supplier for line in due} | set(checked) | {row.supplier for row in delivered}
    scored = []
    for supplier in sorted(suppliers - {""}):
        ours = [line for line in due if line.supplier == supplier]
        looked_at, refused = checked.get(supplier, (0, 0))
        arrived = sum(line.arrived for line in ours)
        ordered = sum(line.ordered for line in ours)
        otif = share(sum(line.is_otif for line in ours), len(ours))
        on_time = share(sum(line.in_time for line in ours), arrived)
        missing = sum(max(line.ordered - line.arrived, 0) for line in ours)
        short, bad, drift = share(missing, ordered), share(refused, looked_at), drifts.get(supplier)
        cells = (len(ours), on_time, short, otif, looked_at, bad, drift, score(otif, short, bad, drift))
        scored.append(
            Row(
                (names.get(supplier, supplier), supplier, *cells),
                facts_url(kind="stock.goods_received", **span),
            )
        )
    scored.sort(key=lambda row: (row.cells[-1] is None, -(row.cells[-1] or 0), row.cells[1]))  # type: ignore[operator]
    late = [line for line in due if not line.is_otif]
    goods = goods_of(reading, {line.sku for line in late})
    rows = tuple(
        Row(
            (
                line.order,
                names.get(line.supplier, line.supplier),
                goods[line.sku].name,
                line.sku,
                line.due,
                line.ordered,
                line.in_time,
                line.arrived,
            ),
            facts_url(node=line.store, kind="stock.goods_received", sku=line.sku),
            "warn" if line.arrived < line.ordered else "",
        )
        for line in late
    )
    return Answer(
        sections=(
            Section(
                key="suppliers",
                columns=SCORES,
                rows=tuple(scored),
                chart=Chart(kind="bar", x="name", y=("otif",)),
            ),
            Section(key="late_lines", columns=LATE_LINES, rows=rows),
        ),
        figures=(
            Figure(column=OTIF, value=share(sum(line.is_otif for line in due), len(due))),
            Figure(column=col("lines_due", "count"), value=len(due)),
        ),
        notes=(word("report_note_suppliers"),),
    )


REPORT = Report(
    key="suppliers",
    area="purchasing",
    permission="purchasing.read",
    sections={"suppliers": SCORES, "late_lines": LATE_LINES},
    answer=answer,
)
