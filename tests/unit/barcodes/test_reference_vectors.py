"""Vectors judged by GS1's reference engine and by biip, where they lie beside the checkout: valid or not, and
the exact elements, must be the same as theirs; the names of errors are ours."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shared.barcodes.digital_link import compose_link
from shared.barcodes.gtin import expand_upc_e, read_gtin
from shared.barcodes.hid_keys import KeyedLine, KeyReader
from shared.barcodes.in_store import LabelTemplate, read_label, read_regional_label
from shared.barcodes.scanned_code import ScannedCode, read_code
from shared.errors import DomainError
from shared.money import fen_text
from shared.units import decimal_text

Vector = dict[str, Any]

TODAY = date(2026, 11, 22)
SYMBOLOGIES = {
    "EAN13": "ean_13",
    "EAN8": "ean_8",
    "GS1_128_CCA": "gs1_128",
    "DataBarExpanded": "gs1_databar",
    "DM": "gs1_data_matrix",
    "QR": "gs1_qr_code",
    "DotCode": "gs1_dotcode",
}
OUR_KEYS = {
    "check_digit": "check_digit",
    "not_digits": "not_ascii_digits",
    "bad_length": "length|too_short",
    "empty": "empty",
    "unknown_ai": "ai_unknown",
    "missing_required_ai": "ai_missing",
    "exclusive_ai": "ai_exclusive",
    "duplicate_ai": "ai_repeated",
    "illegal_date": "date",
    "bad_charset": "characters",
    "too_long": "too_long|characters",
    "too_short": "too_short",
    "no_dl_key": "link_no_key",
    "bad_dl_path": "link_path",
    "empty_value": "value_empty",
    "prefix_not_configured": "prefix_unknown",
    "variable_measure_check_digit": "value_check_digit",
}


@pytest.fixture(scope="module")
def vectors(shared_data: Path) -> list[Vector]:
    """All vectors about barcodes."""
    path = shared_data / "iot" / "gs1.jsonl"
    if not path.is_file():
        pytest.skip(f"no barcode vectors at {path}")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def of_kind(vectors: list[Vector], kind: str) -> list[Vector]:
    """The vectors of one kind."""
    return [vector for vector in vectors if vector["kind"] == kind]


def failures(vectors: list[Vector], answer: Any) -> list[str]:
    """What differs, for all vectors at once, so that one run shows every difference."""
    found = []
    for vector in vectors:
        expected = vector["expected"]
        today = date.fromisoformat(vector["context"].get("today", TODAY.isoformat()))
        try:
            got = answer(vector, today)
        except DomainError as error:
            keys = OUR_KEYS[expected.get("error", "check_digit")].split("|")
            if expected["valid"] or not any(key in error.key for key in keys):
                found.append(f"{vector['id']} {vector['input']!r}: refused with {error}")
            continue
        if not expected["valid"]:
            found.append(f"{vector['id']} {vector['input']!r}: accepted, expected {expected.get('error')}")
        found += [
            f"{vector['id']} {name}: {got[name]!r} instead of {expected[name]!r}"
            for name in expected.keys() & got.keys()
            if got[name] != expected[name]
        ]
    return found


def facts(code: ScannedCode) -> Vector:
    """A read code in the words of the vectors."""
    told = {
        "elements": [[element.ai, element.value] for element in code.elements],
        "symbology": code.symbology,
        "gtin14": code.gtin14,
        "content_gtin14": code.content_gtin14,
        "sscc": code.sscc,
        "lot": code.lot,
        "serial": code.serial,
        "count": code.count,
        "use_by": code.expiry and code.expiry.isoformat(),
        "best_before": code.best_before and code.best_before.isoformat(),
        "production_date": code.produced and code.produced.isoformat(),
        "packaging_date": code.packed and code.packed.isoformat(),
        "net_weight_kg": decimal_text(code.quantity or 0),
        "gross_weight_kg": decimal_text(code.gross_weight or 0),
        "price": fen_text(code.price_fen or 0),
    }
    return told | ({"digital_link": compose_link(code.elements)} if code.elements else {})


def answer_scan(vector: Vector, today: date) -> Vector:
    """A vector read by the one entry point, its warning checked on the way."""
    code = read_code(vector["input"], today=today)
    expected_warning = vector["context"].get("expect_warning")
    assert ("possible_missing_separator" in code.warnings) == bool(expected_warning), vector
    told = facts(code)
    if symbology := vector["expected"].get("symbology"):
        assert told["symbology"] == SYMBOLOGIES[symbology], vector
    told.pop("symbology")
    return told


@pytest.mark.parametrize("kind", ["scan", "bracketed", "digital_link"])
def test_messages_read_as_the_reference_engine_reads_them(vectors: list[Vector], kind: str) -> None:
    """Scans, printed text and links: the same verdict, elements, facts and canonical link."""
    assert not failures(of_kind(vectors, kind), answer_scan)


def test_gtins_are_judged_as_the_specification_says(vectors: list[Vector]) -> None:
    """Length, digits and check digit, the 14-digit form, the standard form and the issuer's prefix."""

    def answer(vector: Vector, today: date) -> Vector:
        number = read_gtin(vector["input"])
        return {"gtin14": number.gtin14, "format": f"GTIN_{number.size}", "prefix": number.prefix}

    assert not failures(of_kind(vectors, "gtin"), answer)


def test_invalid_gtins_are_refused_by_the_entry_point_too(vectors: list[Vector]) -> None:
    """What is no GTIN is no code either when scanned without a symbology."""
    for vector in of_kind(vectors, "gtin"):
        if vector["expected"]["valid"]:
            assert read_code(vector["input"], today=TODAY).gtin14 == vector["expected"]["gtin14"]
        elif vector["expected"]["error"] != "not_digits" or not vector["input"].isascii():
            with pytest.raises(DomainError):
                read_code(vector["input"], today=TODAY)


def test_upc_e_expands_as_biip_expands_it(vectors: list[Vector]) -> None:
    """UPC-E to UPC-A and to the 14-digit form."""

    def answer(vector: Vector, today: date) -> Vector:
        code = read_code(vector["input"], symbology=vector["context"]["symbology"], today=today)
        return {"upc_a": expand_upc_e(vector["input"]), "gtin14": code.gtin14}

    assert not failures(of_kind(vectors, "upce"), answer)


def test_regional_labels_read_by_the_rules_of_their_region(vectors: list[Vector]) -> None:
    """Item reference, price or weight or count, and the number the item is filed under."""

    def answer(vector: Vector, today: date) -> Vector:
        context, expected = vector["context"], vector["expected"]
        label = read_regional_label(
            vector["input"],
            context["scheme"].removeprefix("biip:"),
            verify_value=context.get("verify_variable_measure", False),
        )
        amount = None if label.amount_fen is None else Decimal(fen_text(label.amount_fen))
        weight = None if label.weight is None else Decimal(decimal_text(label.weight))
        assert amount == (None if expected["price"] is None else Decimal(expected["price"])), vector
        assert weight == (None if expected["weight_kg"] is None else Decimal(expected["weight_kg"])), vector
        return {"item_reference": label.item_code, "count": label.count, "lookup_key": label.look_up}

    assert not failures(of_kind(vectors, "rcn"), answer)


def test_store_templates_read_their_labels(vectors: list[Vector]) -> None:
    """13-digit price or weight labels and 18-digit labels in both orders."""

    def answer(vector: Vector, today: date) -> Vector:
        context = vector["context"]
        template = LabelTemplate(
            layout=context["template"],
            prefixes=tuple(context["prefixes"]),
            price_decimals=context.get("price_decimals", 2),
            weight_decimals=context.get("weight_decimals", 3),
        )
        label = read_label(vector["input"], (template,))
        code = read_code(vector["input"], today=today, templates=(template,))
        assert (code.kind, code.item_code) == ("in_store", label.item_code)
        return {
            "item_code": label.item_code,
            "price": None if label.amount_fen is None else fen_text(label.amount_fen),
            "weight_kg": None if label.weight is None else decimal_text(label.weight),
        }

    assert not failures(of_kind(vectors, "rcn_template"), answer)


def test_key_presses_become_the_scanned_text(vectors: list[Vector]) -> None:
    """Shift, caps lock, Ctrl+], F8, Alt+029, dropped separators and three suffixes."""
    for vector in of_kind(vectors, "hid"):
        context, expected = vector["context"], vector["expected"]
        reader = KeyReader(
            suffix=context["suffix"], gs_as=context["gs_as"], caps_lock_on=context["caps_lock_on"]
        )
        lines = [line for key, value in vector["input"] if (line := reader.feed(key, value))]
        warnings = (expected["warning"],) if "warning" in expected else ()
        assert lines == [KeyedLine(expected["text"], expected["complete"], warnings)], vector["id"]
