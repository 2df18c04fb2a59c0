"""The month is carried over: VAT, surtaxes and profit of the month before, some days after its end or when asked for.

The run is an op like any other, decided where commands are and refused with the reason named; here it is asked for.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import rich_click as click
import structlog

from cloud.books.month_end import open_month, run_key, what_is_due
from cloud.books.poster import Poster
from cloud.command_options import DATABASE, DIR
from cloud.intake import commands
from cloud.store.installation import Installation
from cloud.store.tenant import TenantStore
from shared.access.roles import WHOLE_CHAIN, Principal
from shared.accounting.commands import BookMonthEnd
from shared.i18n import LANGUAGES, tell
from shared.ledger.ops import Op, Ops, Result

log = structlog.get_logger("cloud.books")

BY_ITSELF = Principal(user="month-end", name="Month-end", role="accountant", stores=(WHOLE_CHAIN,))
"""Who asks when nobody does: it may what an accountant may."""
REFUSED = 1


def carry_over(installation: Installation) -> None:
    """Every company's month before this one, where it is due."""
    now_ms = installation.clock()
    today = datetime.fromtimestamp(now_ms / 1000, UTC).date()
    for store in installation.tenants():
        with store.reading() as reading:
            period = open_month(reading, today)
        if period is None:
            continue
        result = book(installation, store, period)
        if result.error is not None:
            log.info("month_end_not_yet", period=period, why=result.error.key)


def book(
    installation: Installation, store: TenantStore, period: str, *, forced: bool = False, reason: str = ""
) -> Result:
    """Ask for a month's next run. What it moves is figured when it is decided, so asking twice moves nothing twice."""
    now_ms = installation.clock()
    with store.reading() as reading:
        run, _ = what_is_due(reading, period)
    op = Op(
        op_id=run_key(store.tenant, period, run, str(now_ms)),
        device_id="head-office",
        kind=BookMonthEnd.kind,
        at_ms=now_ms,
        body=msgspec.Raw(msgspec.json.encode({"period": period, "forced": forced, "reason": reason})),
    )
    (result,) = commands.submit(installation, store, BY_ITSELF, Ops(ops=(op,)), "en").results
    return result


@click.command("month-end")
@click.argument("period")
@click.option("--forced", is_flag=True, help="Against what stands against closing; needs a reason.")
@click.option("--reason", default="", help="Why, where it is forced.")
@DIR
@DATABASE
def month_end(period: str, forced: bool, reason: str, folder: Path, database: str) -> None:
    """Book VAT, surtaxes and profit of PERIOD (2026-10); exit code 1, with the reason, where that may not be."""
    from cloud.store.engine import Database, database_url

    installation = Installation(Database(database_url(folder, database)), folder)
    refused = False
    for store in installation.tenants():
        Poster(store).post_all(installation.clock())
        result = book(installation, store, period, forced=forced, reason=reason)
        if result.error is not None:
            refused = True
            for language in LANGUAGES:
                click.echo(
                    f"{store.tenant}: {tell(result.error.key, language, result.error.values)}", err=True
                )
            continue
        Poster(store).post_all(installation.clock())
        with store.reading() as reading:
            left = what_is_due(reading, period)[1]
        click.echo(f"{store.tenant}: {period} carried over; left to move: {len(left.profit_lines)} lines")
    raise SystemExit(REFUSED if refused else 0)
