"""The worked examples of the trade's rules, as the vector file beside the checkout gives them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shared.money import fen, line_amount_fen, quantity_for_amount
from shared.stock.valuation import EMPTY, CostState, Method, give_back, issue, landed_shares, receive, worth
from shared.units import micro

METHODS: tuple[Method, ...] = ("moving_average", "fifo")


@pytest.fixture(scope="module")
def vectors(shared_data: Path) -> Any:
    return json.loads((shared_data / "mission" / "rule_vectors.json").read_text())


def stocked(receipts: list[list[str]], method: Method) -> CostState:
    state = EMPTY
    for number, (qty, price) in enumerate(receipts, 1):
        value = line_amount_fen(micro(qty), micro(price))
        state = receive(state, micro(qty), value, method, source=str(number)).state
    return state


@pytest.mark.parametrize("method", METHODS)
def test_r2_costing(vectors: Any, method: Method) -> None:
    """One issue under both methods."""
    case = vectors["R2_costing"]
    issued = issue(stocked(case["receipts"], method), micro(case["issue"]), method)
    want = case[method]
    assert issued.cost == fen(want["cogs"])
    assert (issued.state.qty, issued.state.value) == (micro(want["left_qty"]), fen(want["left_value"]))


def test_r2_last_unit(vectors: Any) -> None:
    """The last unit takes what is left."""
    for case in vectors["R2_last_unit"]:
        state = stocked(case.get("receipts", []), "moving_average")
        if "opening" in case:
            state = CostState(micro(case["opening"]["qty"]), fen(case["opening"]["value"]))
        costs = []
        for qty in case["issues"]:
            issued = issue(state, micro(qty), "moving_average")
            state, costs = issued.state, [*costs, issued.cost]
        assert costs == [fen(cost) for cost in case["expect"]]
        assert state.value == fen(case.get("left_value", "0.00"))


def test_r3_units_catch_weight_and_price_label(vectors: Any) -> None:
    """Cases and bottles, weighed cases, and a label whose amount stays what it says."""
    units = vectors["R3_units"]
    bottles = int(units["buy_cases"]) * units["case_bottles"]
    value = line_amount_fen(micro(units["buy_cases"]), micro(units["price_case"]))
    assert value == line_amount_fen(bottles * 10**6, micro(units["unit_cost"]))
    left = bottles - int(units["sell_bottles"])
    assert divmod(left, units["case_bottles"]) == (units["left"]["cases"], units["left"]["bottles"])

    caught = vectors["R3_catch_weight"]
    weights = [micro(weight) for weight in caught["cases"]]
    state = stocked([[str(sum(weights) / 10**6), caught["price_kg"]]], "moving_average")
    assert state.value == fen(caught["value"])
    issued = issue(state, sum(weights[at] for at in caught["sell_indexes"]), "moving_average")
    assert issued.cost == fen(caught["cogs"])
    assert (issued.state.qty, issued.state.value) == (
        micro(caught["left"]["kg"]),
        fen(caught["left"]["value"]),
    )

    label = vectors["R3_price_label"]
    exact = quantity_for_amount(fen(label["amount"]), micro(label["unit_price"]))
    assert round(exact, -3) == micro(label["qty_kg"])
    assert line_amount_fen(micro(label["qty_kg"]), micro(label["unit_price"])) != fen(label["line_amount"])


def test_r4_negative(vectors: Any) -> None:
    """Sold below zero, settled by the next receipt, nothing lost between the two."""
    for case in vectors["R4_negative"]:
        state, cogs, put_in = EMPTY, 0, 0
        for kind, qty, *price in case["events"]:
            if kind == "receipt":
                value = line_amount_fen(micro(qty), micro(price[0]))
                received = receive(state, micro(qty), value, "moving_average")
                state, true_up, put_in = received.state, received.true_up, put_in + value
                cogs += true_up
            else:
                issued = issue(state, micro(qty), "moving_average")
                state, cogs = issued.state, cogs + issued.cost
                if "after_issue" in case:
                    assert issued.cost == fen(case["issue_cogs"])
                    want = case["after_issue"]
                    assert (state.qty, state.value) == (micro(want["qty"]), fen(want["value"]))
        assert true_up == fen(case["true_up_cogs"])
        assert (state.qty, state.value) == (micro(case["end"]["qty"]), fen(case["end"]["value"]))
        assert put_in - cogs == state.value
        assert cogs == fen(case.get("cogs_total", case["true_up_cogs"]))


def test_r7_landed(vectors: Any) -> None:
    """Freight by value, shared by what is left and what was sold."""
    case = vectors["R7_landed"]
    values = tuple(line_amount_fen(micro(qty), micro(price)) for _, qty, price in case["lines"])
    shares = landed_shares(fen(case["freight"]), values)
    for (sku, qty, _), share in zip(case["lines"], shares, strict=True):
        assert share == fen(case["alloc"][sku])
        sold = int(case["sold"][sku])
        assert share * sold // int(qty) == fen(case["cogs_adj"][sku])
        assert share - share * sold // int(qty) == fen(case["stock_adj"][sku])


def test_r8_returns(vectors: Any) -> None:
    """Linked and unlinked returns of a customer, and one to the supplier."""
    case = vectors["R8_returns"]
    state, cost = EMPTY, 0
    for kind, qty, *price in case["events"]:
        if kind == "receipt":
            value = line_amount_fen(micro(qty), micro(price[0]))
            state = receive(state, micro(qty), value, "moving_average").state
        else:
            issued = issue(state, micro(qty), "moving_average")
            state, cost = issued.state, issued.cost // int(qty)
    two = micro("2")
    linked = receive(state, two, 2 * cost, "moving_average").state
    unlinked = receive(state, two, worth(state, two), "moving_average").state
    supplier = give_back(state, micro("3"), fen("30"), "moving_average", "1").state
    for after, key in (
        (state, "state"),
        (linked, "customer_linked_2"),
        (unlinked, "customer_unlinked_2"),
        (supplier, "supplier_return_3_at_10"),
    ):
        assert [after.qty, after.value] == [micro(case[key][0]), fen(case[key][1])], key


def test_r10_hold_and_scrap(vectors: Any) -> None:
    """A hold moves no value; what is scrapped of it is the loss."""
    case = vectors["R10_hold"]
    state = stocked([[case["qty"], case["unit_cost"]]], "fifo")
    assert state.value == fen(case["on_hold"]["value"])
    issued = issue(state, micro(case["scrap"]), "fifo")
    assert issued.cost == fen(case["loss"])
    assert [issued.state.qty, issued.state.value] == [micro(case["end"][0]), fen(case["end"][1])]


def test_r11_transfer(vectors: Any) -> None:
    """What is sent and not received stays on the road at the sender's cost."""
    from tests.unit.accounting.shop import bought, event, kept, stock

    case = vectors["R11_transfer"]
    sent = event("transfer_out", lines=[{"sku": "WATER", "qty": case["send"]}])
    books = kept(bought("WATER", "60", case["unit_cost"]), sent)
    assert books["inventory_total"] == "360.00"
    assert stock(books)["TRANSIT", "WATER"] == (case["send"], "60.00")
    arrived = event(
        "transfer_in", store="S2", transfer=sent["id"], lines=[{"sku": "WATER", "qty": case["receive"]}]
    )
    books = kept(bought("WATER", "60", case["unit_cost"]), sent, arrived)
    assert stock(books)["S2", "WATER"] == (case["receive"], "54.00")
    assert books["trial_balance_after_pl_close"]["1901"]["balance_debit"] == case["in_transit_left"][1]
