"""Finds every job: dropping a file with a `JOB` into `edge/jobs` adds it."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from edge import jobs
from edge.jobs.job import Job


@cache
def all_jobs() -> tuple[Job, ...]:
    """By the name of their file."""
    found = []
    for module in sorted(pkgutil.iter_modules(jobs.__path__), key=lambda module: module.name):
        member = getattr(importlib.import_module(f"{jobs.__name__}.{module.name}"), "JOB", None)
        if member is not None:
            assert isinstance(member, Job), module.name
            found.append(member)
    assert len({job.name for job in found}) == len(found), "two jobs of one name"
    return tuple(found)
