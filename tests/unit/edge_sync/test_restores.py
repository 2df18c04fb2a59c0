"""Old copies and new boxes: a store that lost its disk gets its own history back, unattended and verified."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from edge.ledger.rebuild import outdate
from edge.ledger.verify import verify
from edge.sync.enrolment import DAY_BOOK, enrol
from edge.sync.service import Sync
from shared.stock.projection import STOCK
from shared.sync.messages import Backfill
from tests.support.edge_node import new_op_id
from tests.unit.edge_sync.bad_line import BadLine
from tests.unit.edge_sync.office import HeadOffice
from tests.unit.edge_sync.store import Store, copy_day_book

AT_MS = 1_790_000_000_000


def phone_op() -> dict[str, Any]:
    """What makes an op the same op when a phone sends it again."""
    return {"op_id": new_op_id(), "at_ms": AT_MS}


def put_back(store: Store, copy: Path) -> None:
    """The disk was replaced and last night's copy put in place, by hand, as people do."""
    for left in store.folder.glob(f"{DAY_BOOK}*"):
        left.unlink()
    shutil.copy(copy, store.folder / DAY_BOOK)


def restarted(store: Store) -> None:
    """The same box after a night."""
    store.close()
    store.open()


def assert_proven(store: Store) -> None:
    """Chains whole, rows equal to those made anew from the log."""
    assert verify(store.folder / DAY_BOOK).faults == []


def test_a_restored_store_gets_back_what_it_had_sent(
    store: Store, office: HeadOffice, name: str, tmp_path: Path
) -> None:
    """Backup at 3 facts, 6 at head office: the missing 3 come back under their names, with their rows and ops."""
    copy, op = tmp_path / "copy.db", phone_op()
    with store:
        store.receive(100)
        store.sell()
        store.sell()
        store.wait_until_said()
        copy_day_book(store, copy)
        store.sell(5)
        promised = store.sell(2, **op)
        store.wait_until_said()
        restarted(store)
        store.sell(1)
        store.wait_until_said()
        facts, rows = store.facts(), store.rows()
    put_back(store, copy)
    with store:
        store.wait_until(lambda: len(store.facts()) == len(facts))
        assert store.facts() == facts
        assert store.rows() == rows
        again = store.sell(2, **op)
        assert (again.repeated, again.log, again.seq) == (True, promised.log, promised.seq)
        store.sell(3)
        store.wait_until_said()
        assert office.facts_of(name) == 7
        assert store.sync.status().alarms == ()
        assert_proven(store)


def test_what_was_sold_before_the_history_came_back_stands_beside_it(
    store: Store, office: HeadOffice, name: str, tmp_path: Path
) -> None:
    """Restored and offline, the store sells on; a phone repeats an op it had been promised. Each op counts once."""
    copy, op = tmp_path / "copy.db", phone_op()
    with store:
        store.receive(100)
        store.wait_until_said()
        copy_day_book(store, copy)
        promised = store.sell(5, **op)
        store.wait_until_said()
    put_back(store, copy)
    store.open(online=False)
    repeated = store.sell(5, **op)
    assert not repeated.repeated
    store.sell(1)
    store.sync.start()
    store.wait_until_said()
    store.wait_until(lambda: store.cells("SELECT count(*) FROM superseded") == [(1,)])
    assert store.on_hand() == "94"
    again = store.sell(5, **op)
    assert (again.log, again.seq) == (promised.log, promised.seq)
    store.wait_until_said()
    assert office.facts_of(name) == 4
    assert_proven(store)

    def on_hand_at_head_office() -> list[str]:
        return [row["on_hand"] for row in office.get("/v1/reports/stock", by="sku", store=name)["rows"]]

    store.wait_until(lambda: on_hand_at_head_office() == ["94"])
    store.close()


def test_new_hardware_takes_over_the_id_and_the_history(
    store: Store, office: HeadOffice, name: str, tmp_path: Path
) -> None:
    """A new box, a new code: the same node id, all facts verbatim, and a sale made before they came is kept."""
    with store:
        store.receive(100)
        for _ in range(4):
            store.sell()
        store.wait_until_said()
        facts, node_id = store.facts(), store.writer.identity.node_id
    box = Store.enrolled(tmp_path / "new-box", office.url, office.new_code(name))
    box.open(online=False)
    assert box.writer.identity.node_id == node_id
    box.sell(7)
    box.sync.start()
    box.wait_until(lambda: len(box.facts()) == len(facts) + 1)
    box.wait_until_said()
    assert facts.items() <= box.facts().items()
    assert office.facts_of(name) == 6
    box.wait_until(lambda: box.on_hand() == "89")
    assert_proven(box)
    box.close()


def test_a_backfill_that_was_cut_short_goes_on(store: Store, office: HeadOffice, tmp_path: Path) -> None:
    """The line breaks between two answers and the node is started anew: the rest comes, the rows are right."""
    copy = tmp_path / "copy.db"
    with store:
        store.receive(10_000)
        store.wait_until_said()
        copy_day_book(store, copy)
        store.sell_many(1500)
        store.wait_until_said()
        facts, rows = store.facts(), store.rows()
    put_back(store, copy)
    line = BadLine()
    store.transport = line

    def once(request: httpx.Request) -> None:
        if line.asked.count("GET /sync/v1/backfill") > 1:
            line.cut()

    line.before = once
    store.open(online=False)
    store.sync.start()
    store.wait_until(lambda: 1 < len(store.facts()) < len(facts))
    store.close()
    store.transport = None
    with store:
        store.wait_until(lambda: len(store.facts()) == len(facts))
        store.wait_until_said()
        assert store.facts() == facts
        assert store.rows(STOCK) == {"stock": rows["stock"]}
        assert_proven(store)


def test_rows_that_wait_for_history_nobody_has_any_more_are_made_anew(store: Store) -> None:
    """What came back was cut short, then head office was put back and has no more: the next hello makes the rows."""
    with store:
        store.receive(100)
        store.sell(3)
        store.wait_until_said()
        store.writer.run(lambda tx: outdate(tx.connection)).result()
        store.wait_until(lambda: store.cells("SELECT count(*) FROM projection") != [(0,)])
        assert store.on_hand() == "97"
    assert_proven(store)


def test_a_backfill_that_does_not_fit_the_chain_is_refused(
    store: Store, office: HeadOffice, tmp_path: Path
) -> None:
    """One changed byte in what comes back: nothing of it is taken, the alarm is raised, the store sells on."""
    copy = tmp_path / "copy.db"
    with store:
        store.receive(100)
        store.wait_until_said()
        copy_day_book(store, copy)
        store.sell(5)
        store.wait_until_said()
    put_back(store, copy)
    line = BadLine()
    store.transport = line

    def after(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if not request.url.path.endswith("/backfill"):
            return answer
        part = msgspec.msgpack.decode(answer.content, type=Backfill)
        forged = [bytearray(event) for event in part.events]
        forged[0][-1] ^= 1
        changed = msgspec.structs.replace(part, events=[bytes(event) for event in forged])
        return httpx.Response(200, content=msgspec.msgpack.encode(changed))

    line.after = after
    with store:
        store.wait_until(lambda: store.sync.status().state == "alarm")
        assert len(store.facts()) == 1
        assert store.sell().accepted
        assert store.sync.status().alarms[0].why == "backfill: ends elsewhere"


def test_two_boxes_with_one_book_are_heard_and_seen(
    store: Store, office: HeadOffice, name: str, tmp_path: Path
) -> None:
    """A cloned disk: both mint logs of their own, so neither overwrites the other; every sale counts once."""
    with store:
        store.receive(100)
        store.wait_until_said()
    shutil.copytree(store.folder, tmp_path / "twin")
    twin = Store(tmp_path / "twin")
    with store, twin:
        store.sell(1)
        twin.sell(2)
        store.wait_until_said()
        twin.wait_until_said()
    assert office.facts_of(name) == 3
    with store:
        store.wait_until(lambda: store.on_hand() == "97")
        assert_proven(store)


def test_a_log_written_twice_under_one_name_is_a_fork(
    store: Store, office: HeadOffice, name: str, tmp_path: Path
) -> None:
    """The same name, another fact: nothing is overwritten on either side, and both sides say so."""
    copy = tmp_path / "copy.db"
    fixed = os.urandom(16)
    store.open(online=False)
    store.writer._new_id = lambda: fixed
    copy_day_book(store, copy)
    store.close()
    _write_under(store, fixed, 100)
    with store:
        store.wait_until_said()
    put_back(store, copy)
    _write_under(store, fixed, 200)
    with store:
        store.wait_until(lambda: store.sync.status().state == "alarm")
        assert store.sync.status().alarms[0].why == "fork"
        # The next log of this box is heard all the same.
        store.sell()
        store.wait_until(lambda: store.sync.status().unsent == 0)
    assert [log["alarm"] for log in office.logs_of(name)] == ["fork", ""]


def _write_under(store: Store, log_id: bytes, qty: int) -> None:
    """A writer whose chance always gives the same name: what a broken random source would do."""
    from edge.ledger.writer import Writer

    store.writer = Writer(store.folder / DAY_BOOK, new_id=lambda: log_id)
    store.writer.start()
    store.receive(qty)
    store.writer.stop()


@pytest.mark.parametrize("online", [True, False])
def test_stop_is_clean_in_any_state(store: Store, online: bool) -> None:
    """Started or never started, sync stops."""
    store.open(online=online)
    assert isinstance(store.sync, Sync)
    store.close()


def test_a_second_enrolment_of_the_same_box_changes_nothing(
    store: Store, office: HeadOffice, name: str
) -> None:
    """The answer to the first was lost: a new code, the same key, the same id, the same book."""
    with store:
        store.receive()
        before = store.writer.identity
        facts = store.facts()
    assert enrol(store.folder, office.url, office.new_code(name)) == before
    with store:
        store.wait_until_said()
        assert store.facts() == facts
