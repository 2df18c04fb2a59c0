"""Photos on their way to head office: after the facts, in chunks, going on where they were cut."""

from __future__ import annotations

import hashlib
import os

import httpx
import pytest

from edge.ledger import photos
from edge.ledger.feed import apply_snapshot
from edge.ledger.writer import Transaction
from edge.sync.blobs import CHUNK_BYTES
from tests.unit.edge_sync.bad_line import BadLine
from tests.unit.edge_sync.office import HeadOffice
from tests.unit.edge_sync.store import Store


@pytest.fixture
def line() -> BadLine:
    return BadLine()


@pytest.fixture
def far_store(store: Store, line: BadLine) -> Store:
    store.transport = line
    return store


def take_photo(store: Store, size: int = 3 * CHUNK_BYTES + 17) -> str:
    """Bytes stand in for a picture: head office checks hash and size, not what is on it."""
    data = os.urandom(size)
    name = hashlib.sha256(data).hexdigest()
    photos.write(store.folder, name, data, b"thumb")
    store.writer.run(lambda tx: photos.note(tx, name, "image/jpeg", size)).result()
    store.sync.wake_photos()
    return name


def state_of(store: Store, name: str) -> int:
    return int(store.cells("SELECT at_cloud FROM photo WHERE sha256 = ?", name)[0][0])


def kept(office: HeadOffice, name: str) -> bytes:
    return (office.folder / "blobs" / "main" / name[:2] / name).read_bytes()


def test_a_photo_follows_the_facts(far_store: Store, office: HeadOffice, line: BadLine) -> None:
    """Facts first, then four chunks; head office holds the very bytes."""
    far_store.open(online=False)
    far_store.receive()
    name = take_photo(far_store)
    far_store.sync.start()
    far_store.wait_until(lambda: state_of(far_store, name) == 1)
    told = [asked.rpartition("/")[2] for asked in line.asked if "/push" in asked or "/blobs/" in asked]
    assert told == ["push", name, "0", "1", "2", "3", "complete"]
    assert kept(office, name) == photos.path_of(far_store.folder, name).read_bytes()
    far_store.close()


def test_an_upload_that_was_cut_goes_on_where_it_was(
    far_store: Store, office: HeadOffice, line: BadLine
) -> None:
    """Cut before the third of four chunks: the first two are not sent again, not even after a restart."""

    def before(request: httpx.Request) -> None:
        if request.url.path.endswith("/2"):
            line.cut()

    line.before = before
    with far_store:
        name = take_photo(far_store)
        far_store.wait_until(lambda: any(asked.endswith("/2") for asked in line.asked))
        assert state_of(far_store, name) == 0
    line.mend()
    line.asked.clear()
    with far_store:
        far_store.wait_until(lambda: state_of(far_store, name) == 1)
    chunks = [asked.rpartition("/")[2] for asked in line.asked if asked.startswith("PUT")]
    assert chunks == ["2", "3"]
    assert kept(office, name) == photos.path_of(far_store.folder, name).read_bytes()


def test_a_photo_that_cannot_go_does_not_hold_a_sale(
    far_store: Store, office: HeadOffice, name: str, line: BadLine
) -> None:
    """Head office refuses every chunk; what is sold meanwhile is there all the same."""

    def after(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        return httpx.Response(503) if "/blobs/" in request.url.path else answer

    line.after = after
    with far_store:
        photo = take_photo(far_store)
        far_store.wait_until(lambda: any("/blobs/" in asked for asked in line.asked))
        far_store.receive()
        far_store.wait_until_said()
        assert (office.facts_of(name), state_of(far_store, photo)) == (1, 0)


def test_a_photo_that_is_gone_from_the_disk_is_called_lost(store: Store) -> None:
    """Its row says so, and the photos behind it go on."""
    store.open(online=False)
    lost, found = take_photo(store, 10), take_photo(store, 20)
    photos.path_of(store.folder, lost).unlink()
    store.sync.start()
    store.wait_until(lambda: state_of(store, found) == 1)
    assert state_of(store, lost) == -1
    store.close()


def test_a_head_office_put_back_to_an_old_copy_is_offered_every_photo_again(store: Store) -> None:
    """A new generation may lack what the one before had; a snapshot of the same generation changes nothing."""
    store.open(online=False)
    name = take_photo(store, 100)

    def sent(gen: int, pos: int) -> int:
        def hear(tx: Transaction) -> None:
            tx.connection.execute("UPDATE photo SET at_cloud = 1")
            apply_snapshot(tx, gen, pos, {})

        store.writer.run(hear).result()
        return state_of(store, name)

    assert [sent(1, 900), sent(2, 3), sent(2, 4)] == [1, 0, 1]
    store.close()


def test_a_photo_whose_file_head_office_lost_is_sent_again(store: Store, office: HeadOffice) -> None:
    """A database put back without its folder of photos: the rows are there, the files come from the store."""
    with store:
        name = take_photo(store, 999)
        store.wait_until(lambda: state_of(store, name) == 1)
        (office.folder / "blobs" / "main" / name[:2] / name).unlink()

        def offered_again(tx: Transaction) -> None:
            tx.connection.execute("UPDATE photo SET at_cloud = 0 WHERE sha256 = ?", (name,))

        store.writer.run(offered_again).result()
        store.sync.wake_photos()
        store.wait_until(lambda: state_of(store, name) == 1)
        assert kept(office, name) == photos.path_of(store.folder, name).read_bytes()
