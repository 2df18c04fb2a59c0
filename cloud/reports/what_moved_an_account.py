"""What moved an account: the detail ledger (明细账) day by day, and entry by entry where one account is asked about.

Days come from the sums that are kept while vouchers are posted. Entries are read from the vouchers themselves, so they
are listed only while the period holds no more than a few thousand; else the days say how many there were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import and_, select

from cloud.books.ledger import Sides, Stores, by_account, chart_now, turnover_before, turnover_by
from cloud.books.shelf import decode_entries
from cloud.reports.asked import Named, Question, facts_url
from cloud.reports.dataset import Cell, Row, Section, col, word
from cloud.reports.of_books import account_name, books_notes, place_names, stores_of
from cloud.reports.registry import Answer, Asking, Report
from cloud.reports.what_does_each_account_say import directed
from cloud.store.book_tables import VOUCHER
from cloud.store.tenant import Reading, mine
from shared.accounting.accounts import Chart

DAYS = (
    col("code"),
    col("account"),
    col("date", "date"),
    col("summary"),
    col("entries", "count"),
    col("debit", "money"),
    col("credit", "money"),
    col("direction"),
    col("balance", "money"),
)
ENTRIES = (
    col("date", "date"),
    col("code"),
    col("store"),
    col("voucher_kind"),
    col("reference"),
    col("summary"),
    col("sku"),
    col("partner"),
    col("debit", "money", sums=True),
    col("credit", "money", sums=True),
    col("direction"),
    col("balance", "money"),
)
VOUCHERS_MAX = 3000
"""So many vouchers are read for their entries; a period of more is told by its days."""


def answer(asking: Asking) -> Answer:
    """Every account's days, or one account's days and entries."""
    reading, asked, stores = asking.reading, asking.question, stores_of(asking)
    chart = chart_now(reading)
    codes = [code for code in chart.accounts if code.startswith(asking.account)] if asking.account else []
    opening = by_account(turnover_before(reading, stores, asked.first))
    moved = turnover_by(reading, stores, asked.first, asked.last, "day", codes)
    sections = [_days(asking, chart, opening, moved)]
    notes: tuple[Named, ...] = ()
    if codes:
        rows = _vouchers(reading, asked)
        if len(rows) > VOUCHERS_MAX:
            notes = (word("report_note_too_many_entries", n=VOUCHERS_MAX),)
        else:
            began = sum(opening[code][0] - opening[code][1] for code in codes if code in opening)
            sections.append(_entries(reading, rows, frozenset(codes), stores, began))
    return Answer(sections=tuple(sections), notes=(*notes, *books_notes(asking)))


def _days(
    asking: Asking, chart: Chart, opening: dict[str, Sides], moved: dict[tuple[str, str], Sides]
) -> Section:
    days: dict[str, list[str]] = {}
    for account, day in sorted(moved):
        days.setdefault(account, []).append(day)
    rows: list[Row] = []
    for code in sorted({*days, *opening}):
        if asking.account and not code.startswith(asking.account):
            continue
        debit, credit = opening.get(code, [0, 0])
        balance = debit - credit
        name = account_name(chart.account(code))
        first = asking.question.first.isoformat()
        rows.append(Row((code, name, first, word("ledger_opening"), None, None, None, *directed(balance))))
        for day in days.get(code, []):
            debit, credit, entries = moved[code, day]
            balance += debit - credit
            rows.append(
                Row(
                    (code, name, day, word("ledger_day"), entries, debit, credit, *directed(balance)),
                    facts_url(**{"from": day, "to": day}, **_one_store(asking)),
                )
            )
    return Section(key="detail_days", columns=DAYS, rows=tuple(rows))


def _one_store(asking: Asking) -> dict[str, str]:
    stores = asking.question.stores or ()
    return {"node": stores[0]} if not asking.whole and len(stores) == 1 else {}


def _vouchers(reading: Reading, asked: Question) -> list[Any]:
    """The period's vouchers by day; one more than will be read where there are too many."""
    inside = VOUCHER.c.posting_date.between(asked.first.isoformat(), asked.last.isoformat())
    columns = (
        *(VOUCHER.c.posting_date, VOUCHER.c.node_id, VOUCHER.c.log_id, VOUCHER.c.seq, VOUCHER.c.part),
        *(VOUCHER.c.number, VOUCHER.c.kind, VOUCHER.c.reference, VOUCHER.c.entries),
    )
    few = reading.all(select(VOUCHER.c.seq).where(and_(mine(VOUCHER), inside)).limit(VOUCHERS_MAX + 1))
    if len(few) > VOUCHERS_MAX:
        return list(few)
    ordered = select(*columns).where(mine(VOUCHER), inside).order_by(*columns[:6])
    return list(reading.all(ordered))


def _entries(
    reading: Reading,
    vouchers: Iterable[Any],
    codes: frozenset[str],
    stores: Stores,
    balance: int,
) -> Section:
    rows: list[Row] = []
    names = place_names(reading)
    sums = [0, 0]
    for voucher, entry in _of_account(vouchers, codes, stores):
        balance += entry.amount
        sums[entry.amount < 0] += abs(entry.amount)
        day = date.fromisoformat(voucher.posting_date).isoformat()
        cells: tuple[Cell, ...] = (
            day,
            entry.account,
            names.get(entry.store, entry.store),
            word(f"voucher_kind_{voucher.kind}"),
            voucher.reference,
            entry.memo,
            entry.sku,
            entry.partner,
            max(entry.amount, 0) or None,
            max(-entry.amount, 0) or None,
            *directed(balance),
        )
        rows.append(Row(cells, facts_url(node=voucher.node_id, **{"from": day, "to": day})))
    total: tuple[Cell, ...] = (word("report_word_total"), *(None,) * 7, *sums, *directed(balance))
    return Section(key="detail_entries", columns=ENTRIES, rows=tuple(rows), total=Row(total))


def _of_account(vouchers: Iterable[Any], codes: frozenset[str], stores: Stores) -> Iterator[tuple[Any, Any]]:
    for voucher in vouchers:
        for entry in decode_entries(bytes(voucher.entries)):
            if entry.account in codes and (stores is None or entry.store in stores):
                yield voucher, entry


REPORT = Report(
    key="detail-ledger",
    area="books",
    permission="books.read",
    accounts=True,
    sections={"detail_days": DAYS, "detail_entries": ENTRIES},
    answer=answer,
)
