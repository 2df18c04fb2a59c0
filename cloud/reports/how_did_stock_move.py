"""How did stock move: what was there, what came and went which way, what is there; at the close of any past day.

Quantities of different goods are added up where stores or categories are asked for; that is a measure of busyness, as
the trade's 进销存 sheets have it, and every line still sums: opening + in - out = closing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func

from cloud.reports.asked import facts_url, store_names
from cloud.reports.comparing import elapsed
from cloud.reports.dataset import Cell, Column, Figure, Row, Section, col, summed, word
from cloud.reports.goods import goods_of
from cloud.reports.registry import Answer, Asking, Report
from cloud.reports.stock_over_time import added_up_at, flows

FLOWS = (
    "received", "to_supplier", "sold", "returned", "sent", "arrived", "wasted", "given", "made", "used", "counted",
    "other",
)  # fmt: skip
OPENING = col("opening", "qty", sums=True)
CLOSING = col("closing", "qty", sums=True)
HELD = col("held", "qty", sums=True)
_FLOW_COLUMNS = tuple(col(f"flow_{name}", "qty", sums=True) for name in FLOWS)
_FIRST: dict[str, tuple[Column, ...]] = {
    "sku": (col("name"), col("code"), col("unit")),
    "category": (col("name"),),
    "store": (col("name"), col("code")),
}
COLUMNS = (*_FIRST["sku"], OPENING, *_FLOW_COLUMNS, CLOSING, HELD)


def _sums(table: Any) -> list[ColumnElement[int]]:
    """What was booked as an opening balance counts as other: it is no delivery."""
    sums = [func.sum(table.c[name]).label(name) for name in FLOWS if name != "other"]
    change = func.sum(table.c.on_hand).label("on_hand")
    return [*sums, func.sum(table.c.other + table.c.opened).label("other"), change]


def answer(asking: Asking) -> Answer:
    """One line a product, category or store that had stock or moved."""
    asked = elapsed(asking.question, asking.today)
    reading = asking.reading
    cut = "node_id" if asking.by == "store" else "sku"
    # What was there at the beginning is the end less the change between: a year of rows need not be read twice.
    closing = added_up_at(reading, asked, asked.last, cut)
    moved = {key: row for (key,), row in flows(reading, asked, (cut,), _sums).items()}
    there = {*closing, *moved}
    goods = goods_of(reading, () if asking.by == "store" else there)
    lines: dict[str, list[int]] = {}
    width = len(FLOWS) + 3
    for key in there:
        code = goods[key].category_code if asking.by == "category" else key
        line = lines.setdefault(code, [0] * width)
        if key in moved:
            line[0] -= int(moved[key].on_hand or 0)
            for place, name in enumerate(FLOWS, 1):
                line[place] += int(getattr(moved[key], name) or 0)
        if key in closing:
            line[0] += closing[key].on_hand
            line[-2] += closing[key].on_hand
            line[-1] += closing[key].on_hand - closing[key].sellable
    names = store_names(reading)
    by_category = {one.category_code: one.category for one in goods.values()}
    rows = []
    for code in sorted(lines, key=lambda code: (-lines[code][FLOWS.index("sold") + 1], code)):
        first: tuple[Cell, ...]
        if asking.by == "store":
            first = (names.get(code, code), code)
        elif asking.by == "category":
            first = (by_category[code],)
        else:
            first = (goods[code].name, code, goods[code].unit)
        rows.append(Row((*first, *lines[code]), _facts(asking, code)))
    columns = (*_FIRST[asking.by], OPENING, *_FLOW_COLUMNS, CLOSING, HELD)
    section = Section(
        key="movements",
        columns=columns,
        rows=tuple(rows),
        total=summed(columns, tuple(rows), word("report_word_total")),
    )
    return Answer(
        sections=(section,),
        figures=tuple(
            Figure(column=column, value=sum(lines[code][place] for code in lines))
            for column, place in ((OPENING, 0), (CLOSING, width - 2))
        ),
        notes=(word("report_note_as_of", last=asked.last.isoformat()), word("report_note_mixed_units")),
    )


def _facts(asking: Asking, code: str) -> str:
    span = {"from": asking.question.first.isoformat(), "to": asking.question.last.isoformat()}
    return facts_url(**{{"store": "node"}.get(asking.by, asking.by): code}, **span)


REPORT = Report(
    key="stock-movements",
    area="goods",
    permission="reports.read",
    by=("sku", "category", "store"),
    sections={"movements": COLUMNS},
    answer=answer,
)
