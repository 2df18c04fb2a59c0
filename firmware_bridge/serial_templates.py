"""The settings of a known scale or scanner, laid under a device's own: `template = "yaohua-xk3190-a12"`.

A template's [serial] table says which protocol a make and model speaks and how; the device's table in the
configuration says only where it hangs, and whatever differs. What a device says itself always wins, key by key
in `line` and `options`. A wrong template is told by its name and the field that is wrong.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from firmware_bridge.drivers import drivers
from firmware_bridge.templates import Library, Template


class SerialTemplate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The [serial] table of a template; the words are those of a device's own table."""

    protocol: str
    line: dict[str, int | str] = {}
    options: dict[str, str] = {}
    poll: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    poll_ms: Annotated[int, msgspec.Meta(ge=20, le=60_000)] | None = None
    stable_repeats: Annotated[int, msgspec.Meta(ge=2, le=100)] | None = None
    release_below: str | None = None
    port: str | None = None
    """Where such a device is found by itself, "hidraw:0922:8003"."""


def serial_of(template: Template) -> SerialTemplate:
    """A template's [serial] table; ValueError names the template and the field."""
    try:
        serial = msgspec.convert(template.serial, SerialTemplate)
        kind = drivers().get(serial.protocol)
        if kind is None:
            raise ValueError(f"no such protocol {serial.protocol!r} - at `$.protocol`")
        kind.make(serial.options)
    except ValueError as wrong:
        raise ValueError(f"template {template.name}.toml, [serial]: {wrong}") from wrong
    return serial


def templates_speaking(protocol: str | None, known: Library) -> list[str]:
    """The names of the templates that speak this protocol."""
    found = []
    for name, template in known.templates.items():
        if template.kind == "serial" and (template.serial or {}).get("protocol") == protocol:
            found.append(name)
    return sorted(found)
