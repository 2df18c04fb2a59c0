"""Money, vouchers, sealed days and periods as rows. Stores need none of it, so it stays at head office; a node keeps
its last seal, and what it took and paid itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import msgspec

from shared.accounting.events import (
    CapitalPaidIn,
    CashDeposited,
    CustomerPaid,
    DaySealed,
    ExpenseRecorded,
    MonthEndBooked,
    PendingDisposed,
    PeriodClosed,
    PeriodReopenAsked,
    PeriodReopened,
    PlatformSettled,
    PolicySet,
    SupplierPaid,
    VoucherEntered,
    VoucherReversed,
    WalletSettled,
)
from shared.ledger.fact import Fact, kind_and_version
from shared.ledger.projection import BOTH, Cell, Change, Recorded, Table, Where, changed, number, text
from shared.stock.events import CountCorrected, GoodsWasted, StockCounted, is_abnormal
from shared.stock.moves import moves_of

SEALED = Table("sealed", (text("what"),), (text("through"), number("sealed_ms")))
"""A store's own: one row "day", through which business day it has sealed."""
PERIOD = Table(
    "period",
    (text("period"),),
    (
        text("state"),
        number("forced"),
        text("reason"),
        text("waived"),
        text("closed_by"),
        number("closed_ms"),
        text("asked_by"),
        text("asked_reason"),
    ),
    keeper="cloud",
    fed=False,
)
"""`state` is closed or open; a period without a row has never been closed."""
MONEY = Table(
    "money",
    (text("document"),),
    (text("kind"), text("store"), text("dated"), text("partner"), number("amount"), text("note")),
    keeper="cloud",
    fed=False,
    indexes=(("dated",),),
)
MANUAL_VOUCHER = Table(
    "manual_voucher",
    (text("voucher"),),
    (text("dated"), text("reason"), number("total"), text("entered_by")),
    keeper="cloud",
    fed=False,
)
MANUAL_VOUCHER_LINE = Table(
    "manual_voucher_line",
    (text("voucher"), number("line")),
    (text("account"), number("debit"), number("credit"), text("store"), text("partner"), text("note")),
    keeper="cloud",
    fed=False,
)
BOOKS_POLICY = Table(
    "books_policy",
    (text("what"), text("since")),
    (
        text("chart"),
        text("taxpayer"),
        number("urban_construction_bp"),
        number("education_bp"),
        number("local_education_bp"),
        number("surtax_factor_bp"),
    ),
    keeper="cloud",
    fed=False,
)
MONTH_END = Table(
    "month_end",
    (text("period"),),
    (
        number("runs"),
        number("vat"),
        number("surtax"),
        number("profit"),
        text("booked_by"),
        number("booked_ms"),
    ),
    keeper="cloud",
    fed=False,
)
"""What the runs of a period moved, together."""
REVERSAL = Table(
    "voucher_reversal",
    (text("voucher"),),
    (text("reversal"), text("dated"), text("reason"), text("reversed_by")),
    keeper="cloud",
    fed=False,
)
"""Vouchers that were taken back, by `voucher_name`."""
ONLY = "policy"
"""The chain has one policy at a time; its rows are read together."""
DIFFERENCE = Table(
    "stock_difference",
    (text("store"), text("ref")),
    (
        text("business_date"),
        number("gained"),
        number("lost"),
        text("gain_disposed"),
        text("loss_disposed"),
    ),
    keeper="cloud",
    fed=False,
    group=2,
    waits_where="(gained > 0 AND gain_disposed IS NULL) OR (lost > 0 AND loss_disposed IS NULL)",
)
"""`ref` is a count, a transfer or the op of a waste; `gained` and `lost` add up quantities as a measure."""


class Seals:
    """Days are sealed in their order, so the last word is the furthest."""

    name = "seals"
    version = 1
    tables = (SEALED,)
    facts = (DaySealed,)
    runs_on = BOTH

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        assert isinstance(fact, DaySealed)
        put: dict[str, Cell] = {
            "through": fact.through.isoformat(),
            "sealed_ms": recorded.envelope.happened_ms,
        }
        yield changed(SEALED, ("day",), put=put)


class Periods:
    name = "periods"
    version = 1
    tables = (PERIOD,)
    facts = (PeriodClosed, PeriodReopenAsked, PeriodReopened)
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact, envelope = recorded.fact, recorded.envelope
        put: dict[str, Cell]
        if isinstance(fact, PeriodClosed):
            put = {
                "state": "closed",
                "forced": int(fact.forced),
                "reason": fact.reason,
                "waived": json.dumps([msgspec.to_builtins(waived) for waived in fact.waived]),
                "closed_by": envelope.actor,
                "closed_ms": envelope.happened_ms,
                "asked_by": None,
                "asked_reason": None,
            }
        elif isinstance(fact, PeriodReopenAsked):
            put = {"asked_by": envelope.actor, "asked_reason": fact.reason}
        else:
            assert isinstance(fact, PeriodReopened)
            put = {"state": "open", "asked_by": None, "asked_reason": None}
        yield changed(PERIOD, (fact.period,), put=put)


_MONEY: dict[type[Fact], tuple[str, str, tuple[str, ...]]] = {
    CustomerPaid: ("payment", "customer", ("amount",)),
    SupplierPaid: ("payment", "supplier", ("amount",)),
    ExpenseRecorded: ("expense", "payee", ("net", "tax")),
    CashDeposited: ("deposit", "", ("amount",)),
    WalletSettled: ("settlement", "wallet", ("gross",)),
    PlatformSettled: ("settlement", "platform", ("gross",)),
    CapitalPaidIn: ("contribution", "", ("amount",)),
}
"""Which field names the document, who was at the other end, and what adds up to the money: rent of 100.00 with 9.00 of
VAT is 109.00 paid."""


MONEY_DOCUMENTS = frozenset(
    (
        *("customer_payment", "supplier_payment", "expense", "capital"),
        *("cash_deposit", "wallet_settlement", "platform_settlement"),
    )
)
"""Vouchers of the facts above: taken back, they stand in the list once more, below zero."""


class Money:
    """Every payment and settlement of the chain, in one list, and what was taken back of it."""

    name = "money"
    version = 3
    tables = (MONEY,)
    facts = (*_MONEY, VoucherReversed)
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        if isinstance(fact, VoucherReversed):
            if fact.reversed_kind in MONEY_DOCUMENTS:
                yield changed(MONEY, (fact.reversal,), put=_taken_back(fact))
            return
        name, partner, amounts = _MONEY[type(fact)]
        said = msgspec.structs.asdict(fact)
        put: dict[str, Cell] = {
            "kind": kind_and_version(fact.kind)[0],
            "store": said.get("store", ""),
            "dated": said["dated"].isoformat(),
            "partner": said[partner] if partner else "",
            "amount": sum(said[part] for part in amounts),
            "note": said["note"],
        }
        yield changed(MONEY, (said[name],), put=put)


def _taken_back(fact: VoucherReversed) -> dict[str, Cell]:
    return {
        "kind": kind_and_version(fact.kind)[0],
        "store": fact.lines[0].store,
        "dated": fact.dated.isoformat(),
        "partner": next((line.partner for line in fact.lines if line.partner), ""),
        "amount": -sum(line.debit for line in fact.lines),
        "note": fact.reason,
    }


class Vouchers:
    """Manual entries, and the policies they and all others are read by."""

    name = "manual_vouchers"
    version = 1
    tables = (MANUAL_VOUCHER, MANUAL_VOUCHER_LINE, BOOKS_POLICY)
    facts = (VoucherEntered, PolicySet)
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        if isinstance(fact, PolicySet):
            put: dict[str, Cell] = {
                column.name: getattr(fact, column.name) for column in BOOKS_POLICY.columns
            }
            yield changed(BOOKS_POLICY, (ONLY, fact.since.isoformat()), put=put)
            return
        assert isinstance(fact, VoucherEntered)
        put = {
            "dated": fact.dated.isoformat(),
            "reason": fact.reason,
            "total": sum(line.debit for line in fact.lines),
            "entered_by": recorded.envelope.actor,
        }
        yield changed(MANUAL_VOUCHER, (fact.voucher,), put=put)
        for line_number, line in enumerate(fact.lines):
            cells: dict[str, Cell] = {
                column.name: getattr(line, column.name) for column in MANUAL_VOUCHER_LINE.columns
            }
            yield changed(MANUAL_VOUCHER_LINE, (fact.voucher, line_number), put=cells)


def voucher_name(log: str, seq: int, part: int, number: int) -> str:
    """A voucher's name in words: the fact it follows from, which of its documents, which difference."""
    return f"{log}:{seq}.{part}.{number}"


class Corrections:
    """Month-ends and vouchers taken back, so that none is done twice."""

    name = "corrections"
    version = 1
    tables = (MONTH_END, REVERSAL)
    facts = (MonthEndBooked, VoucherReversed)
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact, envelope = recorded.fact, recorded.envelope
        put: dict[str, Cell]
        if isinstance(fact, MonthEndBooked):
            put = {"booked_by": envelope.actor, "booked_ms": envelope.happened_ms}
            sums = {"runs": 1, "vat": fact.vat, "surtax": fact.surtax, "profit": fact.profit}
            yield changed(MONTH_END, (fact.period,), sums, put)
            return
        assert isinstance(fact, VoucherReversed)
        put = {
            "reversal": fact.reversal,
            "dated": fact.dated.isoformat(),
            "reason": fact.reason,
            "reversed_by": envelope.actor,
        }
        yield changed(REVERSAL, (voucher_name(fact.log, fact.seq, fact.part, fact.number),), put=put)


class Differences:
    """What is missing or over and waits for somebody's word: counts, and goods lost by bad management.

    A transfer's shortage is not here: what is on the road is known where transfers are.
    """

    name = "stock_differences"
    version = 1
    tables = (DIFFERENCE,)
    facts = (StockCounted, CountCorrected, GoodsWasted, PendingDisposed)
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        if isinstance(fact, PendingDisposed):
            for ref in fact.of:
                yield changed(
                    DIFFERENCE, (fact.store, ref), put={f"{fact.direction}_disposed": fact.disposal}
                )
            return
        if isinstance(fact, GoodsWasted) and not is_abnormal(fact.reason):
            return
        gained = lost = 0
        for move in moves_of(fact):
            gained += max(move.on_hand_change, 0)
            lost += max(-move.on_hand_change, 0)
        if not gained and not lost:
            return
        ref = fact.count if isinstance(fact, StockCounted | CountCorrected) else recorded.envelope.op_id.hex()
        put: dict[str, Cell] = {}
        if not isinstance(fact, CountCorrected):
            put["business_date"] = recorded.envelope.business_date.isoformat()
        yield changed(DIFFERENCE, (recorded.node, ref), {"gained": gained, "lost": lost}, put)


PROJECTIONS = (Seals(), Periods(), Money(), Vouchers(), Corrections(), Differences())
