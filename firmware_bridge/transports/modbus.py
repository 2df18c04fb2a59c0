"""Modbus probes: ask each in turn, one task for everything that hangs on one line.

A probe answers with registers, with an exception, or not at all. Only registers are numbers; an exception makes every
value of that read a "sensor_error", and silence takes the probe offline. A reading of 0 is 0 only if the register
says so. The line is opened again after every loss; the other probes of the line go on being asked.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

import msgspec
from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.exceptions import ModbusException

from firmware_bridge import dbapi
from firmware_bridge.clock import Backoff, Clock
from firmware_bridge.normalise.measured import Measured, Normalised, Unmeasured
from firmware_bridge.normalise.payload import parted
from firmware_bridge.outbox import Outbox
from firmware_bridge.probes import Bus, ModbusProbe, bus_of
from firmware_bridge.readings import Arrival, sensor_readings
from firmware_bridge.sensing import SensorDesk
from firmware_bridge.templates import (
    Library,
    ModbusTemplate,
    Value,
    broken_value,
    raw_number,
    size_of,
    worked_out,
)
from shared.sensing.reading import Status

log = logging.getLogger(__name__)
# The library logs every unanswered read as an error; a probe's silence is told by its status, once.
logging.getLogger("pymodbus").setLevel(logging.CRITICAL)

REGISTERS_MAX = 120
"""In one read; the protocol allows 125."""
GATEWAY_SAYS_SILENT = (10, 11)
"""A gateway answers so for a probe that does not."""
SILENT_READS = 3
"""So many unanswered reads in a row take a probe offline; one is noise on a long cable."""

OnStatus = Callable[[str, Status, str], None]


class LineLost(Exception):
    """The line itself is gone, not one probe on it."""


class ModbusLine:
    """One open line, whichever way it is reached; pymodbus with its exceptions made ours."""

    def __init__(self, bus: Bus, line: dict[str, int | str], timeout_ms: int) -> None:
        self._client: ModbusTcpClient | ModbusSerialClient
        timeout_s = timeout_ms / 1000
        if bus.kind == "tcp":
            self._client = ModbusTcpClient(bus.place, port=bus.port, timeout=timeout_s, retries=0)
        else:
            self._client = ModbusSerialClient(
                bus.place,
                baudrate=int(line.get("baudrate", 9600)),
                bytesize=int(line.get("bytesize", 8)),
                parity=str(line.get("parity", "N")),
                stopbits=int(line.get("stopbits", 1)),
                timeout=timeout_s,
                retries=0,
            )
        try:
            opened = self._client.connect()
        except (OSError, ModbusException) as broken:
            raise LineLost(str(broken)) from broken
        if not opened:
            raise LineLost(f"{bus.place} does not answer")

    def read(self, table: str, address: int, count: int, unit: int) -> list[int] | str:
        """Registers, or the probe's own word that it has none. TimeoutError for no answer, LineLost for no line."""
        ask = self._client.read_input_registers if table == "input" else self._client.read_holding_registers
        try:
            answer = ask(address, count=count, device_id=unit)
        except ModbusException as broken:
            # pymodbus says the same of a silent probe and of a dead line; the line is tried anew either way.
            raise TimeoutError(str(broken)) from broken
        except OSError as broken:
            raise LineLost(str(broken)) from broken
        if answer.isError():
            code = getattr(answer, "exception_code", 0)
            if code in GATEWAY_SAYS_SILENT:
                raise TimeoutError(f"the gateway hears nothing of unit {unit}")
            return f"exception {code}"
        registers = list(answer.registers)
        return registers if len(registers) == count else f"{len(registers)} registers instead of {count}"

    def close(self) -> None:
        """Let the line go."""
        self._client.close()  # type: ignore[no-untyped-call]


class _Read(msgspec.Struct, frozen=True):
    """Registers that lie beside each other and are asked for at once."""

    table: str
    address: int
    count: int
    values: tuple[Value, ...]


def reads_of(template: ModbusTemplate) -> list[_Read]:
    """The fewest reads that get every value without reading a register nobody asked for: some devices refuse those."""
    reads: list[_Read] = []
    for value in sorted(template.value, key=lambda value: (value.table or template.table, value.address)):
        table, count = value.table or template.table, (size_of(value.type) + 1) // 2
        last = reads[-1] if reads else None
        if (
            last is not None
            and last.table == table
            and value.address == last.address + last.count
            and last.count + count <= REGISTERS_MAX
        ):
            reads[-1] = _Read(table, last.address, last.count + count, (*last.values, value))
        else:
            reads.append(_Read(table, value.address, count, (value,)))
    return reads


def value_of(device: str, value: Value, registers: Sequence[int]) -> Measured | Unmeasured:
    """One value out of its registers; `order` is that of the words, bytes in a word are always big-endian."""
    words = list(registers) if value.order == "big" else list(reversed(registers))
    data = b"".join(word.to_bytes(2, "big") for word in words)
    return worked_out(device, value, raw_number(data[-size_of(value.type) :], value.type))


class _Probe:
    """One probe, when it is due, and how it has answered."""

    def __init__(self, setup: ModbusProbe, template: ModbusTemplate) -> None:
        self.setup = setup
        self.reads = reads_of(template)
        self.due_ms = 0
        self.silent = 0


class ModbusTask:
    """Everything on one line. Call `run` in a thread of its own; it ends when `stopping` is set."""

    def __init__(
        self,
        probes: Sequence[ModbusProbe],
        shelf: Library,
        outbox: Outbox,
        clock: Clock,
        desk: SensorDesk,
        *,
        on_status: OnStatus,
        stopping: threading.Event,
    ) -> None:
        templates = [probe.registers(shelf) for probe in probes]
        self._probes = [_Probe(probe, template) for probe, template in zip(probes, templates, strict=True)]
        self._bus = bus_of(probes[0].connect)
        self._line = templates[0].line
        self._timeout_ms = max(probe.timeout_ms for probe in probes)
        self._outbox = outbox
        self._clock = clock
        self._desk = desk
        self._on_status = on_status
        self._stopping = stopping

    def run(self) -> None:
        """Open the line and ask, and again after every loss."""
        backoff = Backoff()
        while not self._stopping.is_set():
            try:
                line = ModbusLine(self._bus, self._line, self._timeout_ms)
            except LineLost as lost:
                self._lose(str(lost))
                self._clock.wait(self._stopping, backoff.fail())
                continue
            try:
                if self._ask_all(line):
                    backoff.succeed()
            except LineLost as lost:
                self._lose(str(lost))
            finally:
                line.close()
            self._clock.wait(self._stopping, backoff.fail())

    def _lose(self, reason: str) -> None:
        """The line is gone, and everything on it."""
        for probe in self._probes:
            self._on_status(probe.setup.id, "offline", reason)

    def _ask_all(self, line: ModbusLine) -> bool:
        """Ask whoever is due until nobody on the line answers any more; whether anybody did."""
        answered = False
        while not self._stopping.is_set():
            now_ms = self._clock.monotonic_ms()
            for probe in [probe for probe in self._probes if probe.due_ms <= now_ms]:
                probe.due_ms = self._clock.monotonic_ms() + probe.setup.every_s * 1000
                answered = self._ask(line, probe) or answered
                if self._stopping.is_set():
                    return answered
            if all(probe.silent >= SILENT_READS for probe in self._probes):
                return answered
            wait_ms = min(probe.due_ms for probe in self._probes) - self._clock.monotonic_ms()
            if wait_ms > 0:
                self._clock.wait(self._stopping, wait_ms / 1000)
        return answered

    def _ask(self, line: ModbusLine, probe: _Probe) -> bool:
        """All reads of one probe; whether it answered."""
        device = probe.setup.id
        parts: list[Measured | Unmeasured] = []
        raw = bytearray()
        trouble = ""
        for read in probe.reads:
            try:
                answer = line.read(read.table, read.address, read.count, probe.setup.unit)
            except TimeoutError as silence:
                probe.silent += 1
                if probe.silent >= SILENT_READS:
                    self._on_status(device, "offline", str(silence)[:200])
                else:
                    probe.due_ms = 0
                return False
            if isinstance(answer, str):
                trouble = answer
                parts.extend(broken_value(device, value) for value in read.values)
                continue
            raw += b"".join(word.to_bytes(2, "big") for word in answer)
            at = 0
            for value in read.values:
                count = (size_of(value.type) + 1) // 2
                parts.append(value_of(device, value, answer[at : at + count]))
                at += count
        probe.silent = 0
        self._on_status(device, "error" if trouble else "online", trouble)
        self._keep(device, parts, bytes(raw))
        return True

    def _keep(self, device: str, parts: list[Measured | Unmeasured], raw: bytes) -> None:
        """Into the outbox, however long the disk takes to have room again."""
        readings, unmeasured = parted(parts)
        at = Arrival(self._clock.wall_ms(), self._clock.monotonic_ms())
        said = Normalised(readings=readings, unmeasured=unmeasured, device=device)
        kept = self._desk.settle(sensor_readings(said, raw, "", at))
        backoff = Backoff()
        while True:
            try:
                self._outbox.append(kept)
                return
            except dbapi.Error as broken:
                log.error("reading_not_kept_yet %s: %s", device, broken)
                self._on_status(device, "error", f"outbox: {broken}")
            if self._clock.wait(self._stopping, backoff.fail()):
                return
