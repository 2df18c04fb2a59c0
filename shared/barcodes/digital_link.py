"""GS1 Digital Link: the same elements written as a web address, as on newer QR codes.

"https://shop.example/01/06901234567892/10/L7?17=270331" names item, lot and use-by date. The path carries the
key and its qualifiers in a fixed order, the query the other elements; anything else there ("utm_source") is
advertising and is passed over. A web address without a GS1 key is not a product code.
"""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import quote, unquote

from shared.barcodes.ai_table import Identifier, identifier, qualifier_sequences
from shared.barcodes.check_digits import are_ascii_digits, ends_in_check_digit
from shared.barcodes.gs1 import (
    MOST_ELEMENTS,
    Element,
    require_associations,
    require_length,
    require_value,
)
from shared.errors import DomainError

CANONICAL_STEM = "https://id.gs1.org"

_ADDRESS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9\-.:\[\]]+", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9_-]{10,}", re.ASCII)
_BASE64_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_SCHEMES = ("https://", "HTTPS://", "http://", "HTTP://")


def is_web_address(text: str) -> bool:
    """True for text a phone would open in its browser."""
    return text[:8].lower().startswith(("http://", "https://"))


def read_link(text: str, today: date) -> tuple[Element, ...]:
    """The elements of a Digital Link, those of the path first."""
    path, query = _split_address(text)
    if _is_compressed(path):
        raise DomainError("barcode_link_compressed")
    in_path = _path_elements(path, today)
    in_query = _query_elements(query, today)
    elements = in_path + in_query
    if len(elements) > MOST_ELEMENTS:
        raise DomainError("barcode_too_many_elements", most=MOST_ELEMENTS)
    _require_valid_path([element.ai for element in in_path])
    _require_each_once(elements)
    _require_attributes(in_query, tuple(element.ai for element in in_path))
    require_associations(elements)
    return elements


def compose_link(elements: tuple[Element, ...], stem: str = CANONICAL_STEM) -> str | None:
    """The Digital Link of the elements: longest valid path, then fixed-length attributes, then the others.

    None when no element is a key of Digital Links or when one may not stand in the query.
    """
    values: dict[str, str] = {}
    for element in elements:
        values.setdefault(element.ai, element.value)
    key = next((ai for ai in values if _known(ai).link_key), None)
    if key is None:
        return None
    complete = [way for way in qualifier_sequences(key) if all(ai in values for ai in way)]
    in_path = (key, *max(complete, key=len))
    attributes = [ai for ai in values if ai not in in_path]
    if not all(_known(ai).link_attribute for ai in attributes):
        return None
    attributes.sort(key=lambda ai: not _known(ai).fixed)
    path = "".join(f"/{ai}/{quote(values[ai], safe='')}" for ai in in_path)
    query = "&".join(f"{ai}={quote(values[ai], safe='')}" for ai in attributes)
    return stem.removesuffix("/") + path + (f"?{query}" if query else "")


def _known(ai: str) -> Identifier:
    known = identifier(ai)
    assert known is not None
    return known


def _split_address(text: str) -> tuple[str, str]:
    """Path and query of the address, the fragment dropped."""
    if not _ADDRESS.fullmatch(text):
        raise DomainError("barcode_link_characters")
    scheme = next((scheme for scheme in _SCHEMES if text.startswith(scheme)), None)
    if scheme is None:
        raise DomainError("barcode_link_scheme")
    host, slash, rest = text[len(scheme) :].partition("/")
    if not slash or not _HOST.fullmatch(host):
        raise DomainError("barcode_link_host", host=host[:40])
    path, _, query = rest.partition("#")[0].partition("?")
    return "/" + path, query


def _is_compressed(path: str) -> bool:
    """True when the path ends in a binary GTIN: after 8 bits that name the AIs come 47 bits with 14 digits.

    No scanner at a till is expected to unpack such a link, and one wrong bit would be another item; it is told
    apart from a plain web address only so that the refusal can say what the code is.
    """
    last = path.rsplit("/", 1)[-1]
    if not _BASE64.fullmatch(last):
        return False
    bits = "".join(f"{_BASE64_DIGITS.index(character):06b}" for character in last[:10])
    key, number = bits[:8], str(int(bits[8:55], 2)).zfill(14)
    names_an_item = key == "00000001" or (key[:4] in ("0000", "0001") and int(key[4:], 2) > 9)
    return names_an_item and len(number) == 14 and ends_in_check_digit(number)


def _path_elements(path: str, today: date) -> tuple[Element, ...]:
    """The AI/value pairs from the last key to the end; whatever stands before it is the shop's own path."""
    segments = path.split("/")[1:]
    start = len(segments) - 2
    while start >= 0:
        known = identifier(segments[start])
        if known is None:
            raise DomainError("barcode_link_no_key")
        if known.link_key:
            break
        start -= 2
    if start < 0:
        raise DomainError("barcode_link_no_key")
    pairs = segments[start:]
    return tuple(
        _element(_known(ai), unquote(value), today) for ai, value in zip(pairs[::2], pairs[1::2], strict=True)
    )


def _query_elements(query: str, today: date) -> tuple[Element, ...]:
    elements: list[Element] = []
    for parameter in query.split("&"):
        name, equals, value = parameter.partition("=")
        if not equals or not are_ascii_digits(name):
            continue
        known = identifier(name)
        if known is None:
            raise DomainError("barcode_ai_unknown", text=name[:8])
        decoded = unquote(value.replace("+", " "))
        if name == "01" and len(decoded) in (8, 12, 13):
            decoded = decoded.zfill(14)
        elements.append(_element(known, decoded, today))
    return tuple(elements)


def _element(known: Identifier, value: str, today: date) -> Element:
    require_length(known, value)
    require_value(known, value, today)
    return Element(known.ai, value)


def _require_valid_path(ais: list[str]) -> None:
    if tuple(ais[1:]) not in qualifier_sequences(ais[0]):
        raise DomainError("barcode_link_path", path="/".join(ais))


def _require_each_once(elements: tuple[Element, ...]) -> None:
    seen: set[str] = set()
    for element in elements:
        if element.ai in seen:
            raise DomainError("barcode_ai_repeated", ai=element.ai)
        seen.add(element.ai)


def _require_attributes(in_query: tuple[Element, ...], path: tuple[str, ...]) -> None:
    """The query may hold attributes only, never a qualifier that belongs into the path of this key."""
    allowed = qualifier_sequences(path[0])
    for element in in_query:
        ways = ((*path[1:place], element.ai, *path[place:]) for place in range(1, len(path) + 1))
        if not _known(element.ai).link_attribute or any(way in allowed for way in ways):
            raise DomainError("barcode_link_attribute", ai=element.ai)
