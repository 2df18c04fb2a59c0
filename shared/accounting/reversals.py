"""红字冲销: a voucher is taken back whole; nothing posted is changed, a red one follows.

Money and entries by hand can be taken back. What happened to goods is corrected where the goods are (a return, a count,
a sending back), or stock and ledger would part; a month-end is run again. A payment has settled something besides, and
the same fact says what is open again: 233.23 paid on an invoice stand unpaid, 15.00 that a customer paid are owed.
"""

from __future__ import annotations

from shared.accounting import commands, events
from shared.accounting.periods import require_bookable_day
from shared.accounting.projection import MONEY_DOCUMENTS, REVERSAL, voucher_name
from shared.errors import DomainError
from shared.ledger.command import Asked, decides
from shared.ledger.fact import Fact
from shared.ledger.view import View, row

REVERSIBLE = MONEY_DOCUMENTS | {"manual"}
"""Kinds of vouchers that move no goods and are no month-end's."""
PAYMENTS = frozenset(("customer_payment", "supplier_payment"))


@decides(commands.ReverseVoucher)
def reverse_voucher(command: commands.ReverseVoucher, asked: Asked, view: View) -> list[Fact]:
    """Once, whole, into an open month, not before the voucher itself.

    Raises `voucher_unknown`, `not_reversible`, `reversed_already`, `reversal_too_early`.
    """
    require_bookable_day(command.dated, asked, view)
    name = voucher_name(command.log, command.seq, command.part, command.number)
    if not command.found_lines:
        raise DomainError("voucher_unknown", voucher=name)
    if command.found_kind not in REVERSIBLE:
        raise DomainError("not_reversible", kind=command.found_kind)
    if row(view, REVERSAL, name) is not None:
        raise DomainError("reversed_already", voucher=name)
    if command.found_day is not None and command.dated < command.found_day:
        raise DomainError("reversal_too_early", day=command.found_day.isoformat())
    assert (command.found_kind in PAYMENTS) == (command.found_payment is not None)
    return [
        events.VoucherReversed(
            reversal=asked.op_id.hex(),
            log=command.log,
            seq=command.seq,
            part=command.part,
            number=command.number,
            reversed_kind=command.found_kind,
            lines=command.found_lines,
            dated=command.dated,
            reason=command.reason,
            payment=command.found_payment,
        )
    ]
