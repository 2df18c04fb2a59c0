"""The demo's broker lets each speak only under its own name."""

from pathlib import Path
from queue import Queue

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from cloud.demo import broker
from cloud.demo.children import Child, Children
from tests.support.ports import free_port


def _published(port: int, topic: str, user: str = "", password: str = "") -> str:
    """What the broker says to one publish of QoS 1, or to the sign-in before it."""
    said: Queue[str] = Queue()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5, reconnect_on_failure=False)
    if user:
        client.username_pw_set(user, password)

    def connected(_client: object, _data: object, _flags: object, reason: object, _more: object) -> None:
        if str(reason) == "Success":
            client.publish(topic, b"{}", qos=1)
        else:
            said.put(str(reason))

    client.on_connect = connected
    client.on_publish = lambda _client, _data, _mid, reason, _more: said.put(str(reason))
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        return said.get(timeout=20)
    finally:
        client.disconnect()
        client.loop_stop()


def test_a_bridge_cannot_speak_for_another_store(tmp_path: Path) -> None:
    """Its own topics are open to it, others are refused, also to whoever does not sign in."""
    port = free_port()
    children = Children(lambda _: None)
    argv = broker.configure(tmp_path, port, ("S1", "S2"), "secret")
    try:
        children.start(Child("broker", argv, tmp_path, ready=broker.READY))
        heard = ("Success", "No matching subscribers")
        assert _published(port, "liushui/v1/S1/bridge-s1/up/data", "bridge-s1", "secret") in heard
        assert _published(port, "liushui/v1/S2/bridge-s2/up/data", "bridge-s1", "secret") == "Not authorized"
        assert _published(port, "liushui/v1/S1/bridge-s1/up/data") == "Not authorized"
        assert _published(port, "zigbee2mqtt/s1-fridge-1", broker.SENSORS, "secret") in heard
        assert (
            _published(port, "liushui/v1/S1/s1-fridge-1/up/data", broker.SENSORS, "secret")
            == "Not authorized"
        )
        assert _published(port, "zigbee2mqtt/s1-fridge-1") == "Not authorized"
        assert _published(port, "zigbee2mqtt/s1-fridge-1", "bridge-s1", "wrong") == "Not authorized"
    finally:
        children.stop()
