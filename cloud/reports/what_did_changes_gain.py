"""What did our changes gain: suggestions that people changed before they ordered, against what was sold afterwards.

Only orders of the period whose time is over are judged; sales are taken for demand (`cloud/replenishment/feedback.py`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

import msgspec
from sqlalchemy import and_, func, select, tuple_

from cloud.replenishment.feedback import Edit, Gained, gained_by, needed
from cloud.replenishment.policy.protection import LONGEST_DAYS
from cloud.reports.asked import PAGE_MAX, facts_url, of_stores
from cloud.reports.comparing import elapsed, share
from cloud.reports.dataset import Cell, Chart, Figure, Row, Section, col, word
from cloud.reports.registry import Answer, Asking, Report
from cloud.store.projected import NODE_ID, table_of
from cloud.store.tenant import Reading, mine
from shared.access.labels import PERSONAL
from shared.errors import DomainError
from shared.replenishment.events import Reason
from shared.replenishment.projection import SUGGESTION, SUGGESTION_LINE
from shared.sales.projection import SALES_DAY
from shared.units import MICRO, ceil_div, micro

CHANGES = col("changes", "count", sums=True)
GAINED = col("missed_less", "percent")
COLUMNS = (
    col("name"),
    CHANGES,
    col("better_changes", "percent"),
    col("missed_before", "qty", sums=True),
    col("missed_after", "qty", sums=True),
    GAINED,
)
BY = ("reason", "direction", "size", "staff")


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What of a line's sum is needed to judge it: how long it had to last, and what was there anyway."""

    days: str
    position: str
    given: str = "0"
    substituted: str = "0"


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    store: str
    sku: str
    first: date
    last: date
    there: int
    user: str
    reason: Reason
    suggested: int
    ordered: int


def changed_lines(asking: Asking) -> list[Changed]:
    """Lines of the period's orders that people changed and whose time is over."""
    asked, reading = elapsed(asking.question, asking.today), asking.reading
    made, lines = table_of(SUGGESTION), table_of(SUGGESTION_LINE)
    joined = made.join(
        lines, and_(lines.c.tenant_id == made.c.tenant_id, lines.c.suggestion == made.c.suggestion)
    )
    rows = reading.all(
        select(made.c.store, made.c.day, lines)
        .select_from(joined)
        .where(
            of_stores(asked, made, "store"),
            made.c.day.between(asked.first.isoformat(), asked.last.isoformat()),
            made.c.state == "approved",
            lines.c.revised_by.is_not(None),
            lines.c.qty != lines.c.suggested,
        )
        .order_by(made.c.day, made.c.suggestion, lines.c.sku)
    )
    found = [_changed(row) for row in rows]
    return [line for line in found if line is not None and line.last < asking.today]


def _changed(row: Any) -> Changed | None:
    """The line, or None where its sum was not kept, or is none: a command may bring any text as its terms."""
    try:
        terms = msgspec.json.decode(row.terms or "", type=Terms)
        days = ceil_div(micro(terms.days), MICRO)
        there = micro(terms.position) + micro(terms.given) + micro(terms.substituted)
    except (msgspec.MsgspecError, DomainError):
        return None
    if days > 2 * LONGEST_DAYS:
        return None
    day = date.fromisoformat(row.day)
    return Changed(
        store=row.store,
        sku=row.sku,
        first=day + timedelta(days=1),
        last=day + timedelta(days=max(1, days)),
        there=there,
        user=row.revised_by,
        reason=cast("Reason", row.reason),
        suggested=int(row.suggested),
        ordered=int(row.qty),
    )


def edits_of(reading: Reading, lines: list[Changed]) -> list[Edit]:
    """Each line with what turned out to be needed."""
    sold = _sold(reading, lines)
    edits = []
    for line in lines:
        days = (line.first + timedelta(days=ahead) for ahead in range((line.last - line.first).days + 1))
        total = sum(sold.get((line.store, line.sku, day.isoformat()), 0) for day in days)
        edits.append(
            Edit(
                user=line.user,
                reason=line.reason,
                suggested=line.suggested,
                ordered=line.ordered,
                needed=needed(total, line.there),
            )
        )
    return edits


def _sold(reading: Reading, lines: list[Changed]) -> dict[tuple[str, str, str], int]:
    table = table_of(SALES_DAY)
    wanted = sorted({(line.store, line.sku) for line in lines})
    found: dict[tuple[str, str, str], int] = {}
    if not wanted:
        return found
    first, last = min(line.first for line in lines), max(line.last for line in lines)
    net = func.sum(table.c.qty - table.c.returned_qty).label("net")
    keys = (table.c[NODE_ID], table.c.sku, table.c.business_date)
    for start in range(0, len(wanted), PAGE_MAX):
        chosen = tuple_(table.c[NODE_ID], table.c.sku).in_(wanted[start : start + PAGE_MAX])
        stores = table.c[NODE_ID].in_(sorted({store for store, _ in wanted}))
        days = table.c.business_date.between(first.isoformat(), last.isoformat())
        for row in reading.all(select(*keys, net).where(mine(table), stores, days, chosen).group_by(*keys)):
            found[row.node_id, row.sku, row.business_date] = int(row.net)
    return found


def _told(gained: Gained) -> tuple[Cell, ...]:
    return (
        gained.changes,
        share(gained.better, gained.changes),
        gained.missed_before,
        gained.missed_after,
        share(gained.gained, gained.missed_before),
    )


def _group(edit: Edit, by: str) -> str:
    match by:
        case "reason":
            return edit.reason
        case "direction":
            return edit.direction
        case "size":
            return edit.size
        case _:
            return edit.user


def answer(asking: Asking) -> Answer:
    """A row a group, the costliest last."""
    edits = edits_of(asking.reading, changed_lines(asking))
    groups = gained_by(edits, lambda edit: _group(edit, asking.by))
    span = {"from": asking.question.first.isoformat(), "to": asking.question.last.isoformat()}
    rows = tuple(
        Row(
            (name if asking.by == "staff" else word(f"change_{name}"), *_told(group)),
            facts_url(kind="replenishment.suggestion_revised", **span),
            "warn" if group.gained < 0 else "",
        )
        for name, group in sorted(groups.items(), key=lambda one: (-one[1].gained, one[0]))
    )
    whole = gained_by(edits, lambda _edit: "").get("")
    cells = (0, None, 0, 0, None) if whole is None else _told(whole)
    return Answer(
        sections=(
            Section(
                key="changes",
                columns=COLUMNS,
                rows=rows,
                total=Row((word("report_word_total"), *cells)),
                chart=Chart(kind="bar", x="name", y=("missed_less",)),
            ),
        ),
        figures=(Figure(column=CHANGES, value=cells[0]), Figure(column=GAINED, value=cells[-1])),
        notes=(word("report_note_changes"),),
    )


REPORT = Report(
    key="changes",
    area="purchasing",
    permission="purchasing.read",
    by=BY,
    by_needs={"staff": PERSONAL},
    sections={"changes": COLUMNS},
    answer=answer,
)
