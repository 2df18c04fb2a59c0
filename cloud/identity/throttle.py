"""Slowing down whoever guesses: after three failures each further one costs more waiting, up to 15 minutes.

A shop's phones share one address, so addresses are allowed more than a single user name is, and nothing is ever
locked for good.
"""

from __future__ import annotations

from sqlalchemy import delete, select

from cloud.store.identity_tables import THROTTLE
from cloud.store.tenant import Reading, Writing, mine
from shared.errors import DomainError

_FREE_FOR_USER = 3
_FREE_FOR_ADDRESS = 30
_LONGEST_MS = 15 * 60_000
_FORGOTTEN_AFTER_MS = 60 * 60_000


def require_patience(reading: Reading, subjects: tuple[str, ...], now_ms: int) -> None:
    """Raises `sign_in_throttled` while one of the subjects has to wait."""
    for subject in subjects:
        until = reading.scalar(
            select(THROTTLE.c.until_ms).where(mine(THROTTLE), THROTTLE.c.subject == subject)
        )
        if until is not None and until > now_ms:
            raise DomainError("sign_in_throttled", seconds=(until - now_ms + 999) // 1000)


def note_failure(writing: Writing, subjects: tuple[str, ...], now_ms: int) -> None:
    """Count one more failure of each subject; old ones are forgotten after an hour."""
    for subject in subjects:
        row = writing.first(
            select(THROTTLE).where(mine(THROTTLE), THROTTLE.c.subject == subject).with_for_update()
        )
        before = row.failures if row and now_ms - row.last_ms < _FORGOTTEN_AFTER_MS else 0
        failures = before + 1
        free = _FREE_FOR_USER if subject.startswith("user ") else _FREE_FOR_ADDRESS
        wait_ms = 0 if failures < free else min(1000 << min(failures - free, 10), _LONGEST_MS)
        writing.put(
            THROTTLE,
            {"subject": subject, "failures": failures, "until_ms": now_ms + wait_ms, "last_ms": now_ms},
        )


def forget(writing: Writing, subject: str) -> None:
    """A success clears the user's own count, not the address's."""
    writing.change(delete(THROTTLE).where(mine(THROTTLE), THROTTLE.c.subject == subject))
