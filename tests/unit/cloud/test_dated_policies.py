"""A policy counts from its day on, whenever the documents of that day arrive, in both databases."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from cloud.books.poster import Poster
from cloud.books.proofs import prove
from cloud.books.shelf import decode_entries
from cloud.books.terms import policies, policy_now
from cloud.store.book_tables import VOUCHER
from cloud.store.installation import Installation
from cloud.store.tenant import mine
from shared.accounting.policy import Policies, Policy
from tests.unit.cloud.office import Office
from tests.unit.cloud.shop import NOW, PIECE, Shop
from tests.unit.cloud.test_books import received, sold
from tests.unit.cloud.test_statements import dated

OCTOBER, NOVEMBER = date(2026, 10, 30), date(2026, 11, 2)


def tax_accounts(office: Office) -> dict[str, tuple[str, int]]:
    """By sale: where its VAT stands and which version of the policy it was posted under."""
    with office.store.reading() as reading:
        rows = reading.all(
            select(VOUCHER).where(mine(VOUCHER), VOUCHER.c.kind == "sale", VOUCHER.c.number == 0)
        )
    return {
        row.reference: (entry.account, int(row.policy))
        for row in rows
        for entry in decode_entries(bytes(row.entries))
        if entry.account.startswith("2221")
    }


def test_a_day_before_the_first_policy_is_kept_by_the_first() -> None:
    """And any other by the last that had begun."""
    one, two = Policy(version=1), Policy(version=2)
    kept = Policies(((date(2026, 10, 1), one), (date(2026, 11, 1), two)))
    days = (date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 1))
    assert [kept.on(day).version for day in days] == [1, 1, 2]


@pytest.mark.parametrize("late", [OCTOBER, NOVEMBER])
def test_a_sale_is_taxed_by_the_policy_of_its_day(installation: Installation, late: date) -> None:
    """A general taxpayer until October, small-scale from November on: either sale may come last."""
    office = Office(installation)
    office.do("accounting.set_policy", since="2026-11-01", taxpayer="small_scale", surtax_factor="0.5")
    office.do("accounting.set_policy", since="2027-01-01", chart="enterprise", taxpayer="general")
    shop = Shop(office.store, "s1")
    log = shop.log("a").record(dated(date(2026, 10, 1), received("r", 10, 2 * PIECE), "r"))
    log.push()
    order = sorted((OCTOBER, NOVEMBER), key=lambda day: day == late)
    for seq, day in enumerate(order, 2):
        log.record(dated(day, sold(f"s{day:%m}", 1, 113), f"s{day:%m}"))
        log.push(seq)
        shop.project()
        Poster(office.store).post_all(NOW)
    assert tax_accounts(office) == {"s10": ("22210103", 1), "s11": ("222101", 2)}
    assert prove(office.store).holds
    with office.store.reading() as reading:
        assert policy_now(reading).taxpayer == "small_scale", "what is to begin in January does not count yet"
        assert policies(reading).on(date(2027, 1, 1)).chart.name == "企业会计准则"


def test_a_policy_that_is_set_later_is_a_new_version_of_its_day_alone(installation: Installation) -> None:
    """What was posted keeps its version; the running poster goes on with the new one."""
    office = Office(installation)
    shop = Shop(office.store, "s1")
    poster = Poster(office.store)
    log = shop.log("a").record(dated(OCTOBER, sold("s10", 1, 113), "s10"))
    log.push()
    shop.project()
    poster.post_all(NOW)
    office.do("accounting.set_policy", since="2026-11-01", taxpayer="small_scale")
    log.record(dated(NOVEMBER, sold("s11", 1, 113), "s11"), dated(OCTOBER, sold("late", 1, 113), "late"))
    log.push(2)
    shop.project()
    poster.post_all(NOW)
    assert tax_accounts(office) == {
        "s10": ("22210103", 1),
        "late": ("22210103", 1),
        "s11": ("222101", 2),
    }
