"""The uplink: ships the outbox to the edge over MQTT 5 and deletes only what the edge says it has committed.

One thread owns the connection. It says who it is (a retained birth, with a death as the will), sends what
the outbox holds in order, and listens for `down/ack`. Every connection is a fresh client: nothing paho
remembers about unfinished messages matters, because the outbox is the memory and everything un-acked is
sent again. MQTT 5 is spoken because only there a broker says "Not authorized" to a publish its rules
refuse; that is an alarm, and the rows stay.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Literal

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from firmware_bridge import dbapi
from firmware_bridge.clock import Backoff, Clock
from firmware_bridge.config import Broker
from firmware_bridge.outbox import Outbox
from firmware_bridge.readings import Arrival, event_reading
from firmware_bridge.shipping import WINDOW, Shipping
from firmware_bridge.transports.client import Network, prepare
from shared.sensing.contest import STEADY_MS, Contest
from shared.sensing.reading import (
    EVENT_TAKEN_OVER,
    Ack,
    Birth,
    Data,
    Death,
    DeviceBirth,
    DeviceLive,
    decode_ack,
    encode,
    topic_down,
    topic_live,
    topic_up,
)

log = logging.getLogger(__name__)

KEEPALIVE_S = 15
WILL_DELAY_S = 30
SESSION_S = 3600
CONNECT_S_MAX = 10.0
IDLE_S = 0.5
REFUSED_HOLD_MS = 30_000
DEAF_MS = 45_000


class _Connected(msgspec.Struct, frozen=True):
    """The broker's answer to our connect; `error` is empty when it is yes.

    `allowed` is how many messages it takes before it has answered for the first; paho does not heed that, and
    one too many costs the connection.
    """

    error: str
    allowed: int = WINDOW


class _Lost(msgspec.Struct, frozen=True):
    """The connection is gone."""

    reason: str


class _Refused(msgspec.Struct, frozen=True):
    """The broker took a message's bytes and threw it away."""

    mid: int
    reason: str


class _Unheard(msgspec.Struct, frozen=True):
    """The broker does not let us listen to acknowledgements."""

    reason: str


class _Delivered(msgspec.Struct, frozen=True):
    """The broker took a message."""

    mid: int


class _Question(msgspec.Struct, frozen=True):
    """The node asks something."""

    payload: bytes


class _Config(msgspec.Struct, frozen=True):
    """The node has sent devices for us."""

    payload: bytes


_Word = _Config | _Question | _Connected | _Lost | _Refused | _Unheard | _Delivered | Ack


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What a birth says about this run of the bridge."""

    site: str
    bridge: str
    version: str
    started_ms: int


class Uplink:
    """Call `run` in a thread of its own; `live`, `refresh` and `stop` from any other."""

    def __init__(
        self,
        identity: Identity,
        broker: Broker,
        outbox: Outbox,
        clock: Clock,
        *,
        devices: Callable[[], tuple[DeviceBirth, ...]],
        new_session: Callable[[], str],
        on_alarm: Callable[[str | None], None],
        on_config: Callable[[bytes], None] = lambda _payload: None,
        on_question: Callable[[bytes], None] = lambda _payload: None,
    ) -> None:
        self._identity = identity
        self._broker = broker
        self._outbox = outbox
        self._clock = clock
        self._devices = devices
        self._new_session = new_session
        self._on_alarm = on_alarm
        self._on_config = on_config
        self._on_question = on_question
        self._words: queue.SimpleQueue[_Word] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._refresh = threading.Event()
        self._client: mqtt.Client | None = None
        self._alarm: str | None = None
        self._session = ""
        self._allowed = WINDOW
        self._unanswered: set[int] = set()
        self._heard_ms = 0
        self._lost = ""
        self._contest = Contest()

    # From other threads

    def live(self, shown: DeviceLive) -> None:
        """Show a value on the screens, if there is a connection; nobody waits for it."""
        client = self._client
        if client is not None:
            topic = topic_live(self._identity.site, self._identity.bridge, shown.device)
            client.publish(topic, encode(shown), qos=0)

    def refresh(self) -> None:
        """A device's status has changed: say so in a new birth."""
        self._refresh.set()
        self._outbox.arrived.set()

    def stop(self) -> None:
        """Say goodbye and end `run`."""
        self._stopping.set()
        self._outbox.arrived.set()

    @property
    def is_connected(self) -> bool:
        """Whether the broker has let us in."""
        return self._client is not None

    # The uplink's own thread

    def run(self) -> None:
        """Connect, ship, and again after every loss, until `stop`."""
        backoff = Backoff(0.5, 10.0)
        while not self._stopping.is_set():
            client, words = self._new_client()
            since_ms = self._clock.monotonic_ms()
            network, error = self._connect(client, words)
            if error:
                self._raise_alarm(f"connect: {error}")
            else:
                self._clear_alarm()
                log.info("uplink_connected %s:%d", self._broker.host, self._broker.port)
                self._lost = ""
                self._serve(client)
                held_ms = self._clock.monotonic_ms() - since_ms
                if held_ms >= STEADY_MS:
                    backoff.succeed()
                if not self._stopping.is_set() and self._contest.is_on(held_ms, self._lost):
                    self._note_taken_over()
            self._hang_up(client, network)
            if not self._stopping.is_set():
                self._clock.wait(self._stopping, backoff.fail())

    def _new_client(self) -> tuple[mqtt.Client, queue.SimpleQueue[_Word]]:
        """A client for one connection, with the will that belongs to it."""
        self._session = self._new_session()
        words: queue.SimpleQueue[_Word] = queue.SimpleQueue()
        self._words = words
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"liushui-bridge-{self._identity.site}-{self._identity.bridge}",
            protocol=mqtt.MQTTv5,
            reconnect_on_failure=False,
        )
        will = Properties(PacketTypes.WILLMESSAGE)  # type: ignore[no-untyped-call]
        will.WillDelayInterval = WILL_DELAY_S
        client.will_set(self._up("death"), encode(self._death()), qos=1, retain=True, properties=will)
        client.max_queued_messages_set(0)
        client.max_inflight_messages_set(2 * WINDOW)
        self._listen(client, words)
        return client, words

    def _listen(self, client: mqtt.Client, words: queue.SimpleQueue[_Word]) -> None:
        """Callbacks only put words into the queue; all thinking is done in `run`'s thread."""

        def say(word: _Word) -> None:
            self._say(words, word)

        def on_connect(
            _client: mqtt.Client,
            _userdata: object,
            _flags: mqtt.ConnectFlags,
            code: ReasonCode,
            properties: Properties | None,
        ) -> None:
            allowed = getattr(properties, "ReceiveMaximum", WINDOW)
            say(_Connected(str(code) if code.is_failure else "", min(WINDOW, allowed)))

        def on_disconnect(
            _client: mqtt.Client,
            _userdata: object,
            _flags: mqtt.DisconnectFlags,
            code: ReasonCode,
            _properties: Properties | None,
        ) -> None:
            say(_Lost(str(code)))

        def on_publish(
            _client: mqtt.Client,
            _userdata: object,
            mid: int,
            code: ReasonCode,
            _properties: Properties,
        ) -> None:
            say(_Refused(mid, str(code)) if code.is_failure else _Delivered(mid))

        def on_subscribe(
            _client: mqtt.Client,
            _userdata: object,
            _mid: int,
            codes: list[ReasonCode],
            _properties: Properties | None,
        ) -> None:
            for code in codes:
                if code.is_failure:
                    say(_Unheard(str(code)))

        def on_message(_client: mqtt.Client, _userdata: object, message: mqtt.MQTTMessage) -> None:
            if message.topic == self._down("cfg"):
                say(_Config(bytes(message.payload)))
                return
            if message.topic == self._down("cmd"):
                # A question left in the broker would be asked again at every connection.
                if not message.retain:
                    say(_Question(bytes(message.payload)))
                return
            try:
                say(decode_ack(bytes(message.payload)))
            except ValueError as broken:
                log.warning("ack_refused %s: %s", message.topic, broken)

        client.on_connect = on_connect
        client.on_disconnect = on_disconnect
        client.on_publish = on_publish
        client.on_subscribe = on_subscribe
        client.on_message = on_message

    def _connect(self, client: mqtt.Client, words: queue.SimpleQueue[_Word]) -> tuple[Network | None, str]:
        """Try once; the empty string is success."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_S
        try:
            prepare(client, self._broker)
            # Keeping the session keeps the will from going out when we are back within its delay.
            client.connect(
                self._broker.host,
                self._broker.port,
                keepalive=KEEPALIVE_S,
                clean_start=False,
                properties=properties,
            )
        except (OSError, ValueError) as broken:
            return None, str(broken) or type(broken).__name__
        network = Network(client, lambda reason: self._say(words, _Lost(reason)))
        try:
            word = words.get(timeout=CONNECT_S_MAX)
        except queue.Empty:
            return network, "no answer"
        match word:
            case _Connected(error=error, allowed=allowed):
                # Two places are kept for births, which are never held back.
                self._allowed = max(1, allowed - 2)
                return network, error
            case _Lost(reason=reason):
                return network, reason
            case _:
                return network, "unexpected answer"

    def _say(self, words: queue.SimpleQueue[_Word], word: _Word) -> None:
        """Put a word into a connection's queue and wake its reader."""
        words.put(word)
        self._outbox.arrived.set()

    def _serve(self, client: mqtt.Client) -> None:
        """Ship until the connection is lost or we are to stop."""
        client.subscribe([(self._down(what), SubscribeOptions(qos=1)) for what in ("ack", "cfg", "cmd")])
        self._client = client
        self._unanswered = set()
        self._heard_ms = self._clock.monotonic_ms()
        self._publish_birth(client)
        shipping = Shipping(self._outbox.first_unacked() - 1, self._clock.monotonic_ms())
        shipping.expect_answer()
        while not self._stopping.is_set():
            self._outbox.arrived.clear()
            try:
                if not self._heed_words(shipping):
                    return
                self._ship(client, shipping)
            except dbapi.Error as broken:
                self._raise_alarm(f"outbox: {broken}")
            if self._refresh.is_set():
                self._refresh.clear()
                self._publish_birth(client)
                shipping.expect_answer()
            elif shipping.is_overdue(self._clock.monotonic_ms()):
                self._publish_birth(client)
            self._clock.wait(self._outbox.arrived, IDLE_S)

    def _heed_words(self, shipping: Shipping) -> bool:
        """Take in everything the broker and the edge have said; False when the connection is gone."""
        while True:
            try:
                word = self._words.get_nowait()
            except queue.Empty:
                return self._is_heard()
            now_ms = self._heard_ms = self._clock.monotonic_ms()
            match word:
                case _Lost(reason=reason):
                    self._raise_alarm(f"connection lost: {reason}")
                    self._lost = reason
                    return False
                case _Refused(mid=mid, reason=reason):
                    self._unanswered.discard(mid)
                    self._raise_alarm(f"publish refused: {reason}")
                    shipping.rewind(now_ms, hold_ms=REFUSED_HOLD_MS)
                case _Unheard(reason=reason):
                    self._raise_alarm(f"subscribe refused: {reason}")
                case Ack(epoch=epoch, upto=upto):
                    self._clear_alarm()
                    self._heed_ack(shipping, epoch, upto, now_ms)
                case _Delivered(mid=mid):
                    self._unanswered.discard(mid)
                case _Config(payload=payload):
                    self._on_config(payload)
                case _Question(payload=payload):
                    self._on_question(payload)
                case _Connected():
                    pass

    def _note_taken_over(self) -> None:
        """Somebody else signs in under our name: the edge is to know, and reads it with the next connection."""
        log.warning("uplink_taken_over")
        at = Arrival(self._clock.wall_ms(), self._clock.monotonic_ms())
        try:
            self._outbox.append([event_reading("bridge", EVENT_TAKEN_OVER, at, connection="uplink")])
        except dbapi.Error as broken:
            log.warning("takeover_not_kept %s", broken)

    def _is_heard(self) -> bool:
        """Whether the broker still answers what we send; a dead peer may leave the connection open for ever."""
        if not self._unanswered or self._clock.monotonic_ms() - self._heard_ms < DEAF_MS:
            return True
        self._raise_alarm("connection lost: no answer to what was sent")
        return False

    def _heed_ack(self, shipping: Shipping, epoch: str, upto: int, now_ms: int) -> None:
        """Delete what the edge has, and send again what it misses."""
        before = self._outbox.epoch
        if epoch != before:
            return
        self._outbox.ack(epoch, upto)
        if self._outbox.epoch != before:
            shipping.rewind(now_ms)
            self._refresh.set()
        elif shipping.on_ack(upto, now_ms):
            log.info("uplink_resends from seq %d", shipping.acked + 1)

    def _ship(self, client: mqtt.Client, shipping: Shipping) -> None:
        """Send as much as the window allows."""
        while len(self._unanswered) < self._allowed and shipping.may_send(self._clock.monotonic_ms()):
            batch = self._outbox.batch(shipping.sent)
            if batch is None:
                return
            data = Data(
                bridge=self._identity.bridge,
                epoch=self._outbox.epoch,
                after=batch.after,
                readings=batch.readings,
            )
            self._publish(client, "data", encode(data))
            shipping.on_sent(batch.readings[-1].seq, self._clock.monotonic_ms())

    def _hang_up(self, client: mqtt.Client, network: Network | None) -> None:
        """Leave properly when we are stopping, or drop what is left of a lost connection."""
        self._client = None
        if self._stopping.is_set() and client.is_connected():
            farewell = client.publish(self._up("death"), encode(self._death("stopped")), qos=1, retain=True)
            try:
                farewell.wait_for_publish(timeout=2)
            except (RuntimeError, ValueError) as broken:
                log.info("farewell_not_sent: %s", broken)
        if network is not None:
            network.end()

    def _publish_birth(self, client: mqtt.Client) -> None:
        """Say who we are, what we hold and how the devices are; the edge answers with an ack."""
        birth = Birth(
            bridge=self._identity.bridge,
            epoch=self._outbox.epoch,
            last_seq=self._outbox.last_seq,
            first_unacked=self._outbox.first_unacked(),
            started_ms=self._identity.started_ms,
            session=self._session,
            version=self._identity.version,
            devices=self._devices(),
        )
        self._publish(client, "birth", encode(birth), retain=True)

    def _publish(
        self, client: mqtt.Client, what: Literal["birth", "data"], payload: bytes, *, retain: bool = False
    ) -> None:
        """Publish and note that an answer is owed; paho reports values for screens here too, but under mids
        that are not noted.
        """
        self._unanswered.add(client.publish(self._up(what), payload, qos=1, retain=retain).mid)

    def _death(self, reason: str = "connection_lost") -> Death:
        """The end of this connection."""
        return Death(
            bridge=self._identity.bridge, epoch=self._outbox.epoch, session=self._session, reason=reason
        )

    def _up(self, what: Literal["birth", "death", "data"]) -> str:
        """One of our own topics."""
        return topic_up(self._identity.site, self._identity.bridge, what)

    def _down(self, what: Literal["ack", "cfg", "cmd"]) -> str:
        """One of the topics on which the node speaks to us."""
        return topic_down(self._identity.site, self._identity.bridge, what)

    def _raise_alarm(self, alarm: str) -> None:
        """Say once what is wrong."""
        if alarm != self._alarm:
            log.error("uplink_alarm %s (%d readings wait)", alarm, self._outbox.rows)
            self._alarm = alarm
            self._on_alarm(alarm)

    def _clear_alarm(self) -> None:
        """Say once that it is over."""
        if self._alarm is not None:
            log.info("uplink_alarm_over %s", self._alarm)
            self._alarm = None
            self._on_alarm(None)
