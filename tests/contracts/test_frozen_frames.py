"""Frames of every release ever made are taken, understood and counted by head office of today, fact by fact.

A store may push what it wrote a year ago with the program of then. A frozen frame is never edited or removed; each
release freezes one (`python -m tests.contracts.freeze <version>`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
import zstandard
from sqlalchemy import func, select

from cloud.identity import first_run
from cloud.identity.nodes import KnownNode
from cloud.intake import projector, push
from cloud.intake.audit import audit
from cloud.intake.compression import decompress
from cloud.store.engine import Database, sqlite_url
from cloud.store.installation import Installation
from cloud.store.ledger_tables import NODE, OP_REGISTRY
from cloud.store.migrate import prepare
from cloud.store.tenant import TenantStore, mine
from shared.ledger import fact as facts
from shared.ledger.envelope import decode
from shared.ledger.fact import Fact, decode_body, encode_body
from shared.sync.frame import pack, unpack
from shared.sync.messages import Pushed
from tests.contracts.freeze import FRAMES
from tests.contracts.freeze import NODE as FROZEN_NODE

FROZEN = sorted(FRAMES.glob("*.hex"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TenantStore]:
    """A head office that knows the node of the frames."""
    database = Database(sqlite_url(tmp_path / "cloud.db"))
    prepare(database)
    installation = Installation(database, tmp_path)
    first_run.ensure_tenant(installation)
    with installation.home.writing() as writing:
        writing.insert(NODE, {"node_id": "s1", "wire_id": FROZEN_NODE, "name": "s1", "state": "enrolled"})
    yield installation.home
    database.close()


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
def test_a_frozen_frame_is_taken_and_every_fact_in_it_counts(path: Path, store: TenantStore) -> None:
    """Nothing of it is parked, and rows come out as a rebuild makes them."""
    data = bytes.fromhex(path.read_text())
    frame = unpack(data, decompress)
    answer = push.receive(KnownNode(store, "s1", FROZEN_NODE), data, 1)
    assert isinstance(answer, Pushed), answer
    assert projector.project_all(store, 1) == frame.header.count
    told = audit(store)
    assert (told.findings, told.held, told.superseded) == ([], 0, 0)
    with store.reading() as reading:
        ops = reading.scalar(select(func.count()).select_from(OP_REGISTRY).where(mine(OP_REGISTRY)))
    assert ops == frame.header.count


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
def test_a_frame_of_today_has_the_form_of_then(path: Path) -> None:
    """The same header and facts packed today give the same bytes before compression and the same hash chain."""
    frame = unpack(bytes.fromhex(path.read_text()), decompress)
    again = unpack(pack(frame.header, frame.events, zstandard.ZstdCompressor(level=3).compress), decompress)
    assert again == frame


class LoafBaked(Fact, frozen=True, kw_only=True):
    """What a release of tomorrow writes: the weight in millionths."""

    kind: ClassVar[str] = "production.loaf_baked.v3"
    loaves: int
    qty: int


class OldLoafBaked(Fact, frozen=True, kw_only=True):
    """What a release wrote in between: whole grams."""

    kind: ClassVar[str] = "production.loaf_baked.v2"
    loaves: int
    grams: int

    def upcast(self) -> LoafBaked:
        return LoafBaked(loaves=self.loaves, qty=self.grams * 1000)


class FirstLoafBaked(Fact, frozen=True, kw_only=True):
    """What the first release wrote: loaves of a pound."""

    kind: ClassVar[str] = "production.loaf_baked.v1"
    loaves: int

    def upcast(self) -> OldLoafBaked:
        return OldLoafBaked(loaves=self.loaves, grams=500 * self.loaves)


def test_an_old_version_is_read_as_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Version by version up to today's; the bytes in the log stay what they were."""
    loaves = {
        ("production.loaf_baked", number): loaf
        for number, loaf in enumerate((FirstLoafBaked, OldLoafBaked, LoafBaked), 1)
    }
    known = facts.fact_types() | loaves
    monkeypatch.setattr(facts, "fact_types", lambda: known)
    facts._decoder.cache_clear()
    body = encode_body(FirstLoafBaked(loaves=3))
    assert decode_body("production.loaf_baked", 1, body) == LoafBaked(loaves=3, qty=1_500_000)
    facts._decoder.cache_clear()


def test_the_frozen_frames_hold_facts_with_envelopes() -> None:
    """There is at least one frame, and each fact in it names its kind."""
    assert FROZEN
    for path in FROZEN:
        for event in unpack(bytes.fromhex(path.read_text()), decompress).events:
            assert "." in decode(event).kind
