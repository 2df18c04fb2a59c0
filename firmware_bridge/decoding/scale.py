"""`liushui decode scale`: frames of a scale to readings.

`input.hex` holds the chunks as they came off the line, `kind` (or `context.protocol`) names the protocol.
The context may carry what a device's configuration would: `unit_from_config` (or `unit`) for a protocol whose
frames name no unit, `checksum: false` for a scale that sends none, `stable_repeats` for one that does not say
when it stands still.
"""

from __future__ import annotations

from typing import Any

from firmware_bridge.decoding.vector import Vector
from firmware_bridge.drivers import drivers
from firmware_bridge.drivers.frames import DriverKind, Frame, Scan, Trouble, Weight
from firmware_bridge.steady import Steady

HELP = "Frames of a scale to readings. 解码电子秤数据帧。"


def result(vector: Vector) -> dict[str, object]:
    """The readings of one vector, in the shape of the vector files."""
    kind = drivers().get(str(vector.context.get("protocol") or vector.kind)) or drivers().get(vector.kind)
    if kind is None or kind.measures != "weight":
        raise ValueError(f"no scale protocol {vector.kind!r}")
    driver = kind.make(_options(kind, vector.context))
    frames = [frame for chunk in _chunks(vector.input) for frame in driver.feed(chunk)]
    if (repeats := vector.context.get("stable_repeats")) is not None:
        steady = Steady(int(repeats))
        frames = [steady.see(frame) if isinstance(frame, Weight) else frame for frame in frames]
    return {"readings": [_reading(frame) for frame in frames]}


def _chunks(told: dict[str, Any]) -> list[bytes]:
    """The bytes, cut as they were on the line."""
    chunks = told["hex"]
    return [bytes.fromhex(chunk) for chunk in ([chunks] if isinstance(chunks, str) else chunks)]


def _options(kind: DriverKind, context: dict[str, Any]) -> dict[str, str]:
    """The driver's options, from the words of the context."""
    told: dict[str, str] = {}
    unit = context.get("unit_from_config") or context.get("unit")
    if unit is not None and "unit" in kind.options:
        told["unit"] = str(unit)
    if "checksum" in context and "checksum" in kind.options:
        told["checksum"] = "on" if context["checksum"] else "off"
    return told


def _reading(frame: Frame) -> dict[str, object]:
    """A frame in the words of the vector files; what a protocol does not speak of is left out."""
    match frame:
        case Weight():
            told: dict[str, object] = {
                "weight": frame.weight,
                "unit": frame.unit,
                "stable": frame.stable,
                "mode": frame.mode,
                "error": frame.error,
            }
            if frame.flags is not None:
                told["flags"] = list(frame.flags)
            for name in ("tare", "unit_price", "total", "code"):
                if (value := getattr(frame, name)) is not None:
                    told[name] = value
            if frame.zero:
                told["zero"] = True
            if frame.stable_inferred:
                told["stable_inferred"] = True
            return told
        case Trouble():
            return {"weight": None, "unit": None, "stable": False, "mode": None, "error": frame.error}
        case Scan():
            raise ValueError("a scale does not scan")
