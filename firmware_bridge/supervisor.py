"""The supervisor: one outbox, one uplink, one task per device, and how each of them is doing.

Everything runs in threads of one process; each task recovers by itself, so the supervisor only starts them,
keeps their health for the birth and the status file, and stops them in an order in which nothing is lost. A
task that dies of our own mistake takes the whole process down, loudly: the service manager starts it again,
and the outbox goes on where it was.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

import msgspec

from firmware_bridge import dbapi
from firmware_bridge.clock import Clock
from firmware_bridge.config import Config
from firmware_bridge.drivers import drivers
from firmware_bridge.drivers.frames import Line
from firmware_bridge.outbox import Outbox
from firmware_bridge.readings import Arrival, event_reading
from firmware_bridge.transports.mqtt_in import Intake, MqttIn
from firmware_bridge.transports.serial import Port, SerialPort, is_there
from firmware_bridge.uplink import Identity, Uplink
from firmware_bridge.watch import Watch
from shared.errors import DomainError
from shared.sensing.reading import (
    EVENT_DEVICE_OFFLINE,
    EVENT_DEVICE_ONLINE,
    DeviceBirth,
    DeviceLive,
    Status,
)

log = logging.getLogger(__name__)

JOIN_S = 5.0


class DeviceHealth(msgspec.Struct, frozen=True):
    """How a device is doing, and why if not well."""

    status: Status = "unknown"
    reason: str = ""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What the status file says."""

    bridge: str
    epoch: str
    alarm: str | None
    devices: dict[str, DeviceHealth]


def _alone_in(folder: Path) -> IO[bytes]:
    """A lock that the kernel drops when the process ends, however it ends: two bridges on one outbox would
    take each other's connection and ports away.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as taken:
        lock.close()
        raise DomainError("bridge_already_running", path=str(folder)) from taken
    return lock


class Supervisor:
    """`start`, then `stop`; `failed` is set when a task died of our own mistake."""

    def __init__(
        self,
        config: Config,
        clock: Clock,
        new_token: Callable[[], str],
        version: str,
        *,
        open_port: Callable[[str, Line], Port] = SerialPort,
        path_is_there: Callable[[str], bool] = is_there,
    ) -> None:
        self._config = config
        self._clock = clock
        self._folder = Path(config.state_dir)
        self._lock_file = _alone_in(self._folder)
        self._lock = threading.Lock()
        self._health = {device.id: DeviceHealth() for device in config.device}
        self._alarm: str | None = None
        self._stopping = threading.Event()
        self.failed = threading.Event()
        self.outbox = Outbox(
            self._folder / "outbox.db",
            new_token,
            rows_max=config.outbox_rows_max,
            bytes_max=config.outbox_mebibytes_max * 1024 * 1024,
        )
        self.uplink = Uplink(
            Identity(
                site=config.site, bridge=config.bridge, version=version, started_ms=clock.wall_ms() or 0
            ),
            config.broker,
            self.outbox,
            clock,
            devices=self.devices,
            new_session=new_token,
            on_alarm=self._on_alarm,
        )
        self._watches = [
            Watch(
                device,
                drivers()[device.protocol],
                self.outbox,
                clock,
                open_port=open_port,
                is_there=path_is_there,
                on_live=self.uplink.live,
                on_status=self._on_status,
                bridge=config.bridge,
                stopping=self._stopping,
            )
            for device in config.device
        ]
        self._mqtt_in = self._sensors() if config.sensors else None
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start every task."""
        for device, watch in zip(self._config.device, self._watches, strict=True):
            self._run(f"device {device.id}", watch.run)
        if self._mqtt_in is not None:
            self._run("sensors", self._mqtt_in.run)
        self._run("uplink", self.uplink.run)
        self._write_status()

    def stop(self) -> None:
        """First the devices, then the uplink that may still ship their last words, then the file."""
        self._stopping.set()
        if self._mqtt_in is not None:
            self._mqtt_in.stop()
        self.uplink.stop()
        for thread in self._threads:
            thread.join(JOIN_S)
        self.outbox.close()
        self._lock_file.close()

    def devices(self) -> tuple[DeviceBirth, ...]:
        """Every device as the birth tells it."""
        with self._lock:
            health = dict(self._health)
        return tuple(
            DeviceBirth(
                device=device.id,
                make=device.make,
                model=device.model,
                serial=device.serial,
                protocol=device.protocol,
                cal_id=device.cal_id,
                status=health[device.id].status,
            )
            for device in self._config.device
        )

    def _sensors(self) -> MqttIn:
        """The intake of sensors that publish by MQTT themselves."""
        return MqttIn(
            Intake(self._config.sensors, self.outbox, self._clock),
            self._config.sensor_broker or self._config.broker,
            f"liushui-bridge-{self._config.site}-{self._config.bridge}-sensors",
            self._clock,
        )

    def _run(self, name: str, task: Callable[[], None]) -> None:
        """A thread for one task; an error that escapes it is ours and ends the process."""

        def guarded() -> None:
            try:
                task()
            except Exception:
                log.exception("task_died %s", name)
                self.failed.set()

        thread = threading.Thread(target=guarded, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _on_status(self, device: str, status: Status, reason: str) -> None:
        """A device's status, told often and acted on when it changes."""
        with self._lock:
            before = self._health[device]
            if before == DeviceHealth(status, reason):
                return
            self._health[device] = DeviceHealth(status, reason)
        if before.status == status:
            return
        log.info("device_%s %s %s", status, device, reason)
        self._note(device, EVENT_DEVICE_ONLINE if status == "online" else EVENT_DEVICE_OFFLINE, reason)
        self.uplink.live(
            DeviceLive(
                bridge=self._config.bridge,
                device=device,
                status=status,
                error=reason or None,
                monotonic_ms=self._clock.monotonic_ms(),
            )
        )
        self.uplink.refresh()
        self._write_status()

    def _note(self, device: str, event: str, reason: str) -> None:
        """Keep the change as an event; a full disk is no reason to stop watching."""
        at = Arrival(self._clock.wall_ms(), self._clock.monotonic_ms())
        try:
            self.outbox.append([event_reading(device, event, at, reason=reason[:200])])
        except dbapi.Error as broken:
            log.warning("status_not_kept %s: %s", device, broken)

    def _on_alarm(self, alarm: str | None) -> None:
        """The uplink cannot ship, or can again."""
        self._alarm = alarm
        self._write_status()

    def _write_status(self) -> None:
        """The status file, whole or not at all: for people, and for whatever watches this box."""
        with self._lock:
            health = Health(
                bridge=self._config.bridge,
                epoch=self.outbox.epoch,
                alarm=self._alarm,
                devices=dict(self._health),
            )
            target = self._folder / "status.json"
            fresh = target.with_suffix(".new")
            try:
                fresh.write_bytes(msgspec.json.encode(health))
                os.replace(fresh, target)
            except OSError as broken:
                log.warning("status_not_written: %s", broken)
