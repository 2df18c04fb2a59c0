"""`liushui verify`: what is whole is called whole, and what is not is named by its log, number and kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from cloud.cli import cloud
from edge.cli import edge
from edge.ledger import dbapi
from edge.sync import book, receipts
from shared import verifying
from shared.command_line import liushui
from shared.ledger.chain import Head, genesis_hash, walk
from shared.sync import bundle
from shared.sync.bundle import End, Facts, Log, Message, Node, Rows
from shared.sync.proving import compare, prove
from tests.unit.edge_sync.office import HeadOffice
from tests.unit.edge_sync.store import Store


def verify(*targets: Path) -> tuple[int, list[dict[str, Any]]]:
    """The exit code, and what was told of each target and pair."""
    said = CliRunner().invoke(liushui, ["verify", "--json", *map(str, targets)])
    return said.exit_code, [json.loads(line) for line in said.stdout.splitlines() if line.startswith("{")]


def findings(told: list[dict[str, Any]]) -> list[tuple[str, str, int, str]]:
    return [
        (found["what"], found["log"], found["seq"], found["kind"])
        for one in told
        for found in one["findings"]
    ]


def tamper(file: Path, *changes: str) -> None:
    """As somebody with root would, past our triggers."""
    connection = dbapi.open_writer(file)
    connection.execute("PRAGMA foreign_keys=OFF")
    for verb in ("update", "delete"):
        connection.execute(f"DROP TRIGGER IF EXISTS event_refuses_{verb}")
    for change in changes:
        connection.execute(change)
    connection.close()


@pytest.fixture
def said(store: Store, office: HeadOffice) -> Store:
    """A closed store whose four facts are at head office and receipted."""
    with store:
        store.receive(100)
        store.sell()
        store.sell()
        store.wait_until_said()
        store.sell(4)
        store.wait_until_said()
        store.sync._from_outside(lambda: store.sync._parts.uplink.say_hello_again())  # type: ignore[union-attr]
        store.wait_until(lambda: _receipted(store) == 4)
    return store


def _receipted(store: Store) -> int:
    with store.readers.lend() as connection:
        kept = receipts.read(connection)
    if kept is None:
        return 0
    return sum(head.seq for head in msgspec.msgpack.decode(kept.body, type=bundle.Confirmed).heads)


@pytest.fixture
def exported(said: Store, office: HeadOffice, name: str, tmp_path: Path) -> tuple[Path, Path]:
    """The store's book as a bundle from either side."""
    ours, theirs = tmp_path / "store.bundle", tmp_path / "office.bundle"
    for group, folder, more, file in (
        (edge, said.folder, [], ours),
        (cloud, office.folder, ["--store", name], theirs),
    ):
        done = CliRunner().invoke(group, ["export-bundle", "--dir", str(folder), "--to", str(file), *more])
        assert done.exit_code == 0, done.output
    return ours, theirs


def test_a_store_and_head_office_hold_the_same(said: Store, office: HeadOffice) -> None:
    """Chains, rows, receipts on either side, and fact by fact between them."""
    code, told = verify(said.folder, office.folder)
    assert (code, findings(told)) == (0, [])
    assert (told[0]["facts"], told[0]["receipts"], told[2]["facts"]) == (4, 1, 4)


def test_a_bundle_proves_itself_without_us(
    exported: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No side installed, no network: only signatures stay unchecked, and it says so."""
    code, told = verify(*exported)
    assert (code, findings(told)) == (0, [])
    assert [one["receipts"] > 0 for one in told] == [True, True, False]
    assert [one["rows"] > 0 for one in told[:2]] == [True, True]
    monkeypatch.setattr(verifying, "books", list)
    code, told = verify(*exported)
    assert (code, findings(told)) == (0, [])
    assert "receipts" in told[0]["skipped"][0]


def changed(source: Path, target: Path, change: Any) -> Path:
    """The bundle with each message passed through `change`."""
    with source.open("rb") as file:
        messages: list[Message] = [change(message) for message in bundle.read(file)]
    with target.open("wb") as file:
        bundle.write(file, messages)
    return target


def one_byte(message: Message) -> Message:
    """The third fact, changed after it was written."""
    if not isinstance(message, Facts):
        return message
    events = list(message.events)
    events[2] = events[2][:-1] + bytes([events[2][-1] ^ 1])
    return msgspec.structs.replace(message, events=events)


def other_rows(message: Message) -> Message:
    """Stock that no fact explains."""
    if not isinstance(message, Rows) or message.table != "stock":
        return message
    return msgspec.structs.replace(message, digest="0" * 64)


def test_a_forged_bundle_is_told_by_its_first_bad_fact(exported: tuple[Path, Path], tmp_path: Path) -> None:
    """A changed fact is named with log, number and kind; rows that no fact explains by their table."""
    ours, theirs = exported
    code, told = verify(changed(ours, tmp_path / "a.bundle", one_byte))
    (first, *_) = findings(told)
    assert (code, first[0], first[2]) == (1, "chain", 3)
    assert len(first[1]) == 32
    code, told = verify(changed(theirs, tmp_path / "c.bundle", other_rows))
    assert (code, [found[0] for found in findings(told)]) == (1, ["row differs"])


def test_a_history_chained_anew_has_no_signature(exported: tuple[Path, Path], tmp_path: Path) -> None:
    """Whoever cuts off the last fact can lower the head too; what head office has signed for gives it away."""
    ours, theirs = exported
    held: dict[bytes, bytes] = {}

    def note(message: Message) -> Message:
        if isinstance(message, Node):
            held[b"wire"] = message.wire_id
        elif isinstance(message, Log):
            held[message.log] = genesis_hash(message.log, held[b"wire"], message.parent)
        elif isinstance(message, Facts):
            held[message.log] = walk(message.log, 1, held[message.log], message.events[:-1])
        return message

    def cut(message: Message) -> Message:
        if isinstance(message, Log):
            head = Head(message.log, message.head.seq - 1, held[message.log])
            return msgspec.structs.replace(message, head=head, applied=head.seq)
        if isinstance(message, Facts):
            return msgspec.structs.replace(message, events=message.events[:-1], marks=b"")
        if isinstance(message, End):
            return End(message.logs, message.facts - message.logs)
        return message

    changed(ours, tmp_path / "same.bundle", note)
    shorter = changed(ours, tmp_path / "shorter.bundle", cut)
    code, told = verify(shorter)
    assert (code, {found[0] for found in findings(told)}) == (1, {"receipt", "row differs"})
    code, told = verify(ours, theirs)
    assert (code, findings(told)) == (0, [])


def test_what_cannot_be_read_is_not_called_wrong(exported: tuple[Path, Path], tmp_path: Path) -> None:
    """Cut short, garbage, not there: exit code 2, for there is nothing to judge."""
    bad = tmp_path / "bad.bundle"
    bad.write_bytes(exported[0].read_bytes()[:-30])
    assert verify(bad)[0] == 2
    bad.write_bytes(b"\x1f\x8bnonsense")
    assert verify(bad)[0] == 2
    bad.write_text("a letter to the auditor")
    assert verify(bad)[0] == 2
    assert verify(tmp_path / "nowhere")[0] == 2


def test_a_changed_fact_is_named(said: Store) -> None:
    """Log, number and kind of the first one that is not what was written."""
    tamper(said.folder / "ledger.db", "UPDATE event SET bytes = CAST(bytes || x'00' AS BLOB) WHERE seq = 3")
    code, told = verify(said.folder)
    bad = [found for found in findings(told) if found[0] == "chain"]
    assert (code, [found[2] for found in bad]) == (1, [3])


def test_a_lost_end_is_seen_by_the_receipt(said: Store) -> None:
    """The chain alone cannot tell that its end was cut off; head office's signature can."""
    tamper(said.folder / "ledger.db", "DELETE FROM event WHERE seq = 4", "DELETE FROM op WHERE seq = 4")
    code, told = verify(said.folder)
    assert (code, ("receipt", 4) in [(found[0], found[2]) for found in findings(told)]) == (1, True)


def test_two_histories_under_one_name_are_found(said: Store) -> None:
    """The store's fact 2 is not head office's: the first difference is named, though each may be whole."""
    target = str(said.folder)
    ours, theirs = (prove(target, book.messages(target), None) for _ in range(2))
    assert (ours.verdict().findings, theirs.verdict().findings) == ([], [])
    (log,) = theirs.hashes
    theirs.hashes[log][1:] = [bytes(32) for _ in theirs.hashes[log][1:]]
    (found,) = compare(ours, theirs)
    assert (found.what, found.log, found.seq) == ("edge differs", log.hex(), 2)
