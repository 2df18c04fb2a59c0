"""A fridge gets too warm and its milk cannot be sold any more: from the sensor's message to the day-book."""

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from edge.app import DAY_BOOK
from edge.intake.mqtt import BrokerAddress
from edge.intake.pending import ask_writer
from edge.intake.rules import assigned_to
from edge.intake.service import Intake
from edge.intake.telemetry import Telemetry
from edge.jobs.job import Context
from edge.jobs.roll_ups import run as roll_up
from edge.ledger.live import Live
from edge.ledger.reader import Readers
from edge.ledger.recording import prepare
from edge.ledger.writer import Writer, node_asker
from shared.access.roles import EVERY_PERMISSION
from shared.sensing.reading import Reading
from tests.support.broker import Broker
from tests.support.edge_node import STORE, new_day_book, store_rows, typed_op
from tests.support.publisher import Publisher, at_moment, wait_until

MINUTE_MS = 60_000
SENSORS = [
    (
        "sensor",
        ["fridge-1"],
        {
            "store": STORE, "place": "fridge-1", "quantity": "temperature", "has_high": 1, "high": 8_000_000,
            "has_low": 0, "low": 0, "hysteresis": 500_000, "raise_after_s": 1800, "clear_after_s": 300,
            "offline_after_s": 900,
        },
    ),
    (
        "sensor",
        ["freezer-1"],
        {
            "store": STORE, "place": "shelf", "quantity": "temperature", "has_high": 1, "high": -15_000_000,
            "has_low": 0, "low": 0, "hysteresis": 500_000, "raise_after_s": 1800, "clear_after_s": 300,
            "offline_after_s": 900,
        },
    ),
]  # fmt: skip


class Clock:
    """The node's clock, moved by the story."""

    def __init__(self) -> None:
        self.now_ms = time.time_ns() // 1_000_000

    def __call__(self) -> int:
        return self.now_ms

    def forward(self, minutes: int) -> None:
        self.now_ms += minutes * MINUTE_MS


class Store:
    """One store's writer, intake and bridge, with milk in the fridge."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        self.clock = Clock()
        new_day_book(folder, rows=[*store_rows(), *SENSORS]).stop()
        self.folder = folder
        self.writer = Writer(folder / DAY_BOOK, now_ms=self.clock)
        self.writer.start()
        self.readers = Readers(folder / DAY_BOOK)
        self.live = Live()
        self.told: list[tuple[str, dict]] = []
        self.intake = Intake(
            Telemetry(folder / "telemetry.db"),
            BrokerAddress(port=broker.port),
            STORE,
            ask=ask_writer(self.writer),
            read_rules=lambda: assigned_to(self.readers, STORE),
            publish=lambda name, data: self.told.append((name, dict(data))),
            now_ms=self.clock,
        )
        self.intake.start()
        self.bridge = Publisher(broker.port, STORE)
        self.bridge.start()
        self.bridge.greet()
        self.seq = 0

    def stop(self) -> None:
        self.bridge.stop()
        self.intake.stop()
        self.writer.stop()

    def ask(self, kind: str, body: dict) -> None:
        asker = msgspec.structs.replace(node_asker("li"), permissions=EVERY_PERMISSION)
        (answer,) = self.writer.submit([prepare(typed_op(kind, body))], asker).result(10)
        assert answer.accepted, answer.error

    def measures(self, value: str) -> None:
        """The fridge's sensor says a value now; returns when the bridge has the node's word for it."""
        self.seq += 1
        reading = Reading(
            seq=self.seq, kind="sensor", device="fridge-1", quantity="temperature", value=value, unit="Cel"
        )
        self.bridge.send(at_moment(reading, self.clock()))
        self.bridge.await_ack(self.seq)

    def rows(self, sql: str) -> list[tuple]:
        with self.readers.lend() as connection:
            return connection.execute(sql).fetchall()

    def lying(self) -> dict[str, int]:
        """Pieces of milk by location."""
        return {
            location: qty // 1_000_000
            for location, qty in self.rows("SELECT location, qty FROM stock WHERE sku = 'milk' AND qty > 0")
        }

    def state(self) -> str:
        return next(sensor.state for sensor in self.intake.latest() if sensor.sensor == "fridge-1")


@pytest.fixture
def store(tmp_path: Path, mosquitto: Broker) -> Iterator[Store]:
    opened = Store(tmp_path / "node", mosquitto)
    opened.ask(
        "stock.receive",
        {"lines": [{"sku": "milk", "qty": "12", "lot": "L1", "expiry": "2099-01-01", "place": "fridge-1"}]},
    )
    opened.ask(
        "stock.receive",
        {"lines": [{"sku": "milk", "qty": "3", "lot": "L2", "expiry": "2099-01-01", "place": "shelf"}]},
    )
    yield opened
    opened.stop()


def test_a_warm_fridge_holds_its_milk_within_ten_seconds_and_frees_nothing_by_itself(store: Store) -> None:
    """R10, F20: above the limit for its half hour; what lies there is held in the excursion's own transaction."""
    store.measures("5")
    for _ in range(30):
        store.clock.forward(1)
        store.measures("9")
    assert store.state() == "warning"
    assert store.lying() == {"store/fridge-1": 12, "store/shelf": 3}
    store.clock.forward(1)
    store.measures("9.5")
    raised_s = time.monotonic()
    wait_until(lambda: store.lying() == {"hold/fridge-1": 12, "store/shelf": 3}, within_s=10)
    assert time.monotonic() - raised_s < 10
    assert store.state() == "excursion"
    ((excursion, state, peak),) = store.rows("SELECT excursion, state, peak FROM excursion")
    assert (state, peak) == ("open", 9_500_000)
    assert store.rows("SELECT excursion FROM hold") == [(excursion,)]
    assert ("excursion", "began") in {(name, data.get("what")) for name, data in store.told}

    for _ in range(6):
        store.clock.forward(1)
        store.measures("5")
    wait_until(lambda: store.rows("SELECT state FROM excursion") == [("ended",)])
    assert store.state() == "ok"
    assert store.lying() == {"hold/fridge-1": 12, "store/shelf": 3}


def test_the_clock_alone_completes_the_half_hour_of_a_sensor_that_reports_only_changes(store: Store) -> None:
    """The wait ends between two messages: the watch that looks every five seconds finds it."""
    store.measures("9")
    for _ in range(29):
        store.clock.forward(1)
        store.measures("9")
    store.clock.forward(1)
    wait_until(lambda: _watched(store, store.lying() == {"hold/fridge-1": 12, "store/shelf": 3}), within_s=10)


def _watched(store: Store, seen: bool) -> bool:
    if not seen:
        store.intake.watch()
    return seen


def test_a_sensor_that_falls_silent_is_not_fine_and_one_that_never_spoke_neither(store: Store) -> None:
    """Fifteen minutes without a word, and the freezer that was assigned and never heard of at all."""
    store.measures("5")
    assert {sensor.sensor: sensor.state for sensor in store.intake.latest()} == {
        "fridge-1": "ok",
        "freezer-1": "unknown",
    }
    store.clock.forward(15)
    wait_until(
        lambda: _watched(
            store,
            store.rows("SELECT sensor, state FROM sensor_state ORDER BY sensor")
            == [("freezer-1", "silent"), ("fridge-1", "silent")],
        )
    )
    assert {sensor.state for sensor in store.intake.latest()} == {"silent"}
    store.measures("5")
    wait_until(lambda: store.rows("SELECT state FROM sensor_state WHERE sensor = 'fridge-1'") == [("heard",)])
    assert store.state() == "ok"


def test_a_refused_or_repeated_command_is_settled_and_never_doubled(store: Store) -> None:
    """A crash between telemetry and ledger: the same excursion is asked for again and stands once."""
    for _ in range(31):
        store.measures("9")
        store.clock.forward(1)
    wait_until(lambda: store.intake.telemetry.counts()["pending"] == 0)
    facts = store.rows("SELECT count(*) FROM event")
    began = store.rows("SELECT op_id FROM op WHERE count = 2")
    with store.intake.telemetry.transaction() as db:
        body = (
            f'{{"excursion":"{store.rows("SELECT excursion FROM excursion")[0][0]}","sensor":"fridge-1",'
            '"place":"fridge-1","quantity":"temperature","began_ms":1,"limit":1,"value":1}'
        )
        db.execute(
            "INSERT INTO pending (op_id, kind, body, happened_ms, made_ms) VALUES (?,?,?,1,1)",
            (began[0][0], "sensing.begin_excursion", body.encode()),
        )
    store.intake.pump.wake()
    wait_until(lambda: store.intake.telemetry.counts()["pending"] == 0)
    assert store.rows("SELECT count(*) FROM event") == facts
    assert store.lying() == {"hold/fridge-1": 12, "store/shelf": 3}


def test_the_hour_is_told_once_and_again_only_when_late_samples_changed_it(store: Store) -> None:
    """Roll-ups: the ledger holds one window an hour; telling twice changes nothing, late samples replace it."""
    context = Context(store.folder, store.readers, store.live, store.clock, STORE, store.intake)
    hour_ms = 3_600_000
    store.clock.now_ms += hour_ms - store.clock.now_ms % hour_ms
    for value in ("4", "5", "6"):
        store.measures(value)
        store.clock.forward(10)
    assert roll_up(context) == "0 windows"
    store.clock.forward(40)
    assert roll_up(context) == "1 windows"
    assert roll_up(context) == "0 windows"
    window = "SELECT count, lowest, highest, mean, last FROM reading_window"
    wait_until(lambda: store.rows(window) == [(3, 4_000_000, 6_000_000, 5_000_000, 6_000_000)])
    store.seq += 1
    late = Reading(seq=store.seq, kind="sensor", device="fridge-1", quantity="temperature", value="1")
    store.bridge.send(at_moment(late, store.clock() - 65 * MINUTE_MS))
    store.bridge.await_ack(store.seq)
    assert roll_up(context) == "1 windows"
    wait_until(lambda: store.rows(window) == [(4, 1_000_000, 6_000_000, 4_000_000, 6_000_000)])
