"""Kingdee's voucher rows as a spreadsheet: the columns of the DBF; texts, amounts and dates are what they are."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime

import xlsxwriter

from shared.accounting.export.dbf import Value
from shared.accounting.export.kingdee import FIELDS

SHEET = "凭证"


def kingdee_sheet(rows: Iterable[Mapping[str, Value]], made: datetime) -> bytes:
    """The workbook of a batch made at that moment (UTC); no text in it can become a formula."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        # The same batch makes the same bytes: without a moment of its own the file would carry that of its writing.
        book.set_properties({"created": made})
        sheet = book.add_worksheet(SHEET)
        sheet.freeze_panes(1, 0)
        money, day = book.add_format({"num_format": "0.00"}), book.add_format({"num_format": "yyyy-mm-dd"})
        for column, field in enumerate(FIELDS):
            sheet.write_string(0, column, field.name)
        for at, row in enumerate(rows, 1):
            for column, field in enumerate(FIELDS):
                match row.get(field.name):
                    case None:
                        continue
                    case bool() as value:
                        sheet.write_boolean(at, column, value)
                    case date() as value:
                        sheet.write_datetime(at, column, value, day)
                    case int() as value if field.decimals:
                        sheet.write_number(at, column, value / 10**field.decimals, money)
                    case int() as value:
                        sheet.write_number(at, column, value)
                    case value:
                        sheet.write_string(at, column, value)
    return out.getvalue()
