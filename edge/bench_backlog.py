"""A store that has been without head office for days: what it sold stands in its day-book, nothing has been sent.

The sales are recorded by the node's own writer, its clock set to each hour of those days, into the folder of a
node that is enrolled and not running.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from edge.app import DAY_BOOK, lock_folder
from edge.bench import ASKER, read_sale, receive_goods, sale_body
from edge.ledger.writer import Writer

_DAY_MS = 86_400_000
_BATCH = 100


def live_offline(folder: Path, facts: int, days: int) -> dict[str, Any]:
    """Receive goods, then sell one piece after the other until the day-book holds so many facts."""
    began_ms = time.time_ns() // 1_000_000 - days * _DAY_MS
    now_ms = began_ms
    with lock_folder(folder):
        writer = Writer(folder / DAY_BOOK, now_ms=lambda: now_ms)
        writer.start()
        receive_goods(writer, began_ms)
        number = writer.head.seq
        while number < facts:
            now_ms = began_ms + days * _DAY_MS * number // facts
            count = min(_BATCH, facts - number)
            sales = [read_sale(sale_body(number + at, now_ms)) for at in range(1, count + 1)]
            for answer in writer.submit(sales, ASKER).result():
                assert answer.accepted, answer.error
            number = writer.head.seq
            last = sales[-1].op_id
        head = writer.head
        writer.stop()
    return {"log": head.log.hex(), "facts": head.seq, "last_op": last.hex(), "days": days}
