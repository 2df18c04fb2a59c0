"""What a bridge and an edge node say to each other over MQTT: readings, births, deaths, acknowledgements.

A bridge sits next to the devices and keeps every reading in an outbox until the edge says, by an
application-level `down/ack`, that it has committed it. A broker's PUBACK is not durability, so these
messages carry all that is needed to resend without doubling: a reading is named by (bridge, epoch, seq). This
module is the only definition of the shapes; both sides encode and decode through it. It is pure. Whatever is
malformed raises a ValueError (msgspec's, or UnicodeDecodeError) and nothing else.

The edge's whole rule is `watermark_after_birth` and `watermark_after_data`: store every reading whose
(bridge, epoch, seq) is new, move the watermark with these two functions, commit, then answer
`Ack(epoch, upto=watermark)`. Never acknowledge the highest seq seen: when the broker loses its queue, seq 101
can arrive while 1..100 are still on their way, and an ack of 101 would make the bridge throw 1..100 away.

Numbers are decimal strings with the device's own precision ("1.250"), switches are "true" or "false", texts
(a scan, an RFID tag) stand as they were read. Units are UCUM ("kg", "Cel", "%").
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

import msgspec

VERSION = 1
ROOT = "liushui/v1"
READINGS_MAX = 50
"""Readings in one data message; with VALUE_MAX this stays under the broker's message_size_limit of 262144."""
VALUE_MAX = 4096
"""Longest scan a device may deliver; the largest QR code holds 2953 bytes."""
RAW_BYTES_MAX = 256

Kind = Literal["scan", "weight", "sensor", "event"]
Quality = Literal["good", "null", "out_of_range", "suspect", "sensor_error"]
Status = Literal["online", "offline", "error", "unknown"]

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class Reading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=False):
    """One thing a device said. `seq` is dense per epoch, except where the bridge reports a gap.

    kind "scan":   value = the text as read (GS kept as U+001D), symbology = AIM id such as "]C1" or null
    kind "weight": value = captured stable weight, unit, mode gross|net|tare|null, cal_id
    kind "sensor": quantity "temperature", "humidity", "door_open", …; value null when quality says why
    kind "event":  quantity names it (EVENT_* below), detail carries its words
    """

    seq: Count
    kind: Kind
    device: Name
    sub: str | None = None
    """Part of the device: a probe's serial number, a channel; null when the device is one thing."""
    quantity: Name
    value: Annotated[str, msgspec.Meta(max_length=VALUE_MAX)] | None = None
    unit: str | None = None
    quality: Quality = "good"
    stable: bool | None = None
    mode: str | None = None
    symbology: str | None = None
    cal_id: str | None = None
    ts_ms: int | None = None
    """The device's own clock (UTC, epoch milliseconds) when it has one that can be believed."""
    ts_bridge_ms: int | None = None
    """The bridge's clock at arrival; null while the bridge has no time (the edge then uses its own)."""
    monotonic_ms: int = 0
    """Bridge time that never jumps; orders and spaces readings within one run of the bridge."""
    raw: Annotated[str, msgspec.Meta(max_length=2 * RAW_BYTES_MAX)] | None = None
    """The device's own frame in hex, at most 256 bytes of it: the evidence."""
    detail: dict[str, str] = {}


HISTORICAL = "historical"
"""In a sensor reading's detail: the sender itself tells the past, so no live alarm comes of it."""

EVENT_GAP = "gap"
"""The outbox was full and sensor rows were dropped: detail {count, first_seq, last_seq}."""
EVENT_DEVICE_ONLINE = "device_online"
EVENT_DEVICE_OFFLINE = "device_offline"
EVENT_GATEWAY_ONLINE = "gateway_online"
EVENT_GATEWAY_OFFLINE = "gateway_offline"
EVENT_DEVICE_ERROR = "device_error"
"""A frame that says the device cannot measure, once per change: detail {error}."""
EVENT_PAYLOAD_REFUSED = "payload_refused"
"""A foreign payload went to the bridge's quarantine: detail {topic, error}, raw = its first bytes."""

EVENT_READING_CONFLICT = "reading_conflict"
"""A sender used a name (frame counter, id) twice for different values; the first stays, raw = the second."""
EVENT_TAKEN_OVER = "connection_taken_over"
"""Somebody else signed in to the broker under the bridge's own client id: detail {connection}."""


class DeviceBirth(msgspec.Struct, frozen=True, kw_only=True):
    """One device of a bridge and how it is doing."""

    device: Name
    make: str | None = None
    model: str | None = None
    serial: str | None = None
    protocol: str | None = None
    cal_id: str | None = None
    status: Status = "unknown"


class Birth(msgspec.Struct, frozen=True, kw_only=True):
    """Retained on `up/birth` after every connect and whenever a device's status changes.

    first_unacked is the lowest seq the bridge still holds (last_seq + 1 when the outbox is empty): nothing
    below it will ever come again. `session` is new at every connect and repeated in that connection's death.
    """

    v: Literal[1] = 1
    bridge: Name
    epoch: Name
    last_seq: Count
    first_unacked: Count
    started_ms: int
    session: str = ""
    version: str = ""
    devices: tuple[DeviceBirth, ...] = ()


class Death(msgspec.Struct, frozen=True, kw_only=True):
    """The bridge's will on `up/death`, retained: it counts only when `session` equals the latest birth's."""

    v: Literal[1] = 1
    bridge: Name
    epoch: Name
    session: str = ""
    reason: str = "connection_lost"


class Data(msgspec.Struct, frozen=True, kw_only=True):
    """Up to 50 readings on `up/data`, ascending by seq.

    `after` is the seq the bridge holds just before the first of these (or has no longer): between `after` and
    the first seq, and between neighbours in `readings`, there is nothing that could still arrive.
    """

    v: Literal[1] = 1
    bridge: Name
    epoch: Name
    after: Count
    readings: Annotated[tuple[Reading, ...], msgspec.Meta(min_length=1, max_length=READINGS_MAX)]


class Ack(msgspec.Struct, frozen=True, kw_only=True):
    """The edge has committed everything of this epoch up to and including `upto`; on `down/ack`, QoS 1."""

    epoch: Name
    upto: Count


class DeviceLive(msgspec.Struct, frozen=True, kw_only=True):
    """What a device shows right now, QoS 0 on `live/{device}`, for the screen only and never stored."""

    v: Literal[1] = 1
    bridge: Name
    device: Name
    status: Status = "online"
    value: str | None = None
    unit: str | None = None
    stable: bool | None = None
    mode: str | None = None
    error: str | None = None
    monotonic_ms: int = 0


_encoder = msgspec.json.Encoder()
_birth = msgspec.json.Decoder(Birth)
_death = msgspec.json.Decoder(Death)
_data = msgspec.json.Decoder(Data)
_ack = msgspec.json.Decoder(Ack)
_live = msgspec.json.Decoder(DeviceLive)
_reading = msgspec.json.Decoder(Reading)


M = TypeVar("M")


def _decoded(decoder: msgspec.json.Decoder[M], payload: bytes) -> M:
    """Decode, with nesting deep enough to exhaust the stack refused like any other malformed payload."""
    try:
        return decoder.decode(payload)
    except RecursionError:
        raise msgspec.DecodeError("JSON is nested too deeply") from None


def encode(message: Birth | Death | Data | Ack | DeviceLive | Reading) -> bytes:
    """The JSON bytes of any of these messages."""
    return _encoder.encode(message)


def decode_birth(payload: bytes) -> Birth:
    """A birth, or ValueError: then quarantine the payload and ack its mid."""
    return _decoded(_birth, payload)


def decode_death(payload: bytes) -> Death:
    """A death, or ValueError."""
    return _decoded(_death, payload)


def decode_data(payload: bytes) -> Data:
    """A batch whose seqs ascend strictly from above `after`, or ValueError."""
    message = _decoded(_data, payload)
    before = message.after
    for reading in message.readings:
        if reading.seq <= before:
            raise msgspec.ValidationError(f"seq {reading.seq} does not follow {before} - at `$.readings`")
        before = reading.seq
    return message


def decode_ack(payload: bytes) -> Ack:
    """An acknowledgement, or ValueError."""
    return _decoded(_ack, payload)


def decode_live(payload: bytes) -> DeviceLive:
    """A live value, or ValueError."""
    return _decoded(_live, payload)


def decode_reading(payload: bytes) -> Reading:
    """One reading as the outbox keeps it, or ValueError."""
    return _decoded(_reading, payload)


def watermark_after_birth(watermark: int, birth: Birth) -> int:
    """The watermark of this epoch after a birth: what the bridge no longer holds is not waited for."""
    return max(watermark, birth.first_unacked - 1)


def watermark_after_data(watermark: int, data: Data) -> int:
    """The edge's watermark after storing a batch: it moves only when nothing before the batch is missing.

    Watermark 100 and a batch after=100 with 101..150 gives 150. Watermark 0 and the same batch gives 0:
    1..100 are still on their way, and the bridge resends from the watermark.
    """
    return max(watermark, data.readings[-1].seq) if data.after <= watermark else watermark


class Topic(msgspec.Struct, frozen=True):
    """A topic of ours taken apart: channel is "up/data", "down/ack", "live/scale-1" …"""

    site: str
    bridge: str
    channel: str


def _segment(name: str) -> str:
    """A name that fits one level of a topic; '/', '+', '#' and NUL would change its meaning."""
    if not name or any(mark in name for mark in "/+#\0"):
        raise ValueError(f"{name!r} cannot be one level of a topic")
    return name


def topic_up(site: str, bridge: str, what: Literal["birth", "death", "data", "event"]) -> str:
    """liushui/v1/{site}/{bridge}/up/{what}"""
    return f"{ROOT}/{_segment(site)}/{_segment(bridge)}/up/{what}"


def topic_down(site: str, bridge: str, what: Literal["ack", "cfg", "cmd"]) -> str:
    """liushui/v1/{site}/{bridge}/down/{what}"""
    return f"{ROOT}/{_segment(site)}/{_segment(bridge)}/down/{what}"


def topic_live(site: str, bridge: str, device: str) -> str:
    """liushui/v1/{site}/{bridge}/live/{device}, with a device name of several levels flattened."""
    level = device.translate({ord("/"): "_", ord("+"): "_", ord("#"): "_", 0: "_"})
    return f"{ROOT}/{_segment(site)}/{_segment(bridge)}/live/{_segment(level)}"


def subscribe_up(site: str) -> str:
    """What an edge subscribes to: everything its bridges send up."""
    return f"{ROOT}/{_segment(site)}/+/up/#"


def subscribe_live(site: str) -> str:
    """What a screen subscribes to."""
    return f"{ROOT}/{_segment(site)}/+/live/#"


def parse_topic(topic: str) -> Topic | None:
    """A topic of ours, or None when it is somebody else's."""
    parts = topic.split("/")
    if len(parts) != 6 or "/".join(parts[:2]) != ROOT:
        return None
    return Topic(site=parts[2], bridge=parts[3], channel=f"{parts[4]}/{parts[5]}")
