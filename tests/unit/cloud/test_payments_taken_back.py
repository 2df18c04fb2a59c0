"""Payments taken back in red: what they had settled is open again, what was promised counts it, the books hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cloud.books.drill_down import span_of
from cloud.books.payments import money
from cloud.books.poster import Poster
from cloud.books.proofs import prove
from cloud.books.purchases import invoices
from cloud.intake import audit
from cloud.store.book_tables import VOUCHER
from cloud.store.engine import sqlite_url
from cloud.store.installation import Installation
from cloud.store.tenant import mine
from cloud.store.view import CloudView
from shared.accounting.events import CustomerPaid
from shared.credit.exposure import Exposure, exposure_of
from tests.unit.cloud.office import Office, op
from tests.unit.cloud.shop import NOW, Log, Shop, event, receipt
from tests.unit.cloud.test_books import balances
from tests.unit.cloud.test_credit_at_office import on_account
from tests.unit.cloud.test_statements import dated

TODAY = "2026-11-18"
"""The office's clock."""


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Vouchers and reversals themselves are tested on both kinds of database."""
    return sqlite_url(tmp_path / "cloud.db")


@pytest.fixture
def office(installation: Installation) -> Office:
    """Ten milk from the farm in s1, billed at 45.20 with tax; the canteen may owe 100.00 and owes 40.00 at s1."""
    made = Office(installation)
    made.open_shops()
    made.do("catalogue.set_vat_rate", category="dairy", rate="0.13", since="2026-01-01")
    made.do("catalogue.define_customer", customer="c1", name="Canteen")
    made.do("credit.set_limit", customer="c1", limit="100")
    made.do("credit.lease", store="s1", customer="c1", amount="60")
    return made


def shop_of(office: Office) -> tuple[Shop, Log]:
    shop = Shop(office.store, "s1")
    log = shop.log("one").record(event(receipt("r1"), "r1"), on_account("a", 4_000))
    log.push()
    shop.project()
    return shop, log


def settled(office: Office) -> None:
    """Everything posted, the books hold, and every row is what its facts say."""
    Poster(office.store).post_all(NOW)
    proof = prove(office.store)
    assert proof.holds, proof
    assert audit.audit(office.store).findings == []


def the(office: Office, kind: str) -> dict[str, Any]:
    """The name of the newest voucher of a kind."""
    with office.store.reading() as reading:
        rows = reading.all(
            select(VOUCHER.c.log_id, VOUCHER.c.seq)
            .where(mine(VOUCHER), VOUCHER.c.kind == kind)
            .order_by(VOUCHER.c.seq)
        )
    return {"log": bytes(rows[-1].log_id).hex(), "seq": rows[-1].seq}


def take_back(office: Office, voucher: dict[str, Any], day: str = TODAY) -> str:
    (result,) = office.ask(op("accounting.reverse_voucher", **voucher, dated=day, reason="twice"))
    return "" if result.error is None else result.error.key


def paid_and_left(office: Office) -> list[tuple[str, str]]:
    with office.store.reading() as reading:
        return [(row.paid, row.left) for row in invoices(reading, "", "farm", "", "", 10).rows]


def exposure(office: Office) -> Exposure:
    with office.store.reading() as reading:
        return exposure_of(CloudView(reading), "c1")


def test_a_supplier_is_unpaid_again_and_can_be_paid_once_more(office: Office) -> None:
    """45.20 paid, 40.00 of it on the invoice: taken back nothing is paid; twice is refused; paid anew it is paid."""
    shop_of(office)
    line = {"receipt": "r1", "sku": "milk", "qty": "10", "unit_price": "4.00"}
    billed = office.do(
        "purchasing.record_invoice", number="N1", supplier="farm", dated="2026-11-22", lines=[line]
    )
    name = billed.op_id.replace("-", "")
    pay: dict[str, Any] = {"supplier": "farm", "amount": "45.20", "dated": "2026-11-12"}
    pay["invoices"] = [{"invoice": name, "amount": "40.00"}]
    office.do("accounting.pay_supplier", **pay)
    settled(office)
    owed = balances(office.store)
    assert paid_and_left(office) == [("40.00", "5.20")]
    assert take_back(office, the(office, "supplier_payment"), "2026-11-11") == "reversal_too_early"
    assert take_back(office, the(office, "supplier_payment")) == ""
    settled(office)
    assert paid_and_left(office) == [("0.00", "45.20")]
    now = balances(office.store)
    assert now.get("1002", 0) == owed.get("1002", 0) + 4_520
    assert now.get("220201", 0) == owed.get("220201", 0) - 4_520
    assert take_back(office, the(office, "supplier_payment")) == "reversed_already"
    assert take_back(office, the(office, "reversal")) == "not_reversible"
    pay["invoices"] = [{"invoice": name, "amount": "45.20"}]
    office.do("accounting.pay_supplier", **pay)
    (again,) = office.ask(op("accounting.pay_supplier", **pay))
    assert again.error is not None
    assert again.error.key == "payment_above_invoice"
    settled(office)
    assert paid_and_left(office) == [("45.20", "0.00")]
    with office.store.reading() as reading:
        span = span_of(date(2026, 11, 1), date(2026, 11, 30), date(2026, 11, 18))
        told = [(row.kind, row.amount, row.partner) for row in money(reading, span, "", "", 10).rows]
    assert told == [
        ("accounting.voucher_reversed", "-45.20", "farm"),
        ("accounting.supplier_paid", "45.20", "farm"),
        ("accounting.supplier_paid", "45.20", "farm"),
    ]


def test_a_customer_owes_again_and_no_more_is_promised_than_the_limit(office: Office) -> None:
    """40.00 owed and 30.00 paid at head office free 30.00 of the limit; taken back they are taken again (R12)."""
    shop_of(office)
    office.do("accounting.record_customer_payment", customer="c1", amount="30", dated="2026-11-12")
    settled(office)
    assert (exposure(office).exposure, exposure(office).committed) == (1_000, 3_000)
    assert take_back(office, the(office, "customer_payment")) == ""
    settled(office)
    assert (exposure(office).exposure, exposure(office).committed) == (4_000, 6_000)
    lease: dict[str, Any] = {"store": "s2", "customer": "c1"}
    (refused,) = office.ask(op("credit.lease", **lease, amount="40.01"))
    assert refused.error is not None
    assert (refused.error.key, refused.error.values["over"]) == ("credit_limit_exceeded", "0.01")
    office.do("credit.lease", **lease, amount="40")


def test_what_a_till_took_is_taken_back_though_its_store_may_lend_it_again(office: Office) -> None:
    """15.00 paid at s1's till, which may then sell 35.00 more on account; taken back, 75.00 are promised, not 60.00."""
    shop, log = shop_of(office)
    paid = CustomerPaid(
        payment="p1",
        customer="c1",
        amount=1_500,
        method="cash",
        at_till=True,
        store="s1",
        dated=date(2026, 11, 12),
    )
    log.record(dated(date(2026, 11, 12), paid, "p1")).push(3)
    shop.project()
    settled(office)
    assert (exposure(office).exposure, exposure(office).committed) == (2_500, 6_000)
    assert take_back(office, the(office, "customer_payment")) == ""
    # The store sells on account all that it believes to have left: 60.00 - 40.00 + 15.00.
    log.record(on_account("b", 3_500)).push(4)
    shop.project()
    settled(office)
    told = exposure(office)
    assert told.exposure == 4_000 + 3_500
    assert told.committed == 7_500 <= told.limit
    assert balances(office.store)["1122"] == 7_500


def test_a_payment_of_a_closed_month_that_comes_late_is_taken_back_in_an_open_one(office: Office) -> None:
    """Dated October, arrived after its closing and posted in November; October takes nothing, November all of it."""
    shop, log = shop_of(office)
    settled(office)
    office.do("accounting.close_period", period="2026-10", forced=True, reason="the node is being repaired")
    day = date(2026, 10, 30)
    paid = CustomerPaid(
        payment="p1", customer="c1", amount=1_000, method="bank", at_till=True, store="s1", dated=day
    )
    log.record(dated(day, paid, "p1")).push(3)
    shop.project()
    settled(office)
    before = balances(office.store)
    assert exposure(office).exposure == 3_000
    assert take_back(office, the(office, "customer_payment"), "2026-10-31") == "period_closed"
    assert exposure(office).exposure == 3_000
    assert take_back(office, the(office, "customer_payment"), "2026-11-17") == ""
    settled(office)
    assert exposure(office).exposure == 4_000
    after = balances(office.store)
    assert (after["1122"], after.get("1002", 0)) == (before["1122"] + 1_000, before["1002"] - 1_000)
    with office.store.reading() as reading:
        (red,) = reading.all(
            select(VOUCHER.c.posting_date).where(mine(VOUCHER), VOUCHER.c.kind == "reversal")
        )
    assert red.posting_date == "2026-11-17"
