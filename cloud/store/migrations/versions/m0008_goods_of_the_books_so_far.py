"""What each SKU cost and was worth, for vouchers posted before that was summed up; and all months together

What goods brought in is not written in older vouchers, so quantity sold and revenue by SKU begin with the new ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

STOCK = ("1403", "1405", "1411")
COST = ("5401", "6401")
_Key = tuple[str, str, str, str]


def upgrade() -> None:
    sums: dict[_Key, list[int]] = {}
    for key, place, amount, days in _changes():
        for month in (key[1], ""):
            goods = sums.setdefault((key[0], month, key[2], key[3]), [0, 0, 0])
            goods[place] += amount
            goods[2] += days
    rows = [
        {
            "tenant_id": tenant,
            "month": month,
            "node_id": node,
            "sku": sku,
            "cost": c,
            "worth": w,
            "worth_days": d,
        }
        for (tenant, month, node, sku), (c, w, d) in sorted(sums.items())
    ]
    op.execute("DELETE FROM goods_month")
    table = sa.table("goods_month", *(sa.column(name) for name in ("tenant_id", "month", "node_id", "sku")))
    for name in ("cost", "worth", "worth_days"):
        table.append_column(sa.column(name))
    for start in range(0, len(rows), 500):
        op.get_bind().execute(table.insert(), rows[start : start + 500])


def _changes() -> Iterator[tuple[_Key, int, int, int]]:
    """Of every entry about goods: whose, cost (0) or worth (1), how much, and weighed by the days before it."""
    vouchers = sa.text("SELECT tenant_id, posting_date, entries FROM voucher WHERE takings IS NULL")
    for row in op.get_bind().execute(vouchers):
        day = row.posting_date
        entry: Any
        for entry in msgspec.msgpack.decode(bytes(row.entries)):
            account, node, amount, _, sku = (*entry, "", "")[:5]
            if not sku or account not in (*STOCK, *COST):
                continue
            worth = account in STOCK
            yield (row.tenant_id, day[:7], node, sku), int(worth), amount, worth * amount * (int(day[8:]) - 1)
