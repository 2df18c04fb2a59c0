"""How was the month (经营月报): profit by store, why gross profit changed, the best and the worst goods, figures, cash.

It is about the whole month of the period's last day beside another whole month; while the month runs, about its days so
far, which the report says. Every amount of profit is that of the profit and loss statement; what goods brought in and
cost is summed up voucher by voucher. The steps of the bridge add up to the change of gross profit to the fen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cloud.books.goods import earned_by_sku, held
from cloud.books.ledger import Balance, Stores, balances, chart_now
from cloud.reports.asked import Named, Question, facts_url
from cloud.reports.comparing import change, month_end, share
from cloud.reports.dataset import Cell, Chart, Column, Figure, Kind, Row, Section, col, word
from cloud.reports.goods import goods_of
from cloud.reports.how_do_sales_compare import Sums, average, sums_by
from cloud.reports.of_books import account_name, books_notes, stores_of
from cloud.reports.registry import Answer, Asking, Report
from cloud.reports.what_did_we_earn import BY_STORE, earned_by, earned_in_all, rows_by_store, section_by_store
from cloud.reports.what_does_stock_earn import gmroi, stock_days
from cloud.reports.whole_months import month_before, whole_months
from cloud.store.tenant import Reading
from shared.accounting.accounts import Chart as Accounts
from shared.accounting.accounts import Role
from shared.accounting.bridge import Earned, bridge
from shared.accounting.statements import ProfitAndLoss
from shared.units import MICRO

LISTED = 10
"""So many of the best and of the worst goods."""


def _beside(kind: Kind) -> tuple[Column, ...]:
    """Figures of one kind beside those of the base month, so that each stays a number in a spreadsheet."""
    return col("kpi"), col("this_month", kind), col("base_month", kind), col("change", "percent")


KPIS: Mapping[str, tuple[Column, ...]] = {
    "month_amounts": _beside("money"),
    "month_rates": _beside("percent"),
    "month_counts": _beside("qty"),
}
BRIDGE = (col("step"), col("gross_profit", "money"), col("share_of_base", "percent"))
GOODS = (
    col("name"),
    col("code"),
    col("category"),
    col("sold_net", "qty"),
    col("revenue", "money", sums=True),
    col("cost_of_sales", "money", sums=True),
    col("gross_profit", "money", sums=True),
    col("gross_margin", "percent"),
    col("base_gross_profit", "money", sums=True),
    col("change", "percent"),
)
MONEY = (
    col("code"),
    col("account"),
    col("opening_balance", "money"),
    col("debit", "money"),
    col("credit", "money"),
    col("closing_balance", "money"),
)
WATCHED = (
    *(Role.CASH, Role.BANK, Role.WALLET, Role.RECEIVABLE, Role.COMPENSATION),
    *(Role.PAYABLE, Role.ESTIMATED, Role.ADVANCES, Role.VAT_UNPAID, Role.SURTAX_PAYABLE),
)
"""Money, who owes us and whom we owe; in the order in which they are read."""


class _Month:
    """One month's figures, read once."""

    def __init__(self, reading: Reading, stores: Stores, asked: Question, chart: Accounts) -> None:
        self.asked = asked
        self.profit = earned_in_all(reading, stores, asked, chart)
        self.goods = earned_by_sku(reading, stores, asked.first, asked.last)
        self.held = held(reading, stores, asked.first, asked.last, "store")
        self.sales = _added(sums_by(reading, asked, "store").values())


def answer(asking: Asking) -> Answer:
    """Figures first, then stores, the bridge, goods, and money."""
    reading, stores = asking.reading, stores_of(asking)
    chart = chart_now(reading)
    last = asking.question.last
    month = Question(first=last.replace(day=1), last=last, stores=asking.question.stores)
    asked = whole_months(month, asking.today)
    base = month_before(month, asking.compare)
    now, then = (_Month(reading, stores, one, chart) for one in (asked, base))
    by_store = rows_by_store(reading, earned_by(reading, stores, asked, chart))
    ours, theirs = _of_month(now), _of_month(then)
    running = asked.last < month_end(asked.last)
    return Answer(
        sections=(
            *_kpis(ours, theirs),
            section_by_store(by_store, now.profit),
            _bridge(now, then),
            *_best_and_worst(reading, now, then),
            _money(reading, stores, asked, chart),
        ),
        figures=tuple(_figures(ours, theirs)),
        notes=(
            word("report_note_month", first=base.first.isoformat(), last=base.last.isoformat()),
            *((word("report_note_month_runs", last=asked.last.isoformat()),) if running else ()),
            word("report_note_bridge"),
            *books_notes(asking),
        ),
    )


def _added(parts: Iterable[Sums]) -> Sums:
    whole = Sums()
    for part in parts:
        whole.amount += part.amount
        whole.counted += part.counted
        whole.returned += part.returned
    return whole


Told = Mapping[str, int | None]


def _of_month(one: _Month) -> Told:
    """Each figure of a month, in the order in which they are read."""
    profit, mean = one.profit, sum(part.mean for part in one.held.values())
    return {
        "revenue": profit.revenue,
        "gross_profit": profit.gross_profit,
        "operating_profit": profit.operating_profit,
        "profit_before_tax": profit.profit_before_tax,
        "average_receipt": average(one.sales.amount, one.sales.counted),
        "stock_value": sum(part.closing for part in one.held.values()),
        "average_stock_value": mean,
        "gross_margin": profit.gross_margin,
        "expense_rate": _expenses(profit),
        "return_rate": share(one.sales.returned, one.sales.amount + one.sales.returned),
        "gmroi": gmroi(profit.gross_profit, mean),
        "turn_days": stock_days(one.asked.days, mean, profit.cost_of_sales),
        "receipts": one.sales.counted,
        "products_sold": sum(1 for earned in one.goods.values() if earned.qty > 0),
    }


_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("gross_margin", "expense_rate", "return_rate", "gmroi"), "percent"),
    "turn_days": "qty",
    **dict.fromkeys(("receipts", "products_sold"), "count"),
}
"""What is not an amount."""


def _expenses(profit: ProfitAndLoss) -> int | None:
    """Selling, administrative and finance expenses of what was taken."""
    return share(profit.selling + profit.admin + profit.finance, profit.revenue)


_SHOWN_BIG = ("revenue", "gross_profit", "gross_margin", "operating_profit", "turn_days", "gmroi")


def _figures(ours: Told, theirs: Told) -> Iterator[Figure]:
    for key in _SHOWN_BIG:
        column = col(key, _KINDS.get(key, "money"))
        yield Figure(column=column, value=ours[key], change=_changed(ours[key], theirs[key]))


def _kpis(ours: Told, theirs: Told) -> Iterator[Section]:
    """A table for amounts, one for rates, one for everything that is counted."""
    rows: dict[str, list[Row]] = {key: [] for key in KPIS}
    for key, value in ours.items():
        kind: Kind = _KINDS.get(key, "money")
        table = {"money": "month_amounts", "percent": "month_rates"}.get(kind, "month_counts")
        here, there = _counted(kind, value), _counted(kind, theirs[key])
        rows[table].append(Row((word(f"column_{key}"), here, there, _changed(value, theirs[key]))))
    for key, columns in KPIS.items():
        yield Section(key=key, columns=columns, rows=tuple(rows[key]))


def _counted(kind: Kind, value: int | None) -> int | None:
    """Counts are written in the millionths of the quantities they stand beside."""
    return value * MICRO if kind == "count" and value is not None else value


def _changed(ours: int | None, theirs: int | None) -> int | None:
    return None if ours is None or theirs is None else change(ours, theirs)


def _bridge(now: _Month, then: _Month) -> Section:
    """From the base month's gross profit to this one's; what no SKU accounts for is its own step."""
    steps = bridge(then.goods, now.goods)
    began, ended = then.profit.gross_profit, now.profit.gross_profit
    told = (
        *(("bridge_price", steps.price), ("bridge_cost", steps.cost), ("bridge_volume", steps.volume)),
        *(("bridge_mix", steps.mix), ("bridge_came", steps.came), ("bridge_went", steps.went)),
        ("bridge_other", ended - began - steps.total),
    )
    rows = [Row((word("bridge_base"), began, share(began, began)))]
    rows += [Row((word(key), amount, share(amount, abs(began)))) for key, amount in told]
    rows.append(Row((word("bridge_now"), ended, share(ended, abs(began)))))
    chart = Chart(kind="bar", x="step", y=("gross_profit",))
    return Section(
        key="month_bridge", columns=BRIDGE, rows=tuple(rows) if began or ended else (), chart=chart
    )


def _best_and_worst(reading: Reading, now: _Month, then: _Month) -> Iterator[Section]:
    ordered = sorted(now.goods, key=lambda sku: (-now.goods[sku].gross_profit, sku))
    best = [sku for sku in ordered if now.goods[sku].gross_profit > 0][:LISTED]
    worst = [sku for sku in reversed(ordered) if sku not in best][:LISTED]
    about = goods_of(reading, {*best, *worst})
    span = {"from": now.asked.first.isoformat(), "to": now.asked.last.isoformat()}
    for key, listed in (("month_best", best), ("month_worst", worst)):
        rows = []
        for sku in listed:
            earned, before = now.goods[sku], then.goods.get(sku, Earned(0, 0, 0))
            cells: tuple[Cell, ...] = (
                *(about[sku].name, sku, about[sku].category, earned.qty, earned.net, earned.cost),
                *(earned.gross_profit, share(earned.gross_profit, earned.net) if earned.net > 0 else None),
                *(before.gross_profit, change(earned.gross_profit, before.gross_profit)),
            )
            rows.append(Row(cells, facts_url(sku=sku, **span), "warn" if earned.gross_profit < 0 else ""))
        yield Section(key=key, columns=GOODS, rows=tuple(rows))


def _money(reading: Reading, stores: Stores, asked: Question, chart: Accounts) -> Section:
    stands = balances(reading, stores, asked.first, asked.last)
    rows = [
        _account(chart, code, stands[code])
        for code in (chart.codes[role] for role in WATCHED)
        if code in stands
    ]
    return Section(key="month_money", columns=MONEY, rows=tuple(row for row in rows if any(row.cells[2:])))


def _account(chart: Accounts, code: str, one: Balance) -> Row:
    name: Named = account_name(chart.account(code))
    return Row((code, name, one.opening, one.debit, one.credit, one.closing))


REPORT = Report(
    key="monthly",
    area="business",
    permission="books.read",
    compares=True,
    sections={
        **KPIS,
        "profit_by_store": BY_STORE,
        "month_bridge": BRIDGE,
        "month_best": GOODS,
        "month_worst": GOODS,
        "month_money": MONEY,
    },
    answer=answer,
)
