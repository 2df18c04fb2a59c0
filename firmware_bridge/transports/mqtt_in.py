"""Sensors that publish by MQTT themselves: subscribe, normalise, keep, and only then acknowledge.

The session is persistent and acknowledged by hand, so a message the broker has promised us is in the outbox
before the broker forgets it. A payload nobody can read goes to the quarantine and is acknowledged like any
other: one broken sensor must not stall the rest. A retained value without a time of its own is as old as it
likes and is not taken for a fresh one; a redelivered message with the same content within a minute is the
same.
"""

from __future__ import annotations

import hashlib
import logging
import queue
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from firmware_bridge import dbapi
from firmware_bridge.announce import Announcement
from firmware_bridge.clock import Backoff, Clock
from firmware_bridge.config import TEMPLATE, Broker, Sensors
from firmware_bridge.normalise import normalisers
from firmware_bridge.normalise.measured import (
    Context,
    Discovery,
    Entity,
    Normalised,
    Outcome,
    Refusal,
    Request,
)
from firmware_bridge.normalise.payload import parted, read_object
from firmware_bridge.outbox import Outbox, Source
from firmware_bridge.readings import Arrival, event_reading, refused_reading, sensor_readings
from firmware_bridge.sensing import SensorDesk
from firmware_bridge.templates import Library, MqttTemplate, library, mqtt_kind, read_bytes
from firmware_bridge.transports.client import Network, prepare
from shared.sensing.contest import STEADY_MS, Contest
from shared.sensing.reading import EVENT_READING_CONFLICT, EVENT_TAKEN_OVER, ROOT, Reading

log = logging.getLogger(__name__)

SESSION_S = 30 * 24 * 3600
KEEPALIVE_S = 15
CONNECT_S_MAX = 10.0
REMEMBERED = 1000
REFUSED_EVERY_MS = 60_000
ASKED_EVERY_MS = 10_000
_NOT_OF_A_DEVICE = frozenset({"ignored", "discovery", "discovery_removed"})

K = TypeVar("K")
V = TypeVar("V")


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What came in by MQTT, free of the client that brought it."""

    topic: str
    payload: bytes
    retain: bool = False
    dup: bool = False


class Intake:
    """From messages to kept readings; no client in here, so a test can feed it."""

    def __init__(
        self,
        sensors: tuple[Sensors, ...],
        outbox: Outbox,
        clock: Clock,
        *,
        desk: SensorDesk | None = None,
        templates: Library | None = None,
    ) -> None:
        shelf = templates or library()
        self._families = [_Family(part, shelf) for part in sensors]
        self._outbox = outbox
        self._clock = clock
        self._desk = desk or SensorDesk(())
        self._discovered: OrderedDict[str, Discovery] = OrderedDict()
        self._entities: OrderedDict[str, _Announced] = OrderedDict()
        self._by_topic: dict[str, list[_Announced]] = {}
        """Announced sensors by the topic of their state; several may share one."""
        self._announced = False
        self._refused: OrderedDict[tuple[str, str], _Refused] = OrderedDict()
        self._asked_ms: OrderedDict[str, int] = OrderedDict()
        self._state: OrderedDict[str, str] = OrderedDict()
        self._requests: list[Request] = []

    def topics(self) -> list[str]:
        """Everything to subscribe to: what is configured, and where announced sensors tell their state."""
        wanted: list[str] = []
        for family in self._families:
            wanted.extend(family.topics)
            wanted.extend(family.kind.discovery_topics)
        for announced in self._entities.values():
            topic = announced.entity.state_topic
            if not any(mqtt.topic_matches_sub(known, topic) for known in wanted):
                wanted.append(topic)
        return list(dict.fromkeys(wanted))

    def fresh_topics(self) -> list[str]:
        """All topics again if an announcement may have added one since the last call, else none."""
        changed, self._announced = self._announced, False
        return self.topics() if changed else []

    def requests(self) -> list[Request]:
        """What senders are to be asked since the last call, each at most every ten seconds."""
        waiting, self._requests = self._requests, []
        return waiting

    def take(self, message: Message) -> None:
        """Keep what a message says; when this returns, it may be acknowledged. Raises dbapi.Error."""
        digest = hashlib.sha256(message.topic.encode() + b"\0" + message.payload).digest()[:16]
        source = Source(digest, self._clock.monotonic_ms())
        if message.dup and self._outbox.was_taken(source):
            return
        found = False
        for family in self._families:
            if any(mqtt.topic_matches_sub(topic, message.topic) for topic in family.kind.discovery_topics):
                self._discover(message.payload)
                found = True
        for family in self._families:
            if any(mqtt.topic_matches_sub(topic, message.topic) for topic in family.topics):
                self._normalise(family, message, source)
                return
        if not found:
            for announced in self._by_topic.get(message.topic, ()):
                self._normalise(announced.family, message, source, announced.entity)

    def _normalise(
        self, family: _Family, message: Message, source: Source, entity: Entity | None = None
    ) -> None:
        """One message of one family, or the state of an announced sensor."""
        at = Arrival(self._clock.wall_ms(), source.monotonic_ms)
        outcome = _bounded(self._read(family, message, entity), family, message)
        if isinstance(outcome, Refusal):
            self._refuse(family.part, message, outcome, at)
            return
        if outcome.memory is not None:
            family.memory = outcome.memory
        self._note_announcements(family, outcome)
        self._ask(outcome)
        prefix = family.part.prefix
        source = _named(source, family, outcome, message, entity)
        delivery = self._outbox.delivery(source)
        if delivery == "again":
            return
        readings: list[Reading] = []
        if outcome.event is not None and outcome.event not in _NOT_OF_A_DEVICE:
            readings.extend(self._change(prefix + (outcome.device or family.part.family), outcome.event, at))
        if not message.retain or outcome.ts_ms is not None:
            readings.extend(self._desk.settle(sensor_readings(outcome, message.payload, prefix, at)))
        if not readings:
            return
        if delivery == "other_content":
            # The sender has said something else under this name before; that stays, and somebody should look.
            named = prefix + (outcome.device or family.part.family)
            readings = [event_reading(named[:255], EVENT_READING_CONFLICT, at, raw=message.payload)]
        self._outbox.append(readings, source=source)

    def _read(self, family: _Family, message: Message, entity: Entity | None) -> Outcome:
        """What the message says."""
        if entity is not None:
            assert family.kind.read_state is not None
            return family.kind.read_state(entity, message.payload)
        context = Context(
            base=family.part.base,
            utc_offset_min=family.part.utc_offset_min(),
            discovery=self._discovered.get(message.topic),
            memory=family.memory,
            bindkeys=family.bindkeys,
        )
        outcome = family.kind.normalise(message.topic, message.payload, context)
        if isinstance(outcome, Refusal) and outcome.error == "no_codec" and family.codec is not None:
            parts = read_bytes(family.codec, outcome.device or "", outcome.raw)
            if parts:
                readings, unmeasured = parted(parts)
                return Normalised(
                    readings=readings, unmeasured=unmeasured, device=outcome.device, ts_ms=outcome.ts_ms
                )
        return outcome

    def _refuse(self, part: Sensors, message: Message, refusal: Refusal, at: Arrival) -> None:
        """Into the quarantine with it, and a word to the edge, at most one a minute for the same trouble."""
        self._outbox.quarantine(message.topic, message.payload, refusal.error, refusal.detail, at.wall_ms)
        key = (message.topic, refusal.error)
        known = self._refused.get(key)
        if known is not None and at.monotonic_ms - known.told_ms < REFUSED_EVERY_MS:
            self._refused[key] = _Refused(known.told_ms, known.since + 1)
            return
        times = 1 if known is None else known.since + 1
        log.warning("payload_refused %s %s %s times=%d", message.topic, refusal.error, refusal.detail, times)
        self._outbox.append(
            [refused_reading(part.family, message.topic, message.payload, refusal.error, at, times)]
        )
        _remember(self._refused, key, _Refused(at.monotonic_ms, 0))

    def _change(self, device: str, event: str, at: Arrival) -> list[Reading]:
        """A device that comes or goes, once: retained words are repeated at every connect."""
        if self._state.get(device) == event:
            return []
        _remember(self._state, device, event)
        return [event_reading(device[:255], event, at)]

    def _note_announcements(self, family: _Family, outcome: Normalised) -> None:
        """Sensors that announced themselves, and those that took it back."""
        if outcome.withdrawn is not None:
            for key in [
                key for key, one in self._entities.items() if one.entity.object_id == outcome.withdrawn
            ]:
                del self._entities[key]
        for entity in outcome.entities:
            if _may_be_heard(entity.state_topic):
                _remember(self._entities, entity.unique_id, _Announced(family, entity))
            else:
                log.warning("announcement_not_followed %s %s", entity.unique_id, entity.state_topic[:200])
        if outcome.withdrawn is not None or outcome.entities:
            self._announced = True
            self._by_topic = {}
            for announced in self._entities.values():
                self._by_topic.setdefault(announced.entity.state_topic, []).append(announced)

    def note_taken_over(self) -> None:
        """Somebody else uses our client id: the edge is to know, because both of us lose time by it."""
        log.warning("sensors_taken_over")
        at = Arrival(self._clock.wall_ms(), self._clock.monotonic_ms())
        try:
            self._outbox.append([event_reading("bridge", EVENT_TAKEN_OVER, at, connection="sensors")])
        except dbapi.Error as broken:
            log.warning("takeover_not_kept %s", broken)

    def _ask(self, outcome: Normalised) -> None:
        """Remember what is to be asked, unless it has just been."""
        now_ms = self._clock.monotonic_ms()
        for request in outcome.requests:
            last_ms = self._asked_ms.get(request.topic)
            if last_ms is None or now_ms - last_ms >= ASKED_EVERY_MS:
                _remember(self._asked_ms, request.topic, now_ms)
                self._requests.append(request)

    def _discover(self, payload: bytes) -> None:
        """Remember what a device announces about its topics; names come in full or abbreviated."""
        told = read_object(payload)
        if isinstance(told, Refusal):
            return
        base = _text(told, "~") or ""
        topic = _text(told, "state_topic") or _text(told, "stat_t")
        if topic is None:
            return
        if topic.startswith("~"):
            topic = base + topic[1:]
        announced = Discovery(
            unit_of_measurement=_text(told, "unit_of_measurement") or _text(told, "unit_of_meas"),
            device_class=_text(told, "device_class") or _text(told, "dev_cla"),
        )
        _remember(self._discovered, topic, announced)


class _Family:
    """One configured family: how it is read, and what it wants remembered from message to message."""

    def __init__(self, part: Sensors, shelf: Library) -> None:
        self.part = part
        self.codec: MqttTemplate | None = None
        if part.family == TEMPLATE:
            self.kind = mqtt_kind(shelf.of(part.template or "", "mqtt"))
        else:
            self.kind = normalisers()[part.family]
            if part.template is not None:
                self.codec = shelf.of(part.template, "mqtt").mqtt
        self.bytes_max = max(self.kind.bytes_max, self.codec.bytes_max if self.codec is not None else 0)
        self.topics = part.topics or self.kind.topics
        self.bindkeys = part.bindkeys()
        self.memory: object | None = None


class _Refused(NamedTuple):
    """A trouble the edge was told of, and how often it has come since."""

    told_ms: int
    since: int


def _bounded(outcome: Outcome, family: _Family, message: Message) -> Outcome:
    """A message that measures something and is larger than its family may send is refused, however well it reads."""
    size = len(message.payload)
    if isinstance(outcome, Refusal) or size <= family.bytes_max:
        return outcome
    if not (outcome.readings or outcome.unmeasured):
        return outcome
    return Refusal(error="too_large", detail=f"{size} bytes, at most {family.bytes_max}")


class _Announced(msgspec.Struct, frozen=True):
    """A sensor that announced itself, and the family that reads its state."""

    family: _Family
    entity: Entity


def _named(
    source: Source, family: _Family, outcome: Normalised, message: Message, entity: Entity | None
) -> Source:
    """The message under the name its sender gave it: an id of its own, else its time with all it says."""
    if outcome.dedupe is not None:
        told = f"{family.part.family}\0{outcome.device}\0{outcome.dedupe}"
    elif outcome.ts_ms is not None:
        told = f"{message.topic}\0{source.digest.hex()}\0{entity.unique_id if entity else ''}"
    else:
        return source
    name = hashlib.sha256(told.encode()).digest()[:16]
    # A gateway repeats an uplink with other radio details: what it says is what its values are.
    content = repr([(part.sub, part.quantity, part.value, part.ts_ms) for part in outcome.readings])
    digest = hashlib.sha256(content.encode()).digest()[:16] if outcome.dedupe is not None else source.digest
    return Source(source.digest, source.monotonic_ms, name, digest)


def _may_be_heard(topic: str) -> bool:
    """An announcement names one plain topic that is not the broker's nor ours."""
    return not (
        any(mark in topic for mark in "+#\0") or topic.startswith(("$", ROOT + "/")) or len(topic) > 500
    )


def _text(told: dict[str, object], key: str) -> str | None:
    """A text field, if it is one."""
    value = told.get(key)
    return value if isinstance(value, str) and value else None


def _remember(memory: OrderedDict[K, V], key: K, value: V) -> None:
    """Keep the newest thousand."""
    memory[key] = value
    memory.move_to_end(key)
    if len(memory) > REMEMBERED:
        memory.popitem(last=False)


class _Arrived(msgspec.Struct, frozen=True):
    """A message with what is needed to acknowledge it."""

    message: Message
    mid: int
    qos: int


class _Answer(msgspec.Struct, frozen=True):
    """The broker's answer to our connect; `error` is empty when it is yes."""

    error: str


class _Lost(msgspec.Struct, frozen=True):
    """The connection is gone."""

    reason: str


_Word = _Arrived | _Answer | _Lost


class MqttIn:
    """Call `run` in a thread of its own; `stop` from any other."""

    def __init__(
        self,
        intake: Intake,
        broker: Broker,
        client_id: str,
        clock: Clock,
        *,
        announcements: Sequence[Announcement] = (),
    ) -> None:
        self._intake = intake
        self._announcements = announcements
        self._broker = broker
        self._client_id = client_id
        self._clock = clock
        self._stopping = threading.Event()
        self._words: queue.SimpleQueue[_Word | None] = queue.SimpleQueue()
        self._contest = Contest()

    def stop(self) -> None:
        """End `run`; what is not acknowledged yet comes again next time."""
        self._stopping.set()
        self._words.put(None)

    def run(self) -> None:
        """Connect, take messages, and again after every loss, until `stop`."""
        backoff = Backoff(0.5, 10.0)
        while not self._stopping.is_set():
            client = self._new_client()
            since_ms = self._clock.monotonic_ms()
            network, reason = self._connect(client)
            if not reason:
                log.info("sensors_connected %s:%d", self._broker.host, self._broker.port)
                reason = self._serve(client)
                held_ms = self._clock.monotonic_ms() - since_ms
                if held_ms >= STEADY_MS:
                    backoff.succeed()
                if not self._stopping.is_set() and self._contest.is_on(held_ms, reason):
                    self._intake.note_taken_over()
            if network is not None:
                network.end()
            if not self._stopping.is_set():
                log.warning("sensors_disconnected %s", reason)
                self._clock.wait(self._stopping, backoff.fail())

    def _new_client(self) -> mqtt.Client:
        """A client for one connection; its callbacks only put words into the queue."""
        words: queue.SimpleQueue[_Word | None] = queue.SimpleQueue()
        self._words = words
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            protocol=mqtt.MQTTv5,
            reconnect_on_failure=False,
            manual_ack=True,
        )

        def on_connect(
            _client: mqtt.Client,
            _userdata: object,
            _flags: mqtt.ConnectFlags,
            code: ReasonCode,
            _properties: Properties | None,
        ) -> None:
            words.put(_Answer(str(code) if code.is_failure else ""))

        def on_disconnect(
            _client: mqtt.Client,
            _userdata: object,
            _flags: mqtt.DisconnectFlags,
            code: ReasonCode,
            _properties: Properties | None,
        ) -> None:
            words.put(_Lost(str(code)))

        def on_subscribe(
            _client: mqtt.Client,
            _userdata: object,
            _mid: int,
            codes: list[ReasonCode],
            _properties: Properties | None,
        ) -> None:
            for code in codes:
                if code.is_failure:
                    log.error("sensors_not_allowed to subscribe: %s", code)
            log.info("sensors_listening")

        def on_message(_client: mqtt.Client, _userdata: object, came: mqtt.MQTTMessage) -> None:
            topic = came.topic.removeprefix(self._broker.mount)
            message = Message(topic=topic, payload=bytes(came.payload), retain=came.retain, dup=came.dup)
            words.put(_Arrived(message, came.mid, came.qos))

        client.on_connect = on_connect
        client.on_disconnect = on_disconnect
        client.on_subscribe = on_subscribe
        client.on_message = on_message
        return client

    def _connect(self, client: mqtt.Client) -> tuple[Network | None, str]:
        """Try once; the empty string is success."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_S
        properties.ReceiveMaximum = REMEMBERED // 10
        try:
            prepare(client, self._broker)
            client.connect(
                self._broker.host,
                self._broker.port,
                keepalive=KEEPALIVE_S,
                clean_start=False,
                properties=properties,
            )
        except (OSError, ValueError) as broken:
            return None, str(broken) or type(broken).__name__
        words = self._words
        network = Network(client, lambda reason: words.put(_Lost(reason)))
        try:
            word = words.get(timeout=CONNECT_S_MAX)
        except queue.Empty:
            return network, "no answer"
        match word:
            case _Answer(error=error):
                return network, error
            case _Lost(reason=reason):
                return network, reason
            case _:
                return network, "stopped"

    def _serve(self, client: mqtt.Client) -> str:
        """Take messages until the connection is lost or we are to stop; says why it ended."""
        mount = self._broker.mount
        for announcement in self._announcements:
            client.publish(mount + announcement.topic, announcement.payload, qos=1, retain=True)
        topics = self._intake.topics()
        if topics:
            client.subscribe([(mount + topic, 1) for topic in topics])
        while not self._stopping.is_set():
            match self._words.get():
                case _Arrived(message=message, mid=mid, qos=qos):
                    if self._take(message):
                        client.ack(mid, qos)
                    for request in self._intake.requests():
                        client.publish(mount + request.topic, request.payload, qos=0)
                    fresh = [topic for topic in self._intake.fresh_topics() if topic not in topics]
                    if fresh:
                        client.subscribe([(mount + topic, 1) for topic in fresh])
                        topics += fresh
                case _Lost(reason=reason):
                    return reason
                case _:
                    pass
        return "stopped"

    def _take(self, message: Message) -> bool:
        """Keep a message, however long the disk takes to have room again; False when we stop before."""
        backoff = Backoff()
        while not self._stopping.is_set():
            try:
                self._intake.take(message)
                return True
            except dbapi.Error as broken:
                log.error("message_not_kept_yet %s: %s", message.topic, broken)
                self._clock.wait(self._stopping, backoff.fail())
        return False
