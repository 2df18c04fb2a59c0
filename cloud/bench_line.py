"""`liushui bench line`: how fast the straight line is, as ratios against the raw limit of the same run.

Each side measures itself in a process of its own (so that neither's libraries weigh on the other); this command
runs them one after the other, puts the goals beside the figures and says which hold. Its brothers, each for one
promise of the ledger and of sync, are in `bench_commands`.
"""

from __future__ import annotations

import sys

import click

from cloud.bench_commands import (
    books,
    bootstrap,
    bridge,
    forecast,
    http,
    intake,
    ledger,
    mqtt,
    replenish,
    reports,
    sync,
)
from cloud.bench_goals import Bound, judged, of_side, tell

GOALS = (
    Bound(
        "edge durable ops, 128 submitters, per raw FULL batch-100", "edge.durable_ops.ratio.median", ">=", 0.5
    ),
    Bound("catch-up to the cloud per raw FULL batch-1000", "cloud.catch_up.ratio.median", ">=", 0.3),
    Bound("scan to ack over HTTP at half load, p99 ms", "edge.http.p99_ms", "<=", 100.0),
    Bound("edge process tree, MiB resident", "edge.rss_mib", "<=", 130.0),
    Bound("edge ready to serve, seconds", "edge.ready_s", "<=", 2.5),
)


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
    measured = {
        "edge": of_side(edge_python, "edge", "--json"),
        "cloud": of_side(sys.executable, "cloud", "--json"),
    }
    tell(measured, judged(measured, GOALS), as_json)


for command in (ledger, books, reports, sync, intake, http, mqtt, bootstrap, bridge, replenish, forecast):
    bench.add_command(command)
