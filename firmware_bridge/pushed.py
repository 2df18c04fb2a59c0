"""Devices that the node hands to its bridge over `down/cfg`: added to those of the file, and kept beside the outbox.

    {"rev": 7, "device": [{"id": "scale-2", "template": "cas-pdii", "port": "/dev/ttyUSB1"}], "remove": ["scale-9"]}

The message carries everything the node wants the bridge to have besides its file, in the shapes of the file. A
device of the same name as one in the file replaces it; a name in `remove` is not watched. The message is
retained, so it comes again at every connection, and the copy on disk lets a bridge start without its broker.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

import msgspec

from firmware_bridge.config import Config, Device, Sensors, with_templates
from firmware_bridge.probes import ModbusProbe
from firmware_bridge.quality import SensorSetup
from shared.errors import DomainError

log = logging.getLogger(__name__)

FILE = "pushed.json"


class Pushed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the node wants besides the file."""

    rev: int = 0
    device: tuple[Device, ...] = ()
    sensors: tuple[Sensors, ...] = ()
    sensor: tuple[SensorSetup, ...] = ()
    modbus: tuple[ModbusProbe, ...] = ()
    remove: tuple[str, ...] = ()


def read_pushed(payload: bytes) -> Pushed:
    """The message, or a DomainError that says what is wrong with it; an empty one takes everything back."""
    try:
        return msgspec.json.decode(payload or b"{}", type=Pushed)
    except (ValueError, RecursionError) as broken:
        raise DomainError("bridge_config_invalid", path="down/cfg", reason=str(broken)) from broken


def with_pushed(config: Config, pushed: Pushed) -> Config:
    """The file's configuration with the node's devices in it; DomainError when one's template is not known."""
    devices = {device.id: device for device in (*config.device, *pushed.device)}
    probes = {probe.id: probe for probe in (*config.modbus, *pushed.modbus)}
    for name in pushed.remove:
        devices.pop(name, None)
        probes.pop(name, None)
    return with_templates(
        msgspec.structs.replace(
            config,
            device=tuple(devices.values()),
            sensors=(*config.sensors, *pushed.sensors),
            sensor=(*config.sensor, *pushed.sensor),
            modbus=tuple(probes.values()),
        )
    )


def keep_pushed(folder: Path, pushed: Pushed) -> None:
    """Write it beside the outbox, whole or not at all; a full disk costs no more than the next start's knowledge."""
    fresh = folder / (FILE + ".new")
    try:
        fresh.write_bytes(msgspec.json.encode(pushed))
        os.replace(fresh, folder / FILE)
    except OSError as broken:
        log.warning("pushed_not_kept: %s", broken)


def kept_pushed(folder: Path) -> Pushed:
    """What was kept; nothing when there is none or it cannot be read."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Pushed)
    except FileNotFoundError:
        return Pushed()
    except (OSError, ValueError) as broken:
        log.warning("pushed_not_read: %s", broken)
        return Pushed()
