"""The jobs of head office and how often they run; APScheduler keeps the time, a lease keeps it to one worker."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from cloud.books.proved import prove_and_note
from cloud.identity import sessions
from cloud.intake import release
from cloud.jobs import lease, restore
from cloud.jobs.backup import back_up
from cloud.jobs.carry_over import carry_over
from cloud.jobs.in_use import InUse
from cloud.jobs.manifest import CopyBroken
from cloud.jobs.send_reports import send_reports
from cloud.jobs.suggest_orders import LONGEST_S, interrupt, order_automatically, suggest_in_a_process
from cloud.store import feed
from cloud.store.installation import Installation

log = structlog.get_logger("cloud.jobs")

FEED_KEPT_MS = 180 * 86_400_000


class Job(msgspec.Struct, frozen=True):
    """A piece of work: `first_s` after the start, then every `every_s`; a missed run is made up by the next. A run that
    may take longer than that says so in `lasts_s`, or another worker would take its holder for dead."""

    name: str
    every_s: int
    first_s: int
    work: Callable[[Installation], object]
    lasts_s: int = 0


def _sweep(installation: Installation) -> None:
    for store in installation.tenants():
        sessions.sweep(store, installation.clock())


def _release(installation: Installation) -> None:
    for store in installation.tenants():
        release.release(store, installation.clock())


def _compact(installation: Installation) -> None:
    for store in installation.tenants():
        feed.compact(store, installation.clock() - FEED_KEPT_MS)


def _drill(installation: Installation) -> None:
    """A copy that could not be restored is worth a loud word long before the day it is needed."""
    told = restore.drill(installation)
    if told is not None and told.wrong:
        raise CopyBroken(f"{told.copy} could not be restored: {'; '.join(told.wrong[:5])}")


class BooksDisagree(Exception):
    """Vouchers, sums and stock ledger do not say the same."""


def _prove(installation: Installation) -> None:
    """Books that do not hold are worth a loud word before the month is closed on them."""
    for store in installation.tenants():
        proof = prove_and_note(store, installation.clock()).proof
        off = [finding for finding in proof.findings if not finding.holds]
        if off:
            raise BooksDisagree("; ".join(f"{finding.what}: {finding.difference}" for finding in off))


JOBS = (
    Job("give parked facts another chance", 3600, 5, _release),
    Job("back up", 1800, 60, back_up),
    Job("restore the newest copy elsewhere, as a drill", 86_400, 7200, _drill),
    Job("prove the books", 86_400, 10_800, _prove),
    Job("carry the month over", 3600, 1200, carry_over),
    Job("suggest what to order", 1800, 300, suggest_in_a_process, LONGEST_S),
    Job("order what the owner lets the program order", 60, 40, order_automatically),
    Job("send the reports people subscribed to", 60, 20, send_reports),
    Job("forget ended sessions", 3600, 600, _sweep),
    Job("compact the feed", 86_400, 900, _compact),
)


def run_once(installation: Installation, job: Job, holder: str) -> bool:
    """Do the job's run of this moment unless another worker has it; returns whether it was done here."""
    run_key = str(installation.clock() // (job.every_s * 1000))
    if not lease.take(installation, job.name, holder, run_key, max(job.every_s, job.lasts_s) * 1000):
        return False
    try:
        job.work(installation)
    except Exception as error:
        log.error("job_failed", job=job.name, error=f"{type(error).__name__}: {error}"[:500])
    finally:
        lease.give_back(installation, job.name, holder)
    return True


class Jobs:
    """The running schedule; while it runs, nobody restores a copy over this head office."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._in_use: InUse | None = None
        self._scheduler = BackgroundScheduler(timezone=UTC)
        holder = f"{os.getpid()}-{installation.chance(4).hex()}"
        now = datetime.now(UTC)
        for job in JOBS:
            self._scheduler.add_job(
                run_once,
                "interval",
                (installation, job, holder),
                seconds=job.every_s,
                next_run_time=now + timedelta(seconds=job.first_s),
                coalesce=True,
                max_instances=1,
                misfire_grace_time=job.every_s,
            )

    def start(self) -> None:
        self._in_use = InUse(self._installation.database, self._installation.folder)
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.pause()
        interrupt()
        self._scheduler.shutdown(wait=True)
        if self._in_use is not None:
            self._in_use.let_go()
