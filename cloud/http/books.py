"""The books for the people of head office: at a glance, by account, by voucher, and the proof that they hold.

Books are the company's: a voucher of one store has lines of others, so these routes are for people with the whole
chain.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from cloud.books import drill_down, overview, payments, terms_told, vouchers, waiting
from cloud.books.overview import BooksNow, ProofTold
from cloud.books.poster import behind_by
from cloud.books.proved import prove_and_note
from cloud.books.terms import policy_now
from cloud.books.told import AccountName, chart_code
from cloud.http.answers import Answer, answer
from cloud.http.asker import Asker
from cloud.http.gate import CHAIN
from cloud.reports.asked import business_today
from cloud.store.installation import Installation
from cloud.store.tenant import Reading
from shared.accounting.accounts import AccountType
from shared.accounting.decide import rules_by_hand
from shared.accounting.events import ChartName

_READ = "books.read"
From = Annotated[date | None, QueryParameter(name="from", required=False)]
To = Annotated[date | None, QueryParameter(name="to", required=False)]
Stores = Annotated[list[str] | None, QueryParameter(name="store", required=False, max_items=200)]
Word = Annotated[str, QueryParameter(required=False, max_length=80)]
After = Annotated[str, QueryParameter(required=False, max_length=200)]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]


class ChartAccount(msgspec.Struct, frozen=True, kw_only=True):
    """`by_hand`: may be named on a voucher; `partner`: a line of it needs a customer or supplier."""

    account: str
    name: AccountName
    type: AccountType
    by_hand: bool
    partner: bool


class ChartTold(msgspec.Struct, frozen=True, kw_only=True):
    chart: ChartName
    accounts: list[ChartAccount]


@get("/v1/books", permission=_READ, scope=CHAIN, answers=BooksNow, sync_to_thread=True)
def books(asker: NamedDependency[Asker], installation: NamedDependency[Installation]) -> Answer:
    """Months, stores, the last proof, what waits, and the key balances."""
    with asker.store.reading() as reading:
        return answer(overview.overview(reading, business_today(reading, installation.clock())), asker)


@post(
    "/v1/books/proof",
    permission=_READ,
    scope=CHAIN,
    answers=ProofTold,
    status_code=200,
    sync_to_thread=True,
)
def proof(asker: NamedDependency[Asker], installation: NamedDependency[Installation]) -> Answer:
    """Look at every promise of the books now; it takes as long as reading every voucher does."""
    return answer(overview.proof_told(prove_and_note(asker.store, installation.clock())), asker)


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How many facts the books have not passed yet; they follow within a second or two."""

    unposted: int


@get("/v1/books/progress", permission=_READ, scope=CHAIN, answers=Progress, sync_to_thread=True)
def progress(asker: NamedDependency[Asker]) -> Answer:
    """Whether what was just recorded is in the books."""
    with asker.store.reading() as reading:
        return answer(Progress(unposted=behind_by(reading)), asker)


@get("/v1/books/problems", permission=_READ, scope=CHAIN, answers=waiting.Problems, sync_to_thread=True)
def problems(asker: NamedDependency[Asker], after: After = "", limit: Limit = 100) -> Answer:
    """Documents that cannot be posted yet, and why."""
    with asker.store.reading() as reading:
        return answer(waiting.problems(reading, asker.language, after, limit), asker)


@get("/v1/books/chart", permission=_READ, scope=CHAIN, answers=ChartTold, sync_to_thread=True)
def chart(asker: NamedDependency[Asker]) -> Answer:
    """The chart of accounts in force."""
    with asker.store.reading() as reading:
        found = policy_now(reading).chart
    told = []
    for code, account in sorted(found.accounts.items()):
        by_hand, partner = rules_by_hand(found, code)
        name = AccountName(account.zh, account.en)
        told.append(
            ChartAccount(account=code, name=name, type=account.type, by_hand=by_hand, partner=partner)
        )
    return answer(ChartTold(chart=chart_code(found), accounts=told), asker)


@get("/v1/books/terms", permission=_READ, scope=CHAIN, answers=terms_told.BookTerms, sync_to_thread=True)
def terms(asker: NamedDependency[Asker]) -> Answer:
    """By what terms the books are kept, newest first; commands set them."""
    with asker.store.reading() as reading:
        return answer(terms_told.book_terms(reading), asker)


@get("/v1/books/accounts", permission=_READ, scope=CHAIN, answers=drill_down.Accounts, sync_to_thread=True)
def accounts(
    asker: NamedDependency[Asker],
    installation: NamedDependency[Installation],
    first: From = None,
    last: To = None,
    store: Stores = None,
) -> Answer:
    """Every account over a span of posting days, the present month unless said otherwise."""
    with asker.store.reading() as reading:
        span = _span(reading, asker, installation, first, last, store)
        return answer(drill_down.accounts(reading, span), asker)


@get(
    "/v1/books/accounts/{account:str}",
    permission=_READ,
    scope=CHAIN,
    answers=drill_down.Ledger,
    sync_to_thread=True,
)
def account_lines(
    asker: NamedDependency[Asker],
    installation: NamedDependency[Installation],
    account: FromPath[str],
    first: From = None,
    last: To = None,
    store: Stores = None,
    after: After = "",
    limit: Limit = 100,
) -> Answer:
    """An account's lines, oldest first, each with the balance after it."""
    with asker.store.reading() as reading:
        span = _span(reading, asker, installation, first, last, store)
        return answer(drill_down.ledger(reading, account, span, after, limit, asker.language), asker)


@get("/v1/books/vouchers", permission=_READ, scope=CHAIN, answers=vouchers.VoucherPage, sync_to_thread=True)
def voucher_list(
    asker: NamedDependency[Asker],
    installation: NamedDependency[Installation],
    first: From = None,
    last: To = None,
    store: Stores = None,
    kind: Word = "",
    reference: Word = "",
    after: After = "",
    limit: Limit = 100,
) -> Answer:
    """The span's vouchers, newest first."""
    with asker.store.reading() as reading:
        span = _span(reading, asker, installation, first, last, store)
        return answer(vouchers.vouchers(reading, span, kind, reference, after, limit), asker)


@get(
    "/v1/books/vouchers/{log:str}/{seq:int}/{part:int}/{number:int}",
    permission=_READ,
    scope=CHAIN,
    answers=vouchers.VoucherTold,
    sync_to_thread=True,
)
def one_voucher(
    asker: NamedDependency[Asker],
    log: FromPath[str],
    seq: FromPath[int],
    part: FromPath[int],
    number: FromPath[int],
) -> Answer:
    """A voucher with its lines, its policy, and the facts, photos and vouchers it belongs with."""
    with asker.store.reading() as reading:
        return answer(vouchers.voucher(reading, log, seq, part, number, asker.language), asker)


@get("/v1/books/money", permission=_READ, scope=CHAIN, answers=payments.MoneyPage, sync_to_thread=True)
def money(
    asker: NamedDependency[Asker],
    installation: NamedDependency[Installation],
    first: From = None,
    last: To = None,
    store: Stores = None,
    kind: Word = "",
    after: After = "",
    limit: Limit = 100,
) -> Answer:
    """Payments, expenses and settlements of a span, newest first."""
    with asker.store.reading() as reading:
        span = _span(reading, asker, installation, first, last, store)
        return answer(payments.money(reading, span, kind, after, limit), asker)


@get(
    "/v1/books/differences",
    permission=_READ,
    scope=CHAIN,
    answers=payments.Differences,
    sync_to_thread=True,
)
def differences(asker: NamedDependency[Asker], after: After = "", limit: Limit = 100) -> Answer:
    """Counts and losses that nobody has decided about, at cost, oldest first."""
    with asker.store.reading() as reading:
        return answer(payments.differences(reading, after, limit), asker)


def _span(
    reading: Reading,
    asker: Asker,
    installation: Installation,
    first: date | None,
    last: date | None,
    places: list[str] | None,
) -> drill_down.Span:
    """The days asked for at the places asked for, of which an empty name is head office."""
    today = business_today(reading, installation.clock())
    return drill_down.span_of(first, last, today, asker.stores(places) if places else None)


router = Router(
    "/",
    route_handlers=[
        *(books, proof, progress, problems, chart, terms),
        *(accounts, account_lines, voucher_list, one_voucher),
        *(money, differences),
    ],
)
