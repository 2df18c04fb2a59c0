"""What a voucher that is to be taken back says: looked up at head office, never believed from a client."""

from __future__ import annotations

from sqlalchemy import select

from cloud.books.shelf import decode_entries
from cloud.store.book_tables import VOUCHER
from cloud.store.ledger_tables import LOG
from cloud.store.tenant import Reading, mine
from shared.accounting.commands import ReverseVoucher
from shared.accounting.events import VoucherLine


def with_voucher(reading: Reading, command: ReverseVoucher) -> ReverseVoucher:
    """The command with the voucher's kind and lines; with none where there is no such voucher."""
    log_id = bytes.fromhex(command.log)
    node = reading.scalar(select(LOG.c.node_id).where(mine(LOG), LOG.c.log_id == log_id))
    found = None
    if node is not None:
        found = reading.first(
            select(VOUCHER.c.kind, VOUCHER.c.entries).where(
                mine(VOUCHER),
                VOUCHER.c.node_id == node,
                VOUCHER.c.log_id == log_id,
                VOUCHER.c.seq == command.seq,
                VOUCHER.c.part == command.part,
                VOUCHER.c.number == command.number,
            )
        )
    lines = () if found is None else decode_entries(bytes(found.entries))
    return ReverseVoucher(
        log=command.log,
        seq=command.seq,
        part=command.part,
        number=command.number,
        dated=command.dated,
        reason=command.reason,
        found_kind="" if found is None else found.kind,
        found_lines=tuple(
            VoucherLine(
                account=entry.account,
                debit=max(entry.amount, 0),
                credit=max(-entry.amount, 0),
                store=entry.store,
                partner=entry.partner,
                note=entry.memo,
            )
            for entry in lines
        ),
    )
