"""Work by the clock: a run is done once, whoever fails, and the first night of a new office goes well."""

from __future__ import annotations

from cloud.jobs import lease, scheduler
from cloud.store.installation import Installation
from tests.unit.cloud.clock import Clock


def test_a_run_is_done_once_however_many_workers(installation: Installation, clock: Clock) -> None:
    """The second worker finds it taken; the next run may be anybody's; a dead holder delays it only so long."""
    assert lease.take(installation, "count", "one", "run-1", 60_000)
    assert not lease.take(installation, "count", "two", "run-1", 60_000)
    lease.give_back(installation, "count", "one")
    assert not lease.take(installation, "count", "two", "run-1", 60_000)
    assert lease.take(installation, "count", "two", "run-2", 60_000)
    assert not lease.take(installation, "count", "one", "run-3", 60_000)
    clock.pass_(minutes=2)
    assert lease.take(installation, "count", "one", "run-3", 60_000)


def test_a_failing_job_stops_nothing(installation: Installation, clock: Clock) -> None:
    """It is told once and runs again at its next time."""
    runs: list[int] = []

    def fail(_installation: Installation) -> None:
        runs.append(1)
        raise RuntimeError("no paper in the printer")

    job = scheduler.Job("fail", 60, 0, fail)
    assert scheduler.run_once(installation, job, "one")
    assert not scheduler.run_once(installation, job, "two")
    clock.pass_(minutes=1)
    assert scheduler.run_once(installation, job, "two")
    assert len(runs) == 2


def test_a_run_that_lasts_longer_than_its_turn_is_not_begun_twice(
    installation: Installation, clock: Clock
) -> None:
    """While the first worker is in its second minute, the second finds the work taken; afterwards it is anybody's."""
    begun: list[bool] = []

    def work(_installation: Installation) -> None:
        clock.pass_(minutes=2)
        if not begun:
            begun.append(scheduler.run_once(installation, job, "two"))

    job = scheduler.Job("long", 60, 0, work, lasts_s=600)
    assert scheduler.run_once(installation, job, "one")
    assert begun == [False]
    clock.pass_(minutes=1)
    assert scheduler.run_once(installation, job, "two")


def test_every_job_runs_on_an_empty_office(installation: Installation) -> None:
    """The first night of a new installation."""
    for job in scheduler.JOBS:
        job.work(installation)
