"""Attacks on the writer: askers who go away, disks that fail at any statement, numbers no column holds, a stop in
the middle. Whatever happens, every future resolves and the rows say what the facts say."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.app import DAY_BOOK
from edge.ledger import dbapi
from edge.ledger.recording import Answer, Asker, Prepared, prepare
from edge.ledger.verify import verify
from edge.ledger.writer import Committed, Writer
from shared.access.roles import EVERY_PERMISSION
from shared.errors import DomainError
from tests.support.edge_node import new_day_book, store_rows, typed_op

OWNER = Asker(actor="owner", permissions=EVERY_PERMISSION, auth_level="password")
SOON_S = 30
"""Longer than any of this takes; a future that does not resolve by then never will."""


def receive(sku: str, *qty: str, **more: Any) -> Prepared:
    lines = [{"sku": sku, "qty": each, "lot": "A"} for each in qty]
    return prepare(typed_op("stock.receive", {"lines": lines}, **more))


def sell(sku: str, qty: str, **more: Any) -> Prepared:
    return prepare(typed_op("sales.sell", {"lines": [{"sku": sku, "qty": qty}]}, **more))


def ask(writer: Writer, *ops: Prepared) -> list[Answer]:
    return writer.submit(ops, OWNER).result(SOON_S)


def on_hand(folder: Path, sku: str) -> int:
    connection = dbapi.open_reader(folder / DAY_BOOK)
    try:
        asked = "SELECT coalesce(sum(qty), 0) FROM stock WHERE sku = ? AND location LIKE 'store/%'"
        return int(connection.execute(asked, (sku,)).fetchone()[0])
    finally:
        connection.close()


@pytest.fixture
def writer(folder: Path) -> Iterator[Writer]:
    started = new_day_book(folder, rows=store_rows())
    yield started
    started.stop()


def reopen(folder: Path, **options: Any) -> Writer:
    again = Writer(folder / DAY_BOOK, **options)
    again.start()
    return again


class Held:
    """Keeps the writer's thread busy until it is let go, so that what is sent meanwhile comes together."""

    def __init__(self, writer: Writer) -> None:
        self.begun, self.let_go = threading.Event(), threading.Event()
        self.future = writer.run(self._wait)
        assert self.begun.wait(SOON_S)

    def _wait(self, _tx: Any) -> None:
        self.begun.set()
        self.let_go.wait(SOON_S)


def test_an_asker_who_goes_away_does_not_stop_the_writer(writer: Writer) -> None:
    """A request is cut off while its piece of work waits; the work is done and the store goes on."""
    done: list[int] = []

    async def cut_off() -> None:
        asked = asyncio.wrap_future(writer.run(lambda _tx: done.append(1)))
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked

    held = Held(writer)
    asyncio.run(cut_off())
    gone = writer.submit([receive("milk", "1")], OWNER)
    gone.cancel()
    held.let_go.set()
    before = writer.failures
    assert ask(writer, receive("milk", "1"))[0].accepted
    assert (done, writer.failures) == ([1], before)


def test_what_comes_after_the_end_is_told_so(writer: Writer) -> None:
    """Ops and work that arrive behind a stop are refused at once instead of being waited for for ever."""
    held = Held(writer)
    queued = writer.submit([receive("milk", "1")], OWNER)
    stopping = threading.Thread(target=writer.stop)
    stopping.start()
    held.let_go.set()
    stopping.join(SOON_S)
    assert queued.result(SOON_S)[0].accepted
    for late in (writer.submit([receive("milk", "1")], OWNER), writer.run(lambda _tx: None)):
        refused = late.exception(SOON_S)
        assert isinstance(refused, DomainError)
        assert refused.key == "storage_failed"


async def test_a_loop_that_asks_after_the_end_is_told_so(writer: Writer) -> None:
    """The same for a request that a page sends while the box shuts down."""
    writer.stop()
    with pytest.raises(DomainError, match="storage_failed"):
        await asyncio.wait_for(writer.submit_soon([receive("milk", "1")], OWNER), SOON_S)


def test_a_writer_that_could_not_start_refuses(folder: Path) -> None:
    """Whoever asks a writer that never came up hears so, and its file is free for the next one."""
    new_day_book(folder, rows=store_rows()).stop()
    connection = dbapi.open_writer(folder / DAY_BOOK)
    connection.execute("UPDATE projection SET version = 0")
    connection.close()

    class NoCommit(Failing):
        def fails(self, sql: str) -> bool:
            return sql == "COMMIT"

    lame = Writer(folder / DAY_BOOK, connect=lambda path: NoCommit(dbapi.open_writer(path)).as_connection())
    early = lame.submit([receive("milk", "1")], OWNER)
    with pytest.raises(dbapi.Error):
        lame.start()
    assert isinstance(early.exception(SOON_S), DomainError)
    assert isinstance(lame.submit([receive("milk", "1")], OWNER).exception(SOON_S), DomainError)
    again = reopen(folder)
    assert ask(again, receive("milk", "1"))[0].accepted
    again.stop()


class Failing:
    """A real connection some of whose statements fail."""

    def __init__(self, connection: dbapi.Connection) -> None:
        self._connection = connection

    def as_connection(self) -> dbapi.Connection:
        ours: Any = self
        connection: dbapi.Connection = ours
        return connection

    def fails(self, sql: str) -> bool:
        raise AssertionError("not asked here")

    def _meet(self, sql: str) -> None:
        if self.fails(sql):
            raise dbapi.Error("disk I/O error")

    def execute(self, sql: str, cells: dbapi.Cells = ()) -> dbapi.Cursor:
        self._meet(sql)
        return self._connection.execute(sql, cells)

    def executemany(self, sql: str, many: Any) -> dbapi.Cursor:
        self._meet(sql)
        return self._connection.executemany(sql, many)

    def close(self) -> None:
        self._connection.close()

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction


@pytest.mark.parametrize(
    "error", [dbapi.Error("disk I/O error"), OSError("no such device"), ValueError("torn")]
)
@pytest.mark.parametrize("door", ["writer", "reader"])
def test_a_file_that_cannot_be_reopened_for_a_while(
    writer: Writer, folder: Path, error: Exception, door: str
) -> None:
    """A COMMIT fails and then neither connection opens: nobody is left waiting, and afterwards all goes on."""
    writer.stop()
    shut: list[Exception] = []
    armed: list[bool] = []

    class Once(Failing):
        def fails(self, sql: str) -> bool:
            if sql == "COMMIT" and armed:
                armed.clear()
                shut.append(error)
                return True
            return False

    def open_by(opened: Callable[[Path], dbapi.Connection], name: str) -> Callable[[Path], dbapi.Connection]:
        def connect(path: Path) -> dbapi.Connection:
            if shut and name == door:
                raise shut[0]
            return Once(opened(path)).as_connection()

        return connect

    failing = reopen(
        folder,
        connect=open_by(dbapi.open_writer, "writer"),
        connect_reader=open_by(dbapi.open_reader, "reader"),
    )
    assert ask(failing, receive("milk", "2"))[0].accepted
    before = failing.head.log
    armed.append(True)
    lost = [receive("milk", "3") for _ in range(3)]
    for op in lost:
        assert isinstance(failing.submit([op], OWNER).exception(SOON_S), DomainError)
    assert failing.run(lambda _tx: None).exception(SOON_S) is not None
    shut.clear()
    assert [told.accepted for op in lost for told in ask(failing, op)] == [True] * 3
    assert failing.head.log != before
    failing.stop()
    assert on_hand(folder, "milk") == 11_000_000
    assert verify(folder / DAY_BOOK).faults == []


LARGEST = "999999999"


def overflowing(count: int) -> list[Prepared]:
    """Receipts of whose sum no column holds: each by itself is allowed."""
    return [receive("rice", *[LARGEST] * 200) for _ in range(count)]


def test_a_sum_that_no_column_holds_fails_alone(writer: Writer, folder: Path) -> None:
    """One op too many in a batch: its neighbours before and behind it are booked, whoever sent them."""
    held = Held(writer)
    ops = overflowing(48)
    many = [writer.submit([op], OWNER) for op in ops]
    mixed = writer.submit([receive("milk", "5"), *overflowing(1), sell("milk", "2")], OWNER)
    held.let_go.set()
    answers = [each.result(SOON_S)[0] for each in many]
    assert sum(answer.accepted for answer in answers) == 46
    assert {answer.error.key for answer in answers if answer.error} == {"op_failed"}
    assert [answer.accepted for answer in mixed.result(SOON_S)] == [True, False, True]
    writer.stop()
    assert (on_hand(folder, "milk"), on_hand(folder, "rice")) == (3_000_000, 46 * 200 * 999_999_999_000_000)
    assert verify(folder / DAY_BOOK).faults == []


def test_a_question_in_the_middle_of_such_a_batch_loses_no_rows(writer: Writer, folder: Path) -> None:
    """A late count makes the writer write what waits, which is where the sum fails; facts and rows stay one."""
    (counted,) = ask(writer, prepare(typed_op("stock.count", {"lines": [{"sku": "milk", "counted": "4"}]})))
    assert counted.accepted
    held = Held(writer)
    late = sell("milk", "1", at_ms=1_700_000_000_000)
    many = [writer.submit([op], OWNER) for op in (receive("milk", "5"), *overflowing(48), late)]
    held.let_go.set()
    answers = [each.result(SOON_S)[0] for each in many]
    assert (answers[0].accepted, answers[-1].count) == (True, 2)
    writer.stop()
    assert verify(folder / DAY_BOOK).faults == []


def test_a_listener_that_leaves_takes_no_other_with_it(writer: Writer) -> None:
    """Somebody who stops listening while being told does not make the next one miss it."""
    heard: list[Committed] = []

    def leaves(_told: Committed) -> None:
        writer.listeners.remove(leaves)

    writer.listeners += [leaves, heard.append]
    ask(writer, receive("milk", "1"))
    ask(writer, receive("milk", "1"))
    writer.run(lambda _tx: None).result(SOON_S)
    assert [told.head.seq for told in heard] == [1, 2]


def test_work_that_ends_the_thread_is_answered_and_survived(writer: Writer) -> None:
    """Even an exit called inside a piece of work goes to whoever asked for it, and not to the shop."""

    def leave(_tx: Any) -> None:
        raise SystemExit(3)

    assert isinstance(writer.run(leave).exception(SOON_S), SystemExit)
    assert ask(writer, receive("milk", "1"))[0].accepted
