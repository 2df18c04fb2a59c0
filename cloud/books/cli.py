"""`liushui books …`: the accountant's tools at a terminal."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import cast

import rich_click as click

from shared.errors import DomainError
from shared.i18n import LANGUAGES, Language, tell, tell_error

REFUSED = 2
"""Exit code where the file or an event in it is wrong."""


_ABOVE = {"month-end": ("cloud.jobs.carry_over", "month_end")}
"""Verbs that ask for a decision: they stand above the books, so they are loaded by name when they are asked for."""


class _Verbs(click.RichGroup):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_ABOVE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _ABOVE:
            module, name = _ABOVE[cmd_name]
            return cast("click.Command", getattr(importlib.import_module(module), name))
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Verbs)
def books() -> None:
    """The books: what-if runs, proofs, month-ends, exports."""


@books.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--beancount",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Also write the vouchers to this file for auditors.",
)
def replay(file: Path, beancount: Path | None) -> None:
    """Post the events of FILE.json under its scenario and print the books as one JSON object.

    Exit code 2, and nothing printed, where something in the file is wrong; the reason names the event.
    """
    import msgspec

    from shared.accounting import replay as run
    from shared.accounting.scenario import read_file

    try:
        scenario, events = read_file(file.read_bytes())
        documents = run.documents_of(scenario, events)
        kept = run.keep_books(scenario, documents)
        answer = run.told(kept) | {"alternative_costing": run.alternatives(scenario, documents)}
    except DomainError as error:
        for language in LANGUAGES:
            # One line a language, whatever a file calls its events.
            click.echo(" ".join(_why(error, language).split()), err=True)
        raise SystemExit(REFUSED) from None
    if beancount is not None:
        from shared.accounting.beancount import beancount_file

        lines = beancount_file(file.stem, scenario.policy.chart, kept.vouchers)
        beancount.write_text("\n".join(lines) + "\n", encoding="utf-8")
    click.echo(msgspec.json.format(msgspec.json.encode(answer), indent=1))


@books.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("liushui-cloud"),
    show_default=True,
)
@click.option("--database", default="", help="postgresql+psycopg://… instead of the embedded one.")
def prove(folder: Path, database: str) -> None:
    """Post what is not posted yet, then look at every promise of the books; exit code 1 names what does not hold."""
    from cloud.books.poster import Poster
    from cloud.books.proofs import prove as proof_of
    from cloud.store.engine import Database, sqlite_url
    from cloud.store.installation import Installation

    installation = Installation(Database(database or sqlite_url(folder / "cloud.db")), folder)
    holds = True
    for store in installation.tenants():
        Poster(store).post_all(installation.clock())
        proof = proof_of(store)
        holds = holds and proof.holds
        click.echo(f"{store.tenant}:")
        for finding in proof.findings:
            click.echo(
                f"  {'ok ' if finding.holds else 'OFF'} {finding.what} ({finding.looked_at}) {finding.difference}"
            )
        click.echo(
            f"  facts not posted: {proof.unposted}; documents that cannot be posted yet: {proof.problems}"
        )
    raise SystemExit(0 if holds else 1)


def _why(error: DomainError, language: Language) -> str:
    from shared.accounting.replay import EventRefused

    if not isinstance(error, EventRefused):
        return tell_error(error, language)
    values = error.values | {"why": tell_error(error.cause, language)}
    return tell(error.key, language, values)
