"""The month's end and vouchers taken back, as decisions: what is moved, what is refused and why."""

from __future__ import annotations

from typing import Any

import pytest

from shared.accounting.events import MonthEndBooked, VoucherLine, VoucherReversed
from shared.accounting.month_end import month_end
from shared.accounting.policy import Policy
from tests.support.shop import Shop
from tests.unit.facts.refusing import refusal

GENERAL = Policy(gaps="provisional", head_office="")
SMALL_SCALE = Policy(taxpayer="small_scale", gaps="provisional", head_office="")
LINES = [
    {"account": "500101", "debit": 100, "store": "S1"},
    {"account": "3103", "credit": 100, "store": "S1"},
]
ONCE: dict[str, Any] = {"period": "2026-10", "run": 1, "profit": -100, "profit_lines": LINES}


@pytest.fixture
def shop() -> Shop:
    return Shop().open_up()


def sums_of(lines: tuple[VoucherLine, ...]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for line in lines:
        key = line.store, line.account
        found[key] = found.get(key, 0) + line.debit - line.credit
    return found


def test_vat_is_moved_with_the_surtaxes_on_it_and_profit_store_by_store() -> None:
    """Output 160.98: moved, 9.65 of surtaxes at half of 7, 3 and 2 %; S1 earned 900.00, head office spent that tax."""
    s1 = {"500101": [0, 100_000], "5401": [10_000, 0], "22210103": [0, 16_098], "1001": [106_098, 0]}
    made = month_end(GENERAL, {"S1": s1}, s1)
    assert (made.vat, made.surtax, made.profit) == (16_098, 965, 90_000 - 965)
    assert sums_of(made.vat_lines) == {
        ("", "22210105"): 16_098,
        ("", "222102"): -16_098,
        ("", "5403"): 965,
        ("", "222105"): -965,
    }
    assert sums_of(made.profit_lines) == {
        ("S1", "500101"): 100_000,
        ("S1", "5401"): -10_000,
        ("S1", "3103"): -90_000,
        ("", "5403"): -965,
        ("", "3103"): 965,
    }


def test_more_input_than_output_stays_where_it_is() -> None:
    """Nothing is moved, no surtax is due."""
    made = month_end(GENERAL, {}, {"22210101": [500, 0], "22210103": [0, 300]})
    assert (made.vat, made.vat_lines, made.profit_lines) == (0, (), ())


def test_small_scale_vat_stays_and_bears_its_surtaxes_once() -> None:
    """100.00 owed bear 6.00; with 100.00 dealt with and 150.00 owed, the rest of 50.00 bears 3.00."""
    first = month_end(SMALL_SCALE, {}, {"222101": [0, 10_000]})
    assert (first.vat, first.surtax) == (10_000, 600)
    assert sums_of(first.vat_lines) == {("", "5403"): 600, ("", "222105"): -600}
    again = month_end(SMALL_SCALE, {}, {"222101": [0, 15_000]}, 10_000)
    assert (again.vat, again.surtax) == (5_000, 300)


def test_what_was_moved_is_not_moved_again() -> None:
    """The entries of a run, added to the books, leave nothing for the next."""
    books = {"S1": {"500101": [0, 100_000], "22210103": [0, 13_000]}}
    made = month_end(GENERAL, books, books["S1"])
    after: dict[str, dict[str, list[int]]] = {
        store: {code: list(sides) for code, sides in sums.items()} for store, sums in books.items()
    }
    for line in (*made.vat_lines, *made.profit_lines):
        sides = after.setdefault(line.store, {}).setdefault(line.account, [0, 0])
        sides[0] += line.debit
        sides[1] += line.credit
    whole: dict[str, list[int]] = {}
    for sums in after.values():
        for code, (debit, credit) in sums.items():
            sides = whole.setdefault(code, [0, 0])
            sides[0] += debit
            sides[1] += credit
    again = month_end(GENERAL, after, whole)
    assert (again.vat, again.vat_lines, again.profit_lines) == (0, (), ())


def test_a_month_end_is_booked_once_and_dated_on_the_last_day(shop: Shop) -> None:
    """The next run has the next number; the same again waits, because it might move the same twice."""
    (booked,) = shop.ask("accounting.book_month_end", **ONCE)
    assert isinstance(booked, MonthEndBooked)
    assert (booked.dated.isoformat(), booked.run, booked.profit) == ("2026-10-31", 1, -100)
    assert refusal(shop, "accounting.book_month_end", **ONCE) == "month_end_waits"
    shop.ask("accounting.book_month_end", **(ONCE | {"run": 2}))


def test_a_month_end_is_refused_with_the_reason_named(shop: Shop) -> None:
    """A month that runs, facts on their way, an obstacle without force, force without a reason, nothing to move."""
    kind = "accounting.book_month_end"
    assert refusal(shop, kind, **(ONCE | {"period": "2026-11"})) == "period_not_over"
    assert refusal(shop, kind, **(ONCE | {"waiting": 1, "forced": True, "reason": "x"})) == "month_end_waits"
    against = {"obstacles": [{"obstacle": "negative_stock", "where": "S1/milk", "told": "-2"}]}
    assert refusal(shop, kind, **(ONCE | against)) == "close_negative_stock"
    assert refusal(shop, kind, **(ONCE | against | {"forced": True})) == "reason_missing"
    assert refusal(shop, kind, period="2026-10", run=1) == "month_end_nothing"
    shop.ask(kind, **(ONCE | against | {"forced": True, "reason": "counted tomorrow"}))
    shop.ask("accounting.close_period", period="2026-10")
    assert refusal(shop, kind, **(ONCE | {"run": 2})) == "period_already_closed"


FOUND: dict[str, Any] = {
    "log": "ab" * 16,
    "seq": 3,
    "dated": "2026-11-20",
    "reason": "wrong account",
    "found_kind": "manual",
    "found_lines": [{"account": "5602", "debit": 100}, {"account": "1602", "credit": 100}],
}


def test_a_voucher_is_taken_back_once(shop: Shop) -> None:
    """With its lines as they stood; the second time it is gone already."""
    (back,) = shop.ask("accounting.reverse_voucher", **FOUND)
    assert isinstance(back, VoucherReversed)
    assert [(line.account, line.debit, line.credit) for line in back.lines] == [
        ("5602", 100, 0),
        ("1602", 0, 100),
    ]
    assert refusal(shop, "accounting.reverse_voucher", **FOUND) == "reversed_already"


def test_what_cannot_be_taken_back_is_refused(shop: Shop) -> None:
    """No such voucher, goods, a closed month, a name that is none, a day before the voucher's own."""
    kind = "accounting.reverse_voucher"
    assert refusal(shop, kind, **(FOUND | {"found_lines": []})) == "voucher_unknown"
    for other in ("sale", "purchase_invoice", "close_pl", "reversal"):
        assert refusal(shop, kind, **(FOUND | {"found_kind": other})) == "not_reversible"
    assert refusal(shop, kind, **(FOUND | {"log": "zz"})) == "command_malformed"
    assert refusal(shop, kind, **(FOUND | {"found_day": "2026-11-21"})) == "reversal_too_early"
    shop.ask("accounting.close_period", period="2026-10")
    assert refusal(shop, kind, **(FOUND | {"dated": "2026-10-31"})) == "period_closed"
