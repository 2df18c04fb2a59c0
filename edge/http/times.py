"""Moments and days as they stand in answers."""

from __future__ import annotations

from datetime import UTC, datetime


def rfc3339(moment_ms: int) -> str:
    """Milliseconds since 1970 as "2026-11-22T08:05:30.120Z"."""
    told = datetime.fromtimestamp(moment_ms / 1000, UTC).isoformat(timespec="milliseconds")
    return told.replace("+00:00", "Z")


def rfc3339_or_none(moment_ms: int | None) -> str | None:
    return None if moment_ms is None else rfc3339(moment_ms)
