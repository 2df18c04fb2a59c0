"""Restores by command: a copy is proved, put in place in one step, and everything else comes back by itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from edge.app import lock_folder
from edge.cli import edge
from edge.intake.telemetry import Telemetry
from edge.jobs.backup import copy as copy_file
from edge.ledger import dbapi
from edge.ledger.verify import verify
from edge.sync.enrolment import DAY_BOOK
from edge.sync.restore import restore
from shared.errors import DomainError
from tests.support.edge_node import new_op_id
from tests.unit.edge_sync.bad_line import BadLine
from tests.unit.edge_sync.office import HeadOffice
from tests.unit.edge_sync.store import Store

NOW = 1_795_000_000_000


def sale() -> dict[str, Any]:
    """What a phone keeps of an op until it is stable."""
    return {"op_id": new_op_id(), "at_ms": NOW}


@pytest.fixture
def fresh_office(tmp_path: Path) -> Iterator[HeadOffice]:
    """A head office of this test's own, which it may stop and restore."""
    started = HeadOffice(tmp_path / "cloud")
    started.start()
    yield started
    started.stop()


@pytest.fixture
def alone(tmp_path: Path, store: Store) -> Store:
    """A store with three facts that works offline."""
    store.open(online=False)
    store.receive(100)
    store.sell()
    store.sell()
    return store


@pytest.mark.parametrize("older", ["edge", "cloud"])
def test_both_sides_restored_from_old_copies_lose_and_double_nothing(
    fresh_office: HeadOffice, tmp_path: Path, older: str
) -> None:
    """Yesterday's copies on both sides, phones with newer ops: everything counts once, nobody did anything."""
    office = fresh_office
    store = Store.enrolled(tmp_path / "node", office.url, office.open_store("s1"))
    copy = tmp_path / "ledger-2026-11-21.db"
    kept = [sale() for _ in range(40)]

    def edge_copied() -> None:
        copy_file(store.folder / DAY_BOOK, copy)

    def cloud_copied() -> None:
        office.run("backup")

    steps = [edge_copied, cloud_copied] if older == "edge" else [cloud_copied, edge_copied]
    with store:
        store.receive(10_000)
        store.wait_until_said()
        steps[0]()
        store.sell_many(300)
        store.wait_until_said()
        steps[1]()
        for op in kept[:20]:
            store.sell(**op)
        store.wait_until_said()
        for op in kept[20:]:
            store.sell(**op)
    office.stop()
    office.run("restore", str(office.copies()[0]))
    restore(store.folder, copy, NOW)
    store.open(online=False)
    for op in kept[10:]:
        store.sell(**op)
    office.start()
    store.sync.start()
    for op in kept:
        store.sell(**op)
    store.wait_until_said()
    store.wait_until(lambda: store.on_hand() == "9660")
    store.wait_until_said()
    assert store.sync.status().alarms == ()
    assert verify(store.folder / DAY_BOOK).faults == []
    store.close()
    store.wait_until(lambda: office.on_hand("s1") == "9660")
    office.stop()
    office.run("verify")


def test_the_box_that_was_replaced_delivers_what_it_held_back(
    store: Store, office: HeadOffice, name: str, tmp_path: Path
) -> None:
    """Two sales had not been sent when the new box took over; the old one wakes up, is heard, marked, told nothing."""
    with store:
        store.receive(100)
        store.wait_until_said()
    store.open(online=False)
    store.sell(1)
    store.sell(2)
    store.close()
    box = Store.enrolled(tmp_path / "new-box", office.url, office.new_code(name))
    with box:
        box.wait_until(lambda: box.on_hand() == "100")
        box.sell(10)
        box.wait_until_said()
        with store:
            store.wait_until(lambda: office.facts_of(name) == 4)
        logs = {log["log"]: (log["state"], log["alarm"]) for log in office.logs_of(name)}
        assert sorted(logs.values()) == [("late", ""), ("late", "twin"), ("open", "")]
        box.sync._from_outside(lambda: box.sync._parts.uplink.say_hello_again())  # type: ignore[union-attr]
        box.wait_until(lambda: box.on_hand() == "87")
        status = box.sync.status()
        assert ([alarm.why for alarm in status.said], status.state, status.why) == (["twin"], "ok", "twin")
    assert verify(box.folder / DAY_BOOK).faults == []
    box.wait_until(lambda: office.on_hand(name) == "87")


def test_an_end_that_was_held_back_is_marked_late(
    store: Store, office: HeadOffice, name: str, tmp_path: Path
) -> None:
    """The old box had begun to send its log: the rest of that very log is late, and no second writer's."""
    line = BadLine()
    store.transport = line
    with store:
        store.receive(100)
        store.wait_until_said()
        line.before = line.cut
        store.sell(3)
    box = Store.enrolled(tmp_path / "new-box", office.url, office.new_code(name))
    store.transport = None
    with store:
        store.wait_until(lambda: office.facts_of(name) == 2)
    assert [(log["state"], log["alarm"]) for log in office.logs_of(name)] == [("late", "late")]
    with box:
        box.wait_until(lambda: box.on_hand() == "97")


def test_of_two_boxes_with_one_name_a_person_picks_one(
    store: Store, office: HeadOffice, name: str, tmp_path: Path
) -> None:
    """A cloned disk: both sell on, the alarm names the log, the other one is sealed; each op counts once."""
    with store:
        store.receive(100)
        store.wait_until_said()
    shutil.copytree(store.folder, tmp_path / "twin")
    twin = Store(tmp_path / "twin")
    with store, twin:
        store.sell(1)
        store.wait_until_said()
        # Each goes on in its log as long as it has not heard of the other's.
        store.sync.stop()
        twin.sell(2)
        twin.wait_until_said()
        twin.sync.stop()
        assert {log["alarm"] for log in office.logs_of(name)} == {""}
        both = twin.writer.head.log, store.writer.head.log
        store.sell(4)
        store.sync = store.new_sync()
        store.sync.start()
        store.wait_until_said()
        alarmed = [log["log"] for log in office.logs_of(name) if log["alarm"] == "twin"]
        assert alarmed == [both[1].hex()]
        assert office.get("/v1/reports/nodes")["nodes"] != []
        for log, choice in zip(both, ("seal", "keep"), strict=True):
            office.post("/v1/nodes/logs/settle", {"store": name, "log": log.hex(), "choice": choice})
        twin.sell(8)
        twin.sync = twin.new_sync()
        twin.sync.start()
        twin.wait_until(lambda: twin.sync.status().state == "alarm")
        assert [alarm.why for alarm in twin.sync.status().alarms] == ["sealed"]
        store.sell(16)
        store.wait_until_said()
        assert {log["alarm"] for log in office.logs_of(name)} == {""}
    store.wait_until(lambda: office.on_hand(name) == "77")


def test_a_restore_keeps_what_stood_there_and_is_done_once(alone: Store, tmp_path: Path) -> None:
    """The newer day-book lies aside with all its facts; the same restore again touches nothing."""
    copy = tmp_path / "ledger-2026-11-21.db"
    copy_file(alone.folder / DAY_BOOK, copy)
    alone.sell(5)
    alone.close()
    told = restore(alone.folder, copy, NOW)
    assert (told.facts, told.again, alone_facts(alone.folder / DAY_BOOK)) == (3, False, 3)
    assert alone_facts(Path(told.aside)) == 4
    with alone:
        alone.sell(7)
    again = restore(alone.folder, copy, NOW + 1)
    assert (again.again, alone_facts(alone.folder / DAY_BOOK)) == (True, 4)
    assert verify(alone.folder / DAY_BOOK).faults == []


def alone_facts(file: Path) -> int:
    opened = dbapi.open_reader(file)
    count: int = opened.execute("SELECT count(*) FROM event").fetchone()[0]
    opened.close()
    return count


def test_a_copy_that_is_none_leaves_the_place_alone(
    alone: Store, name: str, office: HeadOffice, tmp_path: Path
) -> None:
    """Cut short, changed inside, of another node, or not there: refused, and the day-book stays as it was."""
    good, bad = tmp_path / "good.db", tmp_path / "bad.db"
    copy_file(alone.folder / DAY_BOOK, good)
    alone.close()

    def refused(copy: Path) -> str:
        with pytest.raises(DomainError) as error:
            restore(alone.folder, copy, NOW)
        assert alone_facts(alone.folder / DAY_BOOK) == 3
        assert not list(alone.folder.glob("*.restoring*"))
        return error.value.key

    bad.write_bytes(good.read_bytes()[:9000])
    assert refused(bad) == "copy_broken"
    shutil.copy(good, bad)
    opened = dbapi.open_writer(bad)
    opened.execute("UPDATE stock SET qty = qty + 1")
    opened.close()
    assert refused(bad) == "copy_broken"
    assert refused(tmp_path / "nowhere.db") == "copy_broken"
    other = Store.enrolled(tmp_path / "other", office.url, office.open_store(f"{name}-other"))
    other.open(online=False)
    copy_file(other.folder / DAY_BOOK, bad)
    other.close()
    assert refused(bad) == "copy_of_another_node"


def test_the_command_waits_for_nobody_who_uses_the_folder(alone: Store, tmp_path: Path) -> None:
    """While a node runs there, the command ends at once and changes nothing; afterwards it works."""
    copy = tmp_path / "ledger-2026-11-21.db"
    copy_file(alone.folder / DAY_BOOK, copy)
    alone.close()

    def told() -> Result:
        return CliRunner().invoke(edge, ["restore", str(copy), "--dir", str(alone.folder)])

    held = lock_folder(alone.folder)
    assert told().exit_code == 1
    held.close()
    said = told()
    assert (said.exit_code, "3 facts" in said.output, "GAP" in said.output) == (0, True, True), said.output
    assert "in place already" in told().output


def test_readings_nobody_can_bring_back_stand_as_a_gap(alone: Store, tmp_path: Path) -> None:
    """The box lost its telemetry too: one row says from when to when. Where it survived, hours are told again."""
    copy = tmp_path / "ledger-2026-11-21.db"
    copy_file(alone.folder / DAY_BOOK, copy)
    alone.close()
    first = restore(alone.folder, copy, NOW)
    assert first.readings_lost
    telemetry = Telemetry(alone.folder / "telemetry.db")
    (gap,) = telemetry.gaps()
    assert gap.detail["to_ms"] == str(NOW)
    with telemetry.transaction() as db:
        db.execute("INSERT INTO span VALUES (1, 3600, ?, 5, 1, 9, 25, 5, ?, 5, 0, 0)", (first.until_ms, NOW))
    telemetry.close()
    (alone.folder / "restored.json").unlink()
    told = restore(alone.folder, copy, NOW + 1)
    assert (told.hours_to_tell, told.readings_lost) == (1, False)


def test_a_fact_that_rotted_at_head_office_comes_back_from_its_store(
    fresh_office: HeadOffice, tmp_path: Path
) -> None:
    """A backup finds it, the store is asked for just that fact, and the books are whole again."""
    office = fresh_office
    store = Store.enrolled(tmp_path / "node", office.url, office.open_store("s1"))
    with store:
        store.receive(100)
        store.sell_many(100)
        store.wait_until_said()
        rot(office, store.writer.head.log, 50)
        with pytest.raises(AssertionError, match="not what was written"):
            office.run("backup")
        store.sync._from_outside(lambda: store.sync._parts.uplink.say_hello_again())  # type: ignore[union-attr]
        store.wait_until(lambda: [log["alarm"] for log in office.logs_of("s1")] == [""])
    office.run("verify")
    office.run("backup")


def rot(office: HeadOffice, log: bytes, seq: int) -> None:
    """One bit of one stored fact, as a disk changes it."""
    connection = dbapi.open_writer(office.folder / "cloud.db")
    (data,) = connection.execute(
        "SELECT bytes FROM event WHERE log_id = ? AND seq = ?", (log, seq)
    ).fetchone()
    changed = data[:-1] + bytes([data[-1] ^ 4])
    connection.execute("UPDATE event SET bytes = ? WHERE log_id = ? AND seq = ?", (changed, log, seq))
    connection.close()
