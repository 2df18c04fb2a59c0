"""The writer's promises: an answer only after COMMIT, one effect an id, no name ever used twice, and the truth
after the disk has failed."""

import asyncio
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.app import DAY_BOOK
from edge.ledger import dbapi
from edge.ledger.recording import Answer, Asker, Prepared, prepare
from edge.ledger.tables import node_tables, select_all
from edge.ledger.verify import verify
from edge.ledger.writer import DECIDED_AT_ONCE, Committed, Writer
from shared.access.roles import EVERY_PERMISSION
from shared.errors import DomainError
from shared.stock.projection import STOCK
from tests.support.edge_node import new_day_book, new_op_id, store_rows, typed_op

OWNER = Asker(actor="owner", permissions=EVERY_PERMISSION, auth_level="password")


def receive(sku: str, qty: str, **more: Any) -> Prepared:
    return prepare(typed_op("stock.receive", {"lines": [{"sku": sku, "qty": qty}]}, **more))


def sell(sku: str, qty: str, **more: Any) -> Prepared:
    return prepare(typed_op("sales.sell", {"lines": [{"sku": sku, "qty": qty}]}, **more))


def ask(writer: Writer, *ops: Prepared) -> list[Answer]:
    return writer.submit(ops, OWNER).result(30)


def rows(folder: Path, table: str) -> list[Any]:
    connection = dbapi.open_reader(folder / DAY_BOOK)
    try:
        return connection.execute(f"SELECT * FROM {table}").fetchall()
    finally:
        connection.close()


def on_hand(folder: Path, sku: str) -> int:
    found = [row for row in rows(folder, "stock") if row[0] == sku and row[2].startswith("store/")]
    return sum(row[3] for row in found)


@pytest.fixture
def writer(folder: Path) -> Iterator[Writer]:
    started = new_day_book(folder, rows=store_rows())
    yield started
    started.stop()


def reopen(folder: Path, **options: Any) -> Writer:
    again = Writer(folder / DAY_BOOK, **options)
    again.start()
    return again


def test_the_same_id_gives_the_same_answer_and_one_effect(writer: Writer, folder: Path) -> None:
    """Sent twice in one batch, again later, and after a restart: one receipt, one answer."""
    op = receive("milk", "10")
    first, second = ask(writer, op, op)
    (third,) = ask(writer, op)
    writer.stop()
    again = reopen(folder)
    (fourth,) = ask(again, op)
    again.stop()
    assert {(told.log, told.seq, told.count) for told in (first, second, third, fourth)} == {
        (first.log, 1, 1)
    }
    assert on_hand(folder, "milk") == 10_000_000


def test_an_id_used_for_something_else_is_refused(writer: Writer, folder: Path) -> None:
    """The second content is not recorded and does not replace the first."""
    op_id = new_op_id()
    ask(writer, receive("milk", "10", op_id=op_id))
    (other,) = ask(writer, receive("milk", "11", op_id=op_id))
    assert other.error is not None
    assert other.error.key == "id_reuse_mismatch"
    assert on_hand(folder, "milk") == 10_000_000


def test_a_clock_offset_measured_anew_is_still_the_same_op(writer: Writer) -> None:
    """A phone measures its offset at each contact; that does not make a new op of a retry."""
    op_id = new_op_id()
    (first,) = ask(writer, receive("milk", "1", op_id=op_id, at_ms=1_700_000_000_000, offset_ms=5))
    (again,) = ask(writer, receive("milk", "1", op_id=op_id, at_ms=1_700_000_000_000, offset_ms=900))
    assert (again.seq, again.error) == (first.seq, None)


def test_a_refusal_is_remembered(writer: Writer) -> None:
    """An op refused once stays refused under its id, also when the goods have come meanwhile."""
    op = sell("pills", "1")
    (refused,) = ask(writer, op)
    ask(writer, receive("pills", "5"))
    (again,) = ask(writer, op)
    assert refused.error is not None
    assert again.error == refused.error
    assert refused.error.key == "stock_short"


def test_one_bad_op_leaves_its_neighbours_alone(writer: Writer, folder: Path) -> None:
    """Unknown goods, unknown command, malformed body, a command of head office: each refused by itself."""
    bad = [
        sell("nothing", "1"),
        prepare(typed_op("no.such", {})),
        prepare(typed_op("sales.sell", {"lines": []})),
        prepare(typed_op("catalogue.define_category", {"category": "x", "zh": "x", "en": "x"})),
    ]
    answers = ask(writer, receive("milk", "5"), *bad, sell("milk", "2"))
    assert [told.accepted for told in answers] == [True, False, False, False, False, True]
    assert on_hand(folder, "milk") == 3_000_000


def test_without_the_permission_nothing_is_recorded(writer: Writer) -> None:
    """A refusal for want of a right is not remembered: a manager may send the same op."""
    op = receive("milk", "5")
    nobody = Asker(actor="x", permissions=frozenset(), auth_level="password")
    (refused,) = writer.submit([op], nobody).result(30)
    assert refused.error is not None
    assert refused.error.key == "not_permitted"
    assert ask(writer, op)[0].accepted


def test_every_start_mints_a_log_that_cites_the_last(folder: Path, writer: Writer) -> None:
    """Three starts, three random logs, each grown from the head of the one before; the proof agrees."""
    ask(writer, receive("milk", "1"))
    heads = [writer.head]
    writer.stop()
    for _ in range(2):
        again = reopen(folder)
        ask(again, receive("milk", "1"), receive("milk", "1"))
        heads.append(again.head)
        again.stop()
    logs = sorted(rows(folder, "log"), key=lambda row: row[1])
    assert [row[0] for row in logs] == [head.log for head in heads]
    assert [(row[2], row[3], row[4]) for row in logs[1:]] == [(h.log, h.seq, h.hash) for h in heads[:-1]]
    assert verify(folder / DAY_BOOK).faults == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET bytes = x'00'",
        "DELETE FROM event",
        "REPLACE INTO event SELECT log, seq, x'00', hash FROM event",
        "UPDATE log SET parent_seq = 7",
        "DELETE FROM log",
        "REPLACE INTO log SELECT log, ordinal, parent_log, parent_seq, parent_hash, genesis, 1 FROM log",
    ],
)
def test_the_day_book_can_only_be_added_to(writer: Writer, folder: Path, statement: str) -> None:
    """Even the writer's own kind of connection cannot change or take away what is written."""
    ask(writer, receive("milk", "1"))
    writer.stop()
    before = rows(folder, "event"), rows(folder, "log")
    connection = dbapi.open_writer(folder / DAY_BOOK)
    with pytest.raises(dbapi.Error, match="append-only"):
        connection.execute(statement)
    connection.close()
    assert (rows(folder, "event"), rows(folder, "log")) == before


def test_readers_cannot_write(writer: Writer, folder: Path) -> None:
    """Everybody but the writer reads only."""
    connection = dbapi.open_reader(folder / DAY_BOOK)
    with pytest.raises(dbapi.Error):
        connection.execute("DELETE FROM stock")
    connection.close()


def test_a_log_swapped_under_the_writer_is_noticed(writer: Writer, folder: Path) -> None:
    """Somebody else wrote to the file: the writer starts a new log upon what is there."""
    ask(writer, receive("milk", "1"))
    other = reopen(folder)
    ask(other, receive("milk", "2"))
    other.stop()
    before = writer.head.log
    (answer,) = ask(writer, receive("milk", "4"))
    assert answer.accepted
    assert writer.head.log != before
    writer.stop()
    assert on_hand(folder, "milk") == 7_000_000
    assert verify(folder / DAY_BOOK).faults == []


async def test_128_submitters_get_each_their_own_answer(writer: Writer, folder: Path) -> None:
    """Many tasks, one op each at a time: all accepted, dense, and the stock is their sum."""

    async def submit() -> list[Answer]:
        return [(await writer.submit_soon([receive("rice", "1")], OWNER))[0] for _ in range(4)]

    answers = [told for of_one in await asyncio.gather(*(submit() for _ in range(128))) for told in of_one]
    assert sorted(told.seq or 0 for told in answers) == list(range(1, 513))
    assert on_hand(folder, "rice") == 512_000_000
    writer.stop()
    assert verify(folder / DAY_BOOK).faults == []


def test_a_crowd_travels_in_two_batches(writer: Writer, folder: Path) -> None:
    """The first half is handed to the disk before the second is decided: neither the disk nor we stand idle."""
    writer.stop()
    again, heads = Writer(folder / DAY_BOOK), []

    def note(committed: Committed) -> None:
        heads.append(committed.head.seq)

    again.listeners.append(note)
    asked = [again.submit([receive("rice", "1")], OWNER) for _ in range(2 * DECIDED_AT_ONCE)]
    again.start()
    assert all(future.result(30)[0].accepted for future in asked)
    again.stop()
    assert heads[0] == DECIDED_AT_ONCE
    assert heads[-1] == 2 * DECIDED_AT_ONCE


class FailingDisk:
    """A real connection whose `when` statement fails the way a disk does: before, or after it was done."""

    def __init__(self, connection: dbapi.Connection, when: str, after: bool, disk: "Disk") -> None:
        self._connection, self._when, self._after, self._disk = connection, when, after, disk

    def execute(self, sql: str, cells: dbapi.Cells = ()) -> dbapi.Cursor:
        if self._disk.armed and sql.startswith(self._when):
            self._disk.armed = False
            if self._after:
                self._connection.execute(sql, cells)
            raise dbapi.Error(self._disk.says)
        return self._connection.execute(sql, cells)

    def executemany(self, sql: str, many: Any) -> dbapi.Cursor:
        return self._connection.executemany(sql, many)

    def close(self) -> None:
        self._connection.close()

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction


class Disk:
    """Arms the next failure of every connection it opens."""

    def __init__(self, when: str = "COMMIT", *, after: bool = False, says: str = "disk I/O error") -> None:
        self.armed = False
        self.says = says
        self._when, self._after = when, after

    def connect(self, path: Path) -> dbapi.Connection:
        failing: dbapi.Connection = FailingDisk(dbapi.open_writer(path), self._when, self._after, self)  # type: ignore[assignment]
        return failing


def on_disk(folder: Path, writer: Writer, disk: Disk) -> Writer:
    """The same day-book on a disk that can fail."""
    writer.stop()
    return reopen(folder, connect=disk.connect, connect_reader=disk.connect)


def test_a_commit_that_failed_but_was_written_is_answered_as_written(writer: Writer, folder: Path) -> None:
    """The error came after the disk had it: looked up, found, acknowledged; and a new log begins."""
    disk = Disk(after=True)
    failing = on_disk(folder, writer, disk)
    ask(failing, receive("milk", "1"))
    before = failing.head
    disk.armed = True
    op = receive("milk", "5")
    (answer,) = ask(failing, op)
    assert (answer.accepted, answer.seq) == (True, before.seq + 1)
    assert ask(failing, op)[0].seq == answer.seq
    assert failing.head.log != before.log
    failing.stop()
    assert on_hand(folder, "milk") == 6_000_000
    assert verify(folder / DAY_BOOK).faults == []


@pytest.mark.parametrize("when", ["COMMIT", "BEGIN", "SELECT op_id, content"])
def test_a_transaction_that_failed_is_not_acknowledged(writer: Writer, folder: Path, when: str) -> None:
    """The error came before the disk had it: refused as not stored, nothing left, the retry works."""
    disk = Disk(when)
    failing = on_disk(folder, writer, disk)
    ask(failing, receive("milk", "1"))
    disk.armed = True
    op = receive("milk", "5")
    with pytest.raises(DomainError) as refused:
        ask(failing, op)
    assert refused.value.key == "storage_failed"
    assert on_hand(folder, "milk") == 1_000_000
    assert ask(failing, op)[0].accepted
    failing.stop()
    assert on_hand(folder, "milk") == 6_000_000
    assert verify(folder / DAY_BOOK).faults == []


class SlowDisk(Disk):
    """A COMMIT that takes until the writer has decided the next op, and then fails."""

    def __init__(self, *, after: bool) -> None:
        super().__init__(after=after)
        self.next_op: Prepared | None = None
        self.next_answer: Any = None
        self.writer: Writer
        self.decided = threading.Event()

    def connect(self, path: Path) -> dbapi.Connection:
        connection: Any = super().connect(path)
        plain_many, plain = connection.executemany, connection.execute

        def executemany(sql: str, many: Any) -> Any:
            if self.next_op is not None:
                op, self.next_op = self.next_op, None
                self.next_answer = self.writer.submit([op], OWNER)
            return plain_many(sql, many)

        def execute(sql: str, cells: dbapi.Cells = ()) -> Any:
            if self.armed and sql == "COMMIT":
                while not self.writer._batch.answers:
                    self.decided.wait(0.001)
            return plain(sql, cells)

        connection.executemany, connection.execute = executemany, execute
        slow: dbapi.Connection = connection
        return slow


@pytest.mark.parametrize("after", [False, True])
def test_what_was_decided_upon_a_commit_that_failed_is_decided_again(
    writer: Writer, folder: Path, after: bool
) -> None:
    """The next op waited in memory for the one before it; whatever became of that, the sums are right."""
    disk = SlowDisk(after=after)
    disk.writer = failing = on_disk(folder, writer, disk)
    ask(failing, receive("milk", "2"), sell("milk", "1"))
    before = failing.head
    disk.next_op, disk.armed = sell("milk", "3"), True
    first = failing.submit([receive("milk", "5")], OWNER)
    if after:
        assert first.result(30)[0].accepted
    else:
        with pytest.raises(DomainError):
            first.result(30)
    (sold,) = disk.next_answer.result(30)
    assert sold.accepted
    assert bool(sold.warnings) is not after, "sold below the book only where the receipt was lost"
    assert failing.head.log != before.log
    failing.stop()
    assert on_hand(folder, "milk") == (3_000_000 if after else -2_000_000)
    assert verify(folder / DAY_BOOK).faults == []


def test_work_that_fails_leaves_nothing_behind(writer: Writer, folder: Path) -> None:
    """An exception in a piece of work undoes its rows and its memory, and the ops after it go on."""
    ask(writer, receive("milk", "1"))

    def half(tx: Any) -> None:
        tx.connection.execute("UPDATE stock SET qty = 0")
        raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        writer.run(half).result(30)
    assert ask(writer, sell("milk", "1"))[0].accepted
    assert on_hand(folder, "milk") == 0
    writer.stop()
    assert verify(folder / DAY_BOOK).faults == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MiB, where the machine lets us make one."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a small tmpfs")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_refuses_and_resumes(small_disk: Path) -> None:
    """Nothing acknowledged is lost, nothing refused is there, and with room again the same op goes through."""
    folder = small_disk / "node"
    writer = new_day_book(folder, rows=store_rows())
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 200_000)
    acknowledged, refusal = 0, None
    while refusal is None:
        op = receive("milk", "1")
        refusal = writer.submit([op], OWNER).exception(30)
        acknowledged += refusal is None
    assert isinstance(refusal, DomainError)
    assert (refusal.key, acknowledged > 0) == ("disk_full", True)
    ballast.unlink()
    assert ask(writer, op)[0].accepted
    writer.stop()
    assert on_hand(folder, "milk") == (acknowledged + 1) * 1_000_000
    assert verify(folder / DAY_BOOK).faults == []


def corrupt(folder: Path, change: str) -> None:
    """As somebody with root would, past our triggers."""
    connection = dbapi.open_writer(folder / DAY_BOOK)
    connection.execute("PRAGMA foreign_keys=OFF")
    for table in ("event", "log"):
        for verb in ("update", "delete"):
            connection.execute(f"DROP TRIGGER {table}_refuses_{verb}")
    connection.execute(change)
    connection.close()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE event SET bytes = CAST(bytes || x'00' AS BLOB) WHERE seq = 2", "not what was written"),
        ("DELETE FROM event WHERE seq = 2", "is missing"),
        ("UPDATE log SET parent_seq = 9", "does not follow from its parent"),
        ("UPDATE stock SET qty = qty + 1 WHERE location = 'supplier'", "table stock"),
        ("DELETE FROM movement", "table movement"),
    ],
)
def test_the_proof_finds_what_was_changed(writer: Writer, folder: Path, change: str, fault: str) -> None:
    """An edited, removed or re-parented fact and a row that no fact explains are all found."""
    ask(writer, *(receive("milk", "1") for _ in range(3)))
    writer.stop()
    assert verify(folder / DAY_BOOK).faults == []
    corrupt(folder, change)
    assert any(fault in found for found in verify(folder / DAY_BOOK).faults)


def test_rebuilt_rows_equal_the_live_ones_after_a_day_of_everything(writer: Writer, folder: Path) -> None:
    """Receive, sell, hold, release, inspect, count late, transfer, waste, take back: every table to the last unit."""
    day: list[tuple[str, dict[str, Any]]] = [
        ("stock.receive", {"lines": [{"sku": "milk", "qty": "24", "lot": "A"}, {"sku": "rice", "qty": "9"}]}),
        ("sales.sell", {"lines": [{"sku": "milk", "qty": "2"}, {"sku": "cheese", "qty": "0.125"}]}),
        ("quality.hold", {"lines": [{"sku": "milk", "lot": "A", "qty": "4"}], "reason": "smell"}),
        (
            "quality.release",
            {"lines": [{"sku": "milk", "lot": "A", "qty": "1", "to": "waste"}], "reason": "bad"},
        ),
        ("stock.count", {"lines": [{"sku": "milk", "counted": "20"}, {"sku": "rice", "counted": "8"}]}),
        ("stock.transfer_out", {"to_store": "S2", "lines": [{"sku": "rice", "qty": "3"}]}),
        ("stock.waste", {"lines": [{"sku": "milk", "qty": "1"}], "reason": "damaged"}),
        (
            "sales.take_back",
            {"lines": [{"sku": "milk", "qty": "1", "disposition": "restock"}], "reason": "no"},
        ),
    ]
    for kind, body in day:
        (told,) = ask(writer, prepare(typed_op(kind, body)))
        assert told.accepted, (kind, told.error)
    late = prepare(typed_op("sales.sell", {"lines": [{"sku": "milk", "qty": "1"}]}, at_ms=1_700_000_000_000))
    assert ask(writer, late)[0].count == 2
    writer.stop()
    report = verify(folder / DAY_BOOK)
    assert report.faults == []
    assert report.rows > 30


def test_a_lot_that_is_gone_is_not_read_again(writer: Writer, folder: Path) -> None:
    """Years of empty lots cost a sale nothing, and goods that come back under an old lot count from zero."""
    ask(writer, receive("milk", "2"), sell("milk", "2"))
    writer.stop()
    again = reopen(folder)
    found = again.run(lambda tx: tx.rows.rows(STOCK, ("milk",))).result(30)
    assert [key[2] for key in found if str(key[2]).startswith("store/")] == []
    ask(again, receive("milk", "3"), sell("milk", "1"))
    again.stop()
    assert on_hand(folder, "milk") == 2_000_000
    assert verify(folder / DAY_BOOK).faults == []


def test_tables_of_another_version_are_rebuilt_at_start(writer: Writer, folder: Path) -> None:
    """Rows made by an older projection are thrown away and made again from the facts."""
    ask(writer, receive("milk", "7"), sell("milk", "2"))
    writer.stop()
    before = {table.name: rows(folder, f'"{table.name}"') for table in node_tables()}
    connection = dbapi.open_writer(folder / DAY_BOOK)
    connection.execute("UPDATE projection SET version = 0")
    connection.execute("DELETE FROM stock")
    connection.close()
    reopen(folder).stop()
    assert {table.name: rows(folder, f'"{table.name}"') for table in node_tables()} == before
    assert select_all(node_tables()[0])


def test_an_encrypted_day_book_shows_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a key from outside no name or number stands readable in the files."""
    monkeypatch.setenv(dbapi.KEY_VARIABLE, os.urandom(32).hex())
    writer = new_day_book(folder, rows=store_rows())
    ask(writer, receive("milk", "1", device_id="secret-phone"))
    writer.stop()
    content = b"".join(file.read_bytes() for file in folder.glob("ledger.db*"))
    assert b"secret-phone" not in content
    assert b"SQLite format 3" not in content
    assert verify(folder / DAY_BOOK).faults == []
