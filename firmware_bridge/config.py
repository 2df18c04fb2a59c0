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

    [[sensors]]
    family = "tasmota"
    utc_offset = "+08:00"

Everything wrong with it is told at start, by key and place, before any port is opened.
"""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import msgspec

from firmware_bridge.capture import grams, ucum
from firmware_bridge.drivers import drivers
from firmware_bridge.drivers.frames import Line
from firmware_bridge.normalise import normalisers
from shared.errors import DomainError

Level = Annotated[str, msgspec.Meta(pattern=r"^[^/+#\x00-\x20]{1,64}$")]
"""A name that is one level of a topic."""

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

    def password(self) -> str | None:
        """The password, read when it is needed."""
        if self.password_file is None:
            return None
        return Path(self.password_file).read_text(encoding="utf-8").strip()


class Device(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One device on a serial port."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    protocol: str
    port: str
    line: dict[str, int | str] = {}
    """baudrate, bytesize, parity, stopbits where they differ from the protocol's own."""
    options: dict[str, str] = {}
    make: str | None = None
    model: str | None = None
    serial: str | None = None
    cal_id: str | None = None
    release_below: str = "20 g"
    poll_ms: Annotated[int, msgspec.Meta(ge=20, le=60_000)] | None = None

    def release_below_g(self) -> Decimal:
        """The release threshold in grams."""
        found = _RELEASE.fullmatch(self.release_below)
        if found is None or ucum(found[2]) is None or not Decimal(found[1]):
            raise ValueError(f"release_below {self.release_below!r} is no weight above zero")
        return grams(found[1], found[2])

    def port_line(self, usual: Line) -> Line:
        """How the port is set."""
        return msgspec.convert({**msgspec.structs.asdict(usual), **self.line}, Line)


class Sensors(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One family of sensors that publish by MQTT themselves."""

    family: str
    topics: tuple[str, ...] = ()
    base: str | None = None
    utc_offset: str | None = None
    prefix: str = ""
    """Put before every device's name when two families use the same names."""

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
    check_config(config)
    return config


def check_config(config: Config) -> None:
    """Everything a Struct cannot tell: known protocols, their options, unique names."""
    names = [device.id for device in config.device]
    for name in names:
        if names.count(name) > 1:
            raise DomainError("bridge_device_twice", device=name)
    for device in config.device:
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
        except (ValueError, msgspec.ValidationError) as broken:
            raise DomainError("bridge_device_invalid", device=device.id, reason=str(broken)) from broken
    for sensors in config.sensors:
        if sensors.family not in normalisers():
            known = ", ".join(sorted(normalisers()))
            raise DomainError("bridge_sensors_unknown", family=sensors.family, known=known)
        try:
            sensors.utc_offset_min()
        except ValueError as broken:
            raise DomainError("bridge_sensors_invalid", family=sensors.family, reason=str(broken)) from broken
