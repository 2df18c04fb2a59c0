"""Purchases, money and differences as their pages read them: the three papers of a match side by side, page by page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec import structs

from cloud.app import create_app
from cloud.books.drill_down import Span
from cloud.books.poster import Poster
from cloud.books.vouchers import vouchers
from cloud.books.waiting import problems
from cloud.store.installation import Installation
from shared.stock.events import GoodsWasted, Take, TakenLine
from tests.unit.cloud.clock import Clock
from tests.unit.cloud.office import Browser, Office, key_of, op
from tests.unit.cloud.shop import NOW, PIECE, Shop, event, receipt
from tests.unit.cloud.test_http_rim import as_

NOVEMBER = "from=2026-11-01&to=2026-11-30"


@pytest.fixture
def office(installation: Installation, owner: Browser) -> Office:
    """Milk at 13 % from the farm; ordered 10 at 4.00, received in s1 on the 22nd as r1."""
    made = Office(installation)
    made.open_shops()
    made.do("catalogue.set_vat_rate", category="dairy", rate="0.13", since="2026-01-01")
    lines = [{"sku": "milk", "qty": "10", "unit_cost": "4"}]
    made.do("purchasing.place_order", order="PO", supplier="farm", store="s1", lines=lines)
    shop = Shop(installation.home)
    shop.log("one").record(event(receipt("r1", order="PO"), "r1")).push()
    shop.project()
    return made


def read(client: Browser, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def invoice(number: str, qty: str = "10", price: str = "4.00", dated: str = "2026-11-22") -> dict[str, Any]:
    line = {"receipt": "r1", "sku": "milk", "qty": qty, "unit_price": price}
    return {"number": number, "supplier": "farm", "dated": dated, "lines": [line]}


def test_a_receipt_waits_with_what_was_ordered_and_agreed(owner: Browser, office: Office) -> None:
    """Ten ordered at 4.00 and received; billed four, six are left; billed ten, it is off the list and still there."""
    (row,) = read(owner, "/v1/purchases/receipts?supplier=farm")["rows"]
    (line,) = row["lines"]
    assert (row["receipt"], row["store"], row["order"], row["supplier_name"]) == ("r1", "s1", "PO", "Farm")
    assert (
        line["ordered"],
        line["received"],
        line["left"],
        line["agreed"],
        line["agreed_by"],
        line["rate"],
    ) == (
        "10",
        "10",
        "10",
        "4",
        "order",
        "0.13",
    )
    office.do("purchasing.record_invoice", **invoice("N1", qty="4"))
    assert read(owner, "/v1/purchases/receipts")["rows"][0]["lines"][0]["left"] == "6"
    office.do("purchasing.record_invoice", **invoice("N2", qty="6"))
    assert read(owner, "/v1/purchases/receipts")["rows"] == []
    assert len(read(owner, "/v1/purchases/receipts?every=true")["rows"]) == 1


def test_a_contract_says_what_was_agreed_where_no_order_does(owner: Browser, office: Office) -> None:
    """5.00 with 2 %: both told, so that the page can say it before the server does."""
    price = {"supplier": "farm", "sku": "milk", "since": "2026-01-01", "tolerance": "0.02"}
    office.do("catalogue.set_contract_price", **price, tiers=[{"min_qty": "0", "unit_price": "5.00"}])
    shop = Shop(office.store, "s2")
    shop.log("two").record(event(receipt("r2"), "r2")).push()
    shop.project()
    rows = {row["receipt"]: row for row in read(owner, "/v1/purchases/receipts")["rows"]}
    line = rows["r2"]["lines"][0]
    assert (line["agreed"], line["agreed_by"], line["tolerance"], line["ordered"]) == (
        "5",
        "contract",
        "0.02",
        None,
    )
    (contract,) = read(owner, "/v1/master/contracts")["rows"]
    assert (contract["supplier_name"], contract["name"], contract["tolerance"], contract["tiers"]) == (
        "Farm",
        "Milk",
        "0.02",
        [{"min_qty": "0", "unit_price": "5"}],
    )


def test_a_held_invoice_stands_beside_order_and_receipt(owner: Browser, office: Office) -> None:
    """At 4.10 it is held, told why; accepted ones wait to be paid, less what was paid, due by the terms."""
    office.do("catalogue.set_supplier_terms", supplier="farm", terms_days=30)
    office.do("purchasing.record_invoice", **invoice("N1", qty="4", price="4.10"))
    (held,) = read(owner, "/v1/purchases/invoices?state=held")["rows"]
    assert held["mismatches"] == [
        {"line": 0, "difference": "price_above_order", "known": "4", "given": "4.1"}
    ]
    (line,) = held["lines"]
    assert (line["ordered"], line["order_price"], line["kept"], line["qty"], line["rate"]) == (
        "10",
        "4",
        "10",
        "4",
        "0.13",
    )
    accepted = office.do("purchasing.record_invoice", **invoice("N2", qty="6"))
    name = accepted.op_id.replace("-", "")
    paid = {"supplier": "farm", "amount": "7.12", "dated": "2026-11-12"}
    office.do("accounting.pay_supplier", **paid, invoices=[{"invoice": name, "amount": "7.12"}])
    (unpaid,) = read(owner, "/v1/purchases/invoices?state=unpaid&supplier=farm")["rows"]
    assert (unpaid["net"], unpaid["tax"], unpaid["paid"], unpaid["left"], unpaid["due"]) == (
        "24.00",
        "3.12",
        "7.12",
        "20.00",
        "2026-12-22",
    )
    assert read(owner, "/v1/purchases/invoices?number=N2")["rows"][0]["number"] == "N2"
    assert read(owner, "/v1/master/suppliers")["rows"][0]["terms_days"] == 30
    (row,) = read(owner, f"/v1/books/money?{NOVEMBER}")["rows"]
    assert (row["kind"], row["partner_name"], row["amount"]) == ("accounting.supplier_paid", "Farm", "7.12")
    assert read(owner, f"/v1/books/money?{NOVEMBER}&kind=accounting.customer_paid")["rows"] == []


def test_lists_are_turned_page_by_page(owner: Browser, office: Office) -> None:
    """Nothing twice and nothing left out; a page nobody gave is refused."""
    for number in range(3):
        office.do("purchasing.record_invoice", **invoice(f"N{number}", qty="1", dated=f"2026-11-1{number}"))
        cost = {"supplier": "farm", "dated": f"2026-11-1{number}", "net": "3", "shared_by": "quantity"}
        office.do("purchasing.allocate_landed_cost", **cost, lines=[{"receipt": "r1", "sku": "milk"}])
        spent = {"net": f"1{number}", "dated": f"2026-11-1{number}"}
        office.do("accounting.record_expense", **spent)
    shop = Shop(office.store, "s2")
    shop.log("two").record(*(event(receipt(name), name) for name in ("r2", "r3"))).push()
    shop.project()
    for path, key, count in (
        ("/v1/purchases/invoices?", "invoice", 3),
        ("/v1/purchases/landed-costs?", "cost", 3),
        ("/v1/purchases/receipts?every=true&", "receipt", 3),
        (f"/v1/books/money?{NOVEMBER}&", "document", 3),
    ):
        found, after = [], ""
        while True:
            page = read(owner, f"{path}limit=1&after={after}")
            found += [row[key] for row in page["rows"]]
            after = page.get("next", "")
            if not after:
                break
        assert len(found) == len(set(found)) == count, path
        assert key_of(owner.get(f"{path}after=moon")) == "query_malformed"


def test_what_was_found_missing_waits_at_cost_until_it_is_decided(owner: Browser, office: Office) -> None:
    """Two stolen of ten; decided, it is gone from the list."""
    stolen = GoodsWasted(
        lines=(TakenLine(sku="milk", takes=(Take("L1", "main", 2 * PIECE),)),), reason="stolen"
    )
    shop = Shop(office.store, "s2")
    shop.log("two").record(event(receipt("r2"), "r2"), event(stolen, "w")).push()
    shop.project()
    Poster(office.store).post_all(NOW)
    (row,) = read(owner, "/v1/books/differences")["rows"]
    assert (row["store"], row["gain"]) == ("s2", None)
    assert row["loss"] is not None
    decided = {
        "store": "s2",
        "of": [row["ref"]],
        "direction": "loss",
        "reason": "insured",
        "dated": "2026-11-12",
    }
    office.do("accounting.dispose_pending", **decided)
    assert read(owner, "/v1/books/differences")["rows"] == []


def test_the_terms_of_the_books_are_told_and_what_has_no_rate(owner: Browser, office: Office) -> None:
    """Dairy has its rate, tea (of no category) none; policy, costing and kind stand with their day."""
    shop = Shop(office.store, "s2")
    shop.log("two").record(event(receipt("r2", sku="tea"), "r2")).push()
    shop.project()
    Poster(office.store).post_all(NOW)
    office.do("catalogue.set_costing_method", category="dairy", method="fifo", since="2026-12-01")
    office.do("catalogue.set_item_kind", sku="milk", item_kind="raw", since="2026-12-01")
    office.do("accounting.set_policy", since="2026-12-01", taxpayer="small_scale", surtax_factor="0.5")
    told = read(owner, "/v1/books/terms")
    assert [(row["category"], row["value"], row["since"]) for row in told["vat"]] == [
        ("dairy", "0.13", "2026-01-01")
    ]
    assert [(row["category"], row["value"]) for row in told["costing"]] == [("dairy", "fifo")]
    assert [(row["name"], row["value"]) for row in told["kinds"]] == [("Milk", "raw")]
    (policy,) = told["policies"]
    assert (policy["taxpayer"], policy["urban_construction"], policy["surtax_factor"]) == (
        "small_scale",
        "0.07",
        "0.5",
    )
    assert [row["sku"] for row in told["unrated"]] == ["tea"]


def test_customers_say_how_far_they_have_used_their_limit(
    owner: Browser, office: Office, installation: Installation
) -> None:
    """Head office staff see the limit and not the telephone."""
    office.do("catalogue.define_customer", customer="c1", name="Canteen", phone="13800000000")
    office.do("credit.set_limit", customer="c1", limit="1000", terms_days=30)
    (row,) = read(owner, "/v1/master/customers")["rows"]
    assert (row["phone"], row["limit"], row["terms_days"], row["exposure"]) == (
        "13800000000",
        "1000.00",
        30,
        "0.00",
    )
    with Browser(create_app(installation)) as client:
        as_(client, owner, "wang", "head_office", "*")
        assert "phone" not in client.get("/v1/master/customers").json()["rows"][0]
    with Browser(create_app(installation)) as client:
        as_(client, owner, "li", "store_manager", "s1")
        assert key_of(client.get("/v1/purchases/invoices")) == "not_permitted"


def test_an_invoice_of_the_receipts_own_day_is_posted_after_it(office: Office, clock: Clock) -> None:
    """Seven in the morning in Shanghai, still yesterday in UTC: no document waits, and the voucher is of that day."""
    clock.now_ms = int(datetime(2026, 11, 21, 23, 0, tzinfo=UTC).timestamp() * 1000)
    asked = op("purchasing.record_invoice", **invoice("N1", price="3.90"))
    (result,) = office.ask(structs.replace(asked, at_ms=clock.now_ms))
    assert result.state == "accepted"
    Poster(office.store).post_all(clock.now_ms)
    with office.store.reading() as reading:
        assert problems(reading, "en", "", 10).rows == []
        posted = vouchers(reading, Span(date(2026, 11, 1), date(2026, 11, 30)), "", "", "", 10)
    assert [(row.kind, row.business_date) for row in posted.rows] == [("purchase_invoice", "2026-11-22")]
