"""How long every standard report takes over a year of fifty stores, asked every way and over short and long periods.

What is timed is what a page waits for: the question, all figures, and the answer as JSON. Each question is asked again
and again in turns with the others, so that whatever else the machine does weighs on all of them. In the same run two
sums are taken from what is kept beside the same two by DuckDB over the lines of all receipts; and the stores go on
selling, so that what posting a fact costs is known of a chain of that age.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
import msgspec
from sqlalchemy import cast, func, literal_column, select

from cloud.bench_copies import copy_stores
from cloud.bench_duckdb import Lines, Sums
from cloud.bench_goals import Bound
from cloud.bench_piece import Piece, rates
from cloud.bench_year import DAYS, NOW_MS, STORES, TODAY, Year, copies_of, log_of, open_chain
from cloud.identity import first_run
from cloud.reports.answering import Wanted, answered
from cloud.reports.asked import Question
from cloud.reports.dataset import Dataset
from cloud.reports.exports.shown import shown
from cloud.reports.registry import Report, reports
from cloud.store.columns import INT
from cloud.store.engine import Database, sqlite_url
from cloud.store.installation import Installation
from cloud.store.ledger_tables import FACT, NODE
from cloud.store.migrate import prepare
from cloud.store.projected import NODE_ID, table_of
from cloud.store.tenant import TenantStore, mine
from shared.access.labels import ALL_LABELS
from shared.sales.projection import SALES_TOTAL

_GOAL_S = 2.0
_MONTHLY_GOAL_S = {"monthly": 5.0}
"""The report that may take longer: it reads two months from one end to the other."""
_SPANS = {"week": 7, "month": 31, "year": DAYS}


class ChainOf(msgspec.Struct, frozen=True):
    """How large the chain is: facts in its year, and stores."""

    facts: int
    stores: int = STORES


class Ask(msgspec.Struct, frozen=True):
    """One question to a report, and what it is called."""

    name: str
    report: Report
    question: Question
    wanted: Wanted


def every_ask(report: Report) -> Iterator[Ask]:
    """Every grouping over a week, a month and a year; what is about a day, today and a hundred days ago."""
    ways = [(f" by {by}", Wanted(by=by)) for by in report.by] or [("", Wanted())]
    if report.compares:
        ways.append((" year ago", Wanted(by=report.by[0] if report.by else "", compare="year")))
    if report.accounts:
        ways.append((" of 1405", Wanted(account="1405")))
    for told, wanted in ways:
        for span, asked in _questions(report):
            yield Ask(f"{report.key}{told}, {span}", report, asked, wanted)


def _questions(report: Report) -> Iterator[tuple[str, Question]]:
    if report.span == "day":
        yield "today", _until(TODAY, 1)
        yield "100 days ago", _until(TODAY - timedelta(days=100), 1)
        return
    for span, days in _SPANS.items():
        yield span, _until(TODAY, days)


def _until(last: date, days: int) -> Question:
    return Question(first=last - timedelta(days=days - 1), last=last)


def ask(store: TenantStore, one: Ask) -> Dataset:
    """The answer, written as JSON as well, because a page waits for that too."""
    with store.reading() as reading:
        told = answered(one.report, reading, one.question, one.wanted, ALL_LABELS, TODAY, NOW_MS)
    assert msgspec.json.encode(shown(told, "zh-CN"))
    return told


def time_reports(store: TenantStore, rounds: int) -> dict[str, Any]:
    """Every report's median, 95th percentile and worst question, over all that was asked of it."""
    asks = [one for report in reports().values() for one in every_ask(report)]
    took: dict[str, list[_Took]] = {one.name: [] for one in asks}
    for _ in range(rounds):
        for one in asks:
            began, cpu_s = time.perf_counter(), time.process_time()
            ask(store, one)
            took[one.name].append(_Took(time.perf_counter() - began, time.process_time() - cpu_s))
    told = {}
    for key in reports():
        of_report = {one.name: took[one.name] for one in asks if one.report.key == key}
        told[key] = _told(of_report)
    return told


class _Took(msgspec.Struct, frozen=True):
    """Seconds by the clock, and of this process's processor: on SQLite those tell of a busy machine, too."""

    wall_s: float
    cpu_s: float


def _told(took: dict[str, list[_Took]]) -> dict[str, Any]:
    every = sorted(one.wall_s for rounds in took.values() for one in rounds)
    medians = {name: statistics.median(one.wall_s for one in rounds) for name, rounds in took.items()}
    worst = max(medians, key=lambda name: medians[name])
    return {
        "p50_s": round(statistics.median(every), 3),
        "p95_s": round(every[-(-len(every) * 95 // 100) - 1], 3),
        "worst": worst,
        "worst_s": round(medians[worst], 3),
        "worst_cpu_s": round(statistics.median(one.cpu_s for one in took[worst]), 3),
    }


def bounds() -> list[Bound]:
    """A goal for every standard report, those beside DuckDB, and those of posting by the chain's age."""
    return [
        *(
            Bound(f"{key}, p95 s", f"reports.{key}.p95_s", "<=", _MONTHLY_GOAL_S.get(key, _GOAL_S))
            for key in reports()
        ),
        *(
            Bound(f"{name.replace('_', ' ')}, ours per DuckDB", f"beside_duckdb.{name}.ratio", "<=", 1)
            for name in (*_SUMS, *_PAGES)
        ),
        Bound(
            "facts posted per fact taken in, by the chain's age", "afterwards.posted_per_taken_in", ">=", 0.3
        ),
        Bound("posting a fact by the chain's age, per one of its year", "posting_growth", "<=", 1.15),
    ]


def bench_reports(chain: ChainOf, rounds: int, database_url: str, kept: Path | None) -> dict[str, Any]:
    """Everything of one size; with a folder the chain is kept there, and used again where it is."""
    with tempfile.TemporaryDirectory(prefix="liushui-bench-") as place:
        folder = kept or Path(place)
        folder.mkdir(parents=True, exist_ok=True)
        database = Database(database_url or sqlite_url(folder / "cloud.db"))
        prepare(database)
        installation = Installation(database, folder, clock=lambda: NOW_MS)
        first_run.ensure_tenant(installation)
        store = installation.home
        kind = "sqlite" if database.is_sqlite else "postgresql"
        told: dict[str, Any] = {"facts": chain.facts, "stores": chain.stores, "database": kind}
        if not _is_there(store, chain):
            told |= make_chain(installation, chain)
        told["reports"] = time_reports(store, rounds)
        told["beside_duckdb"] = _beside_duckdb(store, chain, rounds * 3, folder)
        database.close()
        return told


def _is_there(store: TenantStore, chain: ChainOf) -> bool:
    with store.reading() as reading:
        last = list(copies_of(chain.stores))[-1]
        return (
            reading.first(select(FACT.c.seq).where(mine(FACT), FACT.c.node_id == last).limit(1)) is not None
        )


def make_chain(installation: Installation, chain: ChainOf) -> dict[str, Any]:
    """Draw, copy, and go on for a while; the rates of both parts, and what a fact costs the poster early and late."""
    open_chain(installation, chain.stores)
    year = Year(installation, chain.facts, chain.stores)
    drawn = []
    for number in range(1, year.pieces + 1):
        drawn.append(year.take_in())
        _say(f"drawn {number}/{year.pieces}")
    began = time.perf_counter()
    rows = sum(copy_stores(installation.database, copies_of(chain.stores), log_of).values())
    _say(f"copied {rows} rows in {time.perf_counter() - began:.0f} s")
    later = [year.take_in() for _ in range(_LATER)]
    told: dict[str, Any] = {"drawn": _rates(drawn), "afterwards": _rates(later), "rows_copied": rows}
    early, late = (told[part]["posting_cpu_us_a_fact"] for part in ("drawn", "afterwards"))
    return {**told, "posting_growth": round(late / early, 3)}


_LATER = 4
"""Pieces of five thousand facts each, taken in by the whole chain's age."""


def _say(text: str) -> None:
    click.echo(text, err=True)


def _rates(pieces: list[Piece]) -> dict[str, Any]:
    cpu_us = statistics.median(piece.posting_cpu_s / piece.facts * 1e6 for piece in pieces)
    return {**rates(pieces), "posting_cpu_us_a_fact": round(cpu_us, 1)}


_SUMS = ("store_and_day_of_a_month", "store_and_month_of_a_year")
_PAGES = ("page_of_stores_of_a_month", "page_of_stores_of_a_year")


def _beside_duckdb(store: TenantStore, chain: ChainOf, rounds: int, folder: Path) -> dict[str, Any]:
    """Sales by store and day of a month, and by store and month of a year: ours and DuckDB's, in turns.

    Beside these bare sums the report of sales by store, as a page waits for it, comparison and completeness included.
    """
    lines = Lines(store, copies_of(chain.stores), folder)
    # Until the last whole month: what the drawn stores sell afterwards is of the last day and of them alone.
    end = TODAY.replace(day=1) - timedelta(days=1)
    month, year = (end.replace(day=1), end), (date(end.year - 1, end.month + 1, 1), end)
    asked: dict[str, tuple[Callable[[], Sums], Callable[[], Sums]]] = {
        _SUMS[0]: (lambda: _kept(store, *month, len("2026-11-20")), lambda: lines.by_store_and_day(*month)),
        _SUMS[1]: (lambda: _kept(store, *year, len("2026-11")), lambda: lines.by_store_and_month(*year)),
        _PAGES[0]: (lambda: _page(store, *month), lambda: lines.by_store(*month)),
        _PAGES[1]: (lambda: _page(store, *year), lambda: lines.by_store(*year)),
    }
    told = {"lines": lines.count, **{name: _in_turns(*both, rounds) for name, both in asked.items()}}
    lines.close()
    return told


def _in_turns(ours: Callable[[], Sums], theirs: Callable[[], Sums], rounds: int) -> dict[str, float]:
    """Milliseconds of both, median, and ours by theirs; both must give the same."""
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        answers = []
        for seconds, asked in zip(took, (ours, theirs), strict=True):
            began = time.perf_counter()
            answers.append(asked())
            seconds.append(time.perf_counter() - began)
        assert answers[0] == answers[1], "our sums and DuckDB's differ"
    ours_ms, duckdb_ms = (statistics.median(seconds) * 1000 for seconds in took)
    return {
        "ours_ms": round(ours_ms, 2),
        "duckdb_ms": round(duckdb_ms, 2),
        "ratio": round(ours_ms / duckdb_ms, 3),
    }


def _kept(store: TenantStore, first: date, last: date, letters: int) -> Sums:
    """Fen by (store, day or month) from what is kept by day: so many letters of the date."""
    table = table_of(SALES_TOTAL)
    bucket = func.substr(table.c.business_date, 1, letters).label("bucket")
    with store.reading() as reading:
        stores = [row.node_id for row in reading.all(select(NODE.c.node_id).where(mine(NODE)))]
        inside = table.c.business_date.between(first.isoformat(), last.isoformat())
        rows = reading.all(
            select(table.c[NODE_ID], bucket, cast(func.sum(table.c.amount), INT).label("amount"))
            .where(mine(table), table.c[NODE_ID].in_(stores), inside)
            .group_by(table.c[NODE_ID], literal_column("bucket"))
        )
    return {(row.node_id, row.bucket): row.amount for row in rows}


def _page(store: TenantStore, first: date, last: date) -> Sums:
    """Fen by (store, "") from the report of sales by store, before returns."""
    question = Question(first=first, last=last)
    told = ask(store, Ask("by store", reports()["sales-by"], question, Wanted(by="store")))
    (section,) = told.sections
    code, amount, returned = (
        [column.key for column in section.columns].index(key) for key in ("code", "amount", "returned")
    )
    sums: Sums = {}
    for row in section.rows:
        named, net, back = row.cells[code], row.cells[amount], row.cells[returned]
        assert isinstance(net, int)
        assert isinstance(back, int)
        sums[str(named), ""] = net + back
    return sums
