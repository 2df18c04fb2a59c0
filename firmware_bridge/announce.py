"""Our own devices, announced on the broker in the way of Home Assistant, for whoever else wants to see them.

A retained message per device names the topic of its live values and how to read them, so that a scale appears in such
a program by itself. Whether a device is there is read from the bridge's retained birth. The origin says "liushui", by
which `normalise/ha_discovery.py` knows not to read our own values back as somebody else's. Only done where
the configuration says `announce = true`, since it lets every program on that broker see the weights.
"""

from __future__ import annotations

import re

import msgspec

from firmware_bridge.config import Config
from firmware_bridge.drivers import drivers
from firmware_bridge.normalise.ha_discovery import OURS
from shared.sensing.reading import topic_live, topic_up

PREFIX = "homeassistant"
_KILOGRAMS = (
    "{{ (value_json.value | float) * {'kg': 1, 'g': 0.001, '[lb_av]': 0.45359237, '[oz_av]': 0.028349523125}"
    "[value_json.unit] }}"
)
"""A scale shows grams or pounds as it likes; the announcement has one unit."""
_NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9_-]")


class Announcement(msgspec.Struct, frozen=True):
    """A retained message."""

    topic: str
    payload: bytes


def announcements(config: Config) -> tuple[Announcement, ...]:
    """One for what each device measures, and one for whether it is there."""
    found = []
    for device in config.device:
        about = {"make": device.make, "model": device.model}
        kind = drivers().get(device.protocol)
        if kind is not None and kind.measures == "weight":
            found.append(_weight(config, device.id, about))
        found.append(_presence(config, device.id, about))
    found.extend(
        _presence(config, probe.id, {"make": probe.make, "model": probe.model}) for probe in config.modbus
    )
    return tuple(found)


def _weight(config: Config, device: str, about: dict[str, str | None]) -> Announcement:
    """What a scale shows right now."""
    return _message(
        config,
        "sensor",
        device,
        "weight",
        about,
        {
            "device_class": "weight",
            "state_topic": topic_live(config.site, config.bridge, device),
            "value_template": _KILOGRAMS,
            "unit_of_measurement": "kg",
            "availability": [
                {
                    "topic": topic_up(config.site, config.bridge, "birth"),
                    "value_template": _status_of(device),
                }
            ],
        },
    )


def _presence(config: Config, device: str, about: dict[str, str | None]) -> Announcement:
    """Whether the device is there."""
    return _message(
        config,
        "binary_sensor",
        device,
        "connected",
        about,
        {
            "device_class": "connectivity",
            "state_topic": topic_up(config.site, config.bridge, "birth"),
            "value_template": _status_of(device),
            "payload_on": "online",
            "payload_off": "offline",
        },
    )


def _status_of(device: str) -> str:
    """A template that finds the device's status in a birth."""
    quoted = device.replace("\\", "\\\\").replace("'", "\\'")
    return (
        "{{ value_json.devices | selectattr('device', 'eq', '"
        + quoted
        + "') | map(attribute='status') | first | default('offline') }}"
    )


def _message(
    config: Config, kind: str, device: str, what: str, about: dict[str, str | None], told: dict[str, object]
) -> Announcement:
    """The whole announcement."""
    known_as = _NOT_IN_AN_ID.sub("_", f"{OURS}_{config.site}_{config.bridge}_{device}")
    body = {
        "name": what,
        "unique_id": f"{known_as}_{what}",
        "origin": {"name": OURS},
        "device": {
            "identifiers": [known_as],
            "name": device,
            **({"manufacturer": about["make"]} if about["make"] else {}),
            **({"model": about["model"]} if about["model"] else {}),
        },
        **told,
    }
    return Announcement(f"{PREFIX}/{kind}/{known_as}/{what}/config", msgspec.json.encode(body))
