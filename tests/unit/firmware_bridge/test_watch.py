"""One device's task, with a port and a clock in the test's hand."""

import threading
from pathlib import Path

import pytest

from firmware_bridge import dbapi
from firmware_bridge.config import Device
from firmware_bridge.drivers import drivers
from firmware_bridge.drivers.frames import Line
from firmware_bridge.outbox import Outbox
from firmware_bridge.transports.port import PortLost
from firmware_bridge.watch import Watch
from shared.sensing.reading import DeviceLive, Reading, Status


class HandClock:
    """Time passes only when somebody waits or reads from the port."""

    def __init__(self) -> None:
        self.now_ms = 1_000_000
        self.waits: list[float] = []
        self.on_wait = lambda: None

    def monotonic_ms(self) -> int:
        return self.now_ms

    def wall_ms(self) -> int | None:
        return None

    def wait(self, event: threading.Event, seconds: float) -> bool:
        self.waits.append(seconds)
        self.now_ms += int(seconds * 1000)
        self.on_wait()
        return event.is_set()


class Cable:
    """A port that plays a script: bytes, silence for some milliseconds, or the end of the cable."""

    def __init__(self, clock: HandClock, script: list[bytes | int]) -> None:
        self.clock = clock
        self.script = script
        self.written: list[bytes] = []
        self.closed = False

    def read(self) -> bytes:
        if not self.script:
            raise PortLost("pulled")
        step = self.script.pop(0)
        if isinstance(step, bytes):
            self.clock.now_ms += 10
            return step
        quiet = min(step, 50)
        self.clock.now_ms += quiet
        if step > quiet:
            self.script.insert(0, step - quiet)
        return b""

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def close(self) -> None:
        self.closed = True


class Corner:
    """A watch with everything around it."""

    def __init__(self, folder: Path, protocol: str, cables: list[Cable | str], clock: HandClock) -> None:
        self.clock = clock
        self.stopping = threading.Event()
        self.outbox = Outbox(folder / "outbox.db", lambda: "e")
        self.lives: list[DeviceLive] = []
        self.statuses: list[tuple[Status, str]] = []
        self.path_is_there = True
        self.cables = cables
        self.opened: list[Line] = []
        self.watch = Watch(
            Device(id="d1", protocol=protocol, port="/dev/x", cal_id="C1"),
            drivers()[protocol],
            self.outbox,
            clock,
            open_port=self.open,
            is_there=lambda _path: self.path_is_there,
            on_live=self.lives.append,
            on_status=self.note,
            bridge="b1",
            stopping=self.stopping,
        )

    def note(self, _device: str, status: Status, reason: str) -> None:
        if not self.statuses or self.statuses[-1] != (status, reason):
            self.statuses.append((status, reason))

    def open(self, _path: str, line: Line) -> Cable:
        self.opened.append(line)
        if not self.cables:
            self.stopping.set()
            raise PortLost("over")
        cable = self.cables.pop(0)
        if isinstance(cable, str):
            raise PortLost(cable)
        return cable

    def run(self) -> list[Reading]:
        self.watch.run()
        batch = self.outbox.batch(0)
        return list(batch.readings) if batch else []


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def test_scans_are_kept_in_order_with_their_raw_bytes(tmp_path: Path, clock: HandClock) -> None:
    """Chunks are glued together, and both clocks stamp what comes in."""
    corner = Corner(tmp_path, "scanner", [Cable(clock, [b"400", b"6381333931\r\n", b"A-1\r"])], clock)
    first, second = corner.run()
    assert (first.value, second.value) == ("4006381333931", "A-1")
    assert first.raw == b"4006381333931".hex()
    assert first.ts_bridge_ms is None
    assert first.monotonic_ms == 1_000_020


def test_a_moving_weight_is_shown_and_a_still_one_kept(tmp_path: Path, clock: HandClock) -> None:
    """The screen sees the swinging plate, the outbox only what stood still."""
    frames: list[bytes | int] = [
        *(b"S D      0.%d00 kg\r\n" % n for n in (3, 6, 9)),
        *([b"S S      1.250 kg\r\n", 90] * 4),
    ]
    cable = Cable(clock, frames)
    corner = Corner(tmp_path, "mt_sics", [cable], clock)
    (weight,) = corner.run()
    assert (weight.kind, weight.value, weight.unit, weight.cal_id) == ("weight", "1.250", "kg", "C1")
    assert cable.written[0] == b"SIR\r\n"
    assert any(live.stable is False for live in corner.lives)
    assert corner.outbox.is_loaded("d1")


def test_what_lies_on_the_scale_is_not_taken_again_by_a_new_process(tmp_path: Path, clock: HandClock) -> None:
    """The outbox remembers the plate; lifting it off is remembered too."""
    still: list[bytes | int] = [b"S S      1.250 kg\r\n"] * 3
    empty: list[bytes | int] = [b"S S      0.000 kg\r\n"]
    assert len(Corner(tmp_path, "mt_sics", [Cable(clock, [*still])], clock).run()) == 1
    assert len(Corner(tmp_path, "mt_sics", [Cable(clock, [*still])], clock).run()) == 1
    assert len(Corner(tmp_path, "mt_sics", [Cable(clock, [*still, *empty])], clock).run()) == 1
    assert len(Corner(tmp_path, "mt_sics", [Cable(clock, [*still])], clock).run()) == 2


def test_a_toledo_is_polled_and_set_to_seven_bits(tmp_path: Path, clock: HandClock) -> None:
    """W goes out at the protocol's pace, on a line set as the manual says."""
    cable = Cable(clock, [1000])
    corner = Corner(tmp_path, "toledo_8217", [cable], clock)
    corner.run()
    assert 4 <= cable.written.count(b"W") <= 5
    assert (corner.opened[0].bytesize, corner.opened[0].parity) == (7, "E")


def test_a_silent_scale_is_asked_again_and_reported(tmp_path: Path, clock: HandClock) -> None:
    """A balance switched off and on has forgotten SIR; one that stays silent is in error."""
    cable = Cable(clock, [11_000, b"S S      0.000 kg\r\n"])
    corner = Corner(tmp_path, "mt_sics", [cable], clock)
    corner.run()
    assert cable.written.count(b"SIR\r\n") >= 3
    assert ("error", "silent") in corner.statuses
    assert corner.statuses[corner.statuses.index(("error", "silent")) + 1] == ("online", "")


def test_failures_are_retried_less_and_less_often_up_to_a_minute(tmp_path: Path, clock: HandClock) -> None:
    """1, 2, 4 … 60 seconds between attempts while the path is there and cannot be opened."""
    corner = Corner(tmp_path, "scanner", ["permission denied"] * 9, clock)
    corner.run()
    assert sum(clock.waits) == pytest.approx(1 + 2 + 4 + 8 + 16 + 32 + 60 + 60 + 60 + 60, abs=61)
    assert corner.statuses[0] == ("error", "permission denied")


def test_a_path_that_comes_back_ends_the_wait(tmp_path: Path, clock: HandClock) -> None:
    """After an hour without its cable the scanner works within a second of being plugged in."""
    corner = Corner(tmp_path, "scanner", ["no such file"] * 8 + [Cable(clock, [b"A-1\r"])], clock)
    corner.path_is_there = False
    gone_until_ms = clock.now_ms + 150_000
    seen: list[int] = []

    def plug_in() -> None:
        if clock.now_ms >= gone_until_ms and not corner.path_is_there:
            corner.path_is_there = True
            corner.cables[:] = [Cable(clock, [b"A-1\r"])]
            seen.append(clock.now_ms)

    clock.on_wait = plug_in
    (scan,) = corner.run()
    assert scan.monotonic_ms - seen[0] <= 1000


def test_a_full_disk_delays_a_scan_and_does_not_lose_it(tmp_path: Path, clock: HandClock) -> None:
    """The task holds the scan until there is room again."""
    long = "x" * 4000
    corner = Corner(tmp_path, "scanner", [Cable(clock, [long.encode() + b"\r", b"A-2\r"])], clock)
    corner.outbox._db.execute("PRAGMA max_page_count = 1")
    assert [reading.value for reading in corner.run()] == [long, "A-2"]
    assert any(status == "error" and "full" in reason for status, reason in corner.statuses)


def test_a_crackling_cable_does_not_fill_the_outbox(tmp_path: Path, clock: HandClock) -> None:
    """A thousand unreadable lines are one event, and the scan among them is read."""
    corner = Corner(
        tmp_path, "scanner", [Cable(clock, [b"\xff\xfe\r" * 500, b"A-1\r", b"\xff\r" * 500])], clock
    )
    readings = corner.run()
    assert [reading.quantity for reading in readings] == ["device_error", "scan"]


def test_the_engine_of_the_outbox_is_not_the_systems(tmp_path: Path) -> None:
    """Its errors are its own, which is why nobody catches sqlite3.Error here."""
    import sqlite3

    assert not issubclass(dbapi.Error, sqlite3.Error)
