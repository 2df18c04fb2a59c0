"""The business day of a moment: store-local, with a cut-off, so that a sale at 01:30 belongs to the evening before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

MINUTE_MS = 60_000
"""Days begin on full minutes everywhere."""


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local_time(moment_ms: int, timezone: str) -> datetime:
    """The store's wall time of a moment given in milliseconds since 1970 UTC."""
    return datetime.fromtimestamp(moment_ms / 1000, UTC).astimezone(_zone(timezone))


def business_date(moment_ms: int, timezone: str, cutoff_minutes: int = 0) -> date:
    """With a cut-off of 180 minutes, 02:59 is still yesterday and 03:00 is today."""
    return _date_of_minute(moment_ms // MINUTE_MS, timezone, cutoff_minutes)


@lru_cache(maxsize=1024)
def _date_of_minute(minute: int, timezone: str, cutoff_minutes: int) -> date:
    """A minute's date is asked of the time zone once."""
    return (local_time(minute * MINUTE_MS, timezone) - timedelta(minutes=cutoff_minutes)).date()


@lru_cache(maxsize=1024)
def day_text(day: date) -> str:
    """A day as rows carry it, "2026-11-29"; all facts of a day ask for the same one."""
    return day.isoformat()


@lru_cache(maxsize=4096)
def day_of_text(text: str) -> date:
    """The day behind a row's text. The lots of a store know a few hundred days between them."""
    return date.fromisoformat(text)


def is_representable(moment_ms: int) -> bool:
    """Whether a moment lies between 2000 and 2200: anything else is a broken clock, not a date."""
    return 946_684_800_000 <= moment_ms <= 7_258_118_400_000


def day_ends_ms(day: date, timezone: str, cutoff_minutes: int = 0) -> int:
    """The moment a business day is over: with a cut-off of 180 minutes, at 03:00 of the next calendar day."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=_zone(timezone)) + timedelta(days=1)
    return int((midnight + timedelta(minutes=cutoff_minutes)).timestamp() * 1000)
