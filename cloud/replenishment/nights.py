"""The nights' suggestions as rows: kept, told to people with every term, and turned into ops that make them facts.

A night is first kept and then suggested. The ops are made from the kept rows and bear ids that follow from tenant, day,
store and supplier; so a run that was cut off goes on with the very same ops, and no order is suggested twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import and_, delete, func, or_, select, tuple_, update

from cloud.replenishment.evening import LineTerms, Night, Why
from cloud.replenishment.policy.told import Price
from cloud.reports.asked import Page, Question, facts_url, of_stores, sku_names, store_names
from cloud.reports.goods import supplier_names
from cloud.store.clocks import moment
from cloud.store.projected import table_of
from cloud.store.replenishment_tables import REPLENISHMENT_GIFT, REPLENISHMENT_LINE, REPLENISHMENT_RUN
from cloud.store.tenant import Reading, Writing, mine
from shared.catalogue.projection import SKU
from shared.forecasting.forecast import Forecast
from shared.ledger.ops import Op
from shared.replenishment.commands import DismissSuggestion, LineToSuggest, MakeSuggestion
from shared.replenishment.projection import SUGGESTION, SUGGESTION_LINE
from shared.units import MICRO, decimal_text, half_up

NIGHTS_KEPT: Final = 2
LINES_AN_ORDER: Final = 500
REPLACED: Final = "replaced"
"""The reason with which last night's open suggestions are dismissed: stock and forecasts have moved on."""


def state_of(reading: Reading, day: date) -> str:
    """How far the run of a day has come: reckoned, suggested, or empty where there was none."""
    run = REPLENISHMENT_RUN
    return reading.scalar(select(run.c.state).where(mine(run), run.c.day == day.isoformat())) or ""


def keep(
    writing: Writing, day: date, night: Night, forecasts: list[Forecast], forecaster: str, now_ms: int
) -> None:
    """Write a night's lines instead of what was kept for that day, and forget the nights before the last."""
    run, line, gift, text = REPLENISHMENT_RUN, REPLENISHMENT_LINE, REPLENISHMENT_GIFT, day.isoformat()
    days = writing.all(select(run.c.day).where(mine(run)).order_by(run.c.day.desc()))
    old = [row.day for row in days if row.day != text][NIGHTS_KEPT - 1 :]
    for table in (run, line, gift):
        writing.change(delete(table).where(mine(table), table.c.day.in_([*old, text])))
    writing.many(
        line,
        ("day", "store", "sku", "supplier", "qty", "unit_cost", "why", "terms"),
        (
            (
                text,
                one.store,
                one.sku,
                one.supplier,
                one.qty,
                one.unit_cost,
                one.why,
                "" if one.terms is None else msgspec.json.encode(one.terms).decode(),
            )
            for one in night.lines
        ),
    )
    writing.many(
        gift,
        ("day", "sku", "from_store", "to_store", "qty", "spare"),
        ((text, one.sku, one.from_store, one.to_store, one.qty, one.spare) for one in night.given),
    )
    writing.insert(
        run,
        {
            "day": text,
            "state": "reckoned",
            "forecaster": forecaster,
            "made_ms": now_ms,
            "lines": len(night.lines),
            "ordered": sum(one.qty > 0 for one in night.lines),
            "degraded": sum(bool(one.degraded) for one in forecasts),
        },
    )


def ops_of(reading: Reading, day: date) -> list[Op]:
    """What makes the night known: older open suggestions are dismissed, then each store's orders by supplier."""
    made, run, line = table_of(SUGGESTION), REPLENISHMENT_RUN, REPLENISHMENT_LINE
    at_ms = int(reading.scalar(select(run.c.made_ms).where(mine(run), run.c.day == day.isoformat())) or 0)
    stale = reading.all(
        select(made.c.suggestion)
        .where(mine(made), made.c.state == "open", made.c.day < day.isoformat())
        .order_by(made.c.suggestion)
    )
    ops = [
        _op(
            reading.tenant,
            f"replaced/{row.suggestion}",
            at_ms,
            DismissSuggestion(suggestion=row.suggestion, reason=REPLACED),
        )
        for row in stale
    ]
    rows = reading.all(
        select(line)
        .where(mine(line), line.c.day == day.isoformat(), line.c.why == "needed")
        .order_by(line.c.store, line.c.supplier, line.c.sku)
    )
    orders: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        orders.setdefault((row.store, row.supplier), []).append(row)
    for (store, supplier), wanted in orders.items():
        for part in range(0, len(wanted), LINES_AN_ORDER):
            lines = tuple(_line(row) for row in wanted[part : part + LINES_AN_ORDER])
            asked = MakeSuggestion(supplier=supplier, store=store, lines=lines)
            ops.append(_op(reading.tenant, f"{day}/{store}/{supplier}/{part}", at_ms, asked))
    return ops


def _line(row: Any) -> LineToSuggest:
    cost = decimal_text(int(row.unit_cost)) if row.unit_cost else None
    return LineToSuggest(sku=row.sku, qty=decimal_text(int(row.qty)), unit_cost=cost, terms=row.terms)


def _op(tenant: str, name: str, at_ms: int, command: MakeSuggestion | DismissSuggestion) -> Op:
    op_id = hashlib.sha256(f"suggest/{tenant}/{name}".encode()).hexdigest()[:32]
    return Op(
        op_id=op_id,
        device_id="head-office",
        kind=command.kind,
        at_ms=at_ms,
        body=msgspec.Raw(msgspec.json.encode(command)),
    )


def note_suggested(writing: Writing, day: date, ops: Iterable[Op]) -> None:
    """The night's ops were taken: each line gets the name of the suggestion it stands in."""
    made, lines = table_of(SUGGESTION), table_of(SUGGESTION_LINE)
    names = [op.op_id for op in ops if op.kind == MakeSuggestion.kind]
    # Two plain reads and one statement: joined and written one by one, a chain's lines keep every store waiting.
    stores = {
        row.suggestion: row.store
        for row in writing.all(
            select(made.c.suggestion, made.c.store).where(mine(made), made.c.suggestion.in_(names))
        )
    }
    stand = writing.all(
        select(lines.c.suggestion, lines.c.sku).where(mine(lines), lines.c.suggestion.in_(names))
    )
    line, run = REPLENISHMENT_LINE, REPLENISHMENT_RUN
    writing.put(
        line,
        *(
            {
                "day": day.isoformat(),
                "store": stores[row.suggestion],
                "sku": row.sku,
                "suggestion": row.suggestion,
            }
            for row in stand
        ),
    )
    writing.change(update(run).where(mine(run), run.c.day == day.isoformat()).values(state="suggested"))


class Gift(msgspec.Struct, frozen=True, kw_only=True):
    """What a sister store can give; `spare` is what it had to spare."""

    store: str
    store_name: str
    qty: str
    spare: str


class SuggestedRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`suggested` is what was worked out, `qty` what stands there now; they differ where a person changed it, with
    `reason` and `note`. `facts` lists the scans that the forecast was made from."""

    store: str
    store_name: str
    sku: str
    name: str
    unit: str
    supplier: str
    supplier_name: str
    suggested: str
    qty: str
    unit_cost: Price
    value: Price
    why: Why
    suggestion: str = ""
    state: str = ""
    order: str = ""
    reason: str = ""
    note: str = ""
    automatic: bool = False
    objections: list[str] = []
    from_stores: list[Gift] = []
    terms: LineTerms | None = None
    facts: str


class SuggestionPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The newest night; without `day` there was none yet. `forecaster` is learned or simple, `ordered` counts lines
    above zero and `degraded` series whose past is not as it should be."""

    day: str | None = None
    made_at: str = ""
    forecaster: str = ""
    lines: int = 0
    ordered: int = 0
    degraded: int = 0
    found: int = 0
    rows: list[SuggestedRow]
    next: str | None = None


def suggestions(
    reading: Reading, stores: tuple[str, ...] | None, supplier: str, why: str, search: str, page: Page
) -> SuggestionPage:
    """Lines of the newest night by store and product; `why` "" for those with something to order or to be given."""
    run = REPLENISHMENT_RUN
    newest = reading.first(select(run).where(mine(run)).order_by(run.c.day.desc()).limit(1))
    if newest is None:
        return SuggestionPage(rows=[])
    chosen = _chosen(newest.day, stores, supplier, why, search)
    line = REPLENISHMENT_LINE
    found = reading.all(
        chosen.order_by(line.c.store, line.c.supplier, line.c.sku).limit(page.limit + 1).offset(page.after)
    )
    counted = chosen.subquery()
    count = reading.scalar(select(func.count()).select_from(counted).where(mine(counted)))
    return SuggestionPage(
        day=newest.day,
        made_at=moment(int(newest.made_ms)),
        forecaster=newest.forecaster,
        lines=int(newest.lines),
        ordered=int(newest.ordered),
        degraded=int(newest.degraded),
        found=int(count),
        rows=list(_rows(reading, newest.day, list(found[: page.limit]))),
        next=str(page.after + page.limit) if len(found) > page.limit else None,
    )


def _chosen(day: str, stores: tuple[str, ...] | None, supplier: str, why: str, search: str) -> Any:
    line, product = REPLENISHMENT_LINE, table_of(SKU)
    asked = Question(first=date.min, last=date.min, stores=stores)
    joined = line.outerjoin(
        product, and_(product.c.tenant_id == line.c.tenant_id, product.c.sku == line.c.sku)
    )
    chosen = select(line).select_from(joined).where(of_stores(asked, line, "store"), line.c.day == day)
    if supplier:
        chosen = chosen.where(line.c.supplier == supplier)
    if why == "":
        chosen = chosen.where(line.c.why.in_(("needed", "no_supplier", "given")))
    elif why != "all":
        chosen = chosen.where(line.c.why == why)
    if search:
        chosen = chosen.where(
            or_(
                product.c.name.icontains(search, autoescape=True),
                line.c.sku.icontains(search, autoescape=True),
            )
        )
    return chosen


def _rows(reading: Reading, day: str, found: list[Any]) -> Iterator[SuggestedRow]:
    names, suppliers = store_names(reading), supplier_names(reading)
    skus = sku_names(reading, {row.sku for row in found})
    product = table_of(SKU)
    units = {
        row.sku: row.base_unit
        for row in reading.all(
            select(product.c.sku, product.c.base_unit).where(mine(product), product.c.sku.in_(list(skus)))
        )
    }
    standing, gifts = _standing(reading, found), _gifts(reading, day, found, names)
    for row in found:
        now = standing.get((row.suggestion, row.sku))
        qty = int(row.qty) if now is None else int(now.qty)
        terms = msgspec.json.decode(row.terms, type=LineTerms) if row.terms else None
        first = terms.forecast.origin if terms else day
        yield SuggestedRow(
            store=row.store,
            store_name=names.get(row.store, row.store),
            sku=row.sku,
            name=skus[row.sku],
            unit=units.get(row.sku, ""),
            supplier=row.supplier,
            supplier_name=suppliers.get(row.supplier, row.supplier),
            suggested=decimal_text(int(row.qty)),
            qty=decimal_text(qty),
            unit_cost=decimal_text(int(row.unit_cost)),
            value=decimal_text(half_up(qty * int(row.unit_cost), MICRO)),
            why=row.why,
            suggestion=row.suggestion,
            state="" if now is None else now.state,
            order="" if now is None else now.order_id or "",
            reason="" if now is None else now.reason or "",
            note="" if now is None else now.note or "",
            automatic=bool(now is not None and now.automatic),
            objections=msgspec.json.decode(now.objections) if now is not None and now.objections else [],
            from_stores=gifts.get((row.store, row.sku), []),
            terms=terms,
            facts=facts_url(node=row.store, kind="sales.", sku=row.sku, to=first),
        )


def _standing(reading: Reading, found: list[Any]) -> dict[tuple[str, str], Any]:
    """What became of each line: as a person left it, and whether its suggestion is open, approved or dismissed."""
    made, lines = table_of(SUGGESTION), table_of(SUGGESTION_LINE)
    wanted = sorted({row.suggestion for row in found} - {""})
    if not wanted:
        return {}
    joined = made.join(
        lines, and_(lines.c.tenant_id == made.c.tenant_id, lines.c.suggestion == made.c.suggestion)
    )
    rows = reading.all(
        select(
            made.c.suggestion, made.c.state, made.c.order_id, made.c.automatic, made.c.objections,
            lines.c.sku, lines.c.qty, lines.c.reason, lines.c.note,
        )
        .select_from(joined)
        .where(mine(made), made.c.suggestion.in_(wanted))
    )  # fmt: skip
    return {(row.suggestion, row.sku): row for row in rows}


def _gifts(
    reading: Reading, day: str, found: list[Any], names: dict[str, str]
) -> dict[tuple[str, str], list[Gift]]:
    gift = REPLENISHMENT_GIFT
    keys = sorted({(row.store, row.sku) for row in found})
    if not keys:
        return {}
    given: dict[tuple[str, str], list[Gift]] = {}
    for row in reading.all(
        select(gift)
        .where(mine(gift), gift.c.day == day, tuple_(gift.c.to_store, gift.c.sku).in_(keys))
        .order_by(gift.c.to_store, gift.c.sku, gift.c.from_store)
    ):
        given.setdefault((row.to_store, row.sku), []).append(
            Gift(
                store=row.from_store,
                store_name=names.get(row.from_store, row.from_store),
                qty=decimal_text(int(row.qty)),
                spare=decimal_text(int(row.spare)),
            )
        )
    return given
