"""The shelf of `shared.accounting.keeping` in tables: histories of cells, posted vouchers, and the facts behind them.

A few thousand cells are asked for in one statement, each by a seek in the table's key, so that what a fact costs does
not depend on how long its SKU's history is.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal

import msgspec
from sqlalchemy import Row, select

from cloud.store.book_tables import BOOK_CELL, VOUCHER
from cloud.store.ledger_tables import EVENT, LOG
from cloud.store.tenant import Reading, Writing, mine
from shared.accounting.desk import VALUES, Cell
from shared.accounting.documents import Document
from shared.accounting.from_facts import Seen, documents_of
from shared.accounting.keeping import Place, place_parts
from shared.accounting.voucher import Entry, Taking
from shared.ledger import envelope as envelopes
from shared.ledger.envelope import Envelope
from shared.ledger.fact import DESCRIBING, decode_body

COLUMNS = ("node_id", "kind", "item", "place", "value")
_AFRESH = "ON CONFLICT (tenant_id, node_id, kind, item, place) DO UPDATE SET value = excluded.value"
_ENCODER = msgspec.msgpack.Encoder()
Sought = Literal["last", "before", "at", "after"]

_WHICH: Mapping[Sought, str] = {"last": "", "before": "AND x.place < {p}", "after": "AND x.place > {p}"}
# CROSS JOIN is SQLite's word for "in this order": left to itself it reads every cell of the company for each asked.
_SQLITE = """
SELECT w.key AS at, c.place, c.value FROM json_each(?) AS w
CROSS JOIN book_cell AS c ON c.tenant_id = ? AND c.node_id = w.value ->> 0 AND c.kind = w.value ->> 1
  AND c.item = w.value ->> 2 AND c.place = {place}
"""
_SQLITE_SEEK = """(SELECT x.place FROM book_cell AS x WHERE x.tenant_id = ? AND x.node_id = w.value ->> 0
  AND x.kind = w.value ->> 1 AND x.item = w.value ->> 2 {which} ORDER BY x.place {order} LIMIT 1)"""
_POSTGRES = """
SELECT w.at - 1 AS at, c.place, c.value
FROM unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS w(node, kind, item, at)
CROSS JOIN LATERAL (SELECT x.place, x.value FROM book_cell AS x WHERE x.tenant_id = %s AND x.node_id = w.node
  AND x.kind = w.kind AND x.item = w.item {which} ORDER BY x.place {order} LIMIT 1) AS c
"""


@cache
def _decoder(kind: str) -> msgspec.msgpack.Decoder[Any]:
    with DESCRIBING:
        return msgspec.msgpack.Decoder(VALUES[kind])


with DESCRIBING:
    _ENTRIES = msgspec.msgpack.Decoder(tuple[Entry, ...])
    _TAKINGS = msgspec.msgpack.Decoder(tuple[Taking, ...])


def encode_entries(entries: tuple[Entry, ...]) -> bytes:
    """A voucher's lines as they are kept."""
    return _ENCODER.encode(entries)


def decode_entries(blob: bytes) -> tuple[Entry, ...]:
    return _ENTRIES.decode(blob)


def encode_takings(takings: tuple[Taking, ...]) -> bytes:
    """What a voucher's goods brought in; nothing where they brought in nothing."""
    return _ENCODER.encode(takings) if takings else b""


def find_voucher(
    reading: Reading, log: str, seq: int, part: int, number: int, *columns: Any
) -> Row[Any] | None:
    """Columns of the voucher of that name, by the newest rule where there are several; None where there is none."""
    try:
        log_id = bytes.fromhex(log)
    except ValueError:
        return None
    # With the node, because that is how the rows are kept together.
    node = reading.scalar(select(LOG.c.node_id).where(mine(LOG), LOG.c.log_id == log_id))
    return reading.first(
        select(*columns)
        .where(
            mine(VOUCHER),
            VOUCHER.c.node_id == (node or ""),
            VOUCHER.c.log_id == log_id,
            VOUCHER.c.seq == seq,
            VOUCHER.c.part == part,
            VOUCHER.c.number == number,
        )
        .order_by(VOUCHER.c.rule.desc())
        .limit(1)
    )


def name_of(log: bytes, seq: int) -> str:
    """A fact's name in words, for documents that have no number of their own."""
    return f"{log.hex()}:{seq}"


def fact_behind(reading: Reading, node: str, log: bytes, seq: int) -> Envelope:
    """The fact a voucher follows from, as it is stored."""
    stored = reading.scalar(
        select(EVENT.c.bytes).where(
            mine(EVENT), EVENT.c.node_id == node, EVENT.c.log_id == log, EVENT.c.seq == seq
        )
    )
    return envelopes.decode(bytes(stored))


def documents_of_fact(node: str, log: bytes, seq: int, envelope: Envelope) -> tuple[Document, ...]:
    """The documents of a stored fact, none where this program does not know its kind."""
    fact = decode_body(envelope.kind, envelope.kind_v, envelope.body)
    if fact is None:
        return ()
    seen = Seen(name_of(log, seq), envelope.op_id.hex(), envelope.business_date, node)
    return documents_of(fact, seen)


def decode_value(kind: str, blob: bytes | None) -> Any:
    """What a cell of that kind holds."""
    return None if blob is None else _decoder(kind).decode(blob)


def seek(
    reading: Reading, sought: Sought, cells: Collection[Cell], place: Place = b""
) -> Iterator[tuple[Cell, Place, Any]]:
    """An entry of each cell's history that has one: the last, the last before a place, at it, the first after."""
    asked = list(cells)
    if not asked:
        return
    rows = _ask_sqlite if reading.connection.dialect.name == "sqlite" else _ask_postgres
    for row in rows(reading, sought, asked, place):
        cell = asked[row.at]
        yield cell, bytes(row.place), decode_value(cell[1], row.value)


class TableShelf:
    """The shelf inside one write transaction after another; `writing` is the one in hand."""

    def __init__(self, writing: Writing) -> None:
        self.writing = writing
        self._logs: dict[tuple[str, int], bytes] = {}

    def heads(self, cells: Collection[Cell]) -> Mapping[Cell, tuple[Place, Any]]:
        return {cell: (place, value) for cell, place, value in seek(self.writing, "last", cells)}

    def before(self, cells: Collection[Cell], place: Place) -> Mapping[Cell, Any]:
        return {cell: value for cell, _, value in seek(self.writing, "before", cells, place)}

    def standing(self, cells: Collection[Cell], place: Place) -> Mapping[Cell, Any]:
        return {cell: value for cell, _, value in seek(self.writing, "at", cells, place)}

    def following(self, cells: Collection[Cell], place: Place) -> Collection[Place]:
        return {after for _, after, _ in seek(self.writing, "after", cells, place)}

    def keep(self, entries: Sequence[tuple[Cell, Place, Any]]) -> None:
        encode = _ENCODER.encode
        rows = [(*cell, place, None if value is None else encode(value)) for cell, place, value in entries]
        rows.sort()
        self.writing.many(BOOK_CELL, COLUMNS, rows, _AFRESH)

    def drop(self, cells: Collection[Cell], place: Place) -> None:
        for node, kind, item in cells:
            self.writing.change(
                BOOK_CELL.delete().where(
                    mine(BOOK_CELL),
                    BOOK_CELL.c.node_id == node,
                    BOOK_CELL.c.kind == kind,
                    BOOK_CELL.c.item == item,
                    BOOK_CELL.c.place == place,
                )
            )

    def document(self, place: Place) -> Document:
        node, log, seq, part = self.name(place)
        return documents_of_fact(node, log, seq, fact_behind(self.writing, node, log, seq))[part]

    def posted(self, place: Place) -> tuple[int, Iterable[Entry], Iterable[Taking]]:
        node, log, seq, part = self.name(place)
        rows = self.writing.all(
            select(VOUCHER.c.entries, VOUCHER.c.takings).where(
                mine(VOUCHER),
                VOUCHER.c.node_id == node,
                VOUCHER.c.log_id == log,
                VOUCHER.c.seq == seq,
                VOUCHER.c.part == part,
            )
        )
        entries = [entry for row in rows for entry in decode_entries(bytes(row.entries))]
        takings = [taking for row in rows if row.takings for taking in _TAKINGS.decode(bytes(row.takings))]
        return len(rows), entries, takings

    def name(self, place: Place) -> tuple[str, bytes, int, int]:
        """Node, log, number and part of what stands at a place."""
        _, node, epoch, seq, part = place_parts(place)
        key = node, epoch
        if key not in self._logs:
            log = self.writing.scalar(
                select(LOG.c.log_id).where(mine(LOG), LOG.c.node_id == node, LOG.c.epoch == epoch)
            )
            self._logs[key] = bytes(log)
        return node, self._logs[key], seq, part


def _ask_sqlite(reading: Reading, sought: Sought, cells: list[Cell], place: Place) -> Sequence[Row[Any]]:
    tenant, asked = reading.tenant, json.dumps(cells, ensure_ascii=False)
    values: tuple[Any, ...]
    if sought == "at":
        statement, values = _SQLITE.format(place="?"), (asked, tenant, place)
    else:
        order = "ASC" if sought == "after" else "DESC"
        seek = _SQLITE_SEEK.format(which=_WHICH[sought].format(p="?"), order=order)
        statement = _SQLITE.format(place=seek)
        values = (asked, tenant, tenant) if sought == "last" else (asked, tenant, tenant, place)
    return reading.connection.exec_driver_sql(statement, values).all()


def _ask_postgres(reading: Reading, sought: Sought, cells: list[Cell], place: Place) -> Sequence[Row[Any]]:
    columns = tuple(list(column) for column in zip(*cells, strict=True))
    which = "AND x.place = {p}" if sought == "at" else _WHICH[sought]
    order = "ASC" if sought == "after" else "DESC"
    statement = _POSTGRES.format(which=which.format(p="%s"), order=order)
    values: tuple[Any, ...] = (
        (*columns, reading.tenant) if sought == "last" else (*columns, reading.tenant, place)
    )
    return reading.connection.exec_driver_sql(statement, values).all()
