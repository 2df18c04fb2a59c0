"""The capture rule: one thing on the plate is one reading."""

from decimal import Decimal

import pytest

from firmware_bridge.capture import Capture, grams, ucum
from firmware_bridge.drivers.frames import Weight


def frame(weight: str | None, *, stable: bool = True, error: str | None = None, unit: str | None = "kg",
          mode: str | None = None) -> Weight:  # fmt: skip
    """A weight frame."""
    return Weight(weight=weight, unit=unit, stable=stable, mode=mode, error=error, raw=b"")


def taken(capture: Capture, *frames: Weight, every_ms: int = 100) -> list[str | None]:
    """The weights taken of frames that come at an even pace."""
    return [
        got.weight for at, seen in enumerate(frames) if (got := capture.see(seen, at * every_ms)) is not None
    ]


@pytest.fixture
def capture() -> Capture:
    """A scale with an empty plate that releases below 20 g."""
    return Capture(Decimal(20))


def test_a_weight_that_stands_still_is_taken_once(capture: Capture) -> None:
    """Ten frames a second of the same melon are one melon."""
    moving = [frame("0.730", stable=False), frame("1.250", stable=False)]
    assert taken(capture, frame("0.000"), *moving, *[frame("1.250")] * 20) == ["1.250"]


def test_one_stable_frame_alone_is_not_enough(capture: Capture) -> None:
    """A single lucky frame between two moving ones is no weight."""
    assert taken(capture, frame("1.2"), frame("1.3", stable=False), frame("1.4"), frame("1.5")) == []


def test_one_stable_frame_counts_after_300_ms(capture: Capture) -> None:
    """A scale that answers only when stable says it once."""
    assert capture.see(frame("1.250"), 1000) is None
    assert capture.tick(1299) is None
    got = capture.tick(1300)
    assert got is not None
    assert got.weight == "1.250"
    assert capture.tick(9999) is None


def test_the_plate_must_be_empty_before_the_next_weight(capture: Capture) -> None:
    """Adding to what lies there is not a second thing; lifting it off is what makes room."""
    assert taken(capture, *[frame("1.250")] * 3, *[frame("2.000")] * 3) == ["1.250"]
    assert taken(capture, frame("0.019"), *[frame("2.000")] * 3) == ["2.000"]


def test_exactly_the_threshold_is_not_empty(capture: Capture) -> None:
    """20 g on a plate that releases below 20 g still lies there."""
    assert taken(capture, *[frame("1.250")] * 3, frame("0.020"), *[frame("1.250")] * 3) == ["1.250"]


def test_a_tared_plate_lifted_off_counts_as_empty(capture: Capture) -> None:
    """Below zero is below the threshold, as a number or as the scale's own word."""
    assert taken(capture, *[frame("1.250")] * 2, frame("-0.300"), *[frame("1.250")] * 2) == ["1.250"] * 2
    capture.see(frame(None, unit=None, error="underload"), 5000)
    assert taken(capture, *[frame("1.250")] * 2) == ["1.250"]


@pytest.mark.parametrize(
    "unusable",
    [
        frame("1.250", stable=False),
        frame("1.250", error="overload"),
        frame("1.250", unit=None),
        frame("1.250", unit="momme"),
        frame("1.250", mode="tare"),
        frame(None, unit=None, error="in_motion"),
    ],
)
def test_an_unusable_weight_is_never_taken(capture: Capture, unusable: Weight) -> None:
    """Unstable, in error, without a known unit, or the tare: never a stock move."""
    assert taken(capture, *[unusable] * 30) == []
    assert capture.tick(99_999) is None


def test_an_error_does_not_empty_the_plate(capture: Capture) -> None:
    """After an overload or a cut cable the same thing still lies there."""
    assert taken(capture, *[frame("1.250")] * 2, frame(None, error="overload"), *[frame("1.250")] * 3) == [
        "1.250"
    ]
    capture.lose()
    assert taken(capture, *[frame("1.250")] * 3) == []


def test_what_was_taken_before_a_restart_is_not_taken_again() -> None:
    """The bridge remembers that something already booked lies on the plate."""
    capture = Capture(Decimal(20), loaded=True)
    assert taken(capture, *[frame("1.250")] * 5) == []
    assert taken(capture, frame("0.000"), *[frame("1.250")] * 5) == ["1.250"]


def test_weights_compare_exactly_across_units(capture: Capture) -> None:
    """A pound is 453.59237 g, not about that; and the wire speaks UCUM."""
    assert grams("1", "lb") == Decimal("453.59237")
    assert (ucum("lb"), ucum("kg"), ucum("momme")) == ("[lb_av]", "kg", None)
    assert taken(capture, *[frame("0.04", unit="lb")] * 3) == []
    assert taken(capture, *[frame("0.05", unit="lb")] * 3) == ["0.05"]
