"""A store's logs in head office's order: what comes back finds room, and what head office got anew moves."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from edge.ledger.check import Progress, look
from edge.ledger.dbapi import open_reader
from edge.ledger.mend import _salvage_log
from edge.ledger.recording import Asker, prepare
from edge.ledger.verify import verify
from edge.ledger.writer import Transaction, Writer
from edge.sync import own_logs
from edge.sync.backfill import Room, finish, take_back
from edge.sync.enrolment import DAY_BOOK
from shared.access.roles import EVERY_PERMISSION
from shared.ledger.chain import Head
from shared.sync.messages import Backfill
from tests.support.edge_node import new_day_book, store_rows, typed_op

OWNER = Asker(actor="owner", permissions=EVERY_PERMISSION, auth_level="password")

FARMS = tuple(
    ("supplier", (f"farm {a}{b}",), {"name": f"Farm {a}{b}"}) for a in range(1, 6) for b in range(1, 6)
)


class Box:
    """A day-book that is written to and copied."""

    def __init__(self, folder: Path, writer: Writer) -> None:
        self.folder = folder
        self.writer = writer

    def receive(self, *farms: str) -> bytes:
        """Arrivals of one lot, each from another farm; returns the log they stand in."""
        for farm in farms:
            body = {"supplier": farm, "lines": [{"sku": "milk", "qty": "1", "lot": "L"}]}
            (answer,) = self.writer.submit([prepare(typed_op("stock.receive", body))], OWNER).result(30)
            assert answer.log is not None, answer.error
        return self.writer.head.log

    def restarted(self) -> Box:
        self.writer.stop()
        self.writer = Writer(self.folder / DAY_BOOK)
        self.writer.start()
        return self

    def twin(self, name: str) -> Box:
        """Its copy on another machine, as of now."""
        folder = self.folder.with_name(name)
        folder.mkdir()
        self.restarted()
        self.writer.stop()
        shutil.copy(self.folder / DAY_BOOK, folder / DAY_BOOK)
        self.writer = Writer(self.folder / DAY_BOOK)
        self.writer.start()
        again = Writer(folder / DAY_BOOK)
        again.start()
        return Box(folder, again)

    def cells(self, sql: str, *cells: Any) -> list[Any]:
        reader = open_reader(self.folder / DAY_BOOK)
        try:
            return reader.execute(sql, cells).fetchall()
        finally:
            reader.close()

    def order(self) -> list[bytes]:
        return [log for (log,) in self.cells("SELECT log FROM log ORDER BY ordinal")]

    def last_farm(self) -> str:
        return str(self.cells("SELECT supplier FROM lot WHERE sku = 'milk'")[0][0])

    def told(self, log: bytes) -> tuple[Backfill, Head]:
        """A log of this box as head office hands it back."""
        reader = open_reader(self.folder / DAY_BOOK)
        try:
            (own,) = [own for own in own_logs.read_logs(reader) if own.head.log == log]
            run = own_logs.read_run(reader, log, 1, 1000)
        finally:
            reader.close()
        part = Backfill(
            log=log, parent=own.parent, first_seq=1, prev_hash=own.genesis, events=list(run.events)
        )
        return part, own.head

    def take_back(self, order: Sequence[bytes], *logs: tuple[Backfill, Head]) -> None:
        """What a hello brings: those logs, in head office's order."""
        identity = self.writer.identity

        def take(tx: Transaction) -> None:
            for number, (part, head) in enumerate(logs, 1):
                room = Room(order[: order.index(part.log)], len(logs) - number)
                take_back(tx, identity, part, head, room)
            finish(tx, identity, order)

        self.writer.run(take).result(30)

    def assert_whole(self) -> None:
        assert verify(self.folder / DAY_BOOK).faults == []


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    folder = tmp_path / "box"
    made = Box(folder, new_day_book(folder, rows=[*store_rows(), *FARMS]))
    yield made
    made.writer.stop()


def test_a_log_comes_back_between_two_that_stand_side_by_side(box: Box) -> None:
    """Two that came back stand next to each other; a third, which head office has between them, finds room too."""
    one = box.receive("farm 11")
    twin = box.twin("twin")
    two = twin.receive("farm 22")
    three = twin.restarted().receive("farm 33")
    other = box.twin("other")
    between = other.receive("farm 44")
    mine = box.receive("farm 55")
    box.take_back([one, three, mine], twin.told(three))
    box.take_back([one, two, three, mine], twin.told(two))
    box.take_back([one, two, between, three, mine], other.told(between))
    assert box.order() == [one, two, between, three, mine]
    assert box.last_farm() == "farm 55"
    box.assert_whole()
    twin.writer.stop()
    other.writer.stop()


def test_logs_that_head_office_has_in_another_order_change_places(box: Box) -> None:
    """It was put back and got a twin's log first: the store takes its order, and its rows follow."""
    one = box.receive("farm 11")
    twin = box.twin("twin")
    theirs = twin.receive("farm 22")
    mine = box.receive("farm 33")
    box.take_back([one, theirs, mine], twin.told(theirs))
    assert (box.order(), box.last_farm()) == ([one, theirs, mine], "farm 33")
    box.take_back([one, mine, theirs])
    assert (box.order(), box.last_farm()) == ([one, mine, theirs], "farm 22")
    assert box.receive("farm 44") not in (one, mine, theirs)
    assert box.last_farm() == "farm 44"
    assert box.writer.failures == 0
    box.assert_whole()
    twin.writer.stop()


def test_a_child_never_stands_before_its_parent(box: Box) -> None:
    """Head office of an older program tells logs as they came to it."""
    one = box.receive("farm 11")
    two = box.restarted().receive("farm 22")
    three = box.restarted().receive("farm 33")
    box.take_back([three, one, two])
    assert (box.order(), box.last_farm()) == ([one, two, three], "farm 33")
    box.assert_whole()


def test_the_hourly_look_goes_on_though_logs_have_changed_places(box: Box) -> None:
    """It notes where it was by the log's own name."""
    one = box.receive("farm 11", "farm 12")
    twin = box.twin("twin")
    theirs = twin.receive("farm 22", "farm 23")
    mine = box.receive("farm 33", "farm 34")
    box.take_back([one, theirs, mine], twin.told(theirs))
    reader = open_reader(box.folder / DAY_BOOK)
    found = look(reader, Progress(), 0, facts_max=3)
    box.take_back([one, mine, theirs])
    found = look(reader, found.progress, 0, facts_max=1)
    found = look(reader, found.progress, 0)
    reader.close()
    assert (found.fault, found.progress.rounds) == ("", 1)
    twin.writer.stop()


def test_a_log_whose_place_is_taken_in_an_older_copy_is_saved_too(box: Box, tmp_path: Path) -> None:
    """Places have changed since the copy was made; mending a damaged file loses no log over it."""
    box.receive("farm 11")
    twin = box.twin("twin")
    theirs, mine = twin.receive("farm 22"), box.receive("farm 33")
    twin.writer.stop()
    reader = open_reader(twin.folder / DAY_BOOK)
    (row,) = reader.execute(
        "SELECT log, ordinal, parent_log, parent_seq, parent_hash, genesis, born_ms FROM log WHERE log = ?",
        (theirs,),
    ).fetchall()
    assert box.cells("SELECT 1 FROM log WHERE ordinal = ? AND log = ?", row[1], mine)

    def salvage(tx: Transaction) -> int:
        return _salvage_log(tx.connection, reader, box.writer.identity, row)

    assert box.writer.run(salvage).result(30) == 1
    reader.close()
    assert set(box.order()) >= {theirs, mine}
