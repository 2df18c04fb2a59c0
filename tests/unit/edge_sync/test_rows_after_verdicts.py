"""What a verdict changes: only the rows it is about are made anew, and they come out as if all had been."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.ledger.recording import Asker, prepare
from edge.ledger.verify import verify
from edge.ledger.writer import Transaction
from edge.sync.enrolment import DAY_BOOK
from shared.access.roles import EVERY_PERMISSION
from shared.errors import DomainError
from shared.ledger import envelope
from tests.support.edge_node import feed, new_day_book, new_op_id, store_rows, typed_op
from tests.unit.edge_sync.test_arrange import Box

CLERK = Asker(actor="li", permissions=EVERY_PERMISSION, auth_level="password")
STORE = "S1"
NOON_MS = 1_795_000_000_000
Name = tuple[bytes, int]


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    made = Box(tmp_path / "box", new_day_book(tmp_path / "box", STORE, rows=store_rows()))
    yield made
    made.writer.stop()


class Day:
    """A day of ops at one box, or of the same ops at its twin."""

    def __init__(self, die: random.Random) -> None:
        self.die = die
        self.asked: list[dict[str, Any]] = []

    def something(self) -> dict[str, Any]:
        die = self.die
        sku, pieces = die.choice(("milk", "rice", "cheese")), str(die.randint(1, 9))
        line = {"sku": sku, "qty": pieces}
        kind, body = die.choice(
            (
                ("sales.sell", {"lines": [line]}),
                ("sales.sell", {"lines": [line, {"sku": "milk", "qty": "1"}]}),
                ("stock.receive", {"supplier": "farm", "lines": [line | {"lot": f"L{die.randrange(4)}"}]}),
                ("stock.waste", {"reason": "damaged", "lines": [line]}),
                ("stock.count", {"lines": [{"sku": sku, "counted": pieces}]}),
            )
        )
        # Some of it is told late, so that counts are corrected.
        at_ms = NOON_MS + len(self.asked) * 1000 - die.choice((0, 0, 30_000))
        self.asked.append({"kind": kind, "body": body, "op_id": new_op_id(), "at_ms": at_ms})
        return self.asked[-1]

    def lived_by(self, box: Box, ops: list[dict[str, Any]]) -> None:
        box.writer.submit([prepare(typed_op(**op)) for op in ops], CLERK).result(30)


def facts(box: Box) -> dict[Name, bytes]:
    return {
        (log, seq): envelope.decode(data).op_id
        for log, seq, data in box.cells("SELECT log, seq, bytes FROM event ORDER BY log, seq")
    }


def some_verdict(die: random.Random, of: dict[Name, bytes]) -> tuple[str, list[Any], dict[str, Any] | None]:
    """Head office's word about some fact: voided, let in, another copy counts, nothing counts, or none of it."""
    (log, seq), op_id = die.choice(list(of.items()))
    key = [STORE, log.hex(), seq]
    copies = [name for name, other in of.items() if other == op_id and name[0] != log]
    words: list[tuple[str, list[Any], dict[str, Any] | None]] = [
        ("settled_fact", key, {"decision": "voided"}),
        ("settled_fact", key, {"decision": "released"}),
        ("superseded_fact", key, {"by_log": "77" * 16, "by_seq": 1, "by_own": 0}),
        ("superseded_fact", key, None),
    ]
    if copies:
        by_log, by_seq = min(copies)
        words += [("superseded_fact", key, {"by_log": by_log.hex(), "by_seq": by_seq, "by_own": 1})] * 3
    return die.choice(words)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_head_office_says_rows_are_those_of_the_facts(box: Box, tmp_path: Path, seed: int) -> None:
    """Two boxes' logs with copies of many ops, one verdict after another: proved against a full replay each time."""
    die = random.Random(seed)
    day = Day(die)
    day.lived_by(box, [day.something() for _ in range(30)])
    twin = box.twin("twin")
    both = [day.something() for _ in range(15)]
    day.lived_by(twin, [day.something() for _ in range(5)] + both)
    told = twin.told(twin.writer.head.log)
    twin.writer.stop()
    day.lived_by(box, both + [day.something() for _ in range(5)])
    box.take_back([*box.order(), told[0].log], told)
    day.lived_by(box, [day.something() for _ in range(5)])
    box.assert_whole()
    of = facts(box)
    for _ in range(12):
        feed(box.writer, [some_verdict(die, of) for _ in range(die.randint(1, 4))])
        if die.random() < 0.3:
            day.lived_by(box, [day.something()])
        faults = verify(box.folder / DAY_BOOK).faults
        assert faults == []


def test_goods_that_a_verdict_is_not_about_are_left_alone(box: Box) -> None:
    """A voided sale of milk: nobody touches the rows of rice, which cannot be touched here."""
    day = Day(random.Random(1))
    sold = [{"kind": "sales.sell", "body": {"lines": [{"sku": sku, "qty": "1"}]}} for sku in ("milk", "rice")]
    day.lived_by(box, sold)

    def seal(tx: Transaction) -> None:
        for what in ("DELETE", "UPDATE", "INSERT"):
            row = "new" if what == "INSERT" else "old"
            tx.connection.execute(
                f"CREATE TEMP TRIGGER sealed_{what} BEFORE {what} ON main.stock WHEN {row}.sku = 'rice' "
                "BEGIN SELECT raise(ABORT, 'rice was touched'); END"
            )

    box.writer.run(seal).result(30)
    ((log, seq),) = box.cells("SELECT log, min(seq) FROM event")
    feed(box.writer, [("settled_fact", [STORE, log.hex(), seq], {"decision": "voided"})])
    assert box.cells("SELECT sku FROM stock WHERE sku = 'milk' AND qty <> 0") == []
    with pytest.raises(DomainError):
        box.writer.run(lambda tx: tx.connection.execute("DELETE FROM stock")).result(30)
