"""The installer's answers about scans: our own cases of every kind, and the reference vectors where they lie
beside the checkout, word for word but for the text of an error."""

import json
from datetime import date
from pathlib import Path

import pytest

from shared.barcodes.answer import KINDS, answer_to
from shared.barcodes.coupons import is_coupon, is_offer_on_file
from shared.barcodes.digital_link import read_link
from shared.errors import DomainError
from shared.i18n import LANGUAGES, tell_error

TODAY = date(2026, 11, 22)
TEMPLATE = {"template": "FFIIIIIWWWWWPPPPPC", "prefixes": ["28"], "weight_decimals": 3}

ANSWERS = [
    ("scan", "]C1010690123456789210L7\x1d17270300", {}, {"lot": "L7", "use_by": "2027-03-31"}),
    ("scan", "]J10106901234567892", {}, {"symbology": "DotCode", "gtin14": "06901234567892"}),
    ("scan", "]C1", {}, {"error": "empty"}),
    ("scan", "]X90106901234567892", {}, {"error": "unknown_symbology"}),
    ("scan", "]C00106901234567892", {}, {"error": "unknown_symbology"}),
    ("scan", "0106901234567892", {}, {"error": "missing_symbology"}),
    ("scan", "]C10106901234567892010690123456789210L7", {}, {"lot": "L7"}),
    ("scan", "]C1010690123456789210L717270331", {}, {"warning": "possible_missing_separator"}),
    ("scan", "]C10106901234567892800825022208", {}, {"production_datetime": "2025-02-22T08:00"}),
    ("scan", "]E40123456", {}, {"error": "bad_length"}),
    ("bracketed", "(01)06901234567892(3103)001250(3932)156995", {}, {"price": "9.95", "currency": "156"}),
    ("bracketed", "(01)06901234567892(17)760101", {}, {"use_by": "2076-01-01"}),
    ("bracketed", "(01)06901234567892(17)770101", {}, {"use_by": "1977-01-01"}),
    ("bracketed", "(10)L7", {}, {"error": "missing_required_ai"}),
    ("bracketed", "(8110)012345612345611110123", {}, {"valid": True}),
    ("bracketed", "(8110)0123456123456111101239999", {}, {"error": "barcode_value"}),
    ("digital_link", "HTTPS://A/01/06901234567892/10/L7", {}, {"lot": "L7"}),
    ("digital_link", "https://a/01/6901234567892", {}, {"error": "too_short"}),
    ("digital_link", "https://a/AQyNo0UVqA", {}, {"error": "compressed_dl"}),
    ("gtin", "6901234567890", {}, {"error": "check_digit", "expected_check_digit": 2}),
    ("gtin", "69012345", {}, {"error": "check_digit"}),
    ("gtin", "６９０１２３４５６７８９２", {}, {"error": "not_digits"}),
    ("upce", "04252614", {}, {"upc_a": "042100005264", "gtin14": "00042100005264"}),
    ("rcn", "2275853909031", {"scheme": "biip:se"}, {"price": "903", "lookup_key": "2275853900007"}),
    ("rcn", "2275853909031", {"scheme": "biip:xx"}, {"error": "decode_region_unknown"}),
    ("rcn_template", "280602201542040082", TEMPLATE, {"item_code": "06022", "weight_kg": "1.542", "price": "40.08"}),
    ("rcn_template", "290602201542040081", TEMPLATE, {"error": "prefix_not_configured"}),
    ("rcn_template", "280602201542040083", TEMPLATE, {"error": "check_digit"}),
    ("hid", [["KEY_A", 1], ["KEY_A", 0], ["KEY_ENTER", 1]], {}, {"text": "a", "complete": True}),
    ("hid", [["KEY_A", 1]], {}, {"text": "a", "complete": False}),
    ("hid", "KEY_A", {}, {"error": "decode_input_malformed"}),
    ("gtin", 6901234567892, {}, {"error": "decode_input_malformed"}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "given", "context", "expected"), ANSWERS)
def test_every_kind_of_line_gets_its_answer(
    kind: str, given: object, context: dict[str, object], expected: dict[str, object]
) -> None:
    """What matters of the answer stands in it under the name people ask for."""
    answer = answer_to(kind, given, context, TODAY)
    assert {name: answer.get(name) for name in expected} == expected
    if kind != "hid" or "error" in expected:
        assert answer["valid"] is ("error" not in expected)


def test_a_kind_nobody_knows_is_refused_in_both_languages() -> None:
    """The tool says that it does not know the kind instead of guessing one."""
    with pytest.raises(DomainError, match="decode_kind_unknown") as refused:
        answer_to("telex", "x", {}, TODAY)
    assert all("telex" in tell_error(refused.value, language) for language in LANGUAGES)


def test_answers_equal_the_reference_word_for_word(shared_data: Path) -> None:
    """All reference vectors: every field, except texts of errors and the order of two faults in one value."""
    path = shared_data / "iot" / "gs1.jsonl"
    if not path.is_file():
        pytest.skip(f"no barcode vectors at {path}")
    different = []
    for line in path.read_text(encoding="utf-8").splitlines():
        vector = json.loads(line)
        expected, context = vector["expected"], vector["context"]
        answer = answer_to(vector["kind"], vector["input"], context, TODAY)
        if warning := context.get("expect_warning"):
            expected["warning"] = warning
        strictly = set(expected) - {"engine_message", "message", "error"}
        if {name: answer.get(name) for name in strictly} != {name: expected[name] for name in strictly}:
            different.append((vector["id"], answer, expected))
        assert set(answer) - {"message"} == set(expected) - {"engine_message", "message"}, vector["id"]
    assert not different


PLAIN_COUPON = "0123456" + "123456" + "11" + "11" + "0" + "123"
FURTHER_FIELDS = (
    "1" + "0" + "11" + "0" + "123" + "9",
    "2" + "11" + "9" + "123" + "0123456",
    "3" + "260131",
    "4" + "260101",
    "5" + "0" + "123456",
    "6" + "1" + "1234567",
    "9" + "6" + "2" + "0" + "1",
)


@pytest.mark.parametrize("fields", [(), FURTHER_FIELDS, *((field,) for field in FURTHER_FIELDS)])
def test_a_coupon_is_walked_through_to_its_end(fields: tuple[str, ...]) -> None:
    """Every field has the length announced for it and nothing may be missing or left over."""
    digits = PLAIN_COUPON + "".join(fields)
    assert is_coupon(digits)
    assert not is_coupon(digits[:-1])
    assert not is_coupon(digits + "7")


@pytest.mark.parametrize(
    "digits",
    [
        "7" + PLAIN_COUPON[1:],
        PLAIN_COUPON[:-4] + "5123",
        PLAIN_COUPON + "3260229",
        PLAIN_COUPON + "3260131" + "4260201",
        PLAIN_COUPON + "93000",
        PLAIN_COUPON + FURTHER_FIELDS[1] + FURTHER_FIELDS[0],
        PLAIN_COUPON[:-1] + "x",
    ],
)
def test_a_coupon_with_a_wrong_digit_is_refused(digits: str) -> None:
    """Lengths, codes, days that exist, first day not after the last, fields in their order, digits only."""
    assert not is_coupon(digits)


def test_an_offer_on_file_has_a_serial_number_of_the_length_it_announces() -> None:
    """Format, funder, offer, serial number; a digit more or less is a misreading."""
    assert is_offer_on_file("001234561234560123456")
    assert is_offer_on_file("061234567890121234569123456789012345")
    for wrong in ("201234561234560123456", "07", "0012345612345601234567", "00123456123456012345a", ""):
        assert not is_offer_on_file(wrong)


def test_a_plain_web_address_is_not_taken_for_a_compressed_link() -> None:
    """Only a binary number with a right check digit makes a compressed link."""
    with pytest.raises(DomainError, match="barcode_link_compressed"):
        read_link("https://shop.example/x/AQyNo0UVqA", TODAY)
    for address in ("https://shop.example/AQyNo0UVrA", "https://shop.example/aboutus-contact"):
        with pytest.raises(DomainError, match="barcode_link_no_key"):
            read_link(address, TODAY)


def test_the_list_of_kinds_is_the_list_of_vectors_kinds() -> None:
    """Eight kinds, in the order the help names them."""
    assert KINDS == ("scan", "bracketed", "digital_link", "gtin", "upce", "rcn", "rcn_template", "hid")
