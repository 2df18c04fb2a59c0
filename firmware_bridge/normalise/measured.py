"""What a normaliser yields, and what it may know besides topic and payload.

A value is a decimal string with the sensor's own precision, "true" or "false" for a switch, or a text.
Units are UCUM, as the sensor sent them: a thermometer set to Fahrenheit gives "[degF]", and `to_celsius` is
applied once where readings are made of these.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Literal

import msgspec

from shared.sensing.reading import Quality

WORST_FIRST: tuple[Quality, ...] = ("sensor_error", "out_of_range", "null", "suspect")


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One value; `sub` is the part of the device it belongs to."""

    device: str
    sub: str | None = None
    quantity: str
    value: str
    unit: str | None = None
    quality: Quality = "good"
    ts_ms: int | None = None
    """This value's own time where it differs from the message's."""
    historical: bool = False
    """The sender itself says that it tells the past: kept, never alarmed live."""
    doubt: str | None = None
    """Why the number is no measure of what it is called, in one word; it is kept as suspect then."""


class Unmeasured(msgspec.Struct, frozen=True, kw_only=True):
    """A value the device should have and has not: the probe is unplugged, the bus is broken."""

    device: str
    sub: str | None = None
    quantity: str
    quality: Quality
    ts_ms: int | None = None


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be published so that the sender mends what is missing, such as a Sparkplug rebirth."""

    topic: str
    payload: bytes


class Normalised(msgspec.Struct, frozen=True, kw_only=True):
    """All that one message says. An event "ignored" means: understood, and nothing for us."""

    readings: tuple[Measured, ...] = ()
    unmeasured: tuple[Unmeasured, ...] = ()
    event: str | None = None
    device: str | None = None
    ts_ms: int | None = None
    reason: str | None = None
    """Why an event is what it is, as one word: "bdSeq_mismatch", "unknown_alias"."""
    dedupe: str | None = None
    """The sender's own name for this message; a second one of the same name is the same message."""
    seq: int | None = None
    requests: tuple[Request, ...] = ()
    entities: tuple[Entity, ...] = ()
    """What a device has announced about itself."""
    withdrawn: str | None = None
    """The object id of an announcement that was taken back."""
    memory: object | None = None
    """What the family must be given with the next message (`Context.memory`); null leaves it as it was."""

    @property
    def ts_source(self) -> Literal["device", "arrival"]:
        """Whose clock dates this message."""
        return "arrival" if self.ts_ms is None else "device"

    @property
    def quality(self) -> Quality:
        """The worst of everything in the message."""
        found = {part.quality for part in self.readings} | {part.quality for part in self.unmeasured}
        return next((quality for quality in WORST_FIRST if quality in found), "good")


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A payload that its own topic forbids, bound for the quarantine; `error` is one word, detail for people."""

    error: Literal[
        "malformed_json",
        "malformed_payload",
        "not_an_object",
        "not_utf8",
        "not_a_number",
        "too_large",
        "no_codec",
        "template_unsupported",
    ]
    detail: str = ""
    device: str | None = None
    ts_ms: int | None = None
    raw: bytes = b""
    """The part nobody could read, where the rest of the message was understood."""


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """One sensor as it announced itself on the broker: where its state comes, and how that is read."""

    object_id: str
    unique_id: str
    state_topic: str
    path: tuple[str, ...] | None
    """The way to the value in a JSON state; empty for a bare value, null where the template cannot be followed."""
    quantity: str
    unit: str | None
    device: str
    binary: bool = False
    payload_on: str = "ON"
    payload_off: str = "OFF"


class Discovery(msgspec.Struct, frozen=True, kw_only=True):
    """What a device announced about one of its state topics."""

    unit_of_measurement: str | None = None
    device_class: str | None = None


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What the payload itself does not say."""

    base: str | None = None
    """Topic levels before the device's name; null takes the normaliser's usual place."""
    utc_offset_min: int | None = None
    """What the devices' clocks show when they print no offset; null means their local time is not believed."""
    discovery: Discovery | None = None
    memory: object | None = None
    """What the family asked us to remember with its last message."""
    bindkeys: dict[str, str] = {}
    """Keys of encrypted Bluetooth sensors by their address, in hex."""


Outcome = Normalised | Refusal
IGNORED = Normalised(event="ignored")


class NormaliserExample(msgspec.Struct, frozen=True, kw_only=True):
    """A message and what must come out of it."""

    topic: str
    payload: bytes
    context: Context = Context()
    outcome: Outcome


SENSOR_BYTES_MAX = 4096
"""What one sensor may say at once. A Tasmota board, whose own buffer ends before, is the largest; more than 4 KiB is a
device gone wrong, or somebody who fills disks."""
GATEWAY_BYTES_MAX = 65_536
"""What a gateway may say that speaks for all its devices: two hundred of them at 300 bytes each."""


class NormaliserKind(msgspec.Struct, frozen=True, kw_only=True):
    """One family of sensors: where it publishes and how it is read."""

    name: str
    topics: tuple[str, ...]
    """Subscriptions when the configuration names none."""
    discovery_topics: tuple[str, ...] = ()
    """Where its devices announce units; read by the MQTT transport, handed back as `Context.discovery`."""
    bytes_max: int = SENSOR_BYTES_MAX
    """Of one message that measures something; what measures nothing (a list of devices, say) is not kept anyway."""
    normalise: Callable[[str, bytes, Context], Outcome]
    read_state: Callable[[Entity, bytes], Outcome] | None = None
    """How the state of an announced sensor is read, where the family is one of announcements."""
    examples: tuple[NormaliserExample, ...]


def to_celsius(value: str, unit: str | None) -> tuple[str, str | None]:
    """A Fahrenheit or kelvin temperature in Celsius to a thousandth; anything else unchanged."""
    if unit == "[degF]":
        celsius = (Decimal(value) - 32) * 5 / 9
    elif unit == "K":
        celsius = Decimal(value) - Decimal("273.15")
    else:
        return value, unit
    return format(celsius.quantize(Decimal("0.001")), "f"), "Cel"
