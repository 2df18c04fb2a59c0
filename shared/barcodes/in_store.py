"""In-store labels: what a shop's own label scale prints, item code with price or weight inside the digits.

There is no national layout in China, so each store sets templates: "FFIIIIIPPPPPC" reads 2 06013 04008 3 as
flag 21, item 06013, price 40.08. A label with only a price must yield a quantity for the stock: at 26.00/kg,
40.08 is 1.542 kg to the gram, and the line stays 40.08, because 1.542 x 26 = 40.09 is not what the customer's
label says. Both figures are kept.
"""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from shared.barcodes.check_digits import check_digit
from shared.barcodes.gtin import require_check_digit, require_digits
from shared.errors import DomainError
from shared.money import line_amount_fen, quantity_for_amount
from shared.units import MICRO, half_up

Region = Literal["de", "dk", "ee", "fi", "gb", "lt", "lv", "no", "se"]
REGIONS: tuple[Region, ...] = ("de", "dk", "ee", "fi", "gb", "lt", "lv", "no", "se")

_SHAPE = re.compile(r"F{1,4}(?:I+|P+|W+|N+|V|X+)+C?", re.ASCII)
_MOST_DIGITS = 32
_TOLERANCE_FEN = 1


class LabelTemplate(Struct, frozen=True):
    """How a store's label scale lays out its digits.

    F flag, I item code, P price, W weight, N count, V check digit over the price or weight, X ignored,
    C check digit over all. `prefixes` are the flags this layout is used for.
    """

    layout: str
    prefixes: tuple[str, ...]
    price_decimals: int = 2
    weight_decimals: int = 3
    name: str = ""


class InStoreLabel(Struct, frozen=True):
    """What an in-store label says; price, weight and count are None where the layout has no such digits."""

    item_code: str
    prefix: str
    amount_fen: int | None
    weight: int | None
    count: int | None
    look_up: str
    """The label with its value digits at zero, as regional rules file such items under one number."""


def require_template(template: LabelTemplate) -> None:
    """Raises `label_template_malformed` or `label_template_prefix` when a layout could never read a label."""
    layout = template.layout
    runs = [letter for place, letter in enumerate(layout) if layout[place - 1 : place] != letter]
    if not _SHAPE.fullmatch(layout) or len(layout) > _MOST_DIGITS or len(runs) != len(set(runs)):
        raise DomainError("label_template_malformed", layout=layout[:40])
    if "I" not in layout or not set("PWN") & set(layout) or layout.count("P") > 12 or layout.count("W") > 12:
        raise DomainError("label_template_malformed", layout=layout[:40])
    if not (0 <= template.price_decimals <= 4 and 0 <= template.weight_decimals <= 6):
        raise DomainError("label_template_malformed", layout=layout)
    if "V" in layout and not _checked_by_v(layout):
        raise DomainError("label_template_malformed", layout=layout)
    for prefix in template.prefixes:
        if not re.fullmatch(f"[0-9]{{{layout.count('F')}}}", prefix, re.ASCII):
            raise DomainError("label_template_prefix", layout=layout, prefix=prefix[:20])


def template_for(text: str, templates: tuple[LabelTemplate, ...]) -> tuple[LabelTemplate, str] | None:
    """The first template whose length and prefix fit, with the digits it is to read.

    A UPC-A scan leaves out the leading zero of its 13 digits, so "2..." of 12 digits also fits prefix "02".
    """
    for template in templates:
        for digits in (text, "0" + text) if len(text) == 12 else (text,):
            if len(digits) == len(template.layout) and digits.startswith(template.prefixes):
                return template, digits
    return None


def read_label(text: str, templates: tuple[LabelTemplate, ...]) -> InStoreLabel:
    """The label read by the store's templates; raises `label_prefix_unknown` when none is meant for it."""
    if len(text) > _MOST_DIGITS:
        raise DomainError("barcode_wrong_length", text=text[:40], length=len(text))
    require_digits(text)
    found = template_for(text, templates)
    if found is None:
        raise DomainError("label_prefix_unknown", text=text)
    return read_by_template(found[1], found[0])


def read_by_template(digits: str, template: LabelTemplate) -> InStoreLabel:
    """The label read by one template that fits its length and prefix."""
    require_template(template)
    layout = template.layout
    if layout.endswith("C"):
        require_check_digit(digits)
    if checked := _checked_by_v(layout):
        _require_value_check_digit(digits, _field(digits, layout, checked), _field(digits, layout, "V"))
    price, weight, count = (_field(digits, layout, letter) for letter in "PWN")
    return InStoreLabel(
        item_code=_field(digits, layout, "I"),
        prefix=_field(digits, layout, "F"),
        amount_fen=half_up(int(price) * 100, 10**template.price_decimals) if price else None,
        weight=int(weight) * MICRO // 10**template.weight_decimals if weight else None,
        count=int(count) if count else None,
        look_up=_look_up(digits, layout),
    )


def _field(digits: str, layout: str, letter: str) -> str:
    return "".join(digit for digit, place in zip(digits, layout, strict=True) if place == letter)


def _checked_by_v(layout: str) -> str | None:
    """The letter of the four or five value digits that "V" checks."""
    if "V" not in layout:
        return None
    return next((letter for letter in "PW" if layout.count(letter) in (4, 5)), None)


def _require_value_check_digit(digits: str, value: str, found: str) -> None:
    # biip keeps the weight tables of the General Specifications; few stores use them, so import on demand.
    from biip.checksums import gs1_price_weight_check_digit

    expected = gs1_price_weight_check_digit(value)
    if str(expected) != found:
        raise DomainError("label_value_check_digit", text=digits)


def _look_up(digits: str, layout: str) -> str:
    zeroed = "".join("0" if place in "PWNV" else digit for digit, place in zip(digits, layout, strict=True))
    return zeroed[:-1] + str(check_digit(zeroed[:-1])) if layout.endswith("C") else zeroed


def compose_label(
    template: LabelTemplate, item_code: str, *, amount_fen: int | None, weight: int | None, count: int | None
) -> str:
    """The digits of a label that `read_by_template` reads back: the inverse, for printing.

    Raises `label_item_code` when the item's code has not as many digits as the layout, and `label_value_room`
    when price, weight or count need more digits than it has.
    """
    require_template(template)
    layout = template.layout
    if not re.fullmatch(f"[0-9]{{{layout.count('I')}}}", item_code, re.ASCII):
        raise DomainError("label_item_code", digits=layout.count("I"), code=item_code[:20])
    values = {"F": template.prefixes[0], "I": item_code, "X": "0" * layout.count("X"), "V": "0", "C": ""}
    for letter, value, scale in (
        ("P", amount_fen, (10**template.price_decimals, 100)),
        ("W", weight, (10**template.weight_decimals, MICRO)),
        ("N", count, (1, 1)),
    ):
        if letter in layout:
            values[letter] = _digits_of(value, scale, layout.count(letter), template)
    if checked := _checked_by_v(layout):
        from biip.checksums import gs1_price_weight_check_digit

        values["V"] = str(gs1_price_weight_check_digit(values[checked]))
    order = [letter for place, letter in enumerate(layout) if layout[place - 1 : place] != letter]
    digits = "".join(values[letter] for letter in order)
    return digits + str(check_digit(digits)) if layout.endswith("C") else digits


def _digits_of(value: int | None, scale: tuple[int, int], length: int, template: LabelTemplate) -> str:
    text = "" if value is None or value < 0 else str(half_up(value * scale[0], scale[1])).zfill(length)
    if len(text) != length:
        raise DomainError("label_value_room", layout=template.layout)
    return text


def read_regional_label(text: str, region: Region, *, verify_value: bool = False) -> InStoreLabel:
    """A 13-digit label read by the rules of another region's GS1 organisation, as biip keeps them."""
    if len(text) > _MOST_DIGITS:
        raise DomainError("barcode_wrong_length", text=text[:40], length=len(text))
    require_digits(text)
    if len(text) not in (8, 12, 13):
        raise DomainError("barcode_wrong_length", text=text, length=len(text))
    require_check_digit(text)
    from biip import ParseConfig, ParseError
    from biip.gtin import Gtin
    from biip.rcn import Rcn, RcnRegion

    config = ParseConfig(rcn_region=RcnRegion(region), rcn_verify_variable_measure=verify_value)
    try:
        found = Gtin.parse(text, config=config)
    except ParseError as error:
        raise DomainError("label_value_check_digit", text=text) from error
    if not isinstance(found, Rcn) or (found.price is None and found.weight is None and found.count is None):
        raise DomainError("label_prefix_unknown", text=text)
    return InStoreLabel(
        item_code=found.item_reference or "",
        prefix=text.zfill(13)[:2],
        amount_fen=int(found.price * 100) if found.price is not None else None,
        weight=int(found.weight * MICRO) if found.weight is not None else None,
        count=found.count,
        look_up=found.without_variable_measure().value,
    )


def quantity_behind_price(amount_fen: int, unit_price: int, step: int) -> int:
    """The quantity a price-only label stands for, rounded half-up to the unit's step.

    4008 fen at 26_000_000 a kilogram with a step of 1_000 (one gram) is 1_542_000, that is 1.542 kg.
    """
    assert step > 0
    return half_up(quantity_for_amount(amount_fen, unit_price), step) * step


def amount_agrees(amount_fen: int, quantity: int, unit_price: int) -> bool:
    """True when price and weight of one label fit the unit price to within one fen.

    Scales cut or round the last fen differently; more than that means the price on file has changed since.
    """
    return abs(line_amount_fen(quantity, unit_price) - amount_fen) <= _TOLERANCE_FEN
