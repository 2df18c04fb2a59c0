"""What head office does with frames: replays, overlaps, gaps, forks, damage, and what it refuses to believe."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from cloud.intake import backfill, hello, push
from cloud.store.installation import Installation
from cloud.store.ledger_tables import EVENT, LOG
from cloud.store.tenant import TenantStore, mine
from shared.errors import DomainError
from shared.ledger.chain import Head, walk
from shared.sync.messages import Hello, Pushed, Refused
from tests.unit.cloud.shop import NOW, Log, Shop, event, receipt, sale, some_id


def stored(store: TenantStore, log: Log) -> list[bytes]:
    with store.reading() as reading:
        rows = reading.all(
            select(EVENT.c.bytes).where(mine(EVENT), EVENT.c.log_id == log.log_id).order_by(EVENT.c.seq)
        )
    return [bytes(row.bytes) for row in rows]


def alarm(store: TenantStore, log: Log) -> str:
    with store.reading() as reading:
        return str(reading.scalar(select(LOG.c.alarm).where(mine(LOG), LOG.c.log_id == log.log_id)))


def said_hello(shop: Shop, logs: list[Log], feed_gen: int = 0, feed_pos: int = 0) -> Hello:
    return Hello(
        node_id=shop.wire_id,
        heads=[log.head() for log in logs],
        parents=[log.parent for log in logs],
        feed_gen=feed_gen,
        feed_pos=feed_pos,
        blobs_pending=0,
        hlc=0,
        versions={"edge": "0.1.0"},
        unsent=3,
        oldest_unsent_ms=5,
    )


def test_facts_are_kept_byte_for_byte(store: TenantStore) -> None:
    """The bytes the store hashed are the bytes head office holds, with the same head."""
    log = Shop(store).log("one").sell("a", "b", "c")
    assert log.push() == Pushed(seq=3, hash=log.hash_at(3), stable=0)
    assert stored(store, log) == log.events


def test_a_frame_sent_twice_is_stored_once(store: TenantStore) -> None:
    """A lost answer costs nothing: the replay is answered like the original."""
    log = Shop(store).log("one").sell("a", "b")
    assert log.push() == log.push()
    assert stored(store, log) == log.events


def test_an_overlapping_frame_adds_only_its_end(store: TenantStore) -> None:
    """Facts 1-2 are held, the frame brings 1-4: 3 and 4 are added."""
    log = Shop(store).log("one").sell("a", "b", "c", "d")
    log.push(1, 2)
    assert log.push(1, 4) == Pushed(seq=4, hash=log.hash_at(4), stable=0)
    assert log.push(2, 3) == Pushed(seq=4, hash=log.hash_at(4), stable=0)
    assert stored(store, log) == log.events


def test_a_gap_is_refused_with_what_is_held(store: TenantStore) -> None:
    """Fact 4 cannot come before fact 3; the node learns where to go on."""
    log = Shop(store).log("one").sell("a", "b", "c", "d")
    assert log.push(3, 4) == Refused(code="GAP", have=log.head(0))
    log.push(1, 2)
    assert log.push(4, 4) == Refused(code="GAP", have=log.head(2))
    assert stored(store, log) == log.events[:2]


@pytest.mark.parametrize("first", [1, 2, 3])
def test_two_histories_under_one_name_are_a_fork(store: TenantStore, first: int) -> None:
    """Wherever the other history begins, nothing of it is stored and the log carries the alarm."""
    shop = Shop(store)
    log, other = shop.log("one").sell("a", "b", "c"), shop.log("one").sell("a", "x", "y", "z")
    log.push(1, 2)
    refused = other.push(first)
    assert isinstance(refused, Refused)
    assert refused.code == "FORK"
    assert refused.have is not None
    assert refused.have.seq == (1 if first <= 2 else 0) or refused.have.seq <= 1
    assert stored(store, log) == log.events[:2]
    assert alarm(store, log) == "fork"
    assert log.push(1, 3) == Pushed(seq=3, hash=log.hash_at(3), stable=0)


def test_another_parent_for_a_known_log_is_a_fork(store: TenantStore) -> None:
    """A log grew from one head and no other."""
    shop = Shop(store)
    log = shop.log("one").sell("a")
    log.push()
    other = shop.log("one", Head(some_id("elsewhere"), 3, b"h" * 32)).sell("a")
    answer = other.push()
    assert isinstance(answer, Refused)
    assert answer.code == "FORK"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_frame_changes_nothing(store: TenantStore, data: st.DataObject) -> None:
    """Any flipped bit and any cut is BAD_FRAME; never is a part of it applied."""
    name = data.draw(st.uuids()).hex
    shop = object.__new__(Shop)
    shop.store, shop.node, shop.wire_id = store, "s1", some_id("main/s1")
    log = shop.log(name).sell(*(f"{name}{number}" for number in range(5)))
    frame = bytearray(log.frame())
    if data.draw(st.booleans()):
        position = data.draw(st.integers(0, len(frame) * 8 - 1))
        frame[position // 8] ^= 1 << (position % 8)
    else:
        del frame[data.draw(st.integers(0, len(frame) - 1)) :]
    answer = push.receive(shop.known, bytes(frame), NOW)
    assert isinstance(answer, Refused)
    assert answer.code == "BAD_FRAME"
    assert stored(store, log) == []


def test_a_frame_of_another_node_is_refused(store: TenantStore) -> None:
    """A token opens one node's logs and nobody else's."""
    one, two = Shop(store, "s1"), Shop(store, "s2")
    log = one.log("one").sell("a")
    with pytest.raises(DomainError, match="frame_of_another_node"):
        push.receive(two.known, log.frame(), NOW)


def test_another_node_cannot_go_on_with_a_log(store: TenantStore) -> None:
    """The same log id from two nodes: the second is a fork."""
    one, two = Shop(store, "s1"), Shop(store, "s2")
    first = one.log("x").sell("a")
    first.push()
    second = Log(two, "s1/x").sell("a")
    answer = second.push()
    assert isinstance(answer, Refused)
    assert answer.code == "FORK"


def test_a_wrong_origin_is_a_bad_frame(store: TenantStore) -> None:
    """The first fact hangs on the hash of node, log and parent, so a log cannot be moved to another node."""
    shop = Shop(store)
    log = shop.log("one", Head(some_id("p"), 2, b"p" * 32)).sell("a")
    forged = shop.log("one").sell("a")
    forged.hash_at = lambda seq: walk(log.log_id, 1, b"o" * 32, log.events[:seq])  # type: ignore[method-assign]
    assert forged.push() == Refused(code="BAD_FRAME", why="origin")


def test_a_sealed_log_takes_nothing_more(store: TenantStore) -> None:
    """After an operator has sealed it, the answer says what is held."""
    log = Shop(store).log("one").sell("a", "b")
    log.push(1, 1)
    with store.writing() as writing:
        writing.change(LOG.update().where(mine(LOG)).values(state="sealed"))
    assert log.push(2) == Refused(code="SEALED", have=log.head(1))


def test_a_log_that_outgrows_its_child_is_a_twin(store: TenantStore) -> None:
    """A writer never returns to a log it has left; two machines with one id show like this."""
    shop = Shop(store)
    old = shop.log("one").sell("a", "b", "c")
    old.push(1, 2)
    young = shop.log("two", old.head(2)).sell("d")
    young.push()
    assert alarm(store, old) == ""
    old.push(3)
    assert alarm(store, old) == "twin"
    assert stored(store, old) == old.events


def test_hello_tells_what_is_held_and_what_the_node_lacks(store: TenantStore, clock: object) -> None:
    """A node restored from an old backup learns which of its own facts to fetch, and fetches them verbatim."""
    shop = Shop(store)
    full = shop.log("one").sell("a", "b", "c", "d")
    full.push()
    rest = shop.log("one").sell("a", "b")
    welcome = hello.welcome(shop.known, said_hello(shop, [rest]), NOW)
    assert welcome.have == [full.head()]
    assert welcome.backfill == [(full.log_id, 3, 4)]
    sent = backfill.facts(shop.known, full.log_id, 3, 4)
    assert sent.prev_hash == rest.hash_at(2)
    assert sent.events == full.events[2:]
    whole = backfill.facts(shop.known, full.log_id, 1, 4)
    assert (whole.prev_hash, whole.events) == (full.hash_at(0), full.events)


def test_hello_with_another_history_is_a_fork(store: TenantStore) -> None:
    """A head we hold differently is noticed before a frame is sent."""
    shop = Shop(store)
    log = shop.log("one").sell("a", "b", "c")
    log.push()
    other = shop.log("one").sell("a", "x")
    welcome = hello.welcome(shop.known, said_hello(shop, [other]), NOW)
    assert welcome.backfill == []
    assert alarm(store, log) == "fork"


def test_nobody_reads_another_nodes_facts(store: TenantStore) -> None:
    """Backfill is for the node's own logs, within what is held."""
    one, two = Shop(store, "s1"), Shop(store, "s2")
    log = one.log("one").sell("a")
    log.push()
    with pytest.raises(DomainError, match="log_unknown"):
        backfill.facts(two.known, log.log_id, 1, 1)
    for first, last in ((0, 1), (2, 1), (2, 2)):
        with pytest.raises(DomainError, match="log_range_wrong"):
            backfill.facts(one.known, log.log_id, first, last)


def test_a_node_that_knows_more_of_the_feed_unmasks_a_restored_copy(store: TenantStore) -> None:
    """Positions we never gave mean that we are an old backup: a new generation begins at once."""
    shop = Shop(store)
    welcome = hello.welcome(shop.known, said_hello(shop, []), NOW)
    later = hello.welcome(shop.known, said_hello(shop, [], welcome.cloud_gen, welcome.feed_head + 50), NOW)
    assert later.cloud_gen > welcome.cloud_gen


def test_a_tenants_node_reaches_only_its_own_rows(installation: Installation) -> None:
    """The same log pushed to two tenants is two logs."""
    ours, theirs = installation.store_of("main"), installation.store_of("other")
    log = Shop(ours).log("one").record(event(sale("a"), "a"), event(receipt("r"), "b"))
    log.push()
    assert stored(theirs, log) == []


def test_a_log_whose_parent_nobody_holds_any_more_is_applied_with_a_gap(store: TenantStore) -> None:
    """Both sides were put back to older copies: the alarm says what is missing, and the books go on."""
    shop = Shop(store)
    lost = shop.log("lost").sell("a", "b")
    child = shop.log("child", lost.head(2)).sell("c")
    child.push()
    assert shop.project() == 0
    told = hello.welcome(shop.known, said_hello(shop, [lost, child]), NOW)
    assert (told.alarms, alarm(store, child)) == ([], "")
    told = hello.welcome(shop.known, said_hello(shop, [child]), NOW)
    assert told.alarms == [(child.log_id, "gap")]
    assert shop.project() == 1


def test_the_alarm_of_a_gap_is_taken_off_when_another_box_brings_the_facts(store: TenantStore) -> None:
    """They were not lost after all; they are applied, and nobody has to look."""
    shop = Shop(store)
    lost = shop.log("lost").sell("a", "b")
    child = shop.log("child", lost.head(2)).sell("c")
    child.push()
    hello.welcome(shop.known, said_hello(shop, [child]), NOW)
    assert shop.project() == 1
    lost.push()
    told = hello.welcome(shop.known, said_hello(shop, [lost, child]), NOW)
    assert told.alarms == [(child.log_id, "gap")]
    assert shop.project() == 2
    told = hello.welcome(shop.known, said_hello(shop, [lost, child]), NOW)
    assert (told.alarms, alarm(store, child)) == ([], "")


def test_a_log_that_comes_before_its_parent_is_told_behind_it_and_is_no_twin(store: TenantStore) -> None:
    """Head office was put back and hears of the younger log first; the store orders its own logs by its word."""
    shop = Shop(store)
    first = shop.log("first").sell("a", "b")
    second = shop.log("second", first.head(2)).sell("c")
    second.push()
    first.push()
    second.sell("d").push(2)
    told = hello.welcome(shop.known, said_hello(shop, [first, second]), NOW)
    assert [head.log for head in told.have] == [first.log_id, second.log_id]
    assert (told.alarms, alarm(store, second)) == ([], "")
    assert shop.project() == 4
