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
from typing import TypeVar

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from firmware_bridge import dbapi
from firmware_bridge.clock import Backoff, Clock
from firmware_bridge.config import Broker, Sensors
from firmware_bridge.normalise import normalisers
from firmware_bridge.normalise.measured import Context, Discovery, NormaliserKind, Refusal
from firmware_bridge.normalise.payload import read_object
from firmware_bridge.outbox import Outbox, Source
from firmware_bridge.readings import Arrival, event_reading, refused_reading, sensor_readings
from firmware_bridge.transports.client import Network, prepare
from shared.sensing.reading import Reading

log = logging.getLogger(__name__)

SESSION_S = 30 * 24 * 3600
KEEPALIVE_S = 15
CONNECT_S_MAX = 10.0
REMEMBERED = 1000
REFUSED_EVERY_MS = 60_000

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

    def __init__(self, sensors: tuple[Sensors, ...], outbox: Outbox, clock: Clock) -> None:
        self._sensors = tuple((part, normalisers()[part.family]) for part in sensors)
        self._outbox = outbox
        self._clock = clock
        self._discovered: OrderedDict[str, Discovery] = OrderedDict()
        self._refused_ms: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._state: OrderedDict[str, str] = OrderedDict()

    def topics(self) -> list[str]:
        """Everything to subscribe to."""
        wanted: list[str] = []
        for part, kind in self._sensors:
            wanted.extend(part.topics or kind.topics)
            wanted.extend(kind.discovery_topics)
        return list(dict.fromkeys(wanted))

    def take(self, message: Message) -> None:
        """Keep what a message says; when this returns, it may be acknowledged. Raises dbapi.Error."""
        digest = hashlib.sha256(message.topic.encode() + b"\0" + message.payload).digest()[:16]
        source = Source(digest, self._clock.monotonic_ms())
        if message.dup and self._outbox.was_taken(source):
            return
        for part, kind in self._sensors:
            if any(mqtt.topic_matches_sub(topic, message.topic) for topic in kind.discovery_topics):
                self._discover(message.payload)
                return
            if any(mqtt.topic_matches_sub(topic, message.topic) for topic in part.topics or kind.topics):
                self._normalise(part, kind, message, source)
                return

    def _normalise(self, part: Sensors, kind: NormaliserKind, message: Message, source: Source) -> None:
        """One message of one family."""
        at = Arrival(self._clock.wall_ms(), source.monotonic_ms)
        context = Context(
            base=part.base,
            utc_offset_min=part.utc_offset_min(),
            discovery=self._discovered.get(message.topic),
        )
        outcome = kind.normalise(message.topic, message.payload, context)
        if isinstance(outcome, Refusal):
            self._refuse(part, message, outcome, at)
            return
        readings: list[Reading] = []
        if outcome.event is not None and outcome.event != "ignored":
            readings.extend(self._change(part.prefix + (outcome.device or part.family), outcome.event, at))
        if not message.retain or outcome.ts_ms is not None:
            readings.extend(sensor_readings(outcome, message.payload, part.prefix, at))
        if readings:
            self._outbox.append(readings, source=source)

    def _refuse(self, part: Sensors, message: Message, refusal: Refusal, at: Arrival) -> None:
        """Into the quarantine with it, and a word to the edge, at most one a minute for the same trouble."""
        self._outbox.quarantine(message.topic, message.payload, refusal.error, refusal.detail, at.wall_ms)
        key = (message.topic, refusal.error)
        last_ms = self._refused_ms.get(key)
        if last_ms is None or at.monotonic_ms - last_ms >= REFUSED_EVERY_MS:
            _remember(self._refused_ms, key, at.monotonic_ms)
            log.warning("payload_refused %s %s %s", message.topic, refusal.error, refusal.detail)
            self._outbox.append(
                [refused_reading(part.family, message.topic, message.payload, refusal.error, at)]
            )

    def _change(self, device: str, event: str, at: Arrival) -> list[Reading]:
        """A device that comes or goes, once: retained words are repeated at every connect."""
        if self._state.get(device) == event:
            return []
        _remember(self._state, device, event)
        return [event_reading(device[:255], event, at)]

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

    def __init__(self, intake: Intake, broker: Broker, client_id: str, clock: Clock) -> None:
        self._intake = intake
        self._broker = broker
        self._client_id = client_id
        self._clock = clock
        self._stopping = threading.Event()
        self._words: queue.SimpleQueue[_Word | None] = queue.SimpleQueue()

    def stop(self) -> None:
        """End `run`; what is not acknowledged yet comes again next time."""
        self._stopping.set()
        self._words.put(None)

    def run(self) -> None:
        """Connect, take messages, and again after every loss, until `stop`."""
        backoff = Backoff(0.5, 10.0)
        while not self._stopping.is_set():
            client = self._new_client()
            network, reason = self._connect(client)
            if not reason:
                backoff.succeed()
                log.info("sensors_connected %s:%d", self._broker.host, self._broker.port)
                reason = self._serve(client)
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

        def on_message(_client: mqtt.Client, _userdata: object, came: mqtt.MQTTMessage) -> None:
            message = Message(topic=came.topic, payload=bytes(came.payload), retain=came.retain, dup=came.dup)
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
        client.subscribe([(topic, 1) for topic in self._intake.topics()])
        while not self._stopping.is_set():
            match self._words.get():
                case _Arrived(message=message, mid=mid, qos=qos):
                    if self._take(message):
                        client.ack(mid, qos)
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
