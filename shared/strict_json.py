"""JSON bodies read strictly: what two readers could understand differently is refused before anybody reads it.

Ordinary decoders take the last of two equal keys, accept integers no database holds, and pass a NUL on to a
place that stops reading there. A day-book cannot live with any of that, so a body is checked once, at the rim,
before it is decoded into its Struct.
"""

from __future__ import annotations

import json
from typing import NoReturn

import msgspec

from shared.errors import DomainError

BODY_BYTES_MAX = 1024 * 1024
DEPTH_MAX = 32
_INT64 = 1 << 63
_INT_DIGITS_MAX = 19
_REFUSED_CHARACTERS = frozenset(chr(code) for code in range(32) if chr(code) not in "\n\r\t\x1d") | {"\x7f"}


class _Refused(Exception):
    """Carries the error key out of the decoder's hooks."""


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused("body_duplicate_key")
    return found


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > _INT_DIGITS_MAX:
        raise _Refused("body_number_out_of_range")
    value = int(digits)
    if not -_INT64 <= value < _INT64:
        raise _Refused("body_number_out_of_range")
    return value


def _number(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise _Refused("body_number_out_of_range")
    return value


def _constant(_name: str) -> NoReturn:
    raise _Refused("body_number_out_of_range")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_int=_integer, parse_float=_number, parse_constant=_constant
)


_PLAIN_DECODER = msgspec.json.Decoder()
_PLAIN_ENCODER = msgspec.json.Encoder()
_EVERY_DIGIT_A_NINE = bytes.maketrans(b"012345678", b"9" * 9)
_LONG_NUMBER = b"9" * _INT_DIGITS_MAX


def _plain(raw: bytes) -> object | None:
    """The value of a body as our own apps write it, or None: that says nothing, the careful reader decides.

    Plain is what comes out the same, byte for byte, when it is written again: so no key stands twice, no number
    changes, nothing is escaped.
    """
    if b"\\" in raw or b"\x7f" in raw or raw.count(b"[") + raw.count(b"{") > DEPTH_MAX:
        return None
    if _LONG_NUMBER in raw.translate(_EVERY_DIGIT_A_NINE):
        return None
    try:
        value: object = _PLAIN_DECODER.decode(raw)
    except (msgspec.MsgspecError, ValueError):
        return None
    return value if _PLAIN_ENCODER.encode(value) == raw else None


def strict_json(raw: bytes) -> object:
    """The decoded body. Raises a DomainError `body_…` for anything a careful reader would not accept."""
    if len(raw) > BODY_BYTES_MAX:
        raise DomainError("body_too_large", limit=BODY_BYTES_MAX)
    plain = _plain(raw)
    if plain is not None:
        return plain
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise DomainError("body_not_utf8") from None
    if _deepest(text) > DEPTH_MAX:
        raise DomainError("body_too_deep", limit=DEPTH_MAX)
    try:
        value = _DECODER.decode(text)
    except _Refused as refused:
        raise DomainError(str(refused)) from None
    except (ValueError, RecursionError) as error:
        raise DomainError("body_not_json", why=str(error)[:120]) from None
    if "\\" in text or any(character in text for character in _REFUSED_CHARACTERS):
        _refuse_control_characters(value)
    return value


def _deepest(text: str) -> int:
    """An upper bound of the nesting, before the recursive decoder meets it; brackets in strings count too."""
    if text.count("[") + text.count("{") <= DEPTH_MAX:
        return 0
    depth = deepest = 0
    in_string = escaped = False
    for character in text:
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _refuse_control_characters(value: object) -> None:
    """Also catches what stands escaped in the text (`\\u0000`) and halves of surrogate pairs."""
    if isinstance(value, str):
        if not _REFUSED_CHARACTERS.isdisjoint(value):
            raise DomainError("body_control_character")
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise DomainError("body_not_utf8") from None
    elif isinstance(value, dict):
        for key, inner in value.items():
            _refuse_control_characters(key)
            _refuse_control_characters(inner)
    elif isinstance(value, list):
        for inner in value:
            _refuse_control_characters(inner)
