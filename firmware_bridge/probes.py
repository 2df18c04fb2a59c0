"""What the configuration says of probes that somebody must ask, and of those that shout: Modbus and Bluetooth.

[[modbus]]
id = "cold-room"
connect = "rtu:///dev/serial/by-id/usb-FTDI_0042"      # or tcp://10.0.0.5:502
unit = 1
template = "xy-md02"
every_s = 30

[bluetooth]
bindkeys_file = "/etc/liushui/bindkeys"
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from firmware_bridge.templates import Library, ModbusTemplate, Value

_TCP = re.compile(r"tcp://([^/:\s]+|\[[0-9a-fA-F:]+\])(?::(\d{1,5}))?", re.ASCII)
_RTU = re.compile(r"rtu://(/\S+)", re.ASCII)
MODBUS_PORT = 502


class Bus(msgspec.Struct, frozen=True):
    """Where probes hang: a host and port, or a serial port by its path."""

    kind: Literal["tcp", "rtu"]
    place: str
    port: int = MODBUS_PORT


def bus_of(connect: str) -> Bus:
    """`tcp://host:port` or `rtu:///dev/…`; ValueError for anything else."""
    if found := _TCP.fullmatch(connect):
        port = int(found[2] or MODBUS_PORT)
        if 0 < port < 65536:
            return Bus("tcp", found[1].strip("[]"), port)
    if found := _RTU.fullmatch(connect):
        return Bus("rtu", found[1])
    raise ValueError(f"connect {connect!r} is neither tcp://host:port nor rtu:///dev/…")


class ModbusProbe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One probe on a Modbus line."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    connect: str
    unit: Annotated[int, msgspec.Meta(ge=1, le=247)] = 1
    template: str | None = None
    table: Literal["input", "holding"] = "input"
    value: tuple[Value, ...] = ()
    line: dict[str, int | str] = {}
    every_s: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 30
    timeout_ms: Annotated[int, msgspec.Meta(ge=50, le=60_000)] = 1000
    make: str | None = None
    model: str | None = None
    serial: str | None = None
    cal_id: str | None = None

    def registers(self, shelf: Library) -> ModbusTemplate:
        """What is read of it; ValueError where neither it nor its template says so."""
        if self.value:
            return ModbusTemplate(table=self.table, value=self.value, line=self.line)
        if self.template is None:
            raise ValueError("a Modbus probe needs a template or values of its own")
        template = shelf.of(self.template, "modbus").modbus
        assert template is not None
        return msgspec.structs.replace(template, line={**template.line, **self.line})


class Bluetooth(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Listening to Bluetooth sensors with this machine's own radio."""

    adapter: str | None = None
    prefix: str = ""
    every_s: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 15
    """A sensor that only repeats itself or creeps is heard this often; a door at once."""
    bindkeys_file: str | None = None


def read_bindkeys(path: str | None) -> dict[str, str]:
    """Keys of encrypted sensors: a line each, address and key, apart from the configuration that anybody may see."""
    if path is None:
        return {}
    keys: dict[str, str] = {}
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), start=1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        address, key = (words[0].replace(":", "").lower(), words[-1].lower()) if len(words) == 2 else ("", "")
        if not re.fullmatch(r"[0-9a-f]{12}", address) or not re.fullmatch(r"[0-9a-f]{32}", key):
            raise ValueError(f"{path}, line {number}: not an address and a key of 32 hex digits")
        keys[address] = key
    return keys
