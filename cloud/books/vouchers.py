"""A voucher with all that stands behind it: its lines, the policy, the facts and photos, and its relatives.

What belongs together is known by what documents cite: an invoice its receipt, a return its sale, an arrival its
sending. The books keep each such number as a cell with a history, and everybody who ever touched it stands there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Row, Select, and_, or_, select, tuple_

from cloud.books.drill_down import SHOWN, Span, position_of, position_told
from cloud.books.exported import ExportMark, marks_of
from cloud.books.exporting import MARKED, batch_named
from cloud.books.ledger import chart_now
from cloud.books.shelf import decode_entries, documents_of_fact, fact_behind, find_voucher
from cloud.books.terms import PolicyBody
from cloud.books.told import (
    AccountName,
    PartnerNames,
    Person,
    account_name,
    chart_code,
    memo_in,
    names_of_goods,
)
from cloud.store.book_tables import BOOK_CELL, BOOK_EXPORTED, BOOK_POLICY, VOUCHER, VOUCHER_KEY
from cloud.store.clocks import moment
from cloud.store.ledger_tables import LOG
from cloud.store.projected import NODE_ID, table_of
from cloud.store.tenant import Reading, mine
from shared.accounting.accounts import chart_named
from shared.accounting.desk import file_cell
from shared.accounting.documents import Document
from shared.accounting.events import ChartName, VoucherReversed
from shared.accounting.keeping import place_of, place_parts
from shared.accounting.policy import TaxpayerKind
from shared.accounting.projection import REVERSAL, voucher_name
from shared.accounting.reversals import REVERSIBLE
from shared.errors import DomainError
from shared.i18n import Language
from shared.ledger.envelope import Envelope
from shared.ledger.fact import decode_body
from shared.money import fen_text
from shared.quality.projection import INSPECTION

_RELATIVES_MAX = 60


class VoucherRow(msgspec.Struct, frozen=True, kw_only=True):
    """A voucher in a list. `number` above 0: a difference that a later arrival made to it."""

    node: str
    log: str
    seq: int
    part: int
    number: int
    kind: str
    reference: str
    business_date: str
    posting_date: str
    amount: str


class VoucherPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    rows: list[VoucherRow]
    next: str | None = None


class HandedRow(VoucherRow, frozen=True, kw_only=True):
    """A voucher within a batch; `made_number` is its number in the other program, which several may share."""

    made_number: int


class HandedPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    rows: list[HandedRow]
    next: str | None = None


class VoucherEntry(msgspec.Struct, frozen=True, kw_only=True):
    account: str
    account_name: AccountName
    store: str
    memo: str
    sku: str
    sku_name: str
    partner: str
    partner_name: str
    lot: str
    debit: str
    credit: str


class PolicyTold(msgspec.Struct, frozen=True, kw_only=True):
    """The terms it was posted under; `version` 0: posted before that was noted, these are today's."""

    version: int
    chart: ChartName
    taxpayer: TaxpayerKind


class Scanned(msgspec.Struct, frozen=True, kw_only=True):
    """A code that was scanned for a line, or typed."""

    sku: str
    sku_name: str
    code: str
    typed: bool


class SeenBy(msgspec.Struct, frozen=True, kw_only=True):
    """Who recorded the fact, when and on which device."""

    at: str
    actor: Person
    device: str
    fact_kind: str


class Inspected(msgspec.Struct, frozen=True, kw_only=True):
    """An inspection of the goods behind the voucher, with its photos."""

    inspection: str
    store: str
    at: str
    verdict: str
    photos: list[str]
    log: str
    seq: int


class TakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """By which reversal (what its voucher goes by), on which day, and why."""

    reversal: str
    dated: str
    reason: str


class VoucherTold(VoucherRow, frozen=True, kw_only=True):
    """`reversible`: it may still be taken back whole. `reverses` is the voucher that this one takes back.

    `exported` names the programs that have it.

    `others` are the vouchers of the same fact, `related` those of documents that cite it or that it cites;
    `cause` is the late arrival a difference follows from."""

    rule: int
    policy: PolicyTold
    memo: str
    lines: list[VoucherEntry]
    recorded: SeenBy
    scans: list[Scanned]
    inspections: list[Inspected]
    reversible: bool
    exported: list[ExportMark]
    taken_back: TakenBack | None
    reverses: VoucherRow | None
    cause: VoucherRow | None
    others: list[VoucherRow]
    related: list[VoucherRow]


def vouchers(reading: Reading, span: Span, kind: str, reference: str, after: str, limit: int) -> VoucherPage:
    """The span's vouchers, newest posting day first. Raises `query_malformed`."""
    order = (VOUCHER.c.posting_date, *VOUCHER_KEY)
    asked = (
        _shown()
        .where(VOUCHER.c.posting_date.between(span.first.isoformat(), span.last.isoformat()))
        .order_by(*(column.desc() for column in order))
        .limit(limit + 1)
    )
    if span.stores is not None:
        asked = asked.where(VOUCHER.c.node_id.in_(span.stores))
    if kind:
        asked = asked.where(VOUCHER.c.kind == kind)
    if reference:
        asked = asked.where(VOUCHER.c.reference.contains(reference, autoescape=True))
    if after:
        asked = asked.where(tuple_(*order) < tuple_(*position_of(after, len(order))))
    rows = reading.all(asked)
    shown = rows[:limit]
    following = None
    if len(rows) > limit:
        last = shown[-1]
        following = position_told((last.posting_date, *last[: len(VOUCHER_KEY)]))
    return VoucherPage(rows=[_row(row) for row in shown], next=following)


def vouchers_of_batch(reading: Reading, batch: str, after: str, limit: int) -> HandedPage:
    """What a batch took, oldest first. Raises `export_unknown`, `query_malformed`."""
    batch_named(reading, batch)
    order = (VOUCHER.c.posting_date, *VOUCHER_KEY)
    asked = (
        select(*VOUCHER_KEY, *SHOWN, BOOK_EXPORTED.c.made_number)
        .select_from(BOOK_EXPORTED.join(VOUCHER, MARKED))
        .where(mine(BOOK_EXPORTED), BOOK_EXPORTED.c.batch == batch)
        .order_by(*order)
        .limit(limit + 1)
    )
    if after:
        asked = asked.where(tuple_(*order) > tuple_(*position_of(after, len(order))))
    rows = reading.all(asked)
    shown = rows[:limit]
    following = None
    if len(rows) > limit:
        last = shown[-1]
        following = position_told((last.posting_date, *last[: len(VOUCHER_KEY)]))
    told = [HandedRow(**msgspec.structs.asdict(_row(row)), made_number=int(row.made_number)) for row in shown]
    return HandedPage(rows=told, next=following)


def voucher(reading: Reading, log: str, seq: int, part: int, number: int, language: Language) -> VoucherTold:
    """One voucher whole. Raises `voucher_unknown`."""
    row = _find(reading, log, seq, part, number)
    entries = decode_entries(bytes(row.entries))
    chart = chart_now(reading)
    goods = names_of_goods(reading, {entry.sku for entry in entries})
    partners = PartnerNames(reading, {entry.partner for entry in entries})
    envelope, documents = _behind(reading, row)
    document = documents[row.part] if row.part < len(documents) else None
    told, taken_back = _row(row), _taken_back(reading, log, seq, part, number)
    return VoucherTold(
        **{name: getattr(told, name) for name in told.__struct_fields__},
        rule=row.rule,
        policy=_policy(reading, int(row.policy)),
        memo="" if document is None else memo_in(language, document.memo),
        lines=[
            VoucherEntry(
                account=entry.account,
                account_name=account_name(chart, entry.account),
                store=entry.store,
                memo=memo_in(language, entry.memo),
                sku=entry.sku,
                sku_name=goods[entry.sku],
                partner=entry.partner,
                partner_name=partners.of(entry.partner),
                lot=entry.lot,
                debit=fen_text(max(entry.amount, 0)),
                credit=fen_text(max(-entry.amount, 0)),
            )
            for entry in entries
        ],
        recorded=_recorded(envelope),
        scans=_scans(reading, envelope),
        inspections=_inspections(reading, documents),
        reversible=row.kind in REVERSIBLE and taken_back is None,
        exported=marks_of(reading, row),
        taken_back=taken_back,
        reverses=_reverses(reading, envelope),
        cause=_cause(reading, bytes(row.cause)),
        others=_others(reading, row),
        related=_related(reading, row, document),
    )


def _shown(*more: Any) -> Select[Any]:
    return select(*VOUCHER_KEY, *SHOWN, *more).where(mine(VOUCHER))


def _row(row: Any) -> VoucherRow:
    return VoucherRow(
        node=row.node_id,
        log=bytes(row.log_id).hex(),
        seq=row.seq,
        part=row.part,
        number=row.number,
        kind=row.kind,
        reference=row.reference,
        business_date=row.business_date,
        posting_date=row.posting_date,
        amount=fen_text(int(row.amount)),
    )


def _find(reading: Reading, log: str, seq: int, part: int, number: int) -> Row[Any]:
    more = (VOUCHER.c.entries, VOUCHER.c.cause, VOUCHER.c.policy)
    row = find_voucher(reading, log, seq, part, number, *VOUCHER_KEY, *SHOWN, *more)
    if row is None:
        raise DomainError("voucher_unknown", voucher=f"{log[:40]}:{seq}.{part}.{number}")
    return row


def _behind(reading: Reading, row: Any) -> tuple[Envelope, tuple[Document, ...]]:
    """The fact it follows from, and its documents."""
    envelope = fact_behind(reading, row.node_id, bytes(row.log_id), row.seq)
    return envelope, documents_of_fact(row.node_id, bytes(row.log_id), row.seq, envelope)


def _policy(reading: Reading, version: int) -> PolicyTold:
    asked = select(BOOK_POLICY.c.body).where(mine(BOOK_POLICY)).order_by(BOOK_POLICY.c.version.desc())
    if version:
        asked = asked.where(BOOK_POLICY.c.version == version)
    found = reading.scalar(asked.limit(1))
    body = PolicyBody() if found is None else msgspec.json.decode(found, type=PolicyBody)
    return PolicyTold(version=version, chart=chart_code(chart_named(body.chart)), taxpayer=body.taxpayer)


def _recorded(envelope: Envelope) -> SeenBy:
    return SeenBy(
        at=moment(envelope.happened_ms or envelope.wall_ms),
        actor=envelope.actor,
        device=envelope.device,
        fact_kind=f"{envelope.kind}.v{envelope.kind_v}",
    )


def _scans(reading: Reading, envelope: Envelope) -> list[Scanned]:
    """The codes on the fact's lines, as the scanner read them."""
    fact = decode_body(envelope.kind, envelope.kind_v, envelope.body)
    found = [line for line in getattr(fact, "lines", ()) if getattr(line, "code", "")]
    names = names_of_goods(reading, {line.sku for line in found})
    return [
        Scanned(
            sku=line.sku, sku_name=names[line.sku], code=line.code, typed=bool(getattr(line, "typed", False))
        )
        for line in found
    ]


def _inspections(reading: Reading, documents: Iterable[Document]) -> list[Inspected]:
    """What was looked at, and photographed, of the receipts it speaks of."""
    receipts = {number for document in documents for kind, number in document.files() if kind == "receipt"}
    if not receipts:
        return []
    table = table_of(INSPECTION)
    rows = reading.all(
        select(table)
        .where(mine(table), table.c.receipt.in_(sorted(receipts)))
        .order_by(table.c.happened_ms, table.c.inspection)
    )
    return [
        Inspected(
            inspection=row.inspection,
            store=row._mapping[NODE_ID],
            at=moment(row.happened_ms),
            verdict=row.verdict,
            photos=msgspec.json.decode(row.photos),
            log=bytes(row.log).hex(),
            seq=row.seq,
        )
        for row in rows
    ]


def _taken_back(reading: Reading, log: str, seq: int, part: int, number: int) -> TakenBack | None:
    table = table_of(REVERSAL)
    name = voucher_name(log, seq, part, number)
    row = reading.first(select(table).where(mine(table), table.c.voucher == name))
    return None if row is None else TakenBack(reversal=row.reversal, dated=row.dated, reason=row.reason)


def _reverses(reading: Reading, envelope: Envelope) -> VoucherRow | None:
    fact = decode_body(envelope.kind, envelope.kind_v, envelope.body)
    if not isinstance(fact, VoucherReversed):
        return None
    return _row(_find(reading, fact.log, fact.seq, fact.part, fact.number))


def _cause(reading: Reading, cause: bytes) -> VoucherRow | None:
    """The voucher of the late document; a late document that books nothing has none."""
    found = _at(reading, [cause]) if cause else []
    return next((row for row in found if row.number == 0), None)


def _others(reading: Reading, row: Any) -> list[VoucherRow]:
    rows = reading.all(
        _shown()
        .where(VOUCHER.c.node_id == row.node_id, VOUCHER.c.log_id == row.log_id, VOUCHER.c.seq == row.seq)
        .order_by(*VOUCHER_KEY)
    )
    return [_row(one) for one in rows if (one.part, one.number) != (row.part, row.number)]


def _related(reading: Reading, row: Any, document: Document | None) -> list[VoucherRow]:
    """Vouchers of the documents that share a number with this one, by their places in the books."""
    cells = () if document is None else {file_cell(document.store, *file) for file in document.files()}
    if not cells:
        return []
    key = tuple_(BOOK_CELL.c.node_id, BOOK_CELL.c.kind, BOOK_CELL.c.item)
    rows = reading.all(
        select(BOOK_CELL.c.place)
        .where(mine(BOOK_CELL), key.in_(sorted(cells)))
        .distinct()
        .order_by(BOOK_CELL.c.place)
        .limit(_RELATIVES_MAX)
    )
    found = _at(reading, [bytes(one.place) for one in rows])
    own = (row.node_id, bytes(row.log_id).hex(), row.seq)
    return [one for one in found if (one.node, one.log, one.seq) != own]


def _at(reading: Reading, wanted: list[bytes]) -> list[VoucherRow]:
    """The vouchers at places of the books, in the order of the places."""
    if not wanted:
        return []
    parts = [place_parts(place) for place in wanted]
    logs = {
        (row.node_id, row.epoch): bytes(row.log_id)
        for row in reading.all(
            select(LOG.c.node_id, LOG.c.epoch, LOG.c.log_id).where(
                mine(LOG), tuple_(LOG.c.node_id, LOG.c.epoch).in_(sorted({part[1:3] for part in parts}))
            )
        )
    }
    named = [
        and_(
            VOUCHER.c.node_id == node,
            VOUCHER.c.log_id == logs[node, epoch],
            VOUCHER.c.seq == seq,
            VOUCHER.c.part == part,
        )
        for _, node, epoch, seq, part in parts
        if (node, epoch) in logs
    ]
    if not named:
        return []
    rows = reading.all(_shown().where(or_(*named)))
    epochs = {log: epoch for (_, epoch), log in logs.items()}

    def place(row: Any) -> tuple[bytes, int]:
        day, epoch = date.fromisoformat(row.business_date), epochs[bytes(row.log_id)]
        return place_of(day, row.node_id, epoch, row.seq, row.part), row.number

    return [_row(row) for row in sorted(rows, key=place)]
