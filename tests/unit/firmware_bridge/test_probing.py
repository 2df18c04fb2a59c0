"""Finding out which scale hangs at a port."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.drivers import drivers
from firmware_bridge.drivers.frames import DriverKind, Line, Weight
from firmware_bridge.probing import Attempt, Heard, attempts, conclude, unsure
from firmware_bridge.simulator.scales import MtSicsScale, Plate, Toledo8217Scale
from firmware_bridge.simulator.terminal import Terminal
from firmware_bridge.transports.port import PortLost
from firmware_bridge.transports.prober import probe
from tests.unit.firmware_bridge.test_config_and_cli import liushui_bridge
from tests.unit.firmware_bridge.test_scale_protocols import with_parity
from tests.unit.firmware_bridge.test_watch import HandClock

KINDS = sorted(drivers().values(), key=lambda kind: kind.name)
ON_A_LINE = [kind for kind in KINDS if kind.measures == "weight" and not kind.record_bytes]
TALKATIVE = [kind for kind in ON_A_LINE if kind.name != "dialog06"]
Step = Callable[[bytes, int], bytes]


class ScalePort:
    """A scale at the end of a cable; with wrong settings it neither understands nor is understood."""

    def __init__(self, step: Step, clock: HandClock, *, understands: bool = True) -> None:
        self.step = step
        self.clock = clock
        self.understands = understands
        self.came = b""
        self.asked: list[bytes] = []

    def read(self) -> bytes:
        self.clock.now_ms += 50
        came, self.came = self.came, b""
        said = self.step(came if self.understands else b"", self.clock.now_ms)
        return said if self.understands else bytes(byte * 7 & 0xFE | 0x80 for byte in said)

    def write(self, data: bytes) -> None:
        self.asked.append(data)
        self.came += data

    def close(self) -> None:
        pass


def probed(step: Step, *, line: Line | None = None, address: str = "/dev/ttyUSB0") -> tuple:
    """The verdict on a scale with these settings (any, when none are given), and the ports it took."""
    clock = HandClock()
    ports: list[ScalePort] = []

    def opens(_address: str, tried: Line) -> ScalePort:
        ports.append(ScalePort(step, clock, understands=line in (None, tried)))
        return ports[-1]

    return probe(address, KINDS, clock, opens=opens), ports


def streamed(kind: DriverKind) -> bytes:
    """Weights of a protocol, as they stand one after another on the line."""
    told = b""
    for example in kind.examples:
        good = [frame for frame in example.frames if isinstance(frame, Weight) and frame.weight is not None]
        if len(good) >= 2 and len(good) == len(example.frames):
            told += example.stream
    return told or kind.examples[0].stream * 2


@pytest.mark.parametrize("kind", TALKATIVE, ids=lambda kind: kind.name)
def test_a_scale_that_sends_by_itself_is_known_by_what_it_sends(kind: DriverKind) -> None:
    """No question is asked: nothing can go wrong at the scale."""
    verdict, ports = probed(lambda _came, _now: streamed(kind))
    assert verdict.protocol == kind.name
    assert not verdict.polled
    assert all(port.asked == [] for port in ports)


@pytest.mark.parametrize("baudrate", [9600, 1200])
@pytest.mark.parametrize("odd", [False, True])
def test_the_settings_of_a_stream_are_told_with_the_protocol(odd: bool, baudrate: int) -> None:
    """Its speed is the one at which it makes sense, its parity stands on top of every byte."""
    stream = with_parity(b"ST,GS,+00123.0kg\r\n" * 3, odd=odd)
    verdict, _ = probed(lambda _came, _now: stream, line=Line(baudrate=baudrate))
    assert verdict.protocol == "a_and_d"
    assert verdict.line == Line(baudrate=baudrate, bytesize=7, parity="O" if odd else "E")


def test_a_silent_scale_is_known_by_its_answer() -> None:
    """MT-SICS and Toledo 8217, each under its own settings, on an empty and on a loaded plate."""
    for load in (Decimal(0), Decimal("1.25")):
        sics = MtSicsScale(Plate("kg", 3, Decimal(15)), "B1")
        sics.plate.put(load, 0)
        verdict, _ = probed(sics.step, line=Line())
        assert (verdict.protocol, verdict.polled, verdict.line) == ("mt_sics", True, Line())
        toledo = Toledo8217Scale(Plate("kg", 3, Decimal(15)))
        toledo.plate.put(load, 0)
        verdict, _ = probed(toledo.step, line=Line(bytesize=7, parity="E"))
        assert (verdict.protocol, verdict.polled) == ("toledo_8217", True)
        assert verdict.line == Line(bytesize=7, parity="E")


@pytest.mark.parametrize("kind", [k for k in ON_A_LINE if k.query], ids=lambda kind: kind.name)
def test_every_question_is_among_the_attempts(kind: DriverKind) -> None:
    """Under the settings its scales are delivered with; listening comes first, the risky ones last."""
    tried = list(attempts(KINDS))
    assert any(attempt.query == kind.query and attempt.line == kind.line for attempt in tried)
    questions = [attempt.asks for attempt in tried if attempt.query]
    assert not any(attempt.query for attempt in tried[:6])
    assert questions[-1] == "adam"
    assert len(list(attempts(KINDS, has_settings=False))) < len(tried) / 2


@pytest.mark.parametrize(
    "told",
    [b"", b"\x00\xff\x13\x80" * 40, b"hello world\r\n" * 5, b"12.5\r\n" * 9, b"\x02\x03\x02\x03" * 20],
    ids=["nothing", "noise", "a greeting", "bare numbers", "empty frames"],
)
def test_what_is_no_scale_is_not_guessed_at(told: bytes) -> None:
    """Not sure, with the bytes for a person to read."""
    verdict, ports = probed(lambda _came, _now: told)
    assert verdict.protocol is None
    assert ports[-1].asked[-1] == b"P\r\n"
    assert [one.data[:4] for one in verdict.heard[:1]] == ([told[:4]] if told else [])


@given(data=st.binary(max_size=400), asked=st.booleans())
def test_no_bytes_break_probing(data: bytes, asked: bool) -> None:
    """Whatever a stranger's device says, the verdict is a scale with a frame to show for it, or none."""
    attempt = Attempt(line=Line(), query=b"W" if asked else b"", wait_ms=1)
    verdict = conclude(KINDS, Heard(attempt=attempt, data=data))
    assert verdict is None or verdict.sample is not None
    assert unsure(KINDS, [Heard(attempt=attempt, data=data)]).protocol is None


def test_one_frame_by_chance_is_not_enough() -> None:
    """A stream has to show two; an answer to a question may be one."""
    frame = b"\x02+00200021B\x03"
    quiet = Heard(attempt=Attempt(line=Line(), wait_ms=1), data=frame)
    assert conclude(KINDS, quiet) is None
    assert unsure(KINDS, [quiet]).heard == (quiet,)
    twice = Heard(attempt=quiet.attempt, data=frame * 2)
    verdict = conclude(KINDS, twice)
    assert verdict is not None
    assert verdict.protocol == "xk3190_cont0"


def test_an_unplugged_port_is_said_to_be_one(tmp_path: Path) -> None:
    """And not taken for a silent scale."""
    with pytest.raises(PortLost):
        probe(str(tmp_path / "none"), KINDS, HandClock())
    ran = liushui_bridge("probe", str(tmp_path / "none"))
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr


def test_the_command_finds_a_scale_on_a_serial_line_and_writes_its_settings(tmp_path: Path) -> None:
    """A real pseudo-terminal; what it prints goes into the configuration as it is."""
    terminal = Terminal(tmp_path / "scale", lambda _came: b"\x02+00200021B\x03")
    terminal.plug()
    try:
        told = json.loads(liushui_bridge("probe", "--json", str(tmp_path / "scale")).stdout)
        ran = liushui_bridge("probe", str(tmp_path / "scale"))
    finally:
        terminal.unplug()
    assert (told["sure"], told["protocol"], told["sample"]["weight"]) == (True, "xk3190_cont0", "20.00")
    assert told["line"]["baudrate"] == 9600
    assert ran.returncode == 0
    assert 'protocol = "xk3190_cont0"' in ran.stdout
    assert "name no unit" in ran.stdout
