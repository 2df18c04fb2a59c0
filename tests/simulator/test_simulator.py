"""A share of the simulator's seeds in every test run: every promise kept, and each broken variant noticed."""

from __future__ import annotations

import pytest

from tests.simulator.command import CORPUS, MUTANT_SEEDS, corpus, live_through
from tests.simulator.mutants import CAUGHT_AT, CAUGHT_BY, MUTANTS
from tests.simulator.world import simulate

SEEDS = range(1000, 1050)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_promise_is_kept_through_the_storm(seed: int) -> None:
    """Whatever the seed's weather does to stores, phones, line and head office."""
    outcome = live_through(seed)
    assert not outcome.promise, outcome


@pytest.mark.parametrize("seed", corpus())
def test_what_once_failed_stays_mended(seed: int) -> None:
    """The corpus holds the seeds that found something."""
    outcome = live_through(seed)
    assert not outcome.promise, outcome


@pytest.mark.parametrize("name", MUTANTS)
def test_a_product_broken_on_purpose_is_caught(name: str) -> None:
    """Within the seeds it may survive, and by the check made for it; the seed that last caught it is tried first."""
    for seed in (CAUGHT_AT[name], *range(MUTANT_SEEDS)):
        with MUTANTS[name]():
            promise = live_through(seed).promise
        if promise and promise.startswith(CAUGHT_BY.get(name, "")):
            return
    pytest.fail(f"{name} survived {MUTANT_SEEDS} seeds")


def test_a_seed_is_one_run() -> None:
    """The same seed lives through the same run, step by step; another seed through another."""
    assert simulate(SEEDS[0]) == simulate(SEEDS[0]) != simulate(SEEDS[1])


def test_the_corpus_is_readable() -> None:
    """Each line begins with a seed."""
    assert CORPUS.exists()
    assert len(corpus()) == len(set(corpus()))
