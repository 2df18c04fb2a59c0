"""红字冲销: a voucher of head office's is taken back whole; nothing posted is changed, a red one follows.

Only what stands by itself can be taken back: money and entries by hand. What happened to goods is corrected where the
goods are (a return, a count, a sending back), or stock and ledger would part; a payment has settled invoices or a limit
besides, and a month-end is run again.
"""

from __future__ import annotations

from shared.accounting import commands, events
from shared.accounting.periods import require_bookable_day
from shared.accounting.projection import REVERSAL, voucher_name
from shared.errors import DomainError
from shared.ledger.command import Asked, decides
from shared.ledger.fact import Fact
from shared.ledger.view import View, row

REVERSIBLE = frozenset(
    ("manual", "expense", "capital", "cash_deposit", "wallet_settlement", "platform_settlement")
)
"""Kinds of vouchers that nothing else follows from."""


@decides(commands.ReverseVoucher)
def reverse_voucher(command: commands.ReverseVoucher, asked: Asked, view: View) -> list[Fact]:
    """Once, whole, into an open month. Raises `voucher_unknown`, `not_reversible`, `reversed_already`."""
    require_bookable_day(command.dated, asked, view)
    name = voucher_name(command.log, command.seq, command.part, command.number)
    if not command.found_lines:
        raise DomainError("voucher_unknown", voucher=name)
    if command.found_kind not in REVERSIBLE:
        raise DomainError("not_reversible", kind=command.found_kind)
    if row(view, REVERSAL, name) is not None:
        raise DomainError("reversed_already", voucher=name)
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
        )
    ]
