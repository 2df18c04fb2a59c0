"""A bridge reduced to its protocol: it keeps what it sends until the edge's own word, and sends it again."""

import threading
from collections.abc import Callable

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from shared.sensing.reading import Ack, Birth, Data, Reading, decode_ack, encode, topic_down, topic_up


def wait_until(what: Callable[[], bool], within_s: float = 60.0) -> None:
    """Look every few milliseconds until it is so; fail when it never is."""
    never = threading.Event()
    for _ in range(int(within_s / 0.02)):
        if what():
            return
        never.wait(0.02)
    raise AssertionError(f"not within {within_s} s")


class Publisher:
    """`send` readings and `await_ack` for them; `acked` is how far the edge has confirmed them."""

    def __init__(self, port: int, site: str, bridge: str = "b1", epoch: str = "A") -> None:
        self.port, self.site, self.bridge, self.epoch = port, site, bridge, epoch
        self.acked = 0
        self.answers = 0
        self._kept: list[Reading] = []
        self._last: mqtt.MQTTMessageInfo | None = None
        self._heard = threading.Condition()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        self.client.on_connect = self._on_connect
        self.client.on_message = self._on_message
        self.client.max_inflight_messages_set(100)
        self.client.reconnect_delay_set(1, 1)

    def start(self) -> None:
        self.client.connect("127.0.0.1", self.port)
        self.client.loop_start()
        wait_until(self.client.is_connected)

    def stop(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def _on_connect(self, client: mqtt.Client, *_: object) -> None:
        client.subscribe(topic_down(self.site, self.bridge, "ack"), qos=1)

    def _on_message(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        ack: Ack = decode_ack(message.payload)
        if ack.epoch == self.epoch:
            with self._heard:
                self.answers += 1
                self.acked = max(self.acked, ack.upto)
                self._heard.notify_all()

    @property
    def sent(self) -> int:
        """The last reading that was ever published."""
        return self._kept[-1].seq if self._kept else 0

    def await_ack(self, upto: int, within_s: float = 60.0) -> None:
        """Until the edge has confirmed this reading and all before it; at once an error where it was never sent."""
        assert upto <= self.sent, f"nobody confirms reading {upto}: the last one sent is {self.sent}"
        with self._heard:
            heard = self._heard.wait_for(lambda: self.acked >= upto, within_s)
        assert heard, f"confirmed up to {self.acked} of {upto} within {within_s} s, sent up to {self.sent}"

    def greet(self) -> None:
        """Tell who we are and wait for the node's answer: from then on it has a session at the broker."""
        birth = Birth(
            bridge=self.bridge, epoch=self.epoch, last_seq=0, first_unacked=1, started_ms=0, session="c1"
        )
        before = self.answers
        self.client.publish(topic_up(self.site, self.bridge, "birth"), encode(birth), qos=1, retain=True)
        with self._heard:
            assert self._heard.wait_for(lambda: self.answers > before, 60), "the node does not answer a birth"

    def send(self, *readings: Reading, per_message: int = 1) -> None:
        """Publish for the first time, `per_message` at once."""
        self._kept += readings
        self._publish(readings, per_message)

    def send_again(self, per_message: int = 50) -> None:
        """Everything the edge has not confirmed, from the first."""
        self._publish([reading for reading in self._kept if reading.seq > self.acked], per_message)

    def insist(self, upto: int) -> None:
        """A bridge repeats itself until it is heard: the node may still be on its way to a restarted broker."""
        for _ in range(30):
            self.send_again()
            with self._heard:
                if self._heard.wait_for(lambda: self.acked >= upto, 2):
                    return
        raise AssertionError(f"confirmed up to {self.acked} of {upto}")

    def _publish(self, readings: "list[Reading] | tuple[Reading, ...]", per_message: int) -> None:
        for first in range(0, len(readings), per_message):
            part = tuple(readings[first : first + per_message])
            told = Data(bridge=self.bridge, epoch=self.epoch, after=part[0].seq - 1, readings=part)
            self.raw(topic_up(self.site, self.bridge, "data"), encode(told))

    def raw(self, topic: str, payload: bytes) -> None:
        """Any message, good or bad."""
        self._last = self.client.publish(topic, payload, qos=1)

    def await_broker(self, within_s: float = 60.0) -> None:
        """Until the broker has taken all that was published; it answers in order."""
        assert self._last is not None
        self._last.wait_for_publish(within_s)
        assert self._last.is_published(), f"the broker has not taken everything within {within_s} s"


def at_moment(reading: Reading, ts_ms: int) -> Reading:
    return msgspec.structs.replace(reading, ts_ms=ts_ms, ts_bridge_ms=ts_ms)
