"""Invoices against receipts and orders, goods back to the supplier lot by lot, and freight shared to the fen (R7)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ledger.fact import Fact
from shared.ledger.view import row
from shared.purchasing import landed
from shared.purchasing.events import (
    GoodsSentBack,
    InvoiceAccepted,
    InvoiceRecorded,
    InvoiceRejected,
    LandedCostAllocated,
)
from shared.purchasing.projection import INVOICE, RECEIVED
from shared.stock.events import GoodsReceived
from shared.stock.moves import moves_of
from shared.units import MICRO
from tests.support.shop import Shop
from tests.unit.facts.refusing import refusal


@pytest.fixture
def shop() -> Shop:
    made = Shop().open_up()
    made.ask("catalogue.set_vat_rate", category="food", rate="0.13", since="2026-01-01")
    return made


def received(shop: Shop, *lines: dict[str, object], order: str = "", supplier: str = "V1") -> str:
    """The name of a receipt."""
    (fact,) = shop.ask("stock.receive", supplier=supplier, order=order, lines=list(lines))
    assert isinstance(fact, GoodsReceived)
    return fact.receipt


def flour(qty: str = "10", **more: object) -> dict[str, object]:
    return {"sku": "flour", "qty": qty, **more}


def invoice(receipt: str, qty: str = "10", price: str = "5", **more: Any) -> dict[str, Any]:
    line = {"receipt": receipt, "sku": "flour", "qty": qty, "unit_price": price} | more.pop("line", {})
    return {"number": "N1", "supplier": "V1", "dated": "2026-11-22", "lines": [line]} | more


def differences(facts: list[Fact]) -> list[tuple[str, int, int]]:
    (recorded,) = facts
    assert isinstance(recorded, InvoiceRecorded)
    return [(one.difference, one.known, one.given) for one in recorded.mismatches]


# -- three-way match


def test_what_matches_is_accepted_in_the_same_breath(shop: Shop) -> None:
    """10 at 5.00 received and invoiced: 50.00 net, 6.50 tax at 13 %, of the store that has the goods."""
    receipt = received(shop, flour(unit_cost="5"))
    recorded, accepted = shop.ask("purchasing.record_invoice", **invoice(receipt))
    assert isinstance(recorded, InvoiceRecorded)
    assert isinstance(accepted, InvoiceAccepted)
    (line,) = accepted.lines
    assert (line.net, line.vat_bp, line.tax, line.store) == (5000, 1300, 650, "S1")
    assert accepted.deductible
    state = row(shop.view, INVOICE, accepted.invoice)
    assert state is not None
    assert (state["state"], state["net"], state["tax"]) == ("accepted", 5000, 650)


def test_the_rate_is_the_dated_one_and_the_printed_tax_stays(shop: Shop) -> None:
    """9 % from December on; a line may say its own rate; 4.54 printed for 4.50 is the supplier's rounding."""
    receipt = received(shop, flour("30"))
    shop.ask("catalogue.set_vat_rate", sku="flour", rate="0.09", since="2026-11-20")
    _, own = shop.ask("purchasing.record_invoice", **invoice(receipt, line={"rate": "0.03"}))
    _, dated = shop.ask("purchasing.record_invoice", **invoice(receipt, number="N2", line={"tax": "4.54"}))
    assert isinstance(own, InvoiceAccepted)
    assert isinstance(dated, InvoiceAccepted)
    assert [(one.lines[0].vat_bp, one.lines[0].tax) for one in (own, dated)] == [(300, 150), (900, 454)]


def test_deduction_follows_the_invoice_else_the_suppliers_terms(shop: Shop) -> None:
    """A small supplier's ordinary invoice gives no credit unless the invoice itself says otherwise."""
    shop.ask("catalogue.set_supplier_terms", supplier="V1", deductible=False)
    receipt = received(shop, flour("30"))
    _, by_terms = shop.ask("purchasing.record_invoice", **invoice(receipt))
    _, by_word = shop.ask("purchasing.record_invoice", **invoice(receipt, number="N2", deductible=True))
    assert isinstance(by_terms, InvoiceAccepted)
    assert isinstance(by_word, InvoiceAccepted)
    assert (by_terms.deductible, by_word.deductible) == (False, True)


def contract(shop: Shop, price: str, tolerance: str, since: str = "2026-01-01") -> None:
    shop.ask(
        "catalogue.set_contract_price", supplier="V1", sku="flour", since=since,
        tiers=[{"unit_price": price}], tolerance=tolerance,
    )  # fmt: skip


def test_a_price_above_the_order_is_held(shop: Shop) -> None:
    """Ordered at 5.00 with 2 %: 5.10 passes, 5.11 is held, and nothing of it is accepted."""
    contract(shop, "5", "0.02")
    line = {"sku": "flour", "qty": "20"}
    shop.ask("purchasing.place_order", order="PO", supplier="V1", store="S1", lines=[line])
    receipt = received(shop, flour("20"), order="PO")
    assert len(shop.ask("purchasing.record_invoice", **invoice(receipt, price="5.10"))) == 2
    held = shop.ask("purchasing.record_invoice", **invoice(receipt, price="5.11", number="N2"))
    assert differences(held) == [("price_above_order", 5 * MICRO, 5_110_000)]


def test_without_an_order_the_contract_of_the_receipts_day_binds_else_the_delivery_note(shop: Shop) -> None:
    """A contract that came later says nothing of these goods; a note's price binds where nothing else does."""
    noted = received(shop, flour(unit_cost="5"))
    contract(shop, "4", "0", since="2026-11-23")
    held = shop.ask("purchasing.record_invoice", **invoice(noted, price="5.01", dated="2026-11-25"))
    assert differences(held) == [("price_above_receipt", 5 * MICRO, 5_010_000)]
    contract(shop, "4.50", "0", since="2026-11-01")
    plain = received(shop, flour())
    held = shop.ask(
        "purchasing.record_invoice", **invoice(plain, price="4.60", number="N2", dated="2026-11-25")
    )
    assert differences(held) == [("price_above_contract", 4_500_000, 4_600_000)]


def test_more_than_was_kept_is_held(shop: Shop) -> None:
    """10 received, 2 sent back: 9 are one too many, also spread over two lines or over two invoices."""
    receipt = received(shop, flour())
    shop.ask("purchasing.send_back", receipt=receipt, lines=[flour("2")], reason="mouldy")
    held = shop.ask("purchasing.record_invoice", **invoice(receipt, "9"))
    assert differences(held) == [("more_than_received", 8 * MICRO, 9 * MICRO)]
    assert isinstance(held[0], InvoiceRecorded)
    reject = {"invoice": held[0].invoice, "decision": "reject", "reason": "too much"}
    shop.ask("purchasing.settle_invoice", **reject)
    line = {"receipt": receipt, "sku": "flour", "qty": "4.5", "unit_price": "5"}
    held = shop.ask("purchasing.record_invoice", **invoice(receipt) | {"lines": [line, line]})
    assert differences(held) == [("more_than_received", 8 * MICRO, 9 * MICRO)]
    second = shop.ask("purchasing.record_invoice", **invoice(receipt, "1", number="N2"))
    assert differences(second) == [("more_than_received", -MICRO, MICRO)]


def test_an_invoice_may_be_here_before_word_of_the_goods(shop: Shop) -> None:
    """Held as unknown; once the store has spoken, a second look accepts it with the store in its lines."""
    ahead = f"{99:032x}"
    held = shop.ask("purchasing.record_invoice", **invoice(ahead))
    assert differences(held) == [("receipt_unknown", 0, 0)]
    assert isinstance(held[0], InvoiceRecorded)
    match = {"invoice": held[0].invoice, "decision": "match"}
    assert refusal(shop, "purchasing.settle_invoice", **match) == "invoice_still_differs"
    approve = match | {"decision": "approve", "reason": "pay it"}
    assert refusal(shop, "purchasing.settle_invoice", **approve) == "receipt_not_heard_of"
    shop._asked = 98
    assert received(shop, flour()) == ahead
    (accepted,) = shop.ask("purchasing.settle_invoice", **match)
    assert isinstance(accepted, InvoiceAccepted)
    assert (accepted.approved, accepted.lines[0].store) == (False, "S1")


def test_another_suppliers_invoice_is_held(shop: Shop) -> None:
    """What V1 brought is not owed to V2."""
    shop.ask("catalogue.define_supplier", supplier="V2", name="另一家")
    held = shop.ask("purchasing.record_invoice", **invoice(received(shop, flour()), supplier="V2"))
    assert differences(held) == [("supplier_differs", 0, 0)]


def test_a_person_decides_what_is_held(shop: Shop) -> None:
    """Approved with a reason it is owed as it stands; rejected it frees goods and number for the right invoice."""
    receipt = received(shop, flour(unit_cost="5"))
    (held,) = shop.ask("purchasing.record_invoice", **invoice(receipt, price="6"))
    assert isinstance(held, InvoiceRecorded)
    settle = {"invoice": held.invoice, "decision": "approve"}
    assert refusal(shop, "purchasing.settle_invoice", **settle) == "reason_missing"
    assert refusal(shop, "purchasing.settle_invoice", **settle | {"invoice": "?"}) == "invoice_unknown"
    assert refusal(shop, "purchasing.settle_invoice", **settle | {"decision": "?"}) == "command_malformed"
    (rejected,) = shop.ask(
        "purchasing.settle_invoice", **settle | {"decision": "reject", "reason": "too dear"}
    )
    assert isinstance(rejected, InvoiceRejected)
    counted = row(shop.view, RECEIVED, receipt, "flour")
    assert counted is not None
    assert counted["invoiced"] == 0
    assert refusal(shop, "purchasing.settle_invoice", **settle, reason="x") == "invoice_not_held"
    (again,) = shop.ask("purchasing.record_invoice", **invoice(receipt, price="5.50"))
    assert isinstance(again, InvoiceRecorded)
    body = {"invoice": again.invoice, "decision": "approve", "reason": "agreed by phone"}
    (accepted,) = shop.ask("purchasing.settle_invoice", **body)
    assert isinstance(accepted, InvoiceAccepted)
    assert (accepted.approved, accepted.reason, accepted.lines) == (True, "agreed by phone", again.lines)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"supplier": "V9"}, "supplier_unknown"),
        ({"dated": "2026-10-31"}, "period_closed"),
        ({"dated": None}, "command_malformed"),
        ({"number": ""}, "command_malformed"),
        ({"lines": []}, "command_malformed"),
        ({"line": {"sku": "rye"}}, "sku_unknown"),
        ({"line": {"qty": "0"}}, "quantity_not_positive"),
        ({"line": {"qty": "0.0001"}}, "quantity_too_fine"),
        ({"line": {"unit_price": "-1"}}, "number_negative"),
        ({"line": {"unit_price": "1e3"}}, "command_malformed"),
        ({"line": {"rate": "1.3"}}, "fraction_out_of_range"),
        ({"line": {"tax": "6.56"}}, "tax_differs"),
        ({"line": {"tax": "6.555"}}, "amount_finer_than_fen"),
    ],
)
def test_an_invoice_that_cannot_be_is_refused_whole(shop: Shop, change: dict[str, Any], key: str) -> None:
    """A good first line does not get in with a bad second."""
    shop.ask("accounting.close_period", period="2026-10")
    receipt = received(shop, flour())
    asked = invoice(receipt, **change)
    if asked["lines"]:
        asked["lines"] = [*invoice(receipt, "1")["lines"], *asked["lines"]]
    assert refusal(shop, "purchasing.record_invoice", **asked) == key


def test_a_number_counts_once_and_a_rate_must_be_known(shop: Shop) -> None:
    """The same paper twice is refused; goods without a rate need one on the line."""
    receipt = received(shop, flour())
    shop.ask("purchasing.record_invoice", **invoice(receipt, "1"))
    assert refusal(shop, "purchasing.record_invoice", **invoice(receipt, "1")) == "invoice_exists"
    early = invoice(receipt, "1", number="N2", dated="2025-12-31")
    assert refusal(shop, "purchasing.record_invoice", **early) == "vat_rate_unknown"


# -- goods back to the supplier


def test_goods_go_back_lot_by_lot_and_everything_sums_to_zero(shop: Shop) -> None:
    """3 of lot A: A is 7, B untouched, and the supplier has them; the goods' lot names the receipt they came with."""
    receipt = received(shop, flour(lot="A"), flour(lot="B"))
    (sent,) = shop.ask("purchasing.send_back", receipt=receipt, lines=[flour("3", lot="A")], reason="stale")
    assert isinstance(sent, GoodsSentBack)
    assert (sent.supplier, sent.lines[0].qty) == ("V1", 3 * MICRO)
    assert shop.lying("flour") == {
        "A@store/main": "7",
        "A@supplier": "-7",
        "B@store/main": "10",
        "B@supplier": "-10",
    }
    assert [(move.lot, move.on_hand_change) for move in moves_of(sent)] == [("A", -3 * MICRO)]


def test_without_a_lot_the_receipts_lots_go_in_order(shop: Shop) -> None:
    """15 of two lots of 10: all of A, half of B; then no more than 5 are left, in one line or two."""
    receipt = received(shop, flour(lot="A"), flour(lot="B"))
    (sent,) = shop.ask("purchasing.send_back", receipt=receipt, lines=[flour("15")], reason="stale")
    assert isinstance(sent, GoodsSentBack)
    assert [(line.takes[0].lot, line.qty // MICRO) for line in sent.lines] == [("A", 10), ("B", 5)]
    for lines in ([flour("6")], [flour("3"), flour("3")], [flour("3", lot="B"), flour("3", lot="B")]):
        body = {"receipt": receipt, "lines": lines, "reason": "stale"}
        assert refusal(shop, "purchasing.send_back", **body) == "more_than_received"


def test_what_inspection_held_goes_back_first(shop: Shop) -> None:
    """4 of 10 are on hold: sending back 6 takes the 4 held and 2 from the shelf."""
    receipt = received(shop, flour(lot="A"))
    shop.ask("quality.hold", lines=[{"sku": "flour", "lot": "A", "qty": "4"}], reason="wet")
    (sent,) = shop.ask("purchasing.send_back", receipt=receipt, lines=[flour("6")], reason="wet")
    assert isinstance(sent, GoodsSentBack)
    (line,) = sent.lines
    assert ([take.qty for take in line.held], [take.qty for take in line.takes]) == ([4 * MICRO], [2 * MICRO])
    assert shop.lying("flour") == {"A@store/main": "4", "A@supplier": "-4"}


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ({"lot": "Z"}, "lot_not_on_receipt"),
        ({"qty": "0"}, "quantity_not_positive"),
        ({"qty": "10.001"}, "more_than_received"),
        ({"sku": "cake"}, "sku_not_on_receipt"),
        ({"sku": "rye"}, "sku_unknown"),
        ({"unit": "sack"}, "unit_unknown"),
        ({"qty": "9"}, "stock_short"),
    ],
)
def test_what_did_not_come_cannot_go_back(shop: Shop, line: dict[str, object], key: str) -> None:
    """Other goods, other lots, more than came, and what has been sold meanwhile."""
    receipt = received(shop, flour(lot="A"))
    shop.ask("sales.sell", lines=[flour("2", lot="A")])
    body = {"receipt": receipt, "reason": "stale"}
    assert refusal(shop, "purchasing.send_back", **body, lines=[flour() | line]) == key


def test_a_return_names_its_receipt_its_reason_and_a_known_supplier(shop: Shop) -> None:
    """Without them it is not a return."""
    receipt = received(shop, flour(lot="A"))
    good = {"receipt": receipt, "lines": [flour("1")], "reason": "stale"}
    assert refusal(shop, "purchasing.send_back", **good | {"receipt": "ffff"}) == "sku_not_on_receipt"
    assert refusal(shop, "purchasing.send_back", **good | {"reason": ""}) == "command_malformed"
    assert refusal(shop, "purchasing.send_back", **good | {"supplier": "V9"}) == "supplier_unknown"
    assert refusal(shop, "purchasing.send_back", **good | {"lines": []}) == "command_malformed"


# -- freight


def test_r7_three_hundred_of_freight_by_value(shop: Shop) -> None:
    """A 100 at 5.00 and B 50 at 20.00: A bears 100.00, B 200.00, and the tax stands beside."""
    receipt = received(shop, flour("100", unit_cost="5"), {"sku": "cake", "qty": "50", "unit_cost": "20"})
    on = [{"receipt": receipt, "sku": "flour"}, {"receipt": receipt, "sku": "cake"}]
    body = {"supplier": "V1", "dated": "2026-11-22", "net": "300", "rate": "0.09", "shared_by": "value"}
    (fact,) = shop.ask("purchasing.allocate_landed_cost", **body, lines=on)
    assert isinstance(fact, LandedCostAllocated)
    assert [(share.sku, share.store, share.amount) for share in fact.shares] == [
        ("flour", "S1", 10000),
        ("cake", "S1", 20000),
    ]
    assert (fact.net, fact.tax, fact.vat_bp) == (30000, 2700, 900)
    (by_quantity,) = shop.ask("purchasing.allocate_landed_cost", **body | {"shared_by": "quantity"}, lines=on)
    weighed = [line | {"weight": weight} for line, weight in zip(on, ("1", "3"), strict=True)]
    (by_weight,) = shop.ask(
        "purchasing.allocate_landed_cost", **body | {"shared_by": "weight"}, lines=weighed
    )
    assert isinstance(by_quantity, LandedCostAllocated)
    assert isinstance(by_weight, LandedCostAllocated)
    amounts = [[share.amount for share in one.shares] for one in (by_quantity, by_weight)]
    assert amounts == [[20000, 10000], [7500, 22500]]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"supplier": "V9"}, "supplier_unknown"),
        ({"net": "0"}, "amount_not_positive"),
        ({"net": "1.005"}, "amount_finer_than_fen"),
        ({"rate": "2"}, "fraction_out_of_range"),
        ({"dated": "2026-10-31"}, "period_closed"),
        ({"shared_by": "colour"}, "command_malformed"),
        ({"shared_by": "weight"}, "share_has_no_basis"),
        ({"shared_by": "value"}, "share_has_no_basis"),
        ({"lines": [{"receipt": "ffff", "sku": "flour"}]}, "receipt_not_heard_of"),
        ({"lines": []}, "command_malformed"),
    ],
)
def test_a_cost_nobody_can_bear_is_refused(shop: Shop, change: dict[str, Any], key: str) -> None:
    """No goods, no basis, no amount, no such partner or rate, or a closed month."""
    shop.ask("accounting.close_period", period="2026-10")
    receipt = received(shop, flour())
    good = {
        "supplier": "V1", "dated": "2026-11-22", "net": "300", "shared_by": "quantity",
        "lines": [{"receipt": receipt, "sku": "flour"}],
    }  # fmt: skip
    assert refusal(shop, "purchasing.allocate_landed_cost", **good | change) == key
    twice = good | {"lines": [{"receipt": receipt, "sku": "flour"}] * 2}
    assert refusal(shop, "purchasing.allocate_landed_cost", **twice) == "line_twice"


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(any))
def test_shares_sum_to_the_amount_and_none_is_far_off(amount: int, bases: list[int]) -> None:
    """To the fen; all but the largest are the rounded share itself."""
    found = landed.shares(amount, bases)
    assert sum(found) == amount
    off = [
        abs(share * sum(bases) - amount * base) * 2 > sum(bases)
        for share, base in zip(found, bases, strict=True)
    ]
    assert sum(off) <= 1
