"""Head office's books over real facts, in both databases: posted behind the projector, late ones as differences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import msgspec
import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import DBAPIError

from cloud.books.obstacles import close_state
from cloud.books.poster import Poster, Posting
from cloud.books.proofs import prove
from cloud.books.shelf import Sought, decode_entries, seek
from cloud.jobs.scheduler import JOBS, BooksDisagree
from cloud.store.book_tables import BOOK_CELL, BOOK_PROBLEM, BOOK_SKU, GL_DAY, VOUCHER
from cloud.store.installation import Installation
from cloud.store.ledger_tables import QUARANTINE
from cloud.store.projected import table_of
from cloud.store.tenant import TenantStore, Writing, mine
from shared.accounting.events import (
    CapitalPaidIn,
    ExpenseRecorded,
    PendingDisposed,
    VoucherEntered,
    VoucherLine,
)
from shared.accounting.projection import PERIOD
from shared.ledger import envelope as envelopes
from shared.ledger.envelope import Envelope
from shared.ledger.fact import Fact
from shared.production.events import ComponentsConsumed, CostAdded, OutputCompleted
from shared.purchasing.events import InvoiceAccepted, InvoicedLine
from shared.sales.events import GoodsReturned, ReturnedLine, SaleRecorded, SoldLine, Tender
from shared.service.events import PackageRedeemed, PackageSold, RenderedLine, ServiceRendered
from shared.stock.events import (
    GivenLine,
    GoodsGiven,
    GoodsReceived,
    GoodsWasted,
    LotCarried,
    OpeningRecorded,
    ReceivedLine,
    Take,
    TakenLine,
    TransferReceived,
    TransferSent,
)
from tests.support.publisher import wait_until
from tests.unit.cloud.shop import NOW, PIECE, Shop, envelope_of, some_id


def on(day: int, fact: Fact, op: str) -> bytes:
    """The stored bytes of a fact of a day in November."""
    told: Envelope = msgspec.structs.replace(envelope_of(fact, op), business_date=date(2026, 11, day))
    return envelopes.encode(told)


def received(receipt: str, pieces: int, cost: int | None, sku: str = "tea", lot: str = "") -> GoodsReceived:
    line = ReceivedLine(sku=sku, lot=lot, place="main", qty=pieces * PIECE, unit_cost=cost)
    return GoodsReceived(receipt=receipt, supplier="farm", lines=(line,))


def sold(sale: str, pieces: int, amount: int, sku: str = "tea", lot: str = "") -> SaleRecorded:
    line = SoldLine(
        sku=sku,
        qty=pieces * PIECE,
        unit_price=PIECE,
        amount=amount,
        takes=(Take(lot, "main", pieces * PIECE),),
    )
    return SaleRecorded(sale=sale, lines=(line,), tenders=(Tender(kind="wechat", amount=amount),))


def post(store: TenantStore) -> int:
    """Post all there is, and prove the books."""
    passed = Poster(store).post_all(NOW)
    proof = prove(store)
    assert proof.holds, [finding for finding in proof.findings if not finding.holds]
    assert proof.unposted == 0
    return passed


@contextmanager
def with_triggers_silenced(store: TenantStore) -> Iterator[Writing]:
    """What only somebody with the database in hand can do."""
    with store.writing() as writing:
        if writing.is_sqlite:
            for action in ("update", "delete"):
                writing.connection.exec_driver_sql(f"DROP TRIGGER voucher_no_{action}")
        else:
            writing.connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        yield writing


def vouchers(store: TenantStore) -> list[Any]:
    with store.reading() as reading:
        return list(
            reading.all(
                select(VOUCHER)
                .where(mine(VOUCHER))
                .order_by(VOUCHER.c.business_date, VOUCHER.c.node_id, VOUCHER.c.seq, VOUCHER.c.number)
            )
        )


def lines(voucher: Any) -> list[tuple[str, str, int]]:
    return [(entry.account, entry.store, entry.amount) for entry in decode_entries(bytes(voucher.entries))]


def balances(store: TenantStore) -> dict[str, int]:
    """Debit less credit by account, from the sums alone."""
    with store.reading() as reading:
        rows = reading.all(
            select(GL_DAY.c.account, func.sum(GL_DAY.c.debit - GL_DAY.c.credit).label("left"))
            .where(mine(GL_DAY))
            .group_by(GL_DAY.c.account)
        )
    return {row.account: int(row.left) for row in rows if row.left}


def cells(store: TenantStore) -> dict[Any, Any]:
    """Every value in every history."""
    with store.reading() as reading:
        rows = reading.all(select(BOOK_CELL).where(mine(BOOK_CELL)))
    return {
        (row.node_id, row.kind, row.item, bytes(row.place)): None if row.value is None else bytes(row.value)
        for row in rows
    }


def test_a_sale_and_its_goods_become_vouchers(store: TenantStore) -> None:
    """10 @ 2.00 stand at an estimate; 4 sold for 22.60 are revenue of 20.00, tax of 2.60 and a cost of 8.00."""
    shop = Shop(store)
    log = shop.log("a").record(on(1, received("r", 10, 2 * PIECE), "r"), on(2, sold("s", 4, 2260), "s"))
    log.push()
    assert post(store) == 0
    shop.project()
    assert post(store) == 2
    assert post(store) == 0
    first, second = vouchers(store)
    assert lines(first) == [("1405", "s1", 2000), ("220202", "s1", -2000)]
    assert lines(second) == [
        ("1012", "s1", 2260),
        ("500101", "s1", -2000),
        ("22210103", "s1", -260),
        ("5401", "s1", 800),
        ("1405", "s1", -800),
    ]
    assert (second.reference, second.amount, second.posting_date) == ("s", 3060, "2026-11-02")
    assert sum(balances(store).values()) == 0
    assert balances(store)["1405"] == 1200


def test_what_master_data_does_not_say_is_taken_by_policy_and_the_row_says_so(store: TenantStore) -> None:
    """A SKU nobody has defined: merchandise at its average, 13 %."""
    shop = Shop(store)
    shop.log("a").record(on(1, received("r", 1, PIECE), "r")).push()
    shop.project()
    post(store)
    with store.reading() as reading:
        (row,) = reading.all(select(BOOK_SKU).where(mine(BOOK_SKU)))
    assert (row.sku, row.assumed) == ("tea", "kind costing vat")


def test_a_late_fact_is_a_difference_and_changes_nothing_posted(store: TenantStore) -> None:
    """A receipt dated before the sale comes after it: the sale's voucher stays, a second one of its name follows."""
    shop = Shop(store)
    log = shop.log("a").record(on(1, received("r", 10, 2 * PIECE), "r"), on(3, sold("s", 4, 2260), "s"))
    log.push()
    shop.project()
    post(store)
    before = vouchers(store)
    log.record(on(2, received("late", 10, 4 * PIECE), "late"))
    log.push(3)
    shop.project()
    post(store)
    after = vouchers(store)
    assert [row for row in after if row.number == 0 and row.reference != "late"] == before
    (difference,) = [row for row in after if row.number == 1]
    assert difference.reference == "s"
    assert lines(difference) == [("1405", "s1", -400), ("5401", "s1", 400)]
    assert bytes(difference.cause)


def test_the_books_are_the_same_whatever_arrives_first(
    store: TenantStore, request: pytest.FixtureRequest
) -> None:
    """Two stores and a transfer between them; once each in its turn, once the receiver long before the sender."""
    one, two = Shop(store, "a1"), Shop(store, "b1")
    sending = one.log("a").record(
        on(1, received("r", 10, 6 * PIECE), "r"),
        on(
            2,
            TransferSent(
                transfer="t",
                to_store="b1",
                lines=(TakenLine(sku="tea", takes=(Take("", "main", 8 * PIECE),)),),
                lots=(LotCarried(sku="tea", lot="", qty=8 * PIECE),),
            ),
            "t",
        ),
        on(5, sold("s1", 2, 3000), "s1"),
    )
    arrived = ReceivedLine(sku="tea", lot="", place="main", qty=7 * PIECE)
    receiving = two.log("b").record(
        on(1, received("q", 5, 3 * PIECE), "q"),
        on(3, TransferReceived(transfer="t", from_store="a1", lines=(arrived,)), "t2"),
        on(4, sold("s2", 6, 9000), "s2"),
        on(
            4,
            GoodsReturned(
                sale="s2",
                lines=(
                    ReturnedLine(
                        sku="tea", qty=PIECE, amount=1500, lot="", place="main", disposition="restock", line=0
                    ),
                ),
            ),
            "b",
        ),
    )
    receiving.push()
    two.project()
    post(store)
    sending.push()
    two.project()
    post(store)
    late = cells(store), balances(store)
    assert max(row.number for row in vouchers(store)) == 1
    with with_triggers_silenced(store) as writing:
        for table in (
            "voucher",
            "gl_day",
            "gl_month",
            "goods_month",
            "book_cell",
            "book_cursor",
            "book_turn",
        ):
            writing.connection.exec_driver_sql(f"DELETE FROM {table}")
    post(store)
    assert {row.number for row in vouchers(store)} == {0}
    assert (cells(store), balances(store)) == late


def test_a_voucher_can_be_neither_changed_nor_deleted(store: TenantStore) -> None:
    """The database itself refuses."""
    shop = Shop(store)
    shop.log("a").record(on(1, received("r", 1, PIECE), "r")).push()
    shop.project()
    post(store)
    for statement in (VOUCHER.update().values(amount=0), VOUCHER.delete()):
        with pytest.raises(DBAPIError, match="never changed"), store.writing() as writing:
            writing.change(statement.where(mine(VOUCHER)))
    assert len(vouchers(store)) == 1


def test_a_late_fact_of_a_closed_month_is_posted_into_the_first_open_one(store: TenantStore) -> None:
    """October is closed; its sale is posted on the first of November and keeps its own day."""
    shop = Shop(store)
    with store.writing() as writing:
        table = table_of(PERIOD)
        writing.insert(table, {"period": "2026-11", "state": "closed", "ver": 1})
    shop.log("a").record(on(30, received("r", 1, PIECE), "r")).push()
    shop.project()
    post(store)
    (voucher,) = vouchers(store)
    assert (voucher.business_date, voucher.posting_date) == ("2026-11-30", "2026-12-01")


def test_what_cannot_be_posted_is_listed_until_it_can(store: TenantStore) -> None:
    """An invoice for a receipt of a store that is offline waits by name, and is posted when the store is back."""
    office, shop = Shop(store, "hq"), Shop(store)
    line = InvoicedLine(
        receipt="r",
        store="s1",
        sku="tea",
        qty=10 * PIECE,
        unit_price=3 * PIECE,
        net=3000,
        vat_bp=1300,
        tax=390,
    )
    invoice = InvoiceAccepted(
        invoice="i", number="77", supplier="farm", dated=date(2026, 11, 5), lines=(line,)
    )
    office.log("o").record(on(5, invoice, "i")).push()
    office.project()
    post(store)
    with store.reading() as reading:
        (problem,) = reading.all(select(BOOK_PROBLEM).where(mine(BOOK_PROBLEM)))
    assert problem.key == "receipt_not_in_books"
    shop.log("a").record(on(1, received("r", 10, 2 * PIECE), "r"), on(2, sold("s", 4, 2260), "s")).push()
    shop.project()
    post(store)
    with store.reading() as reading:
        assert not reading.all(select(BOOK_PROBLEM).where(mine(BOOK_PROBLEM)))
    assert balances(store)["1405"] == 1800
    assert "220202" not in balances(store)
    assert balances(store)["220201"] == -3390


def test_a_fact_in_quarantine_is_posted_when_it_is_released(store: TenantStore) -> None:
    """Set aside when the books passed it; once it has its effect it has its voucher."""
    shop = Shop(store)
    shop.log("a").record(on(1, received("r", 10, 2 * PIECE), "r"), on(2, sold("s", 4, 2260), "s")).push()
    shop.project()
    with store.writing() as writing:
        row = {
            "log_id": shop.log("a").log_id,
            "seq": 1,
            "node_id": "s1",
            "state": "held",
            "reason": "invalid",
        }
        writing.insert(QUARANTINE, row)
    post(store)
    assert [row.reference for row in vouchers(store)] == ["s"]
    with store.writing() as writing:
        writing.change(QUARANTINE.update().where(mine(QUARANTINE)).values(state="released"))
    post(store)
    assert [(row.reference, row.number) for row in vouchers(store)] == [("r", 0), ("s", 0), ("s", 1)]
    assert balances(store)["1405"] == 1200


def test_goods_without_a_price_are_worth_what_such_goods_cost_here(store: TenantStore) -> None:
    """Opening stock at 2.00, a receipt without a price, and waste by theft with its tax."""
    shop = Shop(store)
    opening = OpeningRecorded(
        lines=(ReceivedLine(sku="tea", lot="", place="main", qty=10 * PIECE, unit_cost=2 * PIECE),)
    )
    stolen = GoodsWasted(lines=(TakenLine(sku="tea", takes=(Take("", "main", 5 * PIECE),)),), reason="stolen")
    shop.log("a").record(on(1, opening, "o"), on(2, received("r", 5, None), "r"), on(3, stolen, "w")).push()
    shop.project()
    post(store)
    assert [lines(row) for row in vouchers(store)] == [
        [("1405", "s1", 2000), ("3104", "s1", -2000)],
        [("1405", "s1", 1000), ("220202", "s1", -1000)],
        [("1901", "s1", 1130), ("1405", "s1", -1000), ("22210102", "s1", -130)],
    ]


def one_day(store: TenantStore) -> None:
    shop = Shop(store)
    shop.log("a").record(on(1, received("r", 10, 2 * PIECE), "r"), on(2, sold("s", 4, 2260), "s")).push()
    shop.project()
    post(store)


TAMPERED = {
    "UPDATE voucher SET amount = amount + 1 WHERE reference = 's'": "vouchers",
    "DELETE FROM voucher WHERE reference = 's'": "sums",
    "UPDATE gl_day SET debit = debit + 1 WHERE account = '5401'": "sums",
    "DELETE FROM book_cell WHERE kind = 'stock'": "stock",
}


@pytest.mark.parametrize("statement", TAMPERED)
def test_a_proof_names_the_first_difference(store: TenantStore, statement: str) -> None:
    """A voucher that lies about its amount, one that is gone, a sum that is off, a stock ledger that forgot."""
    one_day(store)
    with with_triggers_silenced(store) as writing:
        writing.connection.exec_driver_sql(statement)
    proof = prove(store)
    assert not proof.holds
    assert TAMPERED[statement] in {finding.what for finding in proof.findings if finding.difference}


def test_the_nightly_job_is_loud_about_books_that_disagree(installation: Installation) -> None:
    """It raises with the first difference, which the schedule logs."""
    one_day(installation.home)
    job = next(job for job in JOBS if job.name == "prove the books")
    job.work(installation)
    with with_triggers_silenced(installation.home) as writing:
        writing.connection.exec_driver_sql("UPDATE gl_day SET credit = 0 WHERE account = '500101'")
    with pytest.raises(BooksDisagree, match="500101"):
        job.work(installation)


def test_the_running_office_posts_by_itself(installation: Installation) -> None:
    """The thread follows what is projected."""
    shop = Shop(installation.home)
    shop.log("a").record(on(1, received("r", 10, 2 * PIECE), "r")).push()
    shop.project()
    posting = Posting(installation)
    posting.start()
    try:
        wait_until(lambda: len(vouchers(installation.home)) == 1)
    finally:
        posting.stop()


def test_money_and_a_word_on_what_is_missing_reach_the_books(store: TenantStore) -> None:
    """Capital, an expense, a theft disposed of with compensation, and a voucher by hand."""
    shop = Shop(store)
    office = Shop(store, "hq")
    day = date(2026, 11, 3)
    stolen = GoodsWasted(lines=(TakenLine(sku="tea", takes=(Take("", "main", 5 * PIECE),)),), reason="stolen")
    shop.log("a").record(on(1, received("r", 10, 2 * PIECE), "r"), on(2, stolen, "w")).push()
    office.log("o").record(
        on(3, CapitalPaidIn(contribution="c", amount=100_00, dated=day), "c"),
        on(3, ExpenseRecorded(expense="e", net=50_00, vat_bp=900, tax=4_50, store="s1", dated=day), "e"),
        on(
            3,
            PendingDisposed(
                disposal="d",
                store="s1",
                of=(some_id("w").hex(),),
                direction="loss",
                compensation=3_00,
                reason="seen",
                dated=day,
            ),
            "d",
        ),
        on(
            3,
            VoucherEntered(
                voucher="v",
                dated=day,
                reason="accrual",
                lines=(
                    VoucherLine(account="5602", debit=1_00),
                    VoucherLine(account="2241", credit=1_00),
                ),
            ),
            "v",
        ),
    ).push()
    office.project()
    post(store)
    left = balances(store)
    assert left["1002"] == 100_00 - 54_50
    assert left["1221"] == 3_00
    assert left["5711"] == 11_30 - 3_00
    assert "1901" not in left
    assert (left["5602"], left["2241"]) == (1_00, -1_00)


def test_a_month_is_not_closed_on_facts_that_are_in_no_voucher(store: TenantStore) -> None:
    """A sale that is not posted and an invoice that cannot be stand against it; so does a stock ledger that is off."""
    shop = Shop(store)
    shop.log("a").record(on(1, received("r", 10, 2 * PIECE), "r"), on(2, sold("s", 4, 2260), "s")).push()
    shop.project()
    with store.reading() as reading:
        assert close_state(reading, "2026-10").unposted_facts == 0
        assert close_state(reading, "2026-11").unposted_facts == 2
    post(store)
    with store.reading() as reading:
        assert close_state(reading, "2026-11").unposted_facts == 0
        assert close_state(reading, "2026-11").subledger_differences == {}
    with with_triggers_silenced(store) as writing:
        writing.connection.exec_driver_sql("UPDATE gl_day SET credit = 700 WHERE credit = 800")
    with store.reading() as reading:
        assert close_state(reading, "2026-11").subledger_differences == {"1405": "-1.00"}


def test_a_workshop_a_service_a_package_and_a_gift_reach_the_books(store: TenantStore) -> None:
    """Flour becomes bread in two lots, oil is used up, a package is redeemed, bread is given away."""
    shop = Shop(store)
    flour = TakenLine(sku="flour", takes=(Take("", "main", 10 * PIECE),))
    oil = TakenLine(sku="oil", takes=(Take("", "main", PIECE),))
    out = tuple(ReceivedLine(sku="bread", lot=lot, place="main", qty=5 * PIECE) for lot in ("B1", "B2"))
    paid = (Tender(kind="cash", amount=300_00),)
    facts: list[Fact] = [
        received("r", 10, 3 * PIECE, "flour"),
        received("q", 4, 10 * PIECE, "oil"),
        ComponentsConsumed(order="mo", lines=(flour,)),
        CostAdded(order="mo", cost_kind="labour", amount=10_01),
        OutputCompleted(order="mo", sku="bread", lines=out, completion=PIECE),
        ServiceRendered(
            rendering="v",
            lines=(RenderedLine(sku="care", qty=PIECE, unit_price=113 * PIECE, amount=113_00, used=(oil,)),),
            tenders=(Tender(kind="cash", amount=113_00),),
        ),
        PackageSold(
            package="p", sku="care", visits=3, amount=300_00, kept=3, kept_amount=300_00, tenders=paid
        ),
        PackageRedeemed(package="p", sku="care", visits=1, amount=100_00, used=(oil,)),
        GoodsGiven(
            lines=(GivenLine(sku="bread", takes=(Take("B1", "main", PIECE),), market_price=11_300_000),),
            reason="tasting",
        ),
    ]
    shop.log("a").record(*(on(1, fact, f"op{number}") for number, fact in enumerate(facts))).push()
    shop.project()
    post(store)
    with store.reading() as reading:
        assert not reading.all(select(BOOK_PROBLEM).where(mine(BOOK_PROBLEM)))
    left = balances(store)
    assert "4001" not in left
    assert left["1405"] == 20_00 + 36_01  # two of oil, nine of bread
    assert left["2203"] == -200_00
    assert left["500102"] == -(100_00 + 88_50)
    assert left["5601"] == 4_00 + 1_30


def test_a_closed_month_stays_as_it_was_to_the_last_byte(store: TenantStore) -> None:
    """Closed by force while a store was away: its sale goes into the next month, with its own day kept (R5)."""
    here, away = Shop(store, "a1"), Shop(store, "b1")
    here.log("a").record(on(1, received("r", 10, 2 * PIECE), "r"), on(2, sold("s", 4, 2260), "s")).push()
    late = away.log("b").record(on(3, received("q", 10, 6 * PIECE), "q"), on(30, sold("t", 2, 2260), "t"))
    late.push(1, 1)
    here.project()
    post(store)
    with store.writing() as writing:
        writing.insert(table_of(PERIOD), {"period": "2026-11", "state": "closed", "forced": 1, "ver": 1})
    before, sums = vouchers(store), november(store)
    late.push(2)
    here.project()
    post(store)
    assert november(store) == sums
    assert [row for row in vouchers(store) if row in before] == before
    (arrived,) = [row for row in vouchers(store) if row not in before]
    assert (arrived.business_date, arrived.posting_date) == ("2026-11-30", "2026-12-01")
    assert ("5401", "b1", 12_00) in lines(arrived)


def november(store: TenantStore) -> list[Any]:
    """The sums of the month, as they stand in the table."""
    with store.reading() as reading:
        return list(
            reading.all(
                select(GL_DAY)
                .where(mine(GL_DAY), GL_DAY.c.posting_date.between("2026-11-01", "2026-11-30"))
                .order_by(GL_DAY.c.node_id, GL_DAY.c.account, GL_DAY.c.posting_date)
            )
        )


@pytest.mark.parametrize("sought", ["last", "before", "at", "after"])
def test_a_cell_is_found_by_a_seek_however_long_its_history(store: TenantStore, sought: Sought) -> None:
    """SQLite once read every cell of the company for each that was asked for; PostgreSQL has no choice to make."""
    plans: list[str] = []

    def look(_c: Any, cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        if "json_each" in statement and "EXPLAIN" not in statement:
            plans.extend(
                row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            )

    with store.writing() as writing:
        if not writing.is_sqlite:
            assert not list(seek(writing, sought, [("s1", "stock", "tea")], b"x"))
            return
        event.listen(writing.connection, "before_cursor_execute", look)
        list(seek(writing, sought, [("s1", "stock", "tea")], b"x"))
    searched = [plan for plan in plans if plan.startswith("SEARCH")]
    assert searched
    assert all("tenant_id=? AND node_id=? AND kind=? AND item=?" in plan for plan in searched), plans
    assert not [plan for plan in plans if plan.startswith("SCAN") and "VIRTUAL TABLE" not in plan]
