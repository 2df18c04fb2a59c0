"""Quantities and money: exact, bounded, and strict about what counts as a number."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import DomainError
from shared.money import fen, fen_text, line_amount_fen, quantity_for_amount
from shared.units import LARGEST, MICRO, decimal_text, half_up, micro, positive_micro


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.542", 1_542_000), ("0", 0), ("-3", -3_000_000), ("0.000001", 1), ("999999999", LARGEST)],
)
def test_decimal_strings_become_millionths(text: str, value: int) -> None:
    """What a phone sends is an exact integer inside."""
    assert micro(text) == value
    assert micro(decimal_text(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1e3",
        "1e400",
        "NaN",
        "Infinity",
        "１",
        "١",
        "1,5",
        " 1",
        "1 ",
        "+1",
        "01",
        ".5",
        "5.",
        "1.0000001",
        "1\n",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    """Fullwidth digits, exponents and blanks are how wrong quantities get in."""
    with pytest.raises(DomainError) as refused:
        micro(text)
    assert refused.value.key == "number_malformed"


def test_a_scanned_barcode_is_too_large_for_a_quantity() -> None:
    """A wedge scanner that hits the quantity field must not book six trillion loaves."""
    with pytest.raises(DomainError) as refused:
        micro("6901234567892")
    assert refused.value.key in ("number_too_large", "number_malformed")


@pytest.mark.parametrize("text", ["0", "-1", "0.000"])
def test_quantities_are_positive(text: str) -> None:
    """A sale of minus five is a hidden refund."""
    with pytest.raises(DomainError) as refused:
        positive_micro(text)
    assert refused.value.key == "quantity_not_positive"


@given(st.integers(-LARGEST, LARGEST))
def test_texts_and_millionths_go_there_and_back(value: int) -> None:
    """Nothing is lost at the rim."""
    assert micro(decimal_text(value)) == value


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_half_up_rounds_as_shopkeepers_do(numerator: int, denominator: int) -> None:
    """Equal to decimal's ROUND_HALF_UP, which rounds half away from zero."""
    expected = (Decimal(numerator) / Decimal(denominator)).quantize(Decimal(1), ROUND_HALF_UP)
    exact = Decimal(numerator) / Decimal(denominator)
    if abs(exact - exact.to_integral_value()) * 10**9 % 1 == 0 or denominator < 10**4:
        assert half_up(numerator, denominator) == int(expected)


def test_a_line_costs_quantity_times_price_rounded_once() -> None:
    """1.542 kg at 26.00 is 40.09, which is why a label's printed 40.08 must win (R3)."""
    assert line_amount_fen(1_542_000, 26 * MICRO) == 4009
    assert fen("40.08") == 4008
    assert half_up(quantity_for_amount(4008, 26 * MICRO), 1000) * 1000 == 1_542_000


def test_money_is_written_with_two_decimals() -> None:
    """5 fen is 0.05, minus 5 is -0.05."""
    assert fen_text(5) == "0.05"
    assert fen_text(-5) == "-0.05"
    with pytest.raises(DomainError) as refused:
        fen("1.005")
    assert refused.value.key == "amount_finer_than_fen"
