"""What a scan says, as one JSON object: the installer's question "does this scanner send what it should?".

A line asks by `kind` (scan, bracketed, digital_link, gtin, upce, rcn, rcn_template, hid), `input` and `context`;
the answer tells whether the input is valid, its elements and facts, or the error. Answers follow GS1's own
engine: a scan needs the AIM identifier of a symbology that carries GS1 data, whatever a till would forgive.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import cast, get_args

from shared.barcodes.ai_content import read_date
from shared.barcodes.digital_link import compose_link, read_link
from shared.barcodes.gs1 import Element, read_bracketed
from shared.barcodes.gtin import expand_upc_e, read_gtin
from shared.barcodes.hid_keys import KeyedLine, KeyReader
from shared.barcodes.in_store import InStoreLabel, LabelTemplate, Region, read_label, read_regional_label
from shared.barcodes.scanned_code import ScannedCode, read_code
from shared.errors import DomainError
from shared.i18n import tell_error
from shared.money import fen_text
from shared.units import MICRO, decimal_text

Answer = dict[str, object]

_SYMBOLOGY = {
    "]C1": "GS1_128_CCA",
    "]E0": "EAN13",
    "]E4": "EAN8",
    "]J0": "DotCode",
    "]J1": "DotCode",
    "]Q1": "QR",
    "]Q3": "QR",
    "]d1": "DM",
    "]d2": "DM",
    "]e0": "DataBarExpanded",
}

_NAME_OF_ERROR = {
    "barcode_ai_exclusive": "exclusive_ai",
    "barcode_ai_missing": "missing_required_ai",
    "barcode_ai_repeated": "duplicate_ai",
    "barcode_ai_unknown": "unknown_ai",
    "barcode_brackets": "bad_brackets",
    "barcode_characters": "bad_charset",
    "barcode_check_digit": "check_digit",
    "barcode_check_digit_of_ai": "check_digit",
    "barcode_check_pair": "check_digit",
    "barcode_control_character": "bad_charset",
    "barcode_date": "illegal_date",
    "barcode_empty": "empty",
    "barcode_link_attribute": "bad_dl_attribute",
    "barcode_link_characters": "bad_charset",
    "barcode_link_compressed": "compressed_dl",
    "barcode_link_host": "bad_dl_host",
    "barcode_link_no_key": "no_dl_key",
    "barcode_link_path": "bad_dl_path",
    "barcode_link_scheme": "bad_dl_scheme",
    "barcode_not_ascii_digits": "not_digits",
    "barcode_symbology_missing": "missing_symbology",
    "barcode_symbology_unknown": "unknown_symbology",
    "barcode_time": "illegal_time",
    "barcode_too_long": "too_long",
    "barcode_value_empty": "empty_value",
    "barcode_value_too_long": "too_long",
    "barcode_value_too_short": "too_short",
    "barcode_wrong_length": "bad_length",
    "label_prefix_unknown": "prefix_not_configured",
    "label_value_check_digit": "variable_measure_check_digit",
}

_TEXTS = {"01": "gtin14", "02": "content_gtin14", "00": "sscc", "10": "lot", "21": "serial"}
_DATES = {
    "11": "production_date",
    "12": "due_date",
    "13": "packaging_date",
    "15": "best_before",
    "16": "sell_by",
    "17": "use_by",
}


def answer_to(kind: str, given: object, context: dict[str, object], today: date) -> Answer:
    """The answer to one line; a kind nobody knows raises `decode_kind_unknown`."""
    answer = _BY_KIND.get(kind)
    if answer is None:
        raise DomainError("decode_kind_unknown", kind=kind[:40])
    try:
        return answer(given, context, _today(context, today))
    except DomainError as error:
        return _refusal(error, kind)


def _today(context: dict[str, object], today: date) -> date:
    told = context.get("today")
    return date.fromisoformat(told) if isinstance(told, str) else today


def _refusal(error: DomainError, kind: str) -> Answer:
    name = _NAME_OF_ERROR.get(error.key, error.key)
    if name == "too_short" and kind == "scan":
        name = "bad_length"
    answer: Answer = {"valid": False, "error": name}
    if kind == "gtin" and name == "check_digit":
        answer["expected_check_digit"] = error.values["expected"]
    return answer | {"message": tell_error(error, "en")}


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise DomainError("decode_input_malformed")
    return given


def _scan(given: object, _context: dict[str, object], today: date) -> Answer:
    text = _text(given)
    if not text.startswith("]"):
        raise DomainError("barcode_symbology_missing")
    symbology = _SYMBOLOGY.get(text[:3])
    if symbology is None:
        raise DomainError("barcode_symbology_unknown", symbology=text[:3])
    code = read_code(text, today=today)
    answer = _elements(code.elements, today) if code.elements else _plain(code)
    return answer | {"symbology": symbology} | _warning(code.warnings)


def _plain(code: ScannedCode) -> Answer:
    return {"valid": True} | ({"gtin14": code.gtin14} if code.gtin14 else {"text": code.item_code})


def _warning(warnings: tuple[str, ...]) -> Answer:
    return {"warning": warnings[0]} if warnings else {}


def _bracketed(given: object, _context: dict[str, object], today: date) -> Answer:
    return _elements(read_bracketed(_text(given), today), today)


def _digital_link(given: object, _context: dict[str, object], today: date) -> Answer:
    return _elements(read_link(_text(given), today), today)


def _elements(elements: tuple[Element, ...], today: date) -> Answer:
    answer: Answer = {"valid": True, "elements": [[element.ai, element.value] for element in elements]}
    for element in elements:
        answer |= _fact(element.ai, element.value, today)
    if link := compose_link(elements):
        answer["digital_link"] = link
    return answer


def _fact(ai: str, value: str, today: date) -> Answer:
    """What one element means, under the name people ask for it."""
    if ai in _TEXTS:
        return {_TEXTS[ai]: value}
    if ai in _DATES:
        day = read_date(value, today)
        return {_DATES[ai]: day and day.isoformat()}
    if ai in ("30", "37"):
        return {"count": int(value)}
    if ai[:2] == "41" and len(ai) == 3:
        return {f"gln_{ai}": value}
    if ai[:3] == "310":
        return {"net_weight_kg": decimal_text(int(value) * MICRO // 10 ** int(ai[3]))}
    if ai[:3] == "330":
        return {"gross_weight_kg": decimal_text(int(value) * MICRO // 10 ** int(ai[3]))}
    if ai[:3] == "392":
        return {"price": str(Decimal(value).scaleb(-int(ai[3])))}
    if ai[:3] == "393":
        return {"price": str(Decimal(value[3:]).scaleb(-int(ai[3]))), "currency": value[:3]}
    if ai == "8008":
        return {"production_datetime": _moment(value, today)}
    if ai == "7003":
        return {"use_by_datetime": _moment(value, today)}
    return {}


def _moment(value: str, today: date) -> str:
    """2502220835 is 2025-02-22T08:35; hours alone are whole."""
    day = read_date(value[:6], today)
    assert day is not None
    clock = ":".join(re.findall("..", value[6:])) + ("" if len(value) > 8 else ":00")
    return f"{day.isoformat()}T{clock}"


def _gtin(given: object, _context: dict[str, object], _today: date) -> Answer:
    text = _text(given)
    number = read_gtin(text)
    return {
        "valid": True,
        "gtin14": number.gtin14,
        "format": f"GTIN_{number.size}",
        "length": len(text),
        "prefix": number.prefix,
    }


def _upc_e(given: object, _context: dict[str, object], _today: date) -> Answer:
    whole = expand_upc_e(_text(given))
    return {"valid": True, "upc_a": whole, "gtin14": whole.zfill(14)}


def _regional(given: object, context: dict[str, object], _today: date) -> Answer:
    region = str(context.get("scheme", "")).rpartition(":")[2]
    if region not in get_args(Region):
        raise DomainError("decode_region_unknown", region=region[:20])
    label = read_regional_label(
        _text(given), cast("Region", region), verify_value=bool(context.get("verify_variable_measure"))
    )
    return {
        "valid": True,
        "item_reference": label.item_code,
        "weight_kg": _weight(label),
        "price": None if label.amount_fen is None else decimal_text(label.amount_fen * MICRO // 100),
        "count": label.count,
        "lookup_key": label.look_up,
    }


def _by_template(given: object, context: dict[str, object], _today: date) -> Answer:
    label = read_label(_text(given), (_template(context),))
    answer: Answer = {
        "valid": True,
        "item_code": label.item_code,
        "weight_kg": _weight(label),
        "price": None if label.amount_fen is None else fen_text(label.amount_fen),
    }
    return answer if label.count is None else answer | {"count": label.count}


def _template(context: dict[str, object]) -> LabelTemplate:
    prefixes = context.get("prefixes")
    return LabelTemplate(
        layout=str(context.get("template", "")),
        prefixes=tuple(map(str, prefixes)) if isinstance(prefixes, list) else (),
        price_decimals=_whole(context.get("price_decimals", 2)),
        weight_decimals=_whole(context.get("weight_decimals", 3)),
    )


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise DomainError("decode_input_malformed")
    return value


def _weight(label: InStoreLabel) -> str | None:
    return None if label.weight is None else decimal_text(label.weight)


def _keys(given: object, context: dict[str, object], _today: date) -> Answer:
    reader = KeyReader(
        suffix=str(context.get("suffix", "KEY_ENTER")),
        gs_as=str(context.get("gs_as", "ctrl+]")),
        caps_lock_on=bool(context.get("caps_lock_on")),
    )
    line = next(filter(None, (reader.feed(key, value) for key, value in _presses(given))), None)
    return _line(line or reader.finish())


def _presses(given: object) -> list[tuple[str, int]]:
    if not isinstance(given, list):
        raise DomainError("decode_input_malformed")
    presses = []
    for press in given:
        if not (isinstance(press, list) and len(press) == 2 and isinstance(press[1], int)):
            raise DomainError("decode_input_malformed")
        presses.append((str(press[0]), press[1]))
    return presses


def _line(line: KeyedLine) -> Answer:
    return {"text": line.text, "complete": line.complete} | _warning(line.warnings)


_BY_KIND: dict[str, Callable[[object, dict[str, object], date], Answer]] = {
    "scan": _scan,
    "bracketed": _bracketed,
    "digital_link": _digital_link,
    "gtin": _gtin,
    "upce": _upc_e,
    "rcn": _regional,
    "rcn_template": _by_template,
    "hid": _keys,
}
KINDS = tuple(_BY_KIND)
