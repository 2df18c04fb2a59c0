"""What a measurement promises: a figure, a bound, and whether it holds; and what the figures were taken on."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click
import msgspec


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    what: str
    measured: float
    bound: str
    holds: bool


class Bound(msgspec.Struct, frozen=True):
    """`path` leads through the measured object to a number, which must be `sign` `bound`."""

    what: str
    path: str
    sign: str
    bound: float


def judged(measured: Any, bounds: Sequence[Bound]) -> list[Goal]:
    """Each bound beside what was measured; one whose figure could not be taken here is left out."""
    found = [(bound, _at(measured, bound.path)) for bound in bounds]
    return [_judge(bound, figure) for bound, figure in found if figure is not None]


def _at(measured: Any, path: str) -> float | None:
    for part in path.split("."):
        measured = measured.get(part)
        if measured is None:
            return None
    return float(measured)


def _judge(bound: Bound, figure: float) -> Goal:
    holds = figure >= bound.bound if bound.sign == ">=" else figure <= bound.bound
    return Goal(what=bound.what, measured=figure, bound=f"{bound.sign} {bound.bound:g}", holds=holds)


def tell(measured: dict[str, Any], goals: Sequence[Goal], as_json: bool) -> NoReturn:
    """Print everything; exit code 1 when a goal is missed."""
    if as_json:
        told = {**measured, "goals": msgspec.to_builtins(list(goals)), "machine": machine()}
        click.echo(json.dumps(told, indent=1))
    else:
        for name, figure in _flat(measured):
            click.echo(f"    {name}: {figure}")
        for goal in goals:
            click.echo(
                f"{'ok    ' if goal.holds else 'missed'} {goal.what}: {goal.measured:g} (goal {goal.bound})"
            )
    sys.exit(0 if all(goal.holds for goal in goals) else 1)


def _flat(measured: dict[str, Any], before: str = "") -> list[tuple[str, str]]:
    """One line for each figure; three of a spread on one line."""
    lines: list[tuple[str, str]] = []
    for name, value in measured.items():
        if not isinstance(value, dict):
            lines.append((before + name, str(value)))
        elif value.keys() == {"min", "median", "max"}:
            lines.append((before + name, f"{value['median']:g} ({value['min']:g} to {value['max']:g})"))
        else:
            lines += _flat(value, f"{before}{name}.")
    return lines


def machine() -> dict[str, str | int | float | None]:
    """What the figures were taken on."""
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "load": round(os.getloadavg()[0], 1),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def of_side(python: str, side: str, *arguments: str) -> Any:
    """What a side says of itself, from a process of its own. Its progress goes to our standard error."""
    package = "firmware_bridge" if side == "bridge" else side
    call = f"from {package}.cli import {side}; {side}()"
    told = subprocess.run([python, "-c", call, "bench", *arguments], stdout=subprocess.PIPE, check=False)
    if told.returncode:
        raise click.ClickException(f"liushui {side} bench ended with {told.returncode}")
    return json.loads(told.stdout)
