"""A changed configuration starts anew what changed and leaves the rest alone."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from firmware_bridge.clock import SystemClock
from firmware_bridge.config import Broker, Config, Sensors
from firmware_bridge.outbox import Outbox
from firmware_bridge.probes import ModbusProbe
from firmware_bridge.quality import SensorSetup
from firmware_bridge.sensor_tasks import SensorTasks

ROOM = ModbusProbe(id="room", connect="tcp://127.0.0.1:1", template="xy-md02")
YARD = ModbusProbe(id="yard", connect="tcp://127.0.0.2:1", template="xy-md02")
BASE = Config(
    site="s",
    bridge="b",
    state_dir="x",
    broker=Broker(port=1),
    sensors=(Sensors(family="tasmota"),),
    modbus=(ROOM,),
)


class Started:
    """Tasks, and every thread that was started for them, by name in order."""

    def __init__(self, folder: Path) -> None:
        self.outbox = Outbox(folder / "outbox.db", lambda: "e")
        self.threads: list[threading.Thread] = []
        self.tasks = SensorTasks(self.outbox, SystemClock(), self._run, lambda *_: None)

    def _run(self, name: str, task: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=task, name=name, daemon=True)
        self.threads.append(thread)
        thread.start()
        return thread

    def follow(self, **changed: object) -> list[str]:
        """Follow the base configuration with these changes; the names of what was started for it."""
        before = len(self.threads)
        self.tasks.follow(msgspec.structs.replace(BASE, **changed), join_s=20)
        return [thread.name for thread in self.threads[before:]]

    def alive(self) -> list[str]:
        """What runs."""
        return [thread.name for thread in self.threads if thread.is_alive()]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    """Ended with the test."""
    one = Started(tmp_path)
    yield one
    for thread in one.tasks.stop():
        thread.join(20)
    assert one.alive() == []


def test_only_what_changed_is_started_anew(started: Started) -> None:
    """A second line, a limit of a sensor, a family less, and nothing at all."""
    room, yard = "modbus tcp://127.0.0.1:1", "modbus tcp://127.0.0.2:1"
    assert started.follow() == ["sensors", room]
    assert started.follow() == []
    assert started.follow(modbus=(ROOM, YARD)) == [yard]
    assert started.follow(modbus=(ROOM, YARD), sensors=()) == []
    assert sorted(started.alive()) == [room, yard]
    limits = (SensorSetup(device="room", high="30"),)
    assert sorted(started.follow(modbus=(ROOM,), sensors=(), sensor=limits)) == [room]
    assert started.alive() == [room]
    assert started.follow(modbus=(), sensors=()) == []
    assert started.alive() == []


def test_announcing_needs_a_connection_even_without_sensors(started: Started) -> None:
    """A bridge with scales alone may announce them."""
    assert started.follow(modbus=(), sensors=(), announce=True) == ["sensors"]
