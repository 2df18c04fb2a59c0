"""The straight line between a store and head office, both real."""

from __future__ import annotations

import os
import stat
import threading

from tests.unit.edge_sync.office import HeadOffice
from tests.unit.edge_sync.store import Store


def test_an_enrolled_store_can_sell_before_anything_else(store: Store, office: HeadOffice, name: str) -> None:
    """Enrolment brings the identity, a private key and all master data, so no line is needed any more."""
    mode = stat.S_IMODE(os.stat(store.folder / "node.key").st_mode)
    store.open(online=False)
    assert (mode, store.writer.identity.store, store.price()) == (0o600, name, 12_500_000)
    store.receive()
    store.sell()
    store.close()
    assert office.logs_of(name) == []


def test_what_is_sold_is_at_head_office_soon(store: Store, office: HeadOffice, name: str) -> None:
    """A commit wakes the uplink; the same bytes under the same name stand on both sides."""
    with store:
        store.receive()
        store.sell()
        store.wait_until_said()
        head = store.writer.head
        (log,) = office.logs_of(name)
        assert (log["log"], log["seq"]) == (head.log.hex(), 2)
        assert store.cells("SELECT synced FROM sent WHERE log = ?", head.log) == [(2,)]
        status = store.sync.status()
        assert status.last_ack_ms is not None
        assert status.alarms == ()


def test_what_a_proven_backup_holds_is_stable(store: Store, office: HeadOffice) -> None:
    """The third tick: head office copied its database and proved the copy; only now may anybody forget."""
    with store:
        store.receive()
        store.wait_until_said()
        office.run("backup")
        store.wait_until(lambda: store.cells("SELECT synced, stable FROM sent") == [(1, 1)])
        store.sell()
        store.wait_until_said()
        assert store.cells("SELECT synced, stable FROM sent") == [(2, 1)]


def test_a_price_set_at_head_office_reaches_the_store(store: Store, office: HeadOffice) -> None:
    """The feed brings the row, and the next sale is at the new price."""
    with store:
        office.set_price("13.70")
        store.wait_until(lambda: store.price() == 13_700_000)
        office.set_price("12.50")
        store.wait_until(lambda: store.price() == 12_500_000)


def test_nothing_is_left_running_after_stop(store: Store) -> None:
    """Stop ends the thread, whatever it was doing, and the writer goes on without it."""
    before = set(threading.enumerate())
    store.open()
    store.receive()
    store.sync.stop()
    assert {thread.name for thread in set(threading.enumerate()) - before} <= {"writer", "committer"}
    store.sell()
    assert store.writer.listeners == []
    store.close()
    assert set(threading.enumerate()) <= before
