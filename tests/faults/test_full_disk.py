"""A disk that fills to the last byte under a real node: refused, never lost, and it goes on by itself with room."""

import errno
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.app import DAY_BOOK
from edge.ledger.disk import BALLAST, Ballast
from edge.ledger.health import Caretaker
from edge.ledger.verify import verify
from tests.support.edge_node import EdgeNode, Phone, op
from tests.support.meddled_node import MeddledNode
from tests.unit.edge.test_writer import on_hand

MIB = 1024 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MiB, where the machine lets us make one."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a small tmpfs; the refused writes below need none")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


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
