"""Services with what they used, and packages that any store redeems without asking, within what lies with it (F47)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.credit.exposure import exposure_of
from shared.ledger.view import row
from shared.service.decide import share_of
from shared.service.events import PackageRedeemed, PackageSold, ServiceRendered, VisitsGivenBack, VisitsLeased
from shared.service.projection import PACKAGE, PACKAGE_HERE, SERVICE_DAY
from shared.units import MICRO
from tests.support.shop import Shop
from tests.unit.facts.refusing import refusal


@pytest.fixture
def shop() -> Shop:
    made = Shop().open_up()
    made.product("care", price="198.00")
    made.product("oil", base_unit="l", decimals=3, price="90.00")
    made.ask("catalogue.set_item_kind", sku="care", item_kind="service", since="2026-11-01")
    made.receive("oil", "10", "O1")
    return made


def care(qty: str = "1", used: str = "0.5", **more: object) -> dict[str, Any]:
    return {"sku": "care", "qty": qty, "used": [{"sku": "oil", "qty": used}], **more}


def card(visits: int = 10, amount: str = "3600", **more: object) -> dict[str, Any]:
    tenders = [{"kind": "bank", "amount": amount}]
    return {"package": "K1", "sku": "care", "visits": visits, "amount": amount, "tenders": tenders} | more


def redeemed(shop: Shop, visits: int = 1, package: str = "K1") -> int:
    (fact,) = shop.ask("service.redeem", package=package, visits=visits)
    assert isinstance(fact, PackageRedeemed)
    return fact.amount


def test_work_has_a_price_and_takes_what_it_used(shop: Shop) -> None:
    """Six at 198.00 with 3.5 l of oil: 1,188.00, and the oil has gone from its lot."""
    tenders = [{"kind": "wechat", "amount": "1188"}]
    (rendered,) = shop.ask("service.render", lines=[care("6", "3.5")], tenders=tenders)
    assert isinstance(rendered, ServiceRendered)
    assert (rendered.lines[0].amount, rendered.lines[0].used[0].qty) == (118_800, 3_500_000)
    assert shop.lying("oil") == {"O1@service": "3.5", "O1@store/main": "6.5", "O1@supplier": "-10"}
    day = row(shop.view, SERVICE_DAY, "2026-11-22", "care")
    assert day == {"qty": 6 * MICRO, "amount": 118_800, "visits": 0, "redeemed": 0}


def test_work_on_account_counts_against_the_slice(shop: Shop) -> None:
    """A company may owe 300.00 here: one care fits, a second does not."""
    shop.ask("catalogue.define_customer", customer="C1", name="公司")
    shop.ask("credit.set_limit", customer="C1", limit="300")
    shop.ask("credit.lease", store="S1", customer="C1", amount="300")
    owed = {"lines": [care()], "tenders": [{"kind": "credit", "amount": "198"}]}
    assert refusal(shop, "service.render", **owed) == "customer_missing"
    assert refusal(shop, "service.render", **owed, customer="C9") == "customer_unknown"
    shop.ask("service.render", **owed, customer="C1")
    assert refusal(shop, "service.render", **owed, customer="C1") == "credit_slice_exceeded"
    assert exposure_of(shop.view, "C1").exposure == 19_800


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"lines": []}, "command_malformed"),
        ({"lines": [{"sku": "rye", "qty": "1"}]}, "sku_unknown"),
        ({"lines": [{"sku": "cake", "qty": "1"}]}, "not_a_service"),
        ({"lines": [care("0")]}, "quantity_not_positive"),
        ({"lines": [care(discount="-1")]}, "number_negative"),
        ({"lines": [care(discount="999")]}, "discount_above_price"),
        ({"lines": [care(used="0.0001")]}, "quantity_too_fine"),
        ({"tenders": [{"kind": "cash", "amount": "1"}]}, "tenders_differ_from_total"),
    ],
)
def test_work_that_cannot_be_is_refused(shop: Shop, change: dict[str, object], key: str) -> None:
    """Goods are no work, and money must add up; nothing is half recorded."""
    assert refusal(shop, "service.render", **{"lines": [care()]} | change) == key
    assert shop.on_hand("oil") == "10"


def test_only_who_may_change_prices_renders_below_them(shop: Shop) -> None:
    """The list price binds a clerk here as at the till."""
    lines = [care(unit_price="100")]
    assert refusal(shop, "service.render", lines=lines, permissions=frozenset()) == "price_differs_from_list"
    shop.ask("service.render", lines=lines)


def test_a_service_is_not_sold_as_goods(shop: Shop) -> None:
    """It would go below zero in a stock it does not have."""
    assert refusal(shop, "sales.sell", lines=[{"sku": "care", "qty": "1"}]) == "service_not_goods"


# -- packages


def test_a_package_is_paid_now_and_earned_visit_by_visit(shop: Shop) -> None:
    """3,600.00 for ten: each visit is worth 360.00 and uses half a litre; after the tenth nothing is left."""
    (sold,) = shop.ask("service.sell_package", **card())
    assert isinstance(sold, PackageSold)
    assert (sold.kept, sold.kept_amount) == (10, 360_000)
    (first,) = shop.ask("service.redeem", package="K1", used=[{"sku": "oil", "qty": "0.5"}])
    assert isinstance(first, PackageRedeemed)
    assert (first.amount, first.sku, shop.on_hand("oil")) == (36_000, "care", "9.5")
    assert [redeemed(shop) for _ in range(9)] == [36_000] * 9
    assert refusal(shop, "service.redeem", package="K1") == "package_visits_short"
    left = row(shop.view, PACKAGE, "K1")
    assert left is not None
    assert (left["amount"], left["redeemed"], left["redeemed_visits"]) == (360_000, 360_000, 10)


def test_the_last_visit_takes_the_last_fen(shop: Shop) -> None:
    """100.00 for three: 33.33, 33.34, 33.33."""
    shop.ask("service.sell_package", **card(3, "100"))
    assert [redeemed(shop) for _ in range(3)] == [3_333, 3_334, 3_333]


def test_another_store_redeems_what_was_leased_to_it(shop: Shop) -> None:
    """Six of ten stay with S1; the pool's four go to S2 in two parts; nobody redeems what lies elsewhere."""
    shop.ask("service.sell_package", **card(kept=6))
    lease = {"package": "K1", "store": "S2"}
    assert refusal(shop, "service.lease_visits", **lease, visits=5) == "package_visits_short"
    (leased,) = shop.ask("service.lease_visits", **lease, visits=3)
    assert isinstance(leased, VisitsLeased)
    assert (leased.amount, leased.sku) == (108_000, "care")
    assert refusal(shop, "service.redeem", package="K1", visits=7) == "package_visits_short"
    (given,) = shop.ask("service.give_back_visits", package="K1", visits=6)
    assert given == VisitsGivenBack(package="K1", visits=6, amount=216_000)
    assert refusal(shop, "service.redeem", package="K1") == "package_visits_short"
    shop.ask("service.lease_visits", **lease, visits=7)
    other = Shop("S2")
    other.view.tables = {**shop.view.tables, "package_here": {}}
    assert [redeemed(other, visits) for visits in (4, 6)] == [144_000, 216_000]
    assert refusal(other, "service.redeem", package="K1") == "package_visits_short"
    here = row(other.view, PACKAGE_HERE, "K1")
    assert here is not None
    assert (here["visits"], here["amount"]) == (-10, -360_000)


def test_a_package_ends_on_its_day(shop: Shop) -> None:
    """Good on the day it says, not on the next."""
    shop.ask("service.sell_package", **card(expires="2026-11-23"))
    shop.ask("service.redeem", package="K1", day=date(2026, 11, 23))
    assert refusal(shop, "service.redeem", package="K1", day=date(2026, 11, 24)) == "package_expired"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"sku": "rye"}, "sku_unknown"),
        ({"sku": "cake"}, "not_a_service"),
        ({"visits": 0}, "command_malformed"),
        ({"kept": 11}, "package_visits_short"),
        ({"tenders": []}, "command_malformed"),
        ({"tenders": [{"kind": "cash", "amount": "1"}]}, "tenders_differ_from_total"),
        ({"tenders": [{"kind": "credit", "amount": "3600"}]}, "package_not_on_account"),
        ({"amount": "0", "tenders": [{"kind": "cash", "amount": "0"}]}, "amount_not_positive"),
        ({"expires": "2026-11-21"}, "package_expired"),
    ],
)
def test_a_package_that_cannot_be_is_refused(shop: Shop, change: dict[str, object], key: str) -> None:
    """Not for goods, not for nothing, not on account, not expired when it is sold, and each number once."""
    assert refusal(shop, "service.sell_package", **card() | change) == key
    shop.ask("service.sell_package", **card())
    assert refusal(shop, "service.sell_package", **card()) == "package_exists"


@pytest.mark.parametrize(
    ("kind", "body", "key"),
    [
        ("redeem", {"package": "K9"}, "package_unknown"),
        ("redeem", {"package": "K1", "visits": 0}, "command_malformed"),
        ("redeem", {"package": "K1", "used": [{"sku": "rye", "qty": "1"}]}, "sku_unknown"),
        ("give_back_visits", {"package": "K9", "visits": 1}, "package_unknown"),
        ("give_back_visits", {"package": "K1", "visits": 11}, "package_visits_short"),
        ("lease_visits", {"package": "K9", "store": "S2", "visits": 1}, "package_unknown"),
        ("lease_visits", {"package": "K1", "store": "S9", "visits": 1}, "store_unknown"),
        ("lease_visits", {"package": "K1", "store": "S2", "visits": 1}, "package_visits_short"),
    ],
)
def test_visits_nobody_has_are_refused(shop: Shop, kind: str, body: dict[str, object], key: str) -> None:
    """Unknown cards, more than there are, nothing in the pool."""
    shop.ask("service.sell_package", **card())
    assert refusal(shop, f"service.{kind}", **body) == key


@given(st.integers(1, 10**7), st.lists(st.integers(1, 5), min_size=1, max_size=30))
def test_however_visits_are_split_their_money_is_the_packages(amount: int, parts: list[int]) -> None:
    """Shares of shares: nothing negative, and to the fen what was paid."""
    visits, left, found = sum(parts), amount, []
    for part in parts:
        found.append(share_of(left, part, visits))
        left, visits = left - found[-1], visits - part
    assert sum(found) == amount
    assert min(found) >= 0
