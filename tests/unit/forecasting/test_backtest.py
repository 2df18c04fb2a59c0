"""`liushui forecast backtest` on a chain made up here: better than the baselines, honest, stopped by nothing."""

import csv
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner, Result

from cloud.forecasting.cli import REFUSED, forecast
from cloud.forecasting.learned.backtest import Origin, backtest, origins_of
from cloud.forecasting.learned.judging import CHAMPION, Judge
from cloud.forecasting.learned.panel import Panel, panel_of
from cloud.forecasting.learned.table import read_table

FIRST = date(2024, 1, 15)
WEEK = (0.6, 0.7, 0.8, 1.0, 1.3, 1.6, 1.0)


def chain(stores: int = 8, skus: int = 5, days: int = 100, seed: int = 7) -> list[dict[str, str]]:
    """Shops with a week's rhythm and a price cut now and then that sells half as much again."""
    draw = random.Random(seed)
    rows = []
    for store in range(stores):
        for sku in range(skus):
            level = draw.uniform(3, 30)
            for day in range(days):
                cut = draw.random() < 0.2
                mean = level * WEEK[(FIRST + timedelta(days=day)).weekday()] * (1.5 if cut else 1.0)
                rows.append(
                    {
                        "series": f"s{store}-p{sku}",
                        "store": f"s{store}",
                        "sku": f"p{sku}",
                        "date": (FIRST + timedelta(days=day)).isoformat(),
                        "qty": str(max(0, round(draw.gauss(mean, mean**0.5)))),
                        "known_cut": str(int(cut)),
                    }
                )
    return rows


def written(folder: Path, rows: list[dict[str, str]]) -> Path:
    """The rows as a CSV file."""
    file = folder / "sales.csv"
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


def run(file: Path, *options: str) -> Result:
    """The command as somebody types it."""
    return CliRunner().invoke(
        forecast, ["backtest", str(file), "--out", str(file.with_name("out.csv")), *options]
    )


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Panel:
    """The chain laid out."""
    return panel_of(read_table(written(tmp_path_factory.mktemp("chain"), chain(6, 4, 75))), 7)


@pytest.fixture(scope="module")
def said(panel: Panel) -> list[Origin]:
    """Everything said at two scored origins and their warm-ups."""
    return list(backtest(panel, 7, 2))


def test_the_champions_beat_both_baselines(panel: Panel, said: list[Origin]) -> None:
    """They know the weekday and the planned price cut; the noise alone leaves a WAPE of about .2."""
    judge = Judge(panel)
    for origin in said:
        if origin.scored:
            judge.add(origin)
    wape = {
        m: score.wape for level, segment, m, score in judge.table() if (level, segment) == ("series", "all")
    }
    assert wape[CHAMPION] is not None
    assert wape["moving_average"] is not None
    assert wape["seasonal_naive"] is not None
    assert wape[CHAMPION] < 0.8 * wape["moving_average"]
    assert wape[CHAMPION] < 0.8 * wape["seasonal_naive"]


def test_quantiles_cover_what_they_promise(panel: Panel, said: list[Origin]) -> None:
    """Within five points on this small chain; they never cross."""
    last = said[-1]
    actual = panel.sold[:, last.origin + 1 : last.origin + 8]
    for level, estimate in last.quantiles.items():
        assert abs(float((actual <= estimate).mean()) - level) < 0.08
    levels = sorted(last.quantiles)
    for lower, upper in pairwise(levels):
        assert (last.quantiles[lower] <= last.quantiles[upper]).all()


def test_nothing_after_an_origin_touches_what_is_said_at_it(panel: Panel, said: list[Origin]) -> None:
    """Sales after the first scored origin are made up anew: what was said at it stays the same to the last bit."""
    first = next(origin for origin in said if origin.scored)
    sold = panel.sold.copy()
    sold[:, first.origin + 1 : -7] = 1000.0
    changed = msgspec.structs.replace(panel, sold=sold, demand=sold)
    again = next(origin for origin in backtest(changed, 7, 2) if origin.scored)
    assert again.origin == first.origin
    assert np.array_equal(again.mean, first.mean)
    assert all(np.array_equal(again.quantiles[level], first.quantiles[level]) for level in first.quantiles)


def test_origins_step_by_the_horizon_and_warm_up_first() -> None:
    """Of 60 days: two scored weeks at the end, two weeks before them to learn how wrong one was."""
    assert origins_of(60, 7, 2) == [(31, False), (38, False), (45, True), (52, True)]
    assert origins_of(12, 7, 3) == [(4, True)]
    assert origins_of(5, 7, 3) == []


def test_the_command_writes_a_row_for_each_series_origin_and_day(tmp_path: Path) -> None:
    """And prints scores beside both baselines, with level, cycle and horizon."""
    result = run(written(tmp_path, chain(stores=3, skus=2, days=60)), "--horizon", "3", "--origins", "2")
    assert result.exit_code == 0, result.output
    with (tmp_path / "out.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["series", "date", "origin", "model", "mean", "q50", "q80", "q90", "q95", "q98"]
    assert len(rows) == 6 * 3 * 2
    assert len({(row["series"], row["date"], row["origin"]) for row in rows}) == len(rows)
    assert "cycle: day, horizon: 3, origins: 2" in result.output
    for name in ("champion", "moving_average", "seasonal_naive"):
        assert f" {name} " in result.output


def _gap(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [
        row
        for row in rows
        if row["series"] != "s0-p0" or row["date"] < "2024-02-01" or row["date"] > "2024-02-20"
    ]


def _negative(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [
        row | {"qty": "-4"} if row["series"] == "s0-p0" and row["date"] == "2024-02-29" else row
        for row in rows
    ]


def _zeros(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row | {"qty": "0"} if row["series"] == "s0-p0" else row for row in rows]


def _two_days(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    last = max(row["date"] for row in rows)
    return [row for row in rows if row["series"] != "s0-p0" or row["date"] >= last[:-1] + "0"]


def _twice(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return rows + [row for row in rows if row["series"] == "s0-p0"]


def _text(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row | {"qty": "?"} if row["series"] == "s0-p0" else row for row in rows]


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (_gap, "gaps"),
        (_negative, "negative_sales"),
        (_zeros, "never_sold"),
        (_two_days, "short_history"),
        (_twice, "duplicates"),
        (_text, "no_figures"),
    ],
)
def test_bad_data_degrades_its_series_by_name_and_stops_nothing(
    tmp_path: Path, spoil: Callable[[list[dict[str, str]]], list[dict[str, str]]], fault: str
) -> None:
    """The spoilt series is forecast all the same and listed; the others are not."""
    rows = spoil(chain(stores=2, skus=2, days=60))
    result = run(written(tmp_path, rows), "--horizon", "7", "--origins", "1")
    assert result.exit_code == 0, result.output
    assert f"{fault} (1): s0-p0" in result.output
    with (tmp_path / "out.csv").open() as file:
        told = [float(row["q98"]) for row in csv.DictReader(file) if row["series"] == "s0-p0"]
    assert len(told) == 7
    assert all(figure >= 0 for figure in told)


def test_a_year_without_a_calendar_stops_nothing_and_is_said(tmp_path: Path) -> None:
    """Sales that reach into 2027: told in both languages and on every series; without a calendar there is nothing to
    tell."""
    move = date(2026, 8, 1) - FIRST
    rows = [
        row | {"date": (date.fromisoformat(row["date"]) + move).isoformat()} for row in chain(2, 2, days=170)
    ]
    file = written(tmp_path, rows)
    result = run(file, "--origins", "1")
    assert result.exit_code == 0, result.output
    assert "2027 年的调休安排未公布" in result.output
    assert "Which weekends of 2027 are worked" in result.output
    assert "calendar_unannounced (4): s0-p0, s0-p1, s1-p0, s1-p1" in result.output
    assert "day christmas+0" in result.output
    without = run(file, "--origins", "1", "--calendar", "none")
    assert without.exit_code == 0, without.output
    assert "2027 年" not in without.output
    assert "calendar_unannounced" not in without.output
    assert "day christmas" not in without.output


@pytest.mark.parametrize("days", [9, 10, 12, 16])
def test_a_chain_opened_days_ago_is_forecast_too(tmp_path: Path, days: int) -> None:
    """With next to nothing to learn from, simple models speak."""
    result = run(written(tmp_path, chain(stores=1, skus=2, days=days)), "--horizon", "7", "--origins", "2")
    assert result.exit_code == 0, result.output
    assert "short_history (2)" in result.output


def test_a_history_shorter_than_the_horizon_is_refused_in_both_languages(tmp_path: Path) -> None:
    """There would be nothing to compare with."""
    result = run(written(tmp_path, chain(stores=1, skus=1, days=5)), "--horizon", "7")
    assert result.exit_code == REFUSED
    assert "历史数据不足" in result.output
    assert "not enough history" in result.output


def test_a_missing_folder_is_told_before_anything_is_learned(tmp_path: Path) -> None:
    """Not after half an hour, with nowhere to write the answer."""
    file = written(tmp_path, chain(stores=1, skus=1, days=9))
    result = run(file, "--out", str(tmp_path / "nowhere" / "out.csv"))
    assert result.exit_code == REFUSED
    assert "没有文件夹" in result.output
    assert "There is no folder" in result.output


def test_fewer_origins_than_asked_for_are_said(tmp_path: Path) -> None:
    """Nobody takes two for ten."""
    result = run(written(tmp_path, chain(stores=1, skus=1, days=18)), "--origins", "10")
    assert result.exit_code == 0, result.output
    assert "2 origins of the 10" in result.output


def test_months_are_forecast_as_months(tmp_path: Path) -> None:
    """Spare parts are counted by the month; the horizon is then months."""
    months = [date(2019 + month // 12, month % 12 + 1, 1) for month in range(40)]
    draw = random.Random(1)
    rows = [
        {"series": f"p{part}", "date": month.isoformat(), "qty": str(draw.choice([0, 0, 0, 1, 2]))}
        for part in range(30)
        for month in months
    ]
    result = run(written(tmp_path, rows), "--horizon", "3", "--origins", "2")
    assert result.exit_code == 0, result.output
    assert "cycle: month, horizon: 3" in result.output
    with (tmp_path / "out.csv").open() as file:
        assert {row["date"] for row in csv.DictReader(file)} == {day.isoformat() for day in months[-6:]}


def test_repaired_demand_is_forecast_where_it_is_asked_for(tmp_path: Path) -> None:
    """Half-hidden days count for more than they sold, so the forecast is higher."""
    rows = [row | {"available": "0.5" if number % 3 else "1"} for number, row in enumerate(chain(3, 2, 60))]
    file = written(tmp_path, rows)

    def total(target: str) -> float:
        assert run(file, "--origins", "1", "--target", target).exit_code == 0
        with (tmp_path / "out.csv").open() as out:
            return sum(float(row["mean"]) for row in csv.DictReader(out))

    assert total("demand") > 1.1 * total("sold")


def test_a_server_never_loads_the_libraries_of_the_laboratory() -> None:
    """Importing head office's app and commands loads neither numpy nor LightGBM nor pyarrow."""
    code = (
        "import sys, cloud.app, cloud.cli, cloud.forecasting.cli, shared.forecasting.models\n"
        "shared.forecasting.models.models()\n"
        "print([name for name in ('numpy', 'lightgbm', 'pyarrow', 'holidays') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
