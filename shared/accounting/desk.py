"""The desk at which documents become vouchers: the cost of all goods, and what earlier documents left open.

Posting is a function of document, policy and what lies on the desk; the functions are in `posting/`, one file for
each family of documents. The desk is the only thing they change, and everything on it is a frozen value under a
key, so that head office can keep it in tables and a what-if run in memory. A `Draft` collects the entries of one
document; a document that is refused half-way leaves neither voucher nor trace, because `Desk.post` puts back what
it touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from shared.accounting.accounts import Role
from shared.accounting.documents import Document, Lots
from shared.accounting.policy import INVENTORY_ROLE, Policy, SkuTerms, rate_on
from shared.accounting.voucher import Entry, StockMove, Voucher
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


class TransferOnFile(msgspec.Struct, frozen=True, array_like=True, gc=False):
    store: str
    lines: tuple[InTransit, ...]


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

    def book(
        self,
        role: Role | str,
        amount: int,
        memo: str = "",
        *,
        store: str = "",
        sku: str = "",
        partner: str = "",
        lot: str = "",
    ) -> None:
        """A debit where `amount` is positive, a credit where it is negative, nothing where it is zero."""
        if amount:
            account = self.codes[role] if isinstance(role, Role) else role
            place = store or self.document.store
            self.entries.append(Entry(account, place, amount, memo, sku, partner, lot))

    def voucher(self) -> Voucher:
        """Only what balances leaves the desk; anything else is our own mistake."""
        document = self.document
        off = sum(entry.amount for entry in self.entries)
        assert off == 0, f"voucher of {document.id} is off by {off} fen"
        return Voucher(document.id, document.type, document.day, tuple(self.entries), tuple(self.moves))


class Desk:
    """`states` by (store, SKU) and `files` by (kind, number); `turnover` by account code, debit and credit."""

    def __init__(
        self,
        policy: Policy,
        skus: Mapping[str, SkuTerms],
        states: dict[tuple[str, str], CostState] | None = None,
        files: dict[tuple[str, str], Any] | None = None,
    ) -> None:
        self.policy = policy
        self.skus = skus
        self.states = {} if states is None else states
        self.files = {} if files is None else files
        self.turnover: dict[str, list[int]] = {}
        self._before: dict[tuple[str, str], CostState] = {}
        self._files_before: dict[tuple[str, str], Any] = {}

    # What the policy says of a SKU.

    def terms(self, sku: str) -> SkuTerms:
        """Raises `sku_unknown`."""
        try:
            return self.skus[sku]
        except KeyError:
            raise DomainError("sku_unknown", sku=sku) from None

    def method(self, sku: str) -> Method:
        """Raises `sku_unknown`, `sku_has_no_stock`."""
        costing = self.terms(sku).costing
        if costing is None:
            raise DomainError("sku_has_no_stock", sku=sku)
        return costing

    def inventory(self, sku: str) -> Role:
        self.method(sku)
        return INVENTORY_ROLE[self.terms(sku).kind]

    def rate(self, sku: str, stated: int | None, document: Document) -> int:
        """The line's own VAT rate, else the SKU's on that day. Raises `vat_rate_missing`."""
        terms = self.terms(sku)
        return rate_on(terms.vat, document.day, sku) if stated is None else stated

    # Goods.

    def state(self, store: str, sku: str) -> CostState:
        return self.states.get((store, sku), EMPTY)

    def put_state(self, store: str, sku: str, state: CostState) -> None:
        key = (store, sku)
        self._before.setdefault(key, self.states.get(key, EMPTY))
        self.states[key] = state

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
        draft.moves.append(StockMove(store, sku, qty, value, tied_to or lot))
        if received.true_up:
            draft.book(Role.COST_OF_SALES, received.true_up, "负库存成本调整", sku=sku)
            draft.book(self.inventory(sku), -received.true_up, sku, sku=sku)
            draft.moves.append(StockMove(store, sku, 0, -received.true_up, tied_to or lot))

    def take_out(
        self, draft: Draft, sku: str, qty: int, batch: str = "", lots: Lots = ()
    ) -> tuple[int, tuple[Slice, ...]]:
        """Goods leave the document's store: what they cost and from which layers; the caller books it.

        Raises `stock_below_zero` and `lot_below_zero` where the policy refuses them.
        """
        store, method = draft.document.store, self.method(sku)
        cost = 0
        slices: list[Slice] = []
        for lot, part in lots or ((batch, qty),):
            state = self.state(store, sku)
            if self.policy.negative == "refuse":
                _hold_enough(state, store, sku, part, lot if method == "fifo" else "")
            price = self.terms(sku).price
            issued = valuation.issue(state, part, method, lot=lot, fallback_price=price)
            self.put_state(store, sku, issued.state)
            cost += issued.cost
            slices += issued.slices
        if qty:
            draft.moves.append(StockMove(store, sku, -qty, -cost, batch))
        return cost, tuple(slices)

    def issue_to(
        self,
        draft: Draft,
        role: Role,
        line: Any,
        memo: str,
        stock_memo: str | None = None,
    ) -> int:
        """Goods leave for an account: debit it, credit the stock."""
        cost, _ = self.take_out(draft, line.sku, line.qty, line.batch, getattr(line, "lots", ()))
        draft.book(role, cost, memo, sku=line.sku, lot=line.batch)
        stock_memo = line.sku if stock_memo is None else stock_memo
        draft.book(self.inventory(line.sku), -cost, stock_memo, sku=line.sku, lot=line.batch)
        return cost

    # What earlier documents left open.

    def put_file(self, kind: str, number: str, file: Any) -> None:
        """Keep it under its number; None when nothing of it is open any more."""
        key = (kind, number)
        self._files_before.setdefault(key, self.files.get(key))
        self.files[key] = file

    def file(self, kind: str, number: str, of: type[Open]) -> Open | None:
        found = self.files.get((kind, number))
        assert found is None or isinstance(found, of)
        return found

    # One document.

    def settle(self) -> None:
        """What the last document changed is final."""
        self._before.clear()
        self._files_before.clear()

    def undo(self) -> None:
        """Put back what the last document changed."""
        self.states.update(self._before)
        self.files.update(self._files_before)
        self.settle()

    def touched(self) -> Iterable[tuple[str, str]]:
        """The (store, SKU) whose cost the document in hand has changed."""
        return self._before.keys()


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
