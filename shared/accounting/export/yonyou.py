"""Vouchers as the 总账工具 of Yonyou T3 and U8 imports them: a text whose first line names the format, a line an entry.

Fields are told apart by commas and never quoted, so a comma within a text becomes a full-width one. In their order:
date, kind, number, papers attached, summary, account, debit, credit, quantity, foreign amount, rate, who prepared it,
way and number of settlement, its date, department, person, customer, supplier. The order follows public examples of
such files; the version at hand has the last word, so the first import is to be tried on a copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shared.accounting.export.outgoing import Line, Outgoing
from shared.money import fen_text

HEAD = "填制凭证,V800"
ENCODING = "gbk"
KIND = "记"
SUMMARY_MAX = 60


def yonyou(vouchers: Iterable[Outgoing], prepared_by: str) -> bytes:
    """The whole file in GBK; what GBK cannot write becomes "?"."""
    lines = [HEAD, *(line for voucher in vouchers for line in _lines(voucher, prepared_by))]
    return ("\r\n".join(lines) + "\r\n").encode(ENCODING, "replace")


def _lines(voucher: Outgoing, prepared_by: str) -> Iterator[str]:
    for line in voucher.lines:
        yield ",".join(_plain(text) for text in _fields(voucher, line, prepared_by))


def _fields(voucher: Outgoing, line: Line, prepared_by: str) -> tuple[str, ...]:
    customer = line.partner if line.partner_class == "客户" else ""
    supplier = line.partner if line.partner_class == "供应商" else ""
    return (
        voucher.day.isoformat(),
        KIND,
        str(voucher.number),
        "0",
        line.summary[:SUMMARY_MAX],
        line.account,
        fen_text(line.debit),
        fen_text(line.credit),
        *("0", "0", "0"),
        prepared_by,
        *("", ""),
        voucher.day.isoformat(),
        line.store,
        "",
        customer,
        supplier,
    )


def _plain(text: str) -> str:
    return text.replace(",", "，").replace("\r", " ").replace("\n", " ")
