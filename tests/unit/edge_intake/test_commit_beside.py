"""The COMMIT runs beside the loop: what is acknowledged is on the disk, in order, on the call on which it came."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.intake.mqtt import BrokerAddress, MqttIntake
from edge.intake.telemetry import Telemetry
from edge.ledger import dbapi
from shared.sensing.reading import DeviceLive, encode, topic_live
from tests.support.bridge_talk import SITE
from tests.support.broker import Broker
from tests.support.mqtt_line import MqttLine
from tests.support.publisher import Publisher, wait_until
from tests.unit.edge_intake.slow_disk import Disk, reading


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def line(mosquitto: Broker) -> Iterator[MqttLine]:
    """What the loop calls its broker through."""
    through = MqttLine(mosquitto.port)
    yield through
    through.close()


@pytest.fixture
def loop(line: MqttLine, disk: Disk) -> Iterator[MqttIntake]:
    """A running loop; at the end the disk is let go."""
    running = MqttIntake(BrokerAddress(port=line.port), SITE, write=disk.write, show=disk.shown.append)
    running.start()
    yield running
    disk.ready.set()
    running.stop()


@pytest.fixture
def bridge(mosquitto: Broker, loop: MqttIntake) -> Iterator[Publisher]:
    """A bridge that the loop has met."""
    publisher = Publisher(mosquitto.port, SITE)
    publisher.start()
    publisher.greet()
    yield publisher
    publisher.stop()


def hold(disk: Disk, bridge: Publisher, line: MqttLine, upto: int) -> None:
    """Readings 1 to `upto` are in the loop's hand or on their way to the disk, and nobody has heard of it.

    That the broker has told them is not enough: the loop may not have read them yet. What a scale shows right now
    comes behind them on the same call, so whoever shows it has read them all.
    """
    disk.ready.clear()
    begun, told, shown = disk.waiting, len(line.told), len(disk.shown)
    bridge.send(*(reading(seq) for seq in range(1, upto + 1)))
    wait_until(lambda: disk.waiting > begun and len(line.told) == told + upto)
    live = DeviceLive(bridge="b1", device="scale-1", value="0.730", unit="kg", stable=False)
    bridge.client.publish(topic_live(SITE, "b1", "scale-1"), encode(live), qos=0)
    wait_until(lambda: len(disk.shown) > shown)


def test_the_loop_listens_while_the_disk_is_waited_for(bridge: Publisher, disk: Disk, line: MqttLine) -> None:
    """A hundred messages are in hand and a scale's live value is shown, all during one COMMIT; then fifty at a time."""
    answered = len(line.answered)
    hold(disk, bridge, line, 100)
    assert len(disk.shown) == 1
    assert len(line.answered) == answered
    assert bridge.acked == 0
    disk.ready.set()
    bridge.await_ack(100)
    assert disk.numbers() == list(range(1, 101))
    assert max(len(batch) for batch in disk.batches) <= 50
    wait_until(lambda: len(line.answered) == answered + 100)
    assert line.wrong == []


def test_a_failed_commit_acknowledges_nothing_and_keeps_the_order(
    bridge: Publisher, disk: Disk, line: MqttLine
) -> None:
    """The batch comes again before all that has come since, on the same call."""
    answered = len(line.answered)
    hold(disk, bridge, line, 80)
    disk.broken = True
    disk.ready.set()
    wait_until(lambda: disk.refused >= 2)
    assert len(line.answered) == answered
    assert bridge.acked == 0
    disk.broken = False
    bridge.await_ack(80)
    assert disk.numbers() == list(range(1, 81))
    assert line.calls == 1


def test_a_commit_of_which_nobody_knows_comes_again(bridge: Publisher, disk: Disk, line: MqttLine) -> None:
    """On the disk, and yet an error: not acknowledged, stored again under the same names, then acknowledged once."""
    hold(disk, bridge, line, 10)
    disk.forgetful = True
    disk.ready.set()
    wait_until(lambda: disk.refused >= 1)
    disk.forgetful = False
    bridge.await_ack(10)
    assert sorted(set(disk.numbers())) == list(range(1, 11))
    assert len(disk.numbers()) > 10
    wait_until(lambda: len(line.answered) == len(line.told))
    assert len(set(line.answered)) == len(line.answered)


def test_whoever_stops_waits_for_the_commit_under_way_and_for_what_is_in_hand(
    bridge: Publisher, disk: Disk, line: MqttLine, loop: MqttIntake, mosquitto: Broker
) -> None:
    """All of it is stored and acknowledged before the loop leaves: the broker has nothing to hand out again."""
    hold(disk, bridge, line, 80)
    leaving = threading.Thread(target=loop.stop)
    leaving.start()
    assert leaving.is_alive()
    disk.ready.set()
    leaving.join()
    bridge.await_ack(80)
    assert disk.numbers() == list(range(1, 81))
    next_loop = MqttIntake(BrokerAddress(port=mosquitto.port), SITE, write=disk.write, show=disk.shown.append)
    next_loop.start()
    bridge.send(reading(81))
    bridge.await_ack(81)
    next_loop.stop()
    assert disk.numbers() == list(range(1, 82))


def test_an_acknowledgement_never_goes_to_a_call_on_which_the_message_did_not_come(
    bridge: Publisher, disk: Disk, line: MqttLine
) -> None:
    """Cut between write and COMMIT: all of it comes again on the next call, and is acknowledged only then."""
    answered = len(line.answered)
    hold(disk, bridge, line, 80)
    line.cut()
    disk.ready.set()
    bridge.await_ack(80)
    assert sorted(set(disk.numbers())) == list(range(1, 81))
    wait_until(lambda: len(line.answered) >= answered + 80)
    assert {call for call, _ in line.answered[answered:]} == {2}
    assert line.wrong == []


def test_a_lost_call_during_a_commit_that_fails_loses_nothing(
    bridge: Publisher, disk: Disk, line: MqttLine
) -> None:
    """Neither the disk nor the broker: the batch is let go, and the broker hands it out again."""
    hold(disk, bridge, line, 10)
    disk.broken = True
    line.cut()
    disk.ready.set()
    # Once the next call is there the batch is let go; before that it would be tried again, and rightly stored twice.
    wait_until(lambda: disk.refused >= 1 and line.calls == 2)
    disk.broken = False
    bridge.await_ack(10)
    assert disk.numbers() == list(range(1, 11))
    assert line.wrong == []


def test_the_lock_of_the_file_is_free_after_a_commit_that_failed(tmp_path: Path) -> None:
    """Begun in one thread, ended in another, and the next transaction finds the file as it was."""

    telemetry = Telemetry(tmp_path / "telemetry.db")
    telemetry.begin().execute(
        "INSERT INTO quarantine (at_ms, topic, payload, size, error) VALUES (1,'',x'',0,'')"
    )
    ender = threading.Thread(target=telemetry.take_back)
    ender.start()
    ender.join()
    telemetry.begin().execute("COMMIT")
    with pytest.raises(dbapi.Error):
        telemetry.commit()
    with telemetry.transaction() as db:
        assert db.execute("SELECT count(*) FROM quarantine").fetchone() == (0,)
    telemetry.close()
