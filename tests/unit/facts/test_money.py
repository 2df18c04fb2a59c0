"""Money and vouchers: known partners, open days, what balances; everything else is refused whole, by name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shared.access.labels import visible
from shared.accounting.events import (
    CapitalPaidIn,
    CustomerPaid,
    ExpenseRecorded,
    PendingDisposed,
    PlatformSettled,
    PolicySet,
    SupplierPaid,
    VoucherEntered,
    WalletSettled,
)
from shared.accounting.projection import DIFFERENCE, MANUAL_VOUCHER, MONEY
from shared.ledger.view import row
from shared.purchasing.events import InvoiceRecorded
from shared.purchasing.projection import INVOICE
from shared.stock.events import GoodsReceived, StockCounted, is_abnormal
from tests.support.shop import Shop
from tests.unit.facts.refusing import refusal

DAY = "2026-11-22"


@pytest.fixture
def shop() -> Shop:
    made = Shop().open_up()
    made.ask("catalogue.define_customer", customer="C1", name="食堂")
    made.ask("accounting.close_period", period="2026-10")
    return made


# -- money in and out


def test_money_is_recorded_with_who_and_when(shop: Shop) -> None:
    """A customer pays at the bank and at the till; both stand in one list, the till's with the store and its day."""
    (at_bank,) = shop.ask(
        "accounting.record_customer_payment", customer="C1", amount="4122", dated="2026-11-20"
    )
    (at_till,) = shop.ask("accounting.collect_payment", customer="C1", amount="100.50")
    assert isinstance(at_bank, CustomerPaid)
    assert isinstance(at_till, CustomerPaid)
    assert (at_bank.amount, at_bank.method, at_bank.store) == (412200, "bank", "")
    assert (at_till.amount, at_till.method, at_till.store, at_till.dated) == (
        10050,
        "cash",
        "S1",
        date(2026, 11, 22),
    )
    assert row(shop.view, MONEY, at_till.payment) == {
        "kind": "accounting.customer_paid", "store": "S1", "dated": DAY, "partner": "C1", "amount": 10050, "note": "",
    }  # fmt: skip


def test_a_platforms_commission_holds_its_tax(shop: Shop) -> None:
    """1885.00 less 282.75 at 6 %: 266.75 and 16.00 of tax, as the golden books have it."""
    body = {"platform": "meituan", "gross": "1885", "commission": "282.75", "rate": "0.06", "dated": DAY}
    (settled,) = shop.ask("accounting.settle_platform", store="S2", **body)
    assert isinstance(settled, PlatformSettled)
    assert (settled.gross, settled.commission, settled.tax) == (188500, 28275, 1600)
    (wallet,) = shop.ask("accounting.settle_wallet", wallet="wechat", gross="2500", fee="15", dated=DAY)
    assert isinstance(wallet, WalletSettled)
    assert (wallet.gross, wallet.fee) == (250000, 1500)


def test_expenses_have_an_account_and_their_tax(shop: Shop) -> None:
    """Rent 4000.00 at 9 % on 5601; wages owed on 2211; a broom from the till with neither."""
    (rent,) = shop.ask(
        "accounting.record_expense", account="5601", net="4000", rate="0.09", dated=DAY, store="S1"
    )
    (wages,) = shop.ask("accounting.record_expense", account="5602", net="3000", credit="2211", dated=DAY)
    (broom,) = shop.ask("accounting.pay_expense", amount="12.80", payee="杂货店")
    assert isinstance(rent, ExpenseRecorded)
    assert isinstance(wages, ExpenseRecorded)
    assert isinstance(broom, ExpenseRecorded)
    assert (rent.net, rent.tax) == (400000, 36000)
    paid = row(shop.view, MONEY, rent.expense)
    assert paid is not None
    assert paid["amount"] == 436000
    assert (wages.credit, wages.tax) == ("2211", 0)
    assert (broom.net, broom.account, broom.deductible, broom.method, broom.store) == (
        1280,
        "",
        False,
        "cash",
        "S1",
    )


def test_an_investors_name_is_personal(shop: Shop) -> None:
    """Capital is booked for all to see, who paid it is not."""
    (paid,) = shop.ask("accounting.pay_in_capital", amount="100000", investor="王", dated=DAY)
    assert isinstance(paid, CapitalPaidIn)
    assert "investor" not in visible(paid, frozenset())


MONEY_COMMANDS: dict[str, dict[str, object]] = {
    "record_customer_payment": {"customer": "C1", "amount": "1"},
    "pay_supplier": {"supplier": "V1", "amount": "1"},
    "record_expense": {"net": "1"},
    "settle_wallet": {"wallet": "wechat", "gross": "1"},
    "settle_platform": {"platform": "jd", "gross": "1"},
}


@pytest.mark.parametrize("kind", MONEY_COMMANDS)
def test_money_goes_into_an_open_day_of_a_known_store(shop: Shop, kind: str) -> None:
    """Neither into a closed month nor into the future, nor without a day, nor into a store we do not have."""
    good = MONEY_COMMANDS[kind]
    days = {"2026-10-31": "period_closed", "2026-11-24": "dated_in_future", "yesterday": "command_malformed"}
    for day, key in days.items():
        assert refusal(shop, f"accounting.{kind}", **good, dated=day) == key
    assert refusal(shop, f"accounting.{kind}", **good) == "command_malformed"
    assert refusal(shop, f"accounting.{kind}", **good, dated=DAY, store="S9") == "store_unknown"
    shop.ask(f"accounting.{kind}", **good, dated=DAY, store="S2")


@pytest.mark.parametrize(
    ("kind", "change", "key"),
    [
        ("record_customer_payment", {"customer": "C9"}, "customer_unknown"),
        ("record_customer_payment", {"amount": "0"}, "amount_not_positive"),
        ("record_customer_payment", {"amount": "-5"}, "amount_not_positive"),
        ("record_customer_payment", {"amount": "1.005"}, "amount_finer_than_fen"),
        ("record_customer_payment", {"method": "shells"}, "command_malformed"),
        ("pay_supplier", {"supplier": "V9"}, "supplier_unknown"),
        ("pay_supplier", {"amount": "0"}, "amount_not_positive"),
        ("pay_supplier", {"invoices": [{"invoice": "?", "amount": "1"}]}, "invoice_unknown"),
        ("record_expense", {"account": "9999"}, "ledger_account_unknown"),
        ("record_expense", {"credit": "9999"}, "ledger_account_unknown"),
        ("record_expense", {"account": "2221"}, "account_has_parts"),
        ("record_expense", {"net": "0"}, "amount_not_positive"),
        ("record_expense", {"rate": "13"}, "fraction_out_of_range"),
        ("settle_wallet", {"gross": "0"}, "amount_not_positive"),
        ("settle_wallet", {"fee": "1"}, "part_out_of_range"),
        ("settle_wallet", {"fee": "-1"}, "part_out_of_range"),
        ("settle_platform", {"commission": "2"}, "part_out_of_range"),
        ("settle_platform", {"rate": "1"}, "fraction_out_of_range"),
    ],
)
def test_money_that_cannot_be_is_refused(shop: Shop, kind: str, change: dict[str, object], key: str) -> None:
    """Unknown partners and accounts, amounts that are none, fees above what they are taken from."""
    assert refusal(shop, f"accounting.{kind}", **MONEY_COMMANDS[kind] | {"dated": DAY} | change) == key


@pytest.mark.parametrize(
    ("kind", "body", "key"),
    [
        ("collect_payment", {"customer": "C9", "amount": "1"}, "customer_unknown"),
        ("collect_payment", {"customer": "C1", "amount": "0"}, "amount_not_positive"),
        ("deposit_cash", {"amount": "0"}, "amount_not_positive"),
        ("deposit_cash", {"amount": "x"}, "command_malformed"),
        ("pay_expense", {"amount": "5", "payee": ""}, "command_malformed"),
        ("pay_expense", {"amount": "-5", "payee": "x"}, "amount_not_positive"),
        ("pay_in_capital", {"amount": "0", "dated": DAY}, "amount_not_positive"),
        ("pay_in_capital", {"amount": "1", "dated": "2026-10-01"}, "period_closed"),
    ],
)
def test_a_till_and_an_owner_can_be_wrong_too(
    shop: Shop, kind: str, body: dict[str, object], key: str
) -> None:
    """The same care where money is taken by hand."""
    assert refusal(shop, f"accounting.{kind}", **body) == key


def invoiced(shop: Shop, price: str = "5") -> str:
    """An invoice of 50.00 and 6.50 tax; at another price than 5 it is held."""
    (received,) = shop.ask(
        "stock.receive", supplier="V1", lines=[{"sku": "flour", "qty": "10", "unit_cost": "5"}]
    )
    assert isinstance(received, GoodsReceived)
    line = {"receipt": received.receipt, "sku": "flour", "qty": "10", "unit_price": price, "rate": "0.13"}
    body = {"number": f"N{len(shop.facts)}", "supplier": "V1", "dated": DAY, "lines": [line]}
    recorded = shop.ask("purchasing.record_invoice", **body)[0]
    assert isinstance(recorded, InvoiceRecorded)
    return recorded.invoice


def test_an_invoice_is_paid_once_and_only_when_it_is_owed(shop: Shop) -> None:
    """56.50 in two parts and not a fen more; a held one not at all; the rest of a payment is on account."""
    owed, held = invoiced(shop), invoiced(shop, "6")

    def pay(invoice: str, part: str, amount: str = "100") -> dict[str, Any]:
        parts = [{"invoice": invoice, "amount": part}]
        return {"supplier": "V1", "amount": amount, "dated": DAY, "invoices": parts}

    (paid,) = shop.ask("accounting.pay_supplier", **pay(owed, "50"))
    assert isinstance(paid, SupplierPaid)
    assert (paid.amount, paid.invoices[0].amount) == (10000, 5000)
    assert refusal(shop, "accounting.pay_supplier", **pay(owed, "6.51")) == "payment_above_invoice"
    assert refusal(shop, "accounting.pay_supplier", **pay(owed, "6.50", "6.49")) == "parts_above_payment"
    assert refusal(shop, "accounting.pay_supplier", **pay(held, "1")) == "invoice_not_accepted"
    twice = pay(owed, "1") | {"invoices": [{"invoice": owed, "amount": "1"}] * 2}
    assert refusal(shop, "accounting.pay_supplier", **twice) == "invoice_named_twice"
    shop.ask("catalogue.define_supplier", supplier="V2", name="别家")
    assert (
        refusal(shop, "accounting.pay_supplier", **pay(owed, "1") | {"supplier": "V2"}) == "invoice_unknown"
    )
    shop.ask("accounting.pay_supplier", **pay(owed, "6.50", "6.50"))
    invoice = row(shop.view, INVOICE, owed)
    assert invoice is not None
    assert invoice["paid"] == 5650


# -- vouchers by hand


def voucher(*lines: dict[str, str], **more: object) -> dict[str, object]:
    return {"dated": DAY, "reason": "折旧", "lines": list(lines)} | more


RENT = {"account": "5601", "debit": "100"}
BANK = {"account": "1002", "credit": "100"}


def test_a_voucher_balances_and_keeps_its_reason(shop: Shop) -> None:
    """Debit 100.00 of rent in S1, credit the bank."""
    (entered,) = shop.ask("accounting.enter_voucher", **voucher(RENT | {"store": "S1"}, BANK))
    assert isinstance(entered, VoucherEntered)
    assert [(line.account, line.debit, line.credit) for line in entered.lines] == [
        ("5601", 10000, 0),
        ("1002", 0, 10000),
    ]
    kept = row(shop.view, MANUAL_VOUCHER, entered.voucher)
    assert kept == {"dated": DAY, "reason": "折旧", "total": 10000, "entered_by": "li"}


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        (voucher(RENT, BANK | {"credit": "99.99"}), "voucher_unbalanced"),
        (voucher(RENT), "command_malformed"),
        (voucher(RENT, BANK, reason=""), "command_malformed"),
        (voucher(RENT, BANK | {"account": "1999"}), "ledger_account_unknown"),
        (voucher(RENT, BANK | {"account": "6601"}), "ledger_account_unknown"),
        (voucher(RENT, BANK | {"account": "2202"}), "account_has_parts"),
        (voucher(RENT, BANK | {"account": "1405"}), "account_kept_by_stock"),
        (voucher(RENT, BANK | {"account": "1122"}), "partner_missing"),
        (voucher(RENT, BANK | {"account": "1122", "partner": "X"}), "partner_unknown"),
        (voucher(RENT, BANK | {"debit": "100"}), "debit_or_credit"),
        (voucher(RENT, BANK, {"account": "1001"}), "debit_or_credit"),
        (voucher(RENT | {"debit": "-100"}, BANK | {"credit": "-100"}), "debit_or_credit"),
        (voucher(RENT | {"debit": "0.001"}, BANK), "amount_finer_than_fen"),
        (voucher(RENT | {"store": "S9"}, BANK), "store_unknown"),
        (voucher(RENT, BANK, dated="2026-10-31"), "period_closed"),
        (voucher(RENT, BANK, dated="2026-12-01"), "dated_in_future"),
    ],
)
def test_a_bad_voucher_is_refused_whole(shop: Shop, asked: dict[str, object], key: str) -> None:
    """One bad line takes the good ones with it: nothing is half posted."""
    assert refusal(shop, "accounting.enter_voucher", **asked) == key


def test_the_chart_in_force_says_which_accounts_there_are(shop: Shop) -> None:
    """From December on the enterprise chart: 6601 is selling expenses there, 5601 nothing; November keeps its own."""
    (set_,) = shop.ask("accounting.set_policy", since="2026-12-01", chart="enterprise", taxpayer="general",
                       surtax_factor="0.5")  # fmt: skip
    assert isinstance(set_, PolicySet)
    assert (set_.urban_construction_bp, set_.surtax_factor_bp) == (700, 5000)
    shop.ask("accounting.enter_voucher", **voucher(RENT, BANK))
    december = {"day": date(2026, 12, 1), "dated": "2026-12-01"}
    assert (
        refusal(shop, "accounting.enter_voucher", **voucher(RENT, BANK, **december))
        == "ledger_account_unknown"
    )
    shop.ask("accounting.enter_voucher", **voucher(RENT | {"account": "6601"}, BANK, **december))


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"since": None}, "rate_without_date"),
        ({"since": "2026-12-02"}, "since_not_period_start"),
        ({"since": "2026-10-01"}, "period_closed"),
        ({"since": "2026-11-01"}, "since_not_later"),
        ({"urban_construction": "7"}, "fraction_out_of_range"),
        ({"surtax_factor": "1.5"}, "fraction_out_of_range"),
        ({"taxpayer": "none"}, "command_malformed"),
        ({"chart": "french"}, "command_malformed"),
    ],
)
def test_a_policy_without_its_day_or_with_odd_rates_is_refused(
    shop: Shop, change: dict[str, object], key: str
) -> None:
    """A rate without a date says nothing; the past of a policy is history."""
    good: dict[str, object] = {"since": "2026-11-01", "taxpayer": "small_scale"}
    shop.ask("accounting.set_policy", **good)
    assert refusal(shop, "accounting.set_policy", **good | {"since": "2026-12-01"} | change) == key


# -- differences that wait for a word


def counted(shop: Shop, *counts: tuple[str, str]) -> str:
    lines = [{"sku": sku, "counted": qty} for sku, qty in counts]
    (fact,) = shop.ask("stock.count", lines=lines)
    assert isinstance(fact, StockCounted)
    return fact.count


def test_gain_and_loss_of_one_count_are_decided_each_once(shop: Shop) -> None:
    """3 of flour missing, 1 cake over: the loss with 50.00 from the carrier, the gain without; then both are done."""
    shop.receive("flour", "10")
    shop.receive("cake", "10")
    count = counted(shop, ("flour", "7"), ("cake", "11"))
    good: dict[str, Any] = {"store": "S1", "of": [count], "reason": "盘点批准", "dated": DAY}
    loss = good | {"direction": "loss", "compensation": "50", "payer": "承运人"}
    (disposed,) = shop.ask("accounting.dispose_pending", **loss)
    assert isinstance(disposed, PendingDisposed)
    assert disposed.compensation == 5000
    assert "payer" not in visible(disposed, frozenset())
    assert refusal(shop, "accounting.dispose_pending", **loss) == "difference_disposed"
    shop.ask("accounting.dispose_pending", **good, direction="gain")
    difference = row(shop.view, DIFFERENCE, "S1", count)
    assert difference is not None
    assert (difference["gained"], difference["lost"]) == (1_000_000, 3_000_000)


def test_theft_and_neglect_wait_for_a_word_and_expiry_does_not(shop: Shop) -> None:
    """Only loss by bad management is abnormal; a transfer's shortage is known from its legs."""
    shop.receive("cake", "10")
    normal = {reason for reason in ("expired", "damaged", "sample", "other") if not is_abnormal(reason)}  # type: ignore[arg-type]
    assert normal == {"expired", "damaged", "sample", "other"}
    good = {"store": "S1", "reason": "x", "dated": DAY, "direction": "loss"}
    for reason, key in (("stolen", ""), ("mismanaged", ""), ("expired", "difference_unknown")):
        shop.ask("stock.waste", lines=[{"sku": "cake", "qty": "1"}], reason=reason)
        of = [shop._asked.to_bytes(16, "big").hex()]
        if key:
            assert refusal(shop, "accounting.dispose_pending", **good, of=of) == key
        else:
            shop.ask("accounting.dispose_pending", **good, of=of)
    shop.ask("stock.transfer_out", to_store="S2", transfer="T-0000001", lines=[{"sku": "cake", "qty": "2"}])
    shop.ask("accounting.dispose_pending", **good | {"store": "S2"}, of=["T-0000001"])
    again = good | {"store": "S2", "of": ["T-0000001"]}
    assert refusal(shop, "accounting.dispose_pending", **again) == "difference_disposed"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"store": "S9"}, "store_unknown"),
        ({"store": "S2"}, "difference_unknown"),
        ({"of": []}, "command_malformed"),
        ({"of": ["nothing"]}, "difference_unknown"),
        ({"direction": "sideways"}, "command_malformed"),
        ({"compensation": "-1"}, "number_negative"),
        ({"direction": "gain", "compensation": "1"}, "gain_not_compensated"),
        ({"reason": ""}, "command_malformed"),
        ({"dated": "2026-10-31"}, "period_closed"),
    ],
)
def test_a_decision_about_nothing_is_refused(shop: Shop, change: dict[str, object], key: str) -> None:
    """Another store's count, no count at all, a gain somebody pays for, a closed month."""
    shop.receive("flour", "10")
    good: dict[str, object] = {
        "store": "S1", "of": [counted(shop, ("flour", "7"))], "direction": "loss", "reason": "x", "dated": DAY,
    }  # fmt: skip
    assert refusal(shop, "accounting.dispose_pending", **good | change) == key
    twice = good | {"of": [*good["of"], *good["of"]]}  # type: ignore[misc]
    assert refusal(shop, "accounting.dispose_pending", **twice) == "difference_named_twice"
