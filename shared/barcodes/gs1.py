"""GS1 element strings: "(01) item, (10) lot, (17) use by" in the forms scanners and printed text give them.

The rules are those of the GS1 Barcode Syntax Dictionary, applied strictly: a message is refused when a value
is wrong, when an AI stands without those it needs ((10) says nothing without an item), or beside one it
excludes ((01) with (02)). A half-right reading would put the wrong lot or date into the stock books.
"""

from __future__ import annotations

import re
from datetime import date

from msgspec import Struct

from shared.barcodes.ai_content import error_of, has_only, read_date
from shared.barcodes.ai_table import Identifier, identifier, identifier_at
from shared.barcodes.symbology import Reading, Symbology, by_aim_id
from shared.errors import DomainError

SEPARATOR = "\x1d"
MOST_ELEMENTS = 64

_CARRIES_SERIAL = {"253": 13, "255": 13, "8003": 14}
_DATE_OR_MEASURE = r"(?:1[1-3567][0-9]{6}|3[1-6][0-9][0-5][0-9]{6})"
_FURTHER_ELEMENTS = re.compile(
    rf"({_DATE_OR_MEASURE})(?:{_DATE_OR_MEASURE})*(?:(?:10|21|30|37).+)?", re.ASCII
)


class Element(Struct, frozen=True):
    """One Application Identifier with its value, as read."""

    ai: str
    value: str


class Message(Struct, frozen=True):
    """A GS1 message as scanned: where it was printed and the elements in the order read."""

    symbology: Symbology
    elements: tuple[Element, ...]


def read_scan(text: str, today: date) -> Message:
    """A scan that starts with the AIM identifier of a GS1 symbology: "]C1", "]e0", "]d2", "]Q3" or "]J1"."""
    if not text.startswith("]"):
        raise DomainError("barcode_symbology_missing")
    symbology = by_aim_id(text[1:3])
    if symbology is None:
        raise DomainError("barcode_symbology_unknown", symbology=text[:3])
    if symbology.reading is not Reading.GS1:
        raise DomainError("barcode_not_gs1", symbology=symbology.name)
    return Message(symbology=symbology, elements=read_data(text[3:], today))


def read_data(data: str, today: date) -> tuple[Element, ...]:
    """The elements of raw message data, without AIM identifier, variable-length values ended by GS (0x1D)."""
    elements = parse_data(data, today)
    require_associations(elements)
    return elements


def parse_data(data: str, today: date) -> tuple[Element, ...]:
    """As `read_data`, leaving out the rules between elements, which hold over all symbols on one label."""
    if not data:
        raise DomainError("barcode_empty")
    elements: list[Element] = []
    position = 0
    while position < len(data):
        known = identifier_at(data, position)
        if known is None:
            raise DomainError("barcode_ai_unknown", text=data[position : position + 4])
        _require_room(elements)
        start = position + len(known.ai)
        end = data.find(SEPARATOR, start)
        available = data[start : end if end >= 0 else len(data)]
        value = available[: known.most]
        if not value:
            raise DomainError("barcode_value_empty", ai=known.ai)
        require_value(known, value, today)
        if len(available) > len(value) and not known.fixed:
            raise DomainError("barcode_value_too_long", ai=known.ai, length=len(available))
        elements.append(Element(known.ai, value))
        position = start + len(value)
        if data[position : position + 1] == SEPARATOR:
            position += 1
    return tuple(elements)


def read_bracketed(text: str, today: date) -> tuple[Element, ...]:
    """The elements of printed or typed text with AIs in brackets; a value's own bracket is written "\\("."""
    elements: list[Element] = []
    position = 0
    while position < len(text):
        closing = text.find(")", position)
        if text[position] != "(" or closing < 0:
            raise DomainError("barcode_brackets", text=text[position : position + 20])
        ai = text[position + 1 : closing]
        known = identifier(ai)
        if known is None:
            raise DomainError("barcode_ai_unknown", text=ai[:8])
        _require_room(elements)
        value, position = _bracketed_value(text, closing + 1)
        require_length(known, value)
        require_value(known, value, today)
        elements.append(Element(ai, value))
    if not elements:
        raise DomainError("barcode_empty")
    require_associations(tuple(elements))
    return tuple(elements)


def _bracketed_value(text: str, position: int) -> tuple[str, int]:
    """The value up to the next unescaped bracket, and where that bracket is."""
    value: list[str] = []
    while True:
        opening = text.find("(", position)
        if opening > position and text[opening - 1] == "\\":
            value.append(text[position : opening - 1] + "(")
            position = opening + 1
            continue
        end = opening if opening >= 0 else len(text)
        value.append(text[position:end])
        return "".join(value), end


def _require_room(elements: list[Element]) -> None:
    if len(elements) >= MOST_ELEMENTS:
        raise DomainError("barcode_too_many_elements", most=MOST_ELEMENTS)


def require_length(known: Identifier, value: str) -> None:
    """Raises `barcode_value_empty`, `barcode_value_too_short` or `barcode_value_too_long`."""
    if not value:
        raise DomainError("barcode_value_empty", ai=known.ai)
    if len(value) < known.least:
        raise DomainError("barcode_value_too_short", ai=known.ai, length=len(value))
    if len(value) > known.most:
        raise DomainError("barcode_value_too_long", ai=known.ai, length=len(value))


def require_value(known: Identifier, value: str, today: date) -> None:
    """Raises the error of the first component whose length, characters or content is wrong."""
    position = 0
    for component in known.components:
        part = value[position : position + component.most]
        position += len(part)
        if not part and component.optional:
            continue
        if len(part) < component.least:
            raise DomainError("barcode_value_too_short", ai=known.ai, length=len(value))
        if not has_only(component.characters, part):
            raise DomainError("barcode_characters", ai=known.ai, value=value[:40])
        for test in component.tests:
            if key := error_of(test, part, today):
                raise DomainError(key, ai=known.ai, value=value[:40])
    if position != len(value):
        raise DomainError("barcode_value_too_long", ai=known.ai, length=len(value))


def require_associations(elements: tuple[Element, ...]) -> None:
    """Raises when AIs stand together that must not, lack one they need, or repeat with different values."""
    present = {element.ai for element in elements}
    known = [found for ai in sorted(present) if (found := identifier(ai))]
    for one in known:
        for pattern in one.apart:
            if clash := _partner(pattern, present, one.ai):
                raise DomainError("barcode_ai_exclusive", ai=one.ai, other=clash)
    for one in known:
        for any_of in one.needs:
            if not any(all(_partner(need, present, one.ai) for need in group) for group in any_of):
                raise DomainError("barcode_ai_missing", ai=one.ai, needs=_told(any_of))
    _require_one_value(elements)
    _require_serials_under_signature(elements, present)


def _require_one_value(elements: tuple[Element, ...]) -> None:
    """Two symbols on one label may both carry the lot, but not two different lots."""
    values: dict[str, str] = {}
    for element in elements:
        if values.setdefault(element.ai, element.value) != element.value:
            raise DomainError("barcode_ai_repeated", ai=element.ai)


def _require_serials_under_signature(elements: tuple[Element, ...], present: set[str]) -> None:
    """A digital signature signs one instance, so keys with an optional serial number must have it."""
    if "8030" not in present:
        return
    for element in elements:
        if len(element.value) == _CARRIES_SERIAL.get(element.ai):
            raise DomainError("barcode_ai_missing", ai="8030", needs=f"{element.ai} + serial")


def _partner(pattern: str, present: set[str], but: str) -> str | None:
    """The first AI other than `but` that fits a pattern such as "01" or "31nn"."""
    return next((ai for ai in sorted(present) if ai != but and _matches(ai, pattern)), None)


def _matches(ai: str, pattern: str) -> bool:
    return len(ai) == len(pattern) and ai.startswith(pattern.rstrip("n"))


def _told(any_of: tuple[tuple[str, ...], ...]) -> str:
    return ", ".join("+".join(group) for group in any_of)


def swallows_next_element(element: Element, today: date) -> bool:
    """True when a free text ends in what parses as another AI: lot "L17270331" may be "L" with a use-by date.

    A scanner that drops the separator makes this look perfectly valid, so a person has to look at the pack.
    """
    known = identifier(element.ai)
    if known is None or not known.free_text or element.ai.startswith(("9", "43", "8110", "8112", "82")):
        return False
    return any(_goes_on_as_elements(element.value[start:], today) for start in range(1, len(element.value)))


def _goes_on_as_elements(text: str, today: date) -> bool:
    found = _FURTHER_ELEMENTS.fullmatch(text)
    return found is not None and (not found[1].startswith("1") or read_date(found[1][2:8], today) is not None)


def needs_separators(elements: tuple[Element, ...]) -> bool:
    """True when an element has no fixed length, so a scanner that drops separators may have run it on."""
    return any(not known.fixed for element in elements if (known := identifier(element.ai)))
