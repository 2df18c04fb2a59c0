"""What a voucher that is to be taken back says: looked up at head office, never believed from a client."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row

from cloud.books.shelf import decode_entries, fact_behind, find_voucher
from cloud.store.book_tables import VOUCHER
from cloud.store.tenant import Reading
from shared.accounting.commands import ReverseVoucher
from shared.accounting.events import CustomerPaid, PaymentTakenBack, SupplierPaid, VoucherLine
from shared.accounting.reversals import PAYMENTS
from shared.ledger.fact import decode_body


def with_voucher(reading: Reading, command: ReverseVoucher) -> ReverseVoucher:
    """The command with the voucher's kind, day and lines, and what it settled; with none where there is none such."""
    found = find_voucher(
        reading,
        command.log,
        command.seq,
        command.part,
        command.number,
        VOUCHER.c.node_id,
        VOUCHER.c.log_id,
        VOUCHER.c.seq,
        VOUCHER.c.kind,
        VOUCHER.c.business_date,
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
        found_day=None if found is None else date.fromisoformat(found.business_date),
        found_payment=None if found is None or found.kind not in PAYMENTS else _payment(reading, found),
    )


def _payment(reading: Reading, voucher: Row[Any]) -> PaymentTakenBack:
    """What the fact behind the voucher had settled."""
    envelope = fact_behind(reading, voucher.node_id, bytes(voucher.log_id), voucher.seq)
    fact = decode_body(envelope.kind, envelope.kind_v, envelope.body)
    if isinstance(fact, CustomerPaid):
        return PaymentTakenBack(document=fact.payment, amount=fact.amount, customer=fact.customer)
    assert isinstance(fact, SupplierPaid)
    return PaymentTakenBack(
        document=fact.payment, amount=fact.amount, supplier=fact.supplier, invoices=fact.invoices
    )
