"""What reports of the books have in common: whose books, what places are called, what is not in them yet."""

from __future__ import annotations

from cloud.books.ledger import not_in_the_books
from cloud.reports.asked import Named, store_names
from cloud.reports.dataset import Cell, word
from cloud.reports.registry import Asking
from cloud.store.tenant import Reading
from shared.accounting.accounts import Account
from shared.accounting.policy import Policy


def stores_of(asking: Asking) -> tuple[str, ...] | None:
    """The stores whose accounts count; None with head office and what is on the road."""
    return None if asking.whole else asking.question.stores


def place_names(reading: Reading) -> dict[str, Cell]:
    """What the places are called that accounts stand at."""
    policy = Policy(head_office="")
    return {
        **store_names(reading),
        policy.head_office: word("report_head_office"),
        policy.transit: word("report_on_the_road"),
    }


def account_name(account: Account) -> Named:
    return Named(account.zh, account.en)


def books_notes(asking: Asking) -> tuple[Named, ...]:
    """That facts are on their way, that documents wait, and that a store's accounts are a part of the company's."""
    unposted, problems = not_in_the_books(asking.reading)
    notes = []
    if unposted:
        notes.append(word("report_note_unposted", n=unposted))
    if problems:
        notes.append(word("report_note_problems", n=problems))
    if not asking.whole:
        notes.append(word("report_note_part_of_books"))
    return tuple(notes)


def two_sides(balance: int) -> tuple[int | None, int | None]:
    """A balance under debit or credit; the other side stays empty."""
    return (balance, None) if balance > 0 else (None, -balance) if balance < 0 else (None, None)
