"""A what-if run of the books in memory: events in, everything an accountant asks for out.

The same documents, postings and statements as at head office, under any policy. The answer has the shapes of the
golden books: decimal strings, accounts in order of code, stock by store and SKU. It ends with the same events
under the two other ways of costing, because that is the question such a run is made for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from msgspec.structs import replace

from shared.accounting import statements
from shared.accounting.accounts import Role
from shared.accounting.closing import Turnover, balance
from shared.accounting.desk import STOCK, Amount, Desk, TransferOnFile
from shared.accounting.documents import CloseProfitAndLoss, Document
from shared.accounting.policy import SkuTerms
from shared.accounting.posting import posted
from shared.accounting.scenario import Json, Scenario, read_event
from shared.accounting.voucher import Entry, Voucher
from shared.errors import DomainError
from shared.money import fen_text
from shared.stock.valuation import CostState, Method
from shared.units import decimal_text, half_up

METHODS: tuple[Method, ...] = ("moving_average", "fifo")


class EventRefused(DomainError):
    """One event of a file cannot be posted: which, and why (`cause`)."""

    def __init__(self, event: str, kind: str, cause: DomainError) -> None:
        super().__init__("event_refused", event=event, type=kind, why=str(cause))
        self.cause = cause


class Books(msgspec.Struct, frozen=True):
    """Everything one run has made."""

    scenario: Scenario
    posted: tuple[Voucher, ...]
    """Of every document, also where it has no entries: goods that cost nothing move all the same."""
    desk: Desk

    @property
    def vouchers(self) -> list[Voucher]:
        """Those with entries."""
        return [voucher for voucher in self.posted if voucher.entries]

    def entries(self, *, closed: bool) -> list[Entry]:
        """All entries, with or without those of the P&L close."""
        tag = CloseProfitAndLoss.__struct_config__.tag
        return [
            entry for voucher in self.posted for entry in voucher.entries if closed or voucher.type != tag
        ]


def documents_of(scenario: Scenario, events: Iterable[object]) -> list[Document]:
    """Documents of raw events. Raises EventRefused for the first that is wrong or has a known number."""
    documents: list[Document] = []
    known: set[str] = set()
    for number, raw in enumerate(events, 1):
        name, kind = _named(raw, number)
        try:
            document = read_event(raw, scenario)
            if document.id in known:
                raise DomainError("event_twice", event=document.id)
        except DomainError as error:
            raise EventRefused(name, kind, error) from None
        known.add(document.id)
        documents.append(document)
    return documents


def _named(raw: object, number: int) -> tuple[str, str]:
    if not isinstance(raw, dict):
        return f"#{number}", ""
    return str(raw.get("id") or f"#{number}")[:60], str(raw.get("type", ""))[:60]


def keep_books(scenario: Scenario, documents: Iterable[Document]) -> Books:
    """Post every document in the order given. Raises EventRefused for the first that cannot be."""
    desk = Desk(scenario.policy, scenario.skus)
    done = []
    for document in documents:
        try:
            done.append(posted(document, desk))
        except DomainError as error:
            raise EventRefused(document.id, document.type, error) from None
    return Books(scenario, tuple(done), desk)


def costed(scenario: Scenario, method: Method) -> Scenario:
    """The scenario with every SKU costed one way, for documents that were decided under another."""
    skus: Mapping[str, SkuTerms] = {
        sku: replace(terms, costing=method) if terms.costing else terms
        for sku, terms in scenario.skus.items()
    }
    return replace(scenario, skus=skus, policy=replace(scenario.policy, recosted=True))


def replay(scenario: Scenario, events: Iterable[object]) -> Json:
    """The whole answer. Raises EventRefused."""
    documents = documents_of(scenario, events)
    return {
        **told(keep_books(scenario, documents)),
        "alternative_costing": alternatives(scenario, documents),
    }


def alternatives(scenario: Scenario, documents: Iterable[Document]) -> Json:
    """The same documents with everything costed one way, and then the other."""
    documents = list(documents)
    return {f"all_{method}": _alternative(costed(scenario, method), documents) for method in METHODS}


def told(books: Books) -> Json:
    """One run's books in the shapes of the golden file."""
    policy, desk = books.scenario.policy, books.desk
    before = statements.turnover_of(books.entries(closed=False))
    after = statements.turnover_of(books.entries(closed=True))
    sheet = statements.balance_sheet(policy.chart, after)
    tax = statements.vat(policy, after)
    stock = inventory(books)
    return {
        "vouchers": [_voucher(voucher) for voucher in books.vouchers],
        "trial_balance_before_pl_close": _trial_balance(books, before),
        "trial_balance_after_pl_close": _trial_balance(books, after),
        "profit_and_loss": _profit_and_loss(books),
        "balance_sheet": {name: fen_text(value) for name, value in msgspec.structs.asdict(sheet).items()},
        "vat": {
            "output": fen_text(tax.output),
            "input": fen_text(tax.input),
            "input_transferred_out": fen_text(tax.transferred_out),
            "payable": fen_text(tax.payable),
            "surtax": fen_text(tax.surtax),
        },
        "inventory_valuation": [_stock_row(books, *row) for row in stock],
        "inventory_total": fen_text(sum(state.value for _, _, state in stock)),
        "work_in_progress": _in_work(desk),
        "inventory_by_account": _by_account(books, after),
        "stock_moves": [
            {
                "event": voucher.event,
                "store": move.store,
                "sku": move.sku,
                "qty": decimal_text(move.qty),
                "value": fen_text(move.value),
                "batch": move.batch or None,
            }
            for voucher in books.posted
            for move in voucher.moves
        ],
    }


def _voucher(voucher: Voucher) -> Json:
    return {
        "event": voucher.event,
        "type": voucher.type,
        "date": voucher.day.isoformat(),
        "entries": [
            {
                "account": entry.account,
                "store": entry.store,
                "debit": fen_text(max(entry.amount, 0)),
                "credit": fen_text(max(-entry.amount, 0)),
                "memo": entry.memo,
            }
            for entry in voucher.entries
        ],
    }


def _trial_balance(books: Books, turnover: Turnover) -> Json:
    chart = books.scenario.policy.chart
    rows = {}
    for code in sorted(turnover):
        debit, credit = turnover[code]
        left = debit - credit
        rows[code] = {
            "name": chart.account(code).zh,
            "debit_turnover": fen_text(debit),
            "credit_turnover": fen_text(credit),
            "balance_debit": fen_text(left) if left >= 0 else "0",
            "balance_credit": fen_text(-left) if left <= 0 else "0",
        }
    return rows


def _profit_and_loss(books: Books) -> Json:
    result = statements.profit_and_loss(books.scenario.policy.chart, books.entries(closed=False))
    lines = {
        "revenue_goods": result.revenue_goods,
        "revenue_services": result.revenue_services,
        "revenue": result.revenue,
        "cost_of_sales": result.cost_of_sales,
        "taxes_and_surcharges": result.taxes,
        "selling": result.selling,
        "admin": result.admin,
        "finance": result.finance,
        **({"other": result.other} if result.other else {}),
        "operating_profit": result.operating_profit,
        "non_operating_income": result.non_operating_income,
        "non_operating_expense": result.non_operating_expense,
        "profit_before_tax": result.profit_before_tax,
        "gross_profit": result.gross_profit,
    }
    margin = result.gross_margin
    return {
        **{name: fen_text(value) for name, value in lines.items()},
        "gross_margin_pct": None if margin is None else fen_text(margin),
        "by_store": {
            store: {
                "revenue": fen_text(own.revenue),
                "cost_of_sales": fen_text(own.cost_of_sales),
                "gross_profit": fen_text(own.gross_profit),
            }
            for store, own in result.by_store.items()
        },
    }


def inventory(books: Books) -> list[tuple[str, str, CostState]]:
    """What lies where and what it is worth, goods on the road included, so that it adds up to the accounts."""
    cells = books.desk.cells
    states = {(store, sku): state for (store, kind, sku), state in cells.items() if kind == STOCK and state}
    for (_, kind, _), file in cells.items():
        if kind == "transfer" and isinstance(file, TransferOnFile):
            for line in file.lines:
                key = books.scenario.policy.transit, line.sku
                there = states.get(key, CostState())
                states[key] = CostState(there.qty + line.qty, there.value + line.value)
    return [(*key, states[key]) for key in sorted(states) if states[key].qty or states[key].value]


def _stock_row(books: Books, store: str, sku: str, state: CostState) -> Json:
    row: Json = {
        "store": store,
        "sku": sku,
        "qty": decimal_text(state.qty),
        "value": fen_text(state.value),
        "unit_cost": _unit_cost(state),
    }
    if books.scenario.skus[sku].costing == "fifo" and store != books.scenario.policy.transit:
        row["layers"] = [
            {"batch": layer.lot or None, "qty": decimal_text(layer.qty), "value": fen_text(layer.value)}
            for layer in state.layers
        ]
    return row


def _unit_cost(state: CostState) -> str:
    """Yuan with four decimals: 6138.31 over 45 is 136.4069."""
    if not state.qty:
        return "0.0000"
    # Fen over millionths of a unit: 100 fen a yuan, so ten-thousandths of a yuan are fen * 10^2 * 10^6 / qty.
    value = half_up(state.value * 100 * 1_000_000, state.qty)
    whole, rest = divmod(abs(value), 10_000)
    return f"{'-' if value < 0 else ''}{whole}.{rest:04d}"


def _in_work(desk: Desk) -> Json:
    return {
        number: fen_text(file.fen)
        for (_, kind, number), file in sorted(desk.cells.items(), key=lambda item: item[0])
        if kind == "order" and isinstance(file, Amount) and file.fen
    }


def _by_account(books: Books, turnover: Turnover) -> Json:
    """Balances of the stock accounts; they must be what the stock ledger says."""
    codes = books.scenario.policy.chart.codes
    stock = (codes[role] for role in (Role.MERCHANDISE, Role.RAW, Role.CONSUMABLE))
    return {code: fen_text(balance(turnover, code)) for code in stock}


def _alternative(scenario: Scenario, documents: Iterable[Document]) -> Json:
    """The figures that costing changes; where the events are not feasible that way, what stands against it."""
    try:
        books = keep_books(scenario, documents)
    except EventRefused as refused:
        return {"refused": refused.values["event"], "why": str(refused.cause)}
    result = statements.profit_and_loss(scenario.policy.chart, books.entries(closed=False))
    stock = inventory(books)
    payable = statements.vat(scenario.policy, statements.turnover_of(books.entries(closed=True))).payable
    return {
        "cost_of_sales": fen_text(result.cost_of_sales),
        "gross_profit": fen_text(result.gross_profit),
        "profit_before_tax": fen_text(result.profit_before_tax),
        "inventory_total": fen_text(sum(state.value for _, _, state in stock)),
        "inventory_valuation": [
            {"store": store, "sku": sku, "qty": decimal_text(state.qty), "value": fen_text(state.value)}
            for store, sku, state in stock
        ],
        "vat_payable": fen_text(payable),
    }
