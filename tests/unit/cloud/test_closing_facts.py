"""Closing a period at head office: what stands against it is looked up there, and what stays there goes to no store."""

from __future__ import annotations

from datetime import date

import pytest

from cloud.identity import keys
from cloud.intake import audit
from cloud.store.installation import Installation
from shared.access.roles import Principal
from shared.accounting.events import DaySealed
from tests.unit.cloud.office import Mirror, Office, op
from tests.unit.cloud.shop import Shop, event, receipt

OCTOBER = {"period": "2026-10"}
SECOND = Principal(user="wang", name="Wang", role="head_office", stores=("*",))


@pytest.fixture
def office(installation: Installation) -> Office:
    made = Office(installation)
    made.open_shops()
    return made


def told(
    office: Office, kind: str, asker: Principal | None = None, **body: object
) -> tuple[str, dict[str, object]]:
    """The refusal's key and values, or nothing."""
    (result,) = office.ask(op(kind, **body)) if asker is None else office.ask(op(kind, **body), asker=asker)
    return ("", {}) if result.error is None else (result.error.key, dict(result.error.values))


def test_a_store_that_has_not_sealed_keeps_the_period_open(office: Office) -> None:
    """S1 never sealed, then up to the 30th, then the 31st: refused by name until then, whatever the client claims."""
    shop = Shop(office.store, "s1")
    log = shop.log("one")
    claimed = OCTOBER | {"obstacles": []}
    assert told(office, "accounting.close_period", **claimed) == (
        "close_store_not_sealed",
        {"period": "2026-10", "where": "s1", "told": "–", "count": 1},
    )
    log.record(event(DaySealed(through=date(2026, 10, 30)), "seal-30")).push()
    shop.project()
    assert told(office, "accounting.close_period", **claimed)[1]["told"] == "2026-10-30"
    log.record(event(DaySealed(through=date(2026, 10, 31)), "seal-31")).push(2)
    shop.project()
    assert told(office, "accounting.close_period", **claimed) == ("", {})
    assert audit.audit(office.store).findings == []


def test_negative_stock_and_a_held_invoice_are_named_and_can_be_overruled(office: Office) -> None:
    """Both stand against it; a client that claims others is not believed; force needs a reason."""
    shop = Shop(office.store, "s1")
    shop.log("one").record(event(DaySealed(through=date(2026, 10, 31)), "seal")).sell("a").push()
    shop.project()
    line = {"receipt": "r9", "sku": "milk", "qty": "1", "unit_price": "4", "rate": "0.09"}
    invoice = {"number": "N1", "supplier": "farm", "dated": "2026-10-20", "lines": [line]}
    office.do("purchasing.record_invoice", **invoice)
    key, values = told(office, "accounting.close_period", **OCTOBER)
    assert (key, values["where"], values["told"], values["count"]) == (
        "close_negative_stock",
        "s1/milk",
        "-1",
        2,
    )
    made_up = OCTOBER | {"obstacles": [{"obstacle": "moon"}], "forced": True}
    assert told(office, "accounting.close_period", **made_up)[0] == "reason_missing"
    office.do("accounting.close_period", **made_up, reason="counted by hand")
    late = invoice | {"number": "N2"}
    assert told(office, "purchasing.record_invoice", **late)[0] == "period_closed"


def test_periods_close_in_their_order_and_open_by_two(office: Office) -> None:
    """After September, October before November; opened again only by another person of head office."""
    for period in ("2026-08", "2026-09"):
        office.do("accounting.close_period", period=period)
    office.do("accounting.ask_reopen", period="2026-08", reason="wrong rate")
    assert told(office, "accounting.reopen_period", period="2026-08")[0] == "reopen_needs_another"
    assert told(office, "accounting.reopen_period", SECOND, period="2026-08") == ("", {})
    key, values = told(office, "accounting.close_period", **OCTOBER)
    assert (key, values["where"]) == ("close_earlier_period_open", "2026-08")
    clerk = Principal(user="c", name="C", role="clerk", stores=("*",))
    assert told(office, "accounting.close_period", clerk, **OCTOBER)[0] == "not_permitted"


def test_what_stays_at_head_office_is_in_no_snapshot_and_no_feed(
    office: Office, installation: Installation
) -> None:
    """A customer's telephone number, suppliers' invoices and receipts of other stores go nowhere; the name does."""
    shop = Shop(office.store, "s1")
    mirror = Mirror(shop.known, keys_of(installation))
    mirror.take_snapshot()
    office.do("catalogue.define_customer", customer="c1", name="Canteen", phone="13800000000")
    shop.log("one").record(event(receipt("r1"), "r1")).push()
    shop.project()
    mirror.follow()
    assert mirror.tables["customer"]["c1",]["name"] == "Canteen"
    again = Mirror(shop.known, keys_of(installation))
    again.take_snapshot()
    for tables in (mirror.tables, again.tables):
        assert not {"customer_particulars", "received_goods", "purchase_invoice", "period"} & tables.keys()
        assert "13800000000" not in str(tables)
    assert audit.audit(office.store).findings == []


def keys_of(installation: Installation) -> bytes:
    with installation.home.writing() as writing:
        return keys.public_key(writing)


def test_an_invoice_meets_its_order_and_the_receipt_of_the_store(office: Office) -> None:
    """Ordered at 4.00, received in s1, invoiced at 4.00: accepted with the store; at 4.10 the rest is held."""
    lines = [{"sku": "milk", "qty": "10", "unit_cost": "4"}]
    office.do("purchasing.place_order", order="PO", supplier="farm", store="s1", lines=lines)
    shop = Shop(office.store, "s1")
    shop.log("one").record(event(receipt("r1", order="PO"), "r1")).push()
    shop.project()
    line = {"receipt": "r1", "sku": "milk", "qty": "6", "unit_price": "4", "rate": "0.09"}
    body = {"supplier": "farm", "dated": "2026-11-22"}
    assert office.do("purchasing.record_invoice", number="N1", lines=[line], **body).count == 2
    dearer = line | {"unit_price": "4.10", "qty": "4"}
    assert office.do("purchasing.record_invoice", number="N2", lines=[dearer], **body).count == 1
