"""Twice a minute: how full is the disk? Steps up or down are told; where there is space, some is kept back."""

from __future__ import annotations

from edge.jobs.job import Context, Every, Job


def run(context: Context) -> str:
    return context.look_at_disk()


JOB = Job(name="watch_disk", due=Every(30), missed="skip", run=run, recorded=False)
