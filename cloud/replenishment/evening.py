"""One night's suggestions: every product of every store judged by its forecast, and every term of the sum kept.

The policy (`policy/`) reckons; here is what it reckons from, read from the rows of the day-book: stock and lots, goods
on their way and on order, packs, prices, how long suppliers really take. Nothing is written here.

Goods that keep are there with the chance of their class (A 98, B 95, C 90 of 100). Goods that do not outlive the
forecast are judged lot by lot instead, by what more would sell and what more would be thrown away. There the next
order is taken to arrive when its time comes, so that what is left over by then is first sold and only then replaced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import and_, func, select

from cloud.forecasting.series import HORIZON
from cloud.replenishment.feedback import learnt_lead_time
from cloud.replenishment.policy.ordering import suggest
from cloud.replenishment.policy.perishables import Freshly, Lot, Path, draw_paths, outcome
from cloud.replenishment.policy.protection import LeadTime, mean_of, moments
from cloud.replenishment.policy.safety_stock import SERVICE, Aim, critical_ratio
from cloud.replenishment.policy.suggesting import Shelf, Source, Suggestion, bought, bought_fresh, judge
from cloud.replenishment.policy.supplier_calendar import SupplierCalendar, next_slot
from cloud.replenishment.policy.told import CandidateTold, Price, TermsTold, told
from cloud.replenishment.policy.transfers_first import Given
from cloud.replenishment.standing import largest_packs, lying, on_order, on_the_way
from cloud.reports.asked import Question
from cloud.reports.what_is_expiring import expiring_lots
from cloud.reports.what_matters_most import abc
from cloud.store.projected import NODE_ID, table_of
from cloud.store.tenant import Reading, mine
from cloud.store.view import CloudView
from shared.business_day import business_date
from shared.catalogue.projection import PRICE, SKU, STORE, SUPPLIER
from shared.catalogue.terms import contract_price
from shared.forecasting.forecast import LEVELS, Forecast, of_estimates
from shared.purchasing.projection import ORDER, ORDER_ARRIVAL
from shared.sales.projection import SALES_DAY
from shared.units import LARGEST, MICRO, ceil_div, decimal_text, up_to_step

Key = tuple[str, str]
"""Store and SKU."""
Why = Literal[
    "needed",
    "no_supplier",
    "not_kept",
    "no_demand",
    "covered",
    "given",
    "substituted",
    "pack",
    "waste",
    "minimum_value",
    "budget",
    "storage",
]
"""Why so much is suggested, or nothing: `pack`, because a whole one would mostly lie; `waste`, because more of it would
be thrown away than sold; `not_kept`, because the store never had it."""

CORRELATION: Final = 0
"""Of neighbouring days' forecast errors, in millionths, until realised cycles show one."""
DELIVERIES_DAYS: Final = 180
PATHS: Final = 100
CANDIDATES_TOLD: Final = 12
"""On either side of the best; with nothing, that is what a person compares."""
FOREVER: Final = 10_000
NO_COVER_RULE: Final = (3, 7)
"""Days to cover at least and at most as a form proposes them: nobody has decided anything."""
WINDOW_DAYS: Final = 28
"""Four weeks, so that every weekday counts equally often."""


class LotTold(msgspec.Struct, frozen=True, kw_only=True):
    """Sellable from day `first` to day `last`; day 0 is the day of the run."""

    qty: str
    first: int
    last: int


class FreshTold(msgspec.Struct, frozen=True, kw_only=True):
    """What goods that do not keep are judged by. `over` and `under` are what one too many and one too few cost, yuan;
    whoever draws `paths` paths from the forecast with `seed` gets the waste and the shortage of each candidate."""

    over: Price
    under: Price
    first: int
    last: int
    next_order: int
    seed: str
    paths: int
    tried: int
    lots: list[LotTold]


class DayTold(msgspec.Struct, frozen=True, kw_only=True):
    day: str
    mean: str
    q50: str
    q80: str
    q90: str
    q95: str
    q98: str


class ForecastTold(msgspec.Struct, frozen=True, kw_only=True):
    """Whose forecast it is and of which past; `degraded` names what is wrong with that past."""

    model: str
    segment: str
    origin: str
    degraded: list[str]
    days: list[DayTold]


class LineTerms(TermsTold, frozen=True, kw_only=True, omit_defaults=True):
    """The whole sum of a line, from what was forecast to what is ordered."""

    abc: str
    lead_days: str
    lead_variance: str
    review_days: int
    correlation: str
    price: str
    forecast: ForecastTold
    fresh: FreshTold | None = None


class NightLine(msgspec.Struct, frozen=True, kw_only=True):
    """A product in a store and what is suggested; no terms where the store never kept it."""

    store: str
    sku: str
    supplier: str
    qty: int = 0
    unit_cost: int = 0
    why: Why
    terms: LineTerms | None = None


class Night(msgspec.Struct, frozen=True, kw_only=True):
    lines: tuple[NightLine, ...]
    given: tuple[Given, ...]


class _Fresh(msgspec.Struct, frozen=True, kw_only=True):
    """The lots of goods that do not keep, what may be asked of them, and what is ordered next."""

    paths: tuple[Path, ...]
    lots: tuple[Lot, ...]
    ordered: Freshly
    next_order: int
    seed: str


class _Reckoned(msgspec.Struct, frozen=True, kw_only=True):
    line: Suggestion
    forecast: Forecast
    lead: LeadTime
    review_days: int
    abc: str
    fresh: _Fresh | None


class _Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the rows say of the whole chain, read once."""

    today: date
    products: dict[str, Any]
    sources: dict[str, Source]
    leads: dict[str, LeadTime]
    classes: dict[str, str]
    prices: dict[Key, int]
    lying: dict[Key, tuple[int, int]]
    coming: dict[Key, int]
    ordered: dict[Key, int]
    lots: dict[Key, list[Lot]]


def reckon(reading: Reading, today: date, forecasts: Sequence[Forecast]) -> Night:
    """Every product in every store on the morning of `today`; forecasts begin with that day."""
    known, stores = _known(reading, today), _stores(reading)
    by_key = {(one.store, one.sku): one for one in forecasts}
    kept = by_key.keys() | known.coming.keys() | known.ordered.keys()
    kept |= {key for key, (on_hand, _) in known.lying.items() if on_hand}
    reckoned = {
        (store, sku): _judged(known, store, sku, by_key.get((store, sku)))
        for store, sku in sorted(kept)
        if sku in known.products and store in stores
    }

    def buy(line: Suggestion) -> Suggestion:
        fresh = reckoned[line.store, line.sku].fresh
        if fresh is None:
            return bought(line)
        lots = [*fresh.lots, _arriving(fresh, line.given)]
        most = line.aim.cover_most
        room = None if most is None else max(0, most - line.without_buying)
        ordered = msgspec.structs.replace(fresh.ordered, most=room)
        return bought_fresh(line, fresh.paths, lots, ordered, 0)

    evening = suggest([one.line for one in reckoned.values()], today=today, buy=buy)
    costs = _costs(reading, known, evening.lines)
    lines = [_told(line, reckoned[line.store, line.sku], costs) for line in evening.lines]
    never = (
        NightLine(store=store, sku=sku, supplier=known.sources[sku].supplier, why="not_kept")
        for store in stores
        for sku in known.products
        if (store, sku) not in reckoned
    )
    return Night(lines=(*lines, *never), given=evening.given)


def _judged(known: _Known, store: str, sku: str, forecast: Forecast | None) -> _Reckoned:
    product, source = known.products[sku], known.sources[sku]
    forecast = forecast or _never_sold(store, sku, known.today)
    price = known.prices.get((sku, store)) or known.prices.get((sku, ""), 0)
    source = msgspec.structs.replace(source, price=price)
    calendar = SupplierCalendar(supplier=source.supplier, lead=known.leads[source.supplier])
    slot = next_slot(calendar, known.today, 0)
    expected = moments(forecast.days, slot.lead, slot.review_days, CORRELATION)
    life = product.shelf_life_days
    does_not_keep = life is not None and 0 < life <= HORIZON and price > source.unit_cost > 0
    grade = known.classes.get(sku, "C")
    level = critical_ratio(price=price, cost=source.unit_cost) if does_not_keep else SERVICE[grade]
    on_hand, held = known.lying.get((store, sku), (0, 0))
    shelf = Shelf(
        on_hand=on_hand,
        held=held,
        in_transit=known.coming.get((store, sku), 0),
        on_order=known.ordered.get((store, sku), 0),
    )
    dated = known.lots.get((store, sku), [])
    aim = _within_cover(
        Aim(moments=expected, level=level, step=10 ** (6 - product.decimals)), product, forecast
    )
    fresh = _fresh(known, forecast, aim, slot.lead, shelf, source, dated, life) if does_not_keep else None
    shelf = msgspec.structs.replace(shelf, expiring=_expiring(forecast, aim, dated, fresh))
    return _Reckoned(
        line=judge(store, sku, aim, shelf, source),
        forecast=forecast,
        lead=slot.lead,
        review_days=slot.review_days,
        abc=grade,
        fresh=fresh,
    )


def _within_cover(aim: Aim, product: Any, forecast: Forecast) -> Aim:
    """The aim with what a person said of how many days goods should last; the figures a form proposes say nothing."""
    told = product.min_cover_days, product.max_cover_days
    if told == NO_COVER_RULE:
        return aim
    life = product.shelf_life_days or told[1]
    most = min(told[1], life)
    least = min(told[0], most)
    return msgspec.structs.replace(
        aim,
        cover_least=up_to_step(mean_of(forecast.days, least), aim.step),
        cover_most=up_to_step(mean_of(forecast.days, most), aim.step),
    )


def _fresh(
    known: _Known,
    forecast: Forecast,
    aim: Aim,
    lead: LeadTime,
    shelf: Shelf,
    source: Source,
    dated: Sequence[Lot],
    life: int,
) -> _Fresh:
    """What lies there by its last day, what is coming for its whole life, and the next order when its time comes."""
    period, first = ceil_div(aim.moments.days, MICRO), ceil_div(lead.days, MICRO)
    last = first + life - 1
    length = min(HORIZON, max(period, last + 1))
    seed = f"{known.today}/{forecast.store}/{forecast.sku}"
    paths = draw_paths(forecast.days[:length], aim.step, Random(seed), PATHS)  # noqa: S311 - no secret
    alive = [lot for lot in dated if lot.last >= 0]
    undated = shelf.on_hand - shelf.held - sum(lot.qty for lot in dated)
    lots = [*alive, Lot(qty=undated, last=FOREVER)]
    lots.append(Lot(qty=shelf.in_transit + shelf.on_order, first=first, last=last))
    lots.append(Lot(qty=LARGEST, first=period, last=FOREVER))
    ordered = Freshly(
        first=first,
        last=last,
        pack=source.pack,
        over=source.unit_cost - source.salvage,
        under=source.price - source.unit_cost,
    )
    return _Fresh(
        paths=paths,
        lots=tuple(lot for lot in lots if lot.qty > 0),
        ordered=ordered,
        next_order=period,
        seed=seed,
    )


def _arriving(fresh: _Fresh, qty: int) -> Lot:
    return Lot(qty=qty, first=fresh.ordered.first, last=fresh.ordered.last)


def _expiring(forecast: Forecast, aim: Aim, dated: Sequence[Lot], fresh: _Fresh | None) -> int:
    """What will have to be thrown away before it is asked for: what is past its day, and what outlives its demand."""
    past = sum(lot.qty for lot in dated if lot.last < 0)
    alive = [lot for lot in dated if lot.last >= 0]
    if not alive:
        return past
    period = ceil_div(aim.moments.days, MICRO)
    expected = tuple(day.mean for day in forecast.days[: max(1, period)])
    paths = [expected] if fresh is None else [path[: max(1, period)] for path in fresh.paths]
    return past + outcome(paths, alive, 0).waste


def _never_sold(store: str, sku: str, today: date) -> Forecast:
    """Goods that lie in a store and were never sold there: nothing is expected."""
    origin = today - timedelta(days=1)
    nothing = [0.0] * HORIZON
    return Forecast(
        store=store,
        sku=sku,
        origin=origin,
        model="none",
        segment="never_sold",
        days=of_estimates(origin, nothing, dict.fromkeys(LEVELS, nothing)),
    )


def _told(line: Suggestion, reckoned: _Reckoned, costs: Mapping[Key, int]) -> NightLine:
    shown = told(line).terms
    fields = {name: getattr(shown, name) for name in TermsTold.__struct_fields__}
    forecast = reckoned.forecast
    if reckoned.fresh is not None:
        fields["candidates"] = _nearest(shown.candidates, line.ordered)
    terms = LineTerms(
        **fields,
        abc=reckoned.abc,
        lead_days=decimal_text(reckoned.lead.days),
        lead_variance=decimal_text(reckoned.lead.variance),
        review_days=reckoned.review_days,
        correlation=decimal_text(CORRELATION),
        price=decimal_text(line.source.price),
        forecast=ForecastTold(
            model=forecast.model,
            segment=forecast.segment,
            origin=forecast.origin.isoformat(),
            degraded=list(forecast.degraded),
            days=[
                DayTold(
                    day=day.day.isoformat(),
                    mean=decimal_text(day.mean),
                    q50=decimal_text(day.q50),
                    q80=decimal_text(day.q80),
                    q90=decimal_text(day.q90),
                    q95=decimal_text(day.q95),
                    q98=decimal_text(day.q98),
                )
                for day in forecast.days
            ],
        ),
        fresh=None if reckoned.fresh is None else _fresh_told(reckoned.fresh, line),
    )
    return NightLine(
        store=line.store,
        sku=line.sku,
        supplier=line.source.supplier,
        qty=line.qty,
        unit_cost=costs[line.store, line.sku],
        why=why(line, is_fresh=reckoned.fresh is not None),
        terms=terms,
    )


def _nearest(candidates: Sequence[CandidateTold], ordered: int) -> list[CandidateTold]:
    """Nothing, the best and its neighbours: a sum of hundreds of lines is read by nobody."""
    if not candidates:
        return []
    best = [one.qty for one in candidates].index(decimal_text(ordered))
    near = candidates[max(0, best - CANDIDATES_TOLD) : best + CANDIDATES_TOLD + 1]
    return list(near) if near[0] is candidates[0] else [candidates[0], *near]


def _fresh_told(fresh: _Fresh, line: Suggestion) -> FreshTold:
    lots = [*fresh.lots, _arriving(fresh, line.given)] if line.given else fresh.lots
    return FreshTold(
        over=decimal_text(fresh.ordered.over),
        under=decimal_text(fresh.ordered.under),
        first=fresh.ordered.first,
        last=fresh.ordered.last,
        next_order=fresh.next_order,
        seed=fresh.seed,
        paths=len(fresh.paths),
        tried=len(line.candidates),
        lots=[LotTold(qty=decimal_text(lot.qty), first=lot.first, last=lot.last) for lot in lots],
    )


def why(line: Suggestion, *, is_fresh: bool) -> Why:
    """The one reason that a person asks for first."""
    if line.qty:
        return "needed" if line.source.supplier else "no_supplier"
    if line.cut and line.cut_by is not None:
        return line.cut_by
    if not line.aim.moments.mean and not line.need:
        return "no_demand"
    if not line.need:
        return "covered"
    if not line.wanted:
        return "given" if line.given else "substituted"
    return "waste" if is_fresh else "pack"


def _known(reading: Reading, today: date) -> _Known:
    chain = Question(first=today - timedelta(days=WINDOW_DAYS), last=today - timedelta(days=1))
    product, supplier, price = table_of(SKU), table_of(SUPPLIER), table_of(PRICE)
    products = {row.sku: row for row in reading.all(select(product).where(mine(product)))}
    agreed = {row.supplier: int(row.lead_days) for row in reading.all(select(supplier).where(mine(supplier)))}
    return _Known(
        today=today,
        products=products,
        sources=_sources(reading, products, agreed, today),
        leads=_leads(reading, agreed, today),
        classes=_classes(reading, chain),
        prices={
            (row.sku, row.store): int(row.price) for row in reading.all(select(price).where(mine(price)))
        },
        lying=lying(reading, chain),
        coming=on_the_way(reading, chain),
        ordered=on_order(reading),
        lots=_lots(reading, chain, today),
    )


def _stores(reading: Reading) -> list[str]:
    table = table_of(STORE)
    return [
        row.store for row in reading.all(select(table.c.store).where(mine(table)).order_by(table.c.store))
    ]


def _sources(
    reading: Reading, products: Mapping[str, Any], suppliers: Iterable[str], today: date
) -> dict[str, Source]:
    """Whole packs of the largest kind; the contract's price, or what the catalogue says it costs."""
    packs, view, known = largest_packs(reading), CloudView(reading), set(suppliers)
    found = {}
    for sku, row in products.items():
        supplier, pack = row.supplier if row.supplier in known else "", packs.get(sku, MICRO)
        cost = _cost(view, supplier, row, pack, today)
        found[sku] = Source(supplier=supplier, pack=pack, unit_cost=cost)
    return found


def _costs(reading: Reading, known: _Known, lines: Iterable[Suggestion]) -> dict[Key, int]:
    """What a unit costs at the quantity that is ordered: a hundred may reach a tier that the pack, by which lines are
    judged, does not."""
    view = CloudView(reading)
    return {
        (line.store, line.sku): _cost(
            view, line.source.supplier, known.products[line.sku], line.qty, known.today
        )
        if line.qty > line.source.pack
        else line.source.unit_cost
        for line in lines
    }


def _cost(view: CloudView, supplier: str, product: Any, qty: int, today: date) -> int:
    contract = contract_price(view, supplier, product.sku, qty, today) if supplier else None
    return int(product.unit_cost or 0) if contract is None else contract.price


def _leads(reading: Reading, agreed: Mapping[str, int], today: date) -> dict[str, LeadTime]:
    """By supplier, learnt from the first arrival of each order of half a year; "" for goods that nobody delivers."""
    orders, came, stores = table_of(ORDER), table_of(ORDER_ARRIVAL), table_of(STORE)
    joined = orders.join(
        came,
        and_(
            came.c.tenant_id == orders.c.tenant_id,
            came.c[NODE_ID] == orders.c.store,
            came.c.order_id == orders.c.order_id,
        ),
    ).join(stores, and_(stores.c.tenant_id == orders.c.tenant_id, stores.c.store == orders.c.store))
    clock = (stores.c.timezone, stores.c.cutoff_minutes)
    rows = reading.all(
        select(orders.c.supplier, orders.c.placed_ms, *clock, func.min(came.c.business_date).label("day"))
        .select_from(joined)
        .where(mine(orders), came.c.business_date >= (today - timedelta(days=DELIVERIES_DAYS)).isoformat())
        .group_by(orders.c.order_id, orders.c.supplier, orders.c.placed_ms, *clock)
    )
    took: dict[str, list[int]] = {}
    for row in rows:
        placed = business_date(int(row.placed_ms), row.timezone, int(row.cutoff_minutes))
        took.setdefault(row.supplier, []).append(max(0, (date.fromisoformat(row.day) - placed).days))
    told = {supplier: learnt_lead_time(days, took.get(supplier, ())) for supplier, days in agreed.items()}
    return {"": learnt_lead_time(1, ()), **told}


def _classes(reading: Reading, chain: Question) -> dict[str, str]:
    """A, B or C by what the chain sold in four weeks."""
    table = table_of(SALES_DAY)
    rows = reading.all(
        select(table.c.sku, func.sum(table.c.amount - table.c.returned).label("amount"))
        .where(
            mine(table),
            table.c.business_date.between(chain.first.isoformat(), chain.last.isoformat()),
        )
        .group_by(table.c.sku)
    )
    return {sku: grade for sku, (grade, _) in abc([(row.sku, int(row.amount)) for row in rows]).items()}


def _lots(reading: Reading, chain: Question, today: date) -> dict[Key, list[Lot]]:
    """Sellable goods whose last day is near, by that day: 0 is today, below it is past."""
    sums: Counter[tuple[Key, int]] = Counter()
    for row in reading.all(expiring_lots(chain, today + timedelta(days=HORIZON))):
        last = (date.fromisoformat(row.expiry) - today).days
        sums[(row.node_id, row.sku), last] += int(row.on_hand) - int(row.held)
    found: dict[Key, list[Lot]] = {}
    for (key, last), qty in sorted(sums.items()):
        if qty > 0:
            found.setdefault(key, []).append(Lot(qty=qty, last=last))
    return found
