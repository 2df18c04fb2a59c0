"""Labels for shelf, lot and weighed goods, laid out for the paper that is in the printer.

A product label carries the number under which the till finds the item; a lot label also the lot and its last
day, in a small square GS1 DataMatrix, because a GS1-128 with both would be wider than a 40 mm label; a weight
label carries weight or price inside its digits, by the store's own template.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from shared.barcodes.check_digits import are_ascii_digits, ends_in_check_digit
from shared.barcodes.digital_link import compose_link
from shared.barcodes.gs1 import Element, read_bracketed
from shared.barcodes.in_store import LabelTemplate, compose_label
from shared.errors import DomainError
from shared.i18n import Language, tell
from shared.money import fen_text, line_amount_fen
from shared.printing.page import Align, Code, CodeKind, Item, Page, Text
from shared.units import decimal_text, half_up

LabelKind = Literal["product", "lot", "weight"]
CodeChoice = Literal["auto", "gs1_128", "gs1_data_matrix", "qr_code"]
NARROWEST, WIDEST, LOWEST, HIGHEST = 250, 1100, 200, 1500
_EDGE = 15
_SQUARE: tuple[CodeKind, ...] = ("gs1_data_matrix", "qr_code")


class Goods(Struct, frozen=True, kw_only=True):
    """What a label says about an item. `code` is what the till looks up: a trade number or the shop's own."""

    sku: str
    name: str
    unit: str
    code: str
    unit_price: int | None = None
    currency: str = "¥"


class OfLot(Struct, frozen=True, kw_only=True):
    """The lot on a lot label."""

    lot: str
    expiry: date | None = None


class Weighed(Struct, frozen=True, kw_only=True):
    """What was weighed: millionths of a kilogram, and the layout the store's tills read."""

    weight: int
    template: LabelTemplate
    item_code: str


class Paper(Struct, frozen=True, kw_only=True):
    """The size of one label in tenths of a millimetre."""

    width: int = 400
    height: int = 300


def require_paper(paper: Paper) -> None:
    """Raises `paper_size` unless a label can be laid out on it."""
    if not (NARROWEST <= paper.width <= WIDEST and LOWEST <= paper.height <= HIGHEST):
        raise DomainError("paper_size", width=f"{paper.width / 10:g}", height=f"{paper.height / 10:g}")


def product_label(goods: Goods, paper: Paper, language: Language, choice: CodeChoice = "auto") -> Page:
    """Name, price and the code of the item."""
    sheet = _Sheet(paper)
    kind, content = _product_code(goods.code, choice, paper)
    items = [sheet.name(goods)]
    if goods.unit_price is not None:
        price = f"{goods.currency}{fen_text(half_up(goods.unit_price, 10_000))}"
        told = tell("print_price_each", language, {"price": price, "unit": goods.unit})
        items.append(sheet.text(112, 50, told, bold=True))
    below = content if kind in ("ean_13", "ean_8") else goods.code
    items += sheet.code(kind, content, below, top=172)
    return sheet.page(items, goods.name)


def lot_label(
    goods: Goods, of_lot: OfLot, paper: Paper, language: Language, today: date, choice: CodeChoice = "auto"
) -> Page:
    """Name, lot and last day, and all three in the code where the item has a trade number."""
    sheet = _Sheet(paper)
    kind, content = _lot_code(goods, of_lot, choice, today)
    square = kind in _SQUARE
    side = min(paper.height - sheet.at(112) - _EDGE, paper.width * 45 // 100) if square else 0
    room = paper.width - 2 * _EDGE - (side + _EDGE if square else 0)
    rows = [(26, tell("print_lot", language, {"lot": of_lot.lot}), 2 if square else 1, False)]
    if of_lot.expiry:
        rows.append((22, tell("print_use_by", language, {}), 1, False))
        rows.append((34, of_lot.expiry.isoformat(), 1, True))
    rows.append((22, goods.sku, 1, False))
    items, y = [sheet.name(goods)], 114
    for size, text, lines, bold in rows:
        items.append(sheet.text(y, size, text, width=room, lines=lines, bold=bold))
        y += round(size * 1.25) * lines
    if square:
        x, top = paper.width - _EDGE - side, paper.height - _EDGE - side
        items.append(Code(x=x, y=top, width=side, height=side, kind=kind, content=content))
    else:
        below = sheet.at(y + 6)
        items.append(
            Code(
                x=_EDGE, y=below, width=paper.width - 2 * _EDGE, height=paper.height - below - _EDGE,
                kind=kind, content=content,
            )
        )  # fmt: skip
    return sheet.page(items, goods.name)


def weight_label(goods: Goods, weighed: Weighed, paper: Paper, language: Language) -> Page:
    """Name, weight, price a kilogram and price, with weight or price in the digits of the code."""
    sheet = _Sheet(paper)
    if goods.unit_price is None:
        raise DomainError("price_missing", sku=goods.sku)
    if weighed.weight <= 0:
        raise DomainError("quantity_not_positive", field="weight", text=decimal_text(weighed.weight))
    weight = printed_weight(weighed.weight, weighed.template)
    amount = line_amount_fen(weight, goods.unit_price)
    digits = compose_label(weighed.template, weighed.item_code, amount_fen=amount, weight=weight, count=None)
    each = tell(
        "print_price_each",
        language,
        {"price": f"{goods.currency}{fen_text(half_up(goods.unit_price, 10_000))}", "unit": "kg"},
    )
    half = (paper.width - 3 * _EDGE) // 2
    items = [
        sheet.name(goods),
        sheet.text(108, 30, f"{decimal_text(weight)} kg", width=half),
        sheet.text(144, 22, each, width=half),
        sheet.text(
            106, 54, f"{goods.currency}{fen_text(amount)}",
            x=2 * _EDGE + half, width=half, bold=True, align="right",
        ),
        *sheet.code("ean_13" if len(digits) == 13 else "code_128", digits, digits, top=178),
    ]  # fmt: skip
    return sheet.page(items, goods.name)


def printed_weight(weight: int, template: LabelTemplate) -> int:
    """The weight as the label shows it, to the gram or to what its digits can hold, so that the price agrees."""
    decimals = min(template.weight_decimals, 3) if "W" in template.layout else 3
    step: int = 10 ** (6 - decimals)
    return half_up(weight, step) * step


def is_trade_number(code: str) -> bool:
    """True for digits that can stand as a GTIN in a GS1 message."""
    return are_ascii_digits(code) and len(code) in (8, 12, 13, 14) and ends_in_check_digit(code)


def _product_code(code: str, choice: CodeChoice, paper: Paper) -> tuple[CodeKind, str]:
    """EAN for what has one, as every till reads it; anything else in Code 128, or QR where bars have no room."""
    if choice == "qr_code":
        return "qr_code", _link(code) if is_trade_number(code) else code
    if not is_trade_number(code):
        return ("code_128" if len(code) * 11 + 60 <= paper.width * 0.7 else "qr_code"), code
    if choice != "auto":
        return choice, f"(01){code.zfill(14)}"
    if code.zfill(14)[:6] == "000000" and len(code.lstrip("0")) > 4:
        return "ean_8", code.zfill(14)[6:]
    if code.zfill(14).startswith("0"):
        return "ean_13", code.zfill(14)[1:]
    return "gs1_data_matrix", f"(01){code}"


def _lot_code(goods: Goods, of_lot: OfLot, choice: CodeChoice, today: date) -> tuple[CodeKind, str]:
    if not is_trade_number(goods.code):
        return "qr_code", goods.code
    bracketed = f"(01){goods.code.zfill(14)}"
    if of_lot.expiry:
        bracketed += f"(17){of_lot.expiry:%y%m%d}"
    bracketed += "(10)" + of_lot.lot.replace("(", "\\(")
    elements = read_bracketed(bracketed, today)
    if choice == "qr_code":
        link = compose_link(elements)
        assert link is not None
        return "qr_code", link
    return ("gs1_data_matrix" if choice == "auto" else choice), bracketed


def _link(code: str) -> str:
    link = compose_link((Element("01", code.zfill(14)),))
    assert link is not None
    return link


class _Sheet:
    """A label's paper; places and sizes are given for 40 x 30 mm and grow or shrink with it."""

    def __init__(self, paper: Paper) -> None:
        require_paper(paper)
        self.paper = paper
        self._hundredths = min(paper.width * 100 // 400, paper.height * 100 // 300, 170)

    def at(self, value: int) -> int:
        return value * self._hundredths // 100

    def text(
        self,
        y: int,
        size: int,
        text: str,
        *,
        x: int = _EDGE,
        width: int = 0,
        lines: int = 1,
        bold: bool = False,
        align: Align = "left",
    ) -> Item:
        room = width or self.paper.width - 2 * _EDGE
        return Text(
            x=x, y=self.at(y), width=room, size=self.at(size), text=text, lines=lines, bold=bold, align=align
        )

    def name(self, goods: Goods) -> Item:
        return self.text(12, 40, goods.name, lines=2, bold=True)

    def code(self, kind: CodeKind, content: str, below: str, *, top: int) -> list[Item]:
        """The code with its digits under it, which a person types where a scanner gives up."""
        foot = self.paper.height - self.at(38)
        digits = Text(
            x=_EDGE, y=foot, width=self.paper.width - 2 * _EDGE, size=self.at(26), text=below, align="centre"
        )
        height = foot - self.at(top) - 4
        width = height if kind in _SQUARE else self.paper.width - 2 * _EDGE
        left = (self.paper.width - width) // 2
        return [
            Code(x=left, y=self.at(top), width=width, height=height, kind=kind, content=content),
            digits,
        ]

    def page(self, items: list[Item], title: str) -> Page:
        return Page(width=self.paper.width, height=self.paper.height, items=tuple(items), title=title)
