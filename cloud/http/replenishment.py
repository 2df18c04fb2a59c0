"""What the nightly run suggests to order, with every term of each sum, and how far the program may go by itself."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from cloud.http.answers import Answer, answer
from cloud.http.asker import Asker
from cloud.http.gate import CHAIN, STORES
from cloud.replenishment.automation import AutomationTold
from cloud.replenishment.automation import automation as allowed
from cloud.replenishment.nights import SuggestionPage
from cloud.replenishment.nights import suggestions as suggested
from cloud.reports.asked import page
from cloud.store.installation import Installation

Stores = Annotated[list[str] | None, QueryParameter(name="store", required=False, max_items=200)]
Word = Annotated[str, QueryParameter(required=False, max_length=80)]
Search = Annotated[str, QueryParameter(name="q", required=False, max_length=100)]
After = Annotated[str | None, QueryParameter(name="after", required=False, max_length=20)]
Limit = Annotated[int | None, QueryParameter(name="limit", required=False)]


@get(
    "/v1/replenishment/suggestions",
    permission="replenishment.read",
    scope=STORES,
    answers=SuggestionPage,
    sync_to_thread=True,
)
def suggestions(
    asker: NamedDependency[Asker],
    store: Stores = None,
    supplier: Word = "",
    why: Word = "",
    search: Search = "",
    after: After = None,
    limit: Limit = None,
) -> Answer:
    """Last night's lines by store and product: what to order and why so much, or with `why` why nothing ("all" for
    every line)."""
    with asker.store.reading() as reading:
        found = suggested(reading, asker.stores(store), supplier, why, search, page(after, limit))
        return answer(found, asker)


@get(
    "/v1/replenishment/automation",
    permission="replenishment.read",
    scope=CHAIN,
    answers=AutomationTold,
    sync_to_thread=True,
)
def automation(asker: NamedDependency[Asker], installation: NamedDependency[Installation]) -> Answer:
    """The envelope, the switch, the models' health, and what was ordered by itself today."""
    with asker.store.reading() as reading:
        return answer(allowed(reading, installation.clock()), asker)


router = Router("/", route_handlers=[suggestions, automation])
