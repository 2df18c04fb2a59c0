"""What counts as a whole or not at all: the facts of one op, and a count with the corrections that it caused."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from cloud.identity import keys
from cloud.intake import projector, release
from cloud.intake.audit import audit
from cloud.store.installation import Installation
from cloud.store.projected import table_of
from cloud.store.tenant import TenantStore, mine
from shared.ledger import envelope as envelopes
from shared.ledger.fact import Fact
from shared.stock.events import (
    CountCorrected,
    CountedLine,
    CountQuestioned,
    GoodsReceived,
    ReceivedLine,
    StockCounted,
    Take,
)
from shared.stock.projection import STOCK
from tests.unit.cloud.office import Mirror
from tests.unit.cloud.shop import NOW, PIECE, Log, Shop, envelope_of, event, sale, some_id
from tests.unit.cloud.test_projector import applied_superseded_and_held_make_the_head, total
from tests.unit.cloud.test_quarantine import aside, by, decided, knows, rebuilt, says, signed_in

COUNT = some_id("count").hex()


def counted(pieces: int, takes: int) -> StockCounted:
    line = CountedLine(
        sku="milk",
        expected=(pieces - takes) * PIECE,
        counted=pieces * PIECE,
        takes=(Take("L1", "main", takes * PIECE),),
    )
    return StockCounted(count=COUNT, counted_ms=NOW, lines=(line,))


def corrected(pieces: int) -> CountCorrected:
    return CountCorrected(
        count=COUNT, counted_ms=NOW, sku="milk", takes=(Take("L1", "main", pieces * PIECE),)
    )


def receipt(pieces: int) -> GoodsReceived:
    line = ReceivedLine(sku="milk", lot="L1", place="main", qty=pieces * PIECE)
    return GoodsReceived(receipt="r", supplier="farm", lines=(line,))


def on_hand(store: TenantStore) -> int:
    """Pieces of milk on the shelf, as head office has it."""
    table = table_of(STOCK)
    with store.reading() as reading:
        found = reading.scalar(
            select(func.sum(table.c.qty)).where(
                mine(table), table.c.sku == "milk", table.c.location == "store/main"
            )
        )
    return int(found or 0) // PIECE


def by_li(fact: Fact, op_id: str, index: int = 0) -> bytes:
    """A fact of an op that somebody signed in asked for."""
    return envelopes.encode(msgspec.structs.replace(envelope_of(fact, op_id, index), auth_level="password"))


@pytest.fixture
def shop(store: TenantStore) -> Shop:
    return Shop(store)


@pytest.fixture
def told(store: TenantStore, shop: Shop) -> Mirror:
    """What the store hears."""
    with store.reading() as reading:
        mirror = Mirror(shop.known, keys.public_key(reading))
    mirror.take_snapshot()
    return mirror


def silent(told: Mirror) -> dict[tuple[Any, ...], int]:
    """The facts the store leaves out, with whether something of its own counts in their place."""
    told.follow()
    by_feed = {key: row["by_own"] for key, row in told.tables.get("superseded_fact", {}).items()}
    told.take_snapshot()
    assert by_feed == {key: row["by_own"] for key, row in told.tables["superseded_fact"].items()}
    return by_feed


def test_what_follows_from_a_sale_is_set_aside_with_it(
    store: TenantStore, installation: Installation, shop: Shop
) -> None:
    """A correction asks for nobody's permission, but one without its sale is goods out of nothing."""
    knows(store, "li", "inspector", "s1")
    log = shop.log("one").record(by_li(sale("a", pieces=5), "a"), by_li(corrected(5), "a", 1))
    log.push()
    shop.project()
    assert aside(store) == [(1, "over_authority"), (2, "over_authority")]
    assert decided(installation, "quarantine.void", log, 1).state == "accepted"
    assert aside(store, "voided") == [(1, "over_authority"), (2, "over_authority")]
    assert (total(store), on_hand(store)) == ((0, 0), 0)
    applied_superseded_and_held_make_the_head(store)


def test_an_op_that_two_frames_brought_is_judged_once(store: TenantStore, shop: Shop) -> None:
    """Whoever may or may not in between: the second half of an op goes where the first went."""
    knows(store, "li", "inspector", "s1")
    beyond = shop.log("one").record(by_li(sale("a", pieces=5), "a"), by_li(corrected(5), "a", 1))
    beyond.push(1, 1)
    shop.project()
    knows(store, "li", "clerk", "s1")
    beyond.push(2)
    within = shop.log("two").record(by_li(sale("b", pieces=5), "b"), by_li(corrected(5), "b", 1))
    within.push(1, 1)
    shop.project()
    knows(store, "li", "clerk", "s1", revoked=True)
    within.push(2)
    shop.project()
    assert aside(store) == [(1, "over_authority"), (2, "over_authority")]
    assert on_hand(store) == 0
    applied_superseded_and_held_make_the_head(store)


def test_who_says_to_belong_to_an_op_and_does_not_is_judged(store: TenantStore, shop: Shop) -> None:
    """A fact that counts itself to its neighbour's op by its id alone hides behind nobody."""
    log = shop.log("one").record(by_li(sale("a"), "a"))
    log.push()
    shop.project()
    knows(store, "li", "clerk", "s1", revoked=True)
    log.record(by_li(sale("b"), "b", 1))
    log.push()
    shop.project()
    assert aside(store) == [(2, "revoked_actor")]


@pytest.mark.parametrize("at_once", [True, False])
def test_the_rest_of_an_op_waits_behind_what_cannot_be_read(
    store: TenantStore,
    installation: Installation,
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    *,
    at_once: bool,
) -> None:
    """A sale of a newer program with its correction: both count after the upgrade, or neither ever."""
    newer = event(sale("a", pieces=5), "a", kind="sales.sale_foretold.v1")
    log = shop.log("one").record(newer, event(corrected(5), "a", 1))
    for last in (2,) if at_once else (1, 2):
        log.push(1, last)
        shop.project()
    assert aside(store) == [(1, "unknown_schema"), (2, "depends_on_held")]
    assert release.release(store, NOW) == 0
    with monkeypatch.context() as patched:
        patched.setattr(projector, "BATCH", 2 if at_once else 1)
        rebuilt(installation)
        shop.project()
    assert aside(store) == [(1, "unknown_schema"), (2, "depends_on_held")]
    assert decided(installation, "quarantine.void", log, 1).state == "accepted"
    assert aside(store, "voided") == [(1, "unknown_schema"), (2, "depends_on_held")]
    assert on_hand(store) == 0


def lost_phone_counts(installation: Installation, shop: Shop) -> Log:
    """On a shelf of 40 a phone counts 90 that is lost by the time this arrives; 20 were brought in before the count
    and booked after it."""
    log = shop.log("one").record(event(receipt(40), "r1"))
    log.push()
    shop.project()
    says(installation, "phone-9", "revoked")
    log.record(by("phone-9", counted(90, 50), "count"))
    log.record(event(receipt(20), "r2"), event(corrected(-20), "r2", 1))
    log.push()
    shop.project()
    return log


def test_a_correction_waits_for_its_count_and_falls_with_it(
    store: TenantStore, installation: Installation, shop: Shop, told: Mirror
) -> None:
    """40, counted as 90, and 20 more: 90 if the count counts, 60 if it never was; never the 40 of half an answer."""
    log = lost_phone_counts(installation, shop)
    assert aside(store) == [(2, "revoked_actor"), (4, "depends_on_held")]
    assert decided(installation, "quarantine.void", log, 2).state == "accepted"
    assert (aside(store), aside(store, "voided")) == ([], [(2, "revoked_actor")])
    assert on_hand(store) == 60
    assert silent(told) == {("s1", log.log_id.hex(), 4): 0}
    assert audit(store).findings == []
    rebuilt(installation)
    shop.project()
    assert on_hand(store) == 60
    told.take_snapshot()
    assert decided(installation, "quarantine.release", log, 2).state == "accepted"
    assert on_hand(store) == 90
    assert silent(told) == {}
    assert audit(store).findings == []
    rebuilt(installation)
    shop.project()
    assert on_hand(store) == 90
    applied_superseded_and_held_make_the_head(store)


def test_a_correction_that_comes_after_the_verdict_falls_too(
    store: TenantStore, installation: Installation, shop: Shop, told: Mirror
) -> None:
    """The store had not heard yet that the count never was; a line for the manager falls as well."""
    log = lost_phone_counts(installation, shop)
    decided(installation, "quarantine.void", log, 2)
    questioned = CountQuestioned(count=COUNT, sku="milk", change=-1 * PIECE)
    log.record(event(sale("s", pieces=1), "s"), event(corrected(1), "s", 1))
    log.record(event(sale("t", pieces=1), "t"), event(questioned, "t", 1))
    log.push()
    shop.project()
    assert on_hand(store) == 58
    assert silent(told) == {("s1", log.log_id.hex(), seq): 0 for seq in (4, 6, 8)}
    assert audit(store).findings == []


def test_a_count_told_twice_keeps_its_corrections_while_one_copy_counts(
    store: TenantStore, installation: Installation, shop: Shop, told: Mirror
) -> None:
    """A manager voids the lost phone's copy; found again, the phone tells it to another box, and there it counts."""
    log = lost_phone_counts(installation, shop)
    decided(installation, "quarantine.void", log, 2)
    assert silent(told) != {}
    says(installation, "phone-9", "trusted")
    shop.log("two").record(by("phone-9", counted(90, 50), "count")).push()
    shop.project()
    assert on_hand(store) == 90
    assert silent(told) == {}
    assert [found.what for found in audit(store).findings if found.what != "twin"] == []


def test_a_decision_about_a_sale_does_not_bring_back_what_fell_with_a_count(
    store: TenantStore, installation: Installation, shop: Shop
) -> None:
    """The sale of somebody who left is let in, its correction stays down with the voided count, and rises with it."""
    log = lost_phone_counts(installation, shop)
    decided(installation, "quarantine.void", log, 2)
    knows(store, "wu", "clerk", "s1", revoked=True)
    log.record(signed_in(sale("s", pieces=3), "s", actor="wu"))
    envelope = msgspec.structs.replace(envelope_of(corrected(3), "s", 1), actor="wu")
    log.record(envelopes.encode(envelope))
    log.push()
    shop.project()
    assert aside(store) == [(5, "revoked_actor"), (6, "revoked_actor")]
    assert decided(installation, "quarantine.release", log, 5).state == "accepted"
    assert on_hand(store) == 57
    assert decided(installation, "quarantine.release", log, 2).state == "accepted"
    assert on_hand(store) == 90
    assert audit(store).findings == []
    applied_superseded_and_held_make_the_head(store)
