"""Modbus probes on a real server: registers become values, exceptions and silence never do."""

import asyncio
import contextlib
import os
import select
import socket
import threading
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pymodbus.constants import ExcCodes
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from firmware_bridge.clock import SystemClock
from firmware_bridge.normalise.measured import Measured, Unmeasured
from firmware_bridge.outbox import Outbox
from firmware_bridge.probes import ModbusProbe, bus_of
from firmware_bridge.sensing import SensorDesk
from firmware_bridge.templates import Library, ModbusTemplate, Value, library
from firmware_bridge.transports.modbus import ModbusTask, reads_of, value_of
from shared.sensing.reading import Reading, Status
from tests.support.ports import free_port
from tests.unit.firmware_bridge.running import wait_for


async def _nobody_there(*_: object) -> ExcCodes:
    """What a gateway answers for a probe that does not."""
    return ExcCodes.GATEWAY_NO_RESPONSE


class Server:
    """A Modbus TCP gateway in a thread: unit 1 has registers, unit 2 refuses ours, unit 3 does not answer it."""

    def __init__(self, registers: list[int]) -> None:
        self.port = free_port()
        self.registers = registers
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stop: asyncio.Event | None = None

    def start(self) -> None:
        """Listen; returns when it does."""
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
        self._thread.start()
        assert ready.wait(10)

    async def _serve(self, ready: threading.Event) -> None:
        words = [SimData(0, values=list(self.registers), datatype=DataType.REGISTERS)]
        other = [SimData(500, values=[1], datatype=DataType.REGISTERS)]
        silent = SimDevice(3, list(words), action=_nobody_there)
        server = ModbusTcpServer(
            [SimDevice(1, words), SimDevice(2, other), silent], address=("127.0.0.1", self.port)
        )
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        await server.serve_forever(background=True)
        ready.set()
        await self._stop.wait()
        await server.shutdown()

    def stop(self) -> None:
        """The gateway is unplugged."""
        if self._loop is not None and self._stop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(10)
            self._loop = None


class Line:
    """A task on the server's line, and what came of it."""

    def __init__(self, folder: Path, *probes: ModbusProbe) -> None:
        self.outbox = Outbox(folder / "outbox.db", lambda: "e")
        self.status: dict[str, Status] = {}
        self.stopping = threading.Event()
        task = ModbusTask(
            probes,
            library(),
            self.outbox,
            SystemClock(),
            SensorDesk(()),
            on_status=lambda device, status, _reason: self.status.__setitem__(device, status),
            stopping=self.stopping,
        )
        self._thread = threading.Thread(target=task.run, daemon=True)
        self._thread.start()

    def kept(self) -> list[Reading]:
        """What lies in the outbox."""
        batch = self.outbox.batch(0)
        return list(batch.readings) if batch else []

    def stop(self) -> None:
        """End the task."""
        self.stopping.set()
        self._thread.join(15)
        assert not self._thread.is_alive()


@pytest.fixture
def server() -> Iterator[Server]:
    """Registers 0..3: an unused one, 21.5 °C, 45.6 %, and -18.5 °C."""
    one = Server([0, 215, 456, 0x10000 - 185])
    one.start()
    yield one
    one.stop()


@pytest.fixture
def make_line(tmp_path: Path) -> Iterator[Callable[..., Line]]:
    """Lines that end with the test."""
    made: list[Line] = []

    def make(*probes: ModbusProbe) -> Line:
        made.append(Line(tmp_path, *probes))
        return made[-1]

    yield make
    for line in made:
        line.stop()


def probe(server: Server, name: str, **more: object) -> ModbusProbe:
    """A probe on the server's line, asked every second."""
    told = {"id": name, "connect": f"tcp://127.0.0.1:{server.port}", "every_s": 1, "timeout_ms": 200}
    return ModbusProbe(**{**told, **more})


def test_registers_become_values_by_a_template(server: Server, make_line: Callable[..., Line]) -> None:
    """The transmitter that every electronics shop sells."""
    line = make_line(probe(server, "room", template="xy-md02"))
    wait_for(lambda: len(line.kept()) >= 2, "two readings")
    first, second, *_ = line.kept()
    assert (first.device, first.quantity, first.value, first.unit) == ("room", "temperature", "21.5", "Cel")
    assert (second.quantity, second.value, second.unit) == ("humidity", "45.6", "%")
    assert first.raw == "00d701c8"
    assert line.status["room"] == "online"


def test_an_exception_of_the_probe_is_never_a_number(server: Server, make_line: Callable[..., Line]) -> None:
    """Unit 2 has none of these registers: it says so, and the reading says so."""
    line = make_line(probe(server, "room", unit=2, template="xy-md02"))
    wait_for(lambda: len(line.kept()) >= 2, "two readings")
    assert {(told.value, told.quality) for told in line.kept()} == {(None, "sensor_error")}
    assert line.status["room"] == "error"


def test_a_silent_probe_goes_offline_and_its_neighbour_goes_on(
    server: Server, make_line: Callable[..., Line]
) -> None:
    """Nothing is invented for the one, and the other loses nothing by it."""
    freezer = Value(address=3, quantity="temperature", unit="Cel", factor="0.1")
    line = make_line(
        probe(server, "dead", unit=3, template="xy-md02"), probe(server, "freezer", value=(freezer,))
    )
    wait_for(lambda: line.status.get("dead") == "offline", "the dead probe's status")
    wait_for(lambda: len(line.kept()) >= 2, "readings of the other")
    assert {(told.device, told.value) for told in line.kept()} == {("freezer", "-18.5")}


def test_a_line_that_was_unplugged_is_found_again(server: Server, make_line: Callable[..., Line]) -> None:
    """By itself, with the same registers."""
    line = make_line(probe(server, "room", template="xy-md02"))
    wait_for(lambda: line.status.get("room") == "online", "the first answer")
    server.stop()
    wait_for(lambda: line.status.get("room") == "offline", "the loss")
    before = len(line.kept())
    server.start()
    wait_for(lambda: line.status.get("room") == "online" and len(line.kept()) > before, "the return")


def test_a_line_that_takes_questions_and_never_answers_is_offline(make_line: Callable[..., Line]) -> None:
    """A gateway with its cable to the probes cut: connected, and silent."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        mute = ModbusProbe(
            id="mute", connect=f"tcp://127.0.0.1:{port}", template="xy-md02", every_s=1, timeout_ms=50
        )
        line = make_line(mute)
        wait_for(lambda: line.status.get("mute") == "offline", "silence")
        assert line.kept() == []


def _pump(one: int, other: int, stopping: threading.Event) -> None:
    """The cable between two pseudo-terminals."""
    while not stopping.is_set():
        for came in select.select([one, other], [], [], 0.1)[0]:
            with contextlib.suppress(OSError):
                os.write(other if came == one else one, os.read(came, 1024))


@pytest.fixture
def serial_line() -> Iterator[str]:
    """A serial port with a transmitter at its other end, set to 9600 8N1 as unit 7."""
    (near, near_tty), (far, far_tty) = os.openpty(), os.openpty()
    for tty_end in (near_tty, far_tty):
        tty.setraw(tty_end)
    stopping, ready = threading.Event(), threading.Event()

    async def serve() -> None:
        words = [SimData(0, values=[0, 0x10000 - 185, 456], datatype=DataType.REGISTERS)]
        server = ModbusSerialServer([SimDevice(7, words)], port=os.ttyname(far_tty), baudrate=9600)
        await server.serve_forever(background=True)
        ready.set()
        await asyncio.to_thread(stopping.wait)
        await server.shutdown()

    threads = [
        threading.Thread(target=_pump, args=(near, far, stopping), daemon=True),
        threading.Thread(target=lambda: asyncio.run(serve()), daemon=True),
    ]
    for thread in threads:
        thread.start()
    assert ready.wait(10)
    yield os.ttyname(near_tty)
    stopping.set()
    for thread in threads:
        thread.join(10)
    for end in (near, near_tty, far, far_tty):
        os.close(end)


def test_a_probe_on_a_serial_line_is_read(serial_line: str, make_line: Callable[..., Line]) -> None:
    """RTU with its own framing and check sum, over a real terminal."""
    line = make_line(
        ModbusProbe(id="room", connect=f"rtu://{serial_line}", unit=7, template="xy-md02", every_s=1)
    )
    wait_for(lambda: len(line.kept()) >= 2, "two readings")
    assert [(told.quantity, told.value) for told in line.kept()[:2]] == [
        ("temperature", "-18.5"),
        ("humidity", "45.6"),
    ]


@pytest.mark.parametrize(
    ("value", "registers", "told"),
    [
        (Value(quantity="temperature", unit="Cel", type="int16", factor="0.1"), [0xFF47], "-18.5"),
        (Value(quantity="temperature", unit="Cel", type="float32"), [0x4089, 0x999A], "4.3"),
        (Value(quantity="temperature", unit="Cel", type="float32", order="little"), [0x999A, 0x4089], "4.3"),
        (Value(quantity="energy", unit="kW.h", type="uint32", factor="0.01"), [0x0001, 0x0000], "655.36"),
        (Value(quantity="temperature", unit="Cel", type="int32"), [0xFFFF, 0xFFEE], "-18"),
        (Value(quantity="battery", unit="%", type="uint8"), [0x1263], "99"),
        (Value(quantity="temperature", unit="Cel", type="int16", invalid=("-32768",)), [0x8000], None),
        (Value(quantity="temperature", unit="Cel", type="float32"), [0x7FC0, 0x0000], None),
        (Value(quantity="temperature", unit="Cel", type="int16"), [0x7FFF], None),
    ],
)
def test_a_value_is_read_as_its_type_says(value: Value, registers: list[int], told: str | None) -> None:
    """Signs, words in either order, and the numbers that mean "none"."""
    read = value_of("d", value, registers)
    if told is None:
        assert isinstance(read, Unmeasured)
    else:
        assert isinstance(read, Measured)
        assert read.value == told


def test_neighbouring_registers_are_asked_for_at_once() -> None:
    """Eight probes are one question; a register nobody wants is not asked for, because some devices refuse it."""
    eight = library().of("r4dcb08", "modbus").modbus
    assert eight is not None
    assert [(read.address, read.count) for read in reads_of(eight)] == [(0, 8)]
    apart = ModbusTemplate(value=(Value(quantity="a", address=1), Value(quantity="b", address=3)))
    assert [(read.address, read.count) for read in reads_of(apart)] == [(1, 1), (3, 1)]


@pytest.mark.parametrize(
    "connect", ["10.0.0.5", "tcp://", "tcp://h:0", "tcp://h:99999", "rtu://COM1", "udp://h:1"]
)
def test_a_line_is_a_host_or_a_serial_port(connect: str) -> None:
    """Anything else is told at the start."""
    with pytest.raises(ValueError, match="neither"):
        bus_of(connect)


def test_a_probe_without_registers_is_refused() -> None:
    """Before anything is opened."""
    with pytest.raises(ValueError, match="template or values"):
        ModbusProbe(id="x", connect="tcp://h").registers(Library({}))
