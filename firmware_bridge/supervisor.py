"""The supervisor: one outbox, one uplink, one task per device, and how each of them is doing.

Everything runs in threads of one process; each task recovers by itself, so the supervisor only starts them,
keeps their health for the birth and the status file, and stops them in an order in which nothing is lost. A
changed configuration stops and starts only the devices whose tables changed; the others, the outbox and the
uplink never notice. A
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
from firmware_bridge.answering import Answering
from firmware_bridge.clock import Clock
from firmware_bridge.config import Config, Device, check_config, templates_of
from firmware_bridge.drivers import drivers
from firmware_bridge.drivers.frames import Line
from firmware_bridge.outbox import Outbox
from firmware_bridge.pushed import Pushed, keep_pushed, kept_pushed, read_pushed, with_pushed
from firmware_bridge.readings import Arrival, event_reading
from firmware_bridge.sensor_tasks import SensorTasks
from firmware_bridge.transports.opening import is_there, open_port
from firmware_bridge.transports.port import Port
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
EVENT_CONFIG_APPLIED = "config_applied"
EVENT_CONFIG_REFUSED = "config_refused"


class DeviceHealth(msgspec.Struct, frozen=True):
    """How a device is doing, and why if not well."""

    status: Status = "unknown"
    reason: str = ""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What the status file says."""

    bridge: str
    epoch: str
    alarm: str | None
    config: str | None = None
    """What is wrong with the configuration that was given last; None while the one that runs is that one."""
    devices: dict[str, DeviceHealth]


class _Task(msgspec.Struct, frozen=True):
    """A device that is being watched."""

    device: Device
    stopping: threading.Event
    thread: threading.Thread


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


def _changed_for_good(before: Config, after: Config) -> str:
    """The settings that only a restart can change, by name."""
    fixed = ("site", "bridge", "state_dir", "broker", "outbox_rows_max", "outbox_mebibytes_max")
    return ", ".join(name for name in fixed if getattr(before, name) != getattr(after, name))


def _watched(config: Config) -> list[str]:
    """Everything whose health is told: what hangs on a cable, and the probes that are asked."""
    return [*(device.id for device in config.device), *(probe.id for probe in config.modbus)]


class Supervisor:
    """`start`, then `stop`; `failed` is set when a task died of our own mistake."""

    def __init__(
        self,
        config: Config,
        clock: Clock,
        new_token: Callable[[], str],
        version: str,
        *,
        open_port: Callable[[str, Line], Port] = open_port,
        path_is_there: Callable[[str], bool] = is_there,
    ) -> None:
        self._clock = clock
        self._open_port = open_port
        self._path_is_there = path_is_there
        self._folder = Path(config.state_dir)
        self._lock_file = _alone_in(self._folder)
        self._lock = threading.Lock()
        self._reloading = threading.Lock()
        self._told = config
        self._pushed = self._kept_pushed(config)
        self._config = with_pushed(config, self._pushed)
        self._health = {name: DeviceHealth() for name in _watched(self._config)}
        self._alarm: str | None = None
        self._config_error: str | None = None
        self.failed = threading.Event()
        self.outbox = Outbox(
            self._folder / "outbox.db",
            new_token,
            rows_max=config.outbox_rows_max,
            bytes_max=config.outbox_mebibytes_max * 1024 * 1024,
        )
        self._answering = Answering(
            clock,
            ports_in_use=lambda: [device.port for device in self._config.device],
            port_dirs=lambda: self._config.port_dirs,
            known=lambda: templates_of(self._config),
            tell=self._answer,
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
            on_config=self.push,
            on_question=self._answering.ask,
        )
        self._sensors = SensorTasks(self.outbox, clock, self._run, self._on_status)
        self._tasks: dict[str, _Task] = {}
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start every task."""
        for device in self._config.device:
            self._watch(device)
        self._sensors.follow(self._config, JOIN_S)
        self._threads.append(self._run("uplink", self.uplink.run))
        self._write_status()

    def reload(self, config: Config) -> None:
        """Go on under another configuration; only what differs is stopped and started.

        Who the bridge is and where it keeps and sends its readings is settled at its start: DomainError when
        that changed, and then nothing has.
        """
        with self._reloading:
            self._reload(config, self._pushed)

    def push(self, payload: bytes) -> None:
        """The node has sent devices; whatever comes of it becomes an event that the node reads."""
        with self._reloading:
            try:
                pushed = read_pushed(payload)
                if pushed == self._pushed:
                    return
                self._reload(self._told, pushed)
            except DomainError as refused:
                log.error("config_refused %s", refused)
                self._note(self._told.bridge, EVENT_CONFIG_REFUSED, f"{refused.key} {refused.values}")
                return
            self._pushed = pushed
            keep_pushed(self._folder, pushed)
            self._note(self._told.bridge, EVENT_CONFIG_APPLIED, f"rev {pushed.rev}")

    def refuse_config(self, reason: str | None) -> None:
        """A configuration could not be read: say so in the status file, and go on as before."""
        if reason != self._config_error:
            self._config_error = reason
            self._write_status()

    def _kept_pushed(self, config: Config) -> Pushed:
        """What the node sent before the restart, unless it no longer fits; the node sends it again anyway."""
        pushed = kept_pushed(self._folder)
        try:
            check_config(with_pushed(config, pushed))
        except DomainError as unfit:
            log.warning("pushed_not_used: %s", unfit)
            return Pushed()
        return pushed

    def _reload(self, told: Config, pushed: Pushed) -> None:
        """Stop what is gone or changed, then start what is new or changed."""
        if fixed := _changed_for_good(self._told, told):
            raise DomainError("bridge_restart_needed", changed=fixed)
        config = with_pushed(told, pushed)
        check_config(config)
        wanted = {device.id: device for device in config.device}
        stopping = [name for name, task in self._tasks.items() if wanted.get(name) != task.device]
        for name in stopping:
            self._tasks[name].stopping.set()
        for name in stopping:
            self._tasks.pop(name).thread.join(JOIN_S)
        self._told, self._config = told, config
        with self._lock:
            self._health = {name: self._health.get(name, DeviceHealth()) for name in _watched(config)}
        fresh = [device for device in config.device if device.id not in self._tasks]
        for device in fresh:
            self._watch(device)
        self._sensors.follow(config, JOIN_S)
        log.info("config_reloaded stopped=%s started=%s", stopping, [device.id for device in fresh])
        self._config_error = None
        self._write_status()
        self.uplink.refresh()

    def _watch(self, device: Device) -> None:
        """Start the task of one device."""
        stopping = threading.Event()
        watch = Watch(
            device,
            drivers()[device.protocol],
            self.outbox,
            self._clock,
            open_port=self._open_port,
            is_there=self._path_is_there,
            on_live=self.uplink.live,
            on_status=self._on_status,
            bridge=self._config.bridge,
            stopping=stopping,
        )
        self._tasks[device.id] = _Task(device, stopping, self._run(f"device {device.id}", watch.run))

    def stop(self) -> None:
        """First the devices, then the uplink that may still ship their last words, then the file."""
        for task in self._tasks.values():
            task.stopping.set()
        listening = self._sensors.stop()
        self.uplink.stop()
        for thread in (*(task.thread for task in self._tasks.values()), *listening, *self._threads):
            thread.join(JOIN_S)
        self.outbox.close()
        self._lock_file.close()

    def devices(self) -> tuple[DeviceBirth, ...]:
        """Every device as the birth tells it."""
        with self._lock:
            health, config = dict(self._health), self._config
        return tuple(
            DeviceBirth(
                device=device.id,
                make=device.make,
                model=device.model,
                serial=device.serial,
                protocol=device.protocol,
                cal_id=device.cal_id,
                status=health.get(device.id, DeviceHealth()).status,
            )
            for device in config.device
        ) + tuple(
            DeviceBirth(
                device=probe.id,
                make=probe.make,
                model=probe.model,
                serial=probe.serial,
                protocol="modbus",
                cal_id=probe.cal_id,
                status=health.get(probe.id, DeviceHealth()).status,
            )
            for probe in config.modbus
        )

    def _run(self, name: str, task: Callable[[], None]) -> threading.Thread:
        """A thread for one task; an error that escapes it is ours and ends the process."""

        def guarded() -> None:
            try:
                task()
            except Exception:
                log.exception("task_died %s", name)
                self.failed.set()

        thread = threading.Thread(target=guarded, name=name, daemon=True)
        thread.start()
        return thread

    def _on_status(self, device: str, status: Status, reason: str) -> None:
        """A device's status, told often and acted on when it changes."""
        with self._lock:
            before = self._health.get(device)
            if before is None or before == DeviceHealth(status, reason):
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

    def _answer(self, event: str, detail: dict[str, str]) -> None:
        """An answer to the node, kept and sent like a reading."""
        at = Arrival(self._clock.wall_ms(), self._clock.monotonic_ms())
        try:
            told = event_reading(self._told.bridge, event, at)
            self.outbox.append([msgspec.structs.replace(told, detail=detail)])
        except dbapi.Error as broken:
            log.warning("answer_not_kept %s: %s", event, broken)

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
                config=self._config_error,
                devices=dict(self._health),
            )
            target = self._folder / "status.json"
            fresh = target.with_suffix(".new")
            try:
                fresh.write_bytes(msgspec.json.encode(health))
                os.replace(fresh, target)
            except OSError as broken:
                log.warning("status_not_written: %s", broken)
