"""What the accountant sees happen: one frozen document for each kind of business event.

Documents stand between the facts of the stores and the vouchers of the books. Facts become documents in
`from_facts`; the what-if file of `liushui books replay` becomes the same documents in `scenario`. The tag of each
is its `type` in that file. Quantities, prices and rates are integer millionths, amounts integer fen; `Unit` tells
the reader of JSON which decimal string becomes which.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

import msgspec


class Unit(msgspec.Struct, frozen=True):
    """How a number is written at the rim: "qty" and "price" up to six decimals, "money" two, "rate" a fraction."""

    name: Literal["qty", "signed_qty", "price", "money", "rate"]


Qty = Annotated[int, Unit("qty")]
SignedQty = Annotated[int, Unit("signed_qty")]
Price = Annotated[int, Unit("price")]
Money = Annotated[int, Unit("money")]
Rate = Annotated[int, Unit("rate")]
Payments = dict[str, Money]
Lots = tuple[tuple[str, int], ...]
"""Lot and quantity, where more than one lot went into a line; empty where `batch` says it all."""


class Document(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", gc=False):
    """`id` is the document's own number, which later documents cite; `day` its business date."""

    id: str
    day: datetime.date = msgspec.field(name="date")
    store: str
    memo: str = ""

    @property
    def type(self) -> str:
        return str(self.__struct_config__.tag)

    def stock_keys(self) -> tuple[tuple[str, str], ...]:
        """The (store, SKU) whose cost it reads or changes, as far as its own lines say."""
        lines: tuple[Any, ...] = getattr(self, "lines", ())
        return tuple((self.store, line.sku) for line in lines)

    def files(self) -> tuple[tuple[str, str], ...]:
        """Kind and number of what earlier documents left open and this one asks for, and of what it leaves."""
        return ()


class _Line(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    sku: str


class PurchasedLine(_Line, frozen=True, kw_only=True):
    """`vat` None: the SKU's rate on that day. `net` and `tax` are what the invoice says, where it does."""

    qty: Qty
    net_price: Price
    vat: Rate | None = None
    net: Money | None = None
    tax: Money | None = None
    batch: str = ""
    deductible: bool = True


class EstimatedLine(_Line, frozen=True, kw_only=True):
    """`est_price` None: nobody knows; the contract's price, else what such goods cost here on average."""

    qty: Qty
    est_price: Price | None = None
    batch: str = ""


class ReturnedToSupplierLine(_Line, frozen=True, kw_only=True):
    qty: Qty
    batch: str = ""


class Consumed(_Line, frozen=True, kw_only=True):
    qty: Qty
    batch: str = ""


class SaleLine(_Line, frozen=True, kw_only=True):
    """`amount` overrides qty * price: a price label's 40.08 stays 40.08 (R3)."""

    qty: Qty
    price: Price
    amount: Money | None = None
    vat: Rate | None = None
    service: bool = False
    consumes: tuple[Consumed, ...] = ()
    batch: str = ""
    lots: Lots = ()


class SaleReturnLine(_Line, frozen=True, kw_only=True):
    """`line` is the place of the line in the sale, from 0; without it the SKU's lines in order.

    `amount` is what was refunded for it, where that is not the share of what was paid.
    """

    qty: Qty
    restock: bool
    line: int | None = None
    amount: Money | None = None
    batch: str = ""


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    method: str
    amount: Money


class StockLine(_Line, frozen=True, kw_only=True):
    """Goods that move or are used up, without a price."""

    qty: Qty
    batch: str = ""
    lots: Lots = ()


class ScrappedLine(_Line, frozen=True, kw_only=True):
    qty: Qty
    batch: str = ""
    vat: Rate | None = None
    lots: Lots = ()


class GiftLine(_Line, frozen=True, kw_only=True):
    """`market_price` includes tax."""

    qty: Qty
    market_price: Price
    vat: Rate | None = None
    batch: str = ""
    lots: Lots = ()


class CountedLine(_Line, frozen=True, kw_only=True):
    """`diff` is what the books follow (R9); without it, what was `counted` less what they hold."""

    qty: Qty = 0
    diff: SignedQty | None = None
    counted: Qty | None = None
    batch: str = ""


class Opening(Document, frozen=True, kw_only=True, tag="opening"):
    """What lay in a store when its books began, against what the owners had earned until then."""

    lines: tuple[EstimatedLine, ...]


class Capital(Document, frozen=True, kw_only=True, tag="capital"):
    amount: Money
    method: str = "bank"


class PurchaseReceipt(Document, frozen=True, kw_only=True, tag="purchase_receipt"):
    """Goods together with their invoice."""

    supplier: str
    lines: tuple[PurchasedLine, ...]

    def files(self) -> tuple[tuple[str, str], ...]:
        return (("receipt", self.id),)


class PurchaseReceiptEstimated(Document, frozen=True, kw_only=True, tag="purchase_receipt_estimated"):
    """Goods whose invoice is still to come (暂估)."""

    supplier: str
    lines: tuple[EstimatedLine, ...]

    def files(self) -> tuple[tuple[str, str], ...]:
        return (("receipt", self.id),)


class PurchaseInvoice(Document, frozen=True, kw_only=True, tag="purchase_invoice"):
    """The invoice of an estimated receipt, for all of it or a part."""

    supplier: str
    receipt: str
    lines: tuple[PurchasedLine, ...]

    def files(self) -> tuple[tuple[str, str], ...]:
        return (("receipt", self.receipt),)


class PurchaseReturn(Document, frozen=True, kw_only=True, tag="purchase_return"):
    supplier: str
    receipt: str
    lines: tuple[ReturnedToSupplierLine, ...]

    def files(self) -> tuple[tuple[str, str], ...]:
        return (("receipt", self.receipt),)


class FreightIn(Document, frozen=True, kw_only=True, tag="freight_in"):
    """Inbound freight: an expense on merchandise, part of the cost where `capitalise_to` names a SKU."""

    receipt: str
    net: Money
    vat: Rate = 0
    deductible: bool = True
    capitalise_to: str = ""

    def stock_keys(self) -> tuple[tuple[str, str], ...]:
        return ((self.store, self.capitalise_to),) if self.capitalise_to else ()

    def files(self) -> tuple[tuple[str, str], ...]:
        return (("receipt", self.receipt),)


class LandedShare(_Line, frozen=True, kw_only=True):
    """What of a cost the goods of one receipt bear."""

    receipt: str
    store: str
    amount: Money


class LandedCost(Document, frozen=True, kw_only=True, tag="landed_cost"):
    """Freight and the like, owed to `supplier` and shared among the goods it brought (R7)."""

    supplier: str
    shares: tuple[LandedShare, ...]
    tax: Money = 0
    deductible: bool = True

    def stock_keys(self) -> tuple[tuple[str, str], ...]:
        return tuple((share.store, share.sku) for share in self.shares)

    def files(self) -> tuple[tuple[str, str], ...]:
        return tuple(("receipt", share.receipt) for share in self.shares)


class Sale(Document, frozen=True, kw_only=True, tag="sale"):
    lines: tuple[SaleLine, ...]
    payments: Payments
    merchant_discount: Money = 0
    customer: str = ""

    def stock_keys(self) -> tuple[tuple[str, str], ...]:
        sold = [(self.store, line.sku) for line in self.lines]
        used = [(self.store, used.sku) for line in self.lines for used in line.consumes]
        return (*sold, *used)

    def files(self) -> tuple[tuple[str, str], ...]:
        return (("sale", self.id),)


class SaleReturn(Document, frozen=True, kw_only=True, tag="sale_return"):
    """`sale` empty, in a shop: nobody knows which sale it was (R8). `further` where it went back in several ways."""

    sale: str
    lines: tuple[SaleReturnLine, ...]
    refund: Refund
    further: tuple[Refund, ...] = ()
    customer: str = ""

    def files(self) -> tuple[tuple[str, str], ...]:
        return (("sale", self.sale),) if self.sale else ()


class TransferOut(Document, frozen=True, kw_only=True, tag="transfer_out"):
    lines: tuple[StockLine, ...]
    to: str = ""

    def files(self) -> tuple[tuple[str, str], ...]:
        return (("transfer", self.id),)


class TransferIn(Document, frozen=True, kw_only=True, tag="transfer_in"):
    """`closes`: what of a line does not arrive is lost; otherwise it stays on the road with an owner (R11)."""

    transfer: str
    lines: tuple[StockLine, ...]
    closes: bool = True

    def files(self) -> tuple[tuple[str, str], ...]:
        return (("transfer", self.transfer), ("pending", self.id))


class Scrap(Document, frozen=True, kw_only=True, tag="scrap"):
    """`abnormal` is loss by bad management (theft, spoilage through neglect): its input VAT is owed back."""

    abnormal: bool
    lines: tuple[ScrappedLine, ...]
    reason: str = ""

    def files(self) -> tuple[tuple[str, str], ...]:
        return (("pending", self.id),) if self.abnormal else ()


class Gift(Document, frozen=True, kw_only=True, tag="gift"):
    lines: tuple[GiftLine, ...]


class StockTake(Document, frozen=True, kw_only=True, tag="stock_take"):
    lines: tuple[CountedLine, ...]

    def files(self) -> tuple[tuple[str, str], ...]:
        return (("pending", self.id),)


class DisposePending(Document, frozen=True, kw_only=True, tag="dispose_pending"):
    """Somebody approved what becomes of differences that wait in 1901."""

    of: tuple[str, ...]
    direction: Literal["gain", "loss"]
    compensation: Money = 0

    def files(self) -> tuple[tuple[str, str], ...]:
        return tuple((kind, number) for number in self.of for kind in ("pending", "transfer"))


class ProductionIssue(Document, frozen=True, kw_only=True, tag="production_issue"):
    order: str
    lines: tuple[StockLine, ...]

    def files(self) -> tuple[tuple[str, str], ...]:
        return (("order", self.order),)


class ProductionCost(Document, frozen=True, kw_only=True, tag="production_cost"):
    """Labour or overhead on an order; `credit` names another account than payroll's or the workshop's overhead."""

    order: str
    amount: Money
    credit: str = ""
    overhead: bool = False

    def files(self) -> tuple[tuple[str, str], ...]:
        return (("order", self.order),)


class ProductionReceipt(Document, frozen=True, kw_only=True, tag="production_receipt"):
    """Finished goods take `completion` of what the order has cost so far; 1 takes all."""

    order: str
    sku: str
    qty: Qty
    completion: Rate
    batch: str = ""
    lots: Lots = ()

    def stock_keys(self) -> tuple[tuple[str, str], ...]:
        return ((self.store, self.sku),)

    def files(self) -> tuple[tuple[str, str], ...]:
        return (("order", self.order),)


class PackageSale(Document, frozen=True, kw_only=True, tag="package_sale"):
    """A prepaid package of one purpose: no output VAT until it is redeemed."""

    package: str
    payments: Payments

    def files(self) -> tuple[tuple[str, str], ...]:
        return (("package", self.package),)


class PackageRedeem(Document, frozen=True, kw_only=True, tag="package_redeem"):
    """`vat` None: the rate of the service `sku` on that day."""

    package: str
    amount: Money
    vat: Rate | None = None
    sku: str = ""
    consumes: tuple[Consumed, ...] = ()

    def stock_keys(self) -> tuple[tuple[str, str], ...]:
        return tuple((self.store, used.sku) for used in self.consumes)

    def files(self) -> tuple[tuple[str, str], ...]:
        return (("package", self.package),)


class WalletSettlement(Document, frozen=True, kw_only=True, tag="wallet_settlement"):
    """`fee` is what the provider kept, where it says so; else `fee_rate` of the gross."""

    gross: Money
    fee_rate: Rate = 0
    fee: Money | None = None


class PlatformSettlement(Document, frozen=True, kw_only=True, tag="platform_settlement"):
    platform: str
    gross: Money
    commission_gross: Money
    commission_vat: Rate = 0
    commission_tax: Money | None = None
    deductible: bool = True


class CustomerPayment(Document, frozen=True, kw_only=True, tag="customer_payment"):
    customer: str
    amount: Money
    method: str = "bank"


class SupplierPayment(Document, frozen=True, kw_only=True, tag="supplier_payment"):
    supplier: str
    amount: Money
    method: str = "bank"


class Expense(Document, frozen=True, kw_only=True, tag="expense"):
    """`account` and `credit` are codes of the chart; paid by `method` where no credit is named."""

    account: str
    net: Money
    vat: Rate = 0
    tax: Money | None = None
    deductible: bool = True
    credit: str = ""
    method: str = "bank"
    partner: str = ""


class ManualLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line by hand; one of the two amounts is zero."""

    account: str
    debit: Money = 0
    credit: Money = 0
    store: str = ""
    partner: str = ""
    memo: str = ""


class Manual(Document, frozen=True, kw_only=True, tag="manual"):
    """An accountant's own voucher: what follows from no other event."""

    lines: tuple[ManualLine, ...]

    def stock_keys(self) -> tuple[tuple[str, str], ...]:
        return ()


class CashDeposit(Document, frozen=True, kw_only=True, tag="cash_deposit"):
    amount: Money


class VatClose(Document, frozen=True, kw_only=True, tag="vat_close"):
    """The month's VAT is moved to what is owed, and the surtaxes on it are booked.

    `lines` as they were decided; none, in a what-if: what the accounts hold when it is posted.
    """

    lines: tuple[ManualLine, ...] = ()

    def stock_keys(self) -> tuple[tuple[str, str], ...]:
        return ()


class CloseProfitAndLoss(Document, frozen=True, kw_only=True, tag="close_pl"):
    """Income and expense accounts go into the year's profit.

    `lines` as they were decided; none, in a what-if: what the accounts hold when it is posted.
    """

    lines: tuple[ManualLine, ...] = ()

    def stock_keys(self) -> tuple[tuple[str, str], ...]:
        return ()


class Reversal(Manual, frozen=True, kw_only=True, tag="reversal"):
    """红字冲销: a voucher taken back; `lines` are the voucher's own. A what-if leaves the event out."""


def _kinds(parent: type[Document]) -> dict[str, type[Document]]:
    found: dict[str, type[Document]] = {}
    for kind in parent.__subclasses__():
        found[str(kind.__struct_config__.tag)] = kind
    return found


DOCUMENTS = _kinds(Document)
"""Every kind of document by its type."""
