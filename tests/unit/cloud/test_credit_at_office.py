"""Credit through the real line: promised at head office, fed to its store alone, told back by sales, rebuilt alike."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cloud.identity import keys
from cloud.intake import audit, projector
from cloud.store import migrate
from cloud.store.installation import Installation
from cloud.store.projected import table_of
from cloud.store.tenant import mine
from cloud.store.view import CloudView
from shared.access.roles import Principal
from shared.accounting.events import CustomerPaid
from shared.credit.events import CreditGivenBack
from shared.credit.exposure import Exposure, exposure_of
from shared.credit.projection import CREDIT, CUSTOMER_ORDER
from shared.sales.events import SaleRecorded, SoldLine, Tender
from shared.stock.events import Take
from tests.unit.cloud.office import Mirror, Office, op
from tests.unit.cloud.shop import DAY, NOW, PIECE, Shop, event


@pytest.fixture
def office(installation: Installation) -> Office:
    made = Office(installation)
    made.open_shops()
    made.do("catalogue.define_customer", customer="c1", name="Canteen")
    made.do("credit.set_limit", customer="c1", limit="100", terms_days=30)
    return made


def on_account(number: str, amount: int, order: str = "") -> bytes:
    line = SoldLine(
        sku="milk", qty=PIECE, unit_price=amount * 10_000, amount=amount, takes=(Take("L1", "main", PIECE),)
    )
    tenders = (Tender(kind="credit", amount=amount),)
    sale = SaleRecorded(sale=number, lines=(line,), tenders=tenders, customer="c1", customer_order=order)
    return event(sale, number)


def exposure(office: Office) -> Exposure:
    with office.store.reading() as reading:
        return exposure_of(CloudView(reading), "c1")


def refusal(office: Office, kind: str, **body: object) -> str:
    (result,) = office.ask(op(kind, **body))
    return "" if result.error is None else result.error.key


def test_a_slice_goes_down_and_what_was_owed_comes_up(office: Office, installation: Installation) -> None:
    """60.00 leased to s1 and 30.00 ordered there: 10.00 are left to promise; the other store hears of neither."""
    one, two = Shop(office.store, "s1"), Shop(office.store, "s2")
    with installation.home.writing() as writing:
        public_key = keys.public_key(writing)
    office.do("credit.lease", store="s1", customer="c1", amount="60")
    lines = [{"sku": "milk", "qty": "6", "unit_price": "5"}]
    office.do("credit.place_customer_order", order="PO", customer="c1", store="s1", lines=lines)
    assert (
        refusal(office, "credit.lease", store="s2", customer="c1", amount="10.01") == "credit_limit_exceeded"
    )
    mirrors = [Mirror(shop.known, public_key) for shop in (one, two)]
    for mirror in mirrors:
        mirror.take_snapshot()
    assert mirrors[0].tables["credit_lease"]["s1", "c1"] == {"leased": 6_000, "recall": None}
    assert mirrors[0].tables["customer_order"]["PO",]["reserved"] == 3_000
    assert not mirrors[1].tables.get("credit_lease")
    assert not mirrors[1].tables.get("customer_order")
    assert not any("credit" in mirror.tables for mirror in mirrors)
    paid = CustomerPaid(
        payment="p1", customer="c1", amount=1_500, method="cash", at_till=True, store="s1", dated=DAY
    )
    log = one.log("a").record(on_account("a", 4_000), on_account("b", 2_000, "PO"), event(paid, "p1"))
    log.push()
    one.project()
    assert exposure(office) == Exposure(
        limit=10_000, receivable=-1_500, unbilled=6_000, open_orders=1_000, committed=9_000
    )
    office.do("credit.bill_customer", customer="c1", number="F1", amount="60", dated="2026-11-18")
    assert exposure(office).receivable == 4_500
    log.record(event(CreditGivenBack(customer="c1", amount=3_500, recall="r"), "back")).push(4)
    one.project()
    told = exposure(office)
    assert (told.exposure, told.committed) == (5_500, 5_500)
    assert refusal(office, "credit.lease", store="s2", customer="c1", amount="45") == ""
    assert audit.audit(office.store).findings == []


def test_a_batch_of_orders_cannot_exceed_together_what_one_could_not(office: Office) -> None:
    """Two orders of 60.00 in one call: the first is open, the second held, because each sees the one before."""
    lines = [{"sku": "milk", "qty": "12", "unit_price": "5"}]
    body = {"customer": "c1", "store": "s1", "lines": lines}
    results = office.ask(
        op("credit.place_customer_order", order="A", **body),
        op("credit.place_customer_order", order="B", **body),
    )
    assert [result.state for result in results] == ["accepted", "accepted"]
    table = table_of(CUSTOMER_ORDER)
    with office.store.reading() as reading:
        states = {row.order_id: row.state for row in reading.all(select(table).where(mine(table)))}
    assert states == {"A": "open", "B": "held"}
    assert refusal(office, "credit.release_customer_order", order="B") == "credit_limit_exceeded"
    manager = Principal(user="m", name="M", role="store_manager", stores=("*",))
    (result,) = office.ask(op("credit.set_limit", customer="c1", limit="1000"), asker=manager)
    assert result.error is not None
    assert result.error.key == "not_permitted"


def test_exposure_made_again_from_the_logs_is_what_it_was(office: Office, installation: Installation) -> None:
    """Every table dropped and filled anew: the same sums of the same customer."""
    shop = Shop(office.store, "s1")
    office.do("credit.lease", store="s1", customer="c1", amount="60")
    shop.log("a").record(on_account("a", 4_000)).push()
    shop.project()
    table = table_of(CREDIT)

    def sums() -> list[tuple[object, ...]]:
        shown = [column for column in table.c if column.name != "ver"]
        with office.store.reading() as reading:
            return [tuple(row) for row in reading.all(select(*shown).where(mine(table)))]

    before = sums()
    with installation.database.writing() as connection:
        migrate.rebuild(connection)
    assert projector.project_all(office.store, NOW) > 0
    assert sums() == before
    assert len(before) == 1
