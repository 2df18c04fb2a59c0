"""What of a sensor's values is believed: its range, its rate, its being stuck, and its calibration."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.quality import Seen, SensorSetup, judge
from firmware_bridge.sensing import SensorDesk
from shared.sensing.reading import HISTORICAL, Reading

MINUTE = 60_000


def verdicts(setup: SensorSetup, *samples: tuple[int, str]) -> list[str]:
    """The quality of each (minute, value)."""
    seen: Seen | None = None
    told = []
    for minute, value in samples:
        judged = judge(setup, seen, Decimal(value), minute * MINUTE)
        seen = judged.seen
        told.append(judged.doubt or judged.quality)
    return told


def reading(value: str | None, minute: int = 0, **more: object) -> Reading:
    """A temperature of the freezer."""
    told = {"kind": "sensor", "device": "freezer", "quantity": "temperature", "unit": "Cel", "seq": 0}
    return Reading(**{**told, "value": value, "ts_ms": minute * MINUTE, **more})


def test_a_value_outside_its_sensors_range_is_not_believed() -> None:
    """A freezer at +40 °C has a broken probe; the limits themselves can be."""
    setup = SensorSetup(device="f", low="-40", high="30")
    assert verdicts(setup, (0, "-40"), (1, "30"), (2, "30.1"), (3, "-40.1")) == [
        "good",
        "good",
        "range",
        "range",
    ]


def test_a_jump_is_doubted_until_a_second_sample_agrees() -> None:
    """A loose wire jumps and comes back; a door left open does not."""
    setup = SensorSetup(device="f", rate_per_min="2")
    assert verdicts(setup, (0, "-18"), (1, "4"), (2, "-18")) == ["good", "rate", "good"]
    assert verdicts(setup, (0, "-18"), (1, "4"), (2, "5"), (3, "6")) == ["good", "rate", "good", "good"]


def test_slow_change_over_a_long_silence_is_no_jump() -> None:
    """Ten minutes at two degrees a minute are twenty degrees."""
    setup = SensorSetup(device="f", rate_per_min="2")
    assert verdicts(setup, (0, "-18"), (10, "2")) == ["good", "good"]


def test_a_value_that_never_moves_is_doubted_and_believed_again_when_it_does() -> None:
    """Six hours of the same hundredth of a degree."""
    setup = SensorSetup(device="f", frozen_after_min=360)
    stuck = [(minute * 60, "-18.37") for minute in range(8)]
    assert verdicts(setup, *stuck, (480, "-18.36")) == ["good"] * 6 + ["frozen"] * 2 + ["good"]


def test_two_equal_values_far_apart_are_not_stuck() -> None:
    """A sensor that speaks once a day says nothing about the hours between."""
    assert verdicts(SensorSetup(device="f", frozen_after_min=60), (0, "4"), (1440, "4")) == ["good", "good"]


def test_calibration_comes_before_the_limits_and_its_number_goes_with_the_reading() -> None:
    """The probe shows 1.5 too much; -39 is -40.5 and below the limit."""
    desk = SensorDesk([SensorSetup(device="freezer", offset="-1.5", cal_id="CAL-7", low="-40")])
    good, low = desk.settle([reading("-18.25"), reading("-39", 1)])
    assert (good.value, good.quality, good.cal_id) == ("-19.75", "good", "CAL-7")
    assert (low.value, low.quality, low.detail) == ("-40.5", "out_of_range", {"doubt": "range"})


def test_only_the_configured_probe_is_touched() -> None:
    """Another quantity, another probe, and what has no value stay as they came."""
    desk = SensorDesk([SensorSetup(device="freezer", sub="A", offset="5")])
    others = [
        reading("1", sub="B"),
        reading("1", sub="A", quantity="humidity"),
        reading(None, sub="A", quality="null"),
        reading("true", sub="A"),
    ]
    assert desk.settle(others) == others
    assert desk.settle([reading("1", sub="A")])[0].value == "6"


def test_history_is_neither_doubted_nor_remembered() -> None:
    """What a gateway tells of last night is no jump of this minute."""
    desk = SensorDesk([SensorSetup(device="freezer", rate_per_min="1")])
    told = desk.settle(
        [reading("-18"), reading("20", 1, detail={HISTORICAL: "true"}), reading("-18", 2), reading("40", -9)]
    )
    assert [one.quality for one in told] == ["good"] * 4


@given(
    st.lists(st.tuples(st.integers(-5, 10_000), st.decimals(-1000, 1000, places=2).map(str)), max_size=20),
    st.sampled_from([None, "0.5", "100"]),
    st.sampled_from([None, 1, 60]),
)
def test_a_value_is_only_ever_doubted_never_changed(
    samples: list[tuple[int, str]], rate: str | None, frozen: int | None
) -> None:
    """Whatever comes in whatever order."""
    desk = SensorDesk([SensorSetup(device="freezer", rate_per_min=rate, frozen_after_min=frozen)])
    for minute, value in samples:
        (settled,) = desk.settle([reading(value, minute)])
        assert Decimal(settled.value or "") == Decimal(value)
        assert settled.quality in ("good", "suspect")
