"""Sparkplug B: nodes and devices that announce their metrics at birth and then send what changed, often by number.

A node's birth gives names, types and aliases; data may carry the alias alone. So nothing can be read without the
birth, and `seq` (0..255, counted over everything a node sends) tells when something is missing. A gap, an unknown
alias and data before a birth are answered by asking the node for a rebirth. The will, NDEATH, has no seq; it
counts only with the bdSeq of the birth it belongs to. An int32 travels unsigned; `is_historical` tells the past;
the datatype may be missing in data and is then the birth's. `read` says all of that, `normalise` makes
readings of it.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from firmware_bridge.normalise import protobuf
from firmware_bridge.normalise.components import known_field, plain_name
from firmware_bridge.normalise.measured import (
    GATEWAY_BYTES_MAX,
    IGNORED,
    Context,
    Measured,
    Normalised,
    NormaliserExample,
    NormaliserKind,
    Outcome,
    Refusal,
    Request,
    Unmeasured,
)
from firmware_bridge.normalise.payload import number, parted, read_object, switch, ucum
from firmware_bridge.normalise.protobuf import Value, as_bytes, as_int, as_text, fields

LARGEST = 262_144
"""Bytes; a birth of a large node is long, and the broker passes no more."""
_NODES_MAX = 500
_METRICS_MAX = 5_000
_SIGNED = {1: 8, 2: 16, 3: 32, 4: 64}
_FLOAT, _DOUBLE, _BOOLEAN = 9, 10, 11
_TYPES = {
    "Int8": 1, "Int16": 2, "Int32": 3, "Int64": 4, "UInt8": 5, "UInt16": 6, "UInt32": 7, "UInt64": 8, "Float": 9,
    "Double": 10, "Boolean": 11, "String": 12, "DateTime": 13, "Text": 14, "UUID": 15,
}  # fmt: skip
_OUR_OWN_AFFAIRS = ("bdSeq", "Node Control/", "Device Control/", "Node Info/", "Properties/")
_DATA = frozenset({"NDATA", "DDATA", "DBIRTH", "DDEATH"})

MetricValue = bool | int | Decimal | str | None


class Alias(msgspec.Struct, frozen=True):
    """What a birth told of a metric; `unit` from its property engUnit."""

    name: str
    datatype: int = 0
    unit: str | None = None


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one node. Tables are by device, the node's own under ""."""

    online: bool = True
    bd_seq: int | None = None
    last_seq: int | None = None
    born: frozenset[str] | None = None
    """Devices that have been born; null where that is not known."""
    aliases: dict[str, dict[int, Alias]] = {}
    names: dict[str, dict[str, Alias]] = {}


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    """One metric as it was told; a null value has a quality that says why."""

    name: str | None = None
    alias: int | None = None
    value: MetricValue = None
    is_null: bool = False
    datatype: int = 0
    ts_ms: int | None = None
    historical: bool = False
    unit: str | None = None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One message understood: an event, its metrics, and the node as it is from now on."""

    event: str
    node: str = ""
    device: str | None = None
    reason: str | None = None
    alias: int | None = None
    seq: int | None = None
    bd_seq: int | None = None
    metrics: tuple[Metric, ...] = ()
    state: Node | None = None
    rebirth_topic: str | None = None


def datatype(name: str) -> int:
    """The number of a datatype by its name in the specification."""
    return _TYPES.get(name, 0)


def read(topic: str, payload: bytes, known: Node | None) -> Said | Refusal:
    """One message, in the light of what is known of its node."""
    levels = topic.split("/")
    if "STATE" in levels[:2]:
        return _host(levels[-1], payload)
    if len(levels) not in (4, 5) or not levels[0].startswith("spB"):
        return Said(event="ignored")
    group, kind, node = levels[1:4]
    device = levels[4] if len(levels) == 5 else None
    if kind not in ("NBIRTH", "NDEATH") and (kind not in _DATA or (kind[0] == "D") != (device is not None)):
        return Said(event="ignored", node=node, device=device)
    if len(payload) > LARGEST:
        return Refusal(error="too_large", detail=str(len(payload)), device=node)
    try:
        seq, metrics = _payload(payload)
    except (ValueError, UnicodeDecodeError) as broken:
        return Refusal(error="malformed_payload", detail=str(broken)[:200], device=node)
    return _understood(_Message(group, kind, node, device, seq, metrics), known)


class _Message(msgspec.Struct, frozen=True):
    """A message taken apart."""

    group: str
    kind: str
    node: str
    device: str | None
    seq: int | None
    metrics: tuple[tuple[Metric, Value | None], ...]


def _understood(message: _Message, known: Node | None) -> Said:
    """By the kind of message."""
    kind, node, device, seq = message.kind, message.node, message.device, message.seq
    if kind == "NDEATH":
        return _died(message, known)
    if kind == "NBIRTH":
        if seq != 0:
            return _ask_again(message, "nbirth_seq", known)
        state = _born("", message, Node(last_seq=0, bd_seq=_bd_seq(message), born=frozenset()))
        return Said(
            event="node_online", node=node, seq=0, bd_seq=state.bd_seq, state=state,
            metrics=_named(message, state)[0],
        )  # fmt: skip
    if known is None or not known.online:
        return _ask_again(message, "no_nbirth", known)
    if seq is None or (known.last_seq is not None and seq != (known.last_seq + 1) % 256):
        return _ask_again(message, "seq_gap", known)
    state = msgspec.structs.replace(known, last_seq=seq)
    if kind == "DDEATH":
        assert device is not None
        born = None if state.born is None else state.born - {device}
        state = msgspec.structs.replace(state, born=born)
        return Said(event="device_offline", node=node, device=device, seq=seq, state=state)
    if kind == "DBIRTH":
        assert device is not None
        state = _born(device, message, state)
        metrics, _ = _named(message, state)
        return Said(event="device_online", node=node, device=device, seq=seq, state=state, metrics=metrics)
    if device is not None and state.born is not None and device not in state.born:
        return _ask_again(message, "no_dbirth", state)
    metrics, unknown = _named(message, state)
    if unknown is not None:
        return _ask_again(message, "unknown_alias", state, unknown)
    return Said(event="data", node=node, device=device, seq=seq, state=state, metrics=metrics)


def _host(host: str, payload: bytes) -> Said | Refusal:
    """STATE of a host application: JSON since version 3, plain words before."""
    if payload.strip() in (b"ONLINE", b"OFFLINE"):
        return Said(event=f"host_{payload.strip().decode().lower()}", node=host)
    told = read_object(payload)
    if isinstance(told, Refusal):
        return told
    if not isinstance(told.get("online"), bool):
        return Refusal(error="malformed_payload", detail="no online", device=host)
    return Said(event="host_online" if told["online"] else "host_offline", node=host)


def _died(message: _Message, known: Node | None) -> Said:
    """The will of the connection that the latest birth belongs to, or an older one's."""
    bd_seq = _bd_seq(message)
    if known is None:
        return Said(event="node_offline", node=message.node, bd_seq=bd_seq, state=Node(online=False))
    if known.bd_seq is not None and bd_seq != known.bd_seq:
        return Said(event="ignored", node=message.node, reason="bdSeq_mismatch")
    state = Node(online=False, bd_seq=known.bd_seq)
    return Said(event="node_offline", node=message.node, bd_seq=bd_seq, state=state)


def _ask_again(message: _Message, reason: str, known: Node | None, alias: int | None = None) -> Said:
    """Nothing of this message is believed; the node is asked to say everything anew."""
    state = Node(online=False, bd_seq=None if known is None else known.bd_seq)
    return Said(
        event="rebirth_required",
        node=message.node,
        device=message.device,
        reason=reason,
        alias=alias,
        state=state,
        rebirth_topic=f"spBv1.0/{message.group}/NCMD/{message.node}",
    )


def rebirth_request() -> bytes:
    """NCMD: the metric Node Control/Rebirth, true."""
    metric = (
        protobuf.bytes_field(1, b"Node Control/Rebirth")
        + protobuf.varint_field(4, _BOOLEAN)
        + protobuf.varint_field(14, 1)
    )
    return protobuf.bytes_field(2, metric)


# ---- the payload


def _payload(payload: bytes) -> tuple[int | None, tuple[tuple[Metric, Value | None], ...]]:
    """(seq, metrics), each metric with its value as it came, because its type may be known only to the birth."""
    sent_ms = seq = None
    metrics = []
    for field, value in fields(payload):
        if field == 1:
            sent_ms = as_int(value)
        elif field == 2:
            metrics.append(_metric(as_bytes(value)))
        elif field == 3:
            seq = as_int(value)
    if len(metrics) > _METRICS_MAX:
        raise ValueError(f"{len(metrics)} metrics")
    return seq, tuple(
        (msgspec.structs.replace(metric, ts_ms=sent_ms) if metric.ts_ms is None else metric, raw)
        for metric, raw in metrics
    )


_VALUES = {10: 3, 11: 4, 12: _FLOAT, 13: _DOUBLE, 14: _BOOLEAN, 15: 12}
"""Fields that hold a value, with the type they suggest where nobody tells one."""


def _metric(data: bytes) -> tuple[Metric, Value | None]:
    """One metric and its raw value; `datatype` is negative where only the field suggests it."""
    name = alias = ts_ms = unit = None
    told_type = suggested = 0
    historical = is_null = False
    raw: Value | None = None
    for field, value in fields(data):
        if field == 1:
            name = as_text(value)
        elif field == 2:
            alias = as_int(value)
        elif field == 3:
            ts_ms = as_int(value)
        elif field == 4:
            told_type = as_int(value)
        elif field == 5:
            historical = bool(as_int(value))
        elif field == 7:
            is_null = bool(as_int(value))
        elif field == 9:
            unit = _unit(as_bytes(value))
        elif field in _VALUES:
            raw, suggested = value, _VALUES[field]
    metric = Metric(
        name=name or None,
        alias=alias,
        is_null=is_null,
        datatype=told_type or -suggested,
        ts_ms=ts_ms,
        historical=historical,
        unit=unit,
    )
    return metric, raw


def _unit(data: bytes) -> str | None:
    """The property engUnit of a property set."""
    keys: list[str] = []
    values: list[bytes] = []
    for field, value in fields(data):
        if field == 1:
            keys.append(as_text(value))
        elif field == 2:
            values.append(as_bytes(value))
    for key, value in zip(keys, values, strict=False):
        if key.lower() in ("engunit", "engineeringunit", "engunits"):
            return next((as_text(text) for field, text in fields(value) if field == 8), None)
    return None


def _value(raw: Value | None, kind: int) -> MetricValue:
    """A raw value as its type says. Raises ValueError where they do not fit."""
    if raw is None:
        return None
    kind = abs(kind)
    if kind in _SIGNED:
        return protobuf.signed(as_int(raw), _SIGNED[kind])
    if kind == _FLOAT:
        return protobuf.as_float(raw, double=False)
    if kind == _DOUBLE:
        return protobuf.as_float(raw, double=True)
    if kind == _BOOLEAN:
        return bool(as_int(raw))
    if isinstance(raw, bytes):
        return raw.decode("utf-8", "replace")
    return as_int(raw)


def _bd_seq(message: _Message) -> int | None:
    """The number that ties a death to its birth."""
    for metric, raw in message.metrics:
        if metric.name == "bdSeq" and isinstance(raw, int):
            return raw
    return None


def _born(device: str, message: _Message, state: Node) -> Node:
    """The node after a birth of it ("") or of one of its devices."""
    told = {
        metric.name: Alias(metric.name, metric.datatype, metric.unit)
        for metric, _ in message.metrics
        if metric.name is not None
    }
    numbered = {
        metric.alias: told[metric.name]
        for metric, _ in message.metrics
        if metric.name is not None and metric.alias is not None
    }
    return msgspec.structs.replace(
        state,
        born=(state.born or frozenset()) | {device},
        aliases={**state.aliases, device: numbered},
        names={**state.names, device: told},
    )


def _named(message: _Message, state: Node) -> tuple[tuple[Metric, ...], int | None]:
    """The metrics with names and values, and the first alias nobody has told of."""
    device = message.device or ""
    found = []
    for metric, raw in message.metrics:
        about = state.names.get(device, {}).get(metric.name or "")
        if metric.name is None:
            if metric.alias is None:
                continue
            about = _about(state, device, metric.alias)
            if about is None:
                return (), metric.alias
        kind = metric.datatype if metric.datatype > 0 or about is None else about.datatype or metric.datatype
        is_null = metric.is_null
        try:
            value = None if is_null else _value(raw, kind)
        except (ValueError, OverflowError):
            value = None
        unit = metric.unit or (about.unit if about else None)
        name = metric.name or (about.name if about else None)
        found.append(msgspec.structs.replace(metric, name=name, value=value, datatype=abs(kind), unit=unit))
    return tuple(found), None


def _about(state: Node, device: str, alias: int) -> Alias | None:
    """Aliases are a node's own, unique over it and its devices; the device's table is looked at first."""
    for table in (state.aliases.get(device, {}), *state.aliases.values()):
        if alias in table:
            return table[alias]
    return None


# ---- readings


def normalise(topic: str, payload: bytes, context: Context) -> Outcome:
    """One message of Sparkplug B as readings."""
    levels = topic.split("/")
    key = f"{levels[1]}/{levels[3]}" if len(levels) > 3 else ""
    memory: dict[str, Node] = context.memory if isinstance(context.memory, dict) else {}
    said = read(topic, payload, memory.get(key))
    if isinstance(said, Refusal):
        return said
    if said.event == "ignored" and said.state is None:
        return IGNORED if said.reason is None else Normalised(event="ignored", reason=said.reason)
    if said.event.startswith("host_"):
        return IGNORED
    device = said.node if said.device is None else f"{said.node}/{said.device}"
    after = None
    if said.state is not None and said.state != memory.get(key):
        after = {name: state for name, state in memory.items() if name != key}
        while len(after) >= _NODES_MAX:
            after.pop(next(iter(after)))
        after[key] = said.state
    readings, unmeasured = parted(
        [part for metric in said.metrics if (part := _part(device, metric)) is not None]
    )
    return Normalised(
        readings=readings,
        unmeasured=unmeasured,
        event=_EVENTS.get(said.event),
        reason=said.reason,
        device=device,
        ts_ms=next((part.ts_ms for part in readings if part.ts_ms is not None), None),
        seq=said.seq,
        memory=after,
        requests=(Request(topic=said.rebirth_topic, payload=rebirth_request()),)
        if said.rebirth_topic
        else (),
    )


_EVENTS = {
    "node_online": "gateway_online",
    "node_offline": "gateway_offline",
    "device_online": "device_online",
    "device_offline": "device_offline",
    "rebirth_required": "rebirth_required",
}


def _part(device: str, metric: Metric) -> Measured | Unmeasured | None:
    """A metric as a value of ours; the protocol's own metrics are none.

    "Inlet/Temperature" and "Outlet/Temperature" are two thermometers: the folder is the part of the device.
    """
    if metric.name is None or metric.name.startswith(_OUR_OWN_AFFAIRS):
        return None
    folder, _, last = metric.name.rpartition("/")
    value = metric.value
    part = known_field(device, last, value, unit=metric.unit)
    if part is not None and folder:
        sub = folder if part.sub is None else f"{folder}/{part.sub}"
        part = msgspec.structs.replace(part, sub=sub[:255])
    if part is None:
        quantity = plain_name(metric.name)[:255]
        if isinstance(value, bool):
            part = switch(device, None, quantity, value)
        elif isinstance(value, int | Decimal) or (value is None and metric.datatype <= _DOUBLE):
            part = number(device, None, quantity, ucum(metric.unit), value)
        else:
            return None
    ts_ms = metric.ts_ms if metric.ts_ms is not None and metric.ts_ms < 10**14 else None
    if isinstance(part, Unmeasured):
        return msgspec.structs.replace(part, ts_ms=ts_ms)
    return msgspec.structs.replace(part, ts_ms=ts_ms, historical=metric.historical)


_TEMPERATURE = (
    protobuf.bytes_field(1, b"temperature")
    + protobuf.varint_field(2, 1)
    + protobuf.varint_field(4, _FLOAT)
    + protobuf.float_field(12, -18.5)
)
_BD_SEQ = protobuf.bytes_field(1, b"bdSeq") + protobuf.varint_field(4, 4) + protobuf.varint_field(11, 3)
_BIRTH = (
    protobuf.varint_field(1, 1795337970000)
    + protobuf.bytes_field(2, _BD_SEQ)
    + protobuf.bytes_field(2, _TEMPERATURE)
    + protobuf.varint_field(3, 0)
)
_BORN = Node(
    bd_seq=3,
    last_seq=0,
    born=frozenset({""}),
    aliases={"": {1: Alias("temperature", _FLOAT)}},
    names={"": {"bdSeq": Alias("bdSeq", 4), "temperature": Alias("temperature", _FLOAT)}},
)

NORMALISER = NormaliserKind(
    name="sparkplug_b",
    topics=("spBv1.0/#",),
    bytes_max=GATEWAY_BYTES_MAX,
    normalise=normalise,
    examples=(
        NormaliserExample(
            topic="spBv1.0/store-1/NBIRTH/freezer",
            payload=_BIRTH,
            outcome=Normalised(
                event="gateway_online",
                device="freezer",
                readings=(
                    Measured(
                        device="freezer",
                        quantity="temperature",
                        value="-18.5",
                        unit="Cel",
                        ts_ms=1795337970000,
                    ),
                ),
                ts_ms=1795337970000,
                seq=0,
                memory={"store-1/freezer": _BORN},
            ),
        ),
        NormaliserExample(
            topic="spBv1.0/store-1/NDATA/freezer",
            payload=protobuf.varint_field(3, 1),
            outcome=Normalised(
                event="rebirth_required",
                reason="no_nbirth",
                device="freezer",
                memory={"store-1/freezer": Node(online=False)},
                requests=(Request(topic="spBv1.0/store-1/NCMD/freezer", payload=rebirth_request()),),
            ),
        ),
    ),
)
