"""The plan's sensors at work: gateways that publish in their makers' words, and probes on a Modbus line that are asked.

They keep notes, as a careful installer would: what was said when, and whether the broker took it. A gateway without a
broker says nothing and makes up for nothing, as the real ones do; what it was about to hand over when the line broke it
hands over after the next connect, and so may hand over twice.
"""

from __future__ import annotations

import socketserver
import struct
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from firmware_bridge.simulator.sensors import Family, State, announcements, publications
from tests.simulator.shop_day.plan import Kind, Sample, Sensor
from tests.simulator.shop_day.reckoning import Heard
from tests.simulator.shop_day.shop_time import ShopTime

GATEWAYS: dict[Family, str] = {
    "zigbee2mqtt": "zigbee2mqtt/#", "tasmota": "tele/#", "esphome": "", "shelly_gen2": "", "ruuvi": "ruuvi/#",
    "theengs": "home/#", "chirpstack": "application/#",
}  # fmt: skip
"""Families, and what they write at the broker; where it is empty each device writes under its own name."""


class Note(msgspec.Struct, kw_only=True):
    """One message of a sensor; `came_ms` is when the broker had taken it, None while it has not."""

    sample: Sample
    at_ms: int
    came_ms: int | None = None
    machine_s: float = 0.0
    """The machine's own moment of that, to lay kills of the broker beside it."""


class Notes:
    """What the sensors of the shop have said, by device. Written from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._notes: dict[str, list[Note]] = defaultdict(list)
        self.not_said = 0
        """Messages that a gateway could not hand over because there was no broker."""

    def add(self, note: Note) -> None:
        with self._lock:
            self._notes[note.sample.device].append(note)

    def drop(self) -> None:
        with self._lock:
            self.not_said += 1

    def of(self, device: str) -> list[Note]:
        """Everything that was taken, in the order of taking."""
        with self._lock:
            taken = [note for note in self._notes[device] if note.came_ms is not None]
        return sorted(taken, key=lambda note: note.machine_s)

    def count(self) -> int:
        with self._lock:
            return sum(len(notes) for notes in self._notes.values())


def believable(sensor: Sensor, notes: Iterable[Note], sure: Callable[[Note], bool]) -> list[Heard]:
    """What counts of them, in the order of measuring."""
    heard = []
    for note in notes:
        if note.sample.shown != "felt" or note.came_ms is None:
            continue
        at_ms = note.sample.at_ms if sensor.has_own_clock else note.came_ms
        heard.append(Heard(at_ms=at_ms, came_ms=note.came_ms, tenths=note.sample.tenths, sure=sure(note)))
    return sorted(heard, key=lambda one: (one.at_ms, one.came_ms))


class Gateway:
    """One family's line to the broker's door for sensors."""

    def __init__(
        self,
        family: Family,
        sensors: Iterable[Sensor],
        user: str,
        password: str,
        notes: Notes,
        time: ShopTime,
    ) -> None:
        self.family = family
        self._devices = {sensor.device for sensor in sensors}
        self._notes, self._time = notes, time
        self._lock = threading.Lock()
        self._under_way: dict[int, Note] = {}
        self._taken: set[int] = set()
        client = self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"gateway-{family}",
            protocol=mqtt.MQTTv311,
            clean_session=False,
        )
        client.username_pw_set(user, password)
        client.reconnect_delay_set(1, 2)
        client.on_publish = self._on_publish
        client.on_connect = lambda *_: self._announce()

    def start(self, port: int) -> None:
        self._client.connect_async("127.0.0.1", port, keepalive=20)
        self._client.loop_start()

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    @property
    def is_there(self) -> bool:
        return bool(self._client.is_connected())

    def say(self, sample: Sample) -> None:
        """Publish it, or nothing when there is nobody to take it."""
        if not self.is_there:
            self._notes.drop()
            return
        state = State(
            temperature=sample.temperature,
            humidity=Decimal("72.5"),
            battery=sample.battery,
            door_open=sample.door_open,
        )
        for number, said in enumerate(
            publications(self.family, sample.device, state, self._time.opened_ms + sample.at_ms)
        ):
            told = self._client.publish(said.topic, said.payload, qos=1, retain=said.retain)
            if number == 0:
                # An ESPHome node tells its door with a message of its own; what counts is the temperature.
                note = Note(sample=sample, at_ms=self._time.now_ms())
                with self._lock:
                    if told.mid in self._taken:
                        self._taken.discard(told.mid)
                        self._note_taken(note)
                    else:
                        self._under_way[told.mid] = note
                self._notes.add(note)

    def _on_publish(self, _client: mqtt.Client, _data: object, mid: int, *_: Any) -> None:
        """The broker has taken a message; it may say so before `publish` has returned its number."""
        with self._lock:
            note = self._under_way.pop(mid, None)
            if note is None:
                self._taken.add(mid)
            else:
                self._note_taken(note)

    def _note_taken(self, note: Note) -> None:
        note.came_ms, note.machine_s = self._time.now_ms(), self._time.machine_s()

    def _announce(self) -> None:
        for device in sorted(self._devices):
            for said in announcements(self.family, device, State()):
                self._client.publish(said.topic, said.payload, qos=1, retain=said.retain)


class ModbusProbes(socketserver.ThreadingTCPServer):
    """Temperature transmitters behind a Modbus TCP gateway: register 1 in tenths of a degree, 2 the humidity.

    Unit numbers count from 1 in the order of `probes`. A probe that is meant to be silent answers nothing.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self, probes: list[str], now: Mapping[str, Sample | None], notes: Notes, time: ShopTime
    ) -> None:
        self.probes, self.now, self.notes, self.time = probes, now, notes, time
        super().__init__(("127.0.0.1", 0), _Asked)
        self.port = int(self.server_address[1])
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class _Asked(socketserver.BaseRequestHandler):
    """One connection: header (transaction, 0, length, unit), then function 4, address, count."""

    server: ModbusProbes

    def handle(self) -> None:
        while (head := self._exactly(12)) is not None:
            transaction, _, _, unit, function, address, count = struct.unpack(">HHHBBHH", head)
            probe = self.server.probes[unit - 1]
            sample = self.server.now[probe]
            if sample is None or function != 4:
                continue
            value = -1270 if sample.shown != "felt" else sample.tenths
            registers = {1: value & 0xFFFF, 2: 725}
            body = b"".join(struct.pack(">H", registers.get(address + at, 0)) for at in range(count))
            answer = struct.pack(">BBB", unit, function, len(body)) + body
            self.request.sendall(struct.pack(">HHH", transaction, 0, len(answer)) + answer)
            at_ms = self.server.time.now_ms()
            self.server.notes.add(
                Note(sample=sample, at_ms=at_ms, came_ms=at_ms, machine_s=self.server.time.machine_s())
            )

    def _exactly(self, size: int) -> bytes | None:
        came = b""
        while len(came) < size:
            try:
                piece = self.request.recv(size - len(came))
            except OSError:
                return None
            if not piece:
                return None
            came += piece
        return came


class Sensors:
    """All of them, driven by one thread after the shop's own time."""

    def __init__(
        self,
        sensors: Iterable[Sensor],
        accounts: Mapping[Family, tuple[str, str]],
        time: ShopTime,
    ) -> None:
        self.notes = Notes()
        self._samples: tuple[Sample, ...] = ()
        self._time = time
        by_kind: dict[Kind, list[Sensor]] = defaultdict(list)
        for sensor in sensors:
            by_kind[sensor.kind].append(sensor)
        self._kinds = {sensor.device: sensor.kind for sensor in sensors}
        self._intervals = {sensor.device: sensor.interval_ms for sensor in sensors}
        self.gateways: dict[Kind, Gateway] = {
            family: Gateway(family, by_kind[family], *accounts[family], self.notes, time)
            for family in GATEWAYS
        }
        self._probes: dict[str, Sample | None] = {sensor.device: None for sensor in by_kind["modbus"]}
        self.modbus = ModbusProbes(list(self._probes), self._probes, self.notes, time)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sensors", daemon=True)

    def connect(self, port: int) -> None:
        for gateway in self.gateways.values():
            gateway.start(port)

    def start(self, samples: tuple[Sample, ...]) -> None:
        self._samples = samples
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()
        for gateway in self.gateways.values():
            gateway.stop()
        self.modbus.stop()

    def _run(self) -> None:
        for sample in self._samples:
            if self._time.wait_until(sample.at_ms, self._stopped):
                return
            self._hush(sample.at_ms)
            kind = self._kinds[sample.device]
            if kind == "modbus":
                self._probes[sample.device] = sample
            else:
                self.gateways[kind].say(sample)

    def _hush(self, at_ms: int) -> None:
        """A probe whose next sample is overdue is one that is meant to be silent."""
        for device, sample in self._probes.items():
            if sample is not None and at_ms - sample.at_ms > 2 * self._intervals[device]:
                self._probes[device] = None
