"""`liushui bridge fuzz`: whatever a device sends, the bridge goes on. Noise and broken frames until something breaks.

Three doors are fed in turn, each by the same seed with the same bytes: the decoders of scales and scanners, the reading
of scanned text, and the normalisers of every family of sensors with what they remember from message to message. What
comes out must be no exception, and it must be what the wire to the node accepts: one reading the node cannot read holds
up all that travel with it. Only a `DomainError` is an answer to a code that is none.
"""

from __future__ import annotations

import json
import random
import string
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, get_args

import msgspec
import rich_click as click

from firmware_bridge.capture import Capture
from firmware_bridge.drivers import drivers
from firmware_bridge.drivers.frames import Driver, DriverKind, Frame, Scan, Trouble, Weight
from firmware_bridge.normalise import normalisers
from firmware_bridge.normalise.measured import Normalised, NormaliserKind, Refusal
from firmware_bridge.readings import (
    Arrival,
    refused_reading,
    scan_reading,
    sensor_readings,
    trouble_reading,
    weight_reading,
)
from firmware_bridge.steady import Steady
from shared.barcodes.digital_link import read_link
from shared.barcodes.gs1 import read_bracketed
from shared.barcodes.gtin import expand_upc_e, read_gtin
from shared.barcodes.in_store import LabelTemplate, Region, read_label, read_regional_label
from shared.barcodes.scanned_code import Scanner, read_code, read_scan
from shared.errors import DomainError
from shared.sensing.reading import READINGS_MAX, Data, Reading, decode_data, encode

CHUNK_BYTES_MAX = 600
TODAY = date(2026, 11, 29)
_AT = Arrival(1_795_968_000_000, 1_000)
_TEMPLATES = (LabelTemplate("FFIIIIIPPPPPC", ("21", "22")), LabelTemplate("FFIIIIIWWWWWPPPPPC", ("28",)))
_NASTY: tuple[object, ...] = (
    None, True, False, 0, -1, 85, -127, 255, 32767, 2**31, 2**63, 2**64 - 1, 10**40, -(10**40), 0.1, -0.0, 1e300,
    1e-300, "", " ", "nan", "NaN", "-inf", "null", "unavailable", "4,3", "4.3", "+4.3e0", "4.3 °C", "٤", "４", "1e5",
    "1e99", "1970-01-01T00:00:00", "2026-11-29T08:00:00", "2026-11-29T08:00:00+25:00", "9999-12-31T23:59:59Z",
    "0001-01-01", "\x00", "\ud7ff", "😀", "x" * 5000, [], {}, [[]], [None], {"": None}, {"a": {"b": {"c": 1}}},
    "on", "ON", "open", "AQ==", "!!", "ff", "zz", "A4:C1:38:00:00:01",
)  # fmt: skip


class Fed(msgspec.Struct):
    """What was fed and what came of it, by door."""

    cases: Counter[str]
    readings: Counter[str]


Door = Callable[[random.Random, Fed], None]


@click.command()
@click.option("--seconds", default=60.0, show_default=True, help="How long; 600 is what a release wants.")
@click.option("--minutes", type=float, help="How long, in minutes instead.")
@click.option("--seed", default=1, show_default=True, help="The same seed feeds the same bytes.")
@click.option("--protocol", "only", multiple=True, help="Only these: drivers, families of sensors, or scan.")
def fuzz(seconds: float, minutes: float | None, seed: int, only: tuple[str, ...]) -> None:
    """Feed decoders, scans and normalisers noise, and say what came of it. 用随机数据测试解码器。"""
    chance = random.Random(seed)  # noqa: S311 - noise, not secrets
    doors = {name: door for name, door in all_doors().items() if not only or name in only}
    if not doors:
        raise click.BadParameter(f"known are {', '.join(all_doors())}", param_hint="--protocol")
    fed = Fed(Counter(), Counter())
    lasts_s = seconds if minutes is None else minutes * 60
    until = time.monotonic() + lasts_s
    while time.monotonic() < until:
        for door in doors.values():
            door(chance, fed)
    click.echo(
        json.dumps(
            {
                "seed": seed,
                "seconds": lasts_s,
                "cases": sum(fed.cases.values()),
                "by_door": {name: fed.cases[name] for name in doors},
                "readings": {name: fed.readings[name] for name in doors},
                "exceptions": 0,
            }
        )
    )


def all_doors() -> dict[str, Door]:
    """Every driver, every family of sensors, and scanned text, by name."""
    return {
        **{name: _decoder_door(kind) for name, kind in sorted(drivers().items())},
        **{name: _normaliser_door(kind) for name, kind in sorted(normalisers().items())},
        "scan": _read_a_scan,
    }


# ---- decoders


def _decoder_door(kind: DriverKind) -> Door:
    """One decoder that lives on from case to case, and what stands behind it in a bridge."""
    driver: Driver = kind.make({})
    steady, capture = Steady(), Capture(Decimal(20))
    now_ms = 0

    def feed(chance: random.Random, fed: Fed) -> None:
        nonlocal now_ms
        for chunk in noise(kind, chance):
            now_ms += chance.randrange(400)
            fed.cases[kind.name] += 1
            for frame in driver.feed(chunk):
                told = _heeded(frame, steady, capture, now_ms)
                fed.readings[kind.name] += 1
                _must_pass(told)

    return feed


def _heeded(frame: Frame, steady: Steady, capture: Capture, now_ms: int) -> list[Reading]:
    """What a watch makes of a frame."""
    match frame:
        case Scan():
            return [scan_reading("d", frame, _AT)]
        case Trouble():
            return [trouble_reading("d", frame, _AT)]
        case Weight():
            weight = steady.see(frame)
            taken = capture.see(weight, now_ms)
            return [] if taken is None else [weight_reading("d", taken, None, _AT)]


def noise(kind: DriverKind, chance: random.Random) -> Iterator[bytes]:
    """Bytes of all sorts: noise, frames with bytes changed, lost, doubled or swapped, frames cut anywhere."""
    stream = bytearray(chance.choice(kind.examples).stream)
    match chance.randrange(5):
        case 0:
            yield chance.randbytes(chance.randrange(CHUNK_BYTES_MAX))
        case 1 if stream:
            for _ in range(chance.randrange(1, 6)):
                stream[chance.randrange(len(stream))] = chance.randrange(256)
        case 2 if stream:
            del stream[chance.randrange(len(stream)) :]
        case 3 if stream:
            at = chance.randrange(len(stream))
            stream[at:at] = stream[chance.randrange(len(stream)) :]
        case _:
            stream = bytearray(chance.choice(bytes(stream) or b"\x00") for _ in range(64))
    at = chance.randrange(len(stream) + 1)
    yield bytes(stream[:at])
    yield bytes(stream[at:])


# ---- sensors that publish


def _normaliser_door(kind: NormaliserKind) -> Door:
    """One family, which remembers; now and then it is a family that has just started."""
    memory: object | None = None

    def feed(chance: random.Random, fed: Fed) -> None:
        nonlocal memory
        example = chance.choice(kind.examples)
        topic, payload = broken_topic(example.topic, chance), broken_payload(example.payload, chance)
        if chance.random() < 0.02:
            memory = None
        context = msgspec.structs.replace(
            example.context,
            memory=example.context.memory if chance.random() < 0.2 else memory,
            base=chance.choice((example.context.base, example.context.base, None, "home", "")) or None,
            utc_offset_min=chance.choice((None, 0, 480, -720)),
        )
        fed.cases[kind.name] += 1
        outcome = kind.normalise(topic, payload, context)
        told = _judged(outcome, topic, payload)
        _must_pass(told)
        fed.readings[kind.name] += len(told)
        if isinstance(outcome, Normalised):
            memory = memory if outcome.memory is None else outcome.memory
            _read_states(kind, outcome, chance)

    return feed


def _judged(outcome: object, topic: str, payload: bytes) -> list[Reading]:
    if isinstance(outcome, Refusal):
        return [refused_reading("family", topic, payload, outcome.error, _AT)]
    assert isinstance(outcome, Normalised)
    return sensor_readings(outcome, payload, "", _AT)


def _read_states(kind: NormaliserKind, outcome: Normalised, chance: random.Random) -> None:
    """What announced itself also speaks."""
    if kind.read_state is None:
        return
    for entity in outcome.entities:
        payload = broken_payload(b'{"temperature": 4.3, "state": "ON"}', chance)
        _must_pass(_judged(kind.read_state(entity, payload), entity.state_topic, payload))


def broken_topic(topic: str, chance: random.Random) -> str:
    """Mostly as it is; sometimes with a level less, more, empty or strange."""
    if chance.random() < 0.7:
        return topic
    levels = topic.split("/")
    at = chance.randrange(len(levels))
    match chance.randrange(4):
        case 0:
            del levels[at]
        case 1:
            levels.insert(at, chance.choice(levels))
        case 2:
            levels[at] = ""
        case _:
            levels[at] = chance.choice(
                ("冷库", "x" * 300, " ", "set", "state", "SENSOR", "+", "a b", "events")
            )
    return "/".join(levels)


def broken_payload(payload: bytes, chance: random.Random) -> bytes:
    """Values of JSON put in each other's place or nasty ones in theirs; bytes changed, lost, doubled; noise."""
    match chance.randrange(8):
        case 0:
            return chance.randbytes(chance.randrange(200))
        case 1:
            return payload[: chance.randrange(len(payload) + 1)]
        case 2 | 3 if payload:
            changed = bytearray(payload)
            for _ in range(chance.randrange(1, 5)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            return bytes(changed)
        case 4:
            return str(chance.choice(_NASTY)).encode("utf-8", "replace")
    try:
        told: Any = json.loads(payload)
    except ValueError:
        at = chance.randrange(len(payload) + 1)
        return payload[:at] + chance.randbytes(chance.randrange(8)) + payload[at:]
    for _ in range(chance.randrange(1, 4)):
        told = _changed(told, chance)
    return json.dumps(told, ensure_ascii=chance.random() < 0.5).encode("utf-8", "replace")


def _changed(told: Any, chance: random.Random) -> Any:
    """Something in it is another thing, is gone, or is there twice."""
    if not isinstance(told, dict | list) or not told or chance.random() < 0.05:
        return chance.choice(_NASTY)
    if isinstance(told, list):
        changed = list(told)
        at = chance.randrange(len(changed))
        changed[at] = _changed(changed[at], chance)
        return changed
    name = chance.choice(list(told))
    rest = {key: value for key, value in told.items() if key != name}
    match chance.randrange(5):
        case 0:
            return rest
        case 1:
            return {**rest, chance.choice(("", "x" * 300, "温度", name + "-2", name.upper())): told[name]}
        case 2:
            return {**told, chance.choice(list(told)): told[name]}
        case _:
            return {**told, name: _changed(told[name], chance)}


# ---- scanned text


_SCANS = (
    "]C10106901234567892\x1d10L7\x1d17261231", "]d20106901234567892211\x1d3103001250", "]E06901234567892",
    "]E42012345\x00", "]Q1https://id.gs1.org/01/06901234567892/10/L7?17=261231", "2106013040084", "]X9?",
    "]e0(01)06901234567892", "]I116901234567899", "]J10106901234567892", "(01)06901234567892(10)L7", "0012345678905",
    "]Q3" + "9" * 90, "https://example.com/gtin/06901234567892/lot/A", "280601301250040085",
)  # fmt: skip
_LETTERS = string.printable + "\x1d\x1e]()/?=&%" + "６９０温é"


def _read_a_scan(chance: random.Random, fed: Fed) -> None:
    """One text by every reader; a code that is none is refused in words."""
    text = list(chance.choice(_SCANS))
    for _ in range(chance.randrange(6)):
        at = chance.randrange(len(text) + 1)
        match chance.randrange(3):
            case 0:
                text[at:at] = chance.choice(_LETTERS)
            case 1:
                del text[at : at + 1]
            case _:
                text[at : at + 1] = chance.choice(_LETTERS)
    told = "".join(text)
    for reader in _READERS:
        fed.cases["scan"] += 1
        try:
            reader(told, chance)
        except DomainError:
            continue
        fed.readings["scan"] += 1


_READERS: tuple[Callable[[str, random.Random], object], ...] = (
    lambda text, _: read_code(text, today=TODAY, templates=_TEMPLATES),
    lambda text, _: read_code(text, today=TODAY, typed=True),
    lambda text, chance: read_scan(
        text.removeprefix("]C1"),
        Scanner(gs_as=chance.choice(("", "drop", "~", "{GS}")), sends_aim=chance.random() < 0.5),
        symbology=chance.choice((None, "]C1", "]Q1", "]E0")),
        today=TODAY,
        templates=_TEMPLATES,
    ),
    lambda text, _: read_bracketed(text, TODAY),
    lambda text, _: read_link(text, TODAY),
    lambda text, _: read_gtin(text),
    lambda text, _: expand_upc_e(text),
    lambda text, _: read_label(text, _TEMPLATES),
    lambda text, chance: read_regional_label(text, chance.choice(get_args(Region))),
)


def _must_pass(readings: list[Reading]) -> None:
    """The node decodes what the bridge encodes, and reads the same."""
    for first in range(0, len(readings), READINGS_MAX):
        numbered = tuple(
            msgspec.structs.replace(reading, seq=number)
            for number, reading in enumerate(readings[first : first + READINGS_MAX], 1)
        )
        data = Data(bridge="b", epoch="e", after=0, readings=numbered)
        assert decode_data(encode(data)) == data
