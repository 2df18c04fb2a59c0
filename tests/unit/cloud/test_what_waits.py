"""Lists of what waits: whole, page by page, and found without walking through what is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event as listeners

from cloud.books.payments import differences
from cloud.books.poster import Poster
from cloud.books.purchases import invoices, receipts
from cloud.books.waiting import problems, what_waits
from cloud.http import partners
from cloud.http.master import Cells, rows_by
from cloud.store.installation import Installation
from cloud.store.tenant import Reading, TenantStore
from shared.catalogue.projection import CUSTOMER
from shared.errors import DomainError
from shared.purchasing.events import InvoiceAccepted, InvoicedLine, InvoiceRecorded
from shared.stock.events import GoodsWasted, Take, TakenLine
from tests.unit.cloud.office import Office, op
from tests.unit.cloud.shop import NOW, PIECE, Shop, event, receipt


@pytest.fixture
def office(installation: Installation) -> Office:
    return Office(installation)


@pytest.fixture
def books(store: TenantStore) -> TenantStore:
    """Three receipts, one billed; three thefts undecided; four invoices owed that come before their receipts."""
    shop, hq = Shop(store, "s2"), Shop(store, "hq")
    stolen = [
        GoodsWasted(lines=(TakenLine(sku="milk", takes=(Take("L1", "main", PIECE),)),), reason="stolen")
        for _ in range(3)
    ]
    shop.log("a").record(
        *(event(receipt(name), name) for name in ("r1", "r2", "r3")),
        *(event(one, f"w{number}") for number, one in enumerate(stolen)),
    ).push()
    shop.project()
    facts = []
    for name, of in (("i1", "r1"), ("i2", "x2"), ("i3", "x3"), ("i4", "x4")):
        line = InvoicedLine(
            receipt=of,
            store="s2",
            sku="milk",
            qty=10 * PIECE,
            unit_price=PIECE,
            net=1_000,
            vat_bp=1300,
            tax=130,
        )
        said: dict[str, Any] = {"invoice": name, "number": name, "supplier": "farm"}
        said |= {"dated": date(2026, 11, 22), "lines": (line,)}
        facts += [event(InvoiceRecorded(**said), f"{name}r"), event(InvoiceAccepted(**said), name)]
    hq.log("o").record(*facts).push()
    hq.project()
    Poster(store).post_all(NOW)
    return store


Listed = Callable[[Reading, str], Any]


LISTS: dict[str, tuple[Listed, str, int]] = {
    "differences": (lambda reading, after: differences(reading, after, 1), "ref", 3),
    "problems": (lambda reading, after: problems(reading, "en", after, 1), "seq", 4),
    "receipts": (lambda reading, after: receipts(reading, "", "", False, after, 1), "receipt", 2),
    "unpaid": (lambda reading, after: invoices(reading, "unpaid", "", "", after, 1), "invoice", 4),
}


def test_lists_are_had_whole_by_their_pages_and_counted_beside(books: TenantStore) -> None:
    """Nothing twice, nothing left out, a page that nobody gave refused; two receipts without an invoice, three thefts,
    four invoices of 11.30 owed and not posted."""
    with books.reading() as reading:
        for name, (listed, key, count) in LISTS.items():
            found, after = [], ""
            while len(found) <= count:
                page = listed(reading, after)
                found += [getattr(row, key) for row in page.rows]
                if page.next is None:
                    break
                after = page.next
            assert len(found) == len(set(found)) == count, name
            with pytest.raises(DomainError, match="query_malformed"):
                listed(reading, "moon")
        told = {one.what: (one.count, one.amount) for one in what_waits(reading)}
    assert told == {
        "uninvoiced": (2, None),
        "invoice_unpaid": (4, "45.20"),
        "difference": (3, None),
        "problem": (4, None),
    }


def test_what_is_done_is_not_walked_through(books: TenantStore) -> None:
    """SQLite's own plans name the index of what waits; PostgreSQL chooses by how much there is."""
    plans: list[str] = []

    def look(_c: Any, cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        plans.extend(row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall())

    with books.reading() as reading:
        if not reading.is_sqlite:
            return
        listeners.listen(reading.connection, "before_cursor_execute", look)
        what_waits(reading)
        differences(reading, "", 1)
        receipts(reading, "", "", False, "", 1)
        invoices(reading, "unpaid", "", "", "", 1)
    for table, asked in (("received_goods", 2), ("stock_difference", 2), ("purchase_invoice", 2)):
        used = [plan for plan in plans if f"{table}_waiting" in plan]
        assert len(used) == asked, (table, plans)
    whole = (
        "received_goods USING PRIMARY KEY (tenant_id=?)",
        "stock_difference USING PRIMARY KEY (tenant_id=?)",
    )
    assert not [plan for plan in plans if any(one in plan for one in whole)], plans


def test_a_page_of_customers_costs_the_same_statements_as_one(office: Office) -> None:
    """Each with its exposure: a dozen is asked for at once, not one by one."""

    def asked(names: list[str]) -> tuple[int, list[str]]:
        statements: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, _v: Any, _context: Any, _many: bool) -> None:
            statements.append(statement)

        with office.store.reading() as reading:
            rows: list[Cells] = list(rows_by(reading, CUSTOMER, "customer", names).values())
            listeners.listen(reading.connection, "before_cursor_execute", note)
            told = partners._customers(reading, rows)
        return len(statements), [row.exposure for row in told]

    names = [f"c{number:02d}" for number in range(12)]
    office.ask(*(op("catalogue.define_customer", customer=name, name=name) for name in names))
    office.do("credit.set_limit", customer="c07", limit="100")
    office.do("accounting.record_customer_payment", customer="c07", amount="3.50", dated="2026-11-12")
    few, _ = asked(names[:1])
    many, exposures = asked(names)
    assert many == few
    assert exposures == ["-3.50" if name == "c07" else "0.00" for name in names]
