"""What the books wait for from suppliers: receipts to bill, invoices to match, freight that was shared out."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from cloud.books import purchases
from cloud.http.answers import Answer, answer
from cloud.http.asker import Asker
from cloud.http.gate import CHAIN

_READ = "books.read"
Word = Annotated[str, QueryParameter(required=False, max_length=80)]
Standing = Annotated[purchases.State, QueryParameter(name="state", required=False)]
After = Annotated[str, QueryParameter(required=False, max_length=200)]
Every = Annotated[bool, QueryParameter(required=False)]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]


@get(
    "/v1/purchases/receipts",
    permission=_READ,
    scope=CHAIN,
    answers=purchases.OpenReceipts,
    sync_to_thread=True,
)
def receipts(
    asker: NamedDependency[Asker],
    supplier: Word = "",
    store: Word = "",
    every: Every = False,
    after: After = "",
    limit: Limit = 50,
) -> Answer:
    """Receipts of which something is not invoiced yet, newest first; `every` for all of them."""
    with asker.store.reading() as reading:
        return answer(purchases.receipts(reading, supplier, store, every, after, limit), asker)


@get(
    "/v1/purchases/invoices",
    permission=_READ,
    scope=CHAIN,
    answers=purchases.InvoicePage,
    sync_to_thread=True,
)
def invoices(
    asker: NamedDependency[Asker],
    standing: Standing = "",
    supplier: Word = "",
    number: Word = "",
    after: After = "",
    limit: Limit = 50,
) -> Answer:
    """Suppliers' invoices with order and receipt beside each line, and why one is held."""
    with asker.store.reading() as reading:
        return answer(purchases.invoices(reading, standing, supplier, number, after, limit), asker)


@get(
    "/v1/purchases/landed-costs",
    permission=_READ,
    scope=CHAIN,
    answers=purchases.LandedPage,
    sync_to_thread=True,
)
def landed_costs(asker: NamedDependency[Asker], after: After = "", limit: Limit = 50) -> Answer:
    """Freight and the like that goods bear."""
    with asker.store.reading() as reading:
        return answer(purchases.landed_costs(reading, after, limit), asker)


router = Router("/", route_handlers=[receipts, invoices, landed_costs])
