"""The lines of a sales file as ops of this store: decided once for trial, and recorded only if all of them may be.

Op ids follow from the file's content, so the same file imported again records nothing a second time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from edge.ledger.recording import Asker, Moment, Prepared, internal_op, record
from edge.ledger.writer import Transaction, Writer
from edge.sales_files.reading import FileLine, Layout, Trouble, read_file
from shared.access.roles import EVERY_PERMISSION
from shared.catalogue.projection import BARCODE, SKU, STORE
from shared.errors import DomainError
from shared.ledger.chain import Head
from shared.ledger.command import Command
from shared.ledger.view import View, row
from shared.sales.commands import Sell, SellLine, TakeBack, TakeBackLine

DEVICE = "sales-file"
_LINES_PER_OP = 200


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file. With troubles nothing of it was recorded."""

    lines: int = 0
    other_stores: int = 0
    sales: int = 0
    returns: int = 0
    known_before: int = 0
    first_day: str = ""
    last_day: str = ""
    troubles: list[Trouble] = []


class _Asked(msgspec.Struct, frozen=True):
    """One op to be, and the first of its lines."""

    line: int
    op: Prepared


def import_file(writer: Writer, data: bytes, layout: Layout, actor: str, store_name: str = "") -> Imported:
    """Read, rehearse, and record. Lines of other stores are left aside where the file names stores."""
    lines, troubles = read_file(data, layout)
    ours = [line for line in lines if not line.store or line.store in (writer.identity.store, store_name)]
    asker = Asker(actor=actor, permissions=EVERY_PERMISSION, auth_level="system")
    # Also where some lines cannot be read: whoever repairs the file wants to hear of unknown goods at once.
    ops = writer.run(lambda tx: _ops(tx, ours, hashlib.sha256(data).digest(), writer, troubles)).result()
    known = 0
    if not troubles:
        rehearsal = writer.run(lambda tx: _rehearse(tx, ops, asker, writer.identity.store))
        outcome = rehearsal.exception()
        assert isinstance(outcome, _Rehearsed), outcome
        troubles, known = outcome.troubles, outcome.known
    if troubles:
        return Imported(lines=len(lines), troubles=sorted(troubles, key=lambda trouble: trouble.line))
    _record(writer, ops, asker)
    return Imported(
        lines=len(ours),
        other_stores=len(lines) - len(ours),
        sales=sum(isinstance(asked.op.command, Sell) for asked in ops),
        returns=sum(isinstance(asked.op.command, TakeBack) for asked in ops),
        known_before=known,
        first_day=min((line.day.isoformat() for line in ours), default=""),
        last_day=max((line.day.isoformat() for line in ours), default=""),
    )


def _ops(
    tx: Transaction, lines: Sequence[FileLine], file_hash: bytes, writer: Writer, troubles: list[Trouble]
) -> list[_Asked]:
    """One sale (or return) per receipt, or per line where the file names no receipts; in the file's time order."""
    known = row(tx.rows, STORE, writer.identity.store)
    zone = ZoneInfo("Asia/Shanghai" if known is None else str(known["timezone"]))
    groups: dict[tuple[Any, ...], list[FileLine]] = {}
    for line in lines:
        name = (line.day, line.receipt) if line.receipt else (line.day, "", line.number)
        groups.setdefault((*name, line.qty.startswith("-")), []).append(line)
    found: list[tuple[int, _Asked]] = []
    for group in groups.values():
        for at in range(0, len(group), _LINES_PER_OP):
            part = group[at : at + _LINES_PER_OP]
            try:
                command = _command(tx.rows, part, troubles)
            except DomainError as error:
                troubles.append(Trouble(part[0].number, error))
                continue
            moment = datetime.combine(part[0].day, part[0].at, tzinfo=zone)
            at_ms = int(moment.timestamp() * 1000)
            op = internal_op(
                command, op_id=_op_id(file_hash, part[0].number, at_ms), device=DEVICE, at_ms=at_ms
            )
            found.append((at_ms, _Asked(part[0].number, op)))
    return [asked for _, asked in sorted(found, key=lambda entry: (entry[0], entry[1].line))]


def _op_id(file_hash: bytes, line: int, at_ms: int) -> bytes:
    """Ordered by the time of the sale like any UUIDv7, the rest from the file itself."""
    told = hashlib.sha256(file_hash + line.to_bytes(8, "big")).digest()[:10]
    value = int.from_bytes(at_ms.to_bytes(6, "big") + told, "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    return ((value & ~(0x3 << 62)) | (0x2 << 62)).to_bytes(16, "big")


def _command(view: View, lines: Sequence[FileLine], troubles: list[Trouble]) -> Command:
    skus = []
    for line in lines:
        sku = _sku(view, line.sku)
        if sku is None:
            troubles.append(Trouble(line.number, DomainError("sku_unknown", sku=line.sku[:60])))
        skus.append(sku or line.sku)
    receipt = lines[0].receipt[:64]
    if lines[0].qty.startswith("-"):
        return TakeBack(
            lines=tuple(
                TakeBackLine(
                    sku=sku, qty=line.qty.lstrip("-"), amount=line.amount.lstrip("-"), disposition="restock"
                )
                for sku, line in zip(skus, lines, strict=True)
            ),
            reason="import",
            reference=receipt,
        )
    return Sell(
        lines=tuple(
            SellLine(sku=sku, qty=line.qty, amount=line.amount, discount=line.discount)
            for sku, line in zip(skus, lines, strict=True)
        ),
        reference=receipt,
    )


def _sku(view: View, code: str) -> str | None:
    """The product behind an article number or a barcode."""
    if row(view, SKU, code) is not None:
        return code
    for candidate in (code, code.zfill(14)):
        found = row(view, BARCODE, candidate)
        if found is not None:
            return str(found["sku"])
    return None


class _Rehearsed(Exception):
    """Ends the trial: its transaction must not stay."""

    def __init__(self, troubles: list[Trouble], known: int) -> None:
        super().__init__("rehearsed")
        self.troubles = troubles
        self.known = known


def _rehearse(tx: Transaction, ops: Sequence[_Asked], asker: Asker, store: str) -> None:
    """Decide every op upon the ones before it, and take it all back. Raises _Rehearsed."""
    troubles: list[Trouble] = []
    known = 0
    tip = Head(bytes(16), 0, bytes(32))
    moment = Moment(tx.rows, store, tx.now_ms)
    for asked in ops:
        if tx.connection.execute("SELECT 1 FROM op WHERE op_id = ?", (asked.op.op_id,)).fetchone():
            known += 1
            continue
        try:
            became = record(asked.op, asker, tx.rows, moment, tip, 0)
        except DomainError as error:
            troubles.append(Trouble(asked.line, error))
            continue
        tip = became.tip
        tx.rows.apply(became.changes)
    raise _Rehearsed(troubles, known)


def _record(writer: Writer, ops: Sequence[_Asked], asker: Asker) -> None:
    """All of them in one transaction: a power cut leaves the whole file or nothing of it."""
    if not ops:
        return
    answers = writer.submit([asked.op for asked in ops], asker).result()
    refused = [answer for answer in answers if not answer.accepted]
    assert not refused, "what the rehearsal allowed was refused"
