"""What a node's folder knows of head office's lists: how many goods, and whether any row is another store's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from edge.app import DAY_BOOK
from edge.ledger import dbapi
from edge.ledger.identity import read_identity
from edge.ledger.tables import cloud_tables, rows_by_key, select_all
from shared.access.kept import GRANT
from shared.access.roles import WHOLE_CHAIN


def known_goods(folder: Path) -> dict[str, Any]:
    """Rows by table, and those that name a store which is neither this one nor the whole chain."""
    connection = dbapi.open_reader(folder / DAY_BOOK)
    identity = read_identity(connection)
    assert identity is not None
    rows: dict[str, int] = {}
    foreign = 0
    for name, table in cloud_tables().items():
        found = rows_by_key(table, connection.execute(select_all(table)))
        rows[name] = len(found)
        if table.scope:
            names = [column.name for column in table.key]
            stores = [dict(zip(names, key, strict=True)) | dict(row) for key, row in found.items()]
            foreign += sum(row[table.scope] not in ("", None, identity.store) for row in stores)
        if table is GRANT:
            foreign += sum(not _works_here(str(row["stores"]), identity.store) for row in found.values())
    connection.close()
    return {"store": identity.store, "rows": rows, "foreign": foreign}


def _works_here(stores: str, store: str) -> bool:
    """Whether a person's stores include this one; "*" is the whole chain."""
    return bool({store, WHOLE_CHAIN} & set(json.loads(stores)))
