"""How much of a bare subscriber's speed is left when a reading is on the disk before the broker hears that it came.

Numerator: a real node process at a real broker, from the first reading a bridge publishes to the node's word that
all of them are committed (decoded, told apart, alarm and windows worked out, COMMIT, then PUBACK). Denominator: a
bare paho subscriber in a process of its own, at the same broker, with the same session and limits, that
acknowledges each message by hand and does nothing else. One reading a message, as a bridge sends what is new; the
two take turns. Meanwhile the sensors of a shop go on speaking once a second, by a bridge of their own and to whichever
of the two listens; what they say is not counted.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from edge.bench import STORE, free_port, new_writer, spread
from edge.deploy.broker import write_configuration
from edge.intake.mqtt import IN_FLIGHT_MAX, SESSION_S
from edge.ledger.feed import apply_page, read_cursor
from edge.ledger.writer import Transaction
from shared.sensing.reading import Data, Reading, decode_ack, encode, subscribe_up, topic_down, topic_up
from shared.sync.messages import FeedPage, FeedRow

SENSORS = 8
BRIDGE, LIVE_BRIDGE = "bench", "shop"
LIVE_EVERY_S = 1.0
_WAIT_S = 120.0


def bench_mqtt(*, rounds: int = 5, messages: int = 10_000, live_sensors: int = 40) -> dict[str, Any]:
    """Readings a second with and without storage, and their ratio."""
    bare, durable = [], []
    said = 0
    with tempfile.TemporaryDirectory(prefix="liushui-bench-") as place:
        folder = Path(place)
        _new_node(folder / "node", live_sensors)
        for number in range(rounds):
            with _broker(folder / f"broker-{number}") as port:
                with _LiveSensors(port, live_sensors, f"live-{number}") as live:
                    with _subscriber(port, messages, folder / "bare.log") as process:
                        bare.append(_bare(port, messages, process))
                    with _node(folder / "node", port):
                        durable.append(_durable(port, messages, f"epoch-{number}"))
                said += live.said
    return {
        "messages": messages,
        "sensors": SENSORS,
        "live_sensors": live_sensors,
        "live_messages_meanwhile": said,
        "bytes_a_message": len(_message("epoch-0", messages)),
        "durable_per_s": spread(durable),
        "bare_subscriber_per_s": spread(bare),
        "ratio": spread([own / limit for own, limit in zip(durable, bare, strict=True)]),
    }


def _message(
    epoch: str, seq: int, *, bridge: str = BRIDGE, prefix: str = "sensor", sensors: int = SENSORS
) -> bytes:
    """A fridge's temperature, now a little warmer, now a little colder."""
    now = time.time_ns() // 1_000_000
    told = Reading(
        seq=seq,
        kind="sensor",
        device=f"{prefix}-{seq % sensors}",
        quantity="temperature",
        value=f"4.{seq // sensors % 10}",
        unit="Cel",
        ts_bridge_ms=now,
        monotonic_ms=now,
    )
    return encode(Data(bridge=bridge, epoch=epoch, after=seq - 1, readings=(told,)))


class _LiveSensors:
    """The shop's own sensors, each speaking once a second, spread over it, for as long as this is entered."""

    def __init__(self, port: int, sensors: int, epoch: str) -> None:
        self._port, self._sensors, self._epoch = port, sensors, epoch
        self.said = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="live-sensors", daemon=True)

    def __enter__(self) -> _LiveSensors:
        if self._sensors:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._sensors:
            self._thread.join()

    def _run(self) -> None:
        client = _connected(self._port)
        topic = topic_up(STORE, LIVE_BRIDGE, "data")
        began = time.monotonic()
        while not self._over.wait(
            max(0.0, began + self.said * LIVE_EVERY_S / self._sensors - time.monotonic())
        ):
            self.said += 1
            payload = _message(
                self._epoch, self.said, bridge=LIVE_BRIDGE, prefix="live", sensors=self._sensors
            )
            client.publish(topic, payload, qos=1)
        _leave(client)


def _bare(port: int, messages: int, process: subprocess.Popen[str]) -> float:
    """Messages a second, until the bare subscriber says that it has acknowledged all of them."""
    publisher = _connected(port)
    began = time.perf_counter()
    _publish(publisher, "bare", messages)
    assert process.stdout
    assert process.stdout.readline() == "done\n"
    took = time.perf_counter() - began
    _leave(publisher)
    return messages / took


def _durable(port: int, messages: int, epoch: str) -> float:
    """Messages a second, until the node says that all of them are committed."""
    publisher = _connected(port)
    done, heard = threading.Event(), threading.Event()

    def on_message(_client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        ack = decode_ack(bytes(message.payload))
        if ack.epoch == epoch:
            if ack.upto >= messages:
                done.set()
        else:
            heard.set()

    publisher.on_message = on_message
    publisher.subscribe(topic_down(STORE, BRIDGE, "ack"), qos=1)
    # The node's session stands once it has answered something, and only then does the broker keep what comes.
    for seq in range(1, 200):
        publisher.publish(topic_up(STORE, BRIDGE, "data"), _message("hello", seq), qos=1)
        if heard.wait(0.1):
            break
    began = time.perf_counter()
    _publish(publisher, epoch, messages)
    assert done.wait(_WAIT_S), "the node has not answered"
    took = time.perf_counter() - began
    _leave(publisher)
    return messages / took


def _connected(port: int) -> paho.Client:
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
    there = threading.Event()
    client.on_connect = lambda *_: there.set()
    client.max_inflight_messages_set(IN_FLIGHT_MAX)
    client.connect("127.0.0.1", port)
    client.loop_start()
    assert there.wait(10)
    return client


def _leave(client: paho.Client) -> None:
    client.disconnect()
    client.loop_stop()


def _publish(client: paho.Client, epoch: str, messages: int) -> None:
    topic = topic_up(STORE, BRIDGE, "data")
    for seq in range(1, messages + 1):
        client.publish(topic, _message(epoch, seq), qos=1)


@contextmanager
def _broker(folder: Path) -> Iterator[int]:
    """A store's own broker on a free port."""
    program = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        raise SystemExit("mosquitto is missing: install it to measure the intake")
    folder.mkdir()
    port = free_port()
    configuration = write_configuration(folder, port)
    process = subprocess.Popen([program, "-c", str(configuration)], stderr=subprocess.PIPE, text=True)
    assert process.stderr
    for line in process.stderr:
        if line.rstrip().endswith(" running"):
            break
    threading.Thread(target=process.stderr.read, daemon=True).start()
    try:
        yield port
    finally:
        process.kill()
        process.wait(10)


@contextmanager
def _process(call: str, log: IO[str]) -> Iterator[subprocess.Popen[str]]:
    """A Python process, once it has said that it is ready."""
    process = subprocess.Popen([sys.executable, "-c", call], stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout
        assert process.stdout.readline().startswith("ready")
        yield process
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def _subscriber(port: int, messages: int, log_file: Path) -> Iterator[subprocess.Popen[str]]:
    with (
        log_file.open("a") as log,
        _process(f"from edge.bench_mqtt import subscribe; subscribe({port}, {messages})", log) as process,
    ):
        yield process


def subscribe(port: int, messages: int) -> None:
    """The bare subscriber: acknowledge by hand, count, and nothing else."""
    left = messages
    counted = topic_up(STORE, BRIDGE, "data")

    def on_message(client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        nonlocal left
        client.ack(message.mid, message.qos)
        left -= message.topic == counted

    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="bare", protocol=paho.MQTTv5, manual_ack=True)
    client.on_message = on_message
    client.on_connect = lambda client, *_: client.subscribe(subscribe_up(STORE), qos=1)
    client.on_subscribe = lambda *_: print("ready", flush=True)
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = SESSION_S
    properties.ReceiveMaximum = IN_FLIGHT_MAX
    client.connect("127.0.0.1", port, clean_start=False, properties=properties)
    while left > 0:
        client.loop(0.5)
    while client.want_write():
        client.loop(0.5)
    print("done", flush=True)
    # Its session ends with it: else the broker would keep the node's messages for it as well, and write all of them
    # to its disk again and again.
    over = Properties(PacketTypes.DISCONNECT)  # type: ignore[no-untyped-call]
    over.SessionExpiryInterval = 0
    client.disconnect(properties=over)
    while client.loop(0.5) == paho.MQTT_ERR_SUCCESS:
        continue


@contextmanager
def _node(folder: Path, broker_port: int) -> Iterator[None]:
    call = (
        "from pathlib import Path; from edge.app import Settings, run; "
        f"run(Settings(folder=Path({str(folder)!r}), port={free_port()}, broker='127.0.0.1:{broker_port}'))"
    )
    with folder.with_suffix(".log").open("a") as log, _process(call, log):
        yield


def _new_node(folder: Path, live_sensors: int) -> None:
    """A store whose fridges are watched: eight, and those that speak meanwhile."""
    writer = new_writer(folder)
    watch = {
        "store": STORE,
        "place": "fridge",
        "quantity": "temperature",
        "has_high": 1,
        "high": 8_000_000,
        "has_low": 0,
        "low": 0,
        "hysteresis": 500_000,
        "raise_after_s": 1800,
        "clear_after_s": 300,
        "offline_after_s": 300,
    }

    def assign(tx: Transaction) -> None:
        cursor = read_cursor(tx.connection)
        names = [f"sensor-{number}" for number in range(SENSORS)]
        names += [f"live-{number}" for number in range(live_sensors)]
        rows = [FeedRow(cursor.pos + at, "sensor", [name], 1, watch) for at, name in enumerate(names, 1)]
        last = cursor.pos + len(names)
        apply_page(tx, FeedPage(gen=cursor.gen, rows=rows, checkpoint=last, head=last))

    writer.run(assign).result()
    writer.stop()
