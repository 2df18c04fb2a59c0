"""Anything in any order against a plain dict: ops, repeats, starts, kills, failed commits, old copies, rebuilt rows.

The reference knows which op ids have had their effect; the day-book must agree after every step, whatever happened
before it, and no name of a fact may ever mean two things.
"""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import structlog
from hypothesis import settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from edge.app import DAY_BOOK
from edge.ledger import dbapi
from edge.ledger.recording import Answer, Prepared
from edge.ledger.verify import verify
from edge.ledger.writer import Writer
from shared.errors import DomainError
from tests.support.edge_node import new_day_book, new_op_id, store_rows
from tests.support.losing_disk import memory_folder, put, take
from tests.unit.edge.test_writer import OWNER, Disk, on_hand, receive, rows, sell

EXAMPLES = 30
STEPS = 20


class DayBookMachine(RuleBasedStateMachine):
    """One store's box, its phones and its backups."""

    ops = Bundle("ops")
    copies = Bundle("copies")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="liushui-machine-", dir=memory_folder()))
        self.disk = Disk()
        self.effects: dict[bytes, int] = {}
        """What has had its effect: op id -> how much it changed."""
        self.names: dict[tuple[bytes, int], bytes] = {}
        """Every fact's name ever seen, and its bytes."""
        self.logged = structlog.testing.capture_logs()
        self.logged.__enter__()

    @initialize()
    def open_shop(self) -> None:
        new_day_book(
            self.folder, rows=[row for row in store_rows() if row[0] in ("store", "sku", "price")]
        ).stop()
        self.start()

    def start(self) -> None:
        self.writer = Writer(
            self.folder / DAY_BOOK, connect=self.disk.connect, connect_reader=self.disk.connect
        )
        self.writer.start()

    @rule(target=ops, amount=st.integers(1, 50), goes=st.booleans())
    def new_op(self, amount: int, goes: bool) -> tuple[Prepared, int]:
        """A person scans something; the phone has it, the box not yet."""
        make, sign = (sell, -1) if goes else (receive, 1)
        return make("rice", str(amount), op_id=new_op_id()), sign * amount

    @rule(batch=st.lists(ops, min_size=1, max_size=6))
    def phones_ask(self, batch: list[tuple[Prepared, int]]) -> None:
        """New ops and old ones, also twice in one batch: each is accepted, and counts once."""
        answers = self.writer.submit([op for op, _ in batch], OWNER).result(30)
        self.note(batch, answers)

    @rule(
        batches=st.lists(st.lists(ops, min_size=1, max_size=3), min_size=1, max_size=4),
        fails=st.booleans(),
        after=st.booleans(),
    )
    def phones_ask_at_once(self, batches: list[list[tuple[Prepared, int]]], fails: bool, after: bool) -> None:
        """Several batches on their way together, and perhaps a COMMIT that fails before or after the disk had it: an
        answer is given only where the op is there."""
        self.disk._after, self.disk.armed = after, fails
        waiting = [self.writer.submit([op for op, _ in batch], OWNER) for batch in batches]
        answered = [future for future in waiting if future.exception(30) is None]
        self.disk.armed = False
        there = {row[0] for row in rows(self.folder, "op")}
        for future in answered:
            assert all(answer.accepted and answer.op_id in there for answer in future.result())
        assert all(
            isinstance(future.exception(), DomainError) for future in waiting if future not in answered
        )
        assert fails or len(answered) == len(waiting)
        self.effects |= {op.op_id: amount for batch in batches for op, amount in batch if op.op_id in there}

    def note(self, batch: list[tuple[Prepared, int]], answers: list[Answer]) -> None:
        known = set(self.effects)
        for (op, amount), answer in zip(batch, answers, strict=True):
            assert answer.accepted
            assert answer.repeated or op.op_id not in known
            self.effects[op.op_id] = amount
            known.add(op.op_id)

    @rule()
    def restart(self) -> None:
        """The service is started anew."""
        self.writer.stop()
        self.start()

    @rule()
    def kill(self) -> None:
        """The box goes on from exactly what its files held in the middle of its life."""
        files = take(self.folder)
        self.writer.stop()
        put(files, self.folder)
        self.start()

    @rule(target=copies)
    def back_up(self) -> tuple[dict[str, bytes], dict[bytes, int]]:
        """A copy of the files, and what the reference knew then."""
        return take(self.folder), dict(self.effects)

    @rule(copy=copies)
    def restore(self, copy: tuple[dict[str, bytes], dict[bytes, int]]) -> None:
        """The store is put back to an old copy; phones will ask again for what is gone."""
        files, effects = copy
        self.writer.stop()
        put(files, self.folder)
        self.effects = dict(effects)
        self.start()

    @rule()
    def rebuild(self) -> None:
        """All rows are thrown away and made again from the facts."""
        self.writer.stop()
        connection = dbapi.open_writer(self.folder / DAY_BOOK)
        connection.execute("DELETE FROM projection")
        connection.execute("DELETE FROM stock")
        connection.close()
        self.start()

    @invariant()
    def the_books_agree(self) -> None:
        """Stock is the sum of the effects, and every name keeps its meaning for ever."""
        assert on_hand(self.folder, "rice") == sum(self.effects.values()) * 1_000_000
        assert {row[0] for row in rows(self.folder, "op")} == set(self.effects)
        for log, seq, event_bytes, _ in rows(self.folder, "event"):
            assert self.names.setdefault((log, seq), event_bytes) == event_bytes

    def teardown(self) -> None:
        self.logged.__exit__(None, None, None)
        if hasattr(self, "writer"):
            self.writer.stop()
            assert verify(self.folder / DAY_BOOK).faults == []
        shutil.rmtree(self.folder)


TestDayBook: Any = DayBookMachine.TestCase
TestDayBook.settings = settings(max_examples=EXAMPLES, stateful_step_count=STEPS)
