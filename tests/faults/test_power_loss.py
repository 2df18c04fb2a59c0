"""The plug is pulled at any write: what was acknowledged is there, the rest is absent whole, and nothing is bent.

The real writer runs over a disk in memory that loses unsynced sectors. What the disk holds afterwards is laid into
a folder and opened by the product as it is, engine and all. A test of the test shows that a weaker setting and a disk
that lies are found.
"""

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog

from edge.app import DAY_BOOK
from edge.ledger import dbapi
from edge.ledger.recording import Answer, Asker, Prepared, prepare
from edge.ledger.verify import verify
from edge.ledger.writer import Writer
from shared.access.roles import EVERY_PERMISSION
from shared.errors import DomainError
from shared.ledger.ops import Op
from tests.support.edge_node import new_day_book, store_rows
from tests.support.losing_disk import LosingDisk, memory_folder, put, take

SEEDS = int(os.environ.get("LIUSHUI_POWER_SEEDS", "100"))
CONTROL_SEEDS = 40
"""So many are enough to see a weaker disk or setting fail many times over."""
CRASHES = 3
"""Power cuts of one seed, one after the other, each upon what the one before left."""
IO_MAX = 250
BROKEN = "not as promised:"
OWNER = Asker(actor="owner", permissions=EVERY_PERMISSION, auth_level="password")


class Store:
    """A store that lives through power cuts: what it was promised, and what it asks again."""

    def __init__(self, seed: int, files: dict[str, bytes], folder: Path, **disk: Any) -> None:
        self.chance = random.Random(seed)
        self.files = files
        self.folder = folder
        self.path = folder / DAY_BOOK
        self.promised: dict[bytes, tuple[bytes | None, int | None, int]] = {}
        self.asked: dict[bytes, tuple[Prepared, int]] = {}
        self.last_told: tuple[bytes | None, int] | None = None
        self.refusals: set[str] = set()
        self.moment_ms = 1_790_000_000_000
        self._disk = disk

    def now_ms(self) -> int:
        self.moment_ms += 7
        return self.moment_ms

    def live_until_the_lights_go_out(self) -> LosingDisk:
        """Work until the power fails; the folder then holds what the disk kept."""
        put(self.files, self.folder)
        disk = LosingDisk(
            self.files,
            self.chance,
            dies_at=self.chance.randint(1, IO_MAX),
            autocheckpoint=self.chance.choice((8, 30, 4000)),
            **self._disk,
        )
        writer = Writer(
            self.path, now_ms=self.now_ms, new_id=self._id, connect=disk.connect, connect_reader=None
        )
        writer.start()
        disk.arm()
        while not disk.dead:
            # Sometimes several batches are on their way together, as in a shop with many phones.
            waiting = [
                writer.submit([self._op()[0] for _ in range(self.chance.choice((1, 1, 2, 6)))], OWNER)
                for _ in range(self.chance.choice((1, 1, 3)))
            ]
            for future in waiting:
                self._note(future)
        writer.stop()
        put(disk.after_power_loss(), self.folder)
        return disk

    def _note(self, future: Future[list[Answer]]) -> None:
        """Remember what was promised, or how it was refused."""
        try:
            answers = future.result(30)
        except DomainError as error:
            self.refusals.add(error.key)
            return
        for answer in answers:
            assert answer.accepted
            self.promised[answer.op_id] = (answer.log, answer.seq, answer.count)
            self.last_told = (answer.log, (answer.seq or 0) + answer.count - 1)

    def lost(self) -> list[str]:
        """What is wrong with the folder, as it is found after the power cut."""
        try:
            return [*self._broken_promises(), *verify(self.path).faults]
        except (dbapi.Error, msgspec.DecodeError) as error:
            return [f"cannot be read: {error}"]

    def _broken_promises(self) -> list[str]:
        connection = dbapi.open_writer(self.path)
        try:
            rows = connection.execute("SELECT op_id, log, seq, count FROM op").fetchall()
            found = {op_id: tuple(told) for op_id, *told in rows}
        finally:
            connection.close()
        return [
            f"{BROKEN} {op_id.hex()}" for op_id, told in self.promised.items() if found.get(op_id) != told
        ]

    def parent_of_next_log(self) -> tuple[bytes, int]:
        """What the next log will cite, for phones and head office to compare with what they were told."""
        connection = dbapi.open_writer(self.path)
        try:
            found = connection.execute(
                "SELECT event.log, seq FROM event JOIN log USING (log) ORDER BY ordinal DESC, seq DESC LIMIT 1"
            ).fetchone()
        finally:
            connection.close()
        return (b"", 0) if found is None else (found[0], found[1])

    def ask_all_again(self) -> None:
        """The phones come back with everything; afterwards each op stands once."""
        writer = Writer(self.path, now_ms=self.now_ms, new_id=self._id)
        writer.start()
        answers = writer.submit([op for op, _ in self.asked.values()], OWNER).result(30)
        writer.stop()
        for answer in answers:
            told = (answer.log, answer.seq, answer.count)
            assert answer.accepted
            assert self.promised.setdefault(answer.op_id, told) == told
        assert self._on_hand() == sum(amount for _, amount in self.asked.values())
        assert verify(self.path).faults == []
        self.files = take(self.folder)

    def _op(self) -> tuple[Prepared, int]:
        amount = self.chance.randint(1, 9)
        kind, sign = self.chance.choice((("stock.receive", 1), ("sales.sell", -1)))
        moment = self.now_ms()
        text = self._id().hex()
        op = prepare(
            msgspec.convert(
                {
                    "op_id": "-".join(
                        (text[:8], text[8:12], "7" + text[13:16], "8" + text[17:20], text[20:])
                    ),
                    "device_id": "phone-1",
                    "dev_seq": 0,
                    "kind": kind,
                    "v": 1,
                    "at_ms": moment,
                    "offset_ms": 0,
                    "body": msgspec.Raw(b'{"lines": [{"sku": "rice", "qty": "%d"}]}' % amount),
                },
                Op,
            )
        )
        self.asked[op.op_id] = (op, sign * amount)
        return self.asked[op.op_id]

    def _id(self) -> bytes:
        return self.chance.randbytes(16)

    def _on_hand(self) -> int:
        connection = dbapi.open_reader(self.path)
        try:
            (total,) = connection.execute(
                "SELECT coalesce(sum(qty), 0) FROM stock WHERE sku = 'rice' AND location LIKE 'store/%'"
            ).fetchone()
        finally:
            connection.close()
        return int(total) // 1_000_000


@pytest.fixture(scope="module")
def new_store(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a store that has sold nothing yet."""
    folder = tmp_path_factory.mktemp("new") / "node"
    rows = [row for row in store_rows() if row[0] in ("store", "sku", "price")]
    new_day_book(folder, rows=rows).stop()
    return take(folder)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the disk's remains are laid out; in memory, as they are many."""
    made = Path(tempfile.mkdtemp(prefix="liushui-power-", dir=memory_folder()))
    yield made
    shutil.rmtree(made)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """The writer says at length that its disk failed; thousands of times nobody reads it."""
    with structlog.testing.capture_logs():
        yield


def test_no_acknowledged_op_is_lost_when_the_power_fails_at_any_io(
    new_store: dict[str, bytes], folder: Path
) -> None:
    """Whatever sectors went missing: each acknowledged op is there, the logs are whole, a retry counts once."""
    for seed in range(SEEDS):
        store = Store(seed, new_store, folder)
        for crash in range(CRASHES):
            store.live_until_the_lights_go_out()
            assert store.lost() == [], f"seed {seed}, power cut {crash}"
            store.ask_all_again()
        assert store.refusals <= {"storage_failed"}


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_a_weaker_setting_is_caught(new_store: dict[str, bytes], folder: Path, synchronous: str) -> None:
    """The same test finds broken promises as soon as a commit no longer waits for the disk."""
    broken = 0
    for seed in range(CONTROL_SEEDS):
        store = Store(seed, new_store, folder, synchronous=synchronous)
        store.live_until_the_lights_go_out()
        broken += any(told.startswith((BROKEN, "cannot be read")) for told in store.lost())
    assert broken >= CONTROL_SEEDS // 8


def test_a_disk_that_lies_about_syncs_is_never_silent(new_store: dict[str, bytes], folder: Path) -> None:
    """What such a disk lost is seen by the proof, or the next log cites less than phones and head office were told."""
    damaged, rolled_back = 0, 0
    for seed in range(CONTROL_SEEDS * 3):
        store = Store(seed, new_store, folder, lies=0.3)
        store.live_until_the_lights_go_out()
        lost = store.lost()
        if any(not told.startswith(BROKEN) for told in lost):
            damaged += 1
        elif lost:
            rolled_back += 1
            assert store.parent_of_next_log() != store.last_told
            store.promised.clear()
            store.ask_all_again()
    assert damaged > 0
    assert rolled_back > 0
