"""Vouchers as Kingdee KIS imports them (引入标准格式凭证): one row a line, the columns of its own DBF, in its order.

45 columns: the 44 of a record that KIS itself wrote, with their widths, and behind them FHANDLER (经办人), which later
versions write. KIS finds a column by its name, so one more harms none that came before. Four auxiliary classes fit a
line: here the partner (客户 or 供应商) and then the store (部门). Whether an account has such classes is set up in KIS;
names it does not know are refused there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from shared.accounting.export.dbf import Field, Value
from shared.accounting.export.outgoing import Line, Outgoing

AUXILIARY = 4
FIELDS: tuple[Field, ...] = (
    Field("FDATE", "D", 8),
    Field("FTRANSDATE", "D", 8),
    Field("FPERIOD", "N", 4),
    Field("FGROUP", "C", 4),
    Field("FNUM", "N", 6),
    Field("FENTRYID", "N", 6),
    Field("FEXP", "C", 60),
    Field("FACCTID", "C", 254),
    *(
        Field(f"{name}{number}", "C", width)
        for number in range(1, AUXILIARY + 1)
        for name, width in (("FCLSNAME", 20), ("FOBJID", 20), ("FOBJNAME", 40))
    ),
    Field("FTRANSID", "C", 20),
    Field("FCYID", "C", 3),
    Field("FEXCHRATE", "N", 12, 4),
    Field("FDC", "C", 1),
    Field("FFCYAMT", "N", 18, 2),
    Field("FQTY", "N", 18, 2),
    Field("FPRICE", "N", 18, 2),
    Field("FDEBIT", "N", 18, 2),
    Field("FCREDIT", "N", 18, 2),
    Field("FSETTLCODE", "C", 8),
    Field("FSETTLENO", "C", 10),
    Field("FPREPARE", "C", 20),
    Field("FPAY", "C", 8),
    Field("FCASH", "C", 8),
    Field("FPOSTER", "C", 20),
    Field("FCHECKER", "C", 20),
    Field("FATTCHMENT", "N", 6),
    Field("FPOSTED", "L", 1),
    Field("FMODULE", "C", 4),
    Field("FDELETED", "L", 1),
    Field("FSERIALNO", "N", 8),
    Field("FUNITNAME", "C", 50),
    Field("FREFERENCE", "C", 50),
    Field("FCASHFLOW", "N", 6),
    Field("FHANDLER", "C", 20),
)
GROUP = "记"
"""One kind of voucher for everything (记账凭证)."""
LOCAL = "RMB"


def rows(vouchers: Iterable[Outgoing], prepared_by: str) -> Iterator[Mapping[str, Value]]:
    """A row a line; lines count from 0 within their voucher, vouchers from 1 within the file."""
    for serial, voucher in enumerate(vouchers, 1):
        for place, line in enumerate(voucher.lines):
            yield _row(voucher, line, serial, place, prepared_by)


def _row(voucher: Outgoing, line: Line, serial: int, place: int, prepared_by: str) -> Mapping[str, Value]:
    on_debit = line.credit == 0
    return {
        "FDATE": voucher.day,
        "FTRANSDATE": voucher.day,
        "FPERIOD": voucher.day.month,
        "FGROUP": GROUP,
        "FNUM": voucher.number,
        "FENTRYID": place,
        "FEXP": line.summary,
        "FACCTID": line.account,
        **_auxiliary(line),
        "FCYID": LOCAL,
        "FEXCHRATE": 10_000,
        "FDC": "D" if on_debit else "C",
        "FFCYAMT": line.debit + line.credit,
        "FQTY": 0,
        "FPRICE": 0,
        "FDEBIT": line.debit,
        "FCREDIT": line.credit,
        "FPREPARE": prepared_by,
        "FPOSTED": False,
        "FDELETED": False,
        "FSERIALNO": serial,
        "FREFERENCE": voucher.reference,
        "FHANDLER": prepared_by,
    }


def _auxiliary(line: Line) -> dict[str, Value]:
    classes = []
    if line.partner:
        classes.append((line.partner_class, line.partner, line.partner_name))
    if line.store:
        classes.append(("部门", line.store, line.store_name))
    cells: dict[str, Value] = {}
    for number, (name, code, called) in enumerate(classes, 1):
        cells |= {f"FCLSNAME{number}": name, f"FOBJID{number}": code, f"FOBJNAME{number}": called}
    return cells
