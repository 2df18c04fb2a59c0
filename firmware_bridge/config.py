"""What one bridge is told: who it is, where the broker is, which devices hang on it. One TOML file.

    site = "store-1"
    bridge = "bridge-1"
    state_dir = "/var/lib/liushui/bridge"

    [broker]
    host = "127.0.0.1"

    [[device]]
    id = "scale-1"
    protocol = "toledo_8217"
    port = "/dev/serial/by-id/usb-FTDI_0042"
    cal_id = "CAL-2026-014"
    options = { unit = "kg" }
    release_below = "20 g"

    [[device]]
    id = "floor-scale"
    template = "yaohua-xk3190-a12"
    port = "tcp:10.0.0.7:4001"

    [[sensors]]
    family = "tasmota"
    utc_offset = "+08:00"

    [[sensor]]
    device = "freezer"
    low = "-40"
    high = "30"
    offset = "-0.3"

    [[modbus]]
    id = "cold-room"
    connect = "tcp://10.0.0.5:502"
    template = "xy-md02"

Everything wrong with it is told at start, by key and place, before any port is opened.
"""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import msgspec

from firmware_bridge.capture import grams, ucum
from firmware_bridge.drivers import drivers
from firmware_bridge.drivers.frames import Line
from firmware_bridge.normalise import normalisers
from firmware_bridge.probes import Bluetooth, ModbusProbe, bus_of, read_bindkeys
from firmware_bridge.quality import SensorSetup
from firmware_bridge.serial_templates import serial_of
from firmware_bridge.steady import REPEATS
from firmware_bridge.templates import Library, library
from firmware_bridge.transports.opening import check_address
from shared.errors import DomainError

Level = Annotated[str, msgspec.Meta(pattern=r"^[^/+#\x00-\x20]{1,64}$")]
"""A name that is one level of a topic."""

TEMPLATE = "template"
_OFFSET = re.compile(r"([+-])(\d\d):([0-5]\d)", re.ASCII)
_RELEASE = re.compile(r"(\d+(?:\.\d+)?) ?([a-z]+)", re.ASCII)


class Broker(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the bridge publishes."""

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 1883
    username: str | None = None
    password_file: str | None = None
    """A file that holds the password, so that the configuration can be shown to anybody."""
    ca_file: str | None = None
    """The certificate authority of a broker that speaks TLS."""
    mount: str = ""
    """What the broker puts before the topics of sensors that came in by a door of their own: `sensors/`."""

    def password(self) -> str | None:
        """The password, read when it is needed."""
        if self.password_file is None:
            return None
        return Path(self.password_file).read_text(encoding="utf-8").strip()


class Device(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One device on a cable: what `port` may be is told in `transports/opening.py`."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    template: str | None = None
    """A make and model whose settings hold wherever this table does not say otherwise."""
    protocol: str = ""
    port: str = ""
    line: dict[str, int | str] = {}
    """baudrate, bytesize, parity, stopbits where they differ from the protocol's own."""
    options: dict[str, str] = {}
    make: str | None = None
    model: str | None = None
    serial: str | None = None
    cal_id: str | None = None
    release_below: str = "20 g"
    poll: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    """What asks the scale for its weight, where it is not the protocol's own; "" asks nothing."""
    poll_ms: Annotated[int, msgspec.Meta(ge=20, le=60_000)] | None = None
    stable_repeats: Annotated[int, msgspec.Meta(ge=2, le=100)] = REPEATS
    """Equal readings in a row that count as standing still, where the protocol does not say it."""

    def release_below_g(self) -> Decimal:
        """The release threshold in grams."""
        found = _RELEASE.fullmatch(self.release_below)
        if found is None or ucum(found[2]) is None or not Decimal(found[1]):
            raise ValueError(f"release_below {self.release_below!r} is no weight above zero")
        return grams(found[1], found[2])

    def port_line(self, usual: Line) -> Line:
        """How the port is set."""
        return msgspec.convert({**msgspec.structs.asdict(usual), **self.line}, Line)

    def with_template(self, known: Library) -> Device:
        """The device with what its template says and it does not; ValueError when there is no such template."""
        if self.template is None:
            return self
        template = known.of(self.template, "serial")
        serial, usual = serial_of(template), Device(id=self.id)
        laid: dict[str, Any] = {
            "line": {**serial.line, **self.line},
            "options": {**serial.options, **self.options},
            "make": self.make or template.make,
            "model": self.model or template.model,
        }
        for name in ("protocol", "poll", "poll_ms", "stable_repeats", "release_below", "port"):
            told = getattr(serial, name)
            if told is not None and getattr(self, name) == getattr(usual, name):
                laid[name] = told
        return msgspec.structs.replace(self, **laid)


class Sensors(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One family of sensors that publish by MQTT themselves."""

    family: str
    """A family of `normalise/`, or "template" for a device that only a template knows."""
    template: str | None = None
    """With the family "template" the device's own; with another, the codec of payloads it hands on unread."""
    topics: tuple[str, ...] = ()
    base: str | None = None
    utc_offset: str | None = None
    prefix: str = ""
    """Put before every device's name when two families use the same names."""
    bindkeys_file: str | None = None
    """Keys of encrypted Bluetooth sensors that a gateway hands on."""

    def bindkeys(self) -> dict[str, str]:
        """The keys, read when they are needed; ValueError or OSError when they cannot be."""
        return read_bindkeys(self.bindkeys_file)

    def utc_offset_min(self) -> int | None:
        """The offset of the sensors' clocks in minutes."""
        if self.utc_offset is None:
            return None
        found = _OFFSET.fullmatch(self.utc_offset)
        if found is None:
            raise ValueError(f"utc_offset {self.utc_offset!r} is not like +08:00")
        minutes = int(found[2]) * 60 + int(found[3])
        return -minutes if found[1] == "-" else minutes


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of it."""

    site: Level
    bridge: Level
    state_dir: str
    broker: Broker = Broker()
    sensor_broker: Broker | None = None
    """Where the sensors publish, when that is another broker."""
    device: tuple[Device, ...] = ()
    sensors: tuple[Sensors, ...] = ()
    sensor: tuple[SensorSetup, ...] = ()
    """What is known of single sensors: calibration, and what to doubt."""
    modbus: tuple[ModbusProbe, ...] = ()
    bluetooth: Bluetooth | None = None
    announce: bool = False
    """Tell other programs on the broker of our devices, in the way of Home Assistant."""
    port_dirs: tuple[str, ...] = ()
    """Further folders in which serial ports stand under names that last: `/dev/serial/by-path` where two adapters have
    the same id, links of an installer's own, or the simulator's."""
    templates_dir: str | None = None
    """The installer's own templates; the folder `templates` beside the configuration unless said otherwise."""
    outbox_rows_max: Annotated[int, msgspec.Meta(ge=1000)] = 200_000
    outbox_mebibytes_max: Annotated[int, msgspec.Meta(ge=1)] = 64


def read_config(path: Path) -> Config:
    """The configuration in this file, or a DomainError that says what is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as broken:
        raise DomainError("bridge_config_unreadable", path=str(path), reason=str(broken)) from broken
    try:
        config = msgspec.convert(tomllib.loads(text), Config)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as broken:
        raise DomainError("bridge_config_invalid", path=str(path), reason=str(broken)) from broken
    if config.templates_dir is None:
        config = msgspec.structs.replace(config, templates_dir=str(path.parent / "templates"))
    config = with_templates(config)
    check_config(config)
    return config


def with_templates(config: Config) -> Config:
    """The configuration with every device's template laid under it."""
    if all(device.template is None for device in config.device):
        return config
    known = templates_of(config)
    devices = []
    for device in config.device:
        try:
            devices.append(device.with_template(known))
        except ValueError as broken:
            raise DomainError("bridge_device_invalid", device=device.id, reason=str(broken)) from broken
    return msgspec.structs.replace(config, device=tuple(devices))


def templates_of(config: Config) -> Library:
    """Our templates and the installer's."""
    return library((Path(config.templates_dir),) if config.templates_dir else ())


def check_config(config: Config) -> None:
    """Everything a Struct cannot tell: known protocols, their options, unique names."""
    names = [*(device.id for device in config.device), *(probe.id for probe in config.modbus)]
    for name in names:
        if names.count(name) > 1:
            raise DomainError("bridge_device_twice", device=name)
    ports = [device.port for device in config.device]
    for device in config.device:
        if ports.count(device.port) > 1:
            raise DomainError("bridge_port_twice", device=device.id, port=device.port)
        kind = drivers().get(device.protocol)
        if kind is None:
            known = ", ".join(sorted(drivers()))
            raise DomainError(
                "bridge_driver_unknown", device=device.id, protocol=device.protocol, known=known
            )
        try:
            kind.make(device.options)
            device.port_line(kind.line)
            device.release_below_g()
            check_address(device.port)
        except (ValueError, msgspec.ValidationError) as broken:
            raise DomainError("bridge_device_invalid", device=device.id, reason=str(broken)) from broken
    check_sensors(config)


def check_sensors(config: Config) -> None:
    """Families, templates, lines and keys of everything that is no scale and no scanner."""
    if not (config.sensors or config.modbus or config.bluetooth):
        return
    shelf = templates_of(config)
    for sensors in config.sensors:
        if sensors.family != TEMPLATE and sensors.family not in normalisers():
            known = ", ".join(sorted((*normalisers(), TEMPLATE)))
            raise DomainError("bridge_sensors_unknown", family=sensors.family, known=known)
        try:
            sensors.utc_offset_min()
            sensors.bindkeys()
            if sensors.template is not None or sensors.family == TEMPLATE:
                template = shelf.of(sensors.template or "", "mqtt").mqtt
                if sensors.family == TEMPLATE and template is not None and template.topic is None:
                    raise ValueError(f"template {sensors.template!r} has no topic of its own")
        except (OSError, ValueError) as broken:
            raise DomainError("bridge_sensors_invalid", family=sensors.family, reason=str(broken)) from broken
    for probe in config.modbus:
        try:
            bus_of(probe.connect)
            probe.registers(shelf)
        except ValueError as broken:
            raise DomainError("bridge_device_invalid", device=probe.id, reason=str(broken)) from broken
    if config.bluetooth is not None:
        if find_spec("bleak") is None:
            raise DomainError("bridge_ble_missing")
        try:
            read_bindkeys(config.bluetooth.bindkeys_file)
        except (OSError, ValueError) as broken:
            raise DomainError("bridge_sensors_invalid", family="bluetooth", reason=str(broken)) from broken
