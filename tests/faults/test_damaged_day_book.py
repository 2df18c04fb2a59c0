"""The file of the day-book is no longer what was written: it is noticed, writing stops, and the node mends it alone."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.app import DAY_BOOK, TELEMETRY
from edge.jobs.backup import copy
from edge.ledger import dbapi
from edge.ledger.check import Progress, look
from edge.ledger.health import DAMAGE, Caretaker, Damage, keep
from edge.ledger.mend import CannotMend, mend_if_damaged
from edge.ledger.reader import Readers
from edge.ledger.verify import verify
from tests.support.edge_node import EdgeNode, new_day_book, op, store_rows
from tests.unit.edge.test_writer import ask, on_hand, receive, reopen, rows, sell

NOW_MS = 1_790_000_000_000


def page_of(path: Path, table: str) -> tuple[int, int]:
    """The size of a page, and the number of the table's first; everything is in the file itself afterwards."""
    connection = dbapi.open_writer(path)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
        return size, root
    finally:
        connection.close()


def spoil(path: Path, table: str) -> None:
    """Overwrite a table's first page, as a failing disk does; the node must be stopped."""
    size, page = page_of(path, table)
    data = bytearray(path.read_bytes())
    at = (page - 1) * size
    data[at : at + size] = os.urandom(size)
    path.write_bytes(data)


def flip(path: Path, needle: bytes) -> None:
    """Turn one bit inside a stored fact, where the engine itself sees nothing."""
    data = bytearray(path.read_bytes())
    at = data.index(needle)
    data[at] ^= 1
    path.write_bytes(data)


def note_damage(folder: Path, at_ms: int = NOW_MS) -> None:
    keep(folder / DAMAGE, Damage(why="for the test", at_ms=at_ms))


@pytest.fixture
def sold(folder: Path) -> Path:
    """A store that has received twelve and sold two, in two logs, and is closed."""
    writer = new_day_book(folder, rows=store_rows())
    ask(writer, *(receive("milk", "4", device_id=f"phone-{at}") for at in range(3)))
    writer.stop()
    writer = reopen(folder)
    ask(writer, sell("milk", "2", device_id="the-last-phone"))
    writer.stop()
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "node"


IMPATIENT = (
    "-c",
    "from edge.jobs import scheduler; scheduler.KNOCK_S_MAX, scheduler.OFTEN_S = 2, 1; "
    "from edge.cli import edge; edge()",
)
"""A node whose jobs knock every two seconds: what reads whole files otherwise waits a minute after a start."""


def an_hour_later(folder: Path) -> None:
    """Let the hourly look be due again."""
    connection = dbapi.open_writer(folder / TELEMETRY)
    connection.execute("DELETE FROM job_run WHERE job = 'day_book_check'")
    connection.close()


def looked(path: Path, facts_max: int = 1000) -> tuple[int, str]:
    """How many looks a round takes, or the fault that ended it."""
    progress, looks = Progress(), 0
    while progress.rounds == 0:
        connection = dbapi.open_reader(path)
        try:
            found = look(connection, progress, NOW_MS, facts_max=facts_max)
        finally:
            connection.close()
        looks += 1
        progress = found.progress
        if found.fault:
            return looks, found.fault
    return looks, ""


def test_a_sound_day_book_is_read_through_in_slices(sold: Path) -> None:
    """Each look goes on where the last one stopped, across logs, and the round comes to its end."""
    assert looked(sold / DAY_BOOK) == (1, "")
    looks, fault = looked(sold / DAY_BOOK, facts_max=1)
    assert (looks >= 4, fault) == (True, "")


def test_a_look_ends_before_its_time_is_up(sold: Path) -> None:
    """No further table is begun when it has been enough; the next look begins there."""
    connection = dbapi.open_reader(sold / DAY_BOOK)
    patience = iter([False, False, True, True, True])
    found = look(connection, Progress(), NOW_MS, enough=lambda: next(patience))
    assert not found.progress.tables_done
    rest = look(connection, found.progress, NOW_MS)
    connection.close()
    assert found.progress.table > ""
    assert rest.progress.rounds == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: spoil(path, "stock"),
        lambda path: spoil(path, "event"),
        lambda path: spoil(path, "op"),
        lambda path: flip(path, b"the-last-phone"),
    ],
    ids=["a page of stock", "a page of facts", "a page of op ids", "a bit of a fact"],
)
def test_damage_is_found_by_the_hourly_look(sold: Path, damage: Callable[[Path], None]) -> None:
    """A spoilt page and a single flipped bit inside a fact."""
    damage(sold / DAY_BOOK)
    assert looked(sold / DAY_BOOK)[1]


def test_what_can_be_proven_is_saved_without_any_copy(sold: Path) -> None:
    """A spoilt table of rows: every fact is still there, the rows are made anew, nothing is lost."""
    before = rows(sold, "event")
    spoil(sold / DAY_BOOK, "stock")
    note_damage(sold)
    mended = mend_if_damaged(sold, DAY_BOOK, NOW_MS)
    assert mended is not None
    assert (mended.backup, mended.salvaged) == ("", 4)
    reopen(sold).stop()
    assert rows(sold, "event") == before
    assert on_hand(sold, "milk") == 10_000_000
    assert verify(sold / DAY_BOOK).faults == []
    assert (sold / "damaged" / mended.kept_as / DAY_BOOK).exists()
    assert mend_if_damaged(sold, DAY_BOOK, NOW_MS) is None


def test_the_newest_good_copy_is_taken_and_younger_facts_are_added(sold: Path) -> None:
    """The newest copy is spoilt too, so the one before is taken; what was sold since comes out of the damaged file."""
    (sold / "backups").mkdir()
    copy(sold / DAY_BOOK, sold / "backups" / "ledger-2026-11-20.db")
    writer = reopen(sold)
    ask(writer, sell("milk", "3"))
    writer.stop()
    copy(sold / DAY_BOOK, sold / "backups" / "ledger-2026-11-21.db")
    spoil(sold / "backups" / "ledger-2026-11-21.db", "event")
    spoil(sold / DAY_BOOK, "op")
    note_damage(sold)
    mended = mend_if_damaged(sold, DAY_BOOK, NOW_MS)
    assert mended is not None
    assert (mended.backup, mended.salvaged) == ("ledger-2026-11-20.db", 1)
    reopen(sold).stop()
    assert on_hand(sold, "milk") == 7_000_000
    assert verify(sold / DAY_BOOK).faults == []


def test_a_log_ends_where_its_proof_ends_and_the_next_one_stands_on_it(sold: Path) -> None:
    """A flipped bit in the last log: what came before stays, the ops behind it may be asked again, once each."""
    flip(sold / DAY_BOOK, b"the-last-phone")
    note_damage(sold)
    mended = mend_if_damaged(sold, DAY_BOOK, NOW_MS)
    assert mended is not None
    assert mended.salvaged == 3
    writer = reopen(sold)
    again = sell("milk", "2")
    first, second = ask(writer, again)[0], ask(writer, again)[0]
    writer.stop()
    assert (first.seq, second.repeated) == (1, True)
    assert on_hand(sold, "milk") == 10_000_000
    assert verify(sold / DAY_BOOK).faults == []


def test_a_mending_that_was_cut_short_is_finished(sold: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The power goes at every step of it: the next start comes to the same end."""
    before = rows(sold, "event")
    spoil(sold / DAY_BOOK, "stock")
    note_damage(sold)
    steps, real = 0, Path.replace

    def cut(path: Path, target: Path) -> Path:
        nonlocal steps
        steps += 1
        done = real(path, target) if steps % 2 else None
        if steps <= 6:
            raise KeyboardInterrupt
        return done or real(path, target)

    monkeypatch.setattr(Path, "replace", cut)
    for _ in range(8):
        try:
            mend_if_damaged(sold, DAY_BOOK, NOW_MS)
        except KeyboardInterrupt:
            continue
    monkeypatch.undo()
    assert steps > 6
    assert not (sold / DAMAGE).exists()
    reopen(sold).stop()
    assert rows(sold, "event") == before
    assert verify(sold / DAY_BOOK).faults == []


def test_a_disk_that_damages_what_was_just_mended_is_not_trusted(sold: Path) -> None:
    """The second damage within minutes is left to people."""
    spoil(sold / DAY_BOOK, "stock")
    note_damage(sold)
    mend_if_damaged(sold, DAY_BOOK, NOW_MS)
    note_damage(sold, NOW_MS + 60_000)
    with pytest.raises(CannotMend, match="again"):
        mend_if_damaged(sold, DAY_BOOK, NOW_MS + 60_000)


def test_a_file_that_tells_nothing_and_no_copy_is_left_to_people(sold: Path) -> None:
    """Nobody guesses who a node is: new hardware is enrolled."""
    (sold / DAY_BOOK).write_bytes(os.urandom(8192))
    note_damage(sold)
    with pytest.raises(CannotMend, match="which node"):
        mend_if_damaged(sold, DAY_BOOK, NOW_MS)


def test_without_its_key_a_day_book_is_left_where_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start without the key looks like damage: nothing is moved, and with the key all is there."""
    monkeypatch.setenv(dbapi.KEY_VARIABLE, os.urandom(32).hex())
    writer = new_day_book(folder, rows=store_rows())
    ask(writer, receive("milk", "4"))
    writer.stop()
    before = rows(folder, "event")
    note_damage(folder)
    with monkeypatch.context() as forgotten:
        forgotten.delenv(dbapi.KEY_VARIABLE)
        with pytest.raises(CannotMend, match="which node"):
            mend_if_damaged(folder, DAY_BOOK, NOW_MS)
    assert rows(folder, "event") == before
    mend_if_damaged(folder, DAY_BOOK, NOW_MS)
    reopen(folder).stop()
    assert rows(folder, "event") == before


def test_a_spoilt_page_that_somebody_reads_is_noticed_at_once(sold: Path) -> None:
    """Nobody waits for the hourly look when a screen has already met the damage."""
    caretaker = Caretaker(sold, lambda: NOW_MS)
    readers = Readers(sold / DAY_BOOK, troubled=caretaker.hear_reader)
    spoil(sold / DAY_BOOK, "stock")
    with pytest.raises(dbapi.Error), readers.lend() as connection:
        connection.execute("SELECT * FROM stock").fetchall()
    readers.close()
    assert caretaker.standing.state == "damaged"


def test_a_running_node_finds_the_damage_mends_itself_and_says_so(tmp_path: Path) -> None:
    """A spoilt page under a real node: it stops writing, begins again by itself, and loses nothing."""
    node = EdgeNode(tmp_path / "node")
    node.start()
    phone = node.sign_in("store_manager")
    first = op("stock.receive", {"lines": [{"sku": "rice", "qty": "7"}]})
    (told,) = phone.send_ops([first])
    node.stop()
    spoil(node.folder / DAY_BOOK, "movement")
    an_hour_later(node.folder)
    node.start(IMPATIENT)
    assert node.process is not None
    assert node.process.stdout is not None
    # The first look finds it, and the same process says a second time that it is ready.
    assert node.process.stdout.readline().startswith("ready ")
    state = phone.get("/v1/node").json()
    assert state["day_book"]["state"] == "ok"
    assert [notice["key"] for notice in state["notices"] if "day_book" in notice["key"]] == [
        "day_book_mended"
    ]
    (again,) = phone.send_ops([first])
    assert (again["log"], again["seq"]) == (told["log"], told["seq"])
    assert phone.sell("rice", "2")["log"] != told["log"]
    node.stop()
    assert on_hand(node.folder, "rice") == 5_000_000
    assert verify(node.folder / DAY_BOOK).faults == []


def test_a_node_whose_file_is_no_database_any_more_starts_from_its_last_copy(tmp_path: Path) -> None:
    """The first page is gone: the start finds it, takes the night's copy and comes up all the same."""
    node = EdgeNode(tmp_path / "node")
    node.start()
    node.sign_in("clerk").receive("rice", "7")
    node.stop()
    (node.folder / "backups").mkdir(exist_ok=True)
    copy(node.folder / DAY_BOOK, node.folder / "backups" / "ledger-2099-01-01.db")
    page_of(node.folder / DAY_BOOK, "stock")
    data = (node.folder / DAY_BOOK).read_bytes()
    (node.folder / DAY_BOOK).write_bytes(os.urandom(4096) + data[4096:])
    node.start()
    phone = node.sign_in("store_manager")
    notices = [notice for notice in phone.get("/v1/node").json()["notices"] if "day_book" in notice["key"]]
    assert [notice["key"] for notice in notices] == ["day_book_mended"]
    phone.sell("rice", "2")
    node.stop()
    assert on_hand(node.folder, "rice") == 5_000_000
    assert verify(node.folder / DAY_BOOK).faults == []
