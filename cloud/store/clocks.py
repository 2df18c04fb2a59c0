"""Moments as answers tell them, and the clocks the stores go by: which business day it is for all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from sqlalchemy import select

from cloud.store.projected import table_of
from cloud.store.tenant import Reading, mine
from shared.business_day import business_date
from shared.catalogue.projection import STORE

Clocks = Sequence[tuple[str, int]]
"""Time zones and cut-offs."""


def moment(ms: int) -> str:
    """Milliseconds since 1970 as RFC 3339 UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def chain_clocks(reading: Reading) -> Clocks:
    """Every way in which a store of the chain tells its business day."""
    table = table_of(STORE)
    found = reading.all(select(table.c.timezone, table.c.cutoff_minutes).where(mine(table)).distinct())
    return [(row.timezone, int(row.cutoff_minutes)) for row in found]


def latest_day(clocks: Clocks, now_ms: int) -> date:
    """The latest business day of these clocks; of no store at all, the day in UTC."""
    days = [business_date(now_ms, timezone, cutoff_minutes) for timezone, cutoff_minutes in clocks]
    return max(days, default=business_date(now_ms, "UTC"))
