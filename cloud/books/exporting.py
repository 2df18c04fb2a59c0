"""Vouchers handed to another program: in batches with a name, each voucher once for each program.

A batch remembers what it took and under which numbers, so that asking for it by its name gives the same file again, to
the byte; nothing else gives a voucher a second time. Beancount is for auditors, who read everything: it takes no batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import Row, and_, func, select

from cloud.books.kingdee_sheet import kingdee_sheet
from cloud.books.ledger import chart_now, turnover_before
from cloud.books.shelf import decode_entries
from cloud.store.book_tables import BOOK_EXPORT, BOOK_EXPORTED, VOUCHER, VOUCHER_KEY
from cloud.store.projected import table_of
from cloud.store.tenant import Reading, Writing, mine
from shared.accounting.beancount import beancount_file
from shared.accounting.documents import Reversal
from shared.accounting.export import kingdee
from shared.accounting.export.dbf import dbf
from shared.accounting.export.outgoing import By, Names, Outgoing, added_up, lines_of
from shared.accounting.export.yonyou import yonyou
from shared.accounting.voucher import Entry, Voucher
from shared.catalogue.projection import CUSTOMER, STORE, SUPPLIER
from shared.errors import DomainError
from shared.i18n import all_texts
from shared.money import fen_text

Form = Literal["kingdee-dbf", "kingdee-xlsx", "yonyou"]
FORMS: tuple[Form, ...] = get_args(Form)
DAYS_MAX = 366
_RED = str(Reversal.__struct_config__.tag)
_ORDER = (VOUCHER.c.posting_date, VOUCHER.c.node_id, VOUCHER.c.kind, *VOUCHER_KEY[1:])
MARKED = and_(
    BOOK_EXPORTED.c.tenant_id == VOUCHER.c.tenant_id,
    *(BOOK_EXPORTED.c[column.name] == column for column in VOUCHER_KEY),
)
"""A voucher and the mark that a program has it."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be handed over: vouchers posted in these days, for the program of `form`."""

    form: Form
    first: date
    last: date
    by: By = "day"


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A batch as it was made: `vouchers` of ours became `made` of the other program's, `amount` fen of debits."""

    batch: str
    system: str
    by: By
    first: date
    last: date
    vouchers: int
    made: int
    amount: int
    made_ms: int
    made_by: str


def system_of(form: Form) -> str:
    """The program a form is for: a voucher Kingdee has as DBF it need not have as a spreadsheet."""
    return form.partition("-")[0]


def form_named(text: str) -> Form:
    """Raises `export_form_unknown`."""
    for form in FORMS:
        if form == text:
            return form
    raise DomainError("export_form_unknown", form=text[:40], known=", ".join(FORMS))


def require_span(first: date, last: date) -> None:
    """Forwards and no longer than a year. Raises `export_period_wrong`."""
    if last < first or (last - first).days >= DAYS_MAX:
        raise DomainError("export_period_wrong", first=first.isoformat(), last=last.isoformat())


def new_batch(writing: Writing, wanted: Wanted, chance: bytes, made_by: str, now_ms: int) -> Batch:
    """A batch under a new name: its program, the moment, and some letters of chance."""
    moment = datetime.fromtimestamp(now_ms / 1000, UTC)
    name = f"{system_of(wanted.form)}-{moment:%Y%m%d-%H%M%S}-{chance.hex()}"
    return make_batch(writing, wanted, name, made_by, now_ms)


def make_batch(writing: Writing, wanted: Wanted, batch: str, made_by: str, now_ms: int) -> Batch:
    """Take every voucher of the period that the program has not got. Raises `export_period_wrong`, `export_nothing`."""
    require_span(wanted.first, wanted.last)
    system = system_of(wanted.form)
    numbers = _Numbers(writing, system)
    amount = 0
    taken: list[dict[str, Any]] = []
    for row, number in numbers.given(_not_yet(writing, wanted, system), wanted.by):
        amount += int(row.amount)
        taken.append(
            {
                **{column.name: row._mapping[column.name] for column in VOUCHER_KEY},
                "system": system,
                "batch": batch,
                "made_number": number,
            }
        )
    if not taken:
        raise DomainError("export_nothing", first=wanted.first.isoformat(), last=wanted.last.isoformat())
    if writing.insert_missing(BOOK_EXPORTED, *taken) != len(taken):
        raise DomainError("export_crossed")
    made = Batch(
        batch=batch,
        system=system,
        by=wanted.by,
        first=wanted.first,
        last=wanted.last,
        vouchers=len(taken),
        made=numbers.made,
        amount=amount,
        made_ms=now_ms,
        made_by=made_by,
    )
    writing.insert(
        BOOK_EXPORT,
        {
            "batch": batch,
            "system": system,
            "by_what": wanted.by,
            "first_day": wanted.first.isoformat(),
            "last_day": wanted.last.isoformat(),
            "vouchers": made.vouchers,
            "made": made.made,
            "amount": amount,
            "made_ms": now_ms,
            "made_by": made_by,
        },
    )
    return made


def _not_yet(reading: Reading, wanted: Wanted, system: str) -> Iterator[Row[Any]]:
    """Vouchers of the period without a mark for this program, in the order in which they are numbered."""
    marked = and_(MARKED, BOOK_EXPORTED.c.system == system)
    yield from reading.all(
        select(*VOUCHER_KEY, VOUCHER.c.posting_date, VOUCHER.c.kind, VOUCHER.c.amount)
        .select_from(VOUCHER.outerjoin(BOOK_EXPORTED, marked))
        .where(
            mine(VOUCHER),
            VOUCHER.c.posting_date.between(wanted.first.isoformat(), wanted.last.isoformat()),
            BOOK_EXPORTED.c.batch.is_(None),
        )
        .order_by(*_ORDER)
    )


class _Numbers:
    """Numbers within each month go on where the batches before left off."""

    def __init__(self, reading: Reading, system: str) -> None:
        self._reading = reading
        self._system = system
        self._last: dict[str, int] = {}
        self.made = 0

    def given(self, rows: Iterator[Row[Any]], by: By) -> Iterator[tuple[Row[Any], int]]:
        """Each voucher with the number it goes by; those of one day, store and kind share one."""
        before: tuple[str, str, str] | None = None
        for row in rows:
            group = row.posting_date, row.node_id, row.kind
            month = row.posting_date[:7]
            if by == "voucher" or group != before:
                self._last[month] = self._last_of(month) + 1
                self.made += 1
            before = group
            yield row, self._last[month]

    def _last_of(self, month: str) -> int:
        if month not in self._last:
            known = self._reading.scalar(
                select(func.max(BOOK_EXPORTED.c.made_number))
                .select_from(VOUCHER.join(BOOK_EXPORTED, MARKED))
                .where(
                    mine(VOUCHER),
                    BOOK_EXPORTED.c.system == self._system,
                    VOUCHER.c.posting_date.between(f"{month}-01", f"{month}-31"),
                )
            )
            self._last[month] = int(known or 0)
        return self._last[month]


def batch_named(reading: Reading, batch: str) -> Batch:
    """Raises `export_unknown`."""
    row = reading.first(select(BOOK_EXPORT).where(mine(BOOK_EXPORT), BOOK_EXPORT.c.batch == batch))
    if row is None:
        raise DomainError("export_unknown", batch=batch[:60])
    return batch_of(row)


def batches(reading: Reading) -> list[Batch]:
    """Every batch, the newest first."""
    rows = reading.all(
        select(BOOK_EXPORT)
        .where(mine(BOOK_EXPORT))
        .order_by(BOOK_EXPORT.c.made_ms.desc(), BOOK_EXPORT.c.batch)
    )
    return [batch_of(row) for row in rows]


def batch_of(row: Row[Any]) -> Batch:
    return Batch(
        batch=row.batch,
        system=row.system,
        by=row.by_what,
        first=date.fromisoformat(row.first_day),
        last=date.fromisoformat(row.last_day),
        vouchers=int(row.vouchers),
        made=int(row.made),
        amount=int(row.amount),
        made_ms=int(row.made_ms),
        made_by=row.made_by,
    )


def vouchers_of(reading: Reading, batch: Batch) -> list[Outgoing]:
    """What a batch hands over, in the order of its numbers."""
    rows = reading.all(
        select(
            BOOK_EXPORTED.c.made_number,
            *(
                VOUCHER.c.posting_date,
                VOUCHER.c.node_id,
                VOUCHER.c.kind,
                VOUCHER.c.reference,
                VOUCHER.c.entries,
            ),
        )
        .select_from(BOOK_EXPORTED.join(VOUCHER, MARKED))
        .where(mine(BOOK_EXPORTED), BOOK_EXPORTED.c.batch == batch.batch)
        .order_by(*_ORDER)
    )
    names = _names(reading)
    groups: dict[tuple[str, int], list[Row[Any]]] = {}
    for row in rows:
        groups.setdefault((row.posting_date[:7], row.made_number), []).append(row)
    return [_outgoing(batch, number, parts, names) for (_, number), parts in groups.items()]


def _outgoing(batch: Batch, number: int, parts: list[Row[Any]], names: Names) -> Outgoing:
    first = parts[0]
    entries = tuple(entry for row in parts for entry in decode_entries(bytes(row.entries)))
    summary = all_texts()[f"voucher_kind_{first.kind}"][0]
    if batch.by == "day":
        entries = added_up(entries)
        summary += f" {names.stores.get(first.node_id, '总部')} {len(parts)}张"
        reference = batch.batch
    else:
        summary += f" {first.reference}"
        reference = f"{batch.batch} {first.reference}"
    return Outgoing(
        number=number,
        day=date.fromisoformat(first.posting_date),
        reference=reference,
        lines=tuple(lines_of(entries, summary, names, red=first.kind == _RED)),
    )


def _names(reading: Reading) -> Names:
    def names(definition: Any, key: str) -> dict[str, str]:
        table = table_of(definition)
        rows = reading.all(select(table.c[key], table.c.name).where(mine(table)))
        return {row[0]: row.name or row[0] for row in rows}

    return Names(
        stores=names(STORE, "store"),
        suppliers=names(SUPPLIER, "supplier"),
        customers=names(CUSTOMER, "customer"),
    )


def content(reading: Reading, batch: Batch, form: Form) -> bytes:
    """A batch's file; the same every time. Raises `export_form_differs` for another program's form."""
    if system_of(form) != batch.system:
        raise DomainError("export_form_differs", batch=batch.batch, system=batch.system)
    vouchers = vouchers_of(reading, batch)
    made = datetime.fromtimestamp(batch.made_ms // 1000, UTC)
    match form:
        case "yonyou":
            return yonyou(vouchers, batch.made_by)
        case "kingdee-dbf":
            return dbf(kingdee.FIELDS, kingdee.rows(vouchers, batch.made_by), made.date())
        case "kingdee-xlsx":
            return kingdee_sheet(kingdee.rows(vouchers, batch.made_by), made)


def beancount(reading: Reading, title: str, first: date, last: date) -> Iterator[str]:
    """The books of a period for auditors: what stood there before as one transaction, every voucher, balances."""
    chart = chart_now(reading)
    opening = tuple(
        Entry(account, store, debit - credit)
        for (store, account), (debit, credit) in sorted(turnover_before(reading, None, first).items())
        if debit != credit
    )
    vouchers = [Voucher("opening", "opening", first, opening)] if opening else []
    rows = reading.all(
        select(*_ORDER, VOUCHER.c.reference, VOUCHER.c.entries)
        .where(mine(VOUCHER), VOUCHER.c.posting_date.between(first.isoformat(), last.isoformat()))
        .order_by(*_ORDER)
    )
    for row in rows:
        entries = decode_entries(bytes(row.entries))
        vouchers.append(Voucher(row.reference, row.kind, date.fromisoformat(row.posting_date), entries))
    yield from beancount_file(title, chart, vouchers)


def told(batch: Batch) -> str:
    """A batch in one line, for a terminal."""
    span = f"{batch.first.isoformat()}..{batch.last.isoformat()}"
    return f"{batch.batch} {batch.system} {span}: {batch.vouchers} vouchers as {batch.made}, {fen_text(batch.amount)}"
