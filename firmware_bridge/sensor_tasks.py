"""The tasks of everything that is no scale and no scanner: MQTT sensors, Modbus lines, the Bluetooth radio.

The supervisor hands over a configuration, at the start and whenever it changes; a task whose part is as it was goes
on undisturbed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import msgspec

from firmware_bridge.announce import announcements
from firmware_bridge.clock import Clock
from firmware_bridge.config import Config, templates_of
from firmware_bridge.outbox import Outbox
from firmware_bridge.probes import ModbusProbe
from firmware_bridge.sensing import SensorDesk
from firmware_bridge.transports.mqtt_in import Intake, MqttIn
from shared.sensing.reading import Status

OnStatus = Callable[[str, Status, str], None]
Run = Callable[[str, Callable[[], None]], threading.Thread]


class _Task(msgspec.Struct, frozen=True):
    """Something that runs, and of which part of the configuration it was made."""

    made_of: object
    stop: Callable[[], None]
    thread: threading.Thread


class SensorTasks:
    """`follow` a configuration; `stop` all of it."""

    def __init__(self, outbox: Outbox, clock: Clock, run: Run, on_status: OnStatus) -> None:
        self._outbox = outbox
        self._clock = clock
        self._run = run
        self._on_status = on_status
        self._tasks: dict[str, _Task] = {}

    def follow(self, config: Config, join_s: float) -> None:
        """Stop what is gone or changed, start what is new or changed."""
        wanted = _wanted(config)
        for name in [name for name, task in self._tasks.items() if wanted.get(name) != task.made_of]:
            gone = self._tasks.pop(name)
            gone.stop()
            gone.thread.join(join_s)
        fresh = [name for name in wanted if name not in self._tasks]
        if not fresh:
            return
        desk = SensorDesk(config.sensor)
        for name in fresh:
            self._start(name, wanted[name], config, desk)

    def _start(self, name: str, made_of: object, config: Config, desk: SensorDesk) -> None:
        """One task of its kind."""
        stopping = threading.Event()
        if name == "sensors":
            mqtt_in = self._mqtt_in(config, desk)
            self._tasks[name] = _Task(made_of, mqtt_in.stop, self._run(name, mqtt_in.run))
        elif name == "bluetooth":
            # Only a bridge that needs it pays for the memory of the library.
            from firmware_bridge.transports.ble import BleIntake, BleTask

            assert config.bluetooth is not None
            intake = BleIntake(config.bluetooth, self._outbox, self._clock, desk)
            radio = BleTask(intake, config.bluetooth, self._clock, stopping=stopping)
            self._tasks[name] = _Task(made_of, stopping.set, self._run(name, radio.run))
        else:
            from firmware_bridge.transports.modbus import ModbusTask

            (probes,) = [line for line in lines(config.modbus) if _line_name(line[0].connect) == name]
            asking = ModbusTask(
                probes,
                templates_of(config),
                self._outbox,
                self._clock,
                desk,
                on_status=self._on_status,
                stopping=stopping,
            )
            self._tasks[name] = _Task(made_of, stopping.set, self._run(name, asking.run))

    def _mqtt_in(self, config: Config, desk: SensorDesk) -> MqttIn:
        """The intake of sensors that publish by MQTT themselves."""
        return MqttIn(
            Intake(config.sensors, self._outbox, self._clock, desk=desk, templates=templates_of(config)),
            config.sensor_broker or config.broker,
            f"liushui-bridge-{config.site}-{config.bridge}-sensors",
            self._clock,
            announcements=announcements(config) if config.announce else (),
        )

    def stop(self) -> list[threading.Thread]:
        """Tell all of them to end; the threads to wait for."""
        for task in self._tasks.values():
            task.stop()
        return [task.thread for task in self._tasks.values()]


def lines(probes: Sequence[ModbusProbe]) -> list[list[ModbusProbe]]:
    """Probes by the line they hang on."""
    by_line: dict[str, list[ModbusProbe]] = {}
    for probe in probes:
        by_line.setdefault(probe.connect, []).append(probe)
    return list(by_line.values())


def _line_name(connect: str) -> str:
    return f"modbus {connect}"


def _wanted(config: Config) -> dict[str, object]:
    """Each task by name, with everything whose change makes it start anew."""
    wanted: dict[str, object] = {}
    if config.sensors or config.announce:
        devices = (config.device, config.modbus) if config.announce else ()
        wanted["sensors"] = (
            config.sensors, config.sensor, config.sensor_broker, config.templates_dir, config.announce, devices,
        )  # fmt: skip
    for line in lines(config.modbus):
        wanted[_line_name(line[0].connect)] = (line, config.sensor, config.templates_dir)
    if config.bluetooth is not None:
        wanted["bluetooth"] = (config.bluetooth, config.sensor)
    return wanted
