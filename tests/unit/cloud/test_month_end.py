"""The month carried over at head office, in both databases: VAT, surtaxes and profit, once, and what comes after it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from cloud.books.ledger import by_account, turnover, turnover_before
from cloud.books.month_end import open_month
from cloud.books.poster import Poster
from cloud.books.proofs import prove
from cloud.jobs.carry_over import book, carry_over
from cloud.jobs.scheduler import JOBS
from cloud.reports.asked import Question
from cloud.store.book_tables import VOUCHER
from cloud.store.installation import Installation
from cloud.store.tenant import TenantStore, mine
from shared.accounting.events import DaySealed, ExpenseRecorded
from tests.unit.cloud.clock import Clock
from tests.unit.cloud.office import Office, op
from tests.unit.cloud.shop import NOW, PIECE, Shop
from tests.unit.cloud.test_books import received, sold
from tests.unit.cloud.test_statements import asked, dated, rows_of

OCTOBER = date(2026, 10, 1)
LAST = date(2026, 10, 31)


def settled(office: Office) -> TenantStore:
    """Everything posted, and the books hold."""
    Poster(office.store).post_all(NOW)
    assert prove(office.store).holds
    return office.store


@pytest.fixture
def office(installation: Installation) -> Office:
    """October of one store: 10 received at 2.00, 4 sold for 22.60 with 13 % of VAT, rent of 5.00, and sealed."""
    made = Office(installation)
    shop = Shop(made.store, "s1")
    rent = ExpenseRecorded(expense="e", net=500, store="s1", dated=date(2026, 10, 9))
    shop.log("a").record(
        dated(date(2026, 10, 3), received("r", 10, 2 * PIECE), "r"),
        dated(date(2026, 10, 5), sold("s", 4, 2260), "s"),
        dated(date(2026, 10, 9), rent, "e"),
        dated(date(2026, 10, 31), DaySealed(through=LAST), "seal"),
    ).push()
    shop.project()
    settled(made)
    return made


def balances(store: TenantStore, last: date = LAST) -> dict[str, int]:
    with store.reading() as reading:
        sums = by_account(turnover_before(reading, None, last.replace(year=2027)))
    return {code: debit - credit for code, (debit, credit) in sums.items() if debit != credit}


def refused(office: Office, kind: str, **body: object) -> str:
    (result,) = office.ask(op(kind, **body))
    return "" if result.error is None else result.error.key


def test_a_month_is_carried_over_once_and_then_it_can_be_closed(office: Office) -> None:
    """2.60 of VAT and 0.16 of surtaxes owed, 6.84 of profit in 3103, nothing left to move; only then it closes."""
    assert refused(office, "accounting.close_period", period="2026-10") == "close_month_end_due"
    office.do("accounting.book_month_end", period="2026-10")
    assert refused(office, "accounting.book_month_end", period="2026-10") == "month_end_waits"
    assert refused(office, "accounting.close_period", period="2026-10") == "close_facts_unposted"
    left = balances(settled(office))
    assert (left["222102"], left["222105"]) == (-260, -16)
    assert left["3103"] == -(2000 - 800 - 500 - 16)
    assert not [code for code in left if code.startswith("5")]
    assert left["22210103"] + left["22210105"] == 0
    assert refused(office, "accounting.book_month_end", period="2026-10") == "month_end_nothing"
    office.do("accounting.close_period", period="2026-10")


def test_profit_says_the_same_before_and_after(office: Office) -> None:
    """The statement leaves out what the closing moved; by store, too; the surtaxes are the one new expense."""
    month = Question(first=OCTOBER, last=LAST)
    before = list(rows_of(asked(office.store, "profit-and-loss", month), "profit_by_store"))
    office.do("accounting.book_month_end", period="2026-10")
    settled(office)
    after = list(rows_of(asked(office.store, "profit-and-loss", month), "profit_by_store"))
    assert [row for row in after if row["code"] == "s1"] == before
    assert [row["code"] for row in after] == ["s1", ""]
    assert [row["taxes"] for row in after if row["code"] == ""] == [16]


def test_what_comes_later_is_carried_over_by_one_more_run(office: Office) -> None:
    """The audit fee of the month is booked after the first run; the second moves that alone."""
    office.do("accounting.book_month_end", period="2026-10")
    settled(office)
    lines = [{"account": "5602", "debit": "1.00"}, {"account": "2241", "credit": "1.00"}]
    office.do("accounting.enter_voucher", dated="2026-10-31", reason="audit", lines=lines)
    assert refused(office, "accounting.book_month_end", period="2026-10") == "month_end_waits"
    settled(office)
    assert refused(office, "accounting.close_period", period="2026-10") == "close_month_end_due"
    office.do("accounting.book_month_end", period="2026-10")
    store = settled(office)
    assert "5602" not in balances(store)
    with store.reading() as reading:
        runs = reading.all(
            select(VOUCHER.c.reference, VOUCHER.c.kind, VOUCHER.c.amount)
            .where(mine(VOUCHER), VOUCHER.c.kind.in_(("vat_close", "close_pl")))
            .order_by(VOUCHER.c.seq, VOUCHER.c.part)
        )
    assert [tuple(row) for row in runs] == [
        ("2026-10#1", "vat_close", 276),
        ("2026-10#1", "close_pl", 2016),
        ("2026-10#2", "close_pl", 100),
    ]


def test_a_small_scale_taxpayer_owes_where_it_stands(installation: Installation) -> None:
    """Of 2.60 in 222101 surtaxes are due once; what is paid on it later makes none."""
    office = Office(installation)
    office.do("accounting.set_policy", since="2026-10-01", taxpayer="small_scale", surtax_factor="0.5")
    shop = Shop(office.store, "s1")
    shop.log("a").record(
        dated(date(2026, 10, 5), sold("s", 4, 2260), "s"),
        dated(date(2026, 10, 31), DaySealed(through=LAST), "seal"),
    ).push()
    shop.project()
    settled(office)
    office.do("accounting.record_expense", account="222101", net="2.60", dated="2026-10-31")
    settled(office)
    office.do("accounting.book_month_end", period="2026-10", forced=True, reason="stock is below zero")
    left = balances(settled(office))
    assert left["222105"] == -16
    assert "222101" not in left
    assert refused(office, "accounting.book_month_end", period="2026-10", forced=True, reason="x") == (
        "month_end_nothing"
    )


def test_the_job_waits_some_days_and_runs_once(office: Office, installation: Installation) -> None:
    """On 1 to 5 November people still book; today it carries October over; another run finds nothing."""
    with office.store.reading() as reading:
        assert open_month(reading, date(2026, 11, 5)) is None
        assert open_month(reading, date(2026, 11, 6)) == "2026-10"
    (job,) = [job for job in JOBS if job.work is carry_over]
    for _ in range(2):
        job.work(installation)
        settled(office)
    with office.store.reading() as reading:
        kinds = reading.all(select(VOUCHER.c.kind).where(mine(VOUCHER), VOUCHER.c.kind == "close_pl"))
        assert open_month(reading, date(2026, 12, 20)) is None, "November has nothing to carry over"
    assert len(kinds) == 1


def test_a_run_that_may_not_be_says_why_and_moves_nothing(
    office: Office, installation: Installation, clock: Clock
) -> None:
    """A store that has not sealed: refused by name, by the job too; asked again later, it is decided anew."""
    second = Shop(office.store, "s2")
    result = book(installation, office.store, "2026-10")
    assert result.error is not None
    assert (result.error.key, result.error.values["where"]) == ("close_store_not_sealed", "s2")
    carry_over(installation)
    second.log("a").record(dated(LAST, DaySealed(through=LAST), "seal-2")).push()
    second.project()
    settled(office)
    clock.pass_(minutes=1)
    assert book(installation, office.store, "2026-10").error is None


def test_a_voucher_is_taken_back_in_red(office: Office) -> None:
    """An expense booked twice: its red voucher lessens the debit of its own account; stock and sums still hold."""
    store = office.store
    office.do("accounting.record_expense", account="5602", net="7.00", dated="2026-11-03")
    settled(office)
    with store.reading() as reading:
        (wrong,) = reading.all(
            select(VOUCHER).where(mine(VOUCHER), VOUCHER.c.kind == "expense", VOUCHER.c.node_id == "")
        )
        (sale,) = reading.all(select(VOUCHER).where(mine(VOUCHER), VOUCHER.c.kind == "sale"))
    name = {"log": bytes(wrong.log_id).hex(), "seq": wrong.seq, "part": 0, "number": 0}
    body = {"dated": "2026-11-17", "reason": "booked twice"}
    office.do("accounting.reverse_voucher", **name, **body)
    settled(office)
    assert refused(office, "accounting.reverse_voucher", **name, **body) == "reversed_already"
    of_sale = {"log": bytes(sale.log_id).hex(), "seq": sale.seq}
    assert refused(office, "accounting.reverse_voucher", **of_sale, **body) == "not_reversible"
    unknown = {"log": "00" * 16, "seq": 1}
    assert refused(office, "accounting.reverse_voucher", **unknown, **body) == "voucher_unknown"
    with store.reading() as reading:
        november = by_account(turnover(reading, None, date(2026, 11, 1), date(2026, 11, 30)))
    assert november["5602"] == [0, 0]
    assert november["1002"] == [0, 0]
