"""Head office's own log, and its way down to the stores: each gets what is its own, whole, signed, and once."""

from __future__ import annotations

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from sqlalchemy import delete, func, select, update

from cloud.identity import first_run, keys, people
from cloud.identity.people import NewUser
from cloud.intake import audit, downlink, generations, projector
from cloud.intake.downlink import SignedBody
from cloud.store import feed, migrate
from cloud.store.installation import Installation
from cloud.store.ledger_tables import EVENT, FEED, HEAD_OFFICE, LOG, TENANT
from cloud.store.projected import table_of
from cloud.store.tenant import mine
from shared.access.roles import Principal
from shared.catalogue.projection import SKU
from shared.errors import DomainError
from shared.ledger import envelope as envelopes
from tests.unit.cloud.clock import Clock
from tests.unit.cloud.office import OWNER, Mirror, Office, op
from tests.unit.cloud.shop import NOW, Shop, event, receipt
from tests.unit.cloud.test_projector import transfer_sent


@pytest.fixture
def office(installation: Installation) -> Office:
    made = Office(installation)
    made.open_shops()
    return made


def mirror(office: Office, shop: Shop) -> Mirror:
    with office.store.reading() as reading:
        made = Mirror(shop.known, keys.public_key(reading))
    made.take_snapshot()
    return made


def test_a_command_becomes_facts_rows_and_feed_at_once(office: Office) -> None:
    """The product stands in the log, in its table and in the feed after one call."""
    result = office.do("catalogue.set_price", sku="milk", price="4.50")
    with office.store.reading() as reading:
        stored = reading.first(
            select(EVENT).where(mine(EVENT), EVENT.c.node_id == HEAD_OFFICE, EVENT.c.seq == result.seq)
        )
        fed = reading.first(select(FEED).where(mine(FEED)).order_by(FEED.c.pos.desc()).limit(1))
    assert stored is not None
    assert envelopes.decode(bytes(stored.bytes)).kind == "catalogue.price_set"
    assert fed is not None
    assert (fed.table_name, fed.is_checkpoint) == ("price", 1)
    assert audit.audit(office.store).findings == []


def test_the_same_op_gets_the_same_answer(office: Office) -> None:
    """Accepted or rejected, a repeat changes nothing; the same id for something else is refused."""
    price = op("catalogue.set_price", sku="milk", price="4.50")
    unknown = op("catalogue.set_price", sku="beer", price="4.50")
    first = office.ask(price, unknown)
    assert [result.state for result in first] == ["accepted", "rejected"]
    assert first[1].error is not None
    assert first[1].error.key == "sku_unknown"
    assert office.ask(price, unknown) == first
    (other,) = office.ask(msgspec.structs.replace(price, body=msgspec.Raw(b'{"sku":"milk","price":"9"}')))
    assert other.error is not None
    assert other.error.key == "id_reuse_mismatch"


def test_each_command_sees_what_the_one_before_did(office: Office) -> None:
    """A product and its price in one batch."""
    results = office.ask(
        op("catalogue.define_product", sku="rye", name="Rye", category="dairy", base_unit="pc"),
        op("catalogue.set_price", sku="rye", price="3"),
    )
    assert [result.state for result in results] == ["accepted", "accepted"]


@pytest.mark.parametrize(
    ("asker", "kind", "body", "key"),
    [
        ("clerk", "catalogue.set_price", {"sku": "milk", "price": "1"}, "not_permitted"),
        ("owner", "sales.sell", {"lines": [{"sku": "milk", "qty": "1"}]}, "decided_in_store"),
        ("owner", "catalogue.nonsense", {}, "command_unknown"),
        ("owner", "catalogue.set_price", {"sku": "milk"}, "command_malformed"),
        ("owner", "catalogue.set_price", {"sku": "milk", "price": 1}, "command_malformed"),
        ("part", "catalogue.set_price", {"sku": "milk", "price": "1", "store": "s2"}, "store_out_of_scope"),
        ("part", "catalogue.set_price", {"sku": "milk", "price": "1"}, "store_out_of_scope"),
    ],
)
def test_what_may_not_be_is_refused_by_name(
    office: Office, asker: str, kind: str, body: dict[str, object], key: str
) -> None:
    """Permission, place and scope are judged for every command on its own."""
    who = {
        "owner": OWNER,
        "clerk": Principal(user="c", name="C", role="clerk", stores=("*",)),
        "part": Principal(user="p", name="P", role="head_office", stores=("s1",)),
    }[asker]
    (result,) = office.ask(op(kind, **body), asker=who)
    assert result.error is not None
    assert result.error.key == key


def test_a_store_gets_its_own_rows_and_those_for_all(office: Office) -> None:
    """Prices and places of another store are nobody's business; snapshot and feed agree."""
    one, two = Shop(office.store, "s1"), Shop(office.store, "s2")
    followed = mirror(office, one)
    office.do("catalogue.set_price", sku="milk", price="4.50")
    office.do("catalogue.set_price", sku="milk", price="4.20", store="s2")
    office.do("catalogue.define_place", place="f1", store="s1", name="Fridge", storage="chilled")
    followed.follow()
    assert set(followed.tables["price"]) == {("milk", "")}
    assert set(followed.tables["place"]) == {("s1", "f1")}
    assert mirror(office, one).tables == followed.tables
    assert set(mirror(office, two).tables["price"]) == {("milk", ""), ("milk", "s2")}


def test_codes_that_differ_in_case_are_different_stores(office: Office) -> None:
    """A database may compare texts loosely; the feed may not."""
    office.do("catalogue.define_store", store="S1", name="Other")
    office.do("catalogue.set_price", sku="milk", price="4", store="S1")
    assert ("milk", "S1") not in mirror(office, Shop(office.store, "s1")).tables["price"]
    followed = mirror(office, Shop(office.store, "s2"))
    assert "S1" in {key[0] for key in followed.tables["store"]}


def test_a_moved_sensor_leaves_the_store_it_was_in(office: Office) -> None:
    """The old store gets a tombstone, the new one the row."""
    one, two = Shop(office.store, "s1"), Shop(office.store, "s2")
    for store in ("s1", "s2"):
        office.do("catalogue.define_place", place="f1", store=store, name="Fridge", storage="chilled")
    at = {"sensor": "t1", "place": "f1", "quantity": "temperature", "high": "8"}
    office.do("sensing.assign_sensor", store="s1", **at)
    left, gained = mirror(office, one), mirror(office, two)
    assert ("t1",) in left.tables["sensor"]
    office.do("sensing.assign_sensor", store="s2", **at)
    left.follow()
    gained.follow()
    assert ("t1",) not in left.tables["sensor"]
    assert ("t1",) in gained.tables["sensor"]


def test_pages_end_where_a_whole_ends(office: Office) -> None:
    """With pages of one row, a command's rows still arrive together, and the end is the same as in one page."""
    shop = Shop(office.store, "s1")
    slow, fast = mirror(office, shop), mirror(office, shop)
    for number in range(4):
        office.do("catalogue.assign_barcode", code=f"C{number}", sku="milk", unit=f"u{number}", factor="2")
    office.ask(*(op("catalogue.set_price", sku="milk", price=str(price)) for price in range(1, 5)))
    pages = slow.follow(limit=1)
    fast.follow()
    assert len(pages) > 3
    assert all(len(page.rows) >= 2 for page in pages[:4])
    assert slow.tables == fast.tables


def test_goods_received_against_an_order_tell_the_store(office: Office) -> None:
    """The order's line counts what arrived, and the store hears of it by the feed."""
    shop = Shop(office.store, "s1")
    office.do(
        "purchasing.place_order",
        order="PO1",
        supplier="farm",
        store="s1",
        lines=[{"sku": "milk", "qty": "10"}],
    )
    followed = mirror(office, shop)
    shop.log("one").record(event(receipt("r1", order="PO1", pieces=6), "r1")).push()
    shop.project()
    followed.follow()
    line = followed.tables["purchase_order_line"]["PO1", "milk"]
    assert (line["ordered"], line["received"]) == (10_000_000, 6_000_000)


def test_a_transfer_on_its_way_is_told_to_the_receiver_only(office: Office) -> None:
    """The sender's fact becomes a row for the other store."""
    one, two = Shop(office.store, "s1"), Shop(office.store, "s2")
    sender, receiver = mirror(office, one), mirror(office, two)
    one.log("x").record(event(transfer_sent("T-0000001"), "send")).push()
    one.project()
    sender.follow()
    receiver.follow()
    assert ("T-0000001", "milk", "L1") in receiver.tables["inbound_transfer"]
    assert not sender.tables.get("inbound_transfer")


def test_people_are_known_only_where_they_work(office: Office, installation: Installation) -> None:
    """A clerk's grant goes to the clerk's stores; a lost store forgets it, and revoking reaches the rest."""
    one, two = Shop(office.store, "s1"), Shop(office.store, "s2")
    first, second = mirror(office, one), mirror(office, two)

    def keep(stores: tuple[str, ...], revoked: bool = False) -> None:
        asked = NewUser(
            user="li", name="Li", role="clerk", stores=stores, password="a long word", revoked=revoked
        )
        people.keep(installation, office.store, asked, OWNER)
        first.follow()
        second.follow()

    keep(("s1",))
    assert first.tables["grant"]["li",]["role"] == "clerk"
    assert first.tables["grant"]["li",]["password_hash"].startswith("$argon2id$")
    assert ("li",) not in second.tables["grant"]
    keep(("*",))
    assert ("li",) in second.tables["grant"]
    keep(("s2",))
    assert ("li",) not in first.tables["grant"]
    assert ("li",) in second.tables["grant"]
    keep(("s2",), revoked=True)
    assert second.tables["grant"]["li",]["revoked"] == 1
    keep(())
    assert ("li",) not in second.tables["grant"]
    assert mirror(office, two).tables == second.tables


def test_a_changed_page_is_noticed(office: Office) -> None:
    """One flipped bit in a price list, or a page passed off as a snapshot, and the node believes nothing."""
    followed = mirror(office, Shop(office.store, "s1"))
    answer = downlink.page(followed.node, followed.gen, followed.pos, 10, NOW)
    with pytest.raises(InvalidSignature):
        followed.verified("snapshot", answer)
    forged = SignedBody(answer.body, msgspec.structs.replace(answer.signed, sha256="00" * 32))
    with pytest.raises(InvalidSignature):
        followed.verified("feed", forged)


def test_positions_of_another_generation_or_too_old_are_gone(office: Office, clock: Clock) -> None:
    """The node takes a snapshot instead; nothing is guessed."""
    shop = Shop(office.store, "s1")
    followed = mirror(office, shop)
    with pytest.raises(DomainError, match="feed_gone"):
        downlink.page(shop.known, followed.gen + 1, 0, 10, NOW)
    assert feed.compact(office.store, clock.now_ms + 1) > 0
    with pytest.raises(DomainError, match="feed_gone"):
        downlink.page(shop.known, followed.gen, 0, 10, NOW)
    followed.follow()
    with office.store.writing() as writing:
        generations.begin(writing, NOW)
    with pytest.raises(DomainError, match="feed_gone"):
        followed.follow()
    again = mirror(office, shop)
    assert again.tables == followed.tables


def test_a_position_we_never_reached_fences_us_off(office: Office) -> None:
    """A restored copy is asked for what it does not have: from then on every store needs a new snapshot."""
    followed = mirror(office, Shop(office.store, "s1"))
    other = mirror(office, Shop(office.store, "s2"))
    with pytest.raises(DomainError, match="feed_gone"):
        downlink.page(followed.node, followed.gen, followed.pos + 1, 10, NOW)
    with pytest.raises(DomainError, match="feed_gone"):
        other.follow()
    assert mirror(office, Shop(office.store, "s3")).gen > followed.gen


def test_a_new_generation_begins_a_new_log_of_head_office(office: Office) -> None:
    """The next command's log cites the old one's head, so no name is ever used twice."""
    before = office.do("catalogue.set_price", sku="milk", price="4")
    with office.store.writing() as writing:
        generations.begin(writing, NOW)
    after = office.do("catalogue.set_price", sku="milk", price="5")
    assert after.log != before.log
    assert after.seq == 1
    with office.store.reading() as reading:
        log = reading.first(select(LOG).where(mine(LOG), LOG.c.log_id == bytes.fromhex(after.log or "")))
    assert log is not None
    assert (bytes(log.parent_log).hex(), log.parent_seq) == (before.log, before.seq)
    assert audit.audit(office.store).findings == []


def test_rebuilt_rows_equal_the_live_ones(office: Office, installation: Installation) -> None:
    """Everything dropped and made again from the logs: the same rows, and a new generation for the stores."""
    shop = Shop(office.store, "s1")
    office.do(
        "purchasing.place_order",
        order="PO1",
        supplier="farm",
        store="s1",
        lines=[{"sku": "milk", "qty": "10"}],
    )
    old = shop.log("one").sell("a", "b").record(event(receipt("r1", order="PO1"), "r1"))
    old.push()
    shop.log("two", old.head(1)).sell("b", "c").push()
    shop.project()
    before = {name: sorted(rows, key=str) for name, rows in _rows(office).items()}
    with installation.database.writing() as connection:
        migrate.rebuild(connection)
    assert projector.project_all(office.store, NOW) > 0
    assert {name: sorted(rows, key=str) for name, rows in _rows(office).items()} == before
    told = audit.audit(office.store)
    assert (told.findings, told.superseded, told.behind) == ([], 1, 0)


def _rows(office: Office) -> dict[str, list[tuple[object, ...]]]:
    from cloud.store.projected import VER, projected

    found = {}
    with office.store.reading() as reading:
        for name, table in projected().items():
            shown = [column for column in table.c if column.name != VER]
            found[name] = [tuple(row) for row in reading.all(select(*shown).where(mine(table)))]
    return found


def test_the_audit_finds_what_was_tampered_with(office: Office) -> None:
    """A changed fact breaks the chain; a changed row differs from what the facts say."""
    shop = Shop(office.store, "s1")
    log = shop.log("one").sell("a", "b")
    log.push()
    shop.project()
    table = table_of(SKU)
    with office.store.writing() as writing:
        writing.change(update(table).where(mine(table)).values(name="Beer"))
    assert {finding.what for finding in audit.audit(office.store).findings} == {"row differs"}
    with office.store.writing() as writing:
        writing.change(update(table).where(mine(table)).values(name="Milk"))
        writing.change(delete(EVENT).where(mine(EVENT), EVENT.c.log_id == log.log_id, EVENT.c.seq == 2))
    assert "head" in {finding.what for finding in audit.audit(office.store).findings}
    with office.store.writing() as writing:
        writing.change(
            update(EVENT)
            .where(mine(EVENT), EVENT.c.log_id == log.log_id, EVENT.c.seq == 1)
            .values(bytes=b"x")
        )
    (bad,) = [finding for finding in audit.audit(office.store).findings if finding.what == "chain"]
    assert (bad.log, bad.seq, bad.kind) == (log.log_id.hex(), 1, "unreadable")


def test_feed_positions_follow_commits_without_a_gap(office: Office) -> None:
    """Positions are 1, 2, 3 … and the head is the last."""
    office.do("catalogue.set_price", sku="milk", price="4")
    with office.store.reading() as reading:
        positions = [
            row.pos for row in reading.all(select(FEED.c.pos).where(mine(FEED)).order_by(FEED.c.pos))
        ]
        head = reading.scalar(select(func.max(TENANT.c.feed_head)).where(mine(TENANT)))
    assert positions == list(range(1, head + 1))


def test_the_chains_name_reaches_the_stores(office: Office, installation: Installation) -> None:
    """The tenant's row is in the snapshot, and a change of it in the feed."""
    shop = Shop(office.store, "s1")
    followed = mirror(office, shop)
    assert followed.tables["tenant"]["main",]["name"] == "Corner shops"
    installation.settings = msgspec.structs.replace(installation.settings, tenant_name="Corner & Co")
    first_run.ensure_tenant(installation)
    followed.follow()
    assert followed.tables["tenant"]["main",]["name"] == "Corner & Co"
