"""What shop people scan and type, told as they would tell it."""

from datetime import date

import pytest

from shared.barcodes.in_store import LabelTemplate, amount_agrees, quantity_behind_price
from shared.barcodes.scanned_code import LONGEST_CODE, ScannedCode, read_code
from shared.errors import DomainError

TODAY = date(2026, 11, 22)
PRICE_LABEL = LabelTemplate(layout="FFIIIIIPPPPPC", prefixes=("21",))
WEIGHT_LABEL = LabelTemplate(layout="FFIIIIIWWWWWC", prefixes=("22", "23"))
LONG_LABEL = LabelTemplate(layout="FFIIIIIPPPPPWWWWWC", prefixes=("26",))
UPC_LABEL = LabelTemplate(layout="FFIIIIIPPPPPC", prefixes=("02",))
LABELS = (PRICE_LABEL, WEIGHT_LABEL, LONG_LABEL, UPC_LABEL)


def read(
    text: str, symbology: str | None = None, *, typed: bool = False, gs_as: str | None = None
) -> ScannedCode:
    """The code read on the day of these tests with the store's labels."""
    return read_code(text, symbology=symbology, today=TODAY, templates=LABELS, typed=typed, gs_as=gs_as)


def refusal(text: str, symbology: str | None = None, *, typed: bool = False) -> DomainError:
    """The error a text is refused with."""
    with pytest.raises(DomainError) as refused:
        read(text, symbology, typed=typed)
    return refused.value


def test_a_price_label_keeps_its_price_and_yields_a_quantity() -> None:
    """Label 2106013040083 at 26.00/kg is 1.542 kg, and the line stays 40.08."""
    code = read("2106013040083", "ean_13")
    assert (code.kind, code.item_code, code.price_fen, code.quantity) == ("in_store", "06013", 4008, None)
    quantity = quantity_behind_price(4008, 26_000_000, 1_000)
    assert quantity == 1_542_000
    assert amount_agrees(4008, quantity, 26_000_000)
    assert not amount_agrees(4008, quantity, 25_900_000)


def test_a_long_label_keeps_price_and_weight() -> None:
    """26 + PLU + amount + weight + check digit: both figures are taken as printed."""
    code = read("260601304008015426", "]C0")
    assert (code.item_code, code.price_fen, code.quantity, code.quantity_unit) == (
        "06013",
        4008,
        1_542_000,
        "kg",
    )


def test_a_weight_label_yields_kilograms() -> None:
    """22 06013 01542 and its check digit: 1.542 kg of item 06013."""
    assert read("2206013015422").quantity == 1_542_000


def test_a_label_with_a_wrong_check_digit_is_refused() -> None:
    """The check digit that would have been right is named."""
    error = refusal("2106013040084")
    assert (error.key, error.values["expected"]) == ("barcode_check_digit", 3)


def test_a_prefix_without_a_template_is_an_ordinary_number() -> None:
    """2906013040089 looks like a label of another shop and is looked up as it stands."""
    code = read("2906013040089")
    assert (code.kind, code.gtin14) == ("gtin", "02906013040089")


def test_a_upc_scan_without_its_leading_zero_still_finds_the_template() -> None:
    """Twelve digits beginning with 2 are thirteen beginning with 02."""
    code = read("206013040082", "upc_a")
    assert (code.kind, code.item_code, code.price_fen) == ("in_store", "06013", 4008)


def test_a_label_of_zero_asks_for_the_quantity() -> None:
    """A scale prints zero when nothing was weighed; the cashier is told."""
    assert read("2106013000001").warnings == ("label_value_zero",)


def test_a_case_label_tells_item_lot_date_and_weight() -> None:
    """GS1-128 with (01)(3103)(17)(10): everything a receipt needs in one scan."""
    code = read("]C1010690123456789231030015421727033110L-7")
    assert (code.kind, code.symbology, code.gtin14) == ("gs1", "gs1_128", "06901234567892")
    assert (code.lot, code.expiry, code.quantity, code.quantity_unit) == (
        "L-7",
        date(2027, 3, 31),
        1_542_000,
        "kg",
    )
    assert code.keeps_until == date(2027, 3, 31)


def test_day_zero_is_the_last_day_of_the_month() -> None:
    """Best before 2028-02-00 is the 29th in a leap year."""
    assert read("]C101069012345678921528020010A").best_before == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("year", "meant"), [("76", 2076), ("77", 1977), ("99", 1999), ("26", 2026), ("00", 2000)]
)
def test_a_two_digit_year_is_within_fifty_years(year: str, meant: int) -> None:
    """Read in 2026, 76 is still to come and 77 is long past."""
    assert read(f"]C1010690123456789217{year}0101").expiry == date(meant, 1, 1)


def test_the_century_follows_the_day_of_reading() -> None:
    """The same label read in 2060 and its year 05: 2105, because 2005 is more than 49 years back."""
    code = read_code("]C1010690123456789217050101", today=date(2060, 1, 1))
    assert code.expiry == date(2105, 1, 1)


def test_a_lot_that_swallowed_the_date_is_read_with_a_warning() -> None:
    """The scanner dropped the separator: still a valid message, so a person is asked to compare."""
    code = read("]C10106901234567892" + "10LOT17270331")
    assert (code.lot, code.warnings) == ("LOT17270331", ("possible_missing_separator",))
    assert not read("]C10106901234567892" + "10LOT17279931").warnings


def test_a_scanner_that_drops_separators_is_named() -> None:
    """Its setting says so, whatever the message looks like; fixed lengths alone lose nothing."""
    assert "separator_lost" in read("]C1010690123456789210A", gs_as="drop").warnings
    assert not read("]C1010690123456789217270331", gs_as="drop").warnings


@pytest.mark.parametrize("sent", ["|", "{GS}", "~"])
def test_what_a_scanner_sends_for_the_separator_is_replaced(sent: str) -> None:
    """Each make has its own substitute, written in the device's settings."""
    code = read(f"]C1010690123456789210A{sent}17270331", gs_as=sent)
    assert (code.lot, code.expiry) == ("A", date(2027, 3, 31))


def test_typed_text_may_be_fullwidth_and_spaced() -> None:
    """A Chinese input method types fullwidth digits; a person groups them."""
    assert read("　６９０１２３ ４５６７８９２ ", typed=True).gtin14 == "06901234567892"
    assert read("（01）06901234567892 （10）A7", typed=True).lot == "A7"


@pytest.mark.parametrize("text", ["６９０１２３４５６７８９２", "٦٩٠١٢٣٤٥٦٧٨٩٢", "690123456789²"])
def test_a_scan_holds_ascii_digits_only(text: str) -> None:
    """Such digits would never be found again in the catalogue."""
    assert refusal(text).key == "barcode_not_ascii_digits"


def test_a_megabyte_is_refused_unread() -> None:
    """The length alone decides: no character is looked at, however long the text."""

    class Unreadable(str):
        """Text that must not be looked into."""

        __slots__ = ()

        def __iter__(self) -> object:  # type: ignore[override]
            raise AssertionError("looked into")

        startswith = strip = isascii = __getitem__ = __iter__  # type: ignore[assignment]

    assert refusal(Unreadable("9" * 1_000_000)).key == "barcode_too_long"
    assert refusal("9" * LONGEST_CODE).key == "barcode_wrong_length"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "barcode_empty"),
        ("]C1", "barcode_empty"),
        ("69012345678", "barcode_wrong_length"),
        ("6901234567892\r", "barcode_control_character"),
        ("]X101", "barcode_symbology_unknown"),
        ("]", "barcode_symbology_unknown"),
        ("010690123456789210A7", "barcode_symbology_missing"),
        ("0106901234567892", "barcode_symbology_missing"),
        ("10A\x1d17270331", "barcode_symbology_missing"),
        ("]E0036000291452", "barcode_wrong_length"),
        ("]E4690123456789X", "barcode_not_ascii_digits"),
        ("]C110A7", "barcode_ai_missing"),
        ("]C1010690123456789202069012345678923710", "barcode_ai_exclusive"),
        ("]C1010690123456789239221234", "barcode_ai_missing"),
        ("]C10106901234567892310300100031020001", "barcode_value_too_short"),
        ("]C101069012345678923103001000310200100", "barcode_value_too_short"),
        ("]C1010690123456789231030010003102001000", "barcode_ai_exclusive"),
        ("]C1010690123456789210A\x1d10B", "barcode_ai_repeated"),
        ("]C1010690123456789210", "barcode_value_empty"),
        ("]C1010690123456789210\x1d17270331", "barcode_value_empty"),
        ("]C1010690123456789210A\x1d\x1d17270331", "barcode_ai_unknown"),
        ("]C1010690123456789217271301", "barcode_date"),
        ("]C1010690123456789217270230", "barcode_date"),
        ("]C10106901234567893", "barcode_check_digit_of_ai"),
        ("]C1010690123456789210" + "A" * 21, "barcode_value_too_long"),
        ("]C1010690123456789210A^B", "barcode_characters"),
        ("]C10106901234567892422000", "barcode_value"),
        ("]C101069012345678927003270331" + "2460", "barcode_time"),
        ("]C10106901234567892310300123439391", "barcode_value_too_short"),
        ("]C1010690123456789231030012343939991", "barcode_value"),
        ("]C1010690123456789231030012343930123100", "barcode_value"),
        ("]C1" + "\x1d", "barcode_ai_unknown"),
        ("]C1(01)06901234567892", "barcode_ai_unknown"),
        ("]C18013GMN-WITHOUT-PAIR", "barcode_check_pair"),
        ("(01)06901234567892(10", "barcode_brackets"),
        ("(01)06901234567892)(10)A", "barcode_value_too_long"),
        ("()1", "barcode_ai_unknown"),
        ("(10)A", "barcode_ai_missing"),
        ("https://u.wechat.com/MEcJ0b", "barcode_link_no_key"),
        ("HtTps://id.gs1.org/01/06901234567892", "barcode_link_scheme"),
        ("https:///01/06901234567892", "barcode_link_host"),
        ("https://a_b/01/06901234567892", "barcode_link_host"),
        ("https://a/01/6901234567892", "barcode_value_too_short"),
        ("https://a/01/06901234567892/21/S/10/L", "barcode_link_path"),
        ("https://a/01/06901234567892?10=L", "barcode_link_attribute"),
        ("https://a/01/06901234567892?21=S", "barcode_link_attribute"),
        ("https://a/01/06901234567892?99=A&999=B", "barcode_ai_unknown"),
        ("https://a/01/06901234567892?99=", "barcode_value_empty"),
        ("https://a/01/06901234567892?98=X+9", "barcode_characters"),
        ("https://a/01/06901234567892/10/%00", "barcode_characters"),
        ("https://a/00/006141411234567890/", "barcode_link_no_key"),
        ("https://a/gtin/06901234567892", "barcode_link_no_key"),
        ("https://a/01/06901234567892 ", "barcode_link_characters"),
    ],
)
def test_what_cannot_be_read_with_certainty_is_refused(text: str, key: str) -> None:
    """Each refusal has the key that tells what to do."""
    assert refusal(text).key == key


def test_an_unknown_symbology_name_is_refused() -> None:
    """A camera library with new names must not change how codes are read."""
    assert refusal("6901234567892", "hologram").key == "barcode_symbology_unknown"


@pytest.mark.parametrize("name", ["ean_13", "EAN-13", "EAN13", "]E0"])
def test_names_of_symbologies_are_forgiving(name: str) -> None:
    """Browsers and decoders write the same symbology in many ways."""
    assert read("6901234567892", name).symbology == "ean_13"


def test_a_camera_that_cannot_tell_gs1_from_plain_is_helped_with_a_warning() -> None:
    """Code 128 by name may be GS1-128; by AIM identifier ]C0 it is not."""
    assert read("010690123456789210A7", "code_128").warnings == ("gs1_assumed",)
    plain = read("]C0010690123456789210A7")
    assert (plain.kind, plain.item_code, plain.warnings) == (
        "text",
        "010690123456789210A7",
        ("looks_like_gs1",),
    )


def test_a_leading_separator_from_a_camera_marks_a_gs1_message() -> None:
    """Some decoders hand over the first FNC1 as a separator."""
    assert read("\x1d010690123456789210A7", "DataMatrix").lot == "A7"


def test_brackets_inside_a_qr_code_are_read_with_a_warning() -> None:
    """Careless label software prints the human-readable line into the symbol."""
    code = read("]Q1(01)06901234567892(10)A7")
    assert (code.kind, code.lot, code.warnings) == ("gs1", "A7", ("brackets_in_symbol",))


def test_a_bracket_inside_a_value_is_escaped() -> None:
    """A lot may contain a bracket, written with a backslash."""
    assert read("(01)06901234567892(10)A\\(7").lot == "A(7"


def test_a_composite_symbol_adds_lot_and_date_to_the_number() -> None:
    """EAN-13 with a 2D part: item from one, lot from the other."""
    code = read("]E06901234567892|]e010A7\x1d17270331")
    assert (code.kind, code.gtin14, code.lot, code.expiry) == (
        "gs1",
        "06901234567892",
        "A7",
        date(2027, 3, 31),
    )


def test_itf_14_is_a_case_number() -> None:
    """The carton's ITF symbol carries 14 digits."""
    assert read("]I116901234567899").gtin14 == "16901234567899"


def test_a_pallet_tells_its_content_and_count() -> None:
    """(00)(02)(37): the logistic unit, what is in it and how many."""
    code = read("]C10006901234567890123802069012345678923724")
    assert (code.sscc, code.content_gtin14, code.count) == ("069012345678901238", "06901234567892", 24)
    assert code.gtin14 is None


def test_a_price_with_currency_names_it() -> None:
    """(3932) 156 is yuan: the caller compares it with the store's own currency."""
    code = read("]C101069012345678923103001542" + "39321564008")
    assert (code.price_fen, code.currency) == (4008, "156")


def test_a_code_of_the_shops_own_is_looked_up_as_it_stands() -> None:
    """Shelf and bin labels in Code 39 or Code 128."""
    code = read("SHELF-12/B", "code_39")
    assert (code.kind, code.item_code) == ("text", "SHELF-12/B")
    assert read("6013", typed=True).item_code == "6013"
    assert read("货架12", "qr_code").item_code == "货架12"


def test_a_number_in_code_128_counts_only_with_a_right_check_digit() -> None:
    """Cartons carry GTINs in Code 128; other digits there are the shop's own."""
    assert read("]C06901234567892").gtin14 == "06901234567892"
    assert read("]C06901234567893").kind == "text"


def test_a_link_is_read_with_advertising_passed_over() -> None:
    """utm parameters, fragments and the shop's own path do not matter."""
    code = read("https://shop.example/cn/01/06901234567892/10/A%2F7/21/S1?17=270331&utm_source=x#top")
    assert (code.kind, code.gtin14, code.lot, code.serial) == ("digital_link", "06901234567892", "A/7", "S1")
    assert code.expiry == date(2027, 3, 31)
