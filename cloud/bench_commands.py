"""`liushui bench ledger|books|reports|sync|intake|http|mqtt|bootstrap|bridge|replenish|forecast`: a promise each.

Every figure has its denominator beside it, taken in turns with it on the same machine. A ratio survives machines;
the plain numbers describe one. Exit code 1 when a goal is missed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cloud.bench_forecast import BOUNDS, PROMISES, promised
from cloud.bench_goals import Bound, judged, of_side, tell

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
_ROUNDS = click.option("--rounds", default=5, show_default=True)
_EDGE_PYTHON = click.option("--edge-python", default=sys.executable, help="A Python with the edge extra.")


@click.command()
@_JSON
@_ROUNDS
@click.option("--ops", default=4000, show_default=True, help="Sales in each turn.")
@click.option("--past", default=100_000, show_default=True, help="Sales in the day-book beforehand.")
@_EDGE_PYTHON
def ledger(as_json: bool, rounds: int, ops: int, past: int, edge_python: str) -> None:
    """Sales on the disk, by how many sell at once, against the raw writes; making all rows again."""
    asked = ("ledger", "--rounds", str(rounds), "--ops", str(ops), "--past", str(past))
    measured = of_side(edge_python, "edge", *asked)
    bounds = [
        Bound("durable ops, 128 submitters, per the same rows raw FULL batch-100", "ratio.median", ">=", 0.6)
    ]
    tell(measured, judged(measured, bounds), as_json)


@click.command()
@_JSON
@_ROUNDS
@click.option("--seconds", default=1.2, show_default=True, help="Of each turn.")
@_EDGE_PYTHON
def http(as_json: bool, rounds: int, seconds: float, edge_python: str) -> None:
    """A scan answered when it is on the disk, against the same route without storage."""
    asked = ("http", "--rounds", str(rounds), "--seconds", str(seconds))
    measured = of_side(edge_python, "edge", *asked)
    bounds = [
        Bound(
            "scan with durable ack per the same route without storage, 64 connections",
            "ratio.median",
            ">=",
            0.6,
        ),
        Bound("scan to durable ack at half load, p99 ms", "few.half_load.p99_ms.median", "<=", 100.0),
    ]
    tell(measured, judged(measured, bounds), as_json)


@click.command()
@_JSON
@_ROUNDS
@click.option("--messages", default=10_000, show_default=True, help="In each turn.")
@_EDGE_PYTHON
def mqtt(as_json: bool, rounds: int, messages: int, edge_python: str) -> None:
    """Readings acknowledged when they are on the disk, against a bare subscriber at the same broker."""
    measured = of_side(edge_python, "edge", "mqtt", "--rounds", str(rounds), "--messages", str(messages))
    bounds = [Bound("intake with PUBACK after COMMIT per bare paho subscriber", "ratio.median", ">=", 0.7)]
    tell(measured, judged(measured, bounds), as_json)


@click.command()
@_JSON
@click.option("--rounds", default=3, show_default=True)
@click.option("--facts", default=40_000, show_default=True)
@click.option(
    "--database", default="", help="A scratch PostgreSQL database; without it one is started, if it can be."
)
def intake(as_json: bool, rounds: int, facts: int, database: str) -> None:
    """Frames taken in and applied: embedded SQLite, PostgreSQL with one worker and with four."""
    from cloud.bench import catch_up
    from cloud.bench_intake import many_workers
    from cloud.bench_postgres import NoPostgres, scratch_database

    measured = {"sqlite": catch_up(facts, rounds, "")}
    try:
        with scratch_database(database) as url:
            measured["postgresql"] = catch_up(facts, 1, url)
            measured["workers"] = many_workers(url, facts, rounds)
    except NoPostgres as missing:
        click.echo(f"without PostgreSQL: {missing}", err=True)
    told = measured.get("workers")
    if told is not None:
        told["twice_or_at_the_limit"] = int(
            told["many_per_one"]["median"] >= 2 or told["at_the_limit"] in ("processor", "disk")
        )
    bounds = [
        Bound("push per raw FULL batch-1000, embedded SQLite", "sqlite.catch_up.ratio.median", ">=", 0.3),
        Bound(
            "four workers twice one, or at the machine's limit (1: yes)",
            "workers.twice_or_at_the_limit",
            ">=",
            1,
        ),
    ]
    tell(measured, judged(measured, bounds), as_json)


@click.command()
@_JSON
@click.option("--facts", default=200_000, show_default=True, help="In the day-book at the end.")
@click.option("--postgres/--sqlite", "on_postgres", default=False, show_default=True)
@click.option(
    "--database", default="", help="A scratch PostgreSQL database; without it one is started, if it can be."
)
def books(as_json: bool, facts: int, on_postgres: bool, database: str) -> None:
    """Facts become vouchers, against intake's rate of the same run; a fact's cost as the history grows."""
    from cloud.bench_books import keep_books
    from cloud.bench_postgres import NoPostgres, scratch_database

    if on_postgres:
        try:
            with scratch_database(database) as url:
                measured = keep_books(facts, url)
        except NoPostgres as missing:
            raise click.ClickException(f"without PostgreSQL: {missing}") from None
    else:
        measured = keep_books(facts, "")
    bounds = [
        Bound("facts posted per fact taken in (pushed, projected)", "posted_per_taken_in", ">=", 0.3),
        Bound("cost of a fact at the end per cost after 100,000", "growth", "<=", 1.25),
    ]
    tell(measured, judged(measured, bounds), as_json)


@click.command()
@_JSON
@_ROUNDS
@click.option(
    "--facts",
    default=1_000_000,
    show_default=True,
    help="Of the chain's year, in steps of a thousand a store.",
)
@click.option(
    "--stores",
    default=50,
    show_default=True,
    help="Of the chain; five are drawn, the others are their copies.",
)
@click.option("--postgres/--sqlite", "on_postgres", default=False, show_default=True)
@click.option(
    "--database", default="", help="A scratch PostgreSQL database; without it one is started, if it can be."
)
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the chain here, on SQLite, and use it again.",
)
def reports(
    as_json: bool,
    rounds: int,
    facts: int,
    stores: int,
    on_postgres: bool,
    database: str,
    folder: Path | None,
) -> None:
    """Every standard report over a chain's year, against its goal and DuckDB; what posting costs by then."""
    from cloud.bench_postgres import NoPostgres, scratch_database

    try:
        from cloud.bench_reports import ChainOf, bench_reports, bounds
    except ImportError as missing:
        raise click.ClickException(f"without {missing.name}: it is part of the extra dev") from None

    chain = ChainOf(facts, stores)
    if on_postgres:
        try:
            with scratch_database(database) as url:
                measured = bench_reports(chain, rounds, url, folder)
        except NoPostgres as missing:
            raise click.ClickException(f"without PostgreSQL: {missing}") from None
    else:
        measured = bench_reports(chain, rounds, "", folder)
    tell(measured, judged(measured, bounds()), as_json)


@click.command()
@_JSON
@click.option("--rounds", default=1, show_default=True)
@click.option(
    "--facts", default=200_000, show_default=True, help="What the store recorded while it was offline."
)
@click.option("--days", default=7, show_default=True)
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the offline store here and use it again.",
)
def sync(as_json: bool, rounds: int, facts: int, days: int, folder: Path | None) -> None:
    """A week's backlog from a real node to a real head office, scans meanwhile, and the way back after a restore."""
    from cloud.bench_sync import bench_sync

    measured = bench_sync(facts=facts, days=days, rounds=rounds, kept=folder)
    bounds = [
        Bound("backlog received per raw FULL batch-1000 of the same rows", "ratio.median", ">=", 0.5),
        Bound(
            "backlog received per raw FULL batch-1000 of rows with twelve columns and three indexes",
            "ratio_wide.median",
            ">=",
            0.5,
        ),
        Bound("bytes a fact on the wire", "wire_bytes_a_fact.median", "<=", 60),
        Bound("scan to durable ack meanwhile, p99 ms", "scan.p99_ms.median", "<=", 100),
        Bound(
            "restored edge complete again, seconds per 100,000 facts", "backfill_s_per_100k.median", "<=", 60
        ),
    ]
    tell(measured, judged(measured, bounds), as_json)


@click.command()
@_JSON
@click.option("--goods", default=50_000, show_default=True)
def bootstrap(as_json: bool, goods: int) -> None:
    """A new store from its code to knowing all goods, by snapshot and by feed, and nothing of other stores."""
    from cloud.bench_bootstrap import bench_bootstrap

    measured = bench_bootstrap(goods)
    bounds = [
        Bound("new store ready by snapshot, seconds", "snapshot_s", "<=", 300),
        Bound("the same goods by feed, seconds", "feed_s", "<=", 300),
        Bound("rows of other stores in it", "foreign", "<=", 0),
    ]
    tell(measured, judged(measured, bounds), as_json)


@click.command()
@_JSON
@click.option("--bridge-python", default=sys.executable, help="A Python with the bridge extra.")
def bridge(as_json: bool, bridge_python: str) -> None:
    """Frames a second of the slowest decoder, and the memory of a bridge with eight devices."""
    measured = of_side(bridge_python, "bridge", "--json")
    bounds = [
        Bound("slowest decoder, frames a second", "slowest_frames_per_s", ">=", 20_000),
        Bound("bridge with five scanners and three scales, MiB resident", "rss_mib", "<=", 60),
    ]
    tell(measured, judged(measured, bounds), as_json)


@click.command()
@_JSON
@click.option("--rounds", default=3, show_default=True, help="Chains drawn and solved.")
@click.option("--stores", default=50, show_default=True)
@click.option("--skus", default=2000, show_default=True)
def replenish(as_json: bool, rounds: int, stores: int, skus: int) -> None:
    """Transfers of a chain against their proven bound and the greedy plan; a store's minute."""
    from cloud.bench_replenish import bench_tick, bench_transfers, never_below_greedy

    measured = {
        "tick": bench_tick(skus, rounds),
        "transfers": bench_transfers(stores, skus, rounds),
        "small": never_below_greedy(),
    }
    bounds = [
        Bound("worth of the plan per proven bound, worst chain", "transfers.share_of_bound.min", ">=", 0.96),
        Bound("seconds for the slowest chain", "transfers.seconds.max", "<=", 30),
        Bound("one minute's update of a store's plan, median ms", "tick.ms.median", "<=", 50),
        Bound("chains of a hundred below the greedy plan", "small.below", "<=", 0),
    ]
    tell(measured, judged(measured, bounds), as_json)


@click.command()
@_JSON
@click.option(
    "--series", default=10_000, show_default=True, help="Of the largest night; a half and a quarter too."
)
@click.option(
    "--sales",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with the published sales; instead of a night, promises are measured on them.",
)
@click.option(
    "--promise",
    "promises",
    multiple=True,
    type=click.Choice(PROMISES),
    help="Which; all without it.",
)
def forecast(as_json: bool, series: int, sales: Path | None, promises: tuple[str, ...]) -> None:
    """A night's forecasts, learned and calibrated, in one thread; how that grows with the number of series.

    With --sales: how good they are, on stores and items that nothing was tuned on.
    """
    from cloud.forecasting.learned.measuring import measured as nights

    if sales is not None:
        measured = promised(sales, promises or PROMISES, series)
        tell(measured, judged(measured, BOUNDS), as_json)
    measured = nights(series)
    bounds = [
        Bound("minutes for 100,000 series by the straight line", "minutes_for_100000", "<=", 60),
        Bound(
            "half as many series, by the straight line between the ends", "half_per_straight_line", ">=", 0.8
        ),
    ]
    tell(measured, judged(measured, bounds), as_json)
