"""What a voucher that is to be taken back says: looked up at head office, never believed from a client."""

from __future__ import annotations

from cloud.books.shelf import decode_entries, find_voucher
from cloud.store.book_tables import VOUCHER
from cloud.store.tenant import Reading
from shared.accounting.commands import ReverseVoucher
from shared.accounting.events import VoucherLine


def with_voucher(reading: Reading, command: ReverseVoucher) -> ReverseVoucher:
    """The command with the voucher's kind and lines; with none where there is no such voucher."""
    found = find_voucher(
        reading,
        command.log,
        command.seq,
        command.part,
        command.number,
        VOUCHER.c.kind,
        VOUCHER.c.entries,
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
