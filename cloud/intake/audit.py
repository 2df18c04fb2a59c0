"""Proving head office's books: every chain walked, every fact accounted for, every row made again and compared.

Rebuilt = live, to the last unit: the projections are run over all logs in memory and each row is held against
the database. What is superseded or parked has no effect there either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Row, select

from cloud.intake.log_order import logs_in_order
from cloud.intake.reading_facts import Ready, Stored, read
from cloud.store import apply
from cloud.store.ledger_tables import (
    EVENT,
    HEAD_OFFICE,
    NODE,
    PROJ_CURSOR,
    QUARANTINE,
    SUPERSEDED,
    TENANT,
)
from cloud.store.projected import NODE_ID, is_cloud_kept, table_of
from cloud.store.tenant import Reading, TenantStore, mine
from shared.ledger.chain import Head
from shared.ledger.projection import Key, Table, projected_tables
from shared.ledger.projection import Row as Cells
from shared.ledger.proof import Finding, Walk, kind_of
from shared.ledger.view import changed_row
from shared.stock.projection import STOCK

_PAGE = 5000


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at and what was found; the books are right when `findings` is empty."""

    tenant: str
    logs: int
    facts: int
    superseded: int
    held: int
    behind: int
    rows: int
    findings: list[Finding]


def audit(store: TenantStore) -> Audit:
    """Look at everything, as of one moment."""
    findings: list[Finding] = []
    piles: dict[str, apply.Pile] = {}
    behind = 0
    with store.reading() as reading:
        logs = logs_in_order(reading)
        known = wire_ids(reading)
        walk = Walk(findings.append)
        walk.expect(_parent(log) for log in logs)
        applied = {
            bytes(row.log_id): row.seq for row in reading.all(select(PROJ_CURSOR).where(mine(PROJ_CURSOR)))
        }
        passed_over = names(reading, SUPERSEDED)
        held = names(reading, QUARANTINE, QUARANTINE.c.state != "released")
        for log in logs:
            log_id = bytes(log.log_id)
            cursor = applied.get(log_id, 0)
            behind += log.head_seq - cursor
            walking = walk.log(log_id, known[log.node_id], _parent(log))
            pile = piles.setdefault(log.node_id, {})
            for seq, event_hash, event_bytes in events(reading, log):
                if not walking.fact(seq, event_bytes, event_hash):
                    break
                if seq > cursor or (log_id, seq) in passed_over or (log_id, seq) in held:
                    continue
                outcome = read(Stored(log.node_id, log_id, seq, event_bytes), set())
                if isinstance(outcome, Ready):
                    apply.fold(outcome.changes, pile)
                else:
                    findings.append(
                        Finding(
                            what="applied though unreadable",
                            log=log_id.hex(),
                            seq=seq,
                            kind=kind_of(event_bytes),
                        )
                    )
            walking.end(Head(log_id, log.head_seq, bytes(log.head_hash)))
            if log.alarm:
                findings.append(Finding(what=log.alarm, log=log_id.hex()))
        rows = _compare(reading, piles, findings)
        _sum_moves(piles, findings)
    return Audit(
        tenant=store.tenant,
        logs=len(logs),
        facts=walk.facts,
        superseded=len(passed_over),
        held=len(held),
        behind=behind,
        rows=rows,
        findings=findings,
    )


def wire_ids(reading: Reading) -> dict[str, bytes]:
    """The id of each node in frames and chains."""
    known = {
        row.node_id: bytes(row.wire_id)
        for row in reading.all(select(NODE.c.node_id, NODE.c.wire_id).where(mine(NODE)))
    }
    known[HEAD_OFFICE] = bytes(reading.scalar(select(TENANT.c.wire_id).where(mine(TENANT))))
    return known


def names(reading: Reading, table: Any, *where: Any) -> set[tuple[bytes, int]]:
    """The facts that a table notes something about."""
    rows = reading.all(select(table.c.log_id, table.c.seq).where(mine(table), *where))
    return {(bytes(row.log_id), row.seq) for row in rows}


def _parent(log: Row[Any]) -> Head:
    return Head(bytes(log.parent_log), log.parent_seq, bytes(log.parent_hash))


def events(reading: Reading, log: Row[Any]) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, hash and bytes of each fact of a log."""
    after = 0
    while True:
        rows = reading.all(
            select(EVENT.c.seq, EVENT.c.hash, EVENT.c.bytes)
            .where(
                mine(EVENT),
                EVENT.c.node_id == log.node_id,
                EVENT.c.log_id == log.log_id,
                EVENT.c.seq > after,
            )
            .order_by(EVENT.c.seq)
            .limit(_PAGE)
        )
        for row in rows:
            yield row.seq, bytes(row.hash), bytes(row.bytes)
        if len(rows) < _PAGE:
            return
        after = rows[-1].seq


def _sum_moves(piles: dict[str, apply.Pile], findings: list[Finding]) -> None:
    """Goods come from somewhere and go somewhere: of each lot all places together hold nothing."""
    for node, pile in piles.items():
        sums: defaultdict[tuple[object, object], int] = defaultdict(int)
        for key, folded in pile.get(STOCK.name, (STOCK, {}))[1].items():
            sums[(key[0], key[1])] += folded.add.get("qty", 0)
        for (sku, lot), left in sums.items():
            if left:
                where = f"stock of {sku} lot {lot} at {node}"
                findings.append(Finding(what="moves", where=where, told=f"sums to {left}, not to zero"))


def _compare(reading: Reading, piles: dict[str, apply.Pile], findings: list[Finding]) -> int:
    compared = 0
    for table in projected_tables("cloud"):
        expected = _expected(table, piles)
        for owner, key, cells in live_rows(reading, table):
            compared += 1
            if expected.pop((owner, key), None) != cells:
                findings.append(Finding(what="row differs", where=table.name, told=f"{owner} {key}"[:200]))
        findings += [
            Finding(what="row missing", where=table.name, told=f"{owner} {key}"[:200])
            for owner, key in expected
        ]
    return compared


def _expected(table: Table, piles: dict[str, apply.Pile]) -> dict[tuple[str, Key], Cells]:
    rows: dict[tuple[str, Key], Cells] = {}
    for node, pile in piles.items():
        owner = HEAD_OFFICE if is_cloud_kept(table) else node
        for key, change in pile.get(table.name, (table, {}))[1].items():
            rows[(owner, key)] = changed_row(table, rows.get((owner, key)), change)
    return rows


def live_rows(reading: Reading, table: Table) -> Iterator[tuple[str, Key, Cells]]:
    """Node, key and cells of each row of a table."""
    sql_table = table_of(table)
    for row in reading.all(select(sql_table).where(mine(sql_table))):
        cells = row._mapping
        key = tuple(cells[column.name] for column in table.key)
        owner = HEAD_OFFICE if is_cloud_kept(table) else cells[NODE_ID]
        yield owner, key, {column.name: cells[column.name] for column in table.columns}
