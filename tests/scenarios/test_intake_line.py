"""The whole line of a store: simulated devices, the real bridge, a real broker, the real node, its pages' API."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import paho.mqtt.publish as publish
import pytest

from firmware_bridge.simulator import Action, Simulator
from shared.sensing.reading import Data, Reading, encode
from tests.support.broker import Broker
from tests.support.edge_node import STORE, EdgeNode, Phone
from tests.support.publisher import wait_until
from tests.unit.firmware_bridge.running import Bridge, wait_for

CONFIGURATION = """
site = "{site}"
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

[[sensors]]
family = "zigbee2mqtt"
"""
FRIDGE = (
    "sensor",
    ["fridge-1"],
    {
        "store": STORE, "place": "fridge-1", "quantity": "temperature", "has_high": 1, "high": 8_000_000,
        "has_low": 0, "low": 0, "hysteresis": 500_000, "raise_after_s": 2, "clear_after_s": 2,
        "offline_after_s": 6,
    },
)  # fmt: skip


class Corner:
    """Everything of one store."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        ports = folder / "ports"
        self.simulator = Simulator(
            ports,
            {"scanner-1": "scanner", "scale-1": "mt_sics"},
            {"fridge-1": "zigbee2mqtt"},
            (broker.host, broker.port),
            repeat_s=1.0,
        )
        self.bridge = Bridge(
            folder / "bridge", CONFIGURATION.format(site=STORE, port=broker.port, ports=ports)
        )
        self.node = EdgeNode(
            folder / "node", rows=[FRIDGE], options=["--broker", f"{broker.host}:{broker.port}"]
        )
        self.simulator.start()
        self.node.start()
        self.bridge.start()
        self.phone: Phone = self.node.sign_in("owner")
        wait_for(lambda: self.bridge.is_online("scanner-1"), "scanner online")

    def stop(self) -> None:
        self.bridge.kill()
        self.node.stop()
        self.simulator.stop()

    def fridge(self) -> dict:
        (item,) = self.phone.get("/v1/cold-chain").json()["items"]
        return item

    def milk(self) -> tuple[str, str]:
        """What may be sold, and what is held."""
        told = self.phone.get("/v1/stock/milk").json()
        return told["available"], told["held"]


@pytest.fixture
def corner(tmp_path: Path, mosquitto: Broker) -> Iterator[Corner]:
    opened = Corner(tmp_path, mosquitto)
    yield opened
    opened.stop()


def test_a_warm_fridge_takes_its_milk_off_sale_and_a_silent_one_is_not_fine(corner: Corner) -> None:
    """Warm: held within ten seconds of the raise, also over a kill -9. The bridge gone: silent, not fine."""
    answer = corner.phone.receive("milk", "12", lot="L1", expiry="2099-01-01", place="fridge-1")
    assert answer["state"] == "accepted"
    wait_until(lambda: corner.fridge()["state"] == "ok")
    assert corner.milk() == ("12", "0")
    corner.simulator.do(Action(do="temperature", device="fridge-1", value="9.4"))
    wait_until(lambda: corner.milk() == ("0", "12"), within_s=30)
    wait_until(lambda: corner.fridge()["excursion"] is not None)
    assert corner.fridge()["excursion"]["held_lots"] == 1
    corner.node.kill()
    corner.node.start()
    corner.phone = corner.node.sign_in("owner")
    corner.simulator.do(Action(do="temperature", device="fridge-1", value="4.0"))
    wait_until(lambda: corner.fridge()["state"] == "ok")
    assert corner.milk() == ("0", "12")
    corner.bridge.kill()
    wait_until(lambda: corner.fridge()["state"] == "silent", within_s=40)


def test_a_scan_and_a_weight_pop_up_on_an_open_screen(corner: Corner) -> None:
    """From the scanner's cable to the till's page, through driver, outbox, broker and node."""
    told: list[dict] = []
    opened = threading.Event()

    screen = corner.node.sign_in("clerk")

    def look() -> None:
        name = ""
        try:
            with screen.stream("GET", "/v1/live") as stream:
                opened.set()
                for line in stream.iter_lines():
                    if line.startswith("event:"):
                        name = line.removeprefix("event:").strip()
                    elif line.startswith("data: {"):
                        told.append({"name": name} | json.loads(line.removeprefix("data:")))
        except httpx.HTTPError:
            return  # the node was stopped at the end of the test

    threading.Thread(target=look, daemon=True).start()
    assert opened.wait(10)
    corner.simulator.do(Action(do="scan", device="scanner-1", text="6901234567892", aim="]E0"))
    corner.simulator.do(Action(do="put", device="scale-1", weight="1.250"))
    wait_until(lambda: any(event["name"] == "scan" and event["raw"] == "6901234567892" for event in told))
    wait_until(lambda: any(event["name"] == "weight" and event.get("captured") for event in told))
    (weight,) = [event for event in told if event["name"] == "weight" and event.get("captured")]
    assert (weight["value"], weight["unit"], weight["stable"]) == ("1.250", "kg", True)


def test_poison_and_a_forged_bridge_are_shown_and_stall_nobody(corner: Corner, mosquitto: Broker) -> None:
    """A sensor that sends rubbish, a stranger on our topics, and the fridge between them is heard as ever."""
    wait_until(lambda: corner.fridge()["state"] == "ok")
    forged = Data(
        bridge="bridge-2",
        epoch="x",
        after=0,
        readings=(Reading(seq=1, kind="weight", device="w", quantity="weight", value="9"),),
    )
    ours = f"liushui/v1/{STORE}/bridge-1/up/data"
    publish.multiple(
        [
            ("zigbee2mqtt/broken", b"A" * 5_120, 1, False),
            (ours, encode(forged), 1, False),
            (ours, b"{" * 5_120, 1, False),
            (f"liushui/v1/{STORE}/bridge-1/up/nonsense", b"x", 1, False),
        ],
        hostname=mosquitto.host,
        port=mosquitto.port,
    )

    def shown() -> set[str]:
        return {row["topic"] for row in corner.phone.get("/v1/devices/set-aside").json()["rows"]}

    wait_until(lambda: {"zigbee2mqtt/broken", ours, f"liushui/v1/{STORE}/bridge-1/up/nonsense"} <= shown())
    corner.simulator.do(Action(do="temperature", device="fridge-1", value="3.3"))
    wait_until(lambda: corner.fridge()["value"] == "3.3")
    assert corner.fridge()["state"] == "ok"
