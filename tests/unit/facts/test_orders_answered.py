"""An order changes, and its supplier answers: what stands then, and what may not be said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shared.catalogue.projection import SUPPLIER_CONTACT
from shared.ledger.view import row
from shared.purchasing.events import OrderRevised
from shared.purchasing.projection import ORDER, ORDER_LINE
from shared.replenishment.decide import supplier_actor
from shared.replenishment.events import OrderConfirmed, OrderDeclined, OrderMessageWritten
from shared.replenishment.projection import ANSWER, CONFIRMATION, SAID
from shared.units import MICRO
from tests.support.shop import Shop
from tests.unit.facts.refusing import refusal

SUPPLIER = supplier_actor("V1")
FLOUR, CAKE = {"sku": "flour", "qty": "20"}, {"sku": "cake", "qty": "24"}


@pytest.fixture
def shop() -> Shop:
    """A shop with order P1: 20 kg of flour at 5.00 and 24 cakes, due on the 25th."""
    made = Shop().open_up()
    place = {"order": "P1", "supplier": "V1", "store": "S1", "due": "2026-11-25"}
    made.ask("purchasing.place_order", **place, lines=[FLOUR | {"unit_cost": "5"}, CAKE])
    return made


def revise(shop: Shop, revision: int = 1, **body: Any) -> list[Any]:
    return shop.ask("purchasing.revise_order", order="P1", revision=revision, reason="less is needed", **body)


def cells(shop: Shop, table: Any, *key: str) -> dict[str, Any]:
    found = row(shop.view, table, *key)
    assert found is not None
    return dict(found)


def test_a_changed_order_says_only_what_changed(shop: Shop) -> None:
    """20 become 15 at the same price, milk is added, cake stays: one fact of two lines, revision 2."""
    (fact,) = revise(shop, lines=[FLOUR | {"qty": "15"}, CAKE, {"sku": "milk", "qty": "6"}], due="2026-11-26")
    assert isinstance(fact, OrderRevised)
    assert [(line.sku, line.was, line.qty, line.unit_cost) for line in fact.lines] == [
        ("flour", 20 * MICRO, 15 * MICRO, 5 * MICRO),
        ("milk", 0, 6 * MICRO, None),
    ]
    order = cells(shop, ORDER, "P1")
    assert (order["revision"], order["due"], order["reason"]) == (2, "2026-11-26", "less is needed")
    ordered = {sku: cells(shop, ORDER_LINE, "P1", sku) for sku in ("flour", "cake", "milk")}
    assert {sku: line["ordered"] for sku, line in ordered.items()} == {
        "flour": 15 * MICRO,
        "cake": 24 * MICRO,
        "milk": 6 * MICRO,
    }
    assert {line["store"] for line in ordered.values()} == {"S1"}
    shop.ask("purchasing.cancel_order", order="P1", reason="closed")
    assert (cells(shop, ORDER, "P1")["revision"], cells(shop, ORDER, "P1")["state"]) == (3, "cancelled")


def test_two_people_do_not_overwrite_each_other(shop: Shop) -> None:
    """Who looked at revision 1 may not change revision 2."""
    revise(shop, lines=[FLOUR | {"qty": "15"}])
    again = {"order": "P1", "revision": 1, "reason": "x", "lines": [FLOUR]}
    assert refusal(shop, "purchasing.revise_order", **again) == "order_changed_meanwhile"


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"lines": []}, "order_revised_nothing"),
        ({"lines": [FLOUR]}, "order_revised_nothing"),
        ({"due": "2026-11-25"}, "order_revised_nothing"),
        ({"lines": [FLOUR | {"qty": "0"}, CAKE | {"qty": "0"}]}, "order_orders_nothing"),
        ({"lines": [FLOUR | {"qty": "-1"}]}, "number_negative"),
        ({"lines": [FLOUR | {"qty": "9"}, FLOUR | {"qty": "8"}]}, "order_line_twice"),
        ({"lines": [{"sku": "ghost", "qty": "1"}]}, "sku_unknown"),
        ({"lines": [FLOUR | {"qty": "9"}], "order": "P9"}, "order_unknown"),
        ({"lines": [FLOUR | {"qty": "9"}], "reason": ""}, "command_malformed"),
        ({"lines": [FLOUR | {"qty": "9"}], "revision": 0}, "command_malformed"),
    ],
)
def test_an_order_cannot_be_changed_like_that(shop: Shop, body: dict[str, Any], key: str) -> None:
    """Into nothing, into ghosts, without a reason: by name."""
    asked = {"order": "P1", "revision": 1, "reason": "x"} | body
    assert refusal(shop, "purchasing.revise_order", **asked) == key


def test_what_has_arrived_stays_ordered(shop: Shop) -> None:
    """Of 20, 4 are here: 3 is refused, 4 is the end of it."""
    shop.ask("stock.receive", supplier="V1", order="P1", lines=[{"sku": "flour", "qty": "4"}])
    asked = {"order": "P1", "revision": 1, "reason": "x", "lines": [FLOUR | {"qty": "3"}]}
    assert refusal(shop, "purchasing.revise_order", **asked) == "order_below_received"
    revise(shop, lines=[FLOUR | {"qty": "4"}])
    assert cells(shop, ORDER_LINE, "P1", "flour")["ordered"] == 4 * MICRO


def test_a_changed_price_above_contract_is_refused_as_when_ordering(shop: Shop) -> None:
    """R12 holds for the second version of an order too."""
    contract = {"supplier": "V1", "sku": "flour", "since": "2026-01-01", "tolerance": "0.02"}
    shop.ask("catalogue.set_contract_price", **contract, tiers=[{"unit_price": "5"}])
    asked = {"order": "P1", "revision": 1, "reason": "x", "lines": [FLOUR | {"unit_cost": "5.2"}]}
    assert refusal(shop, "purchasing.revise_order", **asked) == "price_above_contract"


def confirm(shop: Shop, lines: list[dict[str, str]], **body: Any) -> OrderConfirmed:
    asked = {"order": "P1", "due": "2026-11-25"} | body
    (fact,) = shop.ask("replenishment.confirm_order", lines=lines, **asked)
    assert isinstance(fact, OrderConfirmed)
    return fact


def test_a_later_answer_replaces_an_earlier_one_and_both_stay_to_be_seen(shop: Shop) -> None:
    """Confirmed whole, then flour a day later and short, then declined: the last word counts, three are on record."""
    first = confirm(shop, [FLOUR, CAKE], actor=SUPPLIER, at="10:00")
    assert (first.by, first.store, first.revision) == ("supplier", "S1", 1)
    later = {"sku": "flour", "qty": "18", "due": "2026-11-26"}
    confirm(shop, [later, CAKE], actor=SUPPLIER, at="10:05", note="mill repairs", revision=1)
    flour = cells(shop, CONFIRMATION, "P1", "flour")
    assert (flour["qty"], flour["due"], flour["revision"], flour["store"]) == (
        18 * MICRO,
        "2026-11-26",
        1,
        "S1",
    )
    assert cells(shop, CONFIRMATION, "P1", "cake")["due"] == "2026-11-25"
    (declined,) = shop.ask(
        "replenishment.decline_order", order="P1", reason="no lorry", actor=SUPPLIER, at="10:10"
    )
    assert isinstance(declined, OrderDeclined)
    answer = cells(shop, ANSWER, "P1")
    assert (answer["answer"], answer["note"], answer["by_whom"]) == ("declined", "no lorry", "supplier")
    said = shop.view.rows(SAID, ("P1",))
    assert sorted(str(one["what"]) for one in said.values()) == ["confirmed", "confirmed", "declined"]


def test_what_was_heard_on_the_telephone_is_the_offices_word(shop: Shop) -> None:
    """The same command by a person says so, and may be above what was ordered; nobody can pose as the supplier."""
    assert confirm(shop, [FLOUR | {"qty": "25"}]).by == "office"
    assert confirm(shop, [FLOUR], actor=supplier_actor("V2")).by == "office"


def test_a_question_changes_nothing_and_may_be_asked_of_a_cancelled_order(shop: Shop) -> None:
    """It is on record with who wrote it."""
    shop.ask("purchasing.cancel_order", order="P1", reason="closed")
    asked = {"order": "P1", "text": " Do you still need the cakes? "}
    (fact,) = shop.ask("replenishment.write_about_order", actor=SUPPLIER, **asked)
    assert isinstance(fact, OrderMessageWritten)
    assert (fact.text, fact.by, fact.revision) == ("Do you still need the cakes?", "supplier", 2)
    assert row(shop.view, ANSWER, "P1") is None


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"lines": [FLOUR | {"qty": "20.001"}]}, "confirmed_above_ordered"),
        ({"lines": [FLOUR, FLOUR]}, "order_line_twice"),
        ({"lines": [FLOUR | {"due": "2026-11-20"}]}, "due_day_odd"),
        ({"lines": [FLOUR], "due": "2028-01-01"}, "due_day_odd"),
        ({"lines": [FLOUR], "revision": 2}, "order_changed_meanwhile"),
        ({"lines": []}, "command_malformed"),
    ],
)
def test_a_supplier_cannot_answer_like_that(shop: Shop, body: dict[str, Any], key: str) -> None:
    """More than was ordered, days that cannot be, an order that has changed: by name."""
    asked = {"order": "P1", "due": "2026-11-25"} | body
    assert refusal(shop, "replenishment.confirm_order", actor=SUPPLIER, **asked) == key


def test_the_answer_stands_once_goods_arrive_and_a_cancelled_order_has_none(shop: Shop) -> None:
    """A promise made when the lorry is there is none; what head office notes is its own affair."""
    shop.ask("stock.receive", supplier="V1", order="P1", lines=[{"sku": "flour", "qty": "4"}])
    asked = {"order": "P1", "due": "2026-11-25", "lines": [FLOUR]}
    assert refusal(shop, "replenishment.confirm_order", actor=SUPPLIER, **asked) == "order_already_arrived"
    decline = {"order": "P1", "reason": "x"}
    assert refusal(shop, "replenishment.decline_order", actor=SUPPLIER, **decline) == "order_already_arrived"
    assert confirm(shop, [FLOUR]).due == date(2026, 11, 25)
    shop.ask("purchasing.cancel_order", order="P1", reason="closed")
    assert refusal(shop, "replenishment.confirm_order", **asked) == "order_already_cancelled"
    assert refusal(shop, "replenishment.decline_order", **decline) == "order_already_cancelled"
    assert refusal(shop, "replenishment.write_about_order", order="P1", text="  ") == "message_empty"
    assert refusal(shop, "replenishment.write_about_order", order="P9", text="x") == "order_unknown"


def test_where_orders_go_is_kept_and_a_mail_address_is_one(shop: Shop) -> None:
    """Left out it stays; by mail without an address, or with two in one, is refused."""
    contact = "catalogue.set_supplier_contact"
    shop.ask(contact, supplier="V1", email="orders@mill.example", delivery="email", language="en")
    shop.ask(contact, supplier="V1", delivery="email")
    kept = cells(shop, SUPPLIER_CONTACT, "V1")
    assert (kept["email"], kept["delivery"], kept["language"]) == ("orders@mill.example", "email", "zh-CN")
    assert refusal(shop, contact, supplier="V1", email="", delivery="email") == "supplier_email_missing"
    for wrong in ("a@b.example, c@d.example", "a@b\r\nBcc: c@d", "米@b.example"):
        assert refusal(shop, contact, supplier="V1", email=wrong) == "mail_address_malformed"
    assert refusal(shop, contact, supplier="V9") == "supplier_unknown"
