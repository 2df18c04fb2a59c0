"""Bread out of flour: goods move through the order's own location, and per lot everything sums to zero. And gifts."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from shared.ledger.view import row
from shared.production.events import ComponentsConsumed, CostAdded, OutputCompleted, ProductionStarted
from shared.production.projection import PRODUCTION_ORDER
from shared.stock.events import GoodsGiven
from shared.stock.goods import lot_expiry
from shared.stock.moves import moves_of
from shared.units import MICRO
from tests.support.shop import TODAY, Shop
from tests.unit.facts.refusing import refusal


@pytest.fixture
def shop() -> Shop:
    made = Shop().open_up()
    made.product("bread", price="9.00", shelf_life_days=3)
    made.receive("flour", "20", "F1", expiry="2026-12-31")
    made.receive("flour", "20", "F2", expiry="2027-01-31")
    made.ask("production.start", order="MO-1", sku="bread", qty="100")
    return made


def use(qty: str, **more: object) -> dict[str, Any]:
    return {"order": "MO-1", "lines": [{"sku": "flour", "qty": qty, **more}]}


def make(qty: str, completion: str = "1", **more: object) -> dict[str, Any]:
    return {"order": "MO-1", "lines": [{"qty": qty, **more}], "completion": completion}


def test_flour_goes_in_and_bread_comes_out(shop: Shop) -> None:
    """25 kg by FEFO, 180.00 of labour, 60 loaves at 0.6 and 38 with the rest: each lot's moves sum to zero."""
    (consumed,) = shop.ask("production.consume", **use("25"))
    assert isinstance(consumed, ComponentsConsumed)
    assert [(take.lot, take.qty // MICRO) for take in consumed.lines[0].takes] == [("F1", 20), ("F2", 5)]
    (cost,) = shop.ask("production.add_cost", order="MO-1", cost_kind="labour", amount="180")
    assert cost == CostAdded(order="MO-1", cost_kind="labour", amount=18_000)
    (first,) = shop.ask("production.complete", **make("60", "0.6", lot="B1"))
    assert isinstance(first, OutputCompleted)
    assert (first.completion, first.lines[0].qty) == (600_000, 60 * MICRO)
    shop.ask("production.complete", **make("38", lot="B2"))
    assert shop.lying("bread") == {
        "B1@production/MO-1": "-60", "B1@store/main": "60", "B2@production/MO-1": "-38", "B2@store/main": "38",
    }  # fmt: skip
    assert shop.lying("flour")["F1@production/MO-1"] == "20"
    by_lot: dict[tuple[str, str], int] = defaultdict(int)
    for fact in shop.facts:
        for move in moves_of(fact):
            by_lot[move.sku, move.lot] += move.qty - move.qty
    for sku, lot in by_lot:
        held = {
            key: stock["qty"] for key, stock in shop.view.tables["stock"].items() if key[:2] == (sku, lot)
        }
        assert sum(int(qty or 0) for qty in held.values()) == 0
    order = row(shop.view, PRODUCTION_ORDER, "MO-1")
    assert order is not None
    assert (order["planned"], order["completed"], order["cost"], order["state"]) == (
        100 * MICRO,
        98 * MICRO,
        18_000,
        "done",
    )


def test_what_was_baked_has_its_own_dates_and_can_be_sold(shop: Shop) -> None:
    """Made today, good for three days, named after the order of the op where nobody named it."""
    shop.ask("production.consume", **use("1"))
    (completed,) = shop.ask("production.complete", **make("10"))
    assert isinstance(completed, OutputCompleted)
    (line,) = completed.lines
    assert line.produced == TODAY
    assert lot_expiry(shop.view, "bread", line.lot) == line.expiry
    assert str(line.expiry) == "2026-11-25"
    shop.ask("sales.sell", lines=[{"sku": "bread", "qty": "4"}])
    assert shop.on_hand("bread") == "6"


def test_an_order_names_itself(shop: Shop) -> None:
    """Without a number the op's id is it."""
    (started,) = shop.ask("production.start", sku="bread", qty="5")
    assert isinstance(started, ProductionStarted)
    assert len(started.order) == 32


@pytest.mark.parametrize(
    ("kind", "body", "key"),
    [
        ("start", {"sku": "rye", "qty": "1"}, "sku_unknown"),
        ("start", {"sku": "bread", "qty": "0"}, "quantity_not_positive"),
        ("start", {"sku": "bread", "qty": "1.5"}, "quantity_too_fine"),
        ("start", {"sku": "bread", "qty": "1", "order": "MO-1"}, "order_exists"),
        ("consume", use("1") | {"order": "MO-9"}, "order_unknown"),
        ("consume", use("0"), "quantity_not_positive"),
        ("consume", use("1") | {"lines": []}, "command_malformed"),
        ("consume", {"order": "MO-1", "lines": [{"sku": "bread", "qty": "1"}]}, "component_is_output"),
        ("consume", {"order": "MO-1", "lines": [{"sku": "rye", "qty": "1"}]}, "sku_unknown"),
        ("add_cost", {"order": "MO-1", "cost_kind": "labour", "amount": "0"}, "amount_not_positive"),
        ("add_cost", {"order": "MO-1", "cost_kind": "love", "amount": "1"}, "command_malformed"),
        ("add_cost", {"order": "MO-9", "cost_kind": "labour", "amount": "1"}, "order_unknown"),
        ("complete", make("1"), "nothing_consumed"),
        ("complete", make("1") | {"order": "MO-9"}, "order_unknown"),
    ],
)
def test_what_a_workshop_cannot_do_is_refused(
    shop: Shop, kind: str, body: dict[str, object], key: str
) -> None:
    """Unknown goods and orders, bread into bread, nothing out of nothing."""
    assert refusal(shop, f"production.{kind}", **body) == key


@pytest.mark.parametrize("completion", ["0", "-0.5", "1.000001", "2"])
def test_a_share_lies_between_nothing_and_all(shop: Shop, completion: str) -> None:
    """Above 0, up to 1."""
    shop.ask("production.consume", **use("1"))
    assert refusal(shop, "production.complete", **make("1", completion)) == "completion_out_of_range"


def test_what_is_done_is_done(shop: Shop) -> None:
    """After the last output nothing goes in and nothing comes out."""
    shop.ask("production.consume", **use("1"))
    shop.ask("production.complete", **make("1"))
    assert refusal(shop, "production.consume", **use("1")) == "production_done"
    assert refusal(shop, "production.complete", **make("1")) == "production_done"
    cost = {"order": "MO-1", "cost_kind": "overhead", "amount": "1"}
    assert refusal(shop, "production.add_cost", **cost) == "production_done"


def test_held_flour_goes_into_nothing(shop: Shop) -> None:
    """A lot on hold is no component, also when somebody scans it."""
    shop.ask("quality.hold", lines=[{"sku": "flour", "lot": "F1"}], reason="weevils")
    assert refusal(shop, "production.consume", **use("1", lot="F1")) == "lot_held"
    (consumed,) = shop.ask("production.consume", **use("1"))
    assert isinstance(consumed, ComponentsConsumed)
    assert consumed.lines[0].takes[0].lot == "F2"


# -- gifts


def test_a_gift_leaves_with_the_price_it_is_taxed_on(shop: Shop) -> None:
    """Two cakes at 2.00 go to a customer for nothing."""
    shop.receive("cake", "10", "C")
    (given,) = shop.ask("stock.give", lines=[{"sku": "cake", "qty": "2"}], reason="开业赠送")
    assert isinstance(given, GoodsGiven)
    assert given.lines[0].market_price == 2 * MICRO
    assert shop.lying("cake") == {"C@customer": "2", "C@store/main": "8", "C@supplier": "-10"}


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"reason": ""}, "command_malformed"),
        ({"lines": []}, "command_malformed"),
        ({"lines": [{"sku": "cake", "qty": "0"}]}, "quantity_not_positive"),
        ({"lines": [{"sku": "rye", "qty": "1"}]}, "sku_unknown"),
        ({"lines": [{"sku": "plain", "qty": "1"}]}, "price_missing"),
    ],
)
def test_a_gift_has_goods_a_price_and_a_reason(shop: Shop, change: dict[str, object], key: str) -> None:
    """Goods without a price cannot be taxed."""
    shop.ask("catalogue.define_product", sku="plain", name="x", category="food", base_unit="pc")
    good: dict[str, object] = {"lines": [{"sku": "cake", "qty": "1"}], "reason": "x"}
    assert refusal(shop, "stock.give", **good | change) == key
