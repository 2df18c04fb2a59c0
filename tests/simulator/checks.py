"""Whether the promises were kept: some looked at on the way, all of them when the calm is over."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

from cloud.intake.audit import audit
from cloud.store.projected import cloud_kept
from edge.ledger.tables import cloud_tables, node_tables, select_all
from edge.ledger.verify import verify
from shared.ledger import envelope as envelopes
from shared.ledger.fact import decode_body
from shared.ledger.projection import Table, projected_tables
from shared.stock.events import CountCorrected, CountQuestioned, StockCounted
from shared.stock.locations import is_on_hand
from shared.stock.projection import STOCK
from tests.simulator.broken import CORRECTIONS_BELONG, EVIDENCE_ONLY, Broken
from tests.simulator.rights import assert_decisions_stand

if TYPE_CHECKING:
    from tests.simulator.machine import Machine
    from tests.simulator.world import World

PIECE = 1_000_000
Name = tuple[bytes, int]


def on_the_way(world: World) -> None:
    """What must hold at any moment."""
    if world.in_two_minds:
        return
    for machine in world.machines():
        if machine.is_up:
            _names_stand(world, machine.cells("SELECT log, seq, bytes FROM event"), machine.name)
            _cursor_is_whole(world, machine)
            _ops_were_asked(world, machine)


def _names_stand(world: World, rows: list[Any], who: str) -> None:
    """1: a name never stands for two facts, on any tier, at any time."""
    for log, seq, data in rows:
        if world.names.setdefault((log, seq), data) != data:
            raise Broken(1, f"{log.hex()[:8]} {seq} at {who}")


def _cursor_is_whole(world: World, machine: Machine) -> None:
    """12: the cursor stands at a checkpoint."""
    cursor = machine.feed_cursor()
    if (cursor.gen, cursor.pos) not in world.office.checkpoints:
        raise Broken(12, f"{machine.name} stands at {cursor.gen} {cursor.pos}, which is no checkpoint")


def _ops_were_asked(world: World, machine: Machine) -> None:
    """6: a box records what phones asked, under the ids they gave it."""
    for (op_id,) in machine.cells("SELECT op_id FROM op"):
        if op_id not in world.effects:
            raise Broken(6, f"{machine.name} has op {op_id.hex()}, which no phone asked for")


def unsettled(world: World) -> list[str]:
    """15: what has not yet arrived; empty when everything has."""
    missing: list[str] = []
    office = world.office
    ((gen, feed_head),) = office.rows("SELECT cloud_gen, feed_head FROM tenant")
    ((held,),) = office.rows("SELECT count(*) FROM quarantine WHERE state IN ('held', 'allowed')")
    if held:
        missing.append(f"{held} facts in quarantine")
    behind = office.rows(
        "SELECT l.log_id FROM log l JOIN proj_cursor c USING (log_id) WHERE c.seq < l.head_seq"
    )
    if behind:
        missing.append(f"{len(behind)} logs are not applied, first {behind[0][0].hex()[:8]}")
    for phone in world.phones:
        waiting = [entry.state for entry in phone.outbox.entries.values() if entry.state != "refused"]
        if waiting:
            missing.append(f"{phone.name} still holds {len(waiting)}: {sorted(set(waiting))}")
    for machine in world.machines():
        if not machine.is_up:
            missing.append(f"{machine.name} is off")
            continue
        own = {log: head.seq for log, head in machine.heads().items()}
        if own != office.heads(machine.store):
            missing.append(f"{machine.name} and head office hold different facts {machine.alarms()}")
        if machine.unsent():
            missing.append(f"{machine.name} has {machine.unsent()} unsent")
        cursor = machine.feed_cursor()
        if (cursor.gen, cursor.pos) != (gen, feed_head):
            missing.append(f"{machine.name} follows the feed to {cursor}, of {gen} {feed_head}")
        if machine.cells("SELECT 1 FROM photo WHERE at_cloud = 0"):
            missing.append(f"{machine.name} has photos to send")
        if machine.cells("SELECT count(*) FROM projection") == [(0,)]:
            missing.append(f"{machine.name} has not made its rows anew")
    return missing


def everything(world: World) -> None:
    """The end of a run: every promise."""
    on_the_way(world)
    assert_decisions_stand(world.office)
    _accounts(world)
    _effects(world)
    for machine in world.machines():
        _prefix(world, machine)
        _box_is_whole(world, machine)
        _same_rows(world, machine)
        _same_master(world, machine)
        _same_rights(world, machine)
        _photos(world, machine)
    _sums(world)
    _reference(world)
    _corrections(world)
    _audit(world)
    _evidence(world)
    _lineage(world)


_PASSED = (
    "SELECT l.log_id, l.head_seq, coalesce(c.seq, 0), "
    "(SELECT count(*) FROM fact f WHERE f.log_id = l.log_id), "
    "(SELECT count(*) FROM event e WHERE e.log_id = l.log_id) "
    "FROM log l LEFT JOIN proj_cursor c ON c.log_id = l.log_id"
)
_WITHOUT_EFFECT = (
    "SELECT log_id, seq FROM superseded "
    "UNION SELECT log_id, seq FROM quarantine WHERE state IN ('held', 'allowed', 'voided')"
)
_OF_STORES = "SELECT log_id, seq, bytes FROM event WHERE node_id != '' ORDER BY log_id, seq"


def _accounts(world: World) -> None:
    """7: applied + superseded + held = head, log by log; and 13: a fact stays where it was stored."""
    _names_stand(world, world.office.rows("SELECT log_id, seq, bytes FROM event"), "head office")
    for log, head, cursor, passed, stored in world.office.rows(_PASSED):
        if not cursor == passed == stored == head:
            where = log.hex()[:8]
            raise Broken(7, f"{where}: head {head}, stored {stored}, cursor {cursor}, passed {passed}")


def _applied(world: World) -> dict[bytes, list[bytes]]:
    """The logs in which each op has its effect at head office."""
    without = set(world.office.rows(_WITHOUT_EFFECT))
    found: dict[bytes, list[bytes]] = defaultdict(list)
    for log, seq, data in world.office.rows(_OF_STORES):
        logs = found[envelopes.decode(data).op_id]
        if (log, seq) not in without and log not in logs:
            logs.append(log)
    return found


def _effects(world: World) -> None:
    """6: exactly one effect for each op that a phone was ever told is safe; none for what nobody asked."""
    applied = _applied(world)
    excused = _refused(world) | _voided(world)
    for op_id in world.effects:
        logs = applied.get(op_id, [])
        if len(logs) > 1 or (not logs and op_id not in excused):
            raise Broken(6, f"op {op_id.hex()} has {len(logs)} effects")
    for op_id in applied:
        if op_id not in world.effects:
            raise Broken(6, f"op {op_id.hex()}, which no phone asked for, has an effect")


def _refused(world: World) -> set[bytes]:
    return {
        bytes.fromhex(entry.op.op_id)
        for phone in world.phones
        for entry in phone.outbox.entries.values()
        if entry.state == "refused"
    }


def _voided(world: World) -> set[bytes]:
    """Ops that a manager has decided against, one copy or all."""
    found = world.office.rows(
        "SELECT e.bytes FROM quarantine q JOIN event e USING (log_id, seq) WHERE q.state = 'voided'"
    )
    return {envelopes.decode(data).op_id for (data,) in found}


def _prefix(world: World, machine: Machine) -> None:
    """8: equal heads mean equal bytes."""
    found = world.office.rows("SELECT log_id, seq, bytes FROM event WHERE node_id = ?", machine.store)
    theirs = {(log, seq): data for log, seq, data in found}
    ours = {(log, seq): data for log, seq, data in machine.cells("SELECT log, seq, bytes FROM event")}
    if ours != theirs:
        differing = sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))
        raise Broken(8, f"{machine.name}: {len(differing)} facts differ, first {differing[0][0].hex()[:8]}")


def _box_is_whole(world: World, machine: Machine) -> None:
    """2 and 11: dense, chained, and rows that follow from the facts; the product's own proof."""
    before, tempfile.tempdir = tempfile.tempdir, str(world.folder)
    try:
        report = verify(machine.path)
    finally:
        tempfile.tempdir = before
    for fault in report.faults:
        about_rows = fault.startswith(("table", "the rows"))
        raise Broken(11 if about_rows else 2, f"{machine.name}: {fault}")


@cache
def _on_both() -> tuple[Table, ...]:
    at_office = {table.name for table in projected_tables("cloud") if table.keeper == "node"}
    return tuple(table for table in node_tables() if table.name in at_office)


def _same_rows(world: World, machine: Machine) -> None:
    """9: at equal heads the store's rows are head office's rows for that store, to the last unit."""
    for table in _on_both():
        names = ", ".join(f'"{column.name}"' for column in (*table.key, *table.columns))
        theirs = world.office.rows(f'SELECT {names} FROM "{table.name}" WHERE node_id = ?', machine.store)
        ours = machine.cells(select_all(table))
        if table is STOCK:
            ours, theirs = [row for row in ours if row[3]], [row for row in theirs if row[3]]
        differing = set(ours) ^ set(theirs)
        if differing:
            raise Broken(9, f"{machine.name}, table {table.name}: {sorted(differing, key=repr)[:2]}")


def _same_master(world: World, machine: Machine) -> None:
    """12: after the feed, the store keeps what head office keeps for it."""
    for table in cloud_kept():
        if table.name not in cloud_tables():
            continue
        names = ", ".join(f'"{column.name}"' for column in (*table.key, *table.columns))
        for_me = f" WHERE coalesce(\"{table.scope}\", '') IN ('', ?)" if table.scope else " WHERE ? != ''"
        theirs = world.office.rows(f'SELECT {names}, ver FROM "{table.name}"{for_me}', machine.store)
        ours = machine.cells(f'SELECT {names}, feed_ver FROM "{table.name}"')
        differing = set(ours) ^ set(theirs)
        if differing:
            raise Broken(12, f"{machine.name}, {table.name}: {sorted(differing, key=repr)[:2]}")


_PEOPLE_KNOWN = "SELECT user_id, role, revoked, ver FROM user_account WHERE stores LIKE ?"


def _same_rights(world: World, machine: Machine) -> None:
    """12: the store knows the same people and the same lost phones."""
    phones = set(world.office.rows("SELECT device_id, state = 'revoked' FROM device"))
    people = set(world.office.rows(_PEOPLE_KNOWN, f'%"{machine.store}"%'))
    ours = set(machine.cells('SELECT user, role, revoked, feed_ver FROM "grant"'))
    if set(machine.cells("SELECT device, revoked FROM revoked_device")) != phones or ours != people:
        raise Broken(
            12, f"{machine.name} knows other people or other lost phones: {sorted(ours ^ people)[:2]}"
        )


def _photos(world: World, machine: Machine) -> None:
    """5: what a box was told is at head office is there."""
    there = {sha for (sha,) in world.office.rows("SELECT sha256 FROM blob WHERE state = 'present'")}
    for (sha,) in machine.cells("SELECT sha256 FROM photo WHERE at_cloud = 1"):
        if sha not in there:
            raise Broken(5, f"photo {sha[:8]} of {machine.name} is not at head office")


def _sums(world: World) -> None:
    """10: whatever moved, per SKU and lot everything sums to zero."""
    for node, sku, lot, total in world.office.rows(
        "SELECT node_id, sku, lot, sum(qty) FROM stock GROUP BY 1, 2, 3 HAVING sum(qty) != 0"
    ):
        raise Broken(10, f"{node} {sku} {lot}: {total}")


def _reference(world: World) -> None:
    """6 and 9 against the dict that knows no logs: pieces on hand, number of sales, their amount."""
    applied = _applied(world)
    pieces: dict[tuple[str, str], int] = defaultdict(int)
    sold: dict[str, list[int]] = defaultdict(list)
    inexact = set()
    for op_id, effect in world.effects.items():
        if not applied.get(op_id):
            continue
        pieces[effect.store, effect.sku] += effect.pieces
        if effect.sold_fen:
            sold[effect.store].append(effect.sold_fen)
        if not effect.exact:
            inexact.add((effect.store, effect.sku))
    on_hand: dict[tuple[str, str], int] = defaultdict(int)
    for node, sku, location, qty in world.office.rows("SELECT node_id, sku, location, qty FROM stock"):
        if is_on_hand(location):
            on_hand[node, sku] += qty
    for store in world.boxes:
        (told,) = world.office.rows(
            "SELECT coalesce(sum(sales), 0), coalesce(sum(amount), 0) FROM sales_total WHERE node_id = ?",
            store,
        )
        if told != (len(sold[store]), sum(sold[store])):
            raise Broken(
                6, f"{store} sold {len(sold[store])} for {sum(sold[store])}, head office says {told}"
            )
    for key in sorted(pieces.keys() | on_hand.keys()):
        if key not in inexact and pieces[key] * PIECE != on_hand[key]:
            raise Broken(9, f"{key}: {pieces[key]} pieces, head office says {on_hand[key] / PIECE}")


_FELL = "SELECT log_id, seq, first_log, first_seq FROM superseded"


def _corrections(world: World) -> None:
    """What corrects a count counts where a copy of the count does, and falls where all of them were voided."""
    without = set(world.office.rows(_WITHOUT_EFFECT))
    standing, known, count_of, correcting = set(), set(), {}, []
    for log, seq, data in world.office.rows(_OF_STORES):
        told = envelopes.decode(data)
        if not told.kind.startswith("stock.count"):
            continue
        fact = decode_body(told.kind, told.kind_v, told.body)
        if isinstance(fact, StockCounted):
            known.add(fact.count)
            count_of[log, seq] = fact.count
            if (log, seq) not in without:
                standing.add(fact.count)
        elif isinstance(fact, CountCorrected | CountQuestioned):
            correcting.append((log, seq, fact.count))
    fell = {(log, seq): count_of.get((by, at)) for log, seq, by, at in world.office.rows(_FELL)}
    for log, seq, count in correcting:
        if (log, seq) not in without and count in known - standing:
            raise Broken(
                CORRECTIONS_BELONG, f"{log.hex()[:8]} {seq} counts, and its count {count[:8]} does not"
            )
        if fell.get((log, seq)) == count and count in standing:
            raise Broken(CORRECTIONS_BELONG, f"{log.hex()[:8]} {seq} fell, and its count {count[:8]} counts")


def _evidence(world: World) -> None:
    """What a revoked node sent is there for whoever asks."""
    kept = {sha for (sha,) in world.office.rows("SELECT sha256 FROM evidence")}
    if lost := world.office.evidence - kept:
        raise Broken(EVIDENCE_ONLY, f"{len(lost)} frames were not kept")


def _lineage(world: World) -> None:
    """16: whatever was put back or copied, head office can see where each log grew from what its writer had."""
    rows = world.office.rows("SELECT log_id, parent_log, parent_seq FROM log WHERE node_id != ''")
    for log, parent, seq in rows:
        if world.began.get(log, (parent, seq)) != (parent, seq):
            raise Broken(16, f"{log.hex()[:8]} grew from another fact than head office was told")


def _audit(world: World) -> None:
    """2, 7, 11 at head office: the product's own proof. Twins and gaps are alarms for people; a fork is a fault."""
    for finding in audit(world.office.store).findings:
        if finding.what in ("twin", "gap"):
            continue
        if finding.what == "fork" and finding.log in world.may_fork:
            continue
        if finding.what == "fork":
            raise Broken(16, f"{finding.where} forked")
        raise Broken(
            11 if finding.what.startswith("row") else 2, f"{finding.what} {finding.where} {finding.told}"
        )


def outcome(world: World) -> dict[str, object]:
    """14: what a run came to, without any word about when."""
    told = {
        "logs": "SELECT node_id, log_id, parent_log, parent_seq, head_seq, alarm FROM log WHERE node_id != ''",
        "set aside": "SELECT log_id, seq, reason, state FROM quarantine",
        "copies": "SELECT log_id, seq, first_log, first_seq FROM superseded",
        "stock": "SELECT node_id, sku, lot, location, qty FROM stock WHERE qty != 0",
        "sales": "SELECT node_id, sum(sales), sum(amount) FROM sales_total GROUP BY node_id",
        "prices": "SELECT sku, store, price FROM price",
    }
    found: dict[str, object] = {name: sorted(world.office.rows(sql)) for name, sql in told.items()}
    return found | {"refused": sorted(_refused(world))}


def assert_no_clock_decided(ours: dict[str, object], theirs: dict[str, object]) -> None:
    """14: the same run under other wall clocks came to the same."""
    for name, said in ours.items():
        if said != theirs[name]:
            raise Broken(14, f"{name} differ when everybody's clock is another year's")


__all__ = ["assert_no_clock_decided", "everything", "on_the_way", "outcome", "unsettled"]
