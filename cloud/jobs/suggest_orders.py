"""Every night: what each store should order of each product, reckoned, kept and made known as suggestions.

Reckoning learns from months of sales and takes the processor for minutes, so the schedule starts a process of its own
for it: `liushui cloud suggest-orders`. A run belongs to a business day. It begins two hours after the day has, when the
stores' evening has come in; a run that was cut off goes on where it was, and one that is done is not done again.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import date, timedelta
from typing import Final

import structlog

from cloud.command_options import DATABASE_VARIABLE
from cloud.forecasting.forecasters import Forecaster, installed
from cloud.forecasting.issued import keep_issued
from cloud.forecasting.own_calendar import read_own, without_closed_days
from cloud.forecasting.scoring import score
from cloud.forecasting.series import read_series
from cloud.intake import commands
from cloud.replenishment import automation, nights
from cloud.replenishment.evening import reckon
from cloud.reports.asked import business_today
from cloud.store.installation import Installation
from cloud.store.tenant import TenantStore
from shared.access.roles import WHOLE_CHAIN, Principal
from shared.ledger.ops import Ops

log = structlog.get_logger("cloud.replenishment")

BY_ITSELF = Principal(user="replenishment", name="Replenishment", role="head_office", stores=(WHOLE_CHAIN,))
"""Who suggests when nobody does: it may what head office may, and ordering by itself is judged apart (0036)."""
AS_OWNER = Principal(user="replenishment", name="Replenishment", role="owner", stores=(WHOLE_CHAIN,))
"""Who says whether the models are fit to order by: what the owner's envelope rests on is said by the owner alone."""
AFTER_MS: Final = 2 * 3_600_000
LONGEST_S: Final = 4 * 3600
running: subprocess.Popen[bytes] | None = None
changed = threading.Condition()
"""Whoever waits for the night's process to begin or to end waits here."""
_PROGRAM = [sys.executable, "-c", "from shared.command_line import liushui; liushui()"]


class RunFailed(Exception):
    """The night's process did not come to its end."""


def day_due(store: TenantStore, now_ms: int) -> date | None:
    """The business day whose run is still to be done, if any."""
    with store.reading() as reading:
        today = business_today(reading, now_ms - AFTER_MS)
        return None if nights.state_of(reading, today) == "suggested" else today


def suggest_in_a_process(installation: Installation) -> None:
    """Start the night's process where a run is due, and wait for it. Raises `RunFailed`."""
    if not any(day_due(store, installation.clock()) for store in installation.tenants()):
        return
    arguments = ["cloud", "suggest-orders", "--dir", str(installation.folder)]
    environment = os.environ | {DATABASE_VARIABLE: installation.database.url}
    with subprocess.Popen(
        [*_PROGRAM, *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        _note_running(process)
        try:
            _, said = process.communicate(timeout=LONGEST_S)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            _note_running(None)
    if process.returncode == -signal.SIGTERM:
        log.info("night_interrupted")
    elif process.returncode:
        raise RunFailed(said.decode(errors="replace")[-400:])


def interrupt() -> None:
    """End the night's process if it runs: a server that stops does not wait for hours of learning, and the next start
    goes on where it was."""
    with changed:
        if running is not None:
            running.terminate()


def _note_running(process: subprocess.Popen[bytes] | None) -> None:
    global running
    with changed:
        running = process
        changed.notify_all()


def suggest_orders(installation: Installation, forecaster: Forecaster | None = None) -> int:
    """The runs that are due of every tenant, in this process; returns how many were done."""
    by = forecaster or installed()
    return sum(_run(installation, store, by) for store in installation.tenants())


def _run(installation: Installation, store: TenantStore, by: Forecaster) -> bool:
    day = day_due(store, installation.clock())
    if day is None:
        return False
    with store.reading() as reading:
        reckoned = nights.state_of(reading, day) == "reckoned"
    if not reckoned:
        _reckon(installation, store, day, by)
    with store.reading() as reading:
        ops = nights.ops_of(reading, day)
    results = commands.submit(installation, store, BY_ITSELF, Ops(ops=tuple(ops)), "en").results
    for result in results:
        if result.error is not None:
            log.warning("suggestion_refused", tenant=store.tenant, why=result.error.key)
    with store.writing() as writing:
        nights.note_suggested(writing, day, ops)
    return True


def _reckon(installation: Installation, store: TenantStore, day: date, by: Forecaster) -> None:
    last = day - timedelta(days=1)
    with store.reading() as reading:
        series = list(read_series(reading, last))
        own = read_own(reading)
        forecasts = without_closed_days(by.forecast(series, last, own), own)
        night = reckon(reading, day, forecasts)
        health = automation.op_of_health(reading, day.isoformat(), series, installation.clock())
    commands.submit(installation, store, AS_OWNER, Ops(ops=(health,)), "en")
    score(store, series, last)
    with store.writing() as writing:
        keep_issued(writing, forecasts, last)
    with store.writing() as writing:
        nights.keep(writing, day, night, forecasts, by.name, installation.clock())
    log.info("night_reckoned", tenant=store.tenant, day=day.isoformat(), lines=len(night.lines))


def order_automatically(installation: Installation) -> int:
    """Ask for every suggestion that may be ripe; the decision is the one writer's. Returns how many became orders."""
    ordered = 0
    for store in installation.tenants():
        with store.reading() as reading:
            ops = automation.ops_to_ask(reading, installation.clock())
        if ops:
            results = commands.submit(installation, store, BY_ITSELF, Ops(ops=tuple(ops)), "en").results
            # The judgement alone is one fact; with the order and its approval there are three.
            ordered += sum(result.state == "accepted" and (result.count or 0) > 1 for result in results)
    return ordered
