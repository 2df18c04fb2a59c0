"""Facts set aside: who may not, who is revoked, what a manager decides, and that the decision outlives a rebuild."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from sqlalchemy import select

from cloud.identity import devices, grants, keys
from cloud.identity.devices import DeviceNamed
from cloud.identity.grants import User
from cloud.intake import commands, hello, release
from cloud.intake.audit import audit
from cloud.store import migrate
from cloud.store.installation import Installation
from cloud.store.ledger_tables import QUARANTINE
from cloud.store.projected import table_of
from cloud.store.tenant import TenantStore, mine
from shared.access.authority import HEAD_OFFICES, NEEDED, NOBODYS
from shared.access.roles import EVERY_PERMISSION, Principal, Role
from shared.ledger import envelope as envelopes
from shared.ledger.command import command_types
from shared.ledger.fact import Fact, fact_types
from shared.ledger.ops import Ops, Result
from shared.ledger.proof import Finding
from shared.quarantine.projection import SETTLED_FACT
from shared.stock.events import (
    GoodsReceived,
    LotCarried,
    OpeningRecorded,
    ReceivedLine,
    Take,
    TakenLine,
    TransferReceived,
    TransferSent,
)
from shared.stock.projection import LOT
from tests.unit.cloud.office import OWNER, Browser, Mirror, op
from tests.unit.cloud.shop import NOW, PIECE, Log, Shop, envelope_of, event, sale
from tests.unit.cloud.test_intake import said_hello
from tests.unit.cloud.test_projector import applied_superseded_and_held_make_the_head, total

MANAGER = Principal(user="may", name="May", role="store_manager", stores=("s1",))


def knows(store: TenantStore, user: str, role: Role, *stores: str, revoked: bool = False) -> None:
    """Head office has this account now."""
    with store.writing() as writing:
        kept = User(
            user=user, name=user, role=role, stores=stores, language="en", password_hash="", revoked=revoked
        )
        grants.save(writing, kept, grants.user(writing, user), b"batch", NOW)


def says(installation: Installation, device: str, state: devices.State) -> None:
    """Head office revokes a phone or trusts it again."""
    with installation.home.writing() as writing:
        devices.change(writing, DeviceNamed(device=device), state, "boss", installation)


def aside(store: TenantStore, state: str = "held") -> list[tuple[int, str]]:
    """The facts of that state, with the reason."""
    with store.reading() as reading:
        rows = reading.all(
            select(QUARANTINE.c.seq, QUARANTINE.c.reason)
            .where(mine(QUARANTINE), QUARANTINE.c.state == state)
            .order_by(QUARANTINE.c.seq)
        )
    return [(row.seq, row.reason) for row in rows]


def decided(
    installation: Installation, kind: str, log: Log, *numbers: int, asker: Principal = OWNER, node: str = "s1"
) -> Result:
    """The answer to releasing or voiding facts of a log."""
    body = {
        "store": node,
        "facts": [{"log": log.log_id.hex(), "seq": seq} for seq in numbers],
        "note": "seen",
    }
    asked = Ops(ops=[op(kind, **body)])
    return commands.submit(installation, installation.home, asker, asked, "en").results[0]


def rebuilt(installation: Installation) -> None:
    """Every row made again from the logs."""
    with installation.database.writing() as connection:
        migrate.rebuild(connection)


def by(device: str, fact: Fact, op_id: str) -> bytes:
    return envelopes.encode(msgspec.structs.replace(envelope_of(fact, op_id), device=device))


def signed_in(fact: Fact, op_id: str, **more: str) -> bytes:
    """Recorded by a person with a password, not by the node itself."""
    envelope = envelope_of(fact, op_id)
    return envelopes.encode(msgspec.structs.replace(envelope, auth_level="password", **more))


def test_what_reaches_head_office_after_a_revocation_is_set_aside(store: TenantStore) -> None:
    """Sales that had passed stay; those of the same person that come later wait, whenever they happened."""
    knows(store, "li", "clerk", "s1")
    shop = Shop(store)
    log = shop.log("one").sell("a", "b")
    log.push()
    shop.project()
    knows(store, "li", "clerk", "s1", revoked=True)
    log.sell("c", "d")
    log.push()
    assert shop.project() == 2
    assert aside(store) == [(3, "revoked_actor"), (4, "revoked_actor")]
    assert total(store) == (2, 900)
    applied_superseded_and_held_make_the_head(store)


def test_a_person_who_is_let_in_again_counts_again_and_the_rest_waits(store: TenantStore) -> None:
    """Lifting a revocation decides nothing about what was set aside meanwhile."""
    knows(store, "li", "clerk", "s1", revoked=True)
    shop = Shop(store)
    log = shop.log("one").sell("a")
    log.push()
    shop.project()
    knows(store, "li", "clerk", "s1")
    log.sell("b")
    log.push()
    shop.project()
    assert release.release(store, NOW) == 0
    assert aside(store) == [(1, "revoked_actor")]
    assert total(store) == (1, 450)


def test_a_revoked_device_is_held_whoever_held_it(store: TenantStore, installation: Installation) -> None:
    """A lost phone: what it recorded waits, what other phones recorded counts."""
    says(installation, "phone-9", "revoked")
    shop = Shop(store)
    shop.log("one").record(by("phone-9", sale("a"), "a"), event(sale("b"), "b")).push()
    shop.project()
    assert aside(store) == [(1, "revoked_actor")]
    assert total(store) == (1, 450)


@pytest.mark.parametrize("by_snapshot", [False, True])
def test_every_store_is_told_of_a_revoked_device(
    store: TenantStore, installation: Installation, *, by_snapshot: bool
) -> None:
    """By feed or by snapshot; trusting it again is told too, even where the clock has gone back."""
    shop = Shop(store)
    with store.reading() as reading:
        told = Mirror(shop.known, keys.public_key(reading))
    told.take_snapshot()
    asked: tuple[devices.State, ...] = ("revoked", "trusted", "revoked")
    for state in asked:
        says(installation, "phone-9", state)
        told.take_snapshot() if by_snapshot else told.follow()
        assert told.tables["revoked_device"] == {("phone-9",): {"revoked": int(state == "revoked")}}
    with store.reading() as reading:
        versions = [row.changed_ms for row in devices.devices(reading)]
    assert versions == [NOW + 2]


def test_a_store_is_told_which_copy_of_an_op_counts(store: TenantStore) -> None:
    """Two boxes of one store, then another store: by feed as by snapshot, to the store whose copy it is."""
    one, two = Shop(store, "s1"), Shop(store, "s2")
    with store.reading() as reading:
        told = Mirror(one.known, keys.public_key(reading))
        other = Mirror(two.known, keys.public_key(reading))
    told.take_snapshot()
    other.take_snapshot()
    first = one.log("one").sell("a", "b")
    first.push()
    one.project()
    second = one.log("two").sell("c", "b")
    second.push()
    third = two.log("three").sell("a")
    third.push()
    one.project()
    told.follow()
    other.follow()
    here = {"by_log": first.log_id.hex(), "by_seq": 2, "by_own": 1}
    there = {"by_log": first.log_id.hex(), "by_seq": 1, "by_own": 0}
    assert told.tables["superseded_fact"] == {("s1", second.log_id.hex(), 2): here}
    assert other.tables["superseded_fact"] == {("s2", third.log_id.hex(), 1): there}
    followed = told.tables["superseded_fact"]
    told.take_snapshot()
    assert told.tables["superseded_fact"] == followed


@pytest.mark.parametrize(("role", "stores"), [("inspector", ("s1",)), ("clerk", ("s2",))])
def test_a_fact_beyond_its_persons_rights_is_set_aside(
    store: TenantStore, role: Role, stores: tuple[str, ...]
) -> None:
    """An inspector does not sell, and a clerk of another store does not sell here."""
    knows(store, "li", role, *stores)
    shop = Shop(store)
    shop.log("one").record(signed_in(sale("a"), "a")).push()
    shop.project()
    assert aside(store) == [(1, "over_authority")]
    assert total(store) == (0, 0)
    applied_superseded_and_held_make_the_head(store)


def test_a_manager_behind_a_clerk_and_the_node_itself_are_enough(store: TenantStore) -> None:
    """Opening stock is above a clerk; with a manager's name behind it, or by the node's own doing, it counts."""
    knows(store, "li", "clerk", "s1")
    knows(store, "may", "store_manager", "s1")
    shop = Shop(store)
    line = ReceivedLine(sku="milk", lot="L1", place="main", qty=10 * PIECE)
    opened = OpeningRecorded(lines=(line,))
    alone, backed = signed_in(opened, "alone"), signed_in(opened, "backed", on_behalf_of="may")
    shop.log("one").record(alone, backed, event(opened, "own")).push()
    shop.project()
    assert aside(store) == [(1, "over_authority")]


def test_what_was_done_at_once_is_decided_at_once(store: TenantStore, installation: Installation) -> None:
    """A sale and the correction of a count it made are one op: whoever decides one of them decides both."""
    knows(store, "li", "clerk", "s1", revoked=True)
    shop = Shop(store)
    log = shop.log("one").record(event(sale("a"), "a"), event(sale("a2"), "a", 1)).sell("b", "c")
    log.push()
    shop.project()
    assert decided(installation, "quarantine.void", log, 2, 3).state == "accepted"
    assert aside(store, "voided") == [(1, "revoked_actor"), (2, "revoked_actor"), (3, "revoked_actor")]
    assert aside(store) == [(4, "revoked_actor")]
    assert total(store) == (0, 0)
    assert decided(installation, "quarantine.release", log, 1).state == "accepted"
    assert aside(store, "released") == [(1, "revoked_actor"), (2, "revoked_actor")]
    assert total(store) == (2, 900)


def test_a_released_fact_takes_effect_and_a_voided_one_never_does(
    store: TenantStore, installation: Installation
) -> None:
    """Each decision is a fact of head office's own log, and a row that the store hears of."""
    knows(store, "li", "clerk", "s1", revoked=True)
    shop = Shop(store)
    log = shop.log("one").sell("a", "b", "c")
    log.push()
    shop.project()
    assert decided(installation, "quarantine.release", log, 1, asker=MANAGER).state == "accepted"
    assert decided(installation, "quarantine.void", log, 2, asker=MANAGER).state == "accepted"
    assert total(store) == (1, 450)
    assert (aside(store), aside(store, "released"), aside(store, "voided")) == (
        [(3, "revoked_actor")],
        [(1, "revoked_actor")],
        [(2, "revoked_actor")],
    )
    table = table_of(SETTLED_FACT)
    with store.reading() as reading:
        rows = reading.all(select(table).where(mine(table)).order_by(table.c.seq))
    assert [(row.store, row.seq, row.decision, row.decided_by) for row in rows] == [
        ("s1", 1, "released", "may"),
        ("s1", 2, "voided", "may"),
    ]
    applied_superseded_and_held_make_the_head(store)


def test_decisions_and_verdicts_outlive_a_rebuild(store: TenantStore, installation: Installation) -> None:
    """Rows are made again from the logs: what was released counts, what was voided or held does not, nothing is
    judged anew by what head office knows of people today."""
    knows(store, "li", "clerk", "s1")
    shop = Shop(store)
    log = shop.log("one").sell("before")
    log.push()
    shop.project()
    knows(store, "li", "clerk", "s1", revoked=True)
    log.sell("released", "voided", "held")
    log.push()
    shop.project()
    decided(installation, "quarantine.release", log, 2)
    decided(installation, "quarantine.void", log, 3)
    rebuilt(installation)
    shop.project()
    assert total(store) == (2, 900)
    assert aside(store) == [(4, "revoked_actor")]
    knows(store, "li", "clerk", "s1")
    rebuilt(installation)
    shop.project()
    assert total(store) == (2, 900)
    assert decided(installation, "quarantine.release", log, 4).state == "accepted"
    assert total(store) == (3, 1350)
    applied_superseded_and_held_make_the_head(store)
    assert audit(store).findings == []


def test_nothing_is_decided_twice_or_about_what_counts(
    store: TenantStore, installation: Installation
) -> None:
    """A fact that counts, one of another store, one named twice: refused, and the whole command with it."""
    knows(store, "li", "clerk", "s1", revoked=True)
    shop = Shop(store)
    log = shop.log("one").sell("a", "b")
    log.push()
    shop.project()
    for numbers, node in (((1, 3), "s1"), ((1,), "s2"), ((1, 1), "s1")):
        assert decided(installation, "quarantine.release", log, *numbers, node=node).state == "rejected"
    assert aside(store) == [(1, "revoked_actor"), (2, "revoked_actor")]
    assert decided(installation, "quarantine.void", log, 1).state == "accepted"
    assert decided(installation, "quarantine.release", log, 1).state == "accepted"
    assert total(store) == (1, 450)
    again = decided(installation, "quarantine.void", log, 1)
    assert again.error is not None
    assert again.error.key == "fact_not_held"
    elsewhere = Principal(user="x", name="X", role="store_manager", stores=("s2",))
    assert decided(installation, "quarantine.void", log, 2, asker=elsewhere).state == "rejected"


def test_voiding_the_cause_frees_what_waited_behind_it(
    store: TenantStore, installation: Installation
) -> None:
    """A malformed sending holds back its receipt; once it is void, the receipt counts."""
    sent = TransferSent(
        transfer="T-1",
        to_store="s2",
        lines=(TakenLine(sku="milk", takes=(Take("L1", "main", PIECE),)),),
        lots=(LotCarried(sku="milk", lot="L1", qty=PIECE),),
    )
    line = ReceivedLine(sku="milk", lot="L1", place="main", qty=PIECE)
    arrived = TransferReceived(transfer="T-1", from_store="s1", lines=(line,))
    shop = Shop(store)
    log = shop.log("one").record(event(sent, "send").replace(b"takes", b"tokes"), event(arrived, "arrive"))
    log.push()
    shop.project()
    assert aside(store) == [(1, "invalid"), (2, "depends_on_held")]
    assert decided(installation, "quarantine.void", log, 1).state == "accepted"
    assert (aside(store), aside(store, "released")) == ([], [(2, "depends_on_held")])
    applied_superseded_and_held_make_the_head(store)


def test_releasing_what_nobody_can_read_leaves_it_waiting(
    store: TenantStore, installation: Installation
) -> None:
    """A person can allow a fact, not make it readable: it is tried again, and by every later program."""
    shop = Shop(store)
    log = shop.log("one").record(b"no envelope").sell("a")
    log.push()
    shop.project()
    assert decided(installation, "quarantine.release", log, 1).state == "accepted"
    assert aside(store, "allowed") == [(1, "invalid")]
    assert total(store) == (1, 450)
    assert decided(installation, "quarantine.void", log, 1).state == "accepted"
    rebuilt(installation)
    shop.project()
    assert aside(store, "voided") == [(1, "invalid")]


def received(op_id: str, actor: str, supplier: str, expiry: date | None) -> bytes:
    line = ReceivedLine(sku="milk", lot="L1", place="main", qty=PIECE, expiry=expiry)
    fact = GoodsReceived(receipt=op_id, supplier=supplier, lines=(line,))
    return envelopes.encode(msgspec.structs.replace(envelope_of(fact, op_id), actor=actor))


def test_a_fact_released_late_leaves_the_rows_of_its_log_order(
    store: TenantStore, installation: Installation
) -> None:
    """A later receipt has said who brought the lot; the one that waited adds its goods and what nobody said since."""
    knows(store, "gone", "clerk", "s1", revoked=True)
    shop = Shop(store)
    old = shop.log("one").record(received("r1", "li", "farm", None))
    old.record(received("r2", "gone", "late farm", date(2026, 12, 24)), received("r3", "li", "third", None))
    old.push()
    young = shop.log("two", old.head()).record(received("r4", "li", "fourth", None))
    young.push()
    shop.project()
    assert aside(store) == [(2, "revoked_actor")]
    assert decided(installation, "quarantine.release", old, 2).state == "accepted"
    table = table_of(LOT)
    with store.reading() as reading:
        row = reading.first(select(table).where(mine(table)))
    assert row is not None
    assert (row.supplier, row.expiry, row.received_seq) == ("fourth", "2026-12-24", 1)
    assert audit(store).findings == []


def test_facts_of_two_boxes_leave_the_rows_of_their_logs_order(store: TenantStore) -> None:
    """The older log goes on after the younger one has been taken: what the younger said of the lot stands."""
    shop = Shop(store)
    old = shop.log("one").record(received("r1", "li", "farm", None))
    old.push()
    young = shop.log("two").record(received("r2", "li", "second", None))
    young.push()
    shop.project()
    old.record(received("r3", "li", "third", date(2026, 12, 24)), received("r4", "li", "fourth", None))
    old.push(2)
    shop.project()
    table = table_of(LOT)
    with store.reading() as reading:
        row = reading.first(select(table).where(mine(table)))
    assert row is not None
    assert (row.supplier, row.expiry, row.received_seq) == ("second", "2026-12-24", 1)
    assert [finding.what for finding in audit(store).findings if finding.what != "twin"] == []


def test_rows_follow_the_logs_order_when_a_log_arrives_that_others_grew_from(store: TenantStore) -> None:
    """A grandchild was applied with a gap, then the first log; the one between them puts the grandchild last again."""
    shop = Shop(store)
    first = shop.log("first").record(received("r1", "li", "farm", None))
    between = shop.log("between", first.head()).record(received("r2", "li", "second", None))
    last = shop.log("last", between.head()).record(received("r3", "li", "third", None))
    last.push()
    hello.welcome(shop.known, said_hello(shop, [last]), NOW)
    shop.project()
    first.push()
    shop.project()
    assert supplier_of_the_lot(store) == "farm"
    between.push()
    assert supplier_of_the_lot(store) == "third"
    assert audit(store).findings == [Finding(what="gap", log=last.log_id.hex())]
    shop.project()
    assert supplier_of_the_lot(store) == "third"
    assert audit(store).findings == [Finding(what="gap", log=last.log_id.hex())]


def supplier_of_the_lot(store: TenantStore) -> str:
    """Who is said to have brought the only lot."""
    with store.reading() as reading:
        return str(reading.scalar(select(table_of(LOT).c.supplier).where(mine(table_of(LOT)))))


def test_every_fact_a_store_records_has_a_permission_or_needs_none() -> None:
    """A new kind of fact is put on one of the two lists in the change that adds it."""
    decided = [(command.kind.split(".")[0], command.decided_at) for command in command_types().values()]
    at_head_office = {area for area, _ in decided} - {area for area, side in decided if side == "edge"}
    kinds = {kind for kind, _ in fact_types() if kind.split(".")[0] not in at_head_office}
    assert kinds == NEEDED.keys() | NOBODYS | HEAD_OFFICES
    assert not HEAD_OFFICES & (NEEDED.keys() | NOBODYS)
    assert set(NEEDED.values()) <= EVERY_PERMISSION
    assert command_types()["quarantine.release"].permission in EVERY_PERMISSION


def test_the_page_lists_what_waits_and_why(owner: Browser, store: TenantStore) -> None:
    """Reason, log, number, kind, who, when and what, for the stores of whoever asks; then it is worked off."""
    knows(store, "li", "clerk", "s1", revoked=True)
    shop = Shop(store)
    log = shop.log("one").sell("a", "b", "c")
    log.push()
    shop.project()
    first = owner.get("/v1/quarantine?limit=2").json()
    assert first["counts"] == {"revoked_actor": 3}
    row = first["rows"][0]
    assert (row["store"], row["seq"], row["reason"], row["actor"], row["kind"]) == (
        "s1",
        1,
        "revoked_actor",
        "li",
        "sales.sale_recorded.v1",
    )
    assert row["business_date"] == date(2026, 11, 22).isoformat()
    assert "4.50" in row["text"]["en"]
    rest = owner.get(f"/v1/quarantine?limit=2&after={first['next']}").json()
    assert [row["seq"] for row in rest["rows"]] == [3]
    body = {"store": "s1", "facts": [{"log": row["log"], "seq": row["seq"]} for row in first["rows"]]}
    asked = msgspec.json.encode(Ops(ops=[op("quarantine.void", **body)]))
    answer = owner.post("/v1/ops", content=asked, headers={"Content-Type": "application/json"})
    assert answer.json()["results"][0]["state"] == "accepted", answer.text
    assert [row["seq"] for row in owner.get("/v1/quarantine").json()["rows"]] == [3]
    voided = owner.get("/v1/quarantine?state=voided&reason=revoked_actor&actor=li").json()["rows"]
    assert [(row["seq"], row["decided_by"]) for row in voided] == [(1, "boss"), (2, "boss")]
    assert owner.get(row["facts"]).json()["state"] == "voided"
    assert owner.get("/v1/quarantine?after=nonsense").status_code == 400
    assert owner.get("/v1/quarantine?store=s9").json()["rows"] == []


def test_devices_are_revoked_and_trusted_again_over_http(owner: Browser) -> None:
    """Only a device that was revoked can be trusted again."""
    assert owner.post("/v1/devices/trust", json={"device": "phone-9"}).status_code == 404
    assert owner.post("/v1/devices/revoke", json={"device": "phone-9", "note": "lost"}).status_code == 200
    (row,) = owner.get("/v1/master/devices").json()["items"]
    assert (row["device"], row["state"], row["note"], row["changed_by"]) == (
        "phone-9",
        "revoked",
        "lost",
        "boss",
    )
    assert owner.post("/v1/devices/trust", json={"device": "phone-9"}).json()["state"] == "trusted"
