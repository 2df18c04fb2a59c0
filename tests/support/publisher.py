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
    """`keep` readings, `send` them, `acked` is how far the edge has confirmed them."""

    def __init__(self, port: int, site: str, bridge: str = "b1", epoch: str = "A") -> None:
        self.port, self.site, self.bridge, self.epoch = port, site, bridge, epoch
        self.acked = 0
        self.answers = 0
        self._kept: list[Reading] = []
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
            self.answers += 1
            self.acked = max(self.acked, ack.upto)

    def greet(self) -> None:
        """Tell who we are and wait for the node's answer: from then on it has a session at the broker."""
        birth = Birth(
            bridge=self.bridge, epoch=self.epoch, last_seq=0, first_unacked=1, started_ms=0, session="c1"
        )
        before = self.answers
        self.client.publish(topic_up(self.site, self.bridge, "birth"), encode(birth), qos=1, retain=True)
        wait_until(lambda: self.answers > before)

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
            try:
                wait_until(lambda: self.acked >= upto, within_s=2)
            except AssertionError:
                continue
            return
        raise AssertionError(f"confirmed up to {self.acked} of {upto}")

    def _publish(self, readings: "list[Reading] | tuple[Reading, ...]", per_message: int) -> None:
        for first in range(0, len(readings), per_message):
            part = tuple(readings[first : first + per_message])
            told = Data(bridge=self.bridge, epoch=self.epoch, after=part[0].seq - 1, readings=part)
            self.raw(topic_up(self.site, self.bridge, "data"), encode(told))

    def raw(self, topic: str, payload: bytes) -> None:
        """Any message, good or bad."""
        self.client.publish(topic, payload, qos=1)


def at_moment(reading: Reading, ts_ms: int) -> Reading:
    return msgspec.structs.replace(reading, ts_ms=ts_ms, ts_bridge_ms=ts_ms)
