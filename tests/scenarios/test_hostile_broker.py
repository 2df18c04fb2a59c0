"""What a careless or hostile device can do on a real broker: each is refused or set aside, told, and stalls nobody."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from firmware_bridge import dbapi
from firmware_bridge.normalise import protobuf, sparkplug
from tests.support.broker import Broker
from tests.unit.firmware_bridge.fake_edge import FakeEdge
from tests.unit.firmware_bridge.running import Bridge, wait_for

CONFIGURATION = """
site = "store-1"
bridge = "bridge-1"

[broker]
port = {port}

[[sensors]]
family = "zigbee2mqtt"

[[sensors]]
family = "tasmota"
utc_offset = "+08:00"

[[sensors]]
family = "sparkplug_b"

[[sensors]]
family = "ha_discovery"
"""


class Stranger:
    """Somebody else on the broker: publishes, listens, and may call himself what he likes."""

    def __init__(self, port: int, client_id: str = "") -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5)
        self.client.on_message = lambda _c, _u, came: self.heard.append((came.topic, bytes(came.payload)))
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        wait_for(self.client.is_connected, "the stranger's connection")

    def say(self, topic: str, payload: object, *, retain: bool = False) -> None:
        """Publish, and wait until the broker has it."""
        raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self.client.publish(topic, raw, qos=1, retain=retain).wait_for_publish(10)

    def leave(self) -> None:
        """Go."""
        self.client.disconnect()
        self.client.loop_stop()


class Shop:
    """A bridge that listens to sensors, an edge that keeps, and strangers."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        self.port = broker.port
        self.bridge = Bridge(folder / "bridge", CONFIGURATION.format(port=broker.port))
        self.edge = FakeEdge(folder / "edge.db", broker.port)
        self.edge.connect()
        self.bridge.start()
        self.edge.wait_until(lambda: bool(self.edge.births))
        wait_for(lambda: "sensors_listening" in self.bridge.log(), "the sensors' subscription")
        self.strangers: list[Stranger] = []

    def stranger(self, client_id: str = "") -> Stranger:
        """One more."""
        self.strangers.append(Stranger(self.port, client_id))
        return self.strangers[-1]

    def values(self, device: str, quantity: str = "temperature") -> list[str | None]:
        """What one device has reported."""
        return [r.value for r in self.edge.readings() if (r.device, r.quantity) == (device, quantity)]

    def is_told(self, event: str) -> Callable[[], bool]:
        """Whether the edge has heard of it."""
        return lambda: any(reading.quantity == event for reading in self.edge.readings("event"))

    def quarantined(self) -> list[tuple[str, str]]:
        """(topic, error) in the bridge's quarantine."""
        db = dbapi.connect(str(self.bridge.folder / "state" / "outbox.db"), timeout=10)
        try:
            return [tuple(row) for row in db.execute("SELECT topic, error FROM quarantine ORDER BY n")]
        finally:
            db.close()

    def stop(self) -> None:
        """End everything."""
        for stranger in self.strangers:
            stranger.leave()
        self.bridge.kill()
        self.edge.disconnect()


@pytest.fixture
def shop(tmp_path: Path, mosquitto: Broker) -> Iterator[Shop]:
    """Opened and closed around a test."""
    opened = Shop(tmp_path, mosquitto)
    yield opened
    opened.stop()


def test_poison_and_a_long_payload_are_set_aside_and_the_next_sensor_is_read(shop: Shop) -> None:
    """Broken JSON, five kilobytes of nothing, bytes that are no text, 200 times each."""
    stranger = shop.stranger()
    for _ in range(200):
        stranger.client.publish("zigbee2mqtt/broken", b"\xff\xfe\x00", qos=1)
        stranger.client.publish("tele/long/SENSOR", b"A" * 5_120, qos=1)
    stranger.client.publish("tele/long/SENSOR", b'{"SI7021":{"Temperature":1' + b"0" * 5_000 + b"}}", qos=1)
    stranger.say("zigbee2mqtt/fridge", {"temperature": 4.3})
    shop.edge.wait_until(lambda: shop.values("fridge") == ["4.3"])
    refused = [r.detail for r in shop.edge.readings("event") if r.quantity == "payload_refused"]
    assert {(one["topic"], one["error"]) for one in refused} >= {
        ("zigbee2mqtt/broken", "not_utf8"),
        ("tele/long/SENSOR", "malformed_json"),
    }
    assert len(refused) <= 4
    assert len(shop.quarantined()) >= 400


def test_a_long_payload_with_a_value_in_it_is_set_aside_and_told_of(shop: Shop) -> None:
    """Twenty attributes are read like any other message; five kilobytes are no sensor's word, however well formed."""
    stranger = shop.stranger()
    talks = {"temperature": 4.25, **{f"attribute_{n}": "x" * 100 for n in range(20)}}
    stranger.say("zigbee2mqtt/talker", talks)
    shop.edge.wait_until(lambda: shop.values("talker") == ["4.25"])
    floods = talks | {f"attribute_{n}": "x" * 100 for n in range(50)}
    assert len(json.dumps(floods)) > 5_000
    stranger.say("zigbee2mqtt/talker", floods)
    shop.edge.wait_until(shop.is_told("payload_refused"))
    assert shop.quarantined() == [("zigbee2mqtt/talker", "too_large")]
    assert shop.values("talker") == ["4.25"]


def test_a_sensor_a_year_ahead_is_passed_on_with_both_times(shop: Shop) -> None:
    """The edge decides which clock to believe; the bridge keeps what was claimed beside its own."""
    shop.stranger().say("zigbee2mqtt/ahead", {"temperature": 4.3, "last_seen": "2099-01-01T00:00:00Z"})
    shop.edge.wait_until(lambda: shop.values("ahead") == ["4.3"])
    (reading,) = [r for r in shop.edge.readings() if r.device == "ahead"]
    assert reading.ts_ms == 4070908800000
    assert reading.ts_bridge_ms is not None
    assert reading.ts_bridge_ms < reading.ts_ms


def test_a_second_client_under_our_name_is_told_and_nothing_is_lost(shop: Shop) -> None:
    """It throws us out; we come back, say so, and every reading of the time between arrives."""
    impostor = shop.stranger("liushui-bridge-store-1-bridge-1-sensors")
    shop.edge.wait_until(shop.is_told("connection_taken_over"))
    impostor.leave()
    second = shop.stranger("liushui-bridge-store-1-bridge-1")
    wait_for(lambda: "uplink_taken_over" in shop.bridge.log(), "the bridge to notice")
    # He comes back a second after each time we throw him out: whether a word gets through in between is chance.
    second.leave()
    shop.edge.wait_until(
        lambda: (
            {r.detail["connection"] for r in shop.edge.readings("event") if "connection" in r.detail}
            == {"sensors", "uplink"}
        )
    )
    speaker = shop.stranger()
    for number in range(20):
        speaker.say("zigbee2mqtt/fridge", {"temperature": number})
    shop.edge.wait_until(lambda: shop.values("fridge") == [str(number) for number in range(20)])


def test_a_node_that_was_born_before_us_is_asked_to_be_born_again(shop: Shop) -> None:
    """Sparkplug: data by alias means nothing until the birth; the command goes out, the birth is read."""
    node = shop.stranger()
    node.client.subscribe("spBv1.0/store-1/NCMD/gateway", qos=1)
    data = protobuf.bytes_field(2, protobuf.varint_field(2, 1) + protobuf.float_field(12, -18.5))
    node.say("spBv1.0/store-1/NDATA/gateway", data + protobuf.varint_field(3, 7))
    wait_for(lambda: bool(node.heard), "the command")
    assert node.heard[0] == ("spBv1.0/store-1/NCMD/gateway", sparkplug.rebirth_request())
    metric = (
        protobuf.bytes_field(1, b"Freezer/Temperature")
        + protobuf.varint_field(2, 1)
        + protobuf.varint_field(4, 9)
        + protobuf.float_field(12, -18.25)
    )
    bd_seq = protobuf.bytes_field(1, b"bdSeq") + protobuf.varint_field(4, 4) + protobuf.varint_field(11, 1)
    birth = protobuf.bytes_field(2, bd_seq) + protobuf.bytes_field(2, metric) + protobuf.varint_field(3, 0)
    node.say("spBv1.0/store-1/NBIRTH/gateway", birth)
    node.say("spBv1.0/store-1/NDATA/gateway", data + protobuf.varint_field(3, 1))
    shop.edge.wait_until(lambda: shop.values("gateway") == ["-18.25", "-18.5"])


def test_a_sensor_that_announces_itself_is_found_and_heard(shop: Shop) -> None:
    """Nobody configured it: its announcement names the topic, the unit and the way to the value."""
    sensor = shop.stranger()
    sensor.say(
        "homeassistant/sensor/cellar/config",
        {
            "uniq_id": "cellar-t",
            "stat_t": "house/cellar",
            "dev_cla": "temperature",
            "unit_of_meas": "°F",
            "val_tpl": "{{ value_json.climate.t }}",
            "dev": {"name": "cellar"},
        },
        retain=True,
    )

    def is_read() -> bool:
        sensor.say("house/cellar", {"climate": {"t": 39.2}})
        return "4.000" in shop.values("cellar")

    wait_for(is_read, "the announced sensor's value")


def test_our_own_devices_are_announced_to_whoever_asks_later(tmp_path: Path, mosquitto: Broker) -> None:
    """Retained, with the topic and the words by which a stranger's program reads them."""
    told = (
        'site = "store-1"\nbridge = "bridge-1"\nannounce = true\n[broker]\nport = {port}\n'
        '[[device]]\nid = "scale-1"\nprotocol = "mt_sics"\nport = "{folder}/none"\n'
        '[[modbus]]\nid = "cold-room"\nconnect = "tcp://127.0.0.1:1"\ntemplate = "xy-md02"\n'
    )
    bridge = Bridge(tmp_path / "bridge", told.format(port=mosquitto.port, folder=tmp_path))
    bridge.start()
    stranger = Stranger(mosquitto.port)
    try:
        stranger.client.subscribe("homeassistant/#", qos=1)
        wait_for(lambda: len(stranger.heard) >= 3, "three announcements")
        bodies = {
            topic.split("/")[2:4][-1] + topic.split("/")[2]: json.loads(raw) for topic, raw in stranger.heard
        }
        weight = bodies["weightliushui_store-1_bridge-1_scale-1"]
        assert weight["state_topic"] == "liushui/v1/store-1/bridge-1/live/scale-1"
        assert weight["unit_of_measurement"] == "kg"
        assert bodies["connectedliushui_store-1_bridge-1_cold-room"]["payload_on"] == "online"
        wait_for(
            lambda: bridge.status().get("devices", {}).get("cold-room", {}).get("status") == "offline",
            "the dead probe in the bridge's health",
        )
    finally:
        stranger.leave()
        bridge.kill()
