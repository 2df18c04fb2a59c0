"""Copies of head office, embedded and PostgreSQL alike: proved, kept, restored, and drilled before they are needed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, select, update

from cloud.cli import cloud
from cloud.identity import first_run
from cloud.intake import hello, mending
from cloud.intake.audit import audit
from cloud.jobs import backup, book, rows_file
from cloud.jobs.backup import back_up, prove
from cloud.jobs.in_use import InUse
from cloud.jobs.manifest import CopyBroken, beside, read_manifest
from cloud.jobs.mend import mend_from
from cloud.jobs.restore import drill, restore
from cloud.jobs.rows_file import Block
from cloud.store import dbapi
from cloud.store.engine import Database, sqlite_url
from cloud.store.installation import Installation, Settings
from cloud.store.ledger_tables import EVENT, LOG
from cloud.store.migrate import prepare
from cloud.store.tenant import mine
from shared.errors import DomainError
from shared.sync.messages import Mend
from shared.sync.proving import prove as prove_export
from tests.unit.cloud.clock import Clock
from tests.unit.cloud.office import Office
from tests.unit.cloud.shop import NOW, Log, Shop
from tests.unit.cloud.test_intake import said_hello


def stable(installation: Installation) -> dict[str, int]:
    with installation.home.reading() as reading:
        rows = reading.all(select(LOG.c.node_id, LOG.c.stable_seq).where(mine(LOG)))
    return {row.node_id: row.stable_seq for row in rows}


@pytest.fixture
def log(installation: Installation) -> Log:
    """A store with two sales at head office, applied."""
    Office(installation).open_shops()
    log = Shop(installation.home).log("one").sell("a", "b")
    log.push()
    log.shop.project()
    return log


@pytest.fixture
def empty(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path, clock: Clock
) -> Iterator[Installation]:
    """Another head office of the same kind, in which nobody has ever been."""
    url = sqlite_url(tmp_path / "elsewhere" / "cloud.db")
    if not database_url.startswith("sqlite"):
        url = request.getfixturevalue("postgres_cluster").new_database()
    made = Installation(Database(url), tmp_path / "elsewhere", clock=clock)
    yield made
    made.database.close()


@pytest.fixture
def small(tmp_path: Path, clock: Clock) -> Iterator[Installation]:
    """A head office on one machine, with the embedded database."""
    made = Installation(
        Database(sqlite_url(tmp_path / "small" / "cloud.db")), tmp_path / "small", clock=clock
    )
    prepare(made.database)
    first_run.ensure_tenant(made)
    yield made
    made.database.close()


def same_shop(log: Log, installation: Installation) -> Shop:
    """The store, now talking to another head office."""
    moved = object.__new__(Shop)
    moved.store, moved.node, moved.wire_id = installation.home, log.shop.node, log.shop.wire_id
    log.shop = moved
    return moved


def test_facts_are_stable_once_a_proved_copy_holds_them(installation: Installation, log: Log) -> None:
    """Before the copy nothing is, after it everything in it, and the node is told."""
    assert stable(installation)["s1"] == 0
    copied = back_up(installation)
    log.sell("c")
    log.push(3)
    assert stable(installation)["s1"] == 2
    assert hello.welcome(log.shop.known, said_hello(log.shop, [log]), NOW).stable == [(log.log_id, 2)]
    assert sorted(copied.heads.values()) == [2, 5]
    assert prove(copied.file) == copied.heads


def test_a_copy_has_a_manifest_of_what_is_in_it(installation: Installation, log: Log, clock: Clock) -> None:
    """Counts of all tables, heads of all logs, the generation, and a trial extract that follows the stock."""
    before = read_manifest(back_up(installation).file)
    clock.pass_(minutes=1)
    again = read_manifest(back_up(installation).file)
    log.sell("c")
    log.push(3)
    log.shop.project()
    clock.pass_(minutes=1)
    after = read_manifest(back_up(installation).file)
    assert before is not None
    assert again is not None
    assert after is not None
    assert (before.tables["event"], after.tables["event"]) == (7, 8)
    assert (before.gens, before.revision) == ({"main": 1}, after.revision)
    assert [log.log_id.hex(), 3, log.hash_at(3).hex()] in [list(head) for head in after.heads["main"]]
    assert before.trial == again.trial != after.trial


def test_old_copies_make_room(installation: Installation, clock: Clock) -> None:
    """As many are kept as was said, each with its manifest, for their owner's eyes alone."""
    keeps_two = Installation(
        installation.database, installation.folder, Settings(backup_keep=2), installation.clock
    )
    for _ in range(4):
        clock.pass_(minutes=30)
        back_up(keeps_two)
    kept = backup.copies(installation.folder)
    assert len(kept) == 2
    assert sorted((installation.folder / "backups").iterdir()) == sorted([*kept, *map(beside, kept)])
    assert kept[-1].stem == f"cloud-{clock.now_ms}"
    assert all(path.stat().st_mode & 0o077 == 0 for path in (installation.folder / "backups").iterdir())


def test_a_broken_copy_makes_nothing_stable(
    installation: Installation, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fact changed on its way into the copy: the copy is thrown away and the alarm raised."""
    copy = backup._copy

    def copy_badly(installation: Installation, part: Path) -> object:
        told = copy(installation, part)
        damage(part)
        return told

    monkeypatch.setattr(backup, "_copy", copy_badly)
    with pytest.raises(CopyBroken):
        back_up(installation)
    assert stable(installation)["s1"] == 0
    assert list((installation.folder / "backups").iterdir()) == []


def damage(copy: Path) -> None:
    """Change one fact in a copy of either kind."""
    if not copy.read_bytes().startswith(b"SQLite"):
        blocks = list(rows_file.read(copy))
        event = next(block for block in blocks if block.table == "event" and block.rows)
        event.rows[0][event.columns.index("bytes")] = b"\x00"
        tables = list({block.table: block.columns for block in blocks}.items())
        rows_file.write(copy, blocks, tables)
        return
    connection = dbapi.module.connect(str(copy))
    connection.execute("UPDATE event SET bytes = x'00' WHERE seq = 1")
    connection.commit()
    connection.close()


def test_a_restored_copy_is_one_and_says_so(
    installation: Installation, empty: Installation, log: Log, clock: Clock
) -> None:
    """Into an empty place: same facts, same rows, new generation; what the copy lacks is pushed again."""
    copied = back_up(installation)
    log.sell("c")
    log.push(3)
    clock.pass_(minutes=1)
    told = restore(empty, copied.file)
    assert (told.facts, told.again, told.had_manifest) == (7, False, True)
    assert told.gens == {"main": clock.now_ms}
    prepare(empty.database)
    shop = same_shop(log, empty)
    assert hello.welcome(shop.known, said_hello(shop, [log]), NOW).have[0].seq == 2
    log.push(3)
    assert shop.project() == 1
    assert audit(empty.home).findings == []
    Office(empty).do("catalogue.set_price", sku="milk", price="4")
    shop.project()
    assert audit(empty.home).findings == []


def test_a_restore_asked_for_twice_is_done_once(
    installation: Installation, empty: Installation, log: Log, clock: Clock
) -> None:
    """Whoever does not know whether it went through asks again, even after work went on; nothing is undone."""
    copied = back_up(installation)
    first = restore(empty, copied.file)
    log.sell("c")
    same_shop(log, empty)
    log.push(3)
    clock.pass_(minutes=5)
    again = restore(empty, copied.file)
    assert (again.again, again.gens) == (True, first.gens)
    assert stable(empty).keys() == {"", "s1"}
    assert hello.welcome(log.shop.known, said_hello(log.shop, [log]), NOW).have[0].seq == 3


def test_nothing_is_restored_over_a_running_head_office(
    installation: Installation, empty: Installation, log: Log
) -> None:
    """Two servers share the lock; the restore waits for neither and touches nothing."""
    copied = back_up(installation)
    servers = [InUse(empty.database, empty.folder) for _ in range(2)]
    servers[0].let_go()
    with pytest.raises(DomainError) as refused:
        restore(empty, copied.file)
    assert refused.value.key == "head_office_runs"
    servers[1].let_go()
    assert restore(empty, copied.file).facts == 7


def test_what_stood_there_is_put_aside_and_never_overwritten(
    installation: Installation, log: Log, clock: Clock
) -> None:
    """The embedded file goes to a folder of its own; a PostgreSQL database that holds anything is refused."""
    copied = back_up(installation)
    log.sell("c")
    log.push(3)
    clock.pass_(minutes=1)
    if not installation.database.is_sqlite:
        with pytest.raises(DomainError) as refused:
            restore(installation, copied.file)
        assert refused.value.key == "database_not_empty"
        return
    told = restore(installation, copied.file)
    assert sorted(prove(Path(told.aside)).values()) == [3, 5]
    assert stable(installation)["s1"] == 0
    log.push(3)
    log.shop.project()
    assert audit(installation.home).findings == []


def _cut(copy: Path) -> None:
    copy.write_bytes(copy.read_bytes()[:-40])


def _swap_manifest(copy: Path) -> None:
    told = read_manifest(copy)
    assert told is not None
    changed = msgspec.structs.replace(told, tables={**told.tables, "event": 6})
    beside(copy).write_bytes(msgspec.json.encode(changed))


def test_a_copy_that_is_none_is_not_restored(
    installation: Installation, empty: Installation, log: Log, clock: Clock
) -> None:
    """Cut short, changed, of another content than its manifest says, or gone: the place stays as it was."""
    for harm in (_cut, damage, _swap_manifest, Path.unlink):
        clock.pass_(minutes=30)
        copied = back_up(installation)
        harm(copied.file)
        with pytest.raises(CopyBroken):
            restore(empty, copied.file)
        assert not (empty.folder / "restored.json").exists()
        told = drill(installation, copied.file)
        assert told is not None
        assert told.wrong, harm


def test_the_drill_restores_the_newest_copy_elsewhere(
    installation: Installation, log: Log, clock: Clock
) -> None:
    """Manifest, chains and every row made again; head office itself is not touched."""
    assert drill(installation) is None
    back_up(installation)
    clock.pass_(minutes=30)
    newest = back_up(installation).file
    told = drill(installation)
    assert told is not None
    assert (told.copy, told.facts, told.wrong) == (newest.name, 7, [])
    assert told.rows > 5
    beside(newest).unlink()
    again = drill(installation)
    assert again is not None
    assert again.wrong == [f"{newest.name} has no manifest"]


def test_the_commands_say_how_it_went(small: Installation) -> None:
    """The drill ends with 0 for a good copy, 1 for a bad one, 2 without any; a restore says what it put aside."""

    def told(*words: str) -> Result:
        return CliRunner().invoke(cloud, [*words, "--dir", str(small.folder)])

    assert told("restore-drill").exit_code == 2
    assert told("backup").exit_code == 0
    (copy,) = backup.copies(small.folder)
    assert told("restore-drill").exit_code == 0
    said = told("restore", str(copy))
    assert (said.exit_code, "replaced" in said.output) == (0, True), said.output
    assert "in place already" in told("restore", str(copy)).output
    _cut(copy)
    assert told("restore-drill").exit_code == 1
    assert told("restore", str(copy)).exit_code == 1


def test_a_copy_of_an_older_program_is_filled_in_and_its_rows_are_made_anew(
    installation: Installation, empty: Installation, log: Log, tmp_path: Path
) -> None:
    """Its projections had other columns: facts, people and keys arrive, rows follow from the facts again."""
    source = back_up(installation).file
    copy = tmp_path / "cloud-1.rows"
    blocks = [of_an_older_program(block) for block in blocks_of(source)]
    rows_file.write(copy, blocks, list({block.table: block.columns for block in blocks}.items()))
    if empty.database.is_sqlite:
        told = drill(empty, copy)
        assert told is not None
        assert told.wrong == [f"{copy.name} has no manifest"]
    restore(empty, copy)
    assert restore(empty, copy).again
    prepare(empty.database)
    assert same_shop(log, empty).project() == 7
    assert audit(empty.home).findings == []


def blocks_of(copy: Path) -> list[Block]:
    if backup.kind_of(copy) == "rows":
        return list(rows_file.read(copy))
    with rows_file.opened_copy(copy) as connection:
        return list(rows_file.blocks_of(connection))


def of_an_older_program(block: Block) -> Block:
    """Its stock had one more column, and it says itself that it is older."""
    if block.table == "stock":
        return Block(block.table, [*block.columns, "shelf"], [[*row, "left"] for row in block.rows])
    if block.table == "projected":
        where = block.columns.index("fingerprint")
        for row in block.rows:
            row[where] = row[where] and "older"
    return block


def test_an_export_of_head_office_proves_itself(installation: Installation, log: Log) -> None:
    """Logs, facts, rows, keys and receipts, from either database; one store's without the others'."""
    whole = prove_export("all", book.told(installation.home, NOW), book.is_signed).verdict()
    assert (whole.findings, whole.facts, whole.logs) == ([], 7, 2)
    assert (whole.rows > 0, whole.receipts) == (True, 2)
    one = prove_export("s1", book.told(installation.home, NOW, "s1"), book.is_signed).verdict()
    assert (one.findings, one.facts, one.logs) == ([], 2, 1)


def test_an_embedded_office_moves_to_postgresql_and_back(
    small: Installation, postgres_url: str, tmp_path: Path, clock: Clock
) -> None:
    """A copy of either kind fills a database of the other; figures, chains and the next command agree."""
    Office(small).open_shops()
    log = Shop(small.home).log("one").sell("a", "b")
    log.push()
    log.shop.project()
    large = Installation(Database(postgres_url), tmp_path / "large", clock=clock)
    restore(large, back_up(small).file)
    assert audit(large.home).findings == []
    Office(large).do("catalogue.set_price", sku="milk", price="4")
    same_shop(log, large)
    log.sell("c").push(3)
    assert log.shop.project() == 1
    clock.pass_(minutes=1)
    home = Installation(Database(sqlite_url(tmp_path / "home" / "cloud.db")), tmp_path / "home", clock=clock)
    restore(home, back_up(large).file)
    assert audit(home.home).findings == []
    assert audit(home.home).facts == audit(large.home).facts == 9
    for office in (large, home):
        office.database.close()


def test_a_restored_copy_that_nobody_announced_is_unmasked(small: Installation, clock: Clock) -> None:
    """Somebody copied the file back by hand: a node that had read further tells head office what it is."""
    office = Office(small)
    office.open_shops()
    shop = Shop(small.home)
    log = shop.log("one").sell("a", "b")
    log.push()
    copied = back_up(small)
    log.sell("c")
    log.push(3)
    for _ in range(3):
        office.do("catalogue.set_price", sku="milk", price="4")
    before = hello.welcome(shop.known, said_hello(shop, [log]), NOW)
    by_hand = shutil.copy(copied.file, small.folder / "by-hand.db")
    restored = Database(sqlite_url(Path(by_hand)))
    prepare(restored)
    again = same_shop(log, Installation(restored, small.folder, clock=clock))
    welcome = hello.welcome(again.known, said_hello(again, [log], before.cloud_gen, before.feed_head), NOW)
    assert welcome.cloud_gen > before.cloud_gen
    assert welcome.have[0].seq == 2
    log.push(3)
    assert again.project() == 3
    restored.close()


def test_what_rotted_is_mended_from_a_backup(installation: Installation, log: Log, clock: Clock) -> None:
    """A fact, a hash and a missing row come back as they were; facts of another history fit nowhere."""
    copied = back_up(installation)
    event, named = EVENT, (mine(EVENT), EVENT.c.log_id == log.log_id)
    for harm in (
        update(event).where(*named, event.c.seq == 1).values(bytes=b"x"),
        update(event).where(*named, event.c.seq == 1).values(hash=b"h" * 32),
        delete(event).where(*named, event.c.seq == 2),
    ):
        with installation.home.writing() as writing:
            writing.change(harm)
        clock.pass_(minutes=30)
        with pytest.raises(CopyBroken):
            back_up(installation)
        assert [row["alarm"] for row in alarms(installation)] == ["damaged"]
        assert mend_from(installation, copied.file)[1] == 0
        assert alarms(installation) == []
        assert audit(installation.home).findings == []
    with installation.home.writing() as writing:
        writing.change(update(event).where(*named, event.c.seq == 2).values(bytes=b"x"))
    forged = Mend(log=log.log_id, first_seq=2, events=[log.events[0]])
    with pytest.raises(DomainError):
        mending.put_back(installation.home, "s1", forged)


def alarms(installation: Installation) -> list[dict[str, str]]:
    with installation.home.reading() as reading:
        rows = reading.all(select(LOG.c.node_id, LOG.c.alarm).where(mine(LOG), LOG.c.alarm != ""))
    return [{"node": row.node_id, "alarm": row.alarm} for row in rows]
