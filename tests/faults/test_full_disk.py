"""A disk that fills to the last byte under a real node: refused, never lost, and it goes on by itself with room."""

import errno
import shutil
from pathlib import Path
from typing import Any

from edge.app import DAY_BOOK
from edge.intake.fold import Message, ingest
from edge.intake.rules import Rules
from edge.intake.service import Intake, for_node
from edge.intake.telemetry import Telemetry
from edge.jobs import backup
from edge.jobs.job import Context
from edge.ledger import dbapi
from edge.ledger.disk import BALLAST, Ballast
from edge.ledger.health import Caretaker
from edge.ledger.live import Live
from edge.ledger.reader import Readers
from edge.ledger.verify import verify
from tests.support.bridge_talk import FRIDGE, MINUTE_MS, NOW_MS, SITE, data, warm
from tests.support.edge_node import STORE, EdgeNode, Phone, new_day_book, op, store_rows
from tests.support.meddled_node import MeddledNode
from tests.unit.edge.test_writer import on_hand

MIB = 1024 * 1024


def receipt() -> dict[str, Any]:
    return op("stock.receive", {"lines": [{"sku": "rice", "qty": "1"}]})


def until_full(phone: Phone) -> tuple[int, dict[str, Any]]:
    """Receive one at a time until the box has no room: how many were acknowledged, and the op that was not."""
    count = 0
    while True:
        one = receipt()
        answer = phone.post("/v1/ops", json={"ops": [one]})
        if answer.status_code != 200:
            assert (answer.status_code, answer.json()["key"]) == (507, "disk_full")
            return count, one
        assert answer.json()["results"][0]["state"] == "accepted"
        count += 1


def fill(file: Path, leave: int) -> None:
    """Take all of the disk but so much."""
    with file.open("wb") as taken:
        taken.write(bytes(max(0, shutil.disk_usage(file.parent).free - leave)))


def test_a_full_disk_costs_the_ballast_then_refuses_and_resumes_unaided(small_disk: Path) -> None:
    """507 once, then the ballast's room takes the last orders, then 507; with room again the same op goes through."""
    node = EdgeNode(small_disk / "node")
    node.environment["LIUSHUI_BALLAST_MIB"] = "2"
    node.start()
    phone = node.sign_in("store_manager")
    assert phone.get("/v1/node").json()["disk"]["ballast"] == 2 * MIB
    fill(small_disk / "taken", leave=MIB)
    first, refused_first = until_full(phone)
    state = phone.get("/v1/node").json()
    # Of so small a disk the ballast's own room is a twelfth.
    assert (state["disk"]["level"], state["disk"]["ballast"]) == ("shed", 0)
    assert {"disk_shed", "ballast_gone"} <= {notice["key"] for notice in state["notices"]}
    picture = phone.put(f"/v1/photos/{'0' * 64}", content=b"x", headers={"Content-Type": "image/jpeg"})
    assert (picture.status_code, picture.json()["key"]) == (507, "disk_full")
    phone.send_ops([refused_first])
    last, refused = until_full(phone)
    assert last > 3
    (small_disk / "taken").unlink()
    (told,) = phone.send_ops([refused])
    assert told["state"] == "accepted"
    assert phone.send_ops([refused_first])[0]["state"] == "accepted"
    node.stop()
    assert on_hand(node.folder, "rice") == (first + last + 2) * 1_000_000
    assert verify(node.folder / DAY_BOOK).faults == []


def test_refused_writes_are_507_and_leave_nothing(tmp_path: Path) -> None:
    """The same without a small disk: every write of the day-book finds no room until there is some."""
    node = MeddledNode(tmp_path / "node")
    node.start()
    phone = node.sign_in("store_manager")
    phone.receive("rice", "5")
    node.fail("pwrite64", errno.ENOSPC)
    count, refused = until_full(phone)
    assert count == 0
    assert phone.get("/v1/stock", params={"sku": "rice"}).status_code == 200
    node.heal()
    assert phone.send_ops([refused])[0]["state"] == "accepted"
    assert phone.get("/v1/node").json()["day_book"]["state"] == "ok"
    node.stop()
    assert on_hand(node.folder, "rice") == 6_000_000
    assert verify(node.folder / DAY_BOOK).faults == []


def test_the_ballast_is_laid_where_there_is_room_and_never_fills_the_disk(small_disk: Path) -> None:
    """Real blocks, laid once; on a nearly full disk none, and again when there is room."""
    ballast = Ballast(small_disk, 2 * MIB)
    assert (ballast.lay(), ballast.lay(), ballast.held) == (True, False, 2 * MIB)
    assert (small_disk / BALLAST).stat().st_blocks * 512 >= 2 * MIB
    assert (ballast.drop(), ballast.drop(), ballast.held) == (True, False, 0)
    fill(small_disk / "taken", leave=4 * MIB)
    assert not ballast.lay()
    (small_disk / "taken").unlink()
    assert ballast.lay()


def test_on_a_small_disk_the_ballast_is_small(small_disk: Path) -> None:
    """64 MiB would be all of it."""
    ballast = Ballast(small_disk)
    ballast.lay()
    assert 0 < ballast.held <= 24 * MIB // 64


def test_each_step_of_a_filling_disk_is_told_once(small_disk: Path) -> None:
    """Warn, shed, day-book only, and back: whoever listens hears of steps, not of every look."""
    caretaker = Caretaker(small_disk, lambda: 0, ballast=Ballast(small_disk, 1))
    steps: list[str] = []
    caretaker.on_level = steps.append
    for leave in (20, 4, 4, 2, 1, 20):
        (small_disk / "taken").unlink(missing_ok=True)
        fill(small_disk / "taken", leave=leave * MIB)
        caretaker.look_at_disk()
        caretaker.ballast.drop()
    assert steps == ["warn", "shed", "ledger_only", "ok"]


def test_readings_are_thinned_as_the_disk_fills_and_lose_nothing_that_matters(small_disk: Path) -> None:
    """A restless fridge, a sample a minute: all rows, then one in five minutes, then none; every window is whole."""
    telemetry = Telemetry(small_disk / "telemetry.db")
    kept, start = [], NOW_MS - NOW_MS % 3_600_000
    for hour, leave in enumerate((20, 2, 1)):
        (small_disk / "taken").unlink(missing_ok=True)
        fill(small_disk / "taken", leave=leave * MIB)
        begun = start + hour * 3_600_000
        told = [warm(hour * 60 + at + 1, begun + at * MINUTE_MS, f"4.{1 + at % 2 * 8}") for at in range(60)]
        ingest(telemetry, SITE, Rules([FRIDGE]), [data(*told[:30]), data(*told[30:])], begun + 60 * MINUTE_MS)
        kept.append(telemetry.rows("SELECT count(*) FROM sample WHERE at_ms >= ?", (begun,))[0][0])
    assert kept == [60, 12, 0]
    assert telemetry.rows("SELECT count FROM span WHERE seconds = 3600 ORDER BY start_ms") == [(60,)] * 3
    telemetry.close()


def store_all(intake: Intake, batches: list[list[Message]]) -> int:
    """How many batches found room, until one did not."""
    for number, batch in enumerate(batches):
        try:
            intake.store(batch)
        except dbapi.Error as error:
            if not dbapi.is_disk_full(error):
                raise
            return number
    raise AssertionError("the disk never filled")


def test_readings_that_find_no_room_are_refused_whole_and_come_again(small_disk: Path) -> None:
    """The telemetry file cannot grow: nothing of the batch is kept, so it is not acknowledged; with room it counts."""
    writer = new_day_book(small_disk / "node", SITE, rows=store_rows(SITE))
    readers = Readers(writer.path)
    intake = for_node(small_disk / "node", writer, readers, Live(), None, lambda: NOW_MS)
    batches = [
        [data(*(warm(at * 30 + n + 1, NOW_MS + n, f"4.{n}") for n in range(30)))] for at in range(2000)
    ]
    fill(small_disk / "taken", leave=MIB // 4)
    stored = store_all(intake, batches)
    (small_disk / "taken").unlink()
    again, known = intake.store(batches[stored]), intake.store(batches[0])
    assert stored > 0
    assert (again.stored, again.duplicates, known.stored, known.duplicates) == (30, 0, 0, 30)
    assert intake.telemetry.rows("SELECT count(*) FROM seen") == [((stored + 1) * 30,)]
    intake.telemetry.close()
    readers.close()
    writer.stop()


def test_a_copy_is_not_begun_where_it_would_take_the_last_room(small_disk: Path) -> None:
    """Old copies make way, the newest stays, and without room for a new one the night says so."""
    writer = new_day_book(small_disk / "node", rows=store_rows())
    readers, live = Readers(writer.path), Live()
    intake = for_node(small_disk / "node", writer, readers, live, None, lambda: NOW_MS)
    context = Context(small_disk / "node", readers, live, lambda: NOW_MS, STORE, intake)
    backups = context.folder / backup.FOLDER
    backups.mkdir()
    for night in ("2026-11-18", "2026-11-19", "2026-11-20"):
        for name in backup.FILES:
            (backups / f"{name}-{night}.db").write_bytes(bytes(MIB // 16))
    fill(small_disk / "taken", leave=MIB // 4)
    assert backup.run(context) == "no room on the disk"
    assert sorted(path.name for path in backups.iterdir()) == [
        f"{name}-2026-11-20.db" for name in backup.FILES
    ]
    (small_disk / "taken").unlink()
    assert backup.run(context).endswith("KiB")
    intake.telemetry.close()
    readers.close()
    writer.stop()
