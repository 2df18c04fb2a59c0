"""One scan, one answer: `read_code` turns whatever was scanned or typed into a `ScannedCode` or refuses it.

Scanner, camera and keyboard share this parser, so a label means the same at the till, in the stock room and
in a replayed log. A code that cannot be read with certainty is refused with a key that tells what to do:
booking the wrong item costs more than scanning twice.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from msgspec import Struct
from msgspec.structs import asdict, replace

from shared.barcodes import digital_link, gs1, in_store
from shared.barcodes.check_digits import are_ascii_digits, ends_in_check_digit
from shared.barcodes.gs1 import SEPARATOR, Element
from shared.barcodes.gs1_facts import facts_of
from shared.barcodes.gtin import PRINTED_LENGTHS, expand_upc_e, read_gtin, require_digits, typed_text
from shared.barcodes.hid_keys import SEPARATOR_DROPPED
from shared.barcodes.in_store import LabelTemplate
from shared.barcodes.symbology import Reading, Symbology, by_aim_id, by_name
from shared.errors import DomainError

Kind = Literal["gtin", "in_store", "gs1", "digital_link", "text"]

LONGEST_CODE = 7089
"""Digits in the largest QR code; anything longer was not printed and is refused unread."""
LONGEST_TEXT = 80

_CONTROL = re.compile(r"[\x00-\x1c\x1e\x1f\x7f-\x9f]")
_COMPOSITE = "|]e0"
_KEY_LEVEL_SEPARATORS = ("ctrl+]", "f8", "alt029")


class ScannedCode(Struct, frozen=True, kw_only=True):
    """What a code says. Quantities are millionths of their unit, money is fen, dates are whole days."""

    raw: str
    symbology: str | None
    kind: Kind
    gtin14: str | None = None
    content_gtin14: str | None = None
    sscc: str | None = None
    item_code: str | None = None
    lot: str | None = None
    serial: str | None = None
    expiry: date | None = None
    best_before: date | None = None
    sell_by: date | None = None
    produced: date | None = None
    packed: date | None = None
    quantity: int | None = None
    quantity_unit: str | None = None
    gross_weight: int | None = None
    count: int | None = None
    price_fen: int | None = None
    currency: str | None = None
    elements: tuple[Element, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def keeps_until(self) -> date | None:
        """The day the goods' shelf life ends, as far as the label tells: use-by before best-before."""
        return self.expiry or self.best_before or self.sell_by


class _Scan(Struct, frozen=True):
    """A scan taken apart: the text as it came, the symbology if known, and the text to be read."""

    raw: str
    symbology: Symbology | None
    text: str


def read_code(
    text: str,
    *,
    symbology: str | None = None,
    today: date,
    templates: tuple[LabelTemplate, ...] = (),
    typed: bool = False,
    gs_as: str | None = None,
) -> ScannedCode:
    """The meaning of scanned or typed text; raises a DomainError whose key begins with barcode_ or label_.

    symbology: what a camera library calls it ("ean_13", "Code128") or an AIM identifier ("]C1"); one in front
        of the text itself wins.
    today: decides the century of two-digit years.
    templates: the store's in-store label layouts, first match wins.
    typed: entered by a person, so fullwidth digits and blanks are forgiven; in a scan they are errors.
    gs_as: what this scanner sends for the GS1 separator: a character sequence to be replaced, "drop" when it
        sends none, or a key name ("f8") when `hid_keys` has already put the separator in.
    """
    if len(text) > LONGEST_CODE:
        raise DomainError("barcode_too_long", length=len(text), most=LONGEST_CODE)
    scan = _taken_apart(text, symbology, typed=typed, gs_as=gs_as)
    code = _read(scan, today, templates, typed=typed)
    if code.kind == "gs1" and gs_as in SEPARATOR_DROPPED and gs1.needs_separators(code.elements):
        return replace(code, warnings=(*code.warnings, "separator_lost"))
    return code


class Scanner(Struct, frozen=True, kw_only=True):
    """What one scanner of a store sends: `gs_as` as `read_code` takes it, and whether it says the symbology."""

    gs_as: str = ""
    sends_aim: bool = True


def read_scan(
    text: str,
    scanner: Scanner,
    *,
    symbology: str | None,
    today: date,
    templates: tuple[LabelTemplate, ...] = (),
) -> ScannedCode:
    """A scan by the settings of the scanner it came from.

    Of one that does not say the symbology, a text that could be a GS1 message is read as one and says so, where
    another's would be refused: whoever set it so has only such scanners.
    """
    gs_as = scanner.gs_as or None
    try:
        return read_code(text, symbology=symbology, today=today, templates=templates, gs_as=gs_as)
    except DomainError as error:
        if error.key != "barcode_symbology_missing" or scanner.sends_aim:
            raise
    return read_code(text, symbology="Code128", today=today, templates=templates, gs_as=gs_as)


def _taken_apart(raw: str, symbology: str | None, *, typed: bool, gs_as: str | None) -> _Scan:
    text = typed_text(raw) if typed else raw
    if not typed and gs_as and gs_as not in (*SEPARATOR_DROPPED, *_KEY_LEVEL_SEPARATORS):
        text = text.replace(gs_as, SEPARATOR)
    named = by_name(symbology) if symbology else None
    if symbology and named is None:
        raise DomainError("barcode_symbology_unknown", symbology=symbology[:40])
    if text.startswith("]"):
        named = by_aim_id(text[1:3])
        if named is None:
            raise DomainError("barcode_symbology_unknown", symbology=text[:3])
        text = text[3:]
    if not text:
        raise DomainError("barcode_empty")
    if found := _CONTROL.search(text):
        raise DomainError("barcode_control_character", code=f"U+{ord(found[0]):04X}")
    return _Scan(raw=raw, symbology=named, text=text)


def _read(scan: _Scan, today: date, templates: tuple[LabelTemplate, ...], *, typed: bool) -> ScannedCode:
    """Reads by the symbology where it is known, else by what the text looks like."""
    reading = scan.symbology.reading if scan.symbology else None
    match reading:
        case Reading.GS1:
            return _message(scan, gs1.read_data(scan.text, today), today)
        case Reading.GTIN_13:
            return _ean(scan, 13, today, templates)
        case Reading.GTIN_8:
            return _ean(scan, 8, today, templates)
        case Reading.UPC_E:
            return _gtin(scan, expand_upc_e(scan.text))
    if digital_link.is_web_address(scan.text):
        return _link(scan, today)
    if scan.text.startswith("(") and (scan.symbology is None or re.match(r"\((00|01|02)\)", scan.text)):
        return _bracketed(scan, today, typed=typed)
    if SEPARATOR in scan.text or reading is Reading.PLAIN_OR_GS1:
        return _maybe_gs1(scan, today, templates)
    if reading is Reading.GTIN_ANY or any(character.isdigit() for character in scan.text):
        return _number_or_text(scan, reading, templates, typed=typed)
    return _text(scan)


def _ean(scan: _Scan, length: int, today: date, templates: tuple[LabelTemplate, ...]) -> ScannedCode:
    """An EAN symbol, with the 2D part of a composite symbol when the scanner sends both."""
    number, bar, composite = scan.text.partition(_COMPOSITE)
    require_digits(number)
    if len(number) != length:
        raise DomainError("barcode_wrong_length", text=number[:40], length=len(number))
    if not bar:
        return _label_or_gtin(scan, templates)
    item = Element("01", read_gtin(number).gtin14)
    elements = gs1.parse_data(composite, today)
    gs1.require_associations((item, *elements))
    return _message(scan, (item, *elements), today)


def _number_or_text(
    scan: _Scan, reading: Reading | None, templates: tuple[LabelTemplate, ...], *, typed: bool
) -> ScannedCode:
    """Digits are a number to be checked; with letters among them they are a code of the shop's own.

    Code 128 and QR also carry numbers of the shop's own, so there only a right check digit makes a GTIN.
    """
    text = scan.text
    if any(character.isdigit() and not character.isascii() for character in text):
        raise DomainError("barcode_not_ascii_digits", text=text[:40])
    digits = text.replace(" ", "") if typed else text
    if not are_ascii_digits(digits):
        if reading is Reading.GTIN_ANY:
            require_digits(text)
        return _text(scan)
    scan = _Scan(raw=scan.raw, symbology=scan.symbology, text=digits)
    if in_store.template_for(digits, templates):
        return _label_or_gtin(scan, templates)
    match reading:
        case Reading.PLAIN if len(digits) not in (12, 13, 14) or not ends_in_check_digit(digits):
            return _text(scan)
        case Reading.ITF if len(digits) not in PRINTED_LENGTHS:
            return _text(scan)
        case None if len(digits) not in PRINTED_LENGTHS and (typed or _starts_like_gs1(digits)):
            return _text(scan)
    return _label_or_gtin(scan, templates)


def _label_or_gtin(scan: _Scan, templates: tuple[LabelTemplate, ...]) -> ScannedCode:
    """The store's own label where a template is meant for it, else a GTIN."""
    if found := in_store.template_for(scan.text, templates):
        template, digits = found
        label = in_store.read_by_template(digits, template)
        return ScannedCode(
            raw=scan.raw,
            symbology=_name(scan),
            kind="in_store",
            item_code=label.item_code,
            quantity=label.weight,
            quantity_unit=None if label.weight is None else "kg",
            count=label.count,
            price_fen=label.amount_fen,
            warnings=() if label.amount_fen or label.weight or label.count else ("label_value_zero",),
        )
    return _gtin(scan, scan.text)


def _gtin(scan: _Scan, digits: str) -> ScannedCode:
    number = read_gtin(digits)
    return ScannedCode(raw=scan.raw, symbology=_name(scan), kind="gtin", gtin14=number.gtin14)


def _text(scan: _Scan) -> ScannedCode:
    """A code of the shop's own, looked up as it stands."""
    text = scan.text.strip()
    if len(text) > LONGEST_TEXT:
        raise DomainError("barcode_too_long", length=len(text), most=LONGEST_TEXT)
    if not text:
        raise DomainError("barcode_empty")
    if scan.symbology is None and _starts_like_gs1(text):
        raise DomainError("barcode_symbology_missing")
    warnings = ("looks_like_gs1",) if _starts_like_gs1(text) else ()
    return ScannedCode(raw=scan.raw, symbology=_name(scan), kind="text", item_code=text, warnings=warnings)


def _gs1(
    scan: _Scan,
    elements: tuple[Element, ...],
    today: date,
    *,
    kind: Literal["gs1", "digital_link"] = "gs1",
    warnings: tuple[str, ...] = (),
) -> ScannedCode:
    return ScannedCode(
        raw=scan.raw,
        symbology=_name(scan),
        kind=kind,
        elements=elements,
        warnings=warnings,
        **asdict(facts_of(elements, today)),
    )


def _message(
    scan: _Scan, elements: tuple[Element, ...], today: date, *, warnings: tuple[str, ...] = ()
) -> ScannedCode:
    """A message from a symbol, where a lost separator can have run two elements into one."""
    if any(gs1.swallows_next_element(element, today) for element in elements):
        warnings = (*warnings, "possible_missing_separator")
    return _gs1(scan, elements, today, warnings=warnings)


def _link(scan: _Scan, today: date) -> ScannedCode:
    return _gs1(scan, digital_link.read_link(scan.text, today), today, kind="digital_link")


def _bracketed(scan: _Scan, today: date, *, typed: bool) -> ScannedCode:
    """The line printed under a symbol, typed off it or, by careless software, put inside a QR code."""
    text = re.sub(r"\s+", "", scan.text) if typed else scan.text
    warnings = () if scan.symbology is None else ("brackets_in_symbol",)
    return _gs1(scan, gs1.read_bracketed(text, today), today, warnings=warnings)


def _maybe_gs1(scan: _Scan, today: date, templates: tuple[LabelTemplate, ...]) -> ScannedCode:
    """A camera that cannot tell GS1-128 from Code 128: a text that reads as a GS1 message is one."""
    if scan.symbology is None:
        raise DomainError("barcode_symbology_missing")
    if SEPARATOR in scan.text:
        return _message(scan, gs1.read_data(scan.text.removeprefix(SEPARATOR), today), today)
    if _starts_like_gs1(scan.text):
        try:
            return _message(scan, gs1.read_data(scan.text, today), today, warnings=("gs1_assumed",))
        except DomainError:
            return _text(scan)
    return _number_or_text(scan, Reading.PLAIN, templates, typed=False)


def _starts_like_gs1(text: str) -> bool:
    """True for text that begins like an item, its content or a logistic unit with a right check digit."""
    length = {"00": 20, "01": 16, "02": 16}.get(text[:2])
    key = text[2:length] if length else ""
    return (
        length is not None and len(key) == length - 2 and are_ascii_digits(key) and ends_in_check_digit(key)
    )


def _name(scan: _Scan) -> str | None:
    return scan.symbology.name if scan.symbology else None
