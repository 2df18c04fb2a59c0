"""The phone parses codes itself, in TypeScript, so that a scan needs no network; both parsers answer to the
same file of cases, `phone_vectors.json`, which is edited by hand and never regenerated to please one of them."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared.barcodes.in_store import LabelTemplate, quantity_behind_price
from shared.barcodes.scanned_code import read_code
from shared.errors import DomainError
from shared.money import fen_text
from shared.units import decimal_text, micro

CASES = json.loads(Path(__file__).with_name("phone_vectors.json").read_text(encoding="utf-8"))


def answer(case: dict[str, Any]) -> dict[str, Any]:
    """What the parser says, in the words of the file: dates as ISO text, figures as decimal text."""
    templates = tuple(
        LabelTemplate(
            layout=one["layout"],
            prefixes=tuple(one["prefixes"]),
            price_decimals=one["price_decimals"],
            weight_decimals=one["weight_decimals"],
        )
        for one in case["templates"]
    )
    code = read_code(
        case["input"],
        symbology=case["symbology"],
        today=date.fromisoformat(case["today"]),
        templates=templates,
        typed=case["typed"],
        gs_as=case["gs_as"],
    )
    quantity = code.quantity
    if quantity is None and code.price_fen is not None and "unit_price" in case:
        quantity = quantity_behind_price(code.price_fen, micro(case["unit_price"]), micro(case["step"]))
    return {
        "kind": code.kind,
        "gtin14": code.gtin14,
        "item_code": code.item_code,
        "lot": code.lot,
        "serial": code.serial,
        "expiry": code.expiry and code.expiry.isoformat(),
        "best_before": code.best_before and code.best_before.isoformat(),
        "produced": code.produced and code.produced.isoformat(),
        "qty": None if quantity is None else decimal_text(quantity),
        "count": code.count,
        "amount": None if code.price_fen is None else fen_text(code.price_fen),
        "sscc": code.sscc,
        "content_gtin14": code.content_gtin14,
        "warnings": list(code.warnings),
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["told"])
def test_server_and_phone_read_the_same(case: dict[str, Any]) -> None:
    """Every field of the answer, or the key of the refusal."""
    if "error" in case:
        with pytest.raises(DomainError) as refused:
            answer(case)
        assert refused.value.key == case["error"]
    else:
        assert answer(case) == case["expected"]


def test_there_are_enough_cases() -> None:
    """Numbers, labels, messages, links and plain texts, accepted and refused."""
    kinds = {case.get("expected", {}).get("kind", "refused") for case in CASES}
    assert kinds == {"gtin", "in_store", "gs1", "digital_link", "text", "refused"}
    assert len(CASES) >= 60
