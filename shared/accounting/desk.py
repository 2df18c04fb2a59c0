"""The desk at which documents become vouchers: the cost of all goods, and what earlier documents left open.

Posting is a function of document, policy and what lies on the desk; the functions are in `posting/`, one file for
each family of documents. The desk is the only thing they change, and everything on it is a frozen value under a
key, so that head office can keep it in tables and a what-if run in memory. A `Draft` collects the entries of one
document; a document that is refused half-way leaves neither voucher nor trace, because `Desk.post` puts back what
it touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from shared.accounting.accounts import Role
from shared.accounting.documents import Consumed, Document, Lots, SaleLine, ScrappedLine, StockLine
from shared.accounting.policy import INVENTORY_ROLE, Policy, SkuTerms, rate_on
from shared.accounting.voucher import Entry, StockMove, Taking, Voucher
from shared.errors import DomainError
from shared.stock import valuation
from shared.stock.valuation import EMPTY, CostState, Method, Slice
from shared.units import decimal_text

Open = TypeVar("Open", bound=msgspec.Struct)


class GoodsFrom(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One line of a receipt and how much of it is still open: to be invoiced, or to go back.

    `cost` is what it was received for, in fen; `estimated` is what still waits in 暂估 of it.
    """

    sku: str
    lot: str
    qty: int
    cost: int
    price: int
    rate: int
    deductible: bool
    uninvoiced: int = 0
    estimated: int = 0
    returned: int = 0


class ReceiptOnFile(msgspec.Struct, frozen=True, array_like=True, gc=False):
    store: str
    supplier: str
    lines: tuple[GoodsFrom, ...]


class SoldGoods(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One line of a sale and what has come back of it; amounts in fen, `gross` after all discounts."""

    sku: str
    service: bool
    qty: int
    gross: int
    net: int
    rate: int
    cost: int
    back_qty: int = 0
    back_gross: int = 0
    back_net: int = 0
    back_cost: int = 0


class SaleOnFile(msgspec.Struct, frozen=True, array_like=True, gc=False):
    store: str
    customer: str
    lines: tuple[SoldGoods, ...]


class InTransit(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one line of a transfer put on the road and what it cost the sender; gone once it is received."""

    sku: str
    batch: str
    qty: int
    value: int
    slices: tuple[Slice, ...]


class EarlyArrival(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Goods that arrived before anybody told of their sending, at a provisional `value`."""

    document: str
    store: str
    sku: str
    qty: int
    value: int


class TransferOnFile(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is on the road, and what arrived before it was sent."""

    lines: tuple[InTransit, ...] = ()
    early: tuple[EarlyArrival, ...] = ()


class Amount(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Fen that wait under a number: what a production order has cost, what a prepaid package still holds."""

    fen: int


class Pending(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Differences of one document that wait in 1901 for somebody's approval."""

    gain: int = 0
    loss: int = 0


class Draft:
    """The entries and stock moves of one document in the making."""

    def __init__(self, document: Document, policy: Policy) -> None:
        self.document = document
        self.codes = policy.chart.codes
        self.entries: list[Entry] = []
        self.moves: list[StockMove] = []
        self.takings: list[Taking] = []

    def take(self, sku: str, qty: int, net: int) -> None:
        """Goods or a service brought in so much without tax, in the document's store."""
        if qty or net:
            self.takings.append(Taking(self.document.store, sku, qty, net))

    def book(
        self,
        role: Role | str,
        amount: int,
        memo: str = "",
        *,
        store: str | None = None,
        sku: str = "",
        partner: str = "",
        lot: str = "",
    ) -> None:
        """A debit where `amount` is positive, a credit where it is negative, nothing where it is zero."""
        if amount:
            account = self.codes[role] if isinstance(role, Role) else role
            place = self.document.store if store is None else store
            self.entries.append(Entry(account, place, amount, memo, sku, partner, lot))

    def voucher(self) -> Voucher:
        """Only what balances leaves the desk; anything else is our own mistake."""
        document = self.document
        off = sum([entry.amount for entry in self.entries])
        assert off == 0, f"voucher of {document.id} is off by {off} fen"
        return Voucher(document.id, document.type, document.day, tuple(self.entries), tuple(self.moves))


Cell = tuple[str, str, str]
"""What one value on the desk is called: store (empty for the whole company), kind, and SKU or number."""

STOCK = "stock"
SALE = "sale"
VALUES: Mapping[str, type[msgspec.Struct]] = {
    STOCK: CostState,
    SALE: SaleOnFile,
    "receipt": ReceiptOnFile,
    "transfer": TransferOnFile,
    "pending": Pending,
    "order": Amount,
    "package": Amount,
    "vat_close": Amount,
}
"""What a cell of each kind holds."""


class Cells(dict[Cell, Any]):
    """Values by name; one that was never written is None."""

    def __missing__(self, _cell: Cell) -> Any:
        return None


class _Kept(msgspec.Struct, frozen=True, gc=False):
    """What every move of a SKU asks for, looked up once."""

    method: Method
    inventory: Role
    price: int


class Desk:
    """`cells` are all values by name; `turnover` is debit and credit by account code.

    `touched` names every cell the document in hand has read or changed, with its value before. What a document
    reads is all that its voucher depends on, so head office knows which vouchers a late fact concerns.
    """

    def __init__(self, policy: Policy, skus: Mapping[str, SkuTerms], cells: Cells | None = None) -> None:
        self.policy = policy
        self.skus = skus
        self.cells = Cells() if cells is None else cells
        self.turnover: dict[str, list[int]] = {}
        self.touched: dict[Cell, Any] = {}
        self._kept: dict[str, _Kept] = {}

    def read(self, cell: Cell) -> Any:
        """A cell's value, None where there is none; from now on the document depends on it."""
        value = self.cells[cell]
        self.touched.setdefault(cell, value)
        return value

    def write(self, cell: Cell, value: Any) -> None:
        if cell not in self.touched:
            self.touched[cell] = self.cells[cell]
        self.cells[cell] = value

    # What the policy says of a SKU.

    def terms(self, sku: str) -> SkuTerms:
        """Raises `sku_unknown`."""
        try:
            return self.skus[sku]
        except KeyError:
            raise DomainError("sku_unknown", sku=sku) from None

    def kept(self, sku: str) -> _Kept:
        """Raises `sku_unknown`, `sku_has_no_stock`."""
        kept = self._kept.get(sku)
        if kept is None:
            terms = self.terms(sku)
            if terms.costing is None:
                raise DomainError("sku_has_no_stock", sku=sku)
            kept = self._kept[sku] = _Kept(terms.costing, INVENTORY_ROLE[terms.kind], terms.price)
        return kept

    def method(self, sku: str) -> Method:
        return self.kept(sku).method

    def inventory(self, sku: str) -> Role:
        return self.kept(sku).inventory

    def rate(self, sku: str, stated: int | None, document: Document) -> int:
        """The line's own VAT rate, else the SKU's on that day. Raises `vat_rate_missing`."""
        terms = self.terms(sku)
        return stated if stated is not None else rate_on(terms.vat, document.day, sku)

    def account_by_hand(self, code: str) -> str:
        """An account that a document names itself; the stock accounts follow the stock ledger alone.

        Raises `ledger_account_unknown`, `manual_on_stock`.
        """
        chart = self.policy.chart
        if chart.account(code).code in chart.inventory_codes:
            raise DomainError("manual_on_stock", account=code)
        return code

    # Goods.

    def state(self, store: str, sku: str) -> CostState:
        found = self.read((store, STOCK, sku))
        return EMPTY if found is None else found

    def put_state(self, store: str, sku: str, state: CostState) -> None:
        self.write((store, STOCK, sku), state)

    def take_in(
        self,
        draft: Draft,
        sku: str,
        qty: int,
        value: int,
        *,
        lot: str = "",
        source: str = "",
        tied_to: str = "",
    ) -> None:
        """Goods come into the document's store; the caller books their value. A true-up is booked here (R4)."""
        store = draft.document.store
        received = valuation.receive(
            self.state(store, sku), qty, value, self.method(sku), lot=lot, source=source or draft.document.id
        )
        self.put_state(store, sku, received.state)
        if qty or value:
            draft.moves.append(StockMove(store, sku, qty, value, tied_to or lot))
        if received.true_up:
            draft.book(Role.COST_OF_SALES, received.true_up, "负库存成本调整", sku=sku)
            draft.book(self.inventory(sku), -received.true_up, sku, sku=sku)
            draft.moves.append(StockMove(store, sku, 0, -received.true_up, tied_to or lot))

    def revalue(
        self, draft: Draft, store: str, sku: str, amount: int, source: str, lot: str | None = None
    ) -> None:
        """Goods of one document, or one lot of it, turn out to be worth `amount` more; the caller books it."""
        self.put_state(
            store, sku, valuation.revalue(self.state(store, sku), amount, self.method(sku), source, lot=lot)
        )
        draft.moves.append(StockMove(store, sku, 0, amount, source))

    def take_out(
        self, draft: Draft, sku: str, qty: int, batch: str = "", lots: Lots = ()
    ) -> tuple[int, tuple[Slice, ...]]:
        """Goods leave the document's store: what they cost and from which layers; the caller books it.

        Raises `stock_below_zero` and `lot_below_zero` where the policy refuses them.
        """
        kept, store, strict = self.kept(sku), draft.document.store, not self.policy.goes_on
        method = kept.method
        cost = 0
        slices: tuple[Slice, ...] = ()
        for lot, part in lots or ((batch, qty),):
            state = self.state(store, sku)
            if strict:
                _hold_enough(state, store, sku, part, lot if method == "fifo" else "")
            issued = valuation.issue(state, part, method, lot=lot, fallback_price=kept.price)
            self.put_state(store, sku, issued.state)
            cost += issued.cost
            slices += issued.slices
        if qty:
            draft.moves.append(StockMove(store, sku, -qty, -cost, batch))
        return cost, slices

    def issue_to(
        self,
        draft: Draft,
        role: Role,
        line: StockLine | ScrappedLine | SaleLine | Consumed,
        memo: str,
        stock_memo: str | None = None,
    ) -> int:
        """Goods leave for an account: debit it, credit the stock."""
        sku, batch = line.sku, line.batch
        lots = () if isinstance(line, Consumed) else line.lots
        cost, _ = self.take_out(draft, sku, line.qty, batch, lots)
        draft.book(role, cost, memo, sku=sku, lot=batch)
        draft.book(self.inventory(sku), -cost, sku if stock_memo is None else stock_memo, sku=sku, lot=batch)
        return cost

    # What earlier documents left open.

    def file(self, draft: Draft, kind: str, number: str, of: type[Open]) -> Open | None:
        """What an earlier document filed under that number."""
        found = self.read(file_cell(draft.document.store, kind, number))
        assert found is None or isinstance(found, of)
        return found

    def put_file(self, draft: Draft, kind: str, number: str, file: msgspec.Struct) -> None:
        self.write(file_cell(draft.document.store, kind, number), file)

    # One document.

    def settle(self) -> None:
        """What the last document changed is final."""
        self.touched = {}

    def undo(self) -> None:
        """Put back what the last document changed."""
        self.cells.update(self.touched)
        self.touched = {}


def file_cell(store: str, kind: str, number: str) -> Cell:
    """A sale is asked for by its own store alone; anything else may concern several."""
    return (store if kind == SALE else ""), kind, number


def _hold_enough(state: CostState, store: str, sku: str, qty: int, lot: str) -> None:
    if qty > state.qty:
        raise DomainError(
            "stock_below_zero",
            store=store,
            sku=sku,
            on_hand=decimal_text(state.qty),
            qty=decimal_text(qty),
        )
    held = valuation.lot_on_hand(state, lot) if lot else qty
    if qty > held:
        raise DomainError(
            "lot_below_zero",
            store=store,
            sku=sku,
            lot=lot,
            on_hand=decimal_text(held),
            qty=decimal_text(qty),
        )
