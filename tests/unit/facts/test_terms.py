"""Partners and terms: what holds from which day, contract prices at order and at the door, R12's numbers."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.access.labels import PERSONAL, SUPPLIER_PRICE, visible
from shared.catalogue.events import CustomerDefined, ItemKind
from shared.catalogue.projection import CUSTOMER, CUSTOMER_PARTICULARS
from shared.catalogue.terms import Contract, contract_price, costing_method, item_kind, vat_bp
from shared.ledger.projection import projected_tables
from shared.ledger.view import row
from shared.purchasing.events import OrderPlaced, PriceQuestioned
from shared.stock.events import GoodsReceived
from shared.units import MICRO
from tests.support.shop import TODAY, Shop
from tests.unit.facts.refusing import refusal

YUAN = MICRO


@pytest.fixture
def shop() -> Shop:
    return Shop().open_up()


def contract(shop: Shop, *tiers: tuple[str, str], since: str = "2026-01-01", **more: object) -> None:
    shop.ask(
        "catalogue.set_contract_price",
        supplier="V1",
        sku="flour",
        since=since,
        tiers=[{"min_qty": qty, "unit_price": price} for qty, price in tiers],
        **more,
    )


def order(price: str | None = None, qty: str = "10") -> dict[str, object]:
    line = {"sku": "flour", "qty": qty} | ({} if price is None else {"unit_cost": price})
    return {"supplier": "V1", "store": "S1", "lines": [line]}


# -- customers


def test_a_customers_particulars_stay_at_head_office(shop: Shop) -> None:
    """Stores get the name; phone, address and tax number are labelled and their table goes to no store."""
    shop.ask(
        "catalogue.define_customer", customer="C1", name="食堂", phone="138", address="路 1", tax_number="T"
    )
    assert row(shop.view, CUSTOMER, "C1") == {"name": "食堂"}
    assert not CUSTOMER_PARTICULARS.fed
    (defined,) = [fact for fact in shop.facts if isinstance(fact, CustomerDefined)]
    assert visible(defined, frozenset()) == {"customer": "C1", "name": "食堂"}
    assert visible(defined, frozenset((PERSONAL,)))["tax_number"] == "T"


def test_particulars_that_are_left_out_stay(shop: Shop) -> None:
    """Who may not see a phone number does not erase it by editing the name."""
    shop.ask("catalogue.define_customer", customer="C1", name="食堂", phone="138")
    shop.ask("catalogue.define_customer", customer="C1", name="大食堂", address="路 1")
    assert row(shop.view, CUSTOMER_PARTICULARS, "C1") == {"phone": "138", "address": "路 1", "tax_number": ""}


def test_supplier_terms_need_a_supplier(shop: Shop) -> None:
    """Thirty days for one we know; nobody else has terms."""
    shop.ask("catalogue.set_supplier_terms", supplier="V1", terms_days=30, deductible=False)
    assert refusal(shop, "catalogue.set_supplier_terms", supplier="V9", terms_days=30) == "supplier_unknown"


# -- how goods stand in the books


def test_kind_and_costing_hold_from_their_first_day(shop: Shop) -> None:
    """Merchandise at moving average until something else is said, and that from its day on only."""
    shop.ask("catalogue.set_item_kind", sku="flour", item_kind="raw", since="2026-11-01")
    shop.ask("catalogue.set_costing_method", category="food", method="fifo", since="2026-12-01")
    kinds = [item_kind(shop.view, "flour", day) for day in (date(2026, 10, 31), date(2026, 11, 1))]
    methods = [costing_method(shop.view, "food", day) for day in (date(2026, 11, 30), date(2026, 12, 1))]
    assert (kinds, methods) == (["merchandise", "raw"], ["moving_average", "fifo"])


def test_a_skus_own_rate_comes_before_its_categorys(shop: Shop) -> None:
    """13 % for food, 9 % for flour, 0 before either was set."""
    shop.ask("catalogue.set_vat_rate", category="food", rate="0.13", since="2026-01-01")
    shop.ask("catalogue.set_vat_rate", sku="flour", rate="0.09", since="2026-06-01")
    days = (date(2025, 12, 31), date(2026, 5, 31), date(2026, 6, 1))
    assert [vat_bp(shop.view, "flour", day) for day in days] == [None, 1300, 900]
    assert vat_bp(shop.view, "milk", TODAY) == 1300


def close(shop: Shop, period: str) -> None:
    shop.ask("accounting.close_period", period=period)


@pytest.mark.parametrize(
    ("kind", "body", "key"),
    [
        ("set_item_kind", {"sku": "flour", "item_kind": "raw"}, "since_missing"),
        ("set_item_kind", {"sku": "flour", "item_kind": "raw", "since": "2026-11-02"}, "since_not_period_start"),
        ("set_item_kind", {"sku": "rye", "item_kind": "raw", "since": "2026-11-01"}, "sku_unknown"),
        ("set_item_kind", {"sku": "flour", "item_kind": "gold", "since": "2026-11-01"}, "command_malformed"),
        ("set_item_kind", {"sku": "flour", "item_kind": "raw", "since": "2026-10-01"}, "period_closed"),
        ("set_costing_method", {"category": "food", "method": "fifo"}, "since_missing"),
        ("set_costing_method", {"category": "toys", "method": "fifo", "since": "2026-11-01"}, "category_unknown"),
        ("set_costing_method", {"category": "food", "method": "lifo", "since": "2026-11-01"}, "command_malformed"),
        ("set_costing_method", {"category": "food", "method": "fifo", "since": "2026-11-15"}, "since_not_period_start"),
        ("set_costing_method", {"category": "food", "method": "fifo", "since": "2026-10-01"}, "period_closed"),
        ("set_vat_rate", {"sku": "flour", "rate": "0.09"}, "rate_without_date"),
        ("set_vat_rate", {"rate": "0.09", "since": "2026-11-01"}, "rate_of_sku_or_category"),
        ("set_vat_rate", {"sku": "flour", "category": "food", "rate": "0.09", "since": "2026-11-01"},
         "rate_of_sku_or_category"),
        ("set_vat_rate", {"sku": "flour", "rate": "9", "since": "2026-11-01"}, "fraction_out_of_range"),
        ("set_vat_rate", {"sku": "flour", "rate": "-0.01", "since": "2026-11-01"}, "fraction_out_of_range"),
        ("set_vat_rate", {"sku": "flour", "rate": "0.00001", "since": "2026-11-01"}, "fraction_out_of_range"),
        ("set_vat_rate", {"sku": "rye", "rate": "0.09", "since": "2026-11-01"}, "sku_unknown"),
        ("set_vat_rate", {"category": "toys", "rate": "0.09", "since": "2026-11-01"}, "category_unknown"),
        ("set_vat_rate", {"sku": "flour", "rate": "0.09", "since": "2026-10-05"}, "period_closed"),
    ],
)  # fmt: skip
def test_what_would_rewrite_values_is_refused(
    shop: Shop, kind: str, body: dict[str, object], key: str
) -> None:
    """No date, a day inside a month, a closed month, a fraction that is none: each by its name, nothing recorded."""
    close(shop, "2026-10")
    assert refusal(shop, f"catalogue.{kind}", **body) == key


def test_the_past_of_a_costing_method_is_history(shop: Shop) -> None:
    """A second change must lie after the first."""
    shop.ask("catalogue.set_costing_method", category="food", method="fifo", since="2026-11-01")
    body = {"category": "food", "method": "moving_average", "since": "2026-11-01"}
    assert refusal(shop, "catalogue.set_costing_method", **body) == "since_not_later"
    shop.ask("catalogue.set_costing_method", **body | {"since": "2026-12-01"})


# -- contract prices


def test_prices_go_by_quantity_and_day(shop: Shop) -> None:
    """From 10 on 5.00, from 100 on 4.50; nothing below 10; a newer contract replaces it, an ended one is none."""
    contract(shop, ("10", "5"), ("100", "4.50"), until="2026-12-31", tolerance="0.02")
    contract(shop, ("0", "4.80"), since="2026-12-01", until="2026-12-15")

    def price(qty: int, day: date = TODAY) -> int | None:
        found = contract_price(shop.view, "V1", "flour", qty * MICRO, day)
        return None if found is None else found.price

    assert [price(9), price(10), price(99), price(100)] == [None, 5 * YUAN, 5 * YUAN, 4_500_000]
    assert [price(10, date(2025, 12, 31)), price(10, date(2026, 12, 1)), price(10, date(2026, 12, 16))] == [
        None,
        4_800_000,
        None,
    ]


def test_r12_an_order_at_five_twenty_is_stopped(shop: Shop) -> None:
    """Contract 5.00 with 2 %: 5.20 is 4 % above and stopped, 5.10 passes, no price asked gets the contract's."""
    contract(shop, ("0", "5"), tolerance="0.02")
    assert refusal(shop, "purchasing.place_order", **order("5.20")) == "price_above_contract"
    assert refusal(shop, "purchasing.place_order", **order("5.100001")) == "price_above_contract"
    for price in ("5.10", "4.00", None):
        shop.ask("purchasing.place_order", **order(price))
    placed = [fact.lines[0].unit_cost for fact in shop.facts if isinstance(fact, OrderPlaced)]
    assert placed == [5_100_000, 4 * YUAN, 5 * YUAN]
    assert Contract(price=5 * YUAN, tolerance_bp=200, flags=False).deviation_bp(5_200_000) == 400


def test_a_delivery_note_above_contract_loses_its_price_not_its_goods(shop: Shop) -> None:
    """5.20 against 5.00 is refused with the reason; the same goods without a price come in."""
    contract(shop, ("0", "5"), tolerance="0.02")
    line = {"sku": "flour", "qty": "10", "unit_cost": "5.20"}
    assert refusal(shop, "stock.receive", supplier="V1", lines=[line]) == "receipt_above_contract"
    assert shop.on_hand("flour") == "0"
    shop.ask("stock.receive", supplier="V1", lines=[{"sku": "flour", "qty": "10"}])
    assert shop.on_hand("flour") == "10"


def test_one_dear_line_refuses_the_whole_receipt(shop: Shop) -> None:
    """Nothing is half booked: the cheap line waits with the dear one."""
    contract(shop, ("0", "5"))
    lines = [{"sku": "cake", "qty": "1", "unit_cost": "1"}, {"sku": "flour", "qty": "1", "unit_cost": "5.01"}]
    assert refusal(shop, "stock.receive", supplier="V1", lines=lines) == "receipt_above_contract"
    assert shop.on_hand("cake") == "0"


def test_where_the_contract_says_so_the_price_is_kept_and_flagged(shop: Shop) -> None:
    """The goods are in at 5.20, and head office has a line with both prices; a lot more does not make two lines."""
    contract(shop, ("0", "5"), tolerance="0.02", at_receipt="flag")
    lines = [
        {"sku": "flour", "qty": "10", "lot": "A", "unit_cost": "5.20"},
        {"sku": "flour", "qty": "5", "lot": "B", "unit_cost": "5.00"},
    ]
    received, questioned = shop.ask("stock.receive", supplier="V1", lines=lines)
    assert isinstance(received, GoodsReceived)
    assert received.lines[0].unit_cost == 5_200_000
    assert questioned == PriceQuestioned(
        receipt=received.receipt, sku="flour", supplier="V1", qty=15 * MICRO, price=5_200_000,
        contract_price=5 * YUAN, tolerance_bp=200,
    )  # fmt: skip
    assert "price" not in visible(questioned, frozenset())
    assert visible(questioned, frozenset((SUPPLIER_PRICE,)))["price"] == 5_200_000


def test_an_agreed_order_and_its_quantity_bind_at_the_door(shop: Shop) -> None:
    """Ordered 100 at the price for 100; half of it arrives, after the contract fell: both prices still hold."""
    contract(shop, ("0", "6"), ("100", "5"))
    shop.ask("purchasing.place_order", order="PO", **order("5", "100"))
    arriving = {"sku": "flour", "qty": "50", "unit_cost": "5"}
    shop.ask("stock.receive", order="PO", lines=[arriving])
    contract(shop, ("0", "4.80"), since="2026-11-22")
    shop.ask("stock.receive", order="PO", lines=[arriving])
    dear = arriving | {"unit_cost": "5.01"}
    assert refusal(shop, "stock.receive", order="PO", lines=[dear]) == "receipt_above_contract"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"supplier": "V9"}, "supplier_unknown"),
        ({"sku": "rye"}, "sku_unknown"),
        ({"since": None}, "since_missing"),
        ({"until": "2025-12-31"}, "until_before_since"),
        ({"tiers": []}, "command_malformed"),
        ({"tiers": [{"min_qty": "5", "unit_price": "1"}, {"min_qty": "5", "unit_price": "2"}]}, "tiers_not_rising"),
        ({"tiers": [{"min_qty": "9", "unit_price": "1"}, {"min_qty": "5", "unit_price": "2"}]}, "tiers_not_rising"),
        ({"tiers": [{"min_qty": "-1", "unit_price": "1"}]}, "number_negative"),
        ({"tiers": [{"unit_price": "0"}]}, "quantity_not_positive"),
        ({"tiers": [{"unit_price": "five"}]}, "command_malformed"),
        ({"tolerance": "1"}, "fraction_out_of_range"),
        ({"at_receipt": "burn"}, "command_malformed"),
    ],
)  # fmt: skip
def test_a_contract_that_cannot_be_is_refused(shop: Shop, change: dict[str, object], key: str) -> None:
    """Unknown partner or goods, no day, an end before the beginning, tiers out of order, prices that are none."""
    good: dict[str, object] = {
        "supplier": "V1", "sku": "flour", "since": "2026-01-01", "tiers": [{"unit_price": "5"}],
    }  # fmt: skip
    assert refusal(shop, "catalogue.set_contract_price", **good | change) == key


def test_the_tables_of_the_books_go_to_no_store() -> None:
    """Of the terms a store gets what it decides by: names, kinds, rates and contract prices."""
    fed = {table.name for table in projected_tables("cloud") if table.keeper == "cloud" and table.fed}
    assert {"customer", "vat_rate", "contract_price", "item_kind"} <= fed
    assert not fed & {"customer_particulars", "supplier_terms", "costing_method", "period"}


@given(st.integers(1, 10**9), st.integers(0, 5000), st.integers(0, 10**9))
def test_the_tolerance_is_exact(price: int, tolerance_bp: int, asked: int) -> None:
    """No rounding decides: above is above by the fractions themselves."""
    agreed = Contract(price=price, tolerance_bp=tolerance_bp, flags=False)
    assert agreed.is_above(asked) == ((asked - price) * 10_000 > price * tolerance_bp)


def test_every_kind_of_item_is_a_word_of_the_books() -> None:
    """The kinds the accounts are told apart by."""
    assert set(ItemKind.__args__) == {"merchandise", "raw", "finished", "consumable", "service"}  # type: ignore[attr-defined]
