"""Nothing is lost and nothing doubled when the node or the broker is killed while readings pour in."""

import random
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from edge.app import DAY_BOOK
from edge.intake.telemetry import Telemetry
from edge.ledger.reader import Readers
from shared.sensing.reading import Reading
from tests.support.broker import Broker
from tests.support.edge_node import STORE, new_day_book, store_rows
from tests.support.intake_process import IntakeProcess
from tests.support.mqtt_line import PUBACK, PUBLISH, MqttLine
from tests.support.publisher import Publisher, wait_until

MESSAGES = 2_000
MINUTE_MS = 60_000
FRIDGE = (
    "sensor",
    ["fridge-1"],
    {
        "store": STORE, "place": "fridge-1", "quantity": "temperature", "has_high": 1, "high": 8_000_000,
        "has_low": 0, "low": 0, "hysteresis": 500_000, "raise_after_s": 1800, "clear_after_s": 300,
        "offline_after_s": 900,
    },
)  # fmt: skip


@pytest.fixture
def line(mosquitto: Broker) -> Iterator[MqttLine]:
    """What the node calls its broker through."""
    through = MqttLine(mosquitto.port)
    yield through
    through.close()


@pytest.fixture
def intake(tmp_path: Path, line: MqttLine) -> Iterator[IntakeProcess]:
    """A store's writer and intake, running."""
    new_day_book(tmp_path / "node", rows=[*store_rows(), FRIDGE]).stop()
    process = IntakeProcess(tmp_path / "node", line.port)
    process.start()
    yield process
    process.stop()


@pytest.fixture
def bridge(mosquitto: Broker, intake: IntakeProcess) -> Iterator[Publisher]:
    """A bridge that the node has met."""
    publisher = Publisher(mosquitto.port, STORE)
    publisher.start()
    publisher.greet()
    yield publisher
    publisher.stop()


def weights(first: int, last: int) -> list[Reading]:
    """Weights are stored one row each, so that rows can be counted."""
    now_ms = time.time_ns() // 1_000_000
    return [
        Reading(
            seq=seq,
            kind="weight",
            device="scale-1",
            quantity="weight",
            value=str(seq),
            unit="g",
            ts_ms=now_ms,
        )
        for seq in range(first, last + 1)
    ]


def stored(folder: Path) -> list[int]:
    """The value of every stored weight, which is its number."""
    telemetry = Telemetry(folder / "telemetry.db")
    rows = telemetry.rows("SELECT value FROM weight")
    telemetry.close()
    return sorted(int(value) for (value,) in rows)


def test_two_thousand_readings_survive_six_killings_of_the_node(
    intake: IntakeProcess, bridge: Publisher, tmp_path: Path
) -> None:
    """kill -9 at random points: the broker hands over again what was in hand, and each reading stands once."""
    chance = random.Random(20261122)
    for first in range(0, 6 * MESSAGES // 8, MESSAGES // 8):
        bridge.send(*weights(first + 1, first + MESSAGES // 8))
        # A reading of this part, by its number. Counted from what is confirmed by now it could be one that is never
        # sent: with 200 of the first 250 confirmed while they were sent, the 146th from there is the 346th.
        bridge.await_ack(first + chance.randint(1, MESSAGES // 9))
        intake.kill()
        intake.start()
    bridge.send(*weights(6 * MESSAGES // 8 + 1, MESSAGES))
    bridge.await_ack(MESSAGES)
    intake.stop()
    assert stored(tmp_path / "node") == list(range(1, MESSAGES + 1))


def of_call(pairs: Iterable[tuple[int, int]], call: int) -> set[int]:
    """The packet ids of one call to the broker."""
    return {number for made_on, number in pairs if made_on == call}


@pytest.mark.parametrize(("moment", "kept"), [("before", 0), ("after", 10)])
def test_killed_around_the_commit_of_readings_the_broker_hands_them_over_again(
    intake: IntakeProcess, bridge: Publisher, line: MqttLine, tmp_path: Path, moment: str, kept: int
) -> None:
    """SIGKILL before COMMIT, and between COMMIT and PUBACK: nothing was said, all comes again, each stands once."""
    intake.stop()
    bridge.send(*weights(1, 10), per_message=10)
    bridge.await_broker()
    intake.start(dies=moment)
    intake.await_death()
    died_on = line.calls
    assert bridge.acked == 0
    assert len(stored(tmp_path / "node")) == kept
    in_hand = of_call(line.told, died_on) - of_call(line.answered, died_on)
    assert in_hand
    intake.start()
    bridge.await_ack(10)
    intake.stop()
    assert line.calls == died_on + 1
    assert in_hand <= of_call(line.told, line.calls)
    assert in_hand <= of_call(line.answered, line.calls)
    assert stored(tmp_path / "node") == list(range(1, 11))


def test_killed_between_puback_and_its_word_the_node_says_it_at_the_next_start(
    intake: IntakeProcess, bridge: Publisher, line: MqttLine, tmp_path: Path
) -> None:
    """The broker forgot the readings, the bridge has no `down/ack`: its retained birth brings it, and no reading."""
    line.hold_back(PUBLISH)
    bridge.send(*weights(1, 10), per_message=10)
    assert line.held.wait(60)
    intake.kill()
    died_on = line.calls
    assert bridge.acked == 0
    assert of_call(line.told, died_on) == of_call(line.answered, died_on)
    assert len(stored(tmp_path / "node")) == 10
    intake.start()
    bridge.await_ack(10)
    intake.stop()
    assert line.calls == died_on + 1
    assert len(of_call(line.told, line.calls)) == 1, "nothing but the bridge's birth"
    assert stored(tmp_path / "node") == list(range(1, 11))


def test_a_puback_that_never_arrives_costs_one_reading_told_twice(
    intake: IntakeProcess, bridge: Publisher, line: MqttLine, tmp_path: Path
) -> None:
    """Stored and acknowledged into a dead line, then killed: the broker cannot know, and it is the name that counts."""
    line.hold_back(PUBACK)
    bridge.send(*weights(1, 10), per_message=10)
    assert line.held.wait(60)
    intake.kill()
    died_on = line.calls
    assert len(stored(tmp_path / "node")) == 10
    (unanswered,) = of_call(line.told, died_on) - of_call(line.answered, died_on)
    intake.start()
    bridge.await_ack(10)
    intake.stop()
    assert unanswered in of_call(line.told, died_on + 1)
    assert unanswered in of_call(line.answered, died_on + 1)
    assert stored(tmp_path / "node") == list(range(1, 11))


def test_every_excursion_reaches_the_day_book_once_whenever_the_node_is_killed(
    intake: IntakeProcess, bridge: Publisher, tmp_path: Path
) -> None:
    """Ten hours of a fridge with five warm spells, kill -9 in between: five begun, the same five ended."""
    chance = random.Random(7)
    start_ms = time.time_ns() // 1_000_000 - 601 * MINUTE_MS
    readings = [
        Reading(
            seq=minute + 1,
            kind="sensor",
            device="fridge-1",
            quantity="temperature",
            value="9" if minute % 120 < 45 else "4",
            ts_ms=start_ms + minute * MINUTE_MS,
        )
        for minute in range(600)
    ]
    for first in range(0, 600, 60):
        bridge.send(*readings[first : first + 60])
        bridge.await_ack(first + chance.randint(1, 55))
        intake.kill()
        intake.start()
    bridge.await_ack(600)
    readers = Readers(tmp_path / "node" / DAY_BOOK)
    found: list[tuple] = []

    def all_ended() -> bool:
        with readers.lend() as connection:
            found[:] = connection.execute(
                "SELECT began_ms, ended_ms, state FROM excursion ORDER BY began_ms"
            ).fetchall()
        return len(found) == 5 and all(state == "ended" for *_, state in found)

    wait_until(all_ended)
    intake.stop()
    assert found == [
        (start_ms + spell * 120 * MINUTE_MS, start_ms + (spell * 120 + 50) * MINUTE_MS, "ended")
        for spell in range(5)
    ]
    telemetry = Telemetry(tmp_path / "node" / "telemetry.db")
    assert telemetry.counts()["pending"] == 0
    assert telemetry.rows("SELECT what FROM event") == []
    telemetry.close()


def test_readings_sent_while_the_node_is_down_wait_in_the_broker(
    intake: IntakeProcess, bridge: Publisher, tmp_path: Path
) -> None:
    """The session is the node's own and outlives it: far more than one flight of messages comes through."""
    intake.stop()
    bridge.send(*weights(1, 1_500))
    bridge.await_broker()
    intake.start()
    bridge.await_ack(1_500)
    intake.stop()
    assert stored(tmp_path / "node") == list(range(1, 1_501))


def test_a_killed_broker_costs_nothing(
    intake: IntakeProcess, bridge: Publisher, mosquitto: Broker, tmp_path: Path
) -> None:
    """The broker forgets what it had not saved; the bridge sends again what the node has not confirmed."""
    intake.kill()
    bridge.send(*weights(1, 400))
    bridge.await_broker()
    mosquitto.kill()
    mosquitto.start()
    intake.start()
    wait_until(bridge.client.is_connected)
    bridge.send(*weights(401, 500))
    bridge.insist(500)
    mosquitto.kill()
    mosquitto.start()
    wait_until(bridge.client.is_connected)
    bridge.send(*weights(501, 600))
    bridge.insist(600)
    intake.stop()
    assert stored(tmp_path / "node") == list(range(1, 601))


def test_poison_does_not_stop_what_follows(intake: IntakeProcess, bridge: Publisher, tmp_path: Path) -> None:
    """Three hundred malformed messages, more than the broker hands out unacknowledged, and then good ones."""
    here = f"liushui/v1/{STORE}/b1/up"
    for number in range(100):
        bridge.raw(f"{here}/data", b"\xff" * (number + 1))
        bridge.raw(f"{here}/nonsense", b"{}")
        bridge.raw(f"{here}/data", b"9" * 5_000)
    bridge.send(*weights(1, 10))
    bridge.await_ack(10)
    intake.stop()
    assert stored(tmp_path / "node") == list(range(1, 11))
    telemetry = Telemetry(tmp_path / "node" / "telemetry.db")
    assert telemetry.counts()["quarantine"] == 300
    telemetry.close()
