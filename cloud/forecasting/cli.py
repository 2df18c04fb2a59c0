"""`liushui forecast …`: how good forecasts would have been on somebody's own sales, at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from cloud.forecasting.own_calendar import Own
from shared.errors import DomainError
from shared.i18n import LANGUAGES, tell, tell_error

if TYPE_CHECKING:
    from cloud.forecasting.learned.china import Day
    from cloud.forecasting.learned.feasts import Effect

REFUSED = 2
"""Exit code where the file cannot be used at all."""
_LISTED = 20
_OWN_DAYS = click.option(
    "--days",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Days of your own, date,what a line: off, work, school, no_school, payday, or an event's name.",
)


@click.group()
def forecast() -> None:
    """Forecasts, and how good they are."""


@forecast.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--horizon", default=7, show_default=True, type=click.IntRange(1, 366), help="Periods ahead.")
@click.option("--origins", default=4, show_default=True, type=click.IntRange(1, 60), help="How often to try.")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help=".csv or .parquet"
)
@click.option(
    "--target",
    type=click.Choice(["sold", "demand"]),
    default="sold",
    show_default=True,
    help="Forecast and score what was sold, or demand with what stock-outs hid put back (needs `available`).",
)
@click.option("--baselines", is_flag=True, help="Also write the rows of the two baselines.")
@click.option(
    "--calendar",
    type=click.Choice(["china", "none"]),
    default="china",
    show_default=True,
    help="Whose holidays, feasts and working weekends move demand.",
)
@_OWN_DAYS
def backtest(
    file: Path,
    horizon: int,
    origins: int,
    out: Path,
    target: str,
    baselines: bool,
    calendar: str,
    days: Path | None,
) -> None:
    """Forecast the past of FILE (docs/forecast-format.md) as it would have been forecast then, and score it.

    Series that are not as they should be are forecast all the same and listed by what is wrong with them. Exit
    code 2 where the file has no dates, quantities or series at all.
    """
    with _refusals():
        _run(file, horizon, origins, out, target, baselines, calendar == "china", days)


@forecast.command()
@click.option(
    "--from", "first", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The first day, 2026-02-01."
)
@click.option(
    "--to", "last", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day, 2026-02-28."
)
@_OWN_DAYS
def calendar(first: datetime, last: datetime, days: Path | None) -> None:
    """What forecasts take each day for: worked or off, the lunar date, which feasts are near and how near."""
    with _refusals():
        _calendar(first.date(), last.date(), days)


@contextmanager
def _refusals() -> Iterator[None]:
    """Tell a refusal in both languages and leave."""
    try:
        yield
    except DomainError as error:
        _refuse(error)
    except ModuleNotFoundError as missing:
        _refuse(DomainError("forecast_extra_missing", library=missing.name or ""))


def _calendar(first: date, last: date, own_days: Path | None) -> None:
    from cloud.forecasting.learned.china import SOLAR_TERMS, days_of
    from cloud.forecasting.learned.own_days import read_own_days

    own = read_own_days(own_days) if own_days else Own()
    days = days_of((first + timedelta(days=day) for day in range((last - first).days + 1)), own)
    for day in days:
        near = ", ".join(f"{name}{since:+d}" for name, since in day.near)
        lunar = f"{day.lunar_month}/{day.lunar_day} {SOLAR_TERMS[day.solar_term]}"
        unsure = "" if day.announced else " ?"
        click.echo(f"{day.day:%Y-%m-%d %a}  {day.kind + unsure:<11} {lunar:<10} {near}".rstrip())
    _warn_of_calendar(days, own)


def _warn_of_calendar(days: Sequence[Day], own: Own) -> None:
    """Say what the calendar does not know, and where its two sources disagree."""
    from cloud.forecasting.learned.china import disputed, unannounced_years

    unsure, doubtful = unannounced_years(days), disputed(days, own)
    for language in LANGUAGES:
        if unsure:
            years = ", ".join(map(str, unsure))
            click.echo(tell("forecast_calendar_unannounced", language, {"years": years}), err=True)
        if doubtful:
            listed = ", ".join(day.isoformat() for day in doubtful)
            click.echo(tell("forecast_calendar_disputed", language, {"days": listed}), err=True)


def _run(
    file: Path,
    horizon: int,
    origins: int,
    out: Path,
    target: str,
    baselines: bool,
    chinese: bool,
    own_days: Path | None,
) -> None:
    from cloud.forecasting.learned.answer_file import rows_of, write
    from cloud.forecasting.learned.backtest import backtest as origins_in_turn
    from cloud.forecasting.learned.backtest import origins_of
    from cloud.forecasting.learned.judging import Judge, effect_lines, lines_of
    from cloud.forecasting.learned.own_days import read_own_days
    from cloud.forecasting.learned.panel import add_faults, panel_of
    from cloud.forecasting.learned.table import read_table

    if not out.parent.is_dir():
        raise DomainError("forecast_out_folder_missing", folder=str(out.parent))
    table = read_table(file)
    own = read_own_days(own_days) if own_days else Own() if chinese else None
    panel = panel_of(table, horizon, target, own)
    if own:
        _warn_of_calendar(panel.days, own)
    add_faults(table.faults, panel, horizon, origins)
    held = sum(scored for _, scored in origins_of(len(panel.dates) - horizon, horizon, origins))
    if held == 0:
        raise DomainError("forecast_history_too_short", horizon=horizon)
    if held < origins:
        for language in LANGUAGES:
            click.echo(tell("forecast_fewer_origins", language, {"held": held, "wanted": origins}), err=True)
    judge = Judge(panel)
    answers: list[Any] = []
    effects: tuple[Effect, ...] = ()
    for said in origins_in_turn(panel, horizon, origins, lambda line: click.echo(line, err=True)):
        effects = said.effects
        if said.scored:
            judge.add(said)
            answers += rows_of(panel, said, baselines)
    write(answers, out)
    click.echo(f"scored against: {target}")
    click.echo("\n".join(lines_of(judge, panel.cadence.days)))
    for line in effect_lines(effects):
        click.echo(line)
    click.echo("\n".join(_degraded(table.faults, table.dropped)))


def _degraded(faults: Mapping[str, set[str]], dropped: Mapping[str, int]) -> list[str]:
    """What is wrong by name, with the series it concerns; a long list is cut and says by how many."""
    by_fault: dict[str, list[str]] = {}
    for series, names in sorted(faults.items()):
        for name in names:
            by_fault.setdefault(name, []).append(series)
    lines = [f"degraded series: {sum(1 for names in faults.values() if names)}"]
    for name, concerned in sorted(by_fault.items()):
        more = f" and {len(concerned) - _LISTED} more" if len(concerned) > _LISTED else ""
        lines.append(f"  {name} ({len(concerned)}): {', '.join(concerned[:_LISTED])}{more}")
    lines += [f"  rows left out, {name}: {count}" for name, count in sorted(dropped.items())]
    return lines


def _refuse(error: DomainError) -> None:
    for language in LANGUAGES:
        click.echo(" ".join(tell_error(error, language).split()), err=True)
    raise SystemExit(REFUSED) from None
