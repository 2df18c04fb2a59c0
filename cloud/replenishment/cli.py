"""`liushui replenish …`: what to move between stores, worked out of a file at a terminal."""

from __future__ import annotations

import time
from pathlib import Path

import rich_click as click

from shared.errors import DomainError
from shared.i18n import LANGUAGES, tell, tell_error

REFUSED = 2
"""Exit code where the file or a line in it is wrong."""


@click.group()
def replenish() -> None:
    """Replenishment: transfers between stores."""


@replenish.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object with every line instead of a summary.")
@click.option(
    "--seconds",
    default=25,
    show_default=True,
    type=click.IntRange(1),
    help="After so long no further round is begun; the best plan until then is told.",
)
@click.option("--greedy", is_flag=True, help="Do not use the solver, as where it is not installed.")
def transfers(file: Path, as_json: bool, seconds: int, greedy: bool) -> None:
    """Solve the chain in FILE.json (docs/transfer-format.md): what to move where, and how far from the best at most.

    Exit code 2, and nothing printed, where something in the file is wrong.
    """
    import msgspec

    from cloud.replenishment.transfers.chain import read_chain
    from cloud.replenishment.transfers.solving import best_transfers, told

    until = time.monotonic() + seconds
    try:
        chain = read_chain(file.read_bytes())
        plan = best_transfers(chain, go_on=lambda: time.monotonic() < until, solver=not greedy)
    except DomainError as error:
        for language in LANGUAGES:
            # One line a language, whatever a file calls its goods.
            click.echo(" ".join(tell_error(error, language).split()), err=True)
        raise SystemExit(REFUSED) from None
    answer = told(chain, plan)
    if plan.bound is None and not greedy:
        for language in LANGUAGES:
            click.echo(tell("solver_missing", language, {}), err=True)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(answer), indent=1))
        return
    click.echo(f"worth {answer.value}, greedy {answer.greedy_value}, at most {answer.bound or 'unknown'}")
    click.echo(f"{len(answer.trips)} trips, {len(answer.transfers)} lines")
    for trip in answer.trips:
        click.echo(f"  {trip.from_store} -> {trip.to_store}: volume {trip.volume}, worth {trip.value}")
