"""The intake's own MQTT loop: gather, commit, and only then acknowledge.

The broker is told that a message has arrived when it is on our disk, never before: what a killed process had
in hand comes again. So paho's own thread and automatic acknowledgements are not used. Messages gather until
fifty are there, the oldest has waited 100 ms, or the socket has nothing more to read; then one transaction, then
the PUBACKs, then the word to each bridge up to where it may forget. The disk is waited for beside the loop, which
gathers the next batch meanwhile; there is one COMMIT under way at a time, so the order stays. What asks for no
acknowledgement is kept up to a bound (hand.py).

    CONNECT v5, session kept for 30 days, at most 100 messages in flight: two batches
    PUBLISH … PUBLISH → [batch] → COMMIT → PUBACK …, down/ack {epoch, upto}
                        PUBLISH … PUBLISH → [batch] → COMMIT → PUBACK …, down/ack {epoch, upto}
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

import msgspec
import paho.mqtt.client as paho
import structlog
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from edge.intake.beside import Beside
from edge.intake.fold import Folded, Message
from edge.intake.hand import Hand, Held
from edge.intake.wire import Arrived, Client
from edge.ledger import dbapi
from shared.sensing.contest import Contest
from shared.sensing.reading import decode_live, encode, parse_topic, subscribe_live, subscribe_up, topic_down

log = structlog.get_logger("edge.intake")

BATCH_MAX = 50
BATCH_S_MAX = 0.1
IN_FLIGHT_MAX = 100
SESSION_S = 30 * 86_400
KEEPALIVE_S = 30
IDLE_S = 0.5
RETRY_S_MIN = 0.5
RETRY_S_MAX = 30.0
FAREWELL_S_MAX = 2.0
"""So long who stops waits for the broker to take the last word."""


class BrokerAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Where the store's broker listens, and as whom we sign in there."""

    host: str = "127.0.0.1"
    port: int = 1883
    user: str = ""
    password: str = ""
    ca_file: str = ""


def broker_address(text: str, password: str = "") -> BrokerAddress:
    """From `host:port` or `user@host:port`; a password never stands in a command line."""
    user, _, place = text.rpartition("@")
    host, _, port = place.rpartition(":")
    if not host or not port.isascii() or not port.isdigit():
        raise ValueError(f"{text!r} is not host:port or user@host:port")
    return BrokerAddress(host=host, port=int(port), user=user, password=password)


class _UnderWay(msgspec.Struct, frozen=True):
    """A batch that is being brought to the disk."""

    batch: list[Held]
    commit: Future[Folded]


Commit = Callable[[], Folded]
"""Brings a written batch to the disk, in whatever thread; raises when it is not certain that it is there."""


class MqttIntake:
    """`write` writes a batch and hands back its COMMIT; `show` passes on what a device shows right now."""

    def __init__(
        self,
        broker: BrokerAddress,
        site: str,
        *,
        write: Callable[[list[Message]], Commit],
        show: Callable[[bytes], None],
        contested: Callable[[], None] = lambda: None,
    ) -> None:
        self._broker = broker
        self._site = site
        self._write = write
        self._show = show
        self._contested = contested
        self._contest = Contest()
        self._hand = Hand()
        self._told_dropped = 0
        self._under_way: _UnderWay | None = None
        self._last_word: paho.MQTTMessageInfo | None = None
        self._beside: Beside[Folded] = Beside("intake-commit")
        self._oldest_s = 0.0
        self._retry_at_s = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="intake-mqtt", daemon=True)
        self._connected_s: float | None = None
        self._client = self._new_client()

    # ---- what other threads call

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Commit and acknowledge what is in hand, then leave."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def connected_for_s(self) -> float:
        """How long we have been listening; 0 while we are not."""
        since = self._connected_s
        return 0.0 if since is None else time.monotonic() - since

    def dropped(self) -> int:
        """How many messages of senders that ask for no acknowledgement found no room since the start."""
        return self._hand.dropped

    # ---- the thread

    def _run(self) -> None:
        self._beside.start()
        wait_s = RETRY_S_MIN
        while not self._stopped.is_set():
            try:
                self._connect()
                wait_s = self._listen(wait_s)
            except (OSError, ValueError) as error:
                log.warning("broker_unreachable", why=str(error), again_in_s=wait_s)
            except Exception:  # the thread's rim: no mistake of ours may silence every sensor
                log.exception("intake_failed", again_in_s=wait_s)
            self._let_go()
            self._look_for_a_contest()
            self._connected_s = None
            if self._stopped.wait(wait_s):
                break
            wait_s = min(wait_s * 2, RETRY_S_MAX)
        self._client.disconnect()
        self._beside.stop()

    def _look_for_a_contest(self) -> None:
        """Somebody else under our name: people are told, and between the two of us nothing is lost."""
        if self._connected_s is None or self._stopped.is_set():
            return
        if self._contest.is_on(int(self.connected_for_s() * 1000)):
            log.warning("broker_contested", client=f"liushui-edge-{self._site}")
            try:
                self._contested()
            except dbapi.Error as error:
                log.warning("telemetry_not_written", why=str(error), messages=0)

    def _let_go(self) -> None:
        """The connection is over, and with it every packet id. What is not acknowledged comes again after the
        next connect, under the ids of that one, whether or not it is stored by then."""
        if self._under_way:
            under_way, self._under_way = self._under_way, None
            try:
                self._beside.result(under_way.commit)
            except Exception as error:  # whatever it was: nothing is acknowledged, so all of it comes again
                log.warning("telemetry_not_written", why=str(error), messages=len(under_way.batch))
        self._hand.clear()
        self._last_word = None

    def _connect(self) -> None:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_S
        properties.ReceiveMaximum = IN_FLIGHT_MAX
        self._client.connect(
            self._broker.host, self._broker.port, KEEPALIVE_S, clean_start=False, properties=properties
        )

    def _listen(self, wait_s: float) -> float:
        """Until the connection ends; the next wait is short again once a connection has stood."""
        while not self._stopped.is_set():
            before = len(self._hand)
            busy = self._hand and not self._under_way
            result = self._client.hear(self._beside, 0.0 if busy else IDLE_S)
            if result != paho.MQTT_ERR_SUCCESS:
                log.warning("broker_lost", why=paho.error_string(result))
                break
            if self._under_way and self._under_way.commit.done():
                self._answer()
            if self._hand and not self._under_way and self._is_time(idle=len(self._hand) == before):
                self._take()
        else:
            while self._answer() if self._under_way else self._hand and self._take():
                continue
            until_s = time.monotonic() + FAREWELL_S_MAX
            while self._client.unsent() or (self._is_owed() and time.monotonic() < until_s):
                if self._client.hear(self._beside, IDLE_S) != paho.MQTT_ERR_SUCCESS:
                    break
        return RETRY_S_MIN if self._connected_s is not None else wait_s

    def _is_owed(self) -> bool:
        """Whether the broker has yet to confirm our last word, and with it all acknowledgements before. A connection
        that is closed while something lies unread in it is reset, and what the broker has not read of ours is lost."""
        word = self._last_word
        return word is not None and word.rc == paho.MQTT_ERR_SUCCESS and not word.is_published()

    def _is_time(self, *, idle: bool) -> bool:
        now_s = time.monotonic()
        if now_s < self._retry_at_s:
            # The disk refused a moment ago. Stay connected, and do not turn in circles meanwhile.
            self._stopped.wait(0.05)
            return False
        return idle or len(self._hand) >= BATCH_MAX or now_s - self._oldest_s >= BATCH_S_MAX

    def _take(self) -> bool:
        """Write a batch, and let it be brought to the disk beside."""
        self._tell_dropped()
        batch = self._hand.first(BATCH_MAX)
        try:
            commit = self._write([held.message for held in batch])
        except (dbapi.Error, OSError) as error:
            self._refused(error)
            return False
        self._hand.let_go(batch)
        self._under_way = _UnderWay(batch, self._beside.begin(commit))
        return True

    def _answer(self) -> bool:
        """What is on the disk is acknowledged; what is not is in hand again, before all that has come since."""
        assert self._under_way
        batch, commit = self._under_way.batch, self._under_way.commit
        self._under_way = None
        try:
            folded = self._beside.result(commit)
        except (dbapi.Error, OSError) as error:
            self._hand.put_back(batch)
            self._refused(error)
            return False
        with self._client.together():
            for held in batch:
                if held.qos:
                    self._client.ack(held.mid, held.qos)
            for (bridge, _), ack in folded.answers.items():
                topic = topic_down(self._site, bridge, "ack")
                self._last_word = self._client.publish(topic, encode(ack), qos=1)
        return True

    def _refused(self, error: Exception) -> None:
        """An error of the disk answers nothing, and the messages stay in hand."""
        log.warning("telemetry_not_written", why=str(error), messages=len(self._hand))
        self._retry_at_s = time.monotonic() + 1.0

    def _tell_dropped(self) -> None:
        """Once a try, so at most once a second while the disk refuses."""
        dropped = self._hand.dropped
        if dropped != self._told_dropped:
            log.warning("messages_dropped", qos=0, messages=dropped - self._told_dropped, in_all=dropped)
            self._told_dropped = dropped

    # ---- paho's callbacks, on the same thread

    def _new_client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"liushui-edge-{self._site}",
            protocol=paho.MQTTv5,
            manual_ack=True,
            reconnect_on_failure=False,
        )
        if self._broker.user:
            client.username_pw_set(self._broker.user, self._broker.password)
        if self._broker.ca_file:
            client.tls_set(self._broker.ca_file, tls_version=ssl.PROTOCOL_TLS_CLIENT)
        client.on_connect = self._on_connect
        client.arrived = self._on_message
        return client

    def _on_connect(
        self,
        client: paho.Client,
        _userdata: object,
        flags: paho.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            log.error("broker_refused", why=str(reason))
            return
        log.info("broker_connected", session_present=flags.session_present)
        self._connected_s = time.monotonic()
        client.subscribe([
            (subscribe_up(self._site), SubscribeOptions(qos=1)),
            (subscribe_live(self._site), SubscribeOptions(qos=0)),
        ])  # fmt: skip

    def _on_message(self, arrived: Arrived) -> None:
        try:
            topic = arrived.topic.decode()
        except UnicodeDecodeError:
            topic = ""
        if arrived.qos == 0:
            # Either what a device shows right now, or somebody who does not ask whether it arrived.
            found = parse_topic(topic)
            if found is not None and found.channel.startswith("live/"):
                self._show(arrived.payload)
                return
        if not self._hand:
            self._oldest_s = time.monotonic()
        self._hand.add(Held(arrived.mid, arrived.qos, Message(topic, arrived.payload)))


def live_value(payload: bytes) -> dict[str, str | int | bool | None] | None:
    """What a device shows right now, as a `weight` event of a screen; None for anything else."""
    try:
        told = decode_live(payload)
    except ValueError:
        return None
    return {
        "device": told.device,
        "value": told.value,
        "unit": told.unit,
        "stable": told.stable,
        "status": told.status,
        "error": told.error,
        "captured": False,
    }
