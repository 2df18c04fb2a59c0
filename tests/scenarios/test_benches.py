"""Every measurement runs, small: its figures stand beside their goals, and the exit code says whether those hold."""

import json
import subprocess
import sys
from typing import Any

import pytest

from cloud.bench_goals import Bound, judged
from cloud.reports.registry import reports

LIUSHUI = [sys.executable, "-c", "from shared.command_line import liushui; liushui()"]
SPREAD = {"min", "median", "max"}
SMALL = {
    "ledger": ("--rounds", "1", "--ops", "40", "--past", "200"),
    "http": ("--rounds", "1", "--seconds", "0.1"),
    "mqtt": ("--rounds", "1", "--messages", "100"),
    "sync": ("--facts", "300"),
    "bootstrap": ("--goods", "100"),
    "reports": ("--rounds", "1", "--stores", "10", "--facts", "10000"),
    "intake": ("--rounds", "1", "--facts", "80"),
}
SPREADS = {
    "ledger": ("ops_per_s", "raw_same_writes_ops_per_s", "ratio", "rebuild_facts_per_s"),
    "http": ("durable_per_s", "without_storage_per_s", "ratio"),
    "mqtt": ("durable_per_s", "bare_subscriber_per_s", "ratio"),
    "sync": ("received_per_s", "projected_per_s", "raw_rows_per_s", "ratio", "backfill_s_per_100k"),
}


def measured(name: str) -> dict[str, Any]:
    """What `liushui bench NAME --json` tells."""
    done = subprocess.run([*LIUSHUI, "bench", name, "--json", *SMALL[name]], capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (0 if all(goal["holds"] for goal in told["goals"]) else 1)
    return told


@pytest.mark.parametrize("name", ["ledger", "http", "mqtt", "sync"])
def test_a_measurement_tells_figures_goals_and_machine(name: str) -> None:
    """Numerator and denominator in one run, each from its least to its most, and what they were taken on."""
    told = measured(name)
    assert told["machine"]["cores"]
    assert told["goals"]
    for figure in SPREADS[name]:
        assert told[figure].keys() == SPREAD
        assert 0 < told[figure]["min"] <= told[figure]["median"] <= told[figure]["max"]


def test_the_intake_is_measured_on_both_databases() -> None:
    """Embedded SQLite, and PostgreSQL with one worker and with four."""
    told = measured("intake")
    assert told["sqlite"]["catch_up"]["ratio"].keys() == SPREAD
    assert told["postgresql"]["projector"]["facts_per_s"]["median"] > 0
    assert set(told["workers"]["workers"]) == {"1", "4"}


def test_a_new_store_knows_all_goods_and_nothing_of_other_stores() -> None:
    """Prices, places and people of the store beside it stay away, by snapshot as by feed."""
    told = measured("bootstrap")
    assert told["snapshot_s"] > 0
    assert told["feed_s"] > 0
    assert told["rows"]["sku"] == 100
    assert told["rows"]["price"] == 101
    assert told["rows"]["place"] == 1
    assert told["rows"]["grant"] == 2
    assert told["foreign"] == 0


def test_every_standard_report_has_a_goal_and_its_worst_question_a_name() -> None:
    """Over ten stores; DuckDB must give the same sums, or the measurement ends without any figure."""
    told = measured("reports")
    goals = {goal["what"]: goal for goal in told["goals"]}
    for key in reports():
        report = told["reports"][key]
        assert goals[f"{key}, p95 s"]["measured"] == report["p95_s"]
        assert report["worst"].startswith(key)
    assert goals["monthly, p95 s"]["bound"] == "<= 5"
    beside = {name: sums for name, sums in told["beside_duckdb"].items() if name != "lines"}
    assert len(beside) == 4
    assert all(sums["ours_ms"] > 0 and sums["duckdb_ms"] > 0 for sums in beside.values())
    assert told["afterwards"]["posted_per_pushed"] > 0


def test_a_missed_goal_is_said_and_a_figure_that_was_not_taken_is_no_goal() -> None:
    """`>=` and `<=` as written; what this machine could not measure is left out."""
    bounds = [Bound("fast", "a.b", ">=", 2), Bound("small", "c", "<=", 60), Bound("absent", "a.d", ">=", 1)]
    fast, small = judged({"a": {"b": 1.5}, "c": 40}, bounds)
    assert (fast.what, fast.holds, fast.bound) == ("fast", False, ">= 2")
    assert (small.what, small.holds) == ("small", True)
