"""What a job is: a name, when it is due, what to do about runs it missed, and the work.

A run is named by its due moment, the run key. A job whose runs are recorded does each key once, however often
the node restarts; the work itself is idempotent too, for a crash between work and record.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from edge.intake.service import Intake
from edge.ledger.clock import NowMs
from edge.ledger.live import Live
from edge.ledger.reader import Readers, ReadView
from shared.business_day import business_date, local_time
from shared.catalogue.projection import STORE
from shared.ledger.view import row

Missed = Literal["skip", "once"]
"""`skip`: a run that could not happen in its time is left out. `once`: one run makes up for all missed ones."""

LATE_MS_MAX = 120_000
"""A run up to so much after its moment is not a missed one."""


class Every(msgspec.Struct, frozen=True):
    """At each full multiple of so many seconds."""

    seconds: int

    def latest(self, now_ms: int, _timezone: str) -> tuple[str, int]:
        period_ms = self.seconds * 1000
        due_ms = now_ms - now_ms % period_ms
        return str(due_ms // 1000), due_ms


class Daily(msgspec.Struct, frozen=True):
    """Once a day by the store's own wall clock. A clock that is set back at night does not repeat the day."""

    hour: int
    minute: int = 0

    def latest(self, now_ms: int, timezone: str) -> tuple[str, int]:
        now = local_time(now_ms, timezone)
        due = datetime.combine(now.date(), time(self.hour, self.minute), tzinfo=now.tzinfo)
        if due > now:
            due = datetime.combine(
                now.date() - timedelta(days=1), time(self.hour, self.minute), tzinfo=now.tzinfo
            )
        return due.date().isoformat(), int(due.timestamp() * 1000)


class Context(msgspec.Struct, frozen=True):
    """What the work may use."""

    folder: Path
    readers: Readers
    live: Live
    now_ms: NowMs
    store: str
    intake: Intake
    report_damage: Callable[[str], None] = lambda _why: None
    """The day-book is not what was written: stop writing, and mend it."""
    look_at_disk: Callable[[], str] = lambda: "ok"
    """Tell of a disk that fills up, and keep some of its room back."""

    def timezone(self) -> str:
        """The store's own, from its master data."""
        return self.business_clock()[0]

    def today(self) -> str:
        """The store's business day."""
        timezone, cutoff_minutes = self.business_clock()
        return business_date(self.now_ms(), timezone, cutoff_minutes).isoformat()

    def business_clock(self) -> tuple[str, int]:
        """The store's time zone, and how many minutes after midnight its business day ends."""
        with self.readers.lend() as connection:
            known = row(ReadView(connection), STORE, self.store)
        if known is None:
            return "UTC", 0
        return str(known["timezone"] or "UTC"), int(known["cutoff_minutes"] or 0)


class Job(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    due: Every | Daily
    missed: Missed
    run: Callable[[Context], str]
    """Does the work and answers what came of it, in a few words for the record."""
    recorded: bool = True
    """False for what runs every few seconds and looks at the present only."""
    heavy: bool = False
    """True for what reads whole files: after a start the shop opens first, and such a job runs a minute later."""
