"""The reports of head office: each route asks one question of `cloud.reports` within the asker's stores."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from cloud.http.answers import Answer, answer
from cloud.http.asker import Asker
from cloud.http.gate import STORES
from cloud.reports.asked import Question, business_today, latest_day_sold, page, question
from cloud.reports.how_are_sales import Sales, how_are_sales
from cloud.reports.how_are_the_nodes import Nodes, how_are_the_nodes
from cloud.reports.how_cold_is_it import ColdChain, how_cold_is_it
from cloud.reports.how_is_business import Business, how_is_business
from cloud.reports.what_is_blocked import Blocked, what_is_blocked
from cloud.reports.what_is_expiring import Expiring, what_is_expiring
from cloud.reports.what_is_on_hand import OnHand, what_is_on_hand
from cloud.store.installation import Installation
from cloud.store.tenant import Reading

From = Annotated[date | None, QueryParameter(name="from", required=False)]
To = Annotated[date | None, QueryParameter(name="to", required=False)]
Stores = Annotated[list[str] | None, QueryParameter(name="store", required=False, max_items=200)]
After = Annotated[str | None, QueryParameter(name="after", required=False, max_length=20)]
Limit = Annotated[int | None, QueryParameter(name="limit", required=False)]
Search = Annotated[str, QueryParameter(name="q", required=False, max_length=100)]
Days = Annotated[int, QueryParameter(name="days", required=False, ge=0, le=366)]
Word = Annotated[str, QueryParameter(required=False, max_length=40)]
State = Annotated[str, QueryParameter(name="state", required=False, max_length=40)]
"""A handler's own argument must not be called `state`: the framework keeps that name for itself."""


def _question(
    reading: Reading,
    asker: Asker,
    stores: Sequence[str] | None,
    first: date | None,
    last: date | None,
    today: date,
) -> Question:
    visible = asker.stores(stores)
    return question(visible, first, last, last or latest_day_sold(reading, visible, today))


@get("/v1/reports/overview", permission="reports.read", scope=STORES, answers=Business, sync_to_thread=True)
def overview(
    asker: NamedDependency[Asker],
    installation: NamedDependency[Installation],
    first: From = None,
    last: To = None,
    store: Stores = None,
) -> Answer:
    """The owner's first page."""
    now_ms = installation.clock()
    with asker.store.reading() as reading:
        today = business_today(reading, now_ms)
        asked = _question(reading, asker, store, first, last, today)
        return answer(how_is_business(reading, asked, today, now_ms), asker)


@get("/v1/reports/sales", permission="reports.read", scope=STORES, answers=Sales, sync_to_thread=True)
def sales(
    asker: NamedDependency[Asker],
    installation: NamedDependency[Installation],
    by: Word = "day",
    first: From = None,
    last: To = None,
    store: Stores = None,
    after: After = None,
    limit: Limit = None,
) -> Answer:
    """Sales by day, store, SKU, category, or store and day."""
    with asker.store.reading() as reading:
        asked = _question(reading, asker, store, first, last, business_today(reading, installation.clock()))
        return answer(how_are_sales(reading, asked, by, page(after, limit)), asker)


@get("/v1/reports/stock", permission="stock.read", scope=STORES, answers=OnHand, sync_to_thread=True)
def stock(
    asker: NamedDependency[Asker],
    installation: NamedDependency[Installation],
    by: Word = "sku",
    search: Search = "",
    store: Stores = None,
    after: After = None,
    limit: Limit = None,
) -> Answer:
    """Stock on hand, held and coming."""
    with asker.store.reading() as reading:
        asked = _now(asker, store, business_today(reading, installation.clock()))
        return answer(what_is_on_hand(reading, asked, by, search, page(after, limit)), asker)


@get("/v1/reports/near-expiry", permission="stock.read", scope=STORES, answers=Expiring, sync_to_thread=True)
def near_expiry(
    asker: NamedDependency[Asker],
    installation: NamedDependency[Installation],
    days: Days = 7,
    store: Stores = None,
) -> Answer:
    """Lots whose last day is near or past."""
    with asker.store.reading() as reading:
        today = business_today(reading, installation.clock())
        return answer(what_is_expiring(reading, _now(asker, store, today), today, days), asker)


@get("/v1/reports/quality", permission="quality.read", scope=STORES, answers=Blocked, sync_to_thread=True)
def quality(
    asker: NamedDependency[Asker],
    installation: NamedDependency[Installation],
    verdict: State = "",
    first: From = None,
    last: To = None,
    store: Stores = None,
) -> Answer:
    """Inspections of the period and all holds of now."""
    with asker.store.reading() as reading:
        today = business_today(reading, installation.clock())
        asked = question(asker.stores(store), first, last, today)
        return answer(what_is_blocked(reading, asked, verdict), asker)


@get(
    "/v1/reports/cold-chain", permission="sensing.read", scope=STORES, answers=ColdChain, sync_to_thread=True
)
def cold_chain(
    asker: NamedDependency[Asker], installation: NamedDependency[Installation], store: Stores = None
) -> Answer:
    """Sensors and excursions."""
    now_ms = installation.clock()
    with asker.store.reading() as reading:
        asked = _now(asker, store, business_today(reading, now_ms))
        return answer(how_cold_is_it(reading, asked, now_ms), asker)


@get("/v1/reports/nodes", permission="node.read", scope=STORES, answers=Nodes, sync_to_thread=True)
def nodes(
    asker: NamedDependency[Asker], installation: NamedDependency[Installation], store: Stores = None
) -> Answer:
    """The health of every store's node."""
    now_ms = installation.clock()
    with asker.store.reading() as reading:
        asked = _now(asker, store, business_today(reading, now_ms))
        return answer(how_are_the_nodes(reading, asked, now_ms), asker)


def _now(asker: Asker, stores: Sequence[str] | None, today: date) -> Question:
    """A question about how things stand, not about a period."""
    return Question(first=today, last=today, stores=asker.stores(stores))


router = Router("/", route_handlers=[overview, sales, stock, near_expiry, quality, cold_chain, nodes])
