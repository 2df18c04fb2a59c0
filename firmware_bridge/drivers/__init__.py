"""Drivers: one file a protocol, each turning bytes into frames and nothing else.

A driver is sans-IO: `feed(bytes) -> list[Frame]`, no port, no clock. So the same bytes give the same frames
however the cable cut them, and a recorded frame file is a complete test. To add one, drop a module here whose
`DRIVER` is a `DriverKind`, or offer one from another package under the entry-point group `liushui.drivers`;
the contract test in tests/unit/firmware_bridge then runs over it.
"""

from __future__ import annotations

from firmware_bridge.drivers.frames import DriverKind
from firmware_bridge.registry import members


def drivers() -> dict[str, DriverKind]:
    """Every driver by protocol name."""
    return members("firmware_bridge.drivers", "DRIVER", "liushui.drivers", DriverKind)
