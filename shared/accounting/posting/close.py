"""The month's end: VAT moves to what is owed, surtaxes are booked, income and expenses go into the profit."""

from __future__ import annotations

from shared.accounting.accounts import Role
from shared.accounting.closing import payable_vat, profit_entries
from shared.accounting.desk import Amount, Desk, Draft
from shared.accounting.documents import CloseProfitAndLoss, VatClose
from shared.accounting.posting import post
from shared.accounting.posting.money import book_lines
from shared.accounting.vat import surtax


@post.register
def _(document: VatClose, desk: Desk, draft: Draft) -> None:
    if document.lines:
        book_lines(document.lines, draft)
        return
    policy = desk.policy
    payable = payable_vat(policy, desk.turnover)
    if policy.taxpayer == "small_scale":
        payable = _not_yet_surtaxed(desk, draft, payable)
    if payable <= 0:
        return  # More input than output is carried into the next month where it stands.
    if policy.taxpayer == "general":
        draft.book(Role.VAT_TO_UNPAID, payable)
        draft.book(Role.VAT_UNPAID, -payable)
    levied = surtax(payable, policy.surtaxes, policy.surtax_factor)
    draft.book(Role.TAXES, levied)
    draft.book(Role.SURTAX_PAYABLE, -levied)


def _not_yet_surtaxed(desk: Desk, draft: Draft, owed: int) -> int:
    """A small-scale taxpayer's VAT is moved nowhere, so the close remembers how much has borne its surtaxes."""
    known = desk.file(draft, "vat_close", "", Amount)
    surtaxed = known.fen if known else 0
    desk.put_file(draft, "vat_close", "", Amount(max(owed, surtaxed)))
    return owed - surtaxed


@post.register
def _(document: CloseProfitAndLoss, desk: Desk, draft: Draft) -> None:
    if document.lines:
        book_lines(document.lines, draft)
        return
    profit = 0
    for code, amount in profit_entries(desk.policy.chart, desk.turnover):
        draft.book(code, amount)
        profit += amount
    draft.book(Role.YEAR_PROFIT, -profit)
