"""Every hour: raw telemetry back within its bounds."""

from __future__ import annotations

from edge.intake.pruning import prune
from edge.jobs.job import Context, Every, Job


def run(context: Context) -> str:
    prune(context.intake.telemetry, context.now_ms())
    return f"{context.intake.rows()} samples left"


JOB = Job(name="prune_telemetry", due=Every(3600), missed="once", run=run)
