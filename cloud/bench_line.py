"""`liushui bench line`: how fast the straight line is, as ratios against the raw limit of the same run.

Each side measures itself in a process of its own (so that neither's libraries weigh on the other); this command
runs them one after the other, puts the goals beside the figures and says which hold.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from typing import Any

import click
import msgspec

GOALS = (
    ("edge durable ops, 128 submitters, per raw FULL batch-100", "edge.durable_ops.ratio.median", ">=", 0.5),
    ("catch-up to the cloud per raw FULL batch-1000", "cloud.catch_up.ratio.median", ">=", 0.3),
    ("scan to ack over HTTP at half load, p99 ms", "edge.http.p99_ms", "<=", 100.0),
    ("edge process tree, MiB resident", "edge.rss_mib", "<=", 130.0),
    ("edge ready to serve, seconds", "edge.ready_s", "<=", 2.5),
)


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    what: str
    measured: float
    bound: str
    holds: bool


@click.group()
def bench() -> None:
    """Measure this machine."""


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
@click.option(
    "--edge-python", default=sys.executable, help="A Python with the edge extra alone, to weigh it fairly."
)
def line(as_json: bool, edge_python: str) -> None:
    """The way of a scan: durable ops, HTTP, catch-up to the cloud, memory, start."""
    measured = {"edge": _side(edge_python, "edge"), "cloud": _side(sys.executable, "cloud")}
    goals = [_judged(what, _at(measured, path), sign, bound) for what, path, sign, bound in GOALS]
    if as_json:
        told = {**measured, "goals": msgspec.to_builtins(goals), "machine": machine()}
        click.echo(json.dumps(told, indent=1))
    else:
        for goal in goals:
            click.echo(f"{'ok ' if goal.holds else 'NOT'} {goal.what}: {goal.measured:g} (goal {goal.bound})")
    if not all(goal.holds for goal in goals):
        sys.exit(1)


def machine() -> dict[str, str | int | None]:
    """What the figures were taken on."""
    return {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()}


def _side(python: str, side: str) -> Any:
    """What a side says of itself. Its progress goes to our standard error."""
    call = f"from {side}.cli import {side}; {side}()"
    told = subprocess.run([python, "-c", call, "bench", "--json"], stdout=subprocess.PIPE, check=False)
    if told.returncode:
        raise click.ClickException(f"liushui {side} bench ended with {told.returncode}")
    return json.loads(told.stdout)


def _at(measured: Any, path: str) -> float:
    for part in path.split("."):
        measured = measured[part]
    return float(measured)


def _judged(what: str, measured: float, sign: str, bound: float) -> Goal:
    holds = measured >= bound if sign == ">=" else measured <= bound
    return Goal(what=what, measured=measured, bound=f"{sign} {bound:g}", holds=holds)
