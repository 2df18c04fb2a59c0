"""From a scanner, a scale and a fridge to the edge: real frames, real broker, real processes."""

import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from firmware_bridge.simulator import Action, Simulator
from firmware_bridge.simulator.scripted import PortKind
from tests.support.broker import Broker
from tests.unit.firmware_bridge.fake_edge import FakeEdge
from tests.unit.firmware_bridge.running import Bridge, wait_for

CONFIGURATION = """
site = "store-1"
bridge = "bridge-1"

[broker]
port = {port}

[[device]]
id = "scanner-1"
protocol = "scanner"
port = "{ports}/scanner-1"

[[device]]
id = "scale-1"
protocol = "mt_sics"
port = "{ports}/scale-1"
cal_id = "CAL-7"

[[device]]
id = "scale-2"
protocol = "toledo_8217"
port = "{ports}/scale-2"
options = {{ unit = "kg" }}

[[sensors]]
family = "zigbee2mqtt"

[[sensors]]
family = "tasmota"
utc_offset = "+08:00"

[[sensors]]
family = "esphome"
"""


@pytest.fixture
def shop(tmp_path: Path, mosquitto: Broker) -> Iterator[tuple[Bridge, Simulator, FakeEdge]]:
    """A store's corner: one bridge with all its devices, and an edge that listens."""
    ports = tmp_path / "ports"
    simulator = Simulator(
        ports,
        {"scanner-1": "scanner", "scale-1": "mt_sics", "scale-2": "toledo_8217"},
        {"fridge-1": "zigbee2mqtt", "freezer-1": "tasmota", "coldroom": "esphome"},
        (mosquitto.host, mosquitto.port),
        repeat_s=1.0,
    )
    simulator.start()
    bridge = Bridge(tmp_path / "bridge", CONFIGURATION.format(port=mosquitto.port, ports=ports))
    edge = FakeEdge(tmp_path / "edge.db", mosquitto.port)
    edge.connect()
    bridge.start()
    wait_for(lambda: all(bridge.is_online(name) for name in simulator.paths), "all devices online")
    edge.wait_until(lambda: bool(edge.readings("sensor")))
    yield bridge, simulator, edge
    bridge.kill()
    edge.disconnect()
    simulator.stop()


Shop = tuple[Bridge, Simulator, FakeEdge]


def values(edge: FakeEdge, device: str, quantity: str) -> list[str | None]:
    """What one device has reported of one quantity."""
    return [r.value for r in edge.readings() if (r.device, r.quantity) == (device, quantity)]


def test_a_scan_a_weight_and_a_warm_fridge_reach_the_edge(shop: Shop) -> None:
    """One of each, through the real driver of each."""
    bridge, simulator, edge = shop
    assert simulator.do(Action(do="scan", device="scanner-1", text="0109501101530003\x1d10AB", aim="]C1"))
    simulator.do(Action(do="put", device="scale-1", weight="1.250"))
    simulator.do(Action(do="put", device="scale-2", weight="0.500"))
    for name in ("fridge-1", "freezer-1", "coldroom"):
        simulator.do(Action(do="temperature", device=name, value="9.4"))
    edge.wait_until(lambda: values(edge, "scale-1", "weight") == ["1.250"])
    edge.wait_until(lambda: values(edge, "scale-2", "weight") == ["0.500"])
    for name in ("fridge-1", "freezer-1", "coldroom"):
        edge.wait_until(lambda name=name: "9.4" in values(edge, name, "temperature"))
    (scan,) = edge.readings("scan")
    assert (scan.value, scan.symbology) == ("0109501101530003\x1d10AB", "]C1")
    weight = next(r for r in edge.readings("weight") if r.device == "scale-1")
    assert (weight.unit, weight.stable, weight.cal_id) == ("kg", True, "CAL-7")
    assert weight.raw is not None
    assert bytes.fromhex(weight.raw) == b"S S      1.250 kg"
    assert "43.3" not in values(edge, "freezer-1", "temperature"), "a board is not a fridge"
    assert all(r.unit == "Cel" for r in edge.readings("sensor") if r.quantity == "temperature")
    assert bridge.rss_mib() <= 60
    assert bridge.stop() == 0
    edge.wait_until(lambda: any(death.reason == "stopped" for death in edge.deaths))
    assert edge.deaths[-1].session == edge.births[-1].session
    assert {d.device: d.status for d in edge.births[-1].devices}["scale-1"] == "online"


def test_lifting_and_putting_again_is_a_second_weight(shop: Shop) -> None:
    """Adding to the plate is not; and a killed bridge does not take what lies there again."""
    bridge, simulator, edge = shop
    for scale in ("scale-1", "scale-2"):
        simulator.do(Action(do="put", device=scale, weight="1.000"))
        edge.wait_until(lambda scale=scale: values(edge, scale, "weight") == ["1.000"])
        simulator.do(Action(do="put", device=scale, weight="2.000"))
    bridge.kill()
    bridge.start()
    edge.wait_until(lambda: len({birth.started_ms for birth in edge.births}) == 2)
    wait_for(lambda: all(bridge.is_online(name) for name in simulator.paths), "devices back")
    for scale in ("scale-1", "scale-2"):
        simulator.do(Action(do="take", device=scale))
        simulator.do(Action(do="wait", seconds=0.7))
        simulator.do(Action(do="put", device=scale, weight="3.005"))
        edge.wait_until(lambda scale=scale: "3.005" in values(edge, scale, "weight"))
        assert values(edge, scale, "weight") == ["1.000", "3.005"]


def test_a_pulled_cable_works_again_within_five_seconds(shop: Shop) -> None:
    """The edge hears of both, and the next scan is read through the new port."""
    bridge, simulator, edge = shop
    simulator.do(Action(do="unplug", device="scanner-1"))
    edge.wait_until(lambda: values(edge, "scanner-1", "device_offline") == [None])
    simulator.do(Action(do="plug", device="scanner-1"))
    wait_for(lambda: bridge.is_online("scanner-1"), "scanner back", seconds=5)
    assert simulator.do(Action(do="scan", device="scanner-1", text="4006381333931"))
    edge.wait_until(lambda: "4006381333931" in values(edge, "scanner-1", "scan"))


def test_three_scales_on_one_bridge_are_pulled_out_and_weigh_again_within_five_seconds(
    tmp_path: Path, mosquitto: Broker
) -> None:
    """F18: one that is asked, one that answers in seven bits, one that repeats itself; the others go on weighing."""
    kinds: dict[str, PortKind] = {"scale-1": "mt_sics", "scale-2": "toledo_8217", "scale-3": "a_and_d"}
    simulator = Simulator(tmp_path / "ports", kinds, {}, (mosquitto.host, mosquitto.port))
    simulator.start()
    told = f'site = "store-1"\nbridge = "bridge-1"\n[broker]\nport = {mosquitto.port}\n'
    for name, protocol in kinds.items():
        unit = 'options = { unit = "kg" }\n' if protocol == "toledo_8217" else ""
        told += (
            f'[[device]]\nid = "{name}"\nprotocol = "{protocol}"\nport = "{simulator.paths[name]}"\n{unit}'
        )
    bridge = Bridge(tmp_path / "bridge", told)
    edge = FakeEdge(tmp_path / "edge.db", mosquitto.port)
    edge.connect()
    bridge.start()
    try:
        wait_for(lambda: all(bridge.is_online(name) for name in kinds), "three scales")
        for round_, pulled in enumerate(kinds, start=1):
            simulator.do(Action(do="unplug", device=pulled))
            edge.wait_until(lambda pulled=pulled: values(edge, pulled, "device_offline") == [None])
            weight = f"{round_}.250"
            for other in kinds.keys() - {pulled}:
                simulator.do(Action(do="take", device=other))
                simulator.do(Action(do="wait", seconds=0.7))
                simulator.do(Action(do="put", device=other, weight=weight))
                edge.wait_until(
                    lambda other=other, weight=weight: (
                        Decimal(weight) in map(Decimal, filter(None, values(edge, other, "weight")))
                    )
                )
            simulator.do(Action(do="take", device=pulled))
            simulator.do(Action(do="plug", device=pulled))
            began = time.monotonic()
            wait_for(lambda pulled=pulled: bridge.is_online(pulled), f"{pulled} back", seconds=5)
            # The bridge has to see the empty plate: what lay there before the cable was out may lie there still.
            simulator.do(Action(do="wait", seconds=0.7))
            simulator.do(Action(do="put", device=pulled, weight=weight))
            edge.wait_until(
                lambda pulled=pulled, weight=weight: (
                    Decimal(weight) in map(Decimal, filter(None, values(edge, pulled, "weight")))
                )
            )
            assert time.monotonic() - began < 5, f"{pulled} took too long"
    finally:
        bridge.kill()
        edge.disconnect()
        simulator.stop()


def test_an_unplugged_probe_and_a_broken_payload_are_told_apart(shop: Shop, mosquitto: Broker) -> None:
    """No value has its reason, poison goes to the quarantine, and the next sensor is read."""
    import paho.mqtt.publish as publish

    _, simulator, edge = shop
    publish.multiple(
        [("tele/freezer-9/SENSOR", b'{"Time":', 1, False), ("tele/freezer-8/SENSOR", b"\xff\xfe", 1, False)],
        hostname=mosquitto.host,
        port=mosquitto.port,
    )
    simulator.do(Action(do="temperature", device="fridge-1", value=None))
    edge.wait_until(lambda: None in values(edge, "fridge-1", "temperature"))
    missing = [r for r in edge.readings("sensor") if r.device == "fridge-1" and r.quality == "null"]
    assert {r.quantity for r in missing} == {"temperature"}
    edge.wait_until(lambda: len(values(edge, "tasmota", "payload_refused")) == 2)
    told = [r.detail["error"] for r in edge.readings("event") if r.quantity == "payload_refused"]
    assert told == ["malformed_json", "not_utf8"]
    simulator.do(Action(do="temperature", device="freezer-1", value="-17.5"))
    edge.wait_until(lambda: "-17.5" in values(edge, "freezer-1", "temperature"))
    assert Decimal("-17.5") in {
        Decimal(value) for value in values(edge, "freezer-1", "temperature") if value is not None
    }
