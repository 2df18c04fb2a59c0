"""Every hour a slice of the day-book is read back: what is not as it was written stops the writing and is mended.

A slice is bounded (a couple of seconds of pages, fifty thousand facts) and the next one goes on where it stopped, so
a small store's day-book is read every hour and a large one's in a day or two.
"""

from __future__ import annotations

import time

from edge.jobs.job import Context, Every, Job
from edge.ledger import dbapi
from edge.ledger.check import Progress, look
from edge.ledger.health import CHECK, keep, read

SECONDS_A_RUN = 2.0
DAY_BOOK = "ledger.db"


def run(context: Context) -> str:
    note = context.folder / CHECK
    progress = read(note, Progress) or Progress()
    begun = time.monotonic()
    connection = dbapi.open_reader(context.folder / DAY_BOOK)
    try:
        connection.execute("BEGIN")
        found = look(
            connection,
            progress,
            context.now_ms(),
            enough=lambda: time.monotonic() - begun > SECONDS_A_RUN,
        )
    finally:
        connection.close()
    if found.fault:
        context.report_damage(found.fault)
        return found.fault
    keep(note, found.progress)
    return f"{found.facts} facts, round {found.progress.rounds}"


JOB = Job(name="day_book_check", due=Every(3600), missed="once", run=run, heavy=True)
