"""Bluetooth sensors heard with this machine's own radio: BTHome and Ruuvi advertisements.

Needs the extra `[ble]` (the library bleak, which on Linux talks to BlueZ); without it the bridge says so by name
at its start and runs everything else. A sensor shouts the same packet many times and creeps by a hundredth
between packets, so it is heard every `every_s` seconds; a switch that moves is heard at once.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import msgspec

from firmware_bridge import dbapi
from firmware_bridge.clock import Backoff, Clock
from firmware_bridge.normalise.bluetooth import (
    BTHOME_UUID,
    RUUVI_MAKER,
    Advertised,
    believed,
    decode_bthome,
    decode_ruuvi,
)
from firmware_bridge.normalise.measured import Normalised
from firmware_bridge.normalise.payload import parted
from firmware_bridge.outbox import Outbox
from firmware_bridge.probes import Bluetooth, read_bindkeys
from firmware_bridge.readings import Arrival, refused_reading, sensor_readings
from firmware_bridge.sensing import SensorDesk

log = logging.getLogger(__name__)

_BTHOME = f"0000{BTHOME_UUID:04x}-0000-1000-8000-00805f9b34fb"
_SENSORS_MAX = 500
_REFUSED_EVERY_MS = 60_000


class _Heard(msgspec.Struct, frozen=True):
    """The last packet of a sensor that was kept."""

    packet: int | None
    switches: tuple[object, ...]
    at_ms: int


class BleIntake:
    """From advertisements to kept readings; no radio in here, so a test can feed it."""

    def __init__(self, setup: Bluetooth, outbox: Outbox, clock: Clock, desk: SensorDesk) -> None:
        self._setup = setup
        self._outbox = outbox
        self._clock = clock
        self._desk = desk
        self._bindkeys = read_bindkeys(setup.bindkeys_file)
        self._heard: OrderedDict[str, _Heard] = OrderedDict()
        self._refused_ms: OrderedDict[str, int] = OrderedDict()

    def take(self, address: str, services: Mapping[str, bytes], makers: Mapping[int, bytes]) -> None:
        """One advertisement. Raises dbapi.Error when it cannot be kept; the next one comes in a moment."""
        device = address.replace(":", "").replace("-", "").lower()
        said, raw = self._read(device, services, makers)
        if said is None:
            return
        at = Arrival(self._clock.wall_ms(), self._clock.monotonic_ms())
        if said.error is not None:
            self._refuse(device, raw, said.error, at)
            return
        switches = tuple(told.value for told in said.readings if isinstance(told.value, bool))
        last = self._heard.get(device)
        if last is not None:
            if said.packet is not None and said.packet == last.packet:
                return
            if switches == last.switches and at.monotonic_ms - last.at_ms < self._setup.every_s * 1000:
                return
        readings, unmeasured = parted(believed(device, said))
        told = Normalised(readings=readings, unmeasured=unmeasured, device=device, seq=said.packet)
        kept = self._desk.settle(sensor_readings(told, raw, self._setup.prefix, at))
        if kept:
            self._outbox.append(kept)
        _remember(self._heard, device, _Heard(said.packet, switches, at.monotonic_ms))

    def _read(
        self, device: str, services: Mapping[str, bytes], makers: Mapping[int, bytes]
    ) -> tuple[Advertised | None, bytes]:
        """What the bytes say, and the bytes; None for a device that is no sensor of ours."""
        data = services.get(_BTHOME)
        if data is not None:
            return decode_bthome(data, mac=device, bindkey=self._bindkeys.get(device)), data
        data = makers.get(RUUVI_MAKER)
        if data is not None and data[:1] in (b"\x05", b"\x03"):
            return decode_ruuvi(data), data
        return None, b""

    def _refuse(self, device: str, raw: bytes, error: str, at: Arrival) -> None:
        """Into the quarantine, at most once a minute: an encrypted sensor of a neighbour shouts all day."""
        last_ms = self._refused_ms.get(device)
        if last_ms is not None and at.monotonic_ms - last_ms < _REFUSED_EVERY_MS:
            return
        _remember(self._refused_ms, device, at.monotonic_ms)
        self._outbox.quarantine(f"bluetooth/{device}", raw, "malformed_payload", error, at.wall_ms)
        if error != "bindkey_missing":
            self._outbox.append([refused_reading("bluetooth", f"bluetooth/{device}", raw, error, at)])


def _remember(memory: OrderedDict[str, Any], key: str, value: object) -> None:
    """Keep the newest few hundred."""
    memory[key] = value
    memory.move_to_end(key)
    if len(memory) > _SENSORS_MAX:
        memory.popitem(last=False)


class BleTask:
    """Call `run` in a thread of its own; it ends when `stopping` is set."""

    def __init__(
        self,
        intake: BleIntake,
        setup: Bluetooth,
        clock: Clock,
        *,
        stopping: threading.Event,
        make_scanner: Callable[..., Any] | None = None,
    ) -> None:
        self._intake = intake
        self._setup = setup
        self._clock = clock
        self._stopping = stopping
        self._make_scanner = make_scanner or self._scanner

    def _scanner(self, heard: Callable[[Any, Any], None]) -> Any:
        """The real radio."""
        options = {"adapter": self._setup.adapter} if self._setup.adapter else {}
        return import_module("bleak").BleakScanner(detection_callback=heard, **options)

    def run(self) -> None:
        """Listen, and again after every loss: the adapter unplugged, the Bluetooth service restarted."""
        backoff = Backoff()
        while not self._stopping.is_set():
            try:
                asyncio.run(self._listen())
                backoff.succeed()
            except Exception as broken:
                # The library raises its own, the system bus's and asyncio's errors; none may end the bridge.
                log.warning("bluetooth_not_heard: %s", broken)
            self._clock.wait(self._stopping, backoff.fail())

    async def _listen(self) -> None:
        """Until we are to stop."""

        def heard(device: Any, told: Any) -> None:
            try:
                self._intake.take(str(device.address), told.service_data, told.manufacturer_data)
            except dbapi.Error as broken:
                log.error("advertisement_not_kept %s: %s", device.address, broken)

        async with self._make_scanner(heard):
            await asyncio.to_thread(self._stopping.wait)
