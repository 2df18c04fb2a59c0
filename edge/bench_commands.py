"""`liushui edge bench …`: what this side can measure of itself, each in a process of its own.

`liushui bench …` at head office's side starts these, puts both sides' figures together and judges them; alone they
print plain JSON. Without a sub-command it is the edge's part of `liushui bench line`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import rich_click as click

_ROUNDS = click.option("--rounds", default=5, show_default=True)
_DIR = click.option(
    "--dir", "folder", type=click.Path(file_okay=False, exists=True, path_type=Path), required=True
)


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on one line.")
@click.option("--rounds", default=5, show_default=True)
@click.option("--ops", default=4000, show_default=True)
@click.pass_context
def bench(context: click.Context, as_json: bool, rounds: int, ops: int) -> None:
    """Measure this machine: durable ops against raw inserts, scan to answer over HTTP, memory, start."""
    if context.invoked_subcommand is not None:
        return
    from edge.bench import bench as measure

    result = measure(rounds=rounds, ops=ops)
    click.echo(json.dumps(result, indent=None if as_json else 2))


def _tell(result: dict[str, Any]) -> None:
    click.echo(json.dumps(result))


@bench.command()
@_ROUNDS
@click.option("--ops", default=4000, show_default=True)
@click.option("--past", default=100_000, show_default=True, help="Sales in the day-book beforehand.")
def ledger(rounds: int, ops: int, past: int) -> None:
    """Durable sales by how many sell at once, against the raw writes, and the rebuild."""
    from edge.bench_ledger import bench_ledger

    _tell(bench_ledger(rounds=rounds, ops=ops, past=past))


@bench.command()
@_ROUNDS
@click.option("--seconds", default=1.2, show_default=True, help="Of each turn.")
def http(rounds: int, seconds: float) -> None:
    """A scan with a durable answer against the same route without storage."""
    from edge.bench_http import bench_http

    _tell(bench_http(rounds=rounds, seconds=seconds))


@bench.command()
@_ROUNDS
@click.option("--messages", default=10_000, show_default=True)
@click.option(
    "--live-sensors", default=40, show_default=True, help="So many speak once a second meanwhile, to both."
)
def mqtt(rounds: int, messages: int, live_sensors: int) -> None:
    """The intake of readings against a bare subscriber."""
    from edge.bench_mqtt import bench_mqtt

    _tell(bench_mqtt(rounds=rounds, messages=messages, live_sensors=live_sensors))


@bench.command()
@_DIR
@click.option("--facts", default=200_000, show_default=True)
@click.option("--days", default=7, show_default=True)
def backlog(folder: Path, facts: int, days: int) -> None:
    """Let an enrolled node that is not running live through days without head office."""
    from edge.bench_backlog import live_offline

    _tell(live_offline(folder, facts, days))


@bench.command()
@_DIR
def goods(folder: Path) -> None:
    """What a node knows of head office's lists, and how much of it is another store's."""
    from edge.bench_goods import known_goods

    _tell(known_goods(folder))
