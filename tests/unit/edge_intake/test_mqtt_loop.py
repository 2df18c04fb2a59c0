"""The loop on a real broker: nothing is acknowledged before it is stored, and what is shown is not stored."""

from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from structlog.testing import capture_logs

from edge.intake.fold import Folded, Message
from edge.intake.mqtt import BrokerAddress, Commit, MqttIntake
from edge.intake.service import FILE_NAME, Intake, open_telemetry
from edge.ledger.clock import machine_clock
from shared.sensing.reading import Data, DeviceLive, encode, topic_live, topic_up
from tests.support.bridge_talk import SITE
from tests.support.broker import Broker
from tests.support.publisher import Publisher, wait_until
from tests.unit.edge_intake.slow_disk import Disk, reading


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def loop(mosquitto: Broker, disk: Disk) -> Iterator[MqttIntake]:
    """A running loop."""
    running = MqttIntake(BrokerAddress(port=mosquitto.port), SITE, write=disk.write, show=disk.shown.append)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def bridge(mosquitto: Broker, loop: MqttIntake) -> Iterator[Publisher]:
    """A bridge that the loop has met."""
    publisher = Publisher(mosquitto.port, SITE)
    publisher.start()
    publisher.greet()
    yield publisher
    publisher.stop()


def test_a_full_disk_acknowledges_nothing_and_loses_nothing(bridge: Publisher, disk: Disk) -> None:
    """While the disk refuses, the batch stays in hand and is tried again; then it is stored once."""
    disk.full = True
    bridge.send(*(reading(seq) for seq in range(1, 31)))
    bridge.await_broker()
    wait_until(lambda: disk.refused >= 2)
    assert bridge.acked == 0
    disk.full = False
    bridge.await_ack(30)
    assert disk.numbers() == list(range(1, 31))
    assert max(len(batch) for batch in disk.batches) > 1


def test_a_flood_that_nobody_asked_for_has_a_bound_while_the_disk_refuses(
    bridge: Publisher, disk: Disk, loop: MqttIntake
) -> None:
    """Forty messages of 200 KB with QoS 0: twenty are kept, the others counted and told; readings lose nothing."""
    stranger = topic_up(SITE, "stranger", "data")
    disk.full = True
    with capture_logs() as told:
        for seq in range(1001, 1041):
            one = reading(seq)
            data = encode(Data(bridge="stranger", epoch="S", after=seq - 1, readings=(one,)))
            bridge.client.publish(stranger, data[:-1] + b',"more":"' + b"x" * 200_000 + b'"}', qos=0)
        bridge.send(*(reading(seq) for seq in range(1, 31)))
        bridge.await_broker()
        wait_until(lambda: loop.dropped() == 20)
        assert bridge.acked == 0
        disk.full = False
        bridge.await_ack(30)
    assert disk.numbers() == [*range(1001, 1021), *range(1, 31)]
    assert sum(line["messages"] for line in told if line["event"] == "messages_dropped") == 20


def test_a_flood_is_stored_in_small_batches_and_a_single_message_does_not_wait(
    bridge: Publisher, disk: Disk
) -> None:
    """At most fifty messages in a transaction, in their order."""
    bridge.send(reading(1))
    bridge.await_ack(1)
    before = len(disk.batches)
    bridge.send(*(reading(seq) for seq in range(2, 502)))
    bridge.await_ack(501)
    assert max(len(batch) for batch in disk.batches[before:]) <= 50
    assert disk.numbers() == list(range(1, 502))


def test_what_a_device_shows_right_now_goes_to_screens_and_not_to_the_disk(
    bridge: Publisher, disk: Disk
) -> None:
    """The live topic is QoS 0: no packet id, nothing to acknowledge, nothing stored."""
    live = DeviceLive(bridge="b1", device="scale-1", value="0.730", unit="kg", stable=False)
    bridge.client.publish(topic_live(SITE, "b1", "scale-1"), encode(live), qos=0)
    wait_until(lambda: len(disk.shown) == 1)
    bridge.send(reading(1))
    bridge.await_ack(1)
    assert disk.numbers() == [1]


@pytest.mark.parametrize("where", ["writing", "at the COMMIT"])
def test_a_mistake_of_ours_silences_nothing(mosquitto: Broker, disk: Disk, where: str) -> None:
    """An error that nobody foresaw is told once, the line is made anew, and what was in hand comes again."""
    mistakes = [KeyError("unforeseen")]

    def fail_once() -> None:
        if mistakes:
            raise mistakes.pop()

    def write(messages: list[Message]) -> Commit:
        if where == "writing":
            fail_once()
        commit = disk.write(messages)

        def committed() -> Folded:
            fail_once()
            return commit()

        return committed

    loop = MqttIntake(BrokerAddress(port=mosquitto.port), SITE, write=write, show=disk.shown.append)
    publisher = Publisher(mosquitto.port, SITE)
    with capture_logs() as told:
        loop.start()
        publisher.start()
        publisher.greet()
        publisher.send(*(reading(seq) for seq in range(1, 31)))
        publisher.await_ack(30)
        publisher.stop()
        loop.stop()
    assert disk.numbers() == list(range(1, 31))
    assert [line["event"] for line in told if line["log_level"] == "error"] == ["intake_failed"]


def test_a_loop_without_a_broker_keeps_trying_and_stops_when_told(free_port: int, disk: Disk) -> None:
    """The broker is down when the node starts: that is normal, and stopping does not hang on it."""
    loop = MqttIntake(BrokerAddress(port=free_port), SITE, write=disk.write, show=disk.shown.append)
    loop.start()
    assert loop.connected_for_s() == 0
    loop.stop()


def test_a_damaged_telemetry_file_is_put_aside_and_the_store_opens(tmp_path: Path) -> None:
    """Rubbish where the file was: kept under another name, and a new one begun."""
    path = tmp_path / FILE_NAME
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 8192)
    telemetry = open_telemetry(path)
    assert telemetry.counts()["sample"] == 0
    telemetry.close()
    assert (tmp_path / f"{FILE_NAME}.damaged").read_bytes().startswith(b"SQLite format 3\0\xff")


def test_a_second_client_under_the_node_s_name_is_told_and_costs_nothing(
    mosquitto: Broker, tmp_path: Path
) -> None:
    """Each throws the other out; the diary says so once, and what bridges send is stored whole."""
    telemetry = open_telemetry(tmp_path / FILE_NAME)
    intake = Intake(
        telemetry,
        BrokerAddress(port=mosquitto.port),
        SITE,
        ask=lambda _asked: None,  # type: ignore[arg-type, return-value]
        read_rules=list,
        publish=lambda _name, _data: None,
        now_ms=machine_clock(),
    )
    intake.start()
    bridge = Publisher(mosquitto.port, SITE)
    bridge.start()
    bridge.greet()
    impostor = mqtt.Client(
        CallbackAPIVersion.VERSION2, client_id=f"liushui-edge-{SITE}", protocol=mqtt.MQTTv5
    )
    impostor.reconnect_delay_set(1, 1)
    impostor.connect("127.0.0.1", mosquitto.port)
    impostor.loop_start()
    try:
        wait_until(lambda: any(one.what == "connection_taken_over" for one in telemetry.set_aside()))
        bridge.send(*(reading(seq) for seq in range(1, 21)))
        bridge.insist(20)
    finally:
        impostor.disconnect()
        impostor.loop_stop()
        bridge.stop()
        intake.stop()
