"""Whatever a scanner, a child or an attacker enters: an answer or a refusal, never a crash, never a half-truth."""

import json
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from biip import ParseError
from biip.gs1_messages import GS1Message
from biip.gtin import Gtin as BiipGtin
from hypothesis import given
from hypothesis import strategies as st

from shared.barcodes.ai_table import Identifier, identifier, identifiers
from shared.barcodes.check_digits import check_digit, check_pair
from shared.barcodes.digital_link import compose_link, read_link
from shared.barcodes.gs1 import SEPARATOR, Element, read_bracketed, read_data
from shared.barcodes.gtin import Gtin, expand_upc_e, issuing_organisation, read_gtin
from shared.barcodes.hid_keys import KeyReader
from shared.barcodes.in_store import REGIONS, LabelTemplate, read_label, read_regional_label, require_template
from shared.barcodes.scanned_code import ScannedCode, read_code
from shared.errors import DomainError
from shared.i18n import LANGUAGES, tell, tell_error

TODAY = date(2026, 11, 22)
LABELS = (
    LabelTemplate(layout="FFIIIIIPPPPPC", prefixes=("21", "02")),
    LabelTemplate(layout="FFIIIIVPPPPC", prefixes=("25",)),
    LabelTemplate(layout="FFIIIIIPPPPPWWWWWC", prefixes=("26",)),
    LabelTemplate(layout="not a layout", prefixes=("9",)),
)
FRAGMENTS = (
    *("]C1", "]e0", "]d2", "]Q3", "]J1", "]E0", "]E4", "]C0", "]Q1", "]", "|]e0", SEPARATOR, "(", ")", "\\("),
    *(
        "01",
        "06901234567892",
        "10",
        "17",
        "270331",
        "3103",
        "001542",
        "3922",
        "4008",
        "21",
        "00",
        "8008",
        "8030",
    ),
    *("https://a/", "HTTP://", "/01/", "/10/", "?17=", "&", "=", "%2F", "%", "+", "#", "gtin"),
    *("2106013040083", "６９０", "٣", "²", "中", "\x00", "\r\n", " ", "A", "7", "-", "_", "^"),
)
any_text = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="0123456789", max_size=40),
    st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join),
)
symbologies = st.one_of(
    st.none(),
    st.sampled_from(["ean_13", "upc_e", "code_128", "QRCode", "itf", "]C1", "]Q1"]),
    st.text(max_size=5),
)


def told_in_both_languages(error: DomainError) -> None:
    """The refusal has a text with all its values in both languages."""
    for language in LANGUAGES:
        assert tell_error(error, language)


@given(any_text, symbologies, st.booleans(), st.one_of(st.none(), st.sampled_from(["drop", "f8", "|", "A"])))
def test_any_text_is_read_or_refused(
    text: str, symbology: str | None, typed: bool, gs_as: str | None
) -> None:
    """No other exception, and every answer and refusal can be told to a person."""
    try:
        code = read_code(text, symbology=symbology, today=TODAY, templates=LABELS, typed=typed, gs_as=gs_as)
    except DomainError as error:
        told_in_both_languages(error)
        return
    assert isinstance(code, ScannedCode)
    for warning in code.warnings:
        assert tell(warning, "en", {}) != tell(warning, "zh-CN", {})
    if code.kind != "text":
        assert code.gtin14 or code.item_code or code.elements
    if code.gtin14:
        assert read_gtin(code.gtin14).gtin14 == code.gtin14


@given(any_text)
def test_each_reader_alone_refuses_with_a_domain_error(text: str) -> None:
    """The parts are used by others too: same promise."""
    for reader in (
        lambda: read_data(text, TODAY),
        lambda: read_bracketed(text, TODAY),
        lambda: read_link(text, TODAY),
        lambda: read_gtin(text),
        lambda: expand_upc_e(text),
        lambda: read_label(text, LABELS),
        *(lambda region=region: read_regional_label(text, region, verify_value=True) for region in REGIONS),
    ):
        try:
            reader()
        except DomainError as error:
            told_in_both_languages(error)


@given(
    st.text(alphabet="FIPWNVXC", max_size=16),
    st.lists(st.text(alphabet="0123456789", max_size=3), max_size=3),
)
def test_any_layout_is_usable_or_refused(layout: str, prefixes: list[str]) -> None:
    """A layout that passes the check reads every label that fits it, or refuses the label."""
    template = LabelTemplate(layout=layout, prefixes=tuple(prefixes))
    try:
        require_template(template)
    except DomainError as error:
        told_in_both_languages(error)
        return
    for prefix in prefixes:
        digits = prefix.ljust(len(layout), "0")
        digits = digits[:-1] + str(check_digit(digits[:-1])) if layout.endswith("C") else digits
        with suppress(DomainError):
            assert read_label(digits, (template,)).prefix == prefix


@given(
    st.text(alphabet="0123456789", min_size=7, max_size=13).filter(lambda text: len(text) in (7, 11, 12, 13))
)
def test_gtins_agree_with_biip(payload: str) -> None:
    """Same 14 digits, same standard form, and a wrong check digit is refused by both."""
    right = payload + str(check_digit(payload))
    ours, theirs = read_gtin(right), BiipGtin.parse(right)
    assert (ours.gtin14, ours.size) == (theirs.as_gtin_14(), theirs.format.length)
    wrong = payload + str((check_digit(payload) + 1) % 10)
    with pytest.raises(ParseError):
        BiipGtin.parse(wrong)
    with pytest.raises(DomainError):
        read_gtin(wrong)


def test_the_issuer_of_a_number_is_known() -> None:
    """690 is GS1 China."""
    number = read_gtin("6901234567892")
    assert number == Gtin(gtin14="06901234567892", size=13)
    assert issuing_organisation(number) == "GS1 China"


@given(
    st.dates(min_value=TODAY - timedelta(days=40 * 365), max_value=TODAY + timedelta(days=40 * 365)),
    st.text(alphabet="ABCdef0123456789-/.", min_size=1, max_size=20),
    st.integers(0, 999_999),
    st.integers(0, 5),
)
def test_a_message_reads_the_same_in_all_three_forms(
    day: date, lot: str, figures: int, decimals: int
) -> None:
    """Element string, brackets and link carry the same elements; biip reads the element string the same way."""
    elements = (
        Element("01", "06901234567892"),
        Element(f"310{decimals}", f"{figures:06d}"),
        Element("17", day.strftime("%y%m%d")),
        Element("10", lot),
    )
    data = "".join(element.ai + element.value for element in elements)
    assert read_data(data, TODAY) == elements
    assert read_bracketed("".join(f"({one.ai}){one.value}" for one in elements), TODAY) == elements
    link = compose_link(elements)
    assert link is not None
    assert sorted(read_link(link, TODAY), key=lambda one: one.ai) == sorted(elements, key=lambda one: one.ai)
    code = read_code("]C1" + data, today=TODAY)
    assert (code.expiry, code.lot) == (day, lot)
    theirs = GS1Message.parse(data)
    assert [(one.ai.ai, one.value) for one in theirs.element_strings] == [
        (one.ai, one.value) for one in elements
    ]


@given(st.data())
def test_separators_may_follow_any_value(data: st.DataObject) -> None:
    """A needless separator after a fixed length, or at the end, changes nothing."""
    after_date = data.draw(st.sampled_from(["", SEPARATOR]))
    at_end = data.draw(st.sampled_from(["", SEPARATOR]))
    text = f"0106901234567892{after_date}17270331{after_date}10A7{SEPARATOR}21S1{at_end}"
    assert [element.ai for element in read_data(text, TODAY)] == ["01", "17", "10", "21"]


def biip_identifiers() -> dict[str, dict[str, str | bool]]:
    """biip's own table of Application Identifiers."""
    import biip.gs1_application_identifiers as package

    path = Path(package.__file__).with_name("_application_identifiers.json")
    return {one["ai"]: one for one in json.loads(path.read_text(encoding="utf-8"))}


def test_our_table_has_the_identifiers_biip_has() -> None:
    """The same identifiers, and the same ones need a separator."""
    theirs = biip_identifiers()
    assert theirs.keys() == identifiers().keys()
    needing = {ai for ai, one in theirs.items() if one["separator_required"]}
    assert needing == {ai for ai, one in identifiers().items() if not one.fixed}


def test_every_rule_of_the_table_names_known_identifiers() -> None:
    """A misspelt rule would refuse good labels or let bad ones pass."""
    known = identifiers()
    for one in known.values():
        named = [*one.apart, *(need for any_of in one.needs for group in any_of for need in group)]
        named += [ai for way in one.qualifiers for ai in way]
        for pattern in named:
            stem = pattern.rstrip("n")
            assert any(ai.startswith(stem) and len(ai) == len(pattern) for ai in known), (one.ai, pattern)
        assert one.least <= one.most
        assert one.meaning


@pytest.mark.parametrize("ai", ["00", "01", "02", "410", "414", "8017", "253", "8003"])
def test_a_wrong_check_digit_is_fatal_wherever_a_number_has_one(ai: str) -> None:
    """Nested numbers are as binding as those under an EAN symbol."""
    known = identifier(ai)
    assert isinstance(known, Identifier)
    digits = "0" if ai == "8003" else ""
    size = next(part.most for part in known.components if "mod10" in part.tests)
    payload = "6901234567890123456"[: size - 1]
    wrong = payload + str((check_digit(payload) + 5) % 10)
    with pytest.raises(DomainError, match="barcode_check_digit_of_ai"):
        read_data(ai + digits + wrong, TODAY)


def test_check_characters_of_a_product_model_follow_the_specification() -> None:
    """The example of the General Specifications: 1987654Ad4X4bL5ttr2310c ends in 2K."""
    assert check_pair("1987654Ad4X4bL5ttr2310c") == "2K"
    assert read_data("80131987654Ad4X4bL5ttr2310c2K", TODAY)[0].ai == "8013"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "KEY_A",
                    "KEY_1",
                    "KEY_KP2",
                    "KEY_F8",
                    "KEY_LEFTALT",
                    "KEY_LEFTSHIFT",
                    "KEY_LEFTCTRL",
                    "KEY_RIGHTBRACE",
                    "KEY_CAPSLOCK",
                    "KEY_VOLUMEUP",
                    "KEY_ENTER",
                    "",
                ]
            ),
            st.integers(0, 2),
        )
    )
)
def test_any_key_presses_make_lines_without_a_crash(events: list[tuple[str, int]]) -> None:
    """Stuck modifiers, repeats and keys of another layout."""
    reader = KeyReader(gs_as="f8")
    for key, value in events:
        line = reader.feed(key, value)
        assert line is None or line.complete
    assert not reader.finish().complete
    assert reader.finish().text == ""


def test_a_stream_without_suffix_does_not_grow_for_ever() -> None:
    """A stuck key or a hostile device fills no memory."""
    reader = KeyReader()
    for _ in range(20_000):
        reader.feed("KEY_A", 1)
    assert len(reader.finish().text) < 8_000
