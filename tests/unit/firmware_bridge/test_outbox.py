"""The outbox on real SQLite: kept until acknowledged, bounded, never silent about a loss."""

import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from firmware_bridge import dbapi
from firmware_bridge.outbox import Outbox
from shared.sensing.reading import READINGS_MAX, VALUE_MAX, Data, Kind, Reading, encode

epochs = (f"epoch-{n}" for n in itertools.count(1))


def reading(value: str, kind: Kind = "scan") -> Reading:
    """One reading, not yet numbered."""
    return Reading(seq=0, kind=kind, device="d1", quantity=kind, value=value)


def opened(folder: Path, *, rows_max: int = 1000, bytes_max: int = 10_000_000) -> Outbox:
    """The outbox of this folder."""
    return Outbox(folder / "outbox.db", lambda: next(epochs), rows_max=rows_max, bytes_max=bytes_max)


def held(outbox: Outbox) -> list[Reading]:
    """Everything the outbox would send."""
    found: list[Reading] = []
    while (batch := outbox.batch(found[-1].seq if found else 0)) is not None:
        found.extend(batch.readings)
    return found


def test_a_reading_stays_until_the_edge_acknowledges_it(tmp_path: Path) -> None:
    """Sending deletes nothing; `ack` deletes exactly what was committed."""
    outbox = opened(tmp_path)
    outbox.append([reading(str(n)) for n in range(5)])
    assert [r.seq for r in held(outbox)] == [1, 2, 3, 4, 5]
    assert outbox.ack(outbox.epoch, 3) == 3
    assert [r.value for r in held(outbox)] == ["3", "4"]
    assert (outbox.first_unacked(), outbox.last_seq, outbox.rows) == (4, 5, 2)


def test_numbers_go_on_after_a_restart_and_an_empty_outbox(tmp_path: Path) -> None:
    """A seq is never used twice in one epoch."""
    first = opened(tmp_path)
    first.append([reading("a"), reading("b")])
    first.ack(first.epoch, 2)
    first.close()
    second = opened(tmp_path)
    assert (second.epoch, second.last_seq, second.first_unacked()) == (first.epoch, 2, 3)
    second.append([reading("c")])
    assert [r.seq for r in held(second)] == [3]


def test_a_new_database_is_a_new_epoch(tmp_path: Path) -> None:
    """Numbers of a lost outbox must not be taken for those of the new one."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert opened(tmp_path / "a").epoch != opened(tmp_path / "b").epoch


def test_an_ack_of_another_epoch_deletes_nothing(tmp_path: Path) -> None:
    """A late ack for the outbox that was here before is not ours."""
    outbox = opened(tmp_path)
    outbox.append([reading("a")])
    assert outbox.ack("somebody else's", 1) == 0
    assert outbox.rows == 1


def test_an_ack_beyond_our_numbers_starts_a_new_epoch(tmp_path: Path) -> None:
    """The file came out of a backup: its numbers were used before, so nothing may be deleted by them."""
    outbox = opened(tmp_path)
    outbox.append([reading("a")])
    old = outbox.epoch
    assert outbox.ack(old, 7) == 0
    assert outbox.epoch != old
    assert [r.value for r in held(outbox)] == ["a"]
    outbox.close()
    assert opened(tmp_path).epoch == outbox.epoch


def test_a_full_outbox_drops_the_oldest_sensor_rows_and_says_so(tmp_path: Path) -> None:
    """Scans and weights stay; one gap event tells how many readings went and which."""
    outbox = opened(tmp_path, rows_max=100)
    kinds: list[Kind] = ["scan", "sensor", "weight", "sensor"]
    for n in range(300):
        outbox.append([reading(str(n), kinds[n % 4])])
    kept = held(outbox)
    gaps = [r for r in kept if r.quantity == "gap"]
    assert outbox.rows == len(kept)
    assert len([r for r in kept if r.kind in ("scan", "weight")]) == 150
    assert len(gaps) == 1
    dropped = int(gaps[0].detail["count"])
    assert dropped + len([r for r in kept if r.kind == "sensor"]) == 150
    assert gaps[0].detail["first_seq"] == "2"


def test_the_newest_sensor_rows_are_the_ones_that_stay(tmp_path: Path) -> None:
    """Of a fridge's last days the last hours matter most."""
    outbox = opened(tmp_path, rows_max=50)
    for n in range(200):
        outbox.append([reading(str(n), "sensor")])
    values = [int(r.value) for r in held(outbox) if r.value is not None]
    assert values == list(range(200 - len(values), 200))
    assert outbox.rows <= 50


def test_bytes_are_capped_too(tmp_path: Path) -> None:
    """Few but large rows fill a disk as well."""
    outbox = opened(tmp_path, bytes_max=50_000)
    for _ in range(100):
        outbox.append([reading("x" * 1000, "sensor")])
    assert sum(len(encode(r)) for r in held(outbox)) <= 51_000


def test_a_batch_fits_one_message(tmp_path: Path) -> None:
    """Neither more readings than agreed nor more bytes than the broker takes."""
    outbox = opened(tmp_path)
    outbox.append([reading("\x1d" * VALUE_MAX) for _ in range(READINGS_MAX)])
    outbox.append([reading(str(n)) for n in range(120)])
    after, sent = 0, 0
    while (batch := outbox.batch(after)) is not None:
        message = Data(bridge="b" * 64, epoch=outbox.epoch, after=after, readings=batch.readings)
        assert len(batch.readings) <= READINGS_MAX
        assert len(encode(message)) < 262_144
        after = batch.readings[-1].seq
        sent += len(batch.readings)
    assert sent == READINGS_MAX + 120


def test_a_loaded_scale_is_remembered_with_its_weight(tmp_path: Path) -> None:
    """The weight and that it was taken are one transaction."""
    outbox = opened(tmp_path)
    outbox.append([reading("1.250", "weight")], {"scale-1": True})
    outbox.close()
    again = opened(tmp_path)
    assert again.is_loaded("scale-1")
    again.set_loaded("scale-1", False)
    assert not again.is_loaded("scale-1")


def test_the_quarantine_is_bounded(tmp_path: Path) -> None:
    """A broken sensor sending forever fills nothing."""
    outbox = opened(tmp_path)
    for n in range(1010):
        outbox.quarantine("tele/x/SENSOR", b"{" * 10_000, "malformed_json", str(n), None)
    kept = outbox.quarantined()
    assert len(kept) == 1000
    assert all(len(payload) <= 4096 for _, payload, _ in kept)


def test_a_damaged_outbox_is_set_aside_and_readings_go_on(tmp_path: Path) -> None:
    """A broken disk block must not stop the shop; the old file is kept for who can read it."""
    (tmp_path / "outbox.db").write_bytes(b"not a database at all" * 100)
    outbox = opened(tmp_path)
    outbox.append([reading("a")])
    assert outbox.rows == 1
    assert (tmp_path / "outbox.db.damaged-1").exists()


def test_a_full_disk_is_an_error_and_loses_nothing_before(tmp_path: Path) -> None:
    """`append` raises, so the caller keeps the reading and tries again."""
    outbox = opened(tmp_path)
    outbox.append([reading("a")])
    outbox._db.execute("PRAGMA max_page_count = 1")
    with pytest.raises(dbapi.Error):
        outbox.append([reading("x" * 4000) for _ in range(50)])
    assert [r.value for r in held(outbox)] == ["a"]
    outbox.append([reading("b")])
    assert [(r.seq, r.value) for r in held(outbox)][-1][1] == "b"


def test_a_reading_is_on_disk_when_append_returns(tmp_path: Path) -> None:
    """kill -9 right after: every reading reported as kept is there."""
    program = (
        "import os, sys, pathlib\n"
        "from firmware_bridge.outbox import Outbox\n"
        "from shared.sensing.reading import Reading\n"
        "outbox = Outbox(pathlib.Path(sys.argv[1]), lambda: 'e')\n"
        "for n in range(40):\n"
        "    outbox.append([Reading(seq=0, kind='scan', device='d', quantity='scan', value=str(n))])\n"
        "    print(n, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "outbox.db")], capture_output=True, text=True
    )
    assert ran.returncode == -9, ran.stderr
    outbox = opened(tmp_path)
    assert [r.value for r in held(outbox)] == ran.stdout.split()
    assert outbox.epoch == "e"
