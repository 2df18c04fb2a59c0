"""A bridge's TLS connection is written by one thread, however many publish: it holds under traffic."""

from __future__ import annotations

import threading
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from edge.deploy.broker import DESK, password_of
from firmware_bridge.config import Broker
from firmware_bridge.transports.client import Network, prepare
from tests.support.publisher import wait_until
from tests.support.store_broker import StoreBroker

MESSAGES = 3000


def test_several_threads_publish_over_one_tls_connection_and_it_holds(tmp_path: Path) -> None:
    """Scales show what lies on them and readings go out, each from a thread of its own; at the end all is answered."""
    store = StoreBroker(tmp_path)
    store.start()
    password = tmp_path / "password"
    password.write_text(password_of(store.folder, DESK))
    broker = Broker(
        port=store.plan.tls_port, username=DESK, password_file=str(password), ca_file=str(store.authority)
    )
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5, reconnect_on_failure=False)
    ended: list[str] = []
    answered: list[int] = []
    connected = threading.Event()
    client.on_connect = lambda *_: connected.set()
    client.on_publish = lambda _c, _u, mid, _reason, _p: answered.append(mid)
    prepare(client, broker)
    client.connect(broker.host, broker.port)
    network = Network(client, ended.append)
    told: list[int] = []

    def publish(qos: int) -> None:
        for _ in range(MESSAGES):
            # The desk may write no topic of a bridge; "Not authorized" is an answer as good as any here.
            told.append(client.publish("a/b", b"x" * 400, qos=qos).mid)
            if ended:
                return

    threads = [threading.Thread(target=publish, args=(qos,)) for qos in (0, 0, 1)]
    try:
        assert connected.wait(10)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wait_until(lambda: bool(ended) or len(answered) == len(threads) * MESSAGES)
        assert not ended
        assert sorted(answered) == sorted(told)
    finally:
        network.end()
        store.stop()
