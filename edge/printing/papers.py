"""What is to be printed, put together from the store's books: a label of an item or a lot, a sale's receipt."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from edge.ledger import dbapi
from edge.ledger.reader import ReadView
from edge.printing.desk import Printer, ReceiptStyle
from shared.business_day import local_time
from shared.catalogue.lookup import label_templates, list_price, product
from shared.catalogue.projection import STORE
from shared.errors import DomainError
from shared.i18n import Language, tell
from shared.ledger.command import op_name
from shared.ledger.envelope import Envelope, decode
from shared.ledger.fact import decode_body
from shared.ledger.view import row
from shared.printing.labels import (
    CodeChoice,
    Goods,
    OfLot,
    Paper,
    Weighed,
    is_trade_number,
    lot_label,
    product_label,
    weight_label,
)
from shared.printing.page import Code, Page, Text
from shared.printing.receipt import Line, Paid, Receipt, SoldItem, receipt_lines, receipt_page
from shared.sales.events import SaleRecorded
from shared.units import MICRO, positive_micro

PaperKind = Literal["product", "lot", "weight", "receipt", "test"]


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody wants printed."""

    kind: PaperKind
    sku: str = ""
    lot: str = ""
    weight: str = ""
    sale: str = ""
    code: CodeChoice = "auto"
    language: Language = "zh-CN"

    @property
    def name(self) -> str:
        """What is printed, however often: a sale's receipt."""
        return f"{self.kind}:{op_name(self.sale) or self.sku}:{self.lot}"


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A page, and its lines where a receipt printer could set them itself."""

    page: Page
    lines: tuple[Line, ...] = ()


class Books(msgspec.Struct, frozen=True, kw_only=True):
    """Where to look, and what holds for everything this store prints."""

    connection: dbapi.Connection
    store: str
    today: date
    currency: str
    style: ReceiptStyle

    @property
    def view(self) -> ReadView:
        return ReadView(self.connection)


def sheet_of(wanted: Wanted, books: Books, paper: Paper, copy_number: int = 1) -> Sheet:
    """The page. Raises what is wrong with the request: item, lot or sale unknown, no price, no room."""
    match wanted.kind:
        case "product":
            return Sheet(page=product_label(_goods(wanted, books), paper, wanted.language, wanted.code))
        case "lot":
            goods, lot = _goods(wanted, books), _lot(wanted, books)
            return Sheet(page=lot_label(goods, lot, paper, wanted.language, books.today, wanted.code))
        case "weight":
            return Sheet(page=_weight_label(wanted, books, paper))
        case "receipt":
            receipt = _receipt(wanted.sale, books, copy_number)
            lines = receipt_lines(receipt, wanted.language)
            return Sheet(page=receipt_page(lines, paper.width, receipt.number), lines=lines)
        case "test":
            return Sheet(page=_test_page(paper, wanted.language))


def bytes_for(printer: Printer, sheet: Sheet, copies: int) -> bytes:
    """The sheet in the printer's language; what draws is loaded by the first who prints."""
    from edge.printing import escpos, zpl

    if printer.dialect == "zpl":
        return zpl.zpl_of(sheet.page, copies)
    if sheet.lines and printer.text_mode == "gb18030":
        return escpos.text(sheet.lines, printer.paper_width, cut=printer.cut) * copies
    return escpos.picture(sheet.page, cut=printer.cut) * copies


def _goods(wanted: Wanted, books: Books) -> Goods:
    view = books.view
    known = product(view, wanted.sku)
    unit = str(known["base_unit"] or "")
    return Goods(
        sku=wanted.sku,
        name=str(known["name"] or wanted.sku),
        unit=unit,
        code=_code_of(wanted.sku, unit, books),
        unit_price=list_price(view, wanted.sku, books.store),
        currency=books.currency,
    )


def _codes(sku: str, unit: str, books: Books) -> list[str]:
    """The codes of one base unit, trade numbers first."""
    found = books.connection.execute(
        "SELECT code FROM barcode WHERE sku = ? AND unit = ? AND factor = ? ORDER BY code", (sku, unit, MICRO)
    )
    return sorted((str(code) for (code,) in found), key=lambda code: (not is_trade_number(code), code))


def _code_of(sku: str, unit: str, books: Books) -> str:
    return next(iter(_codes(sku, unit, books)), sku)


def _lot(wanted: Wanted, books: Books) -> OfLot:
    found = books.connection.execute(
        "SELECT expiry FROM lot WHERE sku = ? AND lot = ?", (wanted.sku, wanted.lot)
    ).fetchone()
    if found is None or not wanted.lot:
        raise DomainError("label_lot_unknown", sku=wanted.sku, lot=wanted.lot)
    return OfLot(lot=wanted.lot, expiry=date.fromisoformat(found[0]) if found[0] else None)


def _weight_label(wanted: Wanted, books: Books, paper: Paper) -> Page:
    """By the first of the store's layouts for which the item has a code of the right length."""
    goods = _goods(wanted, books)
    if goods.unit != "kg":
        raise DomainError("label_not_by_weight", sku=wanted.sku)
    templates = [one for one in label_templates(books.view, books.store) if set("PW") & set(one.layout)]
    if not templates:
        raise DomainError("label_no_template")
    codes = [*_codes(wanted.sku, goods.unit, books), wanted.sku]
    template, item_code = next(
        (
            (one, code)
            for one in templates
            for code in codes
            if code.isascii() and code.isdigit() and len(code) == one.layout.count("I")
        ),
        (templates[0], goods.code),
    )
    weight = positive_micro(wanted.weight, "weight")
    return weight_label(
        goods, Weighed(weight=weight, template=template, item_code=item_code), paper, wanted.language
    )


def _receipt(sale: str, books: Books, copy_number: int) -> Receipt:
    """The receipt of a recorded sale, from the fact itself."""
    connection, name = books.connection, op_name(sale)
    found = connection.execute(
        "SELECT s.returned, e.seq, e.bytes FROM sale s JOIN event e ON e.log = s.log AND e.seq = s.seq "
        "WHERE s.sale = ?",
        (name,),
    ).fetchone()
    if found is None:
        raise DomainError("receipt_sale_unknown")
    returned, seq, event_bytes = found
    envelope = decode(bytes(event_bytes))
    fact = decode_body(envelope.kind, envelope.kind_v, envelope.body)
    assert isinstance(fact, SaleRecorded)
    known = row(books.view, STORE, books.store)
    zone = "Asia/Shanghai" if known is None else str(known["timezone"])
    return Receipt(
        shop=books.store if known is None else str(known["name"] or books.store),
        number=fact.reference or f"{books.store}-{envelope.business_date:%y%m%d}-{seq}",
        at=local_time(envelope.happened_ms or envelope.wall_ms, zone),
        clerk=_person(connection, envelope),
        items=tuple(
            SoldItem(
                name=name_,
                qty=line.qty,
                unit=unit,
                unit_price=line.unit_price,
                amount=line.amount,
                discount=line.discount,
            )
            for line in fact.lines
            for name_, unit in (_named(books.view, line.sku),)
        ),
        paid=tuple(Paid(kind=tender.kind, amount=tender.amount) for tender in fact.tenders),
        returned=returned,
        currency=books.currency,
        heading=books.style.heading,
        footing=books.style.footing,
        tax_number=books.style.tax_number,
        tax_rate=books.style.tax_rate,
        copy_number=copy_number,
    )


def _named(view: ReadView, sku: str) -> tuple[str, str]:
    known = product(view, sku)
    return str(known["name"] or sku), str(known["base_unit"] or "")


def _person(connection: dbapi.Connection, envelope: Envelope) -> str:
    found = connection.execute('SELECT name FROM "grant" WHERE user = ?', (envelope.actor,)).fetchone()
    return str(found[0]) if found and found[0] else envelope.actor


def _test_page(paper: Paper, language: Language) -> Page:
    """Characters, digits and a code of a fixed number, to judge a new printer by."""
    width = paper.width - 30
    return Page(
        width=paper.width,
        height=paper.height,
        items=(
            Text(x=15, y=12, width=width, size=44, text=tell("print_test", language, {}), bold=True),
            Text(x=15, y=70, width=width, size=26, text=tell("print_test_text", language, {}), lines=2),
            Code(x=15, y=145, width=width, height=paper.height - 190, kind="ean_13", content="6901234567892"),
            Text(
                x=15, y=paper.height - 38, width=width, size=26, text="6901234567892", align="centre"
            ),
        ),
        title=tell("print_test", language, {}),
    )  # fmt: skip
