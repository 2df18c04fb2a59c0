"""Simulated scales answer as their manuals say, and the real drivers read them."""

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.drivers import drivers
from firmware_bridge.drivers.frames import Weight
from firmware_bridge.normalise import normalisers
from firmware_bridge.normalise.measured import Context, Normalised
from firmware_bridge.simulator.scales import (
    MtSicsScale,
    Plate,
    RepeatingScale,
    Toledo8217Scale,
    a_and_d_frame,
    xk3190_frame,
)
from firmware_bridge.simulator.scripted import Simulator, read_action
from firmware_bridge.simulator.sensors import Family, State, announcements, known_as, publications


def plate(unit: str = "kg") -> Plate:
    """A 15 kg scale with a division of a gram."""
    return Plate(unit, 3, Decimal(15))


def test_a_balance_answers_now_when_still_and_again() -> None:
    """SI at once, S when the plate has settled, SIR until another command."""
    scale = MtSicsScale(plate(), "B021")
    scale.plate.put(Decimal("1.25"), 0)
    assert scale.step(b"SI\r\n", 200).startswith(b"S D ")
    assert scale.step(b"S\r\n", 210) == b""
    assert scale.step(b"", 400) == b"S S      1.250 kg\r\n"
    assert scale.step(b"SIR\r\n", 500) == b"S S      1.250 kg\r\n"
    assert scale.step(b"", 550) == b""
    assert scale.step(b"", 600) == b"S S      1.250 kg\r\n"
    assert scale.step(b"@\r\n", 700) == b'I4 A "B021"\r\n'
    assert scale.step(b"", 900) == b""


def test_a_balance_says_what_it_cannot_do() -> None:
    """Overload, syntax, a tare that says so, commands in pieces."""
    scale = MtSicsScale(plate(), "B021")
    scale.plate.put(Decimal(16), 0)
    assert scale.step(b"S", 1000) + scale.step(b"I\r", 1000) + scale.step(b"\n", 1000) == b"S +\r\n"
    assert scale.step(b"HELLO\r\n", 1000) == b"ES\r\n"
    scale.plate.put(Decimal("0.5"), 1000)
    assert scale.step(b"T\r\n", 2000) == b"T S      0.500 kg\r\n"
    assert scale.step(b"SI\r\n", 2000) == b"S S      0.000 kg\r\n"
    assert scale.step(b"I4\r\n", 2000) == b'I4 A "B021"\r\n'


def test_a_checkout_scale_speaks_only_when_asked() -> None:
    """W gives the weight, or the status while the plate swings; E echoes until F."""
    scale = Toledo8217Scale(plate())
    assert scale.step(b"", 0) == b""
    assert scale.step(b"W", 0) == b"\x0200.000\r"
    scale.plate.put(Decimal("1.234"), 1000)
    assert scale.step(b"W", 1100) == b"\x02?A\r"
    assert scale.step(b"W", 1400) == b"\x0201.234\r"
    assert scale.step(b"EhelloF", 1400) == b"\x02E\rhello\x02F\r"
    scale.plate.put(Decimal(16), 1400)
    assert scale.step(b"W", 2000) == b"\x02?B\r"


@given(st.decimals(0, 15, places=3), st.sampled_from(["mt_sics", "toledo_8217"]), st.booleans())
def test_every_weight_is_read_back_by_the_driver(load: Decimal, protocol: str, parity: bool) -> None:
    """What lies on the plate is what the driver says, to the gram."""
    scale: MtSicsScale | Toledo8217Scale
    if protocol == "mt_sics":
        scale, ask = MtSicsScale(plate(), "B021"), b"SI\r\n"
    else:
        scale, ask = Toledo8217Scale(plate(), parity=parity), b"W"
    scale.plate.put(load, 0)
    (frame,) = drivers()[protocol].make({}).feed(scale.step(ask, 1000))
    assert isinstance(frame, Weight)
    assert (frame.weight, frame.unit, frame.stable) == (f"{load:.3f}", "kg", True)


@given(st.decimals(0, 15, places=3), st.booleans())
def test_a_scale_that_repeats_itself_is_read_back_by_its_driver(load: Decimal, still: bool) -> None:
    """Unasked, with the stability the protocol has a word for."""
    for protocol, frame in (("a_and_d", a_and_d_frame), ("xk3190_cont0", xk3190_frame)):
        scale = RepeatingScale(plate(), frame)
        scale.plate.put(load, 0)
        now_ms = 1000 if still else 399
        (told,) = drivers()[protocol].make({}).feed(scale.step(b"", now_ms))
        assert isinstance(told, Weight)
        assert told.stable == (still if protocol == "a_and_d" else None)
        assert told.weight == f"{scale.plate.shown(now_ms):.3f}"
        assert scale.step(b"", now_ms + 50) == b""


@pytest.mark.parametrize("family", get_args(Family))
def test_every_family_is_read_back_by_its_normaliser(family: Family) -> None:
    """The simulated fridge's temperature comes out, with its time where the family sends one."""
    now_ms = 1_795_337_970_123
    kind = normalisers()[family]
    state = State(temperature=Decimal("9.4"))
    found = {}
    for said in publications(family, "fridge-1", state, now_ms):
        outcome = kind.normalise(said.topic, said.payload, Context(utc_offset_min=480))
        assert isinstance(outcome, Normalised)
        found.update(
            {(reading.device, reading.sub, reading.quantity): reading.value for reading in outcome.readings}
        )
        if family not in ("esphome", "theengs"):
            assert outcome.ts_ms is not None
            assert now_ms - 1000 < outcome.ts_ms <= now_ms
    assert Decimal(found[*known_as(family, "fridge-1"), "temperature"]) == Decimal("9.4")
    for said in publications(family, "fridge-1", State(temperature=None), now_ms):
        outcome = kind.normalise(said.topic, said.payload, Context(utc_offset_min=480))
        assert isinstance(outcome, Normalised)
        assert "temperature" not in {reading.quantity for reading in outcome.readings}


@pytest.mark.parametrize("family", ["zigbee2mqtt", "tasmota", "esphome", "shelly_gen2"])
def test_a_device_with_a_line_of_its_own_says_when_it_goes(family: Family) -> None:
    """Its will, in its maker's words; what speaks by radio has none."""
    gone = announcements(family, "fridge-1", State(is_online=False))[0]
    outcome = normalisers()[family].normalise(gone.topic, gone.payload, Context())
    assert isinstance(outcome, Normalised)
    assert outcome.event == "device_offline"


@pytest.mark.parametrize(
    "line", ["", "{", '{"do":"dance"}', '{"do":"scan","colour":"red"}', '{"do":"put","weight":5}']
)
def test_a_wrong_script_line_is_a_value_error(line: str) -> None:
    """A misspelt word in a script is told, not skipped."""
    with pytest.raises(ValueError, match=r"."):
        read_action(line)


@pytest.mark.parametrize(
    "line",
    [
        '{"do":"scan","device":"nobody","text":"1"}',
        '{"do":"scan","device":"scale-1","text":"1"}',
        '{"do":"put","device":"scale-1","weight":"heavy"}',
    ],
)
def test_a_device_does_only_what_it_can(line: str, tmp_path) -> None:
    """A scale cannot scan."""
    simulator = Simulator(tmp_path, {"scale-1": "mt_sics"})
    with pytest.raises(ValueError, match=r"."):
        simulator.do(read_action(line))
