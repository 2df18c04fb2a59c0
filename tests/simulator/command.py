"""`liushui simulate`: seeds by number or by the hour over the real code, and the proof that it would notice.

It needs a checkout, because it brings stores and head office together in one process, which only tests may do.
A failing seed is printed with its step and the promise it broke, and kept in `corpus.txt`, which every test run
replays.
"""

from __future__ import annotations

import itertools
import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import msgspec
import rich_click as click

CORPUS = Path(__file__).with_name("corpus.txt")
MUTANT_SEEDS = 300
"""So many seeds a broken variant may survive."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of a seed; `promise` is empty when all were kept."""

    seed: int
    step: int
    promise: str = ""
    where: str = ""


def live_through(seed: int) -> Outcome:
    """Run one seed, quietly."""
    from tests.simulator import checks
    from tests.simulator.broken import Broken
    from tests.simulator.world import World, clocks_may_be_compared

    world = World(seed)
    try:
        world.run()
        if clocks_may_be_compared(world):
            came_to = checks.outcome(world)
            again = World(seed, apart=True)
            again.run()
            checks.assert_no_clock_decided(came_to, checks.outcome(again))
    except Broken as broken:
        return Outcome(seed, world.step, broken.promise, broken.where)
    return Outcome(seed, world.step)


def corpus() -> list[int]:
    """The seeds that once failed."""
    lines = CORPUS.read_text().splitlines() if CORPUS.exists() else []
    return [int(line.split()[0]) for line in lines if line.strip() and not line.startswith("#")]


def keep(failed: Outcome) -> None:
    """Replay it from now on."""
    if failed.seed not in corpus():
        with CORPUS.open("a") as file:
            file.write(f"{failed.seed} {failed.promise}\n")


@click.command()
@click.option("--seeds", type=click.IntRange(min=1), help="How many seeds, from --seed on.")
@click.option("--minutes", type=click.FloatRange(min=0), help="How long, from --seed on.")
@click.option("--seed", default=0, show_default=True, help="The first seed; alone, this seed step by step.")
@click.option("--workers", default=1, show_default=True, help="Processes.")
@click.option("--keep-going", is_flag=True, help="Go on after a failure.")
@click.option("--mutants", is_flag=True, help="Run the broken variants instead: each must be caught.")
def simulate(
    seeds: int | None, minutes: float | None, seed: int, workers: int, keep_going: bool, mutants: bool
) -> None:
    """Run stores, phones and head office through seeded storms; every promise must hold."""
    if mutants:
        raise SystemExit(_hunt(seeds or MUTANT_SEEDS, seed))
    if seeds is None and minutes is None:
        raise SystemExit(_step_by_step(seed))
    began = time.monotonic()
    count = 0
    failures: list[Outcome] = []
    for outcome in _outcomes(seed, seeds, minutes, workers):
        count += 1
        if outcome.promise:
            failures.append(outcome)
            click.echo(f"seed {outcome.seed} step {outcome.step} BROKEN {outcome.promise}: {outcome.where}")
            keep(outcome)
            if not keep_going:
                break
        elif count % 200 == 0:
            click.echo(f"{count} seeds, {(time.monotonic() - began) / 60:.1f} minutes")
    spent = time.monotonic() - began
    click.echo(
        f"{count} seeds from {seed}, {len(failures)} broken, {spent / 60:.1f} minutes, "
        f"{count / spent * 60:.0f} seeds a minute"
    )
    raise SystemExit(1 if failures else 0)


def _outcomes(first: int, seeds: int | None, minutes: float | None, workers: int) -> Iterator[Outcome]:
    numbers = itertools.count(first) if seeds is None else iter(range(first, first + seeds))
    until = None if minutes is None else time.monotonic() + minutes * 60

    def within() -> Iterator[int]:
        return itertools.takewhile(lambda _: until is None or time.monotonic() < until, numbers)

    if workers == 1:
        yield from map(live_through, within())
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        while some := list(itertools.islice(within(), workers * 10)):
            yield from pool.map(live_through, some, chunksize=2)


def _step_by_step(seed: int) -> int:
    from tests.simulator.broken import Broken
    from tests.simulator.world import World

    world = World(seed, told=click.echo)
    click.echo(f"seed {seed} {msgspec.json.encode(world.weather).decode()}")
    try:
        world.run()
    except Broken as broken:
        click.echo(f"seed {seed} step {world.step} BROKEN {broken}")
        return 1
    return 0


def _hunt(seeds: int, first: int) -> int:
    from tests.simulator.mutants import CAUGHT_BY, MUTANTS

    escaped = 0
    for name, mutant in MUTANTS.items():
        for number in range(first, first + seeds):
            with mutant():
                outcome = live_through(number)
            if outcome.promise and outcome.promise.startswith(CAUGHT_BY.get(name, "")):
                click.echo(f"{name}: caught at seed {number}: {outcome.promise}")
                break
        else:
            escaped += 1
            click.echo(f"{name}: NOT CAUGHT within {seeds} seeds")
    return 1 if escaped else 0
