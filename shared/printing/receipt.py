"""A sale's receipt as lines, for printers that set text themselves, and as a page, for those that cannot.

Money stands right-aligned as people write it, "¥1,234.50"; the total once more in words on a Chinese receipt,
where that is customary. Tax is the part of the total that the shop's rate says is in it.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime

from msgspec import Struct

from shared.i18n import Language, tell
from shared.money import fen_text
from shared.printing.money_words import money_in_words
from shared.printing.page import Align, Item, Page, Rule, Text
from shared.units import decimal_text, half_up


class SoldItem(Struct, frozen=True, kw_only=True):
    """One line of the sale; quantity in millionths of `unit`, price in millionths of a yuan, amounts in fen."""

    name: str
    qty: int
    unit: str
    unit_price: int
    amount: int
    discount: int = 0


class Paid(Struct, frozen=True, kw_only=True):
    """How it was paid, by the key of the text that names it."""

    kind: str
    amount: int


class Receipt(Struct, frozen=True, kw_only=True):
    """Everything a receipt says."""

    shop: str
    number: str
    at: datetime
    clerk: str
    items: tuple[SoldItem, ...]
    paid: tuple[Paid, ...] = ()
    returned: int = 0
    currency: str = "¥"
    heading: str = ""
    footing: str = ""
    tax_number: str = ""
    tax_rate: int | None = None
    """In hundredths of a percent: 13 % is 1300."""
    copy_number: int = 1

    @property
    def total(self) -> int:
        return sum(item.amount for item in self.items)

    @property
    def tax(self) -> int | None:
        """The tax inside the total: at 13 % of 113.00 it is 13.00."""
        return None if self.tax_rate is None else half_up(self.total * self.tax_rate, 10_000 + self.tax_rate)


class Line(Struct, frozen=True):
    """One printed line: text at the left, an amount at the right; a rule has neither."""

    left: str = ""
    right: str = ""
    bold: bool = False
    tall: bool = False
    align: Align = "left"
    rule: bool = False


def receipt_lines(receipt: Receipt, language: Language) -> tuple[Line, ...]:
    """The receipt from top to bottom."""

    def say(key: str, **values: str | int) -> str:
        return tell(key, language, values)

    def money(fen: int) -> str:
        return money_text(fen, receipt.currency)

    lines = [Line(receipt.shop, bold=True, tall=True, align="centre")]
    lines += [Line(text, align="centre") for text in receipt.heading.splitlines() if text.strip()]
    if receipt.copy_number > 1:
        lines.append(Line(say("receipt_copy", number=receipt.copy_number), bold=True, align="centre"))
    lines += [
        Line(say("receipt_number", number=receipt.number)),
        Line(say("receipt_time", time=f"{receipt.at:%Y-%m-%d %H:%M}")),
        Line(say("receipt_clerk", name=receipt.clerk)),
        Line(rule=True),
    ]
    for item in receipt.items:
        lines.append(Line(item.name))
        each = money(half_up(item.unit_price, 10_000))
        lines.append(Line(f"  {decimal_text(item.qty)} {item.unit} × {each}", money(item.amount)))
        if item.discount:
            lines.append(Line("  " + say("receipt_discount"), money(-item.discount)))
    lines += [
        Line(rule=True),
        Line(say("receipt_total", count=len(receipt.items)), money(receipt.total), bold=True, tall=True),
    ]
    if language == "zh-CN" and receipt.currency == "¥":
        lines.append(Line(say("receipt_in_words", words=money_in_words(receipt.total))))
    if receipt.tax is not None and receipt.tax_rate is not None:
        rate = decimal_text(receipt.tax_rate * 10_000)
        lines.append(Line(say("receipt_tax", rate=rate), money(receipt.tax)))
    lines += [Line(say(f"receipt_paid_{paid.kind}"), money(paid.amount)) for paid in receipt.paid]
    if receipt.returned:
        lines.append(Line(say("receipt_returned"), money(-receipt.returned)))
    if receipt.tax_number:
        lines.append(Line(say("receipt_tax_number", number=receipt.tax_number)))
    if receipt.footing.strip():
        lines.append(Line(rule=True))
    lines += [Line(text, align="centre") for text in receipt.footing.splitlines() if text.strip()]
    return tuple(lines)


def money_text(fen: int, currency: str) -> str:
    """As people write it: ¥1,234.50 and -¥3.00."""
    whole, _, cents = fen_text(abs(fen)).partition(".")
    return f"{'-' if fen < 0 else ''}{currency}{int(whole):,}.{cents}"


def receipt_page(lines: tuple[Line, ...], width: int, title: str = "") -> Page:
    """The lines on paper of this width (in tenths of a millimetre), as long as it takes."""
    items: list[Item] = []
    inner = head_width(width)
    edge, y = (width - inner) // 2, 20
    for line in lines:
        size = 42 if line.tall else 30
        if line.rule:
            items.append(Rule(x=edge, y=y + 10, width=inner))
            y += 24
            continue
        right = round(inner * 0.45) if line.right and line.left else 0
        if line.left:
            text_lines = 1 + (columns(line.left) * size // 2 > inner - right)
            items.append(
                Text(
                    x=edge, y=y, width=inner - right, size=size, text=line.left, lines=2,
                    bold=line.bold, align=line.align,
                )
            )  # fmt: skip
        if line.right:
            items.append(
                Text(
                    x=edge + inner - right, y=y, width=right or inner, size=size, text=line.right,
                    bold=line.bold, align="right",
                )
            )  # fmt: skip
        y += round(size * 1.3) * (text_lines if line.left else 1)
    return Page(width=width, height=y + 30, items=tuple(items), title=title)


def head_width(width: int) -> int:
    """What a receipt printer can reach of its paper: 48 mm of a 58 mm roll, 72 mm of an 80 mm one."""
    return min(width, 480 if width <= 600 else 720)


def columns(text: str) -> int:
    """How many columns of a receipt printer a text takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def text_rows(line: Line, width: int) -> tuple[str, ...]:
    """A line as rows of a printer `width` columns wide that sets the text itself; the amount ends the last row."""
    if line.rule:
        return ("-" * width,)
    usable = width // 2 if line.tall else width
    rows = [""]
    for character in line.left:
        if columns(rows[-1]) + columns(character) > usable:
            rows.append("")
        rows[-1] += character
    if line.align == "centre":
        return tuple(" " * ((usable - columns(row)) // 2) + row for row in rows)
    if line.right:
        if columns(rows[-1]) + 1 + columns(line.right) > usable:
            rows.append("")
        rows[-1] += " " * max(usable - columns(rows[-1]) - columns(line.right), 0) + line.right
    return tuple(rows)
