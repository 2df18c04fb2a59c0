"""Rotten facts replaced from a backup: for head office's own log, and for what no store holds any more."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select

from cloud.intake import mending
from cloud.jobs import rows_file
from cloud.jobs.backup import kind_of
from cloud.jobs.restore import proved
from cloud.jobs.rows_file import Block
from cloud.store.installation import Installation
from cloud.store.ledger_tables import LOG
from cloud.store.tenant import mine
from shared.sync.messages import Mend

Name = tuple[str, str, bytes, int]


def mend_from(installation: Installation, copy: Path) -> tuple[int, int]:
    """Look through every log; put back what the copy has. Returns how many facts were mended and are left."""
    proved(copy)
    runs: list[tuple[str, str, mending.Range]] = []
    for store in installation.tenants():
        with store.reading() as reading:
            logs = reading.all(select(LOG.c.log_id, LOG.c.node_id).where(mine(LOG)))
        for row in logs:
            found = mending.look(store, bytes(row.log_id))
            runs += [(store.tenant, row.node_id, run) for run in found]
    wanted = {
        (tenant, node, log, seq)
        for tenant, node, (log, first, last) in runs
        for seq in range(first, last + 1)
    }
    held = _facts(copy, wanted) if wanted else {}
    mended = 0
    for tenant, node, (log, first, last) in runs:
        events = [held.get((tenant, node, log, seq)) for seq in range(first, last + 1)]
        whole = [event for event in events if event is not None]
        if len(whole) == len(events):
            put = mending.put_back(
                installation.store_of(tenant), node, Mend(log=log, first_seq=first, events=whole)
            )
            mended += len(events) if put else 0
    return mended, len(wanted) - mended


def _facts(copy: Path, wanted: set[Name]) -> dict[Name, bytes]:
    if kind_of(copy) == "rows":
        return _among(rows_file.read(copy), wanted)
    with rows_file.opened_copy(copy) as connection:
        return _among(rows_file.blocks_of(connection), wanted)


def _among(blocks: Iterable[Block], wanted: set[Name]) -> dict[Name, bytes]:
    found: dict[Name, bytes] = {}
    for block in blocks:
        if block.table != "event":
            continue
        where = [block.columns.index(name) for name in ("tenant_id", "node_id", "log_id", "seq", "bytes")]
        for row in block.rows:
            tenant, node, log, seq, data = (row[at] for at in where)
            name = (tenant, node, bytes(log), seq)
            if name in wanted:
                found[name] = bytes(data)
    return found
