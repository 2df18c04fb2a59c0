"""The intake as the node starts it: broker loop, telemetry file, alarms, and the pump to the ledger.

`rules` is asked again whenever the watch looks (every five seconds), so an assignment from head office takes
effect without a restart. Everything that needs the time gets the node's clock passed in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import structlog

from edge.intake import cold_chain
from edge.intake.events import Gap, SetAside, note
from edge.intake.fold import Folded, Message, write
from edge.intake.mqtt import BrokerAddress, Commit, MqttIntake, live_value
from edge.intake.pending import Ask, Pump, ask_writer
from edge.intake.present import Present, present
from edge.intake.recent import Recent, recent
from edge.intake.rules import AssignedSensor, Rules, assigned_to
from edge.intake.telemetry import Point, SensorNow, Telemetry
from edge.ledger import dbapi
from edge.ledger.clock import NowMs
from edge.ledger.live import Live, LiveEvent, Told
from edge.ledger.reader import Readers
from edge.ledger.writer import Writer
from shared.sensing.reading import EVENT_TAKEN_OVER

log = structlog.get_logger("edge.intake")

FILE_NAME = "telemetry.db"

CATCH_UP_S = 5.0
"""After a connect the broker hands over what it kept; until then the past must not pass for silence."""
PATIENCE_MS = 60_000
"""So long after a start we wait for a broker before calling all sensors silent."""


Publish = Callable[[str, Mapping[str, Told]], None]


class Intake:
    """`read_rules` answers the sensors assigned to this store; `publish` tells open screens.

    Without a broker nothing is heard, and every assigned sensor is silent.
    """

    def __init__(
        self,
        telemetry: Telemetry,
        broker: BrokerAddress | None,
        site: str,
        *,
        ask: Ask,
        read_rules: Callable[[], Iterable[AssignedSensor]],
        publish: Publish,
        now_ms: NowMs,
    ) -> None:
        self.telemetry = telemetry
        self._site = site
        self._read_rules = read_rules
        self._publish = publish
        self._now_ms = now_ms
        self._rules = Rules()
        self._rules_lock = threading.Lock()
        self._started_ms = now_ms()
        self.pump = Pump(telemetry, ask, now_ms)
        self._mqtt = (
            None
            if broker is None
            else MqttIntake(broker, site, write=self.write, show=self._show, contested=self._note_contest)
        )

    def start(self) -> None:
        self._started_ms = self._now_ms()
        self.learn_rules()
        self.pump.start()
        if self._mqtt:
            self._mqtt.start()

    def stop(self) -> None:
        if self._mqtt:
            self._mqtt.stop()
        self.pump.stop()
        self.telemetry.close()

    def store(self, messages: list[Message]) -> Folded:
        """Commit a batch. Raises when it is not certain that it is written."""
        return self.write(messages)()

    def write(self, messages: list[Message]) -> Commit:
        """Write a batch; what comes back commits it, and then tells screens and the pump. Either may raise."""
        with self._suspicious():
            folded = write(self.telemetry, self._site, self._rules, messages, self._now_ms())

        def commit() -> Folded:
            with self._suspicious():
                self.telemetry.commit()
            self._tell(folded.live)
            self.pump.wake()
            return folded

        return commit

    @contextmanager
    def _suspicious(self) -> Iterator[None]:
        """After an error of the engine the file is opened anew."""
        try:
            yield
        except dbapi.Error:
            self.telemetry.reopen()
            raise

    def learn_rules(self) -> None:
        """Read the assignments; a sensor seen here for the first time is watched from now on."""
        rules = Rules(self._read_rules())
        with self._rules_lock:
            known = {sensor.sensor for sensor in self._rules.all()}
            new = [sensor for sensor in rules.all() if sensor.sensor not in known]
            if new:
                with self.telemetry.transaction() as db:
                    cold_chain.watch_over(db, new, self._now_ms())
            self._rules = rules

    def watch(self) -> None:
        """What time alone brings: called every five seconds by the silence job."""
        self.learn_rules()
        now_ms = self._now_ms()
        listening = self._mqtt is not None and self._mqtt.connected_for_s() >= CATCH_UP_S
        if not listening and now_ms - self._started_ms < PATIENCE_MS:
            return
        with self.telemetry.transaction() as db:
            told = cold_chain.look(db, self._rules.all(), now_ms, listening=listening)
        self._tell(told)
        self.pump.wake()

    def latest(self) -> list[SensorNow]:
        """Every assigned sensor as of now."""
        return self.telemetry.latest(self._rules.all(), self._now_ms())

    def series(self, sensor: str, quantity: str, from_ms: int, /) -> list[Point]:
        """A chart of five-minute windows."""
        return self.telemetry.series(sensor, quantity, from_ms)

    def rows(self) -> int:
        """How much raw telemetry is kept."""
        return self.telemetry.counts()["sample"]

    def gaps(self) -> list[Gap]:
        """Readings that will never come."""
        return self.telemetry.gaps()

    def set_aside(self) -> list[SetAside]:
        """What was sent and is not believed."""
        return self.telemetry.set_aside()

    def recent(self, device: str, from_ms: int, /) -> Recent:
        """What one device has said lately."""
        return recent(self.telemetry, device, from_ms)

    def present(self) -> Present:
        """Which devices and bridges are there right now."""
        return present(self.telemetry)

    def dropped(self) -> int:
        """Messages of senders that ask for no acknowledgement, lost since the start because the disk took nothing."""
        return 0 if self._mqtt is None else self._mqtt.dropped()

    @property
    def rules(self) -> Rules:
        return self._rules

    def _note_contest(self) -> None:
        """Somebody signs in to the broker under this node's name."""
        with self.telemetry.transaction() as db:
            note(db, self._now_ms(), EVENT_TAKEN_OVER, "", "", {"connection": "node"})

    def _show(self, payload: bytes) -> None:
        told = live_value(payload)
        if told is not None:
            self._publish("weight", told | {"at": self._now_ms()})

    def _tell(self, events: list[LiveEvent]) -> None:
        for event in events:
            self._publish(event.name, event.data)


def for_node(
    folder: Path, writer: Writer, readers: Readers, live: Live, broker: BrokerAddress | None, now_ms: NowMs
) -> Intake:
    """The intake of a running node: its site is the store's code."""
    store = writer.identity.store
    return Intake(
        open_telemetry(folder / FILE_NAME),
        broker,
        store,
        ask=ask_writer(writer),
        read_rules=lambda: assigned_to(readers, store),
        publish=live.publish,
        now_ms=now_ms,
    )


def open_telemetry(path: Path) -> Telemetry:
    """The telemetry file; a damaged one is put aside, because a store must not close over a chart of its fridge.

    What bridges have not had our word for comes again; the day-book has every excursion that was told.
    """
    try:
        return Telemetry(path)
    except dbapi.Error as error:
        # A full disk or a lock is no damage: those go up, and the file stays.
        if getattr(error, "sqlite_errorname", "") not in ("SQLITE_NOTADB", "SQLITE_CORRUPT"):
            raise
        log.error("telemetry_damaged", why=str(error), kept_as=f"{path.name}.damaged")
        for suffix in ("", "-wal", "-shm"):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.replace(path.with_name(f"{path.name}.damaged{suffix}"))
        return Telemetry(path)
