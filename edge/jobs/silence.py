"""Every five seconds: does each sensor still speak, and is a wait over that only the clock can end?"""

from __future__ import annotations

from edge.jobs.job import Context, Every, Job


def run(context: Context) -> str:
    context.intake.watch()
    return "looked"


JOB = Job(name="silence", due=Every(5), missed="skip", run=run, recorded=False)
