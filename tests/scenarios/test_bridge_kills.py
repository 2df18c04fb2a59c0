"""kill -9 of the bridge and of the broker, with the broker's memory lost: every reading arrives, none twice."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware_bridge.outbox import Outbox
from firmware_bridge.simulator import Action, Simulator
from shared.sensing.reading import Reading
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
"""


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    """A scanner on its cable."""
    simulator = Simulator(tmp_path / "ports", {"scanner-1": "scanner"})
    simulator.start()
    yield simulator
    simulator.stop()


@pytest.fixture
def bridge(tmp_path: Path, mosquitto: Broker) -> Iterator[Bridge]:
    """A bridge that is not started yet."""
    bridge = Bridge(tmp_path / "bridge", CONFIGURATION.format(port=mosquitto.port, ports=tmp_path / "ports"))
    yield bridge
    bridge.kill()


@pytest.fixture
def edge(tmp_path: Path, mosquitto: Broker) -> Iterator[FakeEdge]:
    """An edge that listens."""
    edge = FakeEdge(tmp_path / "edge.db", mosquitto.port)
    edge.connect()
    yield edge
    edge.disconnect()


def fill(bridge: Bridge, count: int) -> list[str]:
    """An outbox that has been filling while nobody was there: many scans, made before the bridge starts."""
    outbox = Outbox(bridge.folder / "state" / "outbox.db", lambda: "epoch-before")
    values = [f"before-{n}" for n in range(count)]
    for start in range(0, count, 500):
        outbox.append(
            [
                Reading(seq=0, kind="scan", device="scanner-0", quantity="scan", value=value)
                for value in values[start : start + 500]
            ]
        )
    outbox.close()
    return values


def assert_exactly_once(edge: FakeEdge, scanned: list[str]) -> None:
    """Every scan is at the edge, once, and no name came with two contents."""
    assert sorted(str(reading.value) for reading in edge.readings("scan")) == sorted(scanned)
    seqs = [reading.seq for reading in edge.readings()]
    assert seqs == list(range(1, len(seqs) + 1))
    assert edge.conflicts() == 0


def test_killing_the_bridge_again_and_again_loses_no_scan(
    bridge: Bridge, simulator: Simulator, edge: FakeEdge
) -> None:
    """The bridge dies within milliseconds of a scan; only that one may be unread, and is scanned again."""
    chance = random.Random(2)
    scanned = fill(bridge, 3000)

    def is_kept(value: str) -> bool:
        return value in bridge.held() or value in {reading.value for reading in edge.readings("scan")}

    for life in range(8):
        bridge.start()
        wait_for(lambda: bridge.is_online("scanner-1"), "scanner online")
        for n in range(chance.randrange(1, 6)):
            value = f"scan-{life}-{n}"
            assert simulator.do(Action(do="scan", device="scanner-1", text=value))
            wait_for(lambda value=value: is_kept(value), "scan kept")
            scanned.append(value)
        last = f"scan-{life}-last"
        assert simulator.do(Action(do="scan", device="scanner-1", text=last))
        simulator.do(Action(do="wait", seconds=chance.choice([0, 0, 0.002, 0.004])))
        bridge.kill()
        if is_kept(last):
            scanned.append(last)
        (bridge.folder / "state" / "status.json").unlink()
    bridge.start()
    edge.wait_until(lambda: len(edge.readings("scan")) >= len(scanned))
    wait_for(lambda: bridge.held() == [], "outbox empty")
    assert_exactly_once(edge, scanned)


def test_a_broker_that_forgets_everything_costs_nothing(
    bridge: Bridge, simulator: Simulator, edge: FakeEdge, mosquitto: Broker
) -> None:
    """kill -9 with its files gone: queued messages, sessions and retained births are lost, readings are not."""
    scanned = fill(bridge, 4000)
    bridge.start()
    edge.wait_until(lambda: len(edge.readings("scan")) >= 500)
    for life in range(3):
        mosquitto.kill()
        for file in mosquitto.folder.glob("*.db*"):
            file.unlink()
        wait_for(lambda: bridge.is_online("scanner-1"), "scanner online")
        for n in range(10):
            value = f"offline-{life}-{n}"
            assert simulator.do(Action(do="scan", device="scanner-1", text=value))
            scanned.append(value)
        mosquitto.start()
        edge.wait_until(lambda life=life: f"offline-{life}-9" in {r.value for r in edge.readings("scan")}, 60)
    wait_for(lambda: bridge.held() == [], "outbox empty", 60)
    assert_exactly_once(edge, scanned)


def test_an_edge_that_was_away_gets_everything_and_the_broker_is_not_buried(
    bridge: Bridge, simulator: Simulator, edge: FakeEdge
) -> None:
    """Without acknowledgements only a window of messages goes out; with them, all of it."""
    edge.acknowledges = False
    scanned = fill(bridge, 7000)
    bridge.start()
    edge.wait_until(lambda: len(edge.readings("scan")) >= 100 * 50)
    edge.disconnect()
    assert len(bridge.held()) >= 7000
    edge.acknowledges = True
    edge.connect()
    edge.wait_until(lambda: len(edge.readings("scan")) == 7000, 60)
    wait_for(lambda: bridge.held() == [], "outbox empty", 60)
    assert_exactly_once(edge, scanned)


def test_a_new_edge_takes_what_the_bridge_still_has(
    bridge: Bridge, edge: FakeEdge, tmp_path: Path, mosquitto: Broker
) -> None:
    """The edge's box was replaced: its watermark starts where the bridge's outbox does."""
    fill(bridge, 100)
    bridge.start()
    edge.wait_until(lambda: len(edge.readings("scan")) == 100)
    wait_for(lambda: bridge.held() == [], "outbox empty")
    edge.disconnect()
    bridge.stop()
    outbox = Outbox(bridge.folder / "state" / "outbox.db", lambda: "never")
    outbox.append([Reading(seq=0, kind="scan", device="scanner-0", quantity="scan", value="after")])
    outbox.close()
    fresh = FakeEdge(tmp_path / "fresh.db", mosquitto.port)
    fresh.connect()
    bridge.start()
    fresh.wait_until(lambda: [r.value for r in fresh.readings("scan")] == ["after"])
    wait_for(lambda: bridge.held() == [], "outbox empty")
    fresh.disconnect()
