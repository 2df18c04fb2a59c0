"""What cannot be posted is refused with a reason that names the event; nothing is printed half."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cloud.books.cli import books
from shared.accounting.replay import EventRefused
from tests.unit.accounting.shop import bought, event, kept, scenario, sold

WATER = {"sku": "WATER", "qty": "1"}
RECEIPT = bought("WATER", "10", "6", id="R")
ESTIMATE = event(
    "purchase_receipt_estimated",
    id="EST",
    supplier="SUP",
    lines=[{"sku": "WATER", "qty": "10", "est_price": "6"}],
)
SALE = sold("WATER", "4", "10", "40.00", id="SALE")
SENT = event("transfer_out", id="T", lines=[{"sku": "WATER", "qty": "3"}])
COUNT = event("stock_take", id="C", lines=[{"sku": "WATER", "diff": "-1"}])
REFUND = {"method": "cash", "amount": "10.00"}

BAD: dict[str, tuple[list[dict[str, Any]], dict[str, Any], str]] = {
    "more than is there": ([RECEIPT], sold("WATER", "11", "10", "110.00"), "stock_below_zero"),
    "more of a lot than is there": (
        [bought("MILK", "5", "2", batch="M1"), bought("MILK", "5", "2", batch="M2")],
        event("scrap", abnormal=False, lines=[{"sku": "MILK", "qty": "6", "batch": "M1"}]),
        "lot_below_zero",
    ),
    "an unknown SKU": ([], bought("TEA", "1", "1"), "sku_unknown"),
    "a service in stock": ([], bought("CARE", "1", "1"), "sku_has_no_stock"),
    "an unknown type": ([], event("miracle"), "event_type_unknown"),
    "an unknown store": ([], bought("WATER", "1", "1", store="S9"), "store_unknown"),
    "a store that is the road": ([], bought("WATER", "1", "1", store="TRANSIT"), "store_unknown"),
    "an unknown account": ([], event("expense", account="9999", net="1"), "ledger_account_unknown"),
    "an unknown credit account": (
        [],
        event("production_cost", order="A", amount="1", credit="1"),
        "ledger_account_unknown",
    ),
    "an unknown tender": (
        [RECEIPT],
        sold("WATER", "1", "10", "10.00") | {"payments": {"shells": "10.00"}},
        "tender_unknown",
    ),
    "payments that do not add up": ([RECEIPT], sold("WATER", "1", "10", "9.99"), "payments_unbalanced"),
    "a discount above the total": (
        [RECEIPT],
        sold("WATER", "1", "10", "0.00", merchant_discount="11"),
        "discount_above_total",
    ),
    "the same number twice": ([RECEIPT], bought("WATER", "1", "1", id="R"), "event_twice"),
    "money that no goods could carry": (
        [],
        event(
            "purchase_receipt", supplier="SUP", lines=[{**WATER, "qty": "0", "net_price": "5", "net": "1"}]
        ),
        "amount_without_quantity",
    ),
    "an expense on stock by hand": (
        [],
        event("expense", account="1405", net="1"),
        "manual_on_stock",
    ),
    "an expense paid in flour": (
        [],
        event("expense", account="5601", net="1", credit="1403"),
        "manual_on_stock",
    ),
    "labour credited to flour": (
        [],
        event("production_cost", order="A", amount="1", credit="1403"),
        "manual_on_stock",
    ),
    "a voucher for a store nobody has": (
        [],
        event(
            "manual",
            lines=[{"account": "1001", "debit": "1", "store": "S9"}, {"account": "1002", "credit": "1"}],
        ),
        "store_unknown",
    ),
    "goods sent to a store nobody has": (
        [RECEIPT],
        event("transfer_out", to="S9", lines=[WATER]),
        "store_unknown",
    ),
    "a day by its week": ([], event("capital", amount="1", date="2026-W40-1"), "field_malformed"),
    "no date": ([], {"id": "X", "type": "capital", "store": "HQ", "amount": "1"}, "field_missing"),
    "a wrong date": ([], event("capital", amount="1", date="2026-02-30"), "field_malformed"),
    "a number that is no text": ([], event("capital", amount=1), "field_malformed"),
    "an amount finer than a fen": ([], event("capital", amount="0.001"), "amount_finer_than_fen"),
    "no number at all": ([], event("capital", amount="ten"), "number_malformed"),
    "an amount below zero": ([], event("capital", amount="-1"), "figure_below_zero"),
    "a rate of 13": ([], bought("WATER", "1", "1", vat="13"), "rate_out_of_range"),
    "a misspelt field": ([RECEIPT], sold("WATER", "1", "10", "10.00", discont="1"), "field_unknown"),
    "lines that are no list": ([], event("stock_take", lines={}), "field_malformed"),
    "a line that is no object": ([], event("stock_take", lines=["WATER"]), "field_malformed"),
    "an empty name": ([], event("stock_take", id="", lines=[]), "field_malformed"),
    "a flag that is a word": (
        [RECEIPT],
        event("scrap", abnormal="yes", lines=[WATER]),
        "field_malformed",
    ),
    "a direction nobody knows": (
        [],
        event("dispose_pending", of=["C"], direction="up"),
        "field_malformed",
    ),
    "a day without VAT rate": (
        [],
        bought("NEW", "1", "1", date="2026-09-30"),
        "vat_rate_missing",
    ),
    "an invoice for an unknown receipt": (
        [],
        event("purchase_invoice", supplier="SUP", receipt="?", lines=[WATER | {"net_price": "1"}]),
        "receipt_not_in_books",
    ),
    "a second invoice": (
        [RECEIPT],
        event("purchase_invoice", supplier="SUP", receipt="R", lines=[WATER | {"net_price": "1"}]),
        "invoiced_above_receipt",
    ),
    "an invoice of another supplier": (
        [ESTIMATE],
        event("purchase_invoice", supplier="ELSE", receipt="EST", lines=[WATER | {"net_price": "1"}]),
        "supplier_differs",
    ),
    "more back than was received": (
        [RECEIPT],
        event("purchase_return", supplier="SUP", receipt="R", lines=[{"sku": "WATER", "qty": "11"}]),
        "returned_above_receipt",
    ),
    "back to the supplier what was sold": (
        [RECEIPT, SALE],
        event("purchase_return", supplier="SUP", receipt="R", lines=[{"sku": "WATER", "qty": "7"}]),
        "stock_below_zero",
    ),
    "freight for goods that did not come": (
        [RECEIPT],
        event("freight_in", receipt="R", net="1", capitalise_to="FLOUR"),
        "freight_without_goods",
    ),
    "a return of an unknown sale": (
        [],
        event("sale_return", sale="?", lines=[WATER | {"restock": True}], refund=REFUND),
        "sale_not_in_books",
    ),
    "a return above what was sold": (
        [RECEIPT, SALE],
        event(
            "sale_return",
            sale="SALE",
            lines=[{"sku": "WATER", "qty": "5", "restock": True}],
            refund=REFUND,
        ),
        "returned_above_sale",
    ),
    "a refund of something else": (
        [RECEIPT, SALE],
        event(
            "sale_return",
            sale="SALE",
            lines=[WATER | {"restock": True}],
            refund={"method": "cash", "amount": "9.00"},
        ),
        "refund_differs",
    ),
    "a receipt of an unknown transfer": (
        [],
        event("transfer_in", transfer="?", lines=[WATER]),
        "transfer_not_sent",
    ),
    "more received than sent": (
        [RECEIPT, SENT],
        event("transfer_in", store="S2", transfer="T", lines=[{"sku": "WATER", "qty": "4"}]),
        "received_above_sent",
    ),
    "goods that were not on the transfer": (
        [RECEIPT, SENT],
        event("transfer_in", store="S2", transfer="T", lines=[{"sku": "MILK", "qty": "1"}]),
        "transfer_line_unknown",
    ),
    "a transfer received twice": (
        [RECEIPT, SENT, event("transfer_in", store="S2", transfer="T", lines=[{"sku": "WATER", "qty": "3"}])],
        event("transfer_in", store="S2", transfer="T", lines=[{"sku": "WATER", "qty": "3"}]),
        "transfer_line_unknown",
    ),
    "a count that says nothing": ([], event("stock_take", lines=[{"sku": "WATER"}]), "count_without_result"),
    "nothing that waits": (
        [RECEIPT, COUNT],
        event("dispose_pending", of=["C"], direction="gain"),
        "nothing_pending",
    ),
    "approved twice": (
        [RECEIPT, COUNT, event("dispose_pending", of=["C"], direction="loss")],
        event("dispose_pending", of=["C"], direction="loss"),
        "nothing_pending",
    ),
    "compensation above the loss": (
        [RECEIPT, COUNT],
        event("dispose_pending", of=["C"], direction="loss", compensation="6.01"),
        "compensation_above_loss",
    ),
    "compensation for a gain": (
        [RECEIPT, event("stock_take", id="G", lines=[{"sku": "WATER", "diff": "1"}])],
        event("dispose_pending", of=["G"], direction="gain", compensation="1"),
        "compensation_for_gain",
    ),
    "goods from an order nobody began": (
        [],
        event("production_receipt", order="A", sku="BREAD", qty="1", completion="1"),
        "order_not_in_work",
    ),
    "an order that completes nothing": (
        [event("production_cost", order="A", amount="1")],
        event("production_receipt", order="A", sku="BREAD", qty="0", completion="1"),
        "nothing_completed",
    ),
    "more redeemed than paid": (
        [event("package_sale", package="P", payments={"bank": "10"})],
        event("package_redeem", package="P", amount="10.01", vat="0.06"),
        "redeemed_above_package",
    ),
    "a commission above the sales": (
        [],
        event("platform_settlement", platform="jd", gross="1", commission_gross="2"),
        "commission_above_gross",
    ),
}
SHOP = scenario(
    NEW={"kind": "merchandise", "costing": "fifo", "vat": [{"from": "2026-10-01", "rate": "0.13"}]}
)


@pytest.mark.parametrize("what", BAD)
def test_it_is_refused_by_name(what: str) -> None:
    """The event and the reason are named."""
    before, bad, key = BAD[what]
    with pytest.raises(EventRefused) as refused:
        kept(*before, bad, of=SHOP)
    assert refused.value.values["event"] == (bad["id"] or f"#{len(before) + 1}")
    assert refused.value.cause.key == key


def run(tmp_path: Path, content: str) -> tuple[int, str, str]:
    file = tmp_path / "books.json"
    file.write_text(content)
    answer = CliRunner().invoke(books, ["replay", str(file), "--beancount", str(tmp_path / "out.beancount")])
    assert answer.exit_code == 0 or not (tmp_path / "out.beancount").exists()
    return answer.exit_code, answer.stdout, answer.stderr


def test_a_bad_event_ends_with_two_and_prints_nothing(tmp_path: Path) -> None:
    """Standard output stays empty, no file is written, and both languages name the event."""
    events = [RECEIPT, sold("WATER", "11", "10", "110.00", id="E99")]
    code, out, err = run(tmp_path, json.dumps({"scenario": scenario(), "events": events}))
    assert (code, out) == (2, "")
    assert "事件 E99" in err
    assert "Event E99 (sale) cannot be posted: S1 holds 10 of WATER; 11 cannot leave." in err


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"scenario": {}, "events": []}',
        json.dumps({"scenario": scenario("large"), "events": []}),
        json.dumps({"scenario": scenario(chart="GAAP"), "events": []}),
        json.dumps({"scenario": scenario() | {"skus": {"A": {"kind": "thing"}}}, "events": []}),
        json.dumps({"scenario": scenario(A={"kind": "raw", "costing": "lifo"}), "events": []}),
        json.dumps({"scenario": scenario(A={"kind": "raw", "costing": "none"}), "events": []}),
        json.dumps({"scenario": scenario(A={"kind": "raw", "vat": [{"rate": "0.1"}]}), "events": []}),
        json.dumps({"scenario": scenario() | {"rules": "none"}, "events": []}),
        json.dumps({"scenario": scenario(), "events": [5]}),
        "[" * 100_000,
        json.dumps({"scenario": scenario(), "events": [RECEIPT]}).replace('"10"', "NaN"),
        json.dumps({"scenario": scenario(), "events": [RECEIPT | {"id": "two\nlines"}] * 2}),
        '{"scenario": {}, "scenario": {}, "events": []}',
    ],
)
def test_a_file_that_is_none_ends_with_two(tmp_path: Path, content: str) -> None:
    """Whatever the file holds, the answer is a sentence and not a traceback."""
    code, out, err = run(tmp_path, content)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 2


def test_a_field_that_stands_twice_is_not_halved(tmp_path: Path) -> None:
    """Two amounts of cash are not the last of them; the event is named, however deep the field lies."""
    sale = json.dumps(sold("WATER", "1", "10", "10.00", id="S7"))
    twice = sale.replace('{"cash"', '{"cash": "5.00", "cash"')
    code, out, err = run(tmp_path, f'{{"scenario": {json.dumps(scenario())}, "events": [{twice}]}}')
    assert (code, out) == (2, "")
    assert "Event S7 has the field cash twice." in err


def test_a_file_saved_by_notepad_is_read(tmp_path: Path) -> None:
    """The mark that some editors put in front of a file is no part of it."""
    whole = json.dumps({"scenario": scenario(), "events": [RECEIPT]})
    assert run(tmp_path, f"\ufeff{whole}") == run(tmp_path, whole)


def test_no_events_are_books_with_nothing_in_them(tmp_path: Path) -> None:
    """An empty month is no mistake."""
    code, out, _ = run(tmp_path, json.dumps({"scenario": scenario(), "events": []}))
    assert code == 0
    assert json.loads(out)["balance_sheet"]["total_assets"] == "0.00"
