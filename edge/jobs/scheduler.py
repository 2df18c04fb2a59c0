"""Runs the node's jobs: APScheduler knocks, and whether a run is due is decided from its run key.

So a node that was off at night makes up for what its jobs say they make up for, a clock that is set back
runs nothing twice, and a run that failed is tried again at the next knock. The watch over silent sensors has a
thread of its own, since a long backup must not keep it waiting.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from edge.jobs.job import LATE_MS_MAX, Context, Job
from edge.jobs.registry import all_jobs

log = structlog.get_logger("edge.jobs")

KNOCK_S_MAX = 60
OFTEN_S = 10
SKIPPED = "skipped"


class Jobs:
    """Part of a running node; `start` makes up for missed runs as each job says."""

    def __init__(self, context: Context, jobs: Sequence[Job] | None = None) -> None:
        self._context = context
        self._jobs = all_jobs() if jobs is None else tuple(jobs)
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(1), "often": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        self._scheduler.start()
        for job in self._jobs:
            seconds = min(getattr(job.due, "seconds", KNOCK_S_MAX), KNOCK_S_MAX)
            executor = "often" if seconds <= OFTEN_S else "default"
            if seconds > OFTEN_S and not job.heavy:
                self._scheduler.add_job(self.knock, args=[job], id=f"{job.name}-now", executor=executor)
            self._scheduler.add_job(
                self.knock, "interval", seconds=seconds, args=[job], id=job.name, executor=executor
            )

    def stop(self) -> None:
        """Wait for the run that is under way."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def knock(self, job: Job) -> str | None:
        """Run the job if its latest due run has not been: what came of it, or None."""
        try:
            return self._run(job)
        except Exception as error:  # the rim of a thread: a job that fails is tried again at the next knock
            log.exception("job_failed", job=job.name, why=repr(error))
            return None

    def _run(self, job: Job) -> str | None:
        if not job.recorded:
            return job.run(self._context)
        now_ms = self._context.now_ms()
        key, due_ms = job.due.latest(now_ms, self._context.timezone())
        if self._is_done(job.name, key):
            return None
        missed = now_ms - due_ms > LATE_MS_MAX
        outcome = SKIPPED if missed and job.missed == "skip" else job.run(self._context)
        self._record(job.name, key, outcome)
        log.info("job_done", job=job.name, key=key, outcome=outcome)
        return outcome

    def _is_done(self, name: str, key: str) -> bool:
        telemetry = self._context.intake.telemetry
        return bool(telemetry.rows("SELECT 1 FROM job_run WHERE job = ? AND run_key = ?", (name, key)))

    def _record(self, name: str, key: str, outcome: str) -> None:
        with self._context.intake.telemetry.transaction() as db:
            db.execute(
                "INSERT INTO job_run VALUES (?,?,?,?) ON CONFLICT (job, run_key) DO NOTHING",
                (name, key, self._context.now_ms(), outcome[:200]),
            )
